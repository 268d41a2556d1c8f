"""What all views of a graph are made from, worked out once for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit.diagram.alike import Alike
from archc.emit.diagram.chained import Ways
from archc.emit.diagram.fuse import readers
from archc.graph.fold import Folder, Row, tree

if TYPE_CHECKING:
    from collections.abc import Hashable

    from archc.graph.graph import Graph

    Runs = tuple[tuple[tuple[Row, ...], bool], ...]


class Ground:
    """The scopes of a graph, which of their rows are equal, and how these are joined."""

    def __init__(self, graph: Graph, fused: bool) -> None:
        self.graph = graph
        self.fused = fused
        self.root = tree(graph)
        self.read_by = readers(graph)
        self.alike = Alike(graph)
        self._ways = Ways(graph, self.read_by)
        self._folder = Folder(graph)
        self._forms: dict[Row, int] = {}
        self._numbers: dict[Hashable, int] = {}
        self._runs: dict[Row, Runs] = {}

    def form(self, row: Row) -> int:
        """Equal for scopes with the same layers and connections, whatever their widths."""
        if row not in self._forms:
            form = _form(row, self.graph)
            self._forms[row] = self._numbers.setdefault(form, len(self._numbers))
        return self._forms[row]

    def runs(self, outer: Row) -> Runs:
        """The rows of a scope, equal neighbours together, and whether one leads to the next."""
        if outer not in self._runs:
            runs = map(tuple, self._folder.runs(outer.rows))
            self._runs[outer] = tuple(
                (run, len(run) > 1 and self._ways.chained(run)) for run in runs
            )
        return self._runs[outer]

    def deepest(self) -> int:
        """How many scopes stand inside each other."""
        return max([deep for deep, row in self.root.walk() if row.node is None])


def _form(row: Row, graph: Graph) -> Hashable:
    """Equal for scopes with the same layers and connections, whatever their widths."""
    inner = {index: number for number, index in enumerate(row.nodes)}
    prefix = len(row.path) + 1
    result = []
    for index in row.nodes:
        node = graph.nodes[index]
        kernel = None if node.layer is None else node.layer.values.get("kernel")
        inputs = tuple(inner.get(i, -1) for i in node.inputs)
        result.append((node.path[prefix:], node.kind, kernel, inputs, node.training))
    return tuple(result)
