"""A network as the rules see it: who reads what, and what other layers would cost."""

from __future__ import annotations

from collections.abc import Sequence

from archc.analysis.cost import costs
from archc.analysis.facts import Facts
from archc.analysis.totals import network_totals
from archc.diagnostics import Label
from archc.graph.borrowed import Borrowing
from archc.graph.graph import Graph, Node, Result
from archc.layers.arguments import ArgumentError, describe
from archc.layers.base import Layer, LayerError
from archc.named import NamedTuple
from archc.shapes import Shape


class Remark(NamedTuple):
    """What there is to say of a node; the greater `weight`, the more it matters."""

    node: Node
    code: str
    message: str
    help: str
    weight: float
    labels: tuple[Label, ...] = ()


class Cost(NamedTuple):
    """What a row of layers costs for one image."""

    params: int
    macs: int
    flops: int


class Case:
    """A graph with its facts, and who reads each value; -1 stands for a result."""

    def __init__(self, graph: Graph, facts: Facts) -> None:
        self.graph = graph
        self.facts = facts
        self.nodes = graph.nodes
        self.readers: list[list[int]] = [[] for _ in graph.nodes]
        self._costs: dict[object, Cost | None] = {}
        for node in graph.nodes:
            for i in set(node.inputs):
                self.readers[i].append(node.index)
        for result in graph.results:
            self.readers[result.node].append(-1)

    def shape(self, index: int) -> tuple[int, ...] | None:
        """A value's shape; None where a part of it is open or unknown."""
        shape = self.nodes[index].shape or ()
        sizes = tuple(axis for axis in shape if isinstance(axis, int))
        return sizes if sizes and len(sizes) == len(shape) else None

    def source(self, node: Node) -> Node | None:
        """What made the value that a layer of one input reads."""
        return self.nodes[node.inputs[0]] if len(node.inputs) == 1 else None

    def behind_views(self, node: Node) -> Node:
        """The same values, looked for through layers that give them on as they are."""
        while node.layer is not None and node.layer.view == "all":
            node = self.nodes[node.inputs[0]]
        return node

    def cost(self, node: Node, shape: Shape, layers: Sequence[Layer]) -> Cost | None:
        """What layers in a row cost on such an input, by the analysis of all networks.

        None where they cannot be, or do not give what the node gives. Equal questions are asked
        once.
        """
        key = (shape, tuple(layers), node.shape)
        if key not in self._costs:
            self._costs[key] = self._cost(node, shape, layers)
        return self._costs[key]

    def _cost(self, node: Node, shape: Shape, layers: Sequence[Layer]) -> Cost | None:
        first = node._replace(index=0, layer=None, inputs=(), shape=shape, training=False)
        chain = [first._replace(copies=())]
        for place, layer in enumerate(layers, 1):
            try:
                output = layer.output([shape])
            except LayerError:
                return None
            name = str(place)
            chain.append(
                chain[0]._replace(
                    index=place,
                    path=name,
                    module=name,
                    layer=layer,
                    inputs=(place - 1,),
                    shape=output,
                )
            )
            shape = output
        if shape != node.shape:
            return None
        end = Result("out", len(layers), False, node.span)
        graph = self.graph._replace(nodes=tuple(chain), results=(end,), borrowing=Borrowing())
        totals = network_totals(graph, costs(graph), frozenset(), False)
        if totals.params is None or totals.work is None:
            return None
        return Cost(totals.params, totals.work.macs, totals.work.flops)


def written(layer: Layer) -> str:
    """A call of the layer, as the language has it: `conv 32 5x5 pad=2`."""
    words = [layer.keyword]
    for name, argument in layer.arguments.items():
        value = layer.values[name]
        if argument.required:
            words.append(_size(value) if argument.kind == "size" else describe(value))
        elif not _default(layer, name):
            words.append(f"{name}={_value(value)}")
    return " ".join(words)


def row(layers: Sequence[Layer]) -> str:
    """Layers one after the other; equal ones are counted."""
    calls = [written(layer) for layer in layers]
    if len(calls) > 2 and len(set(calls)) == 1:
        return f"`{calls[0]}` {len(calls)} times"
    return f"`{' -> '.join(calls)}`"


def percent(part: int, whole: int) -> str:
    """`10 %`; with a digit where there is less."""
    share = 100 * part / whole if whole else 0.0
    return f"{share:.0f} %" if share >= 9.5 else f"{share:.1f} %"


def _default(layer: Layer, name: str) -> bool:
    argument, value = layer.arguments[name], layer.values[name]
    if argument.default is None or value == argument.default:
        return bool(value == argument.default)
    ranks = [len(one) for one in layer.values.values() if isinstance(one, tuple)]
    try:
        return bool(argument.convert(argument.default, ranks[0] if ranks else 2) == value)
    except ArgumentError:
        return False


def _size(value: tuple[int, ...]) -> str:
    return "x".join(map(str, value)) if len(value) > 1 else str(value[0])


def _value(value: object) -> str:
    """One number where all axes agree; else a size, or the list that padding is given as."""
    if isinstance(value, str) or not isinstance(value, tuple):
        return value if isinstance(value, str) else describe(value)
    parts = set(value)
    if len(parts) == 1:
        (part,) = parts
        if isinstance(part, tuple):
            return str(part[0]) if len(set(part)) == 1 else describe(value)
        return str(part)
    return describe(value) if isinstance(value[0], tuple) else _size(value)
