"""Which boxes an arrow joins, what it says, and which arrows are skips."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

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
    skip: bool
    labelled: bool
    wrong: bool
    training: bool


def edges(graph: Graph, view: View, drawn: list[Unit | Box], wrong: frozenset[int]) -> list[Edge]:
    """All arrows, in execution order; tails and heads number the drawn parts."""
    home = {node.index: number for number, part in enumerate(drawn) for node in part.nodes}
    found: dict[tuple[int, int], tuple[Node, Node]] = {}
    for node in graph.nodes:
        for index in node.inputs:
            if index < 0 or _apart(view, index, node.index):
                continue
            tail, head = home[_stands(view, index)], home[_stands(view, node.index)]
            if tail != head:
                found.setdefault((tail, head), (graph.nodes[index], node))
    rank = _ranks(len(drawn), list(found))
    told: set[tuple[int, object]] = set()
    result = []
    for (tail, head), (source, reader) in sorted(
        found.items(), key=lambda item: (item[0][0], rank[item[0][1]], item[0][1])
    ):
        bad = reader.index in wrong
        key = (tail, source.shape)
        labelled = bad or key not in told
        told.add(key)
        skip = rank[head] - rank[tail] > 1
        result.append(Edge(tail, head, source, reader, skip, labelled, bad, reader.training))
    return result


def _stands(view: View, index: int) -> int:
    """The node that stands for one that is folded away."""
    while index in view.alias:
        index = view.alias[index]
    return index


def _apart(view: View, first: int, second: int) -> bool:
    """Whether two nodes are in different rounds of one folded run."""
    rounds = dict(view.rounds.get(first, ()))
    return any(rounds.get(run, number) != number for run, number in view.rounds.get(second, ()))


def _ranks(count: int, pairs: list[tuple[int, int]]) -> list[int]:
    """How many boxes stand on the longest way to each; boxes are numbered in execution order."""
    rank = [0] * count
    for tail, head in sorted(pairs):
        rank[head] = max(rank[head], rank[tail] + 1)
    return rank
