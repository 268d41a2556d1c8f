"""The rows of a table, with their names and figures: what every table shows, whatever its form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit import figures
from archc.emit.labels import node_text, scope_text
from archc.graph.fold import Row, fold, tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archc.analysis.facts import Field, LayerFacts
    from archc.check import Network
    from archc.shapes import Shape


class Line:
    """A layer, or a scope with the sums over what stands in it. `row.count` equal ones are one.

    `name` is what it is called below the row around it, `path` in full; `times` is how often the
    rows around it repeat it.
    """

    __slots__ = ("depth", "facts", "field", "name", "path", "row", "shape", "text", "times")

    def __init__(self, network: Network, row: Row, outer: Row, around: str, depth: int) -> None:
        graph = network.graph
        if row.node is not None:
            self.text, last = node_text(row.node), row.node.index
        else:
            self.text = scope_text(row.scope) if row.scope is not None else ""
            last = row.result(graph)
        self.row = row
        self.depth = depth
        self.name = row.name(outer)
        self.path = f"{around}.{self.name}" if around else self.name
        self.times = 1
        self.shape: Shape | None = graph.nodes[last].shape
        self.field: Field | None = network.facts.layers[last].field
        self.facts: list[LayerFacts] = [network.facts.layers[index] for index in row.nodes]

    @property
    def group(self) -> bool:
        """Whether rows may stand below it."""
        return self.row.node is None

    @property
    def params(self) -> int | None:
        return figures.total_params(self.facts)

    @property
    def macs(self) -> int | None:
        return figures.total_macs(self.facts)


def lines(network: Network, expand: bool = False) -> list[Line]:
    """All rows from top to bottom, the inputs among them; with `expand` nothing is folded."""
    root = tree(network.graph)
    if not expand:
        root = fold(root, network.graph)
    return list(_below(network, root, "", 1, 1))


def _below(network: Network, outer: Row, around: str, depth: int, times: int) -> Iterator[Line]:
    for row in outer.rows:
        line = Line(network, row, outer, around, depth)
        line.times = times
        yield line
        inside = line.path if row.run == 1 else line.path.rpartition("@")[0]
        yield from _below(network, row, inside, depth + 1, times * row.count)
