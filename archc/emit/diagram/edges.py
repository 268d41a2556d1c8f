"""Which boxes an arrow joins, and which arrows are skips."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from archc.emit.diagram.build import passes
from archc.emit.diagram.faces import kind, slim

if TYPE_CHECKING:
    from archc.emit.diagram.build import View
    from archc.emit.diagram.parts import Box, Unit
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


class Plan:
    """Where every node of the graph is drawn, and the arrows between."""

    def __init__(self, graph: Graph, view: View, drawn: list[Unit | Box]) -> None:
        self._graph = graph
        self._view = view
        self._drawn = drawn
        self._home = {node.index: n for n, part in enumerate(drawn) for node in part.nodes}
        self.arrows = self._arrows()

    def home(self, index: int) -> int | None:
        """The drawn part in which a node is."""
        return self._home.get(self._stands(index))

    def source(self, index: int) -> Node:
        """The node whose output this is, seen through nodes that do nothing."""
        node = self._graph.nodes[index]
        while passes(node):
            node = self._graph.nodes[node.inputs[0]]
        return node

    def _found(self) -> dict[tuple[int, int], tuple[Node, Node, bool]]:
        """The arrows: for a pair of parts, the node that is read and the one that reads it."""
        found: dict[tuple[int, int], tuple[Node, Node, bool]] = {}
        for node in self._graph.nodes:
            if passes(node):
                continue
            for position, index in enumerate(node.inputs):
                source = self.source(index)
                tail, head = self.home(source.index), self.home(node.index)
                if tail is None or head is None or tail == head:
                    continue
                size = position > 0 and node.layer is not None and not node.layer.many_inputs
                known = found.get((tail, head))
                if (known is None or known[2]) and not self._apart(source.index, node.index):
                    found[tail, head] = (source, node, size)
        return found

    def _arrows(self) -> list[Edge]:
        found = self._found()
        flow = [pair for pair, (_, _, size) in found.items() if not size]
        skips = self._skips(flow)
        main = {pair for pair in flow if pair not in skips and not found[pair][1].training}
        outs = Counter(tail for tail, _ in main)
        ins = Counter(head for _, head in main)
        result = []
        for pair in sorted(found):
            source, reader, size = found[pair]
            tail, head = pair
            chain = pair in main and outs[tail] == 1 and ins[head] == 1
            weight = 60 if chain else 4 if pair in main else 1
            if reader.training and source.training:
                weight = 60
            fans = pair in main and not chain
            result.append(Edge(tail, head, source, reader, pair in skips, size, weight, 1 + fans))
        return result

    def _skips(self, pairs: list[tuple[int, int]]) -> set[tuple[int, int]]:
        """The arrows beside which there is another way; also through what only cuts or reshapes."""
        beyond = _reach(len(self._drawn), pairs)
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
            for number, part in enumerate(self._drawn)
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
        part = self._drawn[number]
        return slim(part) and kind(part) == "shape" and not part.nodes[0].training

    def _stands(self, index: int) -> int:
        """The node that stands for one that is folded away."""
        alias = self._view.alias
        while index in alias:
            index = alias[index]
        return index

    def _apart(self, first: int, second: int) -> bool:
        """Whether two nodes are in different rounds of one folded run."""
        rounds, others = self._rounds(first), self._rounds(second)
        return any(rounds.get(run, number) != number for run, number in others.items())

    def _rounds(self, index: int) -> dict[int, int]:
        """In which round of each folded run a node is, runs within folded runs included.

        What is folded away is numbered in the outer run alone; the node that stands for it knows
        the inner ones.
        """
        found = dict(self._view.rounds.get(index, ()))
        alias = self._view.alias
        while index in alias:
            index = alias[index]
            found = {**dict(self._view.rounds.get(index, ())), **found}
        return found


def _reach(count: int, pairs: list[tuple[int, int]]) -> list[int]:
    """For each part the set of those behind it, as bits; parts are numbered in execution order."""
    result = [0] * count
    for tail, head in sorted(pairs, reverse=True):
        if head > tail:
            result[tail] |= result[head] | 1 << head
    return result
