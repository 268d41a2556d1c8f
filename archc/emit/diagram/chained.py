"""How the rows of a scope are joined: whether those that are equal run one behind the other."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archc.graph.fold import Row
    from archc.graph.graph import Graph, Node


def passes(node: Node) -> bool:
    """Whether a node does nothing: it is an arrow, not a box."""
    return node.layer is not None and node.layer.passes and bool(node.inputs)


class Ways:
    """What the rows of a graph read, and who reads them."""

    def __init__(self, graph: Graph, read_by: list[list[int]]) -> None:
        self.graph = graph
        self.read_by = read_by

    def chained(self, rows: tuple[Row, ...]) -> bool:
        """Whether each row reads one value of the row before, and only the last is read outside."""
        first_inputs = self.inputs(rows[0])
        for before, row in pairwise(rows):
            inside = set(before.nodes)
            inputs = self.inputs(row)
            if len(inputs) != len(first_inputs) or not inside.intersection(inputs):
                return False
            for index, same in zip(inputs, first_inputs, strict=True):
                if index not in inside and index != same:
                    return False
        left: set[int] = set()  # which nodes of a round are read behind it
        for position, row in enumerate(rows):
            inside = set(row.nodes)
            after = set(rows[position + 1].nodes) if position + 1 < len(rows) else None
            for number, index in enumerate(row.nodes):
                outside = self._readers(index) - inside
                if outside:
                    left.add(number)
                if after is not None and not outside <= after:
                    return False
        return len(left) <= 1

    def _readers(self, index: int) -> set[int]:
        """Who reads a node, seen through nodes that do nothing."""
        if passes(self.graph.nodes[index]):
            return set()
        found: set[int] = set()
        ways = [index]
        while ways:
            for reader in self.read_by[ways.pop()]:
                if reader >= 0 and passes(self.graph.nodes[reader]):
                    ways.append(reader)
                else:
                    found.add(reader)
        return found

    def inputs(self, row: Row) -> list[int]:
        """What a row reads from outside, in the order it does."""
        inside = set(row.nodes)
        found: dict[int, None] = {}
        for index in row.nodes:
            for i in self.graph.nodes[index].inputs:
                if i not in inside:
                    found[i] = None
        return list(found)
