"""Runs a graph in PyTorch, layer by layer: the measure the analyses are held to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import finalize

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from archc.graph.graph import Graph, Node
from tests.analysis.live import kept


class Runner:
    """Weights for every module of a graph, and functions that run it."""

    def __init__(self, graph: Graph, in_place: frozenset[int], training: bool) -> None:
        self.graph = graph
        self.in_place = in_place
        self.training = training
        self.weights: dict[str, dict[str, Tensor]] = {}
        for node in graph.nodes:
            if node.layer is None or node.module in self.weights:
                continue
            shapes = [graph.nodes[i].shape for i in node.inputs]
            made = {}
            for weight in node.layer.weights(shapes):  # type: ignore[arg-type]
                tensor = torch.rand(weight.shape) + 0.5
                made[weight.name] = tensor.requires_grad_(weight.kind == "parameter")
            self.weights[node.module] = made

    def own(self) -> set[int]:
        """The storages that are weights."""
        return {
            tensor.untyped_storage().data_ptr()
            for tensors in self.weights.values()
            for tensor in tensors.values()
        }

    def run(self, inputs: list[Tensor], release: bool = False) -> list[Tensor]:
        """The results; with `release` every value is dropped after its last reader."""
        values: dict[int, Any] = {}
        last: dict[int, int] = {}
        for node in self.graph.nodes:
            for i in node.inputs:
                last[i] = node.index
        ends = [result.node for result in self.graph.results]
        for node in self.graph.nodes:
            if node.layer is None:
                values[node.index] = inputs.pop(0)
            else:
                values[node.index] = self._layer(node, [values[i] for i in node.inputs])
            if release:
                for i in [*node.inputs, node.index]:
                    if last.get(i, i) == node.index and i not in ends:
                        values.pop(i, None)
        return [values[end] for end in ends]

    def _layer(self, node: Node, x: list[Tensor]) -> Tensor:
        layer: Any = node.layer
        w = self.weights[node.module]
        inplace = node.index in self.in_place
        kind = layer.keyword
        if kind == "conv":
            padding = tuple(begin for begin, _ in layer.pad)
            return F.conv2d(
                x[0],
                w["weight"],
                w.get("bias"),
                layer.stride,
                padding,
                layer.dilation,
                layer.groups,
            )
        if kind == "conv_transpose":
            padding = tuple(begin for begin, _ in layer.pad)
            return F.conv_transpose2d(
                x[0],
                w["weight"],
                w.get("bias"),
                layer.stride,
                padding,
                layer.output_pad,
                layer.groups,
                layer.dilation,
            )
        if kind == "linear":
            return F.linear(x[0], w["weight"], w.get("bias"))
        if kind == "batchnorm":
            return F.batch_norm(
                x[0], w["running_mean"], w["running_var"], w["weight"], w["bias"], self.training
            )
        if kind in ("relu", "relu6", "leaky_relu", "elu", "silu", "hardswish", "hardsigmoid"):
            activation: Callable[..., Tensor] = getattr(F, kind)
            return activation(x[0], inplace=inplace)
        if kind in ("maxpool", "avgpool"):
            padding = tuple(begin for begin, _ in layer.pad)
            pool = F.max_pool2d if kind == "maxpool" else F.avg_pool2d
            return pool(x[0], layer.kernel, layer.stride, padding, ceil_mode=layer.ceil)
        simple: dict[str, Callable[[], Tensor]] = {
            "sigmoid": lambda: torch.sigmoid(x[0]),
            "tanh": lambda: torch.tanh(x[0]),
            "gelu": lambda: F.gelu(x[0]),
            "identity": lambda: x[0],
            "flatten": lambda: torch.flatten(x[0], 1),
            "dropout": lambda: F.dropout(x[0], layer.p, self.training),
            "global_avgpool": lambda: F.adaptive_avg_pool2d(x[0], 1),
            "adaptive_avgpool": lambda: F.adaptive_avg_pool2d(x[0], layer.size),
            "add": lambda: sum(x[1:], start=x[0]),
            "mul": lambda: x[0] * x[1],
            "concat": lambda: torch.cat(x, 1),
            "slice": lambda: x[0][:, layer.begin : layer.end],
            "log_softmax": lambda: F.log_softmax(x[0], 1),
        }
        return simple[kind]()


def images(graph: Graph, batch: int = 1) -> list[Tensor]:
    """Positive noise for each input."""
    shapes = [node.shape for node in graph.nodes if node.layer is None]
    return [torch.rand(batch, *shape) + 0.1 for shape in shapes]  # type: ignore[misc]


def saved_for_backward(graph: Graph, in_place: frozenset[int], batch: int = 1) -> int:
    """Bytes that autograd keeps, each storage once, without weights; backward must work."""
    runner = Runner(graph, in_place, training=True)
    state = [tensor for tensors in runner.weights.values() for tensor in tensors.values()]
    return kept(lambda: runner.run(images(graph, batch)), state)


class _Live(TorchDispatchMode):
    """Counts the bytes of float32 storages while they are alive."""

    def __init__(self, weights: set[int]) -> None:
        super().__init__()
        self.weights = weights
        self.live: dict[int, int] = {}
        self.peak: int = 0

    def add(self, tensor: Tensor) -> None:
        storage = tensor.untyped_storage()
        key = storage._cdata
        if storage.data_ptr() in self.weights or key in self.live:
            return
        if tensor.dtype == torch.float32:
            self.live[key] = storage.nbytes()
            finalize(storage, self.live.pop, key, None)

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        out = func(*args, **(kwargs or {}))
        for tensor in tree_leaves(out):
            if isinstance(tensor, Tensor):
                self.add(tensor)
        self.peak = max(self.peak, sum(self.live.values()))
        return out


def peak(graph: Graph, in_place: frozenset[int]) -> int:
    """The most bytes alive at once when values are dropped after their last reader."""
    runner = Runner(graph, in_place, training=False)
    inputs = images(graph)
    with torch.no_grad(), _Live(runner.own()) as live:
        for i in range(len(inputs)):
            live.add(inputs[i])
        live.peak = sum(live.live.values())
        runner.run(inputs, release=True)
    return int(live.peak)
