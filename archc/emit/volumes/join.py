"""A map that was made only to be appended to is drawn as a part of what it is appended to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit.diagram.chained import passes
from archc.emit.diagram.fuse import readers, striped
from archc.emit.diagram.parts import Box, Unit
from archc.emit.diagram.scene import only_size, reads, source
from archc.emit.volumes.words import stacks

if TYPE_CHECKING:
    from archc.graph.graph import Graph, Node


Folds = tuple[tuple[tuple[int, ...], ...], ...]


def join(
    graph: Graph, drawn: list[Unit | Box], folds: Folds = (), brief: bool = False
) -> list[Unit | Box]:
    """Joins what a scope's border kept apart: an activation to its layer, a flattening to a map.

    An up-convolution is joined to the concatenation of it and one skip right behind it, as U-Nets
    are drawn: it must be the only one in front of it, and be read by nothing else. Nothing is
    joined across the border of what is drawn once for many rounds: the rounds after the first read
    another layer. Where a picture is to be `brief`, an enlargement without weights is joined to the
    sum behind it in the same way: it is drawn as a mark on the arrow that comes to the sum.
    """
    read_by = readers(graph)
    home = {node.index: part for part in drawn for node in part.nodes}
    within = _within(folds)
    result: list[Unit | Box] = []
    for part in drawn:
        owner = _owner(graph, part, home, read_by, brief) if isinstance(part, Unit) else None
        if (
            owner is None
            or not isinstance(part, Unit)
            or within.get(owner.last.index) != within.get(part.first.index)
        ):
            result.append(part)
            continue
        if summed(part.main):
            result.remove(owner)
            result.append(part)
            part.before = (*owner.nodes, *part.before)
            home[owner.main.index] = part
            continue
        owner.after = (*owner.after, *part.nodes)
        for node in part.nodes:
            home[node.index] = owner
        if stacks(part.main):  # it stands where all that it reads is there
            result.remove(owner)
            result.append(owner)
    return result


def _within(folds: Folds) -> dict[int, tuple[int, ...]]:
    """The folds around each node that is drawn for many."""
    found: dict[int, tuple[int, ...]] = {}
    for number, rounds in enumerate(folds):
        for index in rounds[0]:
            found[index] = (*found.get(index, ()), number)
    return found


def summed(node: Node) -> bool:
    """Whether a node adds up or multiplies what it reads."""
    return node.layer is not None and node.layer.many_inputs and bool(node.layer.operator)


def _owner(
    graph: Graph,
    part: Unit,
    home: dict[int, Unit | Box],
    read_by: list[list[int]],
    brief: bool,
) -> Unit | None:
    if part.count > 1:
        return None
    if stacks(part.main):
        return _up(graph, part, home, read_by)
    if summed(part.main):
        up = _up(graph, part, home, read_by) if brief else None
        counted = up is not None and up.main.layer is not None and up.main.layer.counted
        return None if counted else up
    if part.before or not striped(part.main) or len(part.main.inputs) != 1:
        return None
    before = home.get(part.main.inputs[0])
    if not isinstance(before, Unit) or before.count > 1 or before.main.layer is None:
        return None
    same = before.last.index == part.main.inputs[0] and before.last.training == part.main.training
    return before if same and read_by[before.last.index] == [part.main.index] else None


def _up(
    graph: Graph, merge: Unit, home: dict[int, Unit | Box], read_by: list[list[int]]
) -> Unit | None:
    before = [home.get(source(graph, index)) for index in merge.main.inputs]
    ups = [
        one
        for one in before
        if isinstance(one, Unit)
        and one.main.layer is not None
        and one.main.layer.enlarges
        and one.count == 1
        and one.main.training == merge.main.training
        and _alone(graph, one, merge, read_by)
    ]
    if len(ups) != 1 or ups[0].after or len(merge.main.inputs) != 2:
        return None  # what runs on one of its parts alone would seem to run on the whole
    return ups[0] if not merge.before and merge.nodes else None


def _alone(graph: Graph, up: Unit, merge: Unit, read_by: list[list[int]]) -> bool:
    """Whether nothing else takes the value of a layer; what takes its size alone does not count."""
    ways = [up.last.index]
    found = set()
    while ways:
        for reader in read_by[ways.pop()]:
            node = graph.nodes[reader]
            if reader >= 0 and passes(node):
                ways.append(reader)
            elif reader < 0 or not _only_size(graph, node, up.last.index):
                found.add(reader)
    return found == {merge.main.index}


def _only_size(graph: Graph, node: Node, index: int) -> bool:
    """Whether a node reads nothing but the size of another."""
    read = [position for position, one in reads(graph, node) if one == index]
    return all(only_size(node, position) for position in read)
