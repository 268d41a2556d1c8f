"""What a generated module holds at inference, by running its tree: a walk without PyTorch.

The machine that holds a module to its graph runs it on tensors that have storages. It keeps
variables, arguments and lists as Python does, so a storage goes when the last of them is gone.
Nothing of the rules that `check` follows is used, but for what a layer holds while it runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any
from weakref import finalize

from archc.analysis.in_place import in_place
from archc.analysis.layout import copies
from archc.analysis.memory import scratch_bytes, storages
from archc.emit.pytorch.compile import Compiled
from archc.emit.pytorch.validation.run import Machine
from archc.emit.pytorch.validation.stand_ins import runnable
from archc.emit.pytorch.validation.things import Sum, Tensor, made
from archc.graph.graph import Graph, Node
from archc.shapes import Shape, count

WIDTH = 4


class Storage:
    """Bytes that are alive while this is."""

    __slots__ = ("__weakref__",)


class Held(Tensor):
    """A tensor with its storage."""

    storage: Storage


class Partial(Sum):
    """A sum so far, worked out from left to right, with the storage it lies in."""

    storage: Storage
    shape: tuple[int, ...]


def known(shape: Shape | None) -> tuple[int, ...]:
    return tuple(axis for axis in shape or () if isinstance(axis, int))


def held(node: int, storage: Storage) -> Held:
    result = Held(node)
    result.storage = storage
    return result


class HoldingMachine(Machine):
    """A machine that runs at inference, and the most that is alive in it at once."""

    def __init__(self, program: Any, graph: Graph, images: int) -> None:
        super().__init__(program, graph)
        self.training = False
        self.images = images
        writing = in_place(graph)
        copied = copies(graph, writing, images, training=False)
        self.maker = storages(graph.nodes, writing, copied)
        self.sizes = [(count(one.shape or ()) or 0) * images * WIDTH for one in graph.nodes]
        self.scratch = scratch_bytes(graph.nodes, writing, images, WIDTH)
        for index in copied.inputs:
            self.scratch[index] += self.sizes[graph.nodes[index].inputs[0]]
        self.sources: list[Any] = []  # of the layer that runs
        self.unread: dict[int, int] = {}  # of each input, how many layers still have to read it
        self.now = self.peak = 0

    def given(self) -> list[Tensor]:
        """The network's inputs: they go with their last reader, whoever holds them."""
        inputs = [node.index for node in self.graph.nodes if node.layer is None]
        self.unread = dict.fromkeys(inputs, 0)
        self.now = self.peak = sum(self.sizes[index] for index in inputs)
        for node in self.graph.nodes:
            for i in node.inputs if not node.training else ():
                if self.maker[i] in self.unread:
                    self.unread[self.maker[i]] += 1
        for index in inputs:
            self.free[()].remove(self.graph.nodes[index])
        return [held(index, Storage()) for index in inputs]

    def new(self, size: int) -> Storage:
        storage = Storage()
        self.now += size
        finalize(storage, self.drop, size)
        return storage

    def drop(self, size: int) -> None:
        self.now -= size

    def moment(self, passing: int = 0) -> None:
        self.peak = max(self.peak, self.now + passing)

    def made(self, node: Node, sources: Sequence[Any]) -> Tensor:
        """The value of a node that has run."""
        index = node.index
        if node.layer is not None and node.layer.operator:
            storage = sources[0].storage  # where it was worked out
        else:
            own = self.maker[index] == index
            storage = self.new(self.sizes[index]) if own else sources[0].storage
            self.moment(self.scratch[index])
        for i in node.inputs:
            root = self.maker[i]
            if root in self.unread:
                self.unread[root] -= 1
                if not self.unread[root]:
                    self.now -= self.sizes[root]
        return held(index, storage)

    # --------------------------------------------------------- what the machine does, with storages

    def layer(self, module: Any, inputs: Sequence[Any]) -> Tensor:
        self.sources = list(map(self.whole, inputs))
        return self.carried(super().layer(module, inputs))

    def _layer_scaled(self, template: str, value: Any, module: Any) -> Tensor:
        self.sources = [self.whole(value)]
        return self.carried(super()._layer_scaled(template, value, module))

    def _expression(self, template: str, inputs: Sequence[Any], values: dict[str, Any]) -> Tensor:
        self.sources = list(map(self.whole, inputs))
        return self.carried(super()._expression(template, inputs, values))

    def carried(self, found: Tensor) -> Tensor:
        """The tensor with its storage; an identity hands on what it was given."""
        sources, self.sources = self.sources, []
        return found if isinstance(found, Held) else held(found.node, sources[0].storage)

    def _take(self, inputs: tuple[int, ...], node: Node) -> Tensor:
        self.free[inputs].remove(node)
        return self.made(node, self.sources)

    def operate(self, template: str, /, *inputs: Any, **values: Any) -> Any:
        """PyTorch copies what is stacked alone."""
        result = super().operate(template, *inputs, **values)
        if template.startswith("torch.cat") and len(inputs) == len(inputs[0]) == 1:
            node = self.node_of(inputs[0][0])
            result = held(node, self.new(self.sizes[node]))
            self.moment()
        return result

    def whole(self, value: Any) -> Any:
        if isinstance(value, Sum):
            self._merge(value)
        return value

    def _merge(self, value: Sum) -> Tensor:
        assert isinstance(value, Partial)
        if value.node is not None:
            return held(value.node, value.storage)
        self.sources = [value]
        return self.carried(super()._merge(value))

    def _sum(self, operator: str, inputs: Sequence[Any]) -> Sum:
        found = super()._sum(operator, inputs)
        shapes = [
            one.shape if isinstance(one, Partial) else known(self.graph.nodes[one.node].shape)
            for one in inputs
        ]
        storage, shape = inputs[0].storage, shapes[0]
        for own in shapes[1:]:
            shape = tuple(map(max, shape, own))
            before, storage = storage, self.new(prod(shape) * self.images * WIDTH)
            self.moment()
            del before
        result = Partial(found.operator, found.items, found.mark)
        result.storage, result.shape = storage, shape
        return result


def walk(result: Compiled, name: str, images: int) -> int:
    """The most bytes alive at once in a network of a compiled file, for so many images."""
    assert result.module is not None
    (network,) = (one for one in result.checked.networks if one.name == name)
    machine = HoldingMachine(runnable(result.module.codes), network.graph, images)
    module = machine.names[name]()
    made(module).name_paths()
    module(*machine.given())
    return machine.peak
