"""A network in the steps its author sees: blocks as one, groups and loops opened."""

from __future__ import annotations

from archc.analysis.facts import Field
from archc.check import Network
from archc.graph.fold import Row, tree
from archc.graph.graph import Node
from archc.named import NamedTuple
from archc.shapes import Shape, count

_SAME = ("normalisation", "activation", "regularisation")  # as long as what they read


class Stage(NamedTuple):
    """A block or a layer between two of them, with what it gives."""

    node: Node  # the last of it
    path: str
    shape: Shape
    field: Field | None


def stages(network: Network) -> list[Stage]:
    """The steps of inference in their order, the input first; only those of known size.

    Layers that keep shape and field of what they read are left out.
    """
    graph, facts = network.graph, network.facts
    found: list[Stage] = []

    def walk(row: Row) -> None:
        for child in row.rows:
            if all(graph.nodes[index].training for index in child.nodes):
                continue
            scope = child.scope
            if child.node is None and (scope is None or scope.kind != "block"):
                walk(child)
                continue
            layer = child.node.layer if child.node is not None else None
            if layer is not None and layer.group in _SAME:
                continue
            last = graph.nodes[child.result(graph)]
            if last.shape is not None and count(last.shape) is not None:
                found.append(Stage(last, child.address, last.shape, facts.layers[last.index].field))

    walk(tree(graph))
    return found
