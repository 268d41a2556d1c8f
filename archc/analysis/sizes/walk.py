"""The shapes of a network at other sizes of its inputs: its layers as they are, its weights too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import prod
from typing import Any

from archc.analysis.sizes.leading import Reader, Sorting, Source
from archc.analysis.sizes.pins import pins
from archc.graph.graph import Graph, Node
from archc.layers.base import Layer, LayerError
from archc.named import NamedTuple
from archc.shapes import Axis, Open, Shape, at, differ

FRESH = 4  # a shape that is worked out takes as long as so many that are known
LETTERS = {1: ("L",), 2: ("H", "W"), 3: ("D", "H", "W")}


class Untold(Exception):
    """The sizes cannot be told, for the reason given."""


class Refusal(NamedTuple):
    """The first layer that cannot be at a size, and why not."""

    node: Node
    reason: str


class Sized(NamedTuple):
    """The shapes of the nodes by index, as far as a refusal lets one go."""

    shapes: dict[int, Shape]
    refusal: Refusal | None


class Walk:
    """A network whose input sizes are letters.

    `native` holds the sizes of the letters in the file; it is empty where the file leaves them
    open. Inputs that have the sizes of the first are taken to vary with it, others keep theirs.
    Only what runs at inference is walked.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.nodes = [node for node in graph.nodes if not node.training]
        inputs = [node for node in self.nodes if node.layer is None]
        first = inputs[0].shape if inputs else None
        self.native: dict[str, int] = {}
        self.letters: tuple[str, ...] = ()
        self.inputs: dict[int, Shape] = {node.index: node.shape or () for node in inputs}
        opened = [
            axis for shape in self.inputs.values() for axis in shape if not isinstance(axis, int)
        ]
        if opened:
            self.letters = tuple(dict.fromkeys(str(axis) for axis in opened))
        elif first is not None:
            self._name_axes(first)
        self._made: dict[tuple[int, tuple[Shape, ...]], Shape | LayerError] = {}
        self._filled: dict[tuple[int, tuple[tuple[str, int], ...]], Layer] = {}
        self._plain = {
            id(node.layer)
            for node in self.nodes
            if node.layer and (self.native or not any(map(_open, node.layer.values.values())))
        }
        """The layers without a letter in their arguments, by identity."""
        self._alike: dict[tuple[type[Layer], tuple[Any, ...]], int] = {}
        self._likeness = {id(node.layer): self._alike_as(node.layer) for node in self.nodes}
        """A number for each layer, the same for layers of the same arguments."""
        self.steps = 0
        """How many layers were tried, over all sizes; one at a new shape counts more."""
        self.tied: dict[int, tuple[Shape, ...]] = {}
        self.open = self.at({})
        """The shapes as formulas of the letters."""
        self.tied = self._sized_weights()
        """The nodes whose weights depend on the sizes, with the shapes of those that they have."""
        self.asked = self._sorted() if self.open.refusal is None else []
        """The nodes that say what all say, each with where the shapes lie that it reads."""

    def _name_axes(self, first: Shape) -> None:
        rank = len(first) - 1
        self.letters = LETTERS.get(rank) or tuple(f"S{axis + 1}" for axis in range(rank))
        for letter, size in zip(self.letters, first[1:], strict=True):
            assert isinstance(size, int)
            self.native[letter] = size
        for index, shape in self.inputs.items():
            if shape[1:] == first[1:]:
                self.inputs[index] = (shape[0], *map(Open, self.letters))

    def at(self, sizes: Mapping[str, int]) -> Sized:
        """The shape of every node with these sizes for letters, the other letters open."""
        nodes = ((node, tuple([Source(i) for i in node.inputs])) for node in self.nodes)
        return self._walked(sizes, nodes)

    def asked_at(self, sizes: Mapping[str, int]) -> Sized:
        """The same for those nodes alone that say what all say."""
        return self._walked(sizes, self.asked)

    def _walked(self, sizes: Mapping[str, int], nodes: Iterable[Reader]) -> Sized:
        shapes: dict[int, Shape] = {}
        for node, sources in nodes:
            self.steps += 1
            if node.layer is None:
                shapes[node.index] = tuple([at(axis, sizes) for axis in self.inputs[node.index]])
                continue
            layer = self._at(node.layer, sizes)
            read = tuple([source.among(shapes) for source in sources])
            key = (self._likeness.get(id(layer)) or self._alike_as(layer), read)
            found = self._made.get(key)
            if found is None:
                self.steps += FRESH
                found = self._made[key] = _output(layer, read)
            if isinstance(found, LayerError):
                return Sized(shapes, Refusal(node, found.message))
            shapes[node.index] = found
            if sizes and node.index in self.tied:
                reason = self._other_weights(node, layer, read)
                if reason is not None:
                    return Sized(shapes, Refusal(node, reason))
        return Sized(shapes, None)

    def _at(self, layer: Layer, sizes: Mapping[str, int]) -> Layer:
        """The layer, where its own arguments hold letters with their numbers."""
        if id(layer) in self._plain:
            return layer
        key = (id(layer), tuple(sizes.items()))
        if key not in self._filled:
            values = {name: _fill(value, sizes) for name, value in layer.values.items()}
            self._filled[key] = type(layer)(**values)
        return self._filled[key]

    def _alike_as(self, layer: Layer | None) -> int:
        if layer is None:
            return 0
        key = (type(layer), tuple(layer.values.values()))
        return self._alike.setdefault(key, len(self._alike) + 1)

    def _sorted(self) -> list[Reader]:
        sorting = Sorting(self.open.shapes)
        for node in self.nodes:
            layer = id(node.layer)
            sorting.add(node, self._likeness[layer], layer in self._plain, node.index in self.tied)
        return sorting.asked

    def _sized_weights(self) -> dict[int, tuple[Shape, ...]]:
        if not self.native:
            return {}
        found: dict[int, tuple[Shape, ...]] = {}
        for node in self.nodes:
            if node.layer is None or any(i not in self.open.shapes for i in node.inputs):
                continue
            read = [self.open.shapes[i] for i in node.inputs]
            weights = node.layer.weights(read)
            if any(not isinstance(axis, int) for weight in weights for axis in weight.shape):
                own = [self.graph.nodes[i].shape or () for i in node.inputs]
                found[node.index] = tuple(weight.shape for weight in node.layer.weights(own))
        return found

    def _other_weights(self, node: Node, layer: Layer, read: tuple[Shape, ...]) -> str | None:
        for weight, own in zip(layer.weights(read), self.tied[node.index], strict=True):
            for new, old in zip(weight.shape, own, strict=True):
                if differ(new, old):
                    return f"its weights are made for {old}, not {new}"
        return None

    def conditions(self) -> list[tuple[Node, Axis, int]]:
        """Formulas that a layer or its weights pin to a number, each at the first that does."""
        found: dict[tuple[Axis, int], Node] = {}
        for node in self.nodes:
            if node.layer is not None and len(node.inputs) == 1:
                for pin in pins(node.layer, self.open.shapes[node.inputs[0]]):
                    found.setdefault(pin, node)
        for index, own in self.tied.items():
            node = self.graph.nodes[index]
            assert node.layer is not None
            weights = node.layer.weights([self.open.shapes[i] for i in node.inputs])
            for weight, old in zip(weights, own, strict=True):
                for axis, size in zip(weight.shape, old, strict=True):
                    if not isinstance(axis, int) and isinstance(size, int):
                        found.setdefault((axis, size), node)
        return [(node, axis, size) for (axis, size), node in found.items()]

    def crowds(self) -> list[tuple[Node, Axis, int, tuple[Axis, ...]]]:
        """Maps that have to have several positions: the product of their axes, and these."""
        found: dict[tuple[tuple[Axis, ...], int], Node] = {}
        for node in self.nodes:
            if node.layer is not None and node.layer.least_positions > 1:
                axes = self.open.shapes[node.inputs[0]][1:]
                if not any(isinstance(axis, int) and axis > 1 for axis in axes):
                    found.setdefault((axes, node.layer.least_positions), node)
        return [(node, prod(axes), least, axes) for (axes, least), node in found.items()]


def _output(layer: Layer, read: tuple[Shape, ...]) -> Shape | LayerError:
    try:
        return layer.output(read)
    except LayerError as error:
        return error


def _open(value: object) -> bool:
    return isinstance(value, Open) or (isinstance(value, tuple) and any(map(_open, value)))


def _fill(value: Any, sizes: Mapping[str, int]) -> Any:
    if isinstance(value, Open):
        return at(value, sizes)
    if isinstance(value, tuple):
        return tuple(_fill(one, sizes) for one in value)
    return value
