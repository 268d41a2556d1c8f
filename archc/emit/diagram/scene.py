"""What a picture shows, without where and how: boxes, arrows, and what each stands for.

Both styles draw a scene, and `faithful.py` holds it to the graph before anything is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from archc.emit.diagram.chained import passes
from archc.emit.diagram.parts import Box as ClosedBox
from archc.named import NamedTuple

if TYPE_CHECKING:
    from archc.emit.diagram.build import View
    from archc.emit.diagram.parts import Box as Closed
    from archc.emit.diagram.parts import Unit
    from archc.graph.graph import Graph, Node


class Box(NamedTuple):
    """A drawn thing. `nodes` are those of the graph in it, in their order.

    In a layer each reads the one before it alone. In a `closed` block they may be joined in any
    way, and are `times` equal ones in a row.
    """

    nodes: tuple[int, ...]
    closed: bool
    times: int


class Slot(NamedTuple):
    """A place where a node reads: the first input, the second."""

    reader: int
    position: int


class Arrow(NamedTuple):
    """An arrow between two boxes: `source` is read at `slots`.

    In each fold of `entries` the first round reads `source`, and every other one what leaves the
    round before it. `size` tells that the size alone is read: `crop like=NAME`.
    """

    tail: int
    head: int
    source: int
    slots: tuple[Slot, ...]
    size: bool
    entries: tuple[int, ...]
    times: int = 1  # how many are drawn as one, with the number beside it


_FEW = 3  # arrows beside each other


class Scene(NamedTuple):
    """A picture's boxes and arrows.

    `folds` holds the nodes of each round of what is drawn once and stands for several in a row;
    those of the first round are in the boxes, in a box that is not closed.
    `results` are boxes and the nodes in them whose outputs leave the network.
    """

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    folds: tuple[tuple[tuple[int, ...], ...], ...]
    results: tuple[tuple[int, int], ...]


def source(graph: Graph, index: int) -> int:
    """The node whose output this is, seen through nodes that do nothing."""
    node = graph.nodes[index]
    while passes(node):
        node = graph.nodes[node.inputs[0]]
    return node.index


def reads(graph: Graph, node: Node) -> Iterator[tuple[int, int]]:
    """The position and the source of each input that is known."""
    for position, index in enumerate(node.inputs):
        if index >= 0:
            yield position, source(graph, index)


def only_size(node: Node, position: int) -> bool:
    """Whether an input lends its size alone."""
    return position > 0 and node.layer is not None and not node.layer.many_inputs


def scene(graph: Graph, view: View, drawn: list[Unit | Closed]) -> Scene:
    """The scene of a view whose layers and closed blocks are `drawn`."""
    boxes = []
    for part in drawn:
        shut = isinstance(part, ClosedBox)
        boxes.append(Box(tuple(node.index for node in part.nodes), shut, part.count if shut else 1))
    home = {index: number for number, box in enumerate(boxes) for index in box.nodes}
    folds = tuple(rounds for rounds in view.folds if not _hidden(rounds, home))
    alias = {
        index: first
        for rounds in folds
        for nodes in rounds[1:]
        for index, first in zip(nodes, rounds[0], strict=True)
    }
    entries = _entries(graph, folds)
    found: dict[tuple[int, int, int, bool, tuple[int, ...], int], list[Slot]] = {}
    for number, box in enumerate(boxes):
        for node in (graph.nodes[index] for index in box.nodes):
            if passes(node):
                continue
            for position, index in reads(graph, node):
                read = _stands(alias, index)
                tail = home.get(read)
                if tail is None or tail == number:
                    continue
                slot = Slot(node.index, position)
                apart = -1 if box.closed else len(found)
                key = (
                    tail, number, read, only_size(node, position), entries.get(slot, ()), apart,
                )  # fmt: skip
                found.setdefault(key, []).append(slot)
    arrows = tuple(
        Arrow(tail, head, read, tuple(slots), size, chained)
        for (tail, head, read, size, chained, _), slots in sorted(found.items())
    )
    ends = (_stands(alias, source(graph, one.node)) for one in graph.results)
    results = tuple((home[index], index) for index in ends if index in home)
    return Scene(tuple(boxes), arrows, folds, results)


def bundled(scene: Scene) -> tuple[Arrow, ...]:
    """The arrows, those in one where more than a few lead from or to one closed block."""
    several: dict[tuple[int, int, bool], list[Arrow]] = {}
    for arrow in scene.arrows:
        several.setdefault((arrow.tail, arrow.head, arrow.size), []).append(arrow)
    result: list[Arrow] = []
    for (tail, head, _), arrows in several.items():
        shut = scene.boxes[tail].closed or scene.boxes[head].closed
        if len(arrows) > _FEW and shut:
            slots = tuple(slot for arrow in arrows for slot in arrow.slots)
            result.append(arrows[0]._replace(slots=slots, times=len(arrows)))
        else:
            result += arrows
    return tuple(result)


def _hidden(rounds: tuple[tuple[int, ...], ...], home: dict[int, int]) -> bool:
    """Whether a fold is inside a closed block, which holds all rounds of it."""
    return rounds[1][0] in home


def _stands(alias: dict[int, int], index: int) -> int:
    """The node that stands for one that is folded away."""
    while index in alias:
        index = alias[index]
    return index


def _entries(
    graph: Graph, folds: tuple[tuple[tuple[int, ...], ...], ...]
) -> dict[Slot, tuple[int, ...]]:
    """For each slot of a first round the folds in which later rounds read the one before there."""
    result: dict[Slot, tuple[int, ...]] = {}
    for number, rounds in enumerate(folds):
        first, second = rounds[0], rounds[1]
        inside = set(first)
        for index, again in zip(first, second, strict=True):
            later = dict(reads(graph, graph.nodes[again]))
            for position, _ in reads(graph, graph.nodes[index]):
                if later.get(position) in inside:
                    slot = Slot(index, position)
                    result[slot] = (*result.get(slot, ()), number)
    return result
