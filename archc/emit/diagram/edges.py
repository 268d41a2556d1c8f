"""Which boxes an arrow joins, and which arrows are skips."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archc.emit.diagram.build import passes

if TYPE_CHECKING:
    from archc.emit.diagram.build import View
    from archc.emit.diagram.parts import Box, Unit
    from archc.graph.graph import Graph, Node


class Edge(NamedTuple):
    """An arrow between two drawn parts; `source` is the node whose output it carries."""

    tail: int
    head: int
    source: Node
    reader: Node
    skip: bool  # there is a longer way between the two


class Plan:
    """Where every node of the graph is drawn, and the arrows between."""

    def __init__(self, graph: Graph, view: View, drawn: list[Unit | Box]) -> None:
        self._graph = graph
        self._view = view
        self._home = {node.index: n for n, part in enumerate(drawn) for node in part.nodes}
        self.arrows = self._arrows(len(drawn))

    def home(self, index: int) -> int | None:
        """The drawn part in which a node is."""
        return self._home.get(self._stands(index))

    def source(self, index: int) -> Node:
        """The node whose output this is, seen through nodes that do nothing."""
        node = self._graph.nodes[index]
        while passes(node):
            node = self._graph.nodes[node.inputs[0]]
        return node

    def weight(self, edge: Edge) -> int:
        """How straight an arrow should be: chains most of all, skips least."""
        if edge.skip:
            return 1
        alone = sum(other.tail == edge.tail and not other.skip for other in self.arrows) == 1
        only = sum(other.head == edge.head and not other.skip for other in self.arrows) == 1
        return 60 if alone and only else 4

    def _arrows(self, count: int) -> list[Edge]:
        found: dict[tuple[int, int], tuple[Node, Node]] = {}
        for node in self._graph.nodes:
            if passes(node):
                continue
            for index in node.inputs:
                if index < 0:
                    continue
                source = self.source(index)
                tail, head = self.home(source.index), self.home(node.index)
                if tail is None or head is None or tail == head:
                    continue
                if not self._apart(source.index, node.index):
                    found.setdefault((tail, head), (source, node))
        beyond = _reach(count, list(found))
        after: dict[int, list[int]] = {}
        for tail, head in found:
            after.setdefault(tail, []).append(head)
        result = []
        for (tail, head), (source, reader) in sorted(found.items(), key=lambda item: item[0]):
            skip = any(beyond[other] >> head & 1 for other in after[tail] if other != head)
            result.append(Edge(tail, head, source, reader, skip))
        return result

    def _stands(self, index: int) -> int:
        """The node that stands for one that is folded away."""
        alias = self._view.alias
        while index in alias:
            index = alias[index]
        return index

    def _apart(self, first: int, second: int) -> bool:
        """Whether two nodes are in different rounds of one folded run."""
        rounds = dict(self._view.rounds.get(first, ()))
        others = self._view.rounds.get(second, ())
        return any(rounds.get(run, number) != number for run, number in others)


def _reach(count: int, pairs: list[tuple[int, int]]) -> list[int]:
    """For each part the set of those behind it, as bits; parts are numbered in execution order."""
    result = [0] * count
    for tail, head in sorted(pairs, reverse=True):
        if head > tail:
            result[tail] |= result[head] | 1 << head
    return result
