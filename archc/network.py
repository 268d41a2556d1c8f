"""A network and its layers from Python, with what was found out about them."""

from __future__ import annotations

from collections.abc import Collection, ItemsView, Iterator, KeysView, Mapping, ValuesView
from functools import cached_property
from typing import TYPE_CHECKING, Any

from archc import check as core
from archc.axes import Axes
from archc.emit import figures
from archc.unknown import (
    Arguments,
    Figure,
    Pairs,
    Path,
    Paths,
    Row,
    Several,
    Single,
    Telling,
    Text,
    not_made,
)

if TYPE_CHECKING:
    from networkx import DiGraph

    from archc.analysis.facts import Field, LayerFacts, Memory, Totals
    from archc.analysis.roofline import Bound, Roofline
    from archc.analysis.sizes import Accepted
    from archc.analysis.sizes.formulas import Formulas
    from archc.analysis.training_step import TrainingStep
    from archc.check import Verdict
    from archc.graph.graph import Graph, Node
    from archc.shapes import Shape


class Network(Single):
    """One network with everything found out about it. Figures are those of inference."""

    def __init__(self, network: core.Network) -> None:
        if not isinstance(network, core.Network):
            raise not_made(type(self), network)
        self._network = network

    def __repr__(self) -> str:
        params = figures.number(self.params)
        return f"<archc.Network {self.name}: {params} parameters>"

    def __str__(self) -> str:
        from archc.emit.table import table

        return table(self._network).rstrip()

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, str]:
        """What a notebook shows: the diagram and the table."""
        from archc.notebook import mimebundle

        return mimebundle(self._network, include, exclude)

    @property
    def name(self) -> str:
        """The network's name."""
        return Text.of(self._network.name, "network.name")

    @property
    def graph(self) -> Graph:
        """The flat graph."""
        return self._network.graph

    @cached_property
    def layers(self) -> Layers:
        """The layers by path, in execution order; inputs are not among them."""
        return Layers(self._network)

    @property
    def input(self) -> Shape | None:
        """The shape of the first input."""
        found = figures.inputs(self.graph)
        return Axes.of(found[0].shape if found else None, "network.input")

    @property
    def output(self) -> Shape | None:
        """The shape of the main result."""
        return Axes.of(figures.output(self.graph), "network.output")

    @property
    def batch(self) -> int:
        """The images the figures are for."""
        return Figure.of(self._network.batch, "network.batch")

    @property
    def dtype(self) -> str:
        """The type the bytes are for."""
        return Text.of(self._network.dtype, "network.dtype")

    @property
    def status(self) -> str:
        """`exact`, `lower bound` or `unknown`."""
        return Text.of(self._network.facts.status, "network.status")

    @property
    def totals(self) -> Totals:
        """Sums over the layers that run at inference."""
        return self._network.facts.totals

    @property
    def training(self) -> Totals:
        """The same with training-only outputs."""
        return self._network.facts.training

    @property
    def params(self) -> int | None:
        """Learnable numbers."""
        return Figure.of(self.totals.params, "network.params")

    @property
    def trainable(self) -> int | None:
        """Of the parameters, those that training changes: what is not frozen."""
        return Figure.of(self.totals.trainable, "network.trainable")

    @property
    def buffers(self) -> int | None:
        """Numbers that are kept but not learned."""
        return Figure.of(self.totals.buffers, "network.buffers")

    @property
    def macs(self) -> int | None:
        """Multiply-accumulates by the weights of convolutions and linear layers."""
        return Figure.of(figures.macs(self.totals.work), "network.macs")

    @property
    def flops(self) -> int | None:
        """2 x MACs + all other operations."""
        return Figure.of(figures.flops(self.totals.work), "network.flops")

    @property
    def memory(self) -> Memory:
        """Bytes of weights, activations, peak, and of what training keeps."""
        memory = self._network.facts.memory
        names = ("weights", "activations", "peak", "saved_for_backward")
        told = {one: Figure.of(getattr(memory, one), f"network.memory.{one}") for one in names}
        return memory._replace(**told)

    @property
    def training_step(self) -> TrainingStep | None:
        """Bytes of a training step, where `load` was given an optimizer."""
        answers = self._network.answers
        return None if answers is None or answers.training is None else answers.training.step

    @property
    def roofline(self) -> Roofline | None:
        """Lower bounds of the time that layers take, where `load` was given a device."""
        answers = self._network.answers
        return None if answers is None else answers.roofline

    @property
    def receptive_field(self) -> Field | None:
        """That of the last layer whose field is local."""
        return figures.local_field(self._network)

    @cached_property
    def sizes(self) -> Accepted:
        """The input sizes that it takes, as `archc sizes` tells them.

        Raises `archc.analysis.sizes.Untold` where they cannot be told.
        """
        from archc.analysis.sizes import accepted

        return accepted(self.graph)

    @cached_property
    def formulas(self) -> Formulas:
        """MACs, FLOPs and activations of one image as formulas of the sizes in `sizes`."""
        from archc.analysis.sizes.formulas import formulas

        return formulas(self.graph, self.sizes)

    @property
    def expectations(self) -> tuple[Verdict, ...]:
        """The claims of the file and how they stand."""
        return Several.of(self._network.expectations, "network.expectations")

    def to_networkx(self) -> DiGraph[str]:
        """A `networkx.DiGraph` of the layers by path, with their figures, and the values between.

        Nodes and edges have the attributes that `archc.emit.to_networkx` names. Needs NetworkX.
        """
        from archc.emit.to_networkx import to_networkx

        return to_networkx(self._network)

    def as_dict(self) -> dict[str, Any]:
        """The network's part of `archc check --format json`."""
        from archc.emit.json import network_object

        return network_object(self._network)


