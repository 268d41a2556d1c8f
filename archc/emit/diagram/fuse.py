"""Activations, normalisation and dropout become stripes of the layer they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit.diagram.parts import Box, Part, Unit

if TYPE_CHECKING:
    from archc.graph.graph import Graph, Node


def readers(graph: Graph) -> list[list[int]]:
    """Who reads each node; a result of the network counts as a reader, -1."""
    result: list[list[int]] = [[] for _ in graph.nodes]
    for node in graph.nodes:
        for index in node.inputs:
            result[index].append(node.index)
    for one in graph.results:
        result[one.node].append(-1)
    return result


def fuse(parts: list[Part], read_by: list[list[int]]) -> list[Part]:
    """Fuses neighbours of one scope.

    A stripe belongs to the layer in front of it, as in `conv -> batchnorm -> relu`. It belongs to
    the convolution behind it where there is no layer in front, or where that one has its own
    normalisation in front of it already: `batchnorm -> relu -> conv`, as pre-activation networks
    have it.
    """
    result: list[Part] = []
    position = 0
    while position < len(parts):
        stripes = _stripes(parts, position, read_by)
        if not stripes:
            result.append(parts[position])
            position += 1
            continue
        position += len(stripes)
        nodes = tuple(node for unit in stripes for node in unit.nodes)
        before = result[-1] if result else None
        after = parts[position] if position < len(parts) else None
        owner = _owner(before, nodes, read_by)
        follower = _follower(after, nodes, read_by)
        if follower is not None and (owner is None or _pre_activated(owner, nodes)):
            follower.before = nodes + follower.before
        elif owner is not None:
            owner.after += nodes
        else:
            stripes[0].after += nodes[len(stripes[0].nodes) :]
            result.append(stripes[0])
    return result


def enlarged(parts: list[Part], read_by: list[list[int]]) -> list[Part]:
    """The parts with each layer that does nothing but enlarge a map as a stripe of the closed block
    that alone it reads."""
    result: list[Part] = []
    ends: dict[int, Box] = {}  # closed blocks by their last nodes
    for part in parts:
        if isinstance(part, Box) and part.count == 1 and not part.parallel:
            ends[part.nodes[-1].index] = part
        layer = part.main.layer if isinstance(part, Unit) and len(part.nodes) == 1 else None
        alone = isinstance(part, Unit) and part.count == 1 and len(part.main.inputs) == 1
        if isinstance(part, Unit) and alone and layer and layer.enlarges and not layer.counted:
            box = ends.get(part.main.inputs[0])
            if box is not None and _alone(box.nodes[-1], part.main, read_by):
                box.after += part.nodes
                box.nodes += part.nodes
                continue
        result.append(part)
    return result


def striped(node: Node) -> bool:
    """Whether a layer may be a stripe of another."""
    return node.layer is not None and node.shape is not None and node.layer.striped


def _stripes(parts: list[Part], position: int, read_by: list[list[int]]) -> list[Unit]:
    """The run of stripes that begins here, each read by the next alone."""
    run: list[Unit] = []
    while position < len(parts):
        part = parts[position]
        if not isinstance(part, Unit) or part.count > 1 or not striped(part.main):
            break
        if run and not _alone(run[-1].last, part.first, read_by):
            break
        run.append(part)
        position += 1
    return run


def _alone(first: Node, second: Node, read_by: list[list[int]]) -> bool:
    """Whether the second node reads the first and nothing else, and nobody else reads it."""
    return (
        second.inputs == (first.index,)
        and read_by[first.index] == [second.index]
        and first.training == second.training
    )


def _owner(part: Part | None, nodes: tuple[Node, ...], read_by: list[list[int]]) -> Unit | None:
    """The layer in front, if the stripes may be its own."""
    if not isinstance(part, Unit) or part.count > 1 or part.main.layer is None:
        return None
    return part if _alone(part.last, nodes[0], read_by) else None


def _follower(part: Part | None, nodes: tuple[Node, ...], read_by: list[list[int]]) -> Unit | None:
    """The convolution behind, if the stripes may be its own."""
    if not isinstance(part, Unit) or part.count > 1:
        return None
    layer = part.main.layer
    if layer is None or not layer.counted or part.main.shape is None:
        return None
    return part if _alone(nodes[-1], part.first, read_by) else None


def _pre_activated(owner: Unit, nodes: tuple[Node, ...]) -> bool:
    return _normalised(owner.before) and _normalised(nodes)


def _normalised(nodes: tuple[Node, ...]) -> bool:
    return any(node.layer is not None and node.layer.group == "normalisation" for node in nodes)
