"""The main line of a network: what every value on the way to the result passes through.

A node after which a single value is alive is a *cut*. Between two cuts stands either one layer, a
link of the chain, or a *region*, whose branches part and meet again. Skips of an encoder-decoder
would keep a value alive across the whole network, so they are found and set aside first.
"""

from __future__ import annotations

from typing import NamedTuple

from archc.graph.graph import Graph, Node
from archc.shapes import Axis, Open, Shape

NOMINAL = 256  # what an open size is drawn as


class Skip(NamedTuple):
    """A value that a merge takes from far back, past a lower resolution; node indices."""

    source: int
    merge: int
    via: tuple[int, ...]  # crops and the like on the way


class Spine(NamedTuple):
    """The nodes that lead to the result, in execution order, parted at the cuts."""

    atoms: tuple[tuple[int, ...], ...]
    sources: dict[int, tuple[int, ...]]  # what a node reads, skips left out
    skips: tuple[Skip, ...]
    broken: int | None  # the first node whose shape could not be found out


def size(axis: Axis) -> int:
    """An axis as a number; open sizes as if the input had 256 pixels."""
    if isinstance(axis, int):
        return axis
    if not axis.atom.isalpha() or len(axis.atom) > 1:
        return NOMINAL
    _, multiplier, offset, divisor, constant = axis
    return max(1, multiplier * ((NOMINAL + offset) // divisor) + constant)


def is_open(shape: Shape) -> bool:
    """Whether an axis waits for the input's size."""
    return any(isinstance(axis, Open) for axis in shape)


def area(shape: Shape | None) -> int:
    """The positions of a map; 1 for a vector."""
    result = 1
    for axis in shape[1:] if shape else ():
        result *= size(axis)
    return result


def spine(graph: Graph) -> Spine:
    """Follows the main result back to the input, and parts the way at its cuts."""
    nodes = graph.nodes
    sources = {node.index: _reads(node) for node in nodes}
    broken = next((n.index for n in nodes if n.shape is None and not n.training), None)
    target = _target(graph, broken)
    if target is None:
        return Spine((), sources, (), broken)
    order = _before(target, sources)
    skips = _skips(graph, order, sources)
    if skips:
        for skip in skips:
            last = skip.via[0] if skip.via else skip.source
            kept = [index for index in sources[skip.merge] if index != last]
            sources[skip.merge] = tuple(kept) or sources[skip.merge]
        order = _before(target, sources)
    known = set(order)
    used = tuple(skip for skip in skips if skip.source in known and skip.merge in known)
    return Spine(_atoms(order, sources), sources, used, broken)


def _reads(node: Node) -> tuple[int, ...]:
    """What flows into a node; a tensor that only lends its size does not."""
    inputs = tuple(dict.fromkeys(node.inputs))
    return inputs if node.layer is None or node.layer.many_inputs else inputs[:1]


def _target(graph: Graph, broken: int | None) -> int | None:
    if broken is not None:
        return broken
    if graph.complete:
        for result in graph.results:
            if not result.training:
                return result.node
    inference = [node.index for node in graph.nodes if not node.training]
    return inference[-1] if inference else None


def _before(target: int, sources: dict[int, tuple[int, ...]]) -> list[int]:
    """A node and all it depends on, in execution order."""
    found = {target}
    open_ends = [target]
    while open_ends:
        for index in sources[open_ends.pop()]:
            if index not in found:
                found.add(index)
                open_ends.append(index)
    return sorted(found)


def _atoms(order: list[int], sources: dict[int, tuple[int, ...]]) -> tuple[tuple[int, ...], ...]:
    last_reader = {index: index for index in order}
    for index in order:
        for source in sources[index]:
            last_reader[source] = index
    atoms: list[tuple[int, ...]] = []
    current: list[int] = []
    alive: set[int] = set()
    for index in order:
        current.append(index)
        alive = {one for one in alive if last_reader[one] > index}
        alive.add(index)
        if len(alive) == 1:
            atoms.append(tuple(current))
            current = []
    if current:
        atoms.append(tuple(current))
    return tuple(atoms)


# ---------------------------------------------------------------------------------------- skips


def _skips(graph: Graph, order: list[int], sources: dict[int, tuple[int, ...]]) -> list[Skip]:
    nodes = graph.nodes
    if not _grows(graph, order, sources):
        return []
    readers: dict[int, int] = dict.fromkeys(order, 0)
    for index in order:
        for source in sources[index]:
            readers[source] += 1
    found = []
    for index in order:
        layer = nodes[index].layer
        if layer is None or not layer.many_inputs or layer.operator == "*":
            continue
        if len(sources[index]) < 2:
            continue
        for way in sources[index]:
            skip = _trace(graph, way, index, sources, readers)
            others = [one for one in sources[index] if one != way]
            if skip is not None and any(_dips(graph, skip, one, sources) for one in others):
                found.append(skip)
    return found


def _grows(graph: Graph, order: list[int], sources: dict[int, tuple[int, ...]]) -> bool:
    """Whether a map ever becomes larger."""
    layers = ((index, graph.nodes[index].layer) for index in order)
    return any(
        area(graph.nodes[index].shape) > area(graph.nodes[source].shape)
        for index, layer in layers
        if layer is not None and (layer.enlarges or layer.view)
        for source in sources[index]
    )


def _trace(
    graph: Graph, way: int, merge: int, sources: dict[int, tuple[int, ...]], readers: dict[int, int]
) -> Skip | None:
    """Back along a branch that nobody else reads, to the value it comes from."""
    via: list[int] = []
    while graph.nodes[way].layer is not None and readers[way] == 1 and len(sources[way]) == 1:
        if area(graph.nodes[way].shape) > 1.5 * area(graph.nodes[sources[way][0]].shape):
            return None
        via.append(way)
        way = sources[way][0]
    return Skip(way, merge, tuple(via)) if readers[way] > 1 else None


def _dips(graph: Graph, skip: Skip, other: int, sources: dict[int, tuple[int, ...]]) -> bool:
    """Whether the way from the skip's source to the merge leads through a smaller map."""
    small = 0.6 * min(area(graph.nodes[skip.source].shape), area(graph.nodes[skip.merge].shape))
    between = {index for index in _before(other, sources) if index > skip.source}
    reached = {skip.source}
    through: set[int] = set()
    for index in sorted(between):
        near = [source for source in sources[index] if source in reached]
        if not near:
            continue
        node = graph.nodes[index]
        if node.layer is not None and node.layer.group == "pooling" and not node.layer.reach:
            continue  # pools all there is, as a gate does
        reached.add(index)
        if area(node.shape) < small or any(source in through for source in near):
            through.add(index)
    return other in through