class Layers(Mapping[str, "Layer"], Telling):
    """Layers by path: `layers["layer1.0.conv1"]`. Iteration gives paths, `.values()` the layers."""

    def __init__(self, network: core.Network) -> None:
        nodes = network.graph.nodes
        self._layers = {
            node.path: Layer(network, node, facts)
            for node, facts in zip(nodes, network.facts.layers, strict=True)
            if node.layer is not None
        }

    def __getitem__(self, path: str) -> Layer:
        try:
            return self._layers[path]
        except (KeyError, TypeError):  # a slice has no hash
            from archc.no_layer import no_layer

            kinds = {one: layer.kind for one, layer in self._layers.items()}
            raise KeyError(no_layer(kinds, path)) from None

    def __contains__(self, path: object) -> bool:
        return path in self._layers

    def __iter__(self) -> Iterator[str]:
        return map(Path, self._layers)

    def keys(self) -> KeysView[str]:
        """The paths, in execution order."""
        return Paths(self)

    def values(self) -> ValuesView[Layer]:
        """The layers, in execution order."""
        return Row(self)

    def items(self) -> ItemsView[str, Layer]:
        """Paths and layers, in execution order."""
        return Pairs(self)

    def __len__(self) -> int:
        return len(self._layers)


class Layer(Telling):
    """One layer at one place of the execution, with its figures."""

    facts: LayerFacts

    def __init__(self, network: core.Network, node: Node, facts: LayerFacts) -> None:
        self._network = network
        self._node = node
        vars(self)["facts"] = facts  # no name is given from outside

    def __repr__(self) -> str:
        from archc.emit.labels import node_text

        return f"<archc.Layer {self.path}: {node_text(self._node)}>"

    @property
    def path(self) -> str:
        """Its place: the module path, `layer1.0.conv1`."""
        return Text.of(self._node.path, "layer.path")

    @property
    def kind(self) -> str:
        """The keyword, `conv`."""
        return Text.of(self._node.kind, "layer.kind")

    @property
    def label(self) -> str | None:
        """The author's name for it."""
        return Text.of(self._node.label, "layer.label")

    @property
    def line(self) -> int:
        """The line it stands in."""
        return Figure.of(self._node.span.line, "layer.line")

    @property
    def args(self) -> dict[str, Any]:
        """Its arguments, defaults included."""
        return Arguments({} if self._node.layer is None else self._node.layer.values)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The paths of what it reads."""
        nodes = self._network.graph.nodes
        return Several.of((nodes[index].path for index in self._node.inputs), "layer.inputs")

    @property
    def shape(self) -> Shape | None:
        """The shape of its output."""
        return Axes.of(self._node.shape, "layer.shape")

    @property
    def frozen(self) -> bool:
        """Whether training leaves its parameters as they are."""
        return self._node.frozen

    @property
    def params(self) -> int | None:
        """Learnable numbers; weights that several layers share count at the first."""
        return Figure.of(self.facts.params, "layer.params")

    @property
    def buffers(self) -> int | None:
        """Numbers that are kept but not learned."""
        return Figure.of(self.facts.buffers, "layer.buffers")

    @property
    def macs(self) -> int | None:
        """Multiply-accumulates."""
        return Figure.of(figures.macs(self.facts.work), "layer.macs")

    @property
    def flops(self) -> int | None:
        """2 x MACs + all other operations."""
        return Figure.of(figures.flops(self.facts.work), "layer.flops")

    @property
    def bound(self) -> Bound | None:
        """The time that it takes at least, where `load` was given a device."""
        answers = self._network.answers
        if answers is None or answers.roofline is None:
            return None
        return answers.roofline.layers[self._node.index]

    @property
    def receptive_field(self) -> Field | None:
        """What one position of its output sees of the input."""
        return self.facts.field

    def sees(self, *position: int) -> dict[str, tuple[range, ...]]:
        """The pixels that one position sees: for each input by its path one range an axis.

        `position` counts from 0 along the axes behind the channels; at a border only what lies
        inside is told. Raises `archc.analysis.sight.Unseen`, a `ValueError`, where there is no such
        position, or an open size hides the answer.
        """
        from archc.analysis.sight import Unseen, sight

        if not all(hasattr(type(one), "__index__") for one in position):
            raise Unseen(f"a position is whole numbers, not {position!r}; write sees(3, 3)")
        return sight(self._network.graph, self._node, position)
