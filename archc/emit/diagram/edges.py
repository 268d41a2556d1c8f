"""Which boxes an arrow joins, and which arrows are skips."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from archc.emit.diagram.faces import kind, slim
from archc.emit.diagram.faithful import hold
from archc.emit.diagram.parts import leaves
from archc.emit.diagram.scene import bundled, scene, source
from archc.named import NamedTuple

if TYPE_CHECKING:
    from archc.emit.diagram.build import View
    from archc.graph.graph import Graph, Node


MANY = 3  # ways beside each other, from which on their boxes are narrow


class Edge(NamedTuple):
    """An arrow between two drawn parts; `source` is the node whose output it carries."""

    tail: int
    head: int
    source: Node
    reader: Node
    skip: bool  # there is a longer way between the two
    size: bool  # only the size is read: `crop like=NAME`
    weight: int  # how straight it should be
    length: int  # ranks it spans at least
    entries: tuple[int, ...] = ()  # the folds whose later rounds read the one before there
    times: int = 1  # how many it stands for
    position: int = 0  # which input of its reader it is
    cut: bool = False  # a skip in its place, but only a part of what a layer gives

    @property
    def passes(self) -> bool:
        """Whether it passes layers by, and so is marked as a skip."""
        return self.skip and not self.cut


class Plan:
    """Where every node of the graph is drawn, and the arrows between, held to the graph."""

    def __init__(self, graph: Graph, view: View) -> None:
        self._graph = graph
        self.view = view
        self.drawn = list(leaves(view.parts))
        self._home = {node.index: n for n, part in enumerate(self.drawn) for node in part.nodes}
        self.scene = scene(graph, view, self.drawn)
        hold(graph, self.scene)
        self.arrows = self._arrows()

    def home(self, index: int) -> int | None:
        """The drawn part in which a node is."""
        while index in self.view.alias:
            index = self.view.alias[index]
        return self._home.get(index)

    def source(self, index: int) -> Node:
        """The node whose output this is, seen through nodes that do nothing."""
        return self._graph.nodes[source(self._graph, index)]

    def _arrows(self) -> list[Edge]:
        nodes = self._graph.nodes
        arrows = bundled(self.scene)
        flow = {(arrow.tail, arrow.head) for arrow in arrows if not arrow.size}
        skips = self._skips(sorted(flow))
        cuts = self._cuts(skips, sorted(flow))
        trained = {
            (arrow.tail, arrow.head) for arrow in arrows if nodes[arrow.slots[0].reader].training
        }
        main = flow - skips - trained
        outs = Counter(tail for tail, _ in main)
        ins = Counter(head for _, head in main)
        result = []
        for arrow in arrows:
            pair = (arrow.tail, arrow.head)
            source, reader = nodes[arrow.source], nodes[arrow.slots[0].reader]
            ahead = pair in main and not arrow.size
            chain = ahead and outs[arrow.tail] == 1 and ins[arrow.head] == 1
            weight = 60 if chain else 4 if ahead else 1
            if reader.training and source.training:
                weight = 60
            skip = pair in skips and not arrow.size
            length = 1 + (ahead and not chain)
            result.append(
                Edge(
                    *pair,
                    source,
                    reader,
                    skip,
                    arrow.size,
                    weight,
                    length,
                    arrow.entries,
                    arrow.times,
                    arrow.slots[0].position,
                    pair in cuts,
                )
            )
        return result

    def _skips(self, pairs: list[tuple[int, int]]) -> set[tuple[int, int]]:
        """The arrows beside which there is another way; also through what only cuts or reshapes."""
        beyond = _reach(len(self.drawn), pairs)
        after: dict[int, list[int]] = {}
        for tail, head in pairs:
            after.setdefault(tail, []).append(head)
        skips: set[tuple[int, int]] = set()
        led: set[int] = set()  # where a skip leads
        for tail, head in sorted(pairs):
            goal = head
            while self.passive(goal) and len(after.get(goal, ())) == 1:
                goal = after[goal][0]
            others = (other for other in after[tail] if other != head)
            bypassed = any(beyond[other] >> goal & 1 for other in others)
            if bypassed or (self.passive(tail) and tail in led):
                skips.add((tail, head))
                led.add(head)
        return skips

    def _cuts(
        self, skips: set[tuple[int, int]], pairs: list[tuple[int, int]]
    ) -> set[tuple[int, int]]:
        """Of the skips those that only cut what comes out of a layer, as what is beside them does:
        no layer is passed by."""
        beside: dict[int, list[int]] = {}
        for tail, head in pairs:
            beside.setdefault(tail, []).append(head)
        found: set[tuple[int, int]] = set()
        for tail, head in sorted(skips):
            before = {one for one, two in found if two == tail}
            if before or all(map(self.passive, beside[tail])):
                found.add((tail, head))
        return found

    def beside(self) -> frozenset[int]:
        """The parts on many ways beside each other, and what runs in training only."""
        main = [
            edge for edge in self.arrows if not (edge.skip or edge.size or edge.reader.training)
        ]
        ins = Counter(edge.head for edge in main)
        after: dict[int, list[int]] = {}
        for edge in main:
            after.setdefault(edge.tail, []).append(edge.head)
        found = {
            number
            for number, part in enumerate(self.drawn)
            if all(node.training for node in part.nodes)
        }
        for heads in after.values():
            if len(heads) < MANY:
                continue
            ways = list(heads)
            while ways:
                number = ways.pop()
                if ins[number] == 1 and number not in found:
                    found.add(number)
                    ways += after.get(number, ())
        return frozenset(found)

    def passive(self, number: int) -> bool:
        """Whether a part only cuts or reshapes."""
        part = self.drawn[number]
        return slim(part) and kind(part) in ("resize", "shape") and not part.nodes[0].training


def _reach(count: int, pairs: list[tuple[int, int]]) -> list[int]:
    """For each part the set of those behind it, as bits; parts are numbered in execution order."""
    result = [0] * count
    for tail, head in sorted(pairs, reverse=True):
        if head > tail:
            result[tail] |= result[head] | 1 << head
    return result
