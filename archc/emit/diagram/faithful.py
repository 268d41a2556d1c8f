"""Holds a scene to the graph: unrolled, it must say what the graph says, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit.diagram.chained import passes
from archc.emit.diagram.scene import Arrow, Scene, Slot, only_size, reads, source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archc.graph.graph import Graph, Node


class WrongPicture(Exception):
    """A picture that would show something else than the graph; a mistake of the drawing itself."""


def hold(graph: Graph, scene: Scene) -> None:
    """Raises `WrongPicture` where a scene does not stand for the graph."""
    for fault in _Reader(graph, scene).faults():
        raise WrongPicture(fault)


class _Reader:
    """Reads a scene back, without knowing how it was made."""

    def __init__(self, graph: Graph, scene: Scene) -> None:
        self.graph = graph
        self.scene = scene
        self.home = {index: n for n, box in enumerate(scene.boxes) for index in box.nodes}
        self.rounds: list[dict[int, int]] = []  # for each fold, the round of each of its nodes
        self.first: list[dict[int, int]] = []  # and its counterpart in the first round
        for rounds in scene.folds:
            self.rounds.append({i: number for number, nodes in enumerate(rounds) for i in nodes})
            self.first.append(
                {i: one for nodes in rounds for i, one in zip(nodes, rounds[0], strict=True)}
            )
        self.arrows: dict[Slot, Arrow] = {slot: a for a in scene.arrows for slot in a.slots}
        self.places = {node.index: self._place(node.index) for node in graph.nodes}
        self.exits: dict[int, set[int]] = {}  # for each fold what leaves a round
        self.read: set[Slot] = set()

    def faults(self) -> Iterator[str]:
        """What is wrong, in words."""
        yield from self._boxes()
        yield from self._folds()
        for node in self.graph.nodes:
            if not passes(node):
                for position, index in reads(self.graph, node):
                    yield from self._edge(node, position, index)
        for fold, exits in self.exits.items():
            if len(exits) > 1:
                yield f"{len(exits)} values leave each round of {self._named(fold)}"
        for slot, arrow in self.arrows.items():
            if slot not in self.read:
                yield f"an arrow to {self._path(slot.reader)} that nothing stands behind"
            if (
                self.home.get(slot.reader) != arrow.head
                or self.home.get(arrow.source) != arrow.tail
            ):
                yield f"an arrow to {self._path(slot.reader)} that ends at another box"
        yield from self._results()

    # ------------------------------------------------------------------------ boxes and folds

    def _place(self, index: int) -> tuple[int, dict[int, int]]:
        """The node that stands for one, and in which round of which fold it is."""
        found: dict[int, int] = {}
        changed = True
        while changed:
            changed = False
            for fold, rounds in enumerate(self.rounds):
                if fold not in found and index in rounds:
                    found[fold] = rounds[index]
                    index = self.first[fold][index]
                    changed = True
        return index, found

    def _boxes(self) -> Iterator[str]:
        counted = sum(len(box.nodes) for box in self.scene.boxes)
        if counted != len(self.home):
            yield "a layer is drawn twice"
        for node in self.graph.nodes:
            if not passes(node) and self.places[node.index][0] not in self.home:
                yield f"{node.path} is not drawn"
        for box in self.scene.boxes:
            for before, index in zip(box.nodes, box.nodes[1:], strict=False):
                inputs = [one for _, one in reads(self.graph, self.graph.nodes[index])]
                if not box.closed and before not in inputs:
                    yield f"{self._path(index)} is drawn on {self._path(before)}"

    def _folds(self) -> Iterator[str]:
        """Rounds that stand as one are equal: layers, shapes, and how they are joined inside."""
        for fold, rounds in enumerate(self.scene.folds):
            looks = {self._look(nodes) for nodes in rounds}
            if len(looks) > 1:
                yield f"unequal parts stand as one: {self._named(fold)}"
        for box in self.scene.boxes:
            size = len(box.nodes) // box.times
            parts = (box.nodes[n * size : (n + 1) * size] for n in range(box.times))
            if len({self._look(nodes) for nodes in parts}) > 1:
                yield f"unequal parts stand as one: {box.times} \u00d7 {self._path(box.nodes[0])}"

    def _look(self, nodes: tuple[int, ...]) -> tuple[object, ...]:
        inside = {index: number for number, index in enumerate(nodes)}
        return tuple(
            (
                self.graph.nodes[index].layer,
                self.graph.nodes[index].shape,
                tuple(inside.get(one, -1) for one in self.graph.nodes[index].inputs),
            )
            for index in nodes
        )

    # -------------------------------------------------------------------------------- arrows

    def _edge(self, node: Node, position: int, index: int) -> Iterator[str]:
        """One place where a node reads: it is inside a box, or an arrow says the same."""
        said = f"{self._path(index)} \u2192 {node.path}"
        reader, inner = self.places[node.index]
        read, outer = self.places[index]
        slot = Slot(reader, position)
        apart = next((f for f in inner if f in outer and inner[f] != outer[f]), None)
        if apart is not None and inner[apart] != outer[apart] + 1:
            yield f"{said} passes over a round of {self._named(apart)}"
        arrow = self.arrows.get(slot)
        if self.home.get(read) == self.home.get(reader) and (apart is None or arrow is None):
            yield from self._inside(said, read, reader)
            return
        if arrow is None:
            yield f"{said} is not drawn"
            return
        self.read.add(slot)
        if arrow.size != only_size(node, position):
            yield f"{said} is drawn as a size"
        if apart is not None:
            self.exits.setdefault(apart, set()).add(read)
            if apart not in arrow.entries:
                yield f"{said} runs from round to round of {self._named(apart)}"
        elif arrow.source != read:
            yield f"{said} is drawn from {self._path(arrow.source)}"
        yield from self._rounds(said, arrow.entries, read, inner, outer, apart)

    def _inside(self, said: str, read: int, reader: int) -> Iterator[str]:
        box = self.scene.boxes[self.home[read]]
        if not box.closed and box.nodes.index(reader) != box.nodes.index(read) + 1:
            yield f"{said} is hidden"

    def _rounds(
        self,
        said: str,
        entries: tuple[int, ...],
        read: int,
        inner: dict[int, int],
        outer: dict[int, int],
        apart: int | None,
    ) -> Iterator[str]:
        """What enters a fold enters its first round, what leaves it leaves its last."""
        for fold, number in inner.items():
            if fold == apart or (fold in outer and outer[fold] == number):
                continue
            if fold in entries and number:
                yield f"{said} enters a later round of {self._named(fold)}"
        for fold, number in outer.items():
            if fold == apart or (fold in inner and inner[fold] == number):
                continue
            self.exits.setdefault(fold, set()).add(read)
            if number != len(self.scene.folds[fold]) - 1:
                yield f"{said} leaves an earlier round of {self._named(fold)}"

    def _results(self) -> Iterator[str]:
        wanted = []
        for one in self.graph.results:
            node, rounds = self.places[source(self.graph, one.node)]
            wanted.append((self.home.get(node, -1), node))
            for fold, number in rounds.items():
                if number != len(self.scene.folds[fold]) - 1:
                    yield f"{one.name} leaves an earlier round of {self._named(fold)}"
        if wanted != list(self.scene.results):
            yield "the results are not those of the network"

    def _path(self, index: int) -> str:
        return self.graph.nodes[index].path

    def _named(self, fold: int) -> str:
        rounds = self.scene.folds[fold]
        return f"{len(rounds)} \u00d7 {self._path(rounds[0][0])}"
