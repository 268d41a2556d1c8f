"""A layer in one line, in its author's terms: `conv 64 3x3 /2 pad 1`."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from archc.layers.arguments import ArgumentError, describe

if TYPE_CHECKING:
    from archc.graph.graph import Node, Scope
    from archc.layers.arguments import Argument
    from archc.layers.base import Layer


def layer_text(layer: Layer) -> str:
    """The keyword and what differs from the defaults."""
    words = [layer.keyword]
    rank = _rank(layer)
    only = len(layer.arguments) == 1
    for name, argument in layer.arguments.items():
        value = layer.values.get(name)
        if argument.required or (only and not argument.words):
            words.append(value_text(value, argument.kind))
        elif not _is_default(value, argument, rank):
            words.append(_option(name, value, argument.kind))
    return " ".join(word for word in words if word)


def node_text(node: Node) -> str:
    """What stands for a node in a table or diagram."""
    if node.layer is None:
        return "input"
    text = layer_text(node.layer)
    if node.frozen and node.layer.stateful:
        text += " (frozen)"
    return f"{text} (shared)" if node.path != node.module and node.module else text


def scope_text(scope: Scope) -> str:
    """`Bottleneck 128 stride=2`; "" for groups, the kind for loops."""
    if scope.kind != "block":
        return ""
    words = [scope.name]
    for name, value in scope.arguments:
        words.append(f"{name}={value if isinstance(value, str) else scope_value(value)}")
    return " ".join(words)


def scope_value(value: Any) -> str:
    """A value of the language, as the graph's messages show it."""
    from archc.graph.values import describe as describe_value

    return describe_value(value)


def value_text(value: Any, kind: str = "") -> str:
    """A value of an argument: `3x3`, `1`, `[[0, 1], [0, 1]]`."""
    if kind == "table" and isinstance(value, tuple):
        return f"table of {sum(len(row) for row in value)}"
    if kind == "pads" and isinstance(value, tuple):
        return _pads(value)
    if kind == "size" and isinstance(value, tuple):
        return "x".join(str(item) for item in value)
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, Fraction):
        return describe(value)
    if isinstance(value, str):
        return value
    return describe(value)


def _option(name: str, value: Any, kind: str) -> str:
    if isinstance(value, bool):
        if kind == "tensor":
            return ""
        return name if value else f"no {name}"
    if name == "stride" and isinstance(value, tuple):
        return f"/{_uniform(value)}"
    if kind == "size" and isinstance(value, tuple):
        return f"{name} {_uniform(value)}"
    if kind == "table":
        return f"{name} {value_text(value, kind)}"
    return f"{name} {value_text(value, kind)}"


def _uniform(value: tuple[Any, ...]) -> str:
    return str(value[0]) if len(set(value)) == 1 else "x".join(str(item) for item in value)


def _pads(value: tuple[Any, ...]) -> str:
    pairs = [item for item in value if isinstance(item, tuple) and len(item) == 2]
    if len(pairs) == len(value) and all(begin == end for begin, end in pairs):
        return _uniform(tuple(begin for begin, _ in pairs))
    return describe(value)


def _rank(layer: Layer) -> int:
    """The spatial axes of a layer, as far as its own values tell."""
    for name, argument in layer.arguments.items():
        value = layer.values.get(name)
        if argument.kind in ("size", "pads") and isinstance(value, tuple):
            return len(value)
    return 2


def _is_default(value: Any, argument: Argument, rank: int) -> bool:
    default = argument.default
    if value is default or value == default:
        return True
    if default is None:
        return False
    try:
        return bool(argument.convert(default, rank) == value)
    except ArgumentError:
        return False
