"""A model's operations, as `torch.export` lists them: no weights are needed, and nothing is run."""

from __future__ import annotations

import contextlib
import inspect
import io
import logging
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import nn

from archc.importer.model import WHOLE, Exported, Frame, Module, Node, Ref, Unreadable

# Modules that do nothing in evaluation: without a mark they would be missing from a sequence.
SILENT = ("Identity", "StochasticDepth", "DropPath", "DropBlock2d", "Dropout", "Dropout2d")
TOLD = (
    "p",
    "drop_prob",
    "mode",
    "size",
    "alpha",
    "beta",
    "k",
)  # what their attributes tell of them

Arguments = dict[int, dict[str, Any]]


def construct(make: Callable[[], Any]) -> tuple[nn.Module, Arguments]:
    """The model on the meta device, and the arguments of every module in it by the module's id."""
    kinds = {type(module) for module in _made(make).modules()}
    arguments: Arguments = {}
    with _watched(kinds, arguments):
        model = _made(make)
    return model.eval(), arguments


def _made(make: Callable[[], Any]) -> nn.Module:
    """The model without memory for its weights, where its construction asks for no values."""
    try:
        with torch.device("meta"):
            model = make()
    except (RuntimeError, NotImplementedError):  # it reads values while it is made
        model = make()
    if not isinstance(model, nn.Module):
        raise Unreadable(f"it gives {type(model).__name__}, which is no `torch.nn.Module`")
    return model.to("meta")


@contextlib.contextmanager
def _watched(kinds: set[type], arguments: Arguments) -> Iterator[None]:
    """While it lasts, every module of these classes notes what its `__init__` was given."""
    originals = {kind: kind.__dict__["__init__"] for kind in kinds if "__init__" in kind.__dict__}

    def watch(kind: type, original: Any) -> Any:
        signature = inspect.signature(original)

        def init(self: Any, *given: Any, **named: Any) -> None:
            if type(self) is kind:
                with contextlib.suppress(TypeError):
                    bound = signature.bind(self, *given, **named)
                    bound.apply_defaults()
                    arguments[id(self)] = dict(list(bound.arguments.items())[1:])
            original(self, *given, **named)

        return init

    for kind, original in originals.items():
        kind.__init__ = watch(kind, original)  # type: ignore[misc]  # for as long as it lasts
    try:
        yield
    finally:
        for kind, original in originals.items():
            kind.__init__ = original  # type: ignore[misc]  # as it was


def export(
    model: nn.Module, inputs: Sequence[torch.Tensor], name: str, arguments: Arguments | None = None
) -> Exported:
    """The operations of one run in evaluation mode. Raises `Unreadable`."""
    modules = {
        path: Module(type(module).__name__, told_of(module) | (arguments or {}).get(id(module), {}))
        for path, module in model.named_modules()
    }
    with _marked(model), quiet() as told:
        try:
            program = torch.export.export(model, tuple(inputs), strict=False)
            return read_program(program, name, modules)
        except Exception as error:  # what the model raises, and what PyTorch does not export
            if "DataDependent" in type(error).__name__:
                why = "what it does hangs on the values of tensors, which an export does not know"
                raise Unreadable(
                    why, "A part of it can be imported, such as its backbone"
                ) from error
            hint = entering_hint(model, inputs, error) or _last_line(told.getvalue())
            raise Unreadable(f"PyTorch cannot export it: {_first_line(error)}", hint) from error


