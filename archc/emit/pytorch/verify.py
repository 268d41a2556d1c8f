"""Holds a generated module to the graph it was made from: names, shapes, parameters, work, values.

PyTorch is imported here and in `by_layers.py`, and nowhere else in the emitter.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from archc.check import Network
from archc.emit.pytorch.reading.resting import rests
from archc.emit.pytorch.validation.things import by_module
from archc.graph.graph import Graph
from archc.named import NamedTuple
from archc.shapes import Open, Shape

if TYPE_CHECKING:
    from types import ModuleType


class Mismatch(Exception):
    """The module and the graph disagree."""


class Compared(NamedTuple):
    """What was compared for one network."""

    network: str
    tensors: int
    parameters: int
    layers: int
    macs: int
    values: bool = False  # whether values were computed as well


def load(code: str) -> ModuleType:
    """Imports generated code from a file of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "generated.py")
        with open(path, "w", encoding="utf-8") as file:
            file.write(code)
        name = f"archc_generated_{abs(hash(code)):x}"
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        before = sys.dont_write_bytecode
        sys.dont_write_bytecode = True
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[name]
            raise
        finally:
            sys.dont_write_bytecode = before
    return module


MOST_MACS = 10_000_000_000
"""Multiply-accumulates of the networks that are run with values; more would take minutes."""


def verify(code: str, networks: list[Network], values: bool = False) -> list[Compared]:
    """Raises `Mismatch` at the first difference.

    Large networks run on PyTorch's meta device, where tensors have shapes but no values; after
    that, where `values` are asked for, everything runs once more with random weights.
    """
    try:
        module = load(code)
    except Exception as error:  # whatever the module raises is its fault
        raise Mismatch(f"it cannot be imported: {type(error).__name__}: {error}") from error
    try:
        found = [_verify(module, one) for one in networks]
        if not values:
            return found
        room = MOST_MACS
        for place, network in enumerate(networks):
            room -= found[place].macs
            if room >= 0:
                _compare_values(module, network)
                found[place] = found[place]._replace(values=True)
        return found
    finally:
        sys.modules.pop(module.__name__, None)


def expected_state(graph: Graph) -> list[tuple[str, tuple[int, ...]]]:
    """Names and shapes of the `state_dict` as the graph has it."""
    result = []
    seen = set()
    for node in graph.nodes:
        if node.layer is None or node.module in seen:
            continue
        seen.add(node.module)
        shapes = [graph.nodes[i].shape or () for i in node.inputs]
        for weight in node.layer.weights(shapes):
            around = node.module.rpartition(".")[0] if node.layer.named_around else node.module
            name = ".".join(filter(None, (around, weight.name)))
            result.append((name, tuple(_number(axis) for axis in weight.shape)))
    return result


def _number(axis: Any) -> int:
    if isinstance(axis, Open):
        raise Mismatch("an open size cannot be compared")
    return int(axis)


SMALL = 1_000_000
"""Parameters of a network that runs on the processor, and values of its layers for all images."""


