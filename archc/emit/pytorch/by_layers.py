"""What a graph computes, layer by layer: each on its own, in PyTorch, wired as the graph says.

Nothing that the emitter wrote is run here but the layers that PyTorch lacks; a layer is the module
that it names itself (`Layer.torch_module`). So values of generated code are held to the graph.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

from archc.emit.pytorch.python import ir
from archc.emit.pytorch.python.printer import text
from archc.emit.pytorch.reading.runs import form_of
from archc.emit.pytorch.reading.sight import literal
from archc.graph.graph import Graph, Node
from archc.layers.form import Form, scaled

TOLERANCE = 1e-9
"""How far a value may be off, as a share of the largest: both compute in double precision."""


class Differs(Exception):
    """A value that the module and the graph do not share."""


def compare(model: nn.Module, graph: Graph, brought: dict[str, Any]) -> None:
    """Runs both with random weights on random inputs, in both modes; raises `Differs`.

    `brought` are the names of the module's file. What draws at random draws the same in both.
    """
    torch.default_generator.manual_seed(0)
    _disturb(model.double())
    layers = _Layers(graph, model, {**brought, "torch": torch, "F": F, "nn": nn})
    shapes = [node.shape or () for node in graph.nodes if node.layer is None]
    inputs = [torch.rand(2, *shape, dtype=torch.float64) * 2 - 0.7 for shape in shapes]
    seed = nn.modules.module.register_module_forward_pre_hook(_seed)
    try:
        with torch.no_grad():
            for training in (False, True):
                mode = "training" if training else "evaluation"
                wanted = layers.run(inputs, training)
                result = model.train(training)(*[one.clone() for one in inputs])
                found = [result] if isinstance(result, Tensor) else [*result]
                for one, two in zip((one for one in found if one is not None), wanted, strict=True):
                    _close(one, two, f"a result in {mode}")
            layers.hold_state(model)
    finally:
        seed.remove()


def _seed(module: nn.Module, inputs: Any) -> None:
    torch.default_generator.manual_seed(0)


def _disturb(model: nn.Module) -> None:
    """Moves every weight, so that no two are alike, none is 0 or 1, and variances stay positive."""
    for one in model.state_dict().values():
        if one.is_floating_point():
            one += 0.1 * torch.rand_like(one)


def _close(found: Tensor, wanted: Tensor, what: str) -> None:
    if found.shape != wanted.shape or not found.isfinite().equal(wanted.isfinite()):
        raise Differs(f"{what} is another")
    most = wanted[wanted.isfinite()].abs().max().item() if wanted.isfinite().any() else 0.0
    far = (found - wanted)[wanted.isfinite()].abs().max().item() if most else 0.0
    if far > TOLERANCE * most:
        raise Differs(f"{what} differs by {far:.2g} where the largest value is {most:.2g}")


class _Layers:
    """The layers of a graph, with the weights of a model."""

    def __init__(self, graph: Graph, model: nn.Module, names: dict[str, Any]) -> None:
        self.graph = graph
        self.names = names
        self.weights = dict(model.named_parameters())
        self.state = model.state_dict()
        self.modules: dict[str, nn.Module] = {}
        self.last = {index: node.index for node in graph.nodes for index in node.inputs}

    def run(self, inputs: list[Tensor], training: bool) -> list[Tensor]:
        """The results, the main one first."""
        ends = [one.node for one in self.graph.results if training or not one.training]
        values: dict[int, Tensor] = {}
        given = iter(inputs)
        for node in self.graph.nodes:
            if node.training and not training:
                continue
            if node.layer is None:
                values[node.index] = next(given)
                continue
            values[node.index] = self._layer(node, [values[one] for one in node.inputs], training)
            for one in set(node.inputs) - set(ends):
                if self.last[one] == node.index:
                    del values[one]
        return [values[one] for one in ends]

    def _layer(self, node: Node, inputs: list[Tensor], training: bool) -> Tensor:
        form = form_of(self.graph.nodes, node)
        assert node.layer is not None
        assert form is not None
        if not form.target or ("." not in form.target and form.target not in self.names):
            return self._expression(form, inputs, self.weights.get(node.module))
        if node.module not in self.modules:
            self.modules[node.module] = self._module(form, f"{node.module}.")
        rests = node.frozen and node.layer.rests
        result: Tensor = self.modules[node.module].train(training and not rests)(*inputs)
        return result

    def _module(self, form: Form, prefix: str) -> nn.Module:
        """The module of a layer; it shares the model's weights, and has statistics of its own."""
        target = form.target
        arguments = tuple((one.name, literal(one.value)) for one in form.parts)
        if form.pads is not None:
            target = f"Padded{target.removeprefix('nn.')}"
            arguments += (("pads", literal(form.pads)),)
        module: nn.Module = eval(text(ir.Make(target, arguments, "")), dict(self.names))
        mine = {
            name.removeprefix(prefix): value if name in self.weights else value.clone()
            for name, value in self.state.items()
            if name.startswith(prefix)
        }
        module.load_state_dict(mine, assign=True)
        return module

    def _expression(self, form: Form, inputs: list[Tensor], bare: Tensor | None) -> Tensor:
        expression = form.expression
        if bare is not None:
            inputs, expression = [*inputs, bare], scaled(form, inputs[0].dim() - 2)
        tensors = {f"x{number}": one for number, one in enumerate(inputs)}
        values = tuple((one.name or "", literal(one.value)) for one in form.parts)
        op = ir.Op(expression, tuple(ir.Name(name) for name in tensors), values)
        result: Tensor = eval(text(op), {**self.names, **tensors})
        return result

    def hold_state(self, model: nn.Module) -> None:
        """The running statistics that training has left."""
        after = model.state_dict()
        for path, module in self.modules.items():
            for name, value in module.named_buffers():
                if f"{path}.{name}" in after:
                    what = f"`{path}.{name}` after training"
                    _close(after[f"{path}.{name}"].double(), value.double(), what)


class Flops(TorchDispatchMode):  # type: ignore[misc]  # mypy does not read torch
    """While it is entered, `total` grows by the FLOPs of operations, by PyTorch's own formulas.

    `FlopCounterMode` counts each module by itself besides, and looks inside every operation that it
    has no formula for; on the meta device that takes longer than the run.
    """

    total = 0

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Nothing here is compiled, and PyTorch's compiler takes a second to load."""
        return False

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        formula = flop_registry.get(func._overloadpacket)
        if formula is not None:
            self.total += formula(*args, **(kwargs or {}), out_val=result)
        return result