def entering_hint(model: nn.Module, inputs: Sequence[torch.Tensor], error: Exception) -> str:
    """What to write of the inputs, where their number or their type is what is wrong."""
    taken = list(inspect.signature(model.forward).parameters.values())
    needed = [
        one for one in taken if one.default is one.empty and one.kind is not one.VAR_POSITIONAL
    ]
    plain = [one for one in taken if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]
    many = any(one.kind is one.VAR_POSITIONAL for one in taken)
    if isinstance(error, TypeError) and len(needed) > len(inputs):
        names = ", ".join(one.name for one in needed)
        return f"It takes {len(needed)} inputs ({names}): give --input for each, in their order"
    if isinstance(error, TypeError) and len(plain) < len(inputs) and not many:
        return f"It takes {len(plain)} inputs by their place, and {len(inputs)} are given"
    taken_size = size_taken(model, inputs)
    if taken_size is not None:
        return f"It takes {taken_size}: --input {taken_size}"
    found = re.search(r"expected input\[([\d, ]+)\] to have (\d+) channels", str(error))
    if found is not None:
        shapes = [tuple(one.shape) for one in inputs]
        shape = tuple(map(int, found[1].split(",")))
        if shape in shapes and len(shapes) == 1:
            wanted = "x".join(map(str, (int(found[2]), *shape[2:])))
            return f"Its first layer takes {found[2]} channels: --input {wanted}"
    if "scalar type" in str(error) or "dtype" in str(error):
        return "The type of an input stands behind its size, as in --input 128:int64"
    return ""


SIDES = (32, 28, 64, 224, 96, 128, 227, 256, 299, 384, 512)
"""Sides of images that models are made for, the likeliest first."""


def size_taken(model: nn.Module, inputs: Sequence[torch.Tensor]) -> str | None:
    """A size of images that the model runs on, where the one asked for is none."""
    if len(inputs) != 1 or inputs[0].ndim not in (3, 4):
        return None
    (asked,) = inputs
    axes = tuple(asked.shape[1:])
    first, *asked_sides = (axes[-1], *axes[:-1]) if axes[-1] <= 4 < axes[0] else axes  # `32x32x3`
    if len(axes) == 2:
        first, asked_sides = 3, list(axes)
    sides = [tuple(asked_sides), *((side, side) for side in SIDES)]
    for channels in dict.fromkeys((first, 3, 1)):
        for height, width in sides:
            image = torch.empty((1, channels, height, width), device="meta", dtype=asked.dtype)
            with contextlib.suppress(Exception), torch.no_grad():
                model(image)
                return f"{channels}x{height}x{width}"
    return None


@contextlib.contextmanager
def _marked(model: nn.Module) -> Iterator[None]:
    """While it lasts, a module that would leave no trace, or too many, leaves an `alias`."""
    marked = []
    for module in model.modules():
        if is_marked(module):
            module.forward = torch.ops.aten.alias.default
            marked.append(module)
    try:
        yield
    finally:
        for module in marked:
            del module.forward


def is_marked(module: nn.Module) -> bool:
    """Whether a module is asked what it is, and not its operations."""
    home, kind = type(module).__module__, type(module).__name__
    if isinstance(module, nn.LocalResponseNorm) and kind in WHOLE:
        return True
    if home.startswith("torch.nn.modules."):
        return kind in SILENT and not home.endswith(".dropout")
    return kind in SILENT and not any(True for _ in module.children())


def told_of(module: nn.Module) -> dict[str, Any]:
    """The arguments of a marked module, as its attributes tell them."""
    if not is_marked(module):
        return {}
    return {name: getattr(module, name) for name in TOLD if hasattr(module, name)}


@contextlib.contextmanager
def quiet() -> Iterator[io.StringIO]:
    """PyTorch prints pages when it fails; what matters is in the exception."""
    told = io.StringIO()
    level = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stderr(told):
            warnings.simplefilter("ignore")
            yield told
    finally:
        logging.disable(level)


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[0][:200]}" if lines else type(error).__name__


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:200] if lines else ""