def _small(network: Network, images: int) -> bool:
    """Whether a network runs on the processor in no time.

    What PyTorch needs for its meta device takes a second to load. Layers that take no negative
    values meet none there.
    """
    totals = network.facts.training
    if totals.params is None or totals.activations is None or totals.work is None:
        return False
    size = max(totals.params, totals.activations * images, totals.work.macs * images // 100)
    unsigned = any(node.layer is not None and node.layer.unsigned for node in network.graph.nodes)
    return size <= SMALL and not unsigned


def _verify(module: ModuleType, network: Network) -> Compared:
    import torch

    name, graph = network.name, network.graph
    state = expected_state(graph)
    inputs = [node.shape for node in graph.nodes if node.layer is None]
    torch.default_generator.manual_seed(0)
    images = max(network.batch, 2)  # batch normalisation in training wants two
    small = _small(network, images)
    try:
        with nullcontext() if small else torch.device("meta"):  # shapes and counts need no memory
            net = getattr(module, name)()
    except Exception as error:  # whatever the module raises is its fault
        raise Mismatch(f"{name} cannot be made: {type(error).__name__}: {error}") from error
    found = [(key, tuple(value.shape)) for key, value in net.state_dict().items()]
    _compare_state(name, state, found)
    parameters = sum(p.numel() for p in net.parameters())
    if network.facts.training.params is not None and parameters != network.facts.training.params:
        raise Mismatch(
            f"{name} has {parameters:,} parameters, not {network.facts.training.params:,}"
        )
    _compare_trained(name, graph, net)
    macs = 0
    layers = 0
    if not small:
        _count_nothing(net)
    for training in (False, True):
        net.train(training)
        layers, flops = _run(name, net, graph, inputs, images, training, small)
        flops = flops // images * network.batch
        totals = network.facts.training if training else network.facts.totals
        macs = totals.work.macs if totals.work is not None else 0
        if totals.work is not None and flops != 2 * macs:
            mode = "training" if training else "evaluation"
            raise Mismatch(
                f"{name} works {flops:,} in {mode} by PyTorch's counter, not 2 x {macs:,}"
            )
    work = network.facts.totals.work
    return Compared(name, len(found), parameters, layers, work.macs if work is not None else 0)


def _compare_values(module: ModuleType, network: Network) -> None:
    from archc.emit.pytorch.by_layers import Differs, compare

    name = network.name
    try:
        compare(getattr(module, name)(), network.graph, vars(module))
    except Differs as difference:
        raise Mismatch(f"{name} computes other values: {difference}") from None
    except Exception as error:  # whatever the module raises is its fault
        what = f"{type(error).__name__}: {error}"
        raise Mismatch(f"{name} cannot run with values: {what}") from error


def _count_nothing(net: Any) -> None:
    """Batch normalisation with a plain average reads how often it ran: the meta device cannot."""
    from torch.nn.modules.batchnorm import _BatchNorm

    for layer in net.modules():
        if isinstance(layer, _BatchNorm) and layer.momentum is None:
            layer.momentum = 0.1


def _compare_state(
    name: str, state: list[tuple[str, tuple[int, ...]]], found: list[tuple[str, tuple[int, ...]]]
) -> None:
    if dict(found) != dict(state):
        missing = [key for key, _ in state if key not in dict(found)]
        extra = [key for key, _ in found if key not in dict(state)]
        differ = [key for key, size in found if key in dict(state) and dict(state)[key] != size]
        raise Mismatch(
            f"{name}'s state: missing {missing[:4]}, extra {extra[:4]}, shapes {differ[:4]}"
        )
    in_order = by_module(key for key, _ in found) == by_module(key for key, _ in state)
    if not in_order and not _bare(state):
        raise Mismatch(f"{name}'s state is in another order")


def _compare_trained(name: str, graph: Graph, net: Any) -> None:
    """What is frozen is not trained, and its batch norms stay in evaluation mode."""
    frozen = {node.module for node in graph.nodes if node.frozen}
    for key, parameter in net.named_parameters():
        wanted = key not in frozen and key.rpartition(".")[0] not in frozen
        if parameter.requires_grad != wanted:
            raise Mismatch(f"{name}.{key} is {'frozen' if wanted else 'trained'}")
    resting = {node.module for node in graph.nodes if rests(node)}
    net.train()
    for path, child in net.named_modules():
        if path in resting and child.training:
            raise Mismatch(f"{name}.{path} is frozen, and moves its statistics in training")


def _bare(state: list[tuple[str, tuple[int, ...]]]) -> bool:
    """Bare tensors come first in a module's state, whatever their place in the text."""
    return any(key.rsplit(".", 1)[-1] not in STATE for key, _ in state)


STATE = frozenset(("weight", "bias", "running_mean", "running_var", "num_batches_tracked"))


def _run(
    name: str,
    net: Any,
    graph: Graph,
    inputs: list[Shape | None],
    images: int,
    training: bool,
    small: bool,
) -> tuple[int, int]:
    """A forward pass with hooks on every layer; how many were compared, and the FLOPs."""
    import torch

    from archc.emit.pytorch.by_layers import Flops

    shapes: dict[str, list[tuple[int, ...]]] = {}
    handles = []
    for path, child in net.named_modules():
        if isinstance(child, torch.nn.Identity):
            continue  # it may hold the number of what the forward pass does itself

        def note(_: Any, __: Any, result: Any, path: str = path) -> None:
            if isinstance(result, torch.Tensor):
                shapes.setdefault(path, []).append(tuple(result.shape[1:]))

        handles.append(child.register_forward_hook(note))
    sizes = [[_number(axis) for axis in shape or ()] for shape in inputs]
    device = "cpu" if small else "meta"
    batch = [torch.zeros(images, *size, device=device) for size in sizes]
    counter = Flops()
    try:
        with torch.set_grad_enabled(training):
            with counter:
                result = net(*batch)
            if training:
                _backward(result)
    except Exception as error:  # whatever the module raises is its fault
        raise Mismatch(f"{name} cannot run: {type(error).__name__}: {error}") from error
    finally:
        for handle in handles:
            handle.remove()
    _compare_results(name, result, graph, training)
    return _compare_layers(name, shapes, graph, training), counter.total


def _backward(result: Any) -> None:
    """Autograd objects where an activation in place destroyed what it needs."""
    results = [
        one for one in (result if isinstance(result, tuple) else (result,)) if one is not None
    ]
    total = sum(one.sum() for one in results)
    if getattr(total, "requires_grad", False):
        total.backward()


def _compare_layers(
    name: str, shapes: dict[str, list[tuple[int, ...]]], graph: Graph, training: bool
) -> int:
    count = 0
    wanted: dict[str, list[Shape | None]] = {}
    for node in graph.nodes:
        if node.layer is not None and (training or not node.training):
            wanted.setdefault(node.module, []).append(node.shape)
    held = {path.rpartition(".")[0] for path, _ in expected_state(graph)}
    for path, expected in wanted.items():
        found = shapes.get(path)
        if found is None:
            continue
        every = [tuple(one or ()) for one in expected]
        # One that is shared and has no weights may have a twin, made for channels that are said
        # otherwise, were they as many here: it gives some of the shapes, in their order.
        rest = iter(every)
        if found != every and (path in held or not all(one in rest for one in found)):
            raise Mismatch(f"{name}.{path} gives {found}, not {expected}")
        count += len(found)
    return count


def _compare_results(name: str, result: Any, graph: Graph, training: bool) -> None:
    expected = [one for one in graph.results if training or not one.training]
    if len(expected) == 1:
        results = {"out": result}
    elif not hasattr(result, "_asdict"):
        raise Mismatch(f"{name} returns {type(result).__name__}, not {len(expected)} results")
    else:
        results = {key: value for key, value in result._asdict().items() if value is not None}
    wanted = {one.name: tuple(graph.nodes[one.node].shape or ()) for one in expected}
    found = {key: tuple(getattr(value, "shape", ())[1:]) for key, value in results.items()}
    if found != wanted:
        raise Mismatch(f"{name} returns {found}, not {wanted}")