def read_program(program: Any, name: str, modules: dict[str, Module]) -> Exported:
    """An exported program, without PyTorch in it."""
    signature = program.graph_signature
    shapes = {key: tuple(value.shape) for key, value in program.state_dict.items()}
    shapes |= {
        key: tuple(value.shape)
        for key, value in program.constants.items()
        if isinstance(value, torch.Tensor)
    }
    brought = {
        **dict(signature.inputs_to_parameters),
        **dict(signature.inputs_to_buffers),
        **dict(signature.inputs_to_lifted_tensor_constants),
    }
    parameters: dict[str, tuple[str, tuple[int, ...]]] = {}
    buffers: dict[str, tuple[str, tuple[int, ...]]] = {}
    inputs = []
    nodes = []
    outputs: list[tuple[str, Ref]] = []
    for node in program.graph.nodes:
        if node.op == "placeholder":
            if node.name in signature.inputs_to_parameters:
                state = brought[node.name]
                parameters[node.name] = (state, shapes.get(state, ()))
            elif node.name in brought:
                state = brought[node.name]
                buffers[node.name] = (state, shapes.get(state, ()))
            else:
                inputs.append((node.name, _shape(node) or ()))
        elif node.op == "call_function":
            nodes.append(_node(node))
        elif node.op == "output":
            outputs = _outputs(program, node)
    constants = {*signature.inputs_to_lifted_tensor_constants}
    passing = {*signature.non_persistent_buffers}
    unsaved = frozenset(
        key for key, (state, _) in buffers.items() if key in constants or state in passing
    )
    return Exported(
        name, tuple(nodes), tuple(inputs), tuple(outputs), parameters, buffers, modules, unsaved
    )


def _outputs(program: Any, node: Any) -> list[tuple[str, Ref]]:
    """The results that are tensors, by the names of a dictionary or tuple that holds them."""
    from torch.utils import _pytree

    found = []
    spec = program.call_spec.out_spec
    values = list(node.args[0])
    users = set(program.graph_signature.user_outputs)
    values = [value for value in values if value is None or getattr(value, "name", "") in users]
    try:
        tree = _pytree.tree_unflatten(values, spec)
        named, _ = _pytree.tree_flatten_with_path(tree)
    except Exception:  # an output of a class that PyTorch cannot take apart has no names
        named = [((), value) for value in values]
    for path, value in named:
        if hasattr(value, "name"):
            label = "_".join(str(getattr(key, "key", getattr(key, "idx", ""))) for key in path)
            found.append((label, Ref(value.name)))
    return found


def _node(node: Any) -> Node:
    stack = node.meta.get("nn_module_stack") or {}
    frames = tuple(
        Frame(
            key, path, kind if isinstance(kind, str) else f"{kind.__module__}.{kind.__qualname__}"
        )
        for key, (path, kind) in stack.items()
    )
    target = node.target
    arguments: dict[str, Any] = {}
    schema = getattr(target, "_schema", None)
    if schema is None:
        name = getattr(target, "__name__", str(target))
        arguments = {str(index): _plain(value) for index, value in enumerate(node.args)}
    else:
        name = str(target)
        for index, argument in enumerate(schema.arguments):
            if index < len(node.args):
                arguments[argument.name] = _plain(node.args[index])
            elif argument.name in node.kwargs:
                arguments[argument.name] = _plain(node.kwargs[argument.name])
            elif argument.has_default_value():
                arguments[argument.name] = _plain(argument.default_value)
    value = node.meta.get("val")
    several: tuple[tuple[int, ...], ...] = ()
    if isinstance(value, (tuple, list)):
        several = tuple(tuple(one.shape) for one in value if isinstance(one, torch.Tensor))
    return Node(node.name, name, arguments, frames, _shape(node), several)


def _shape(node: Any) -> tuple[int, ...] | None:
    value = node.meta.get("val")
    return tuple(int(axis) for axis in value.shape) if isinstance(value, torch.Tensor) else None


def _plain(value: Any) -> Any:
    """An argument: tensors become references, the rest stays what it is."""
    if isinstance(value, torch.fx.Node):
        return Ref(value.name)
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (int, float, bool, str)) or value is None:
        return value
    return str(value)
