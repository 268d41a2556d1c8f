"""The worth of an expression. A mistake is reported once and is worth `UNKNOWN` from there on."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, Protocol

from archc.graph import cures
from archc.graph.functions import FUNCTIONS, call_function
from archc.graph.mistakes import Mistake, Silence
from archc.graph.operators import (
    MOST_BITS,
    arithmetic,
    compare,
    is_number,
    is_whole,
    join_texts,
    on_every_axis,
    on_lists,
    too_large,
    truth,
    weigh,
)
from archc.graph.values import (
    NO_VALUE,
    UNKNOWN,
    BlockValue,
    LayerValue,
    Tensor,
    describe,
    kind_of,
)
from archc.language import tree
from archc.language.source import Span
from archc.shapes import Open, Size

__all__ = [
    "FUNCTIONS",
    "Environment",
    "Mistake",
    "Silence",
    "compare",
    "evaluate",
    "text_of",
    "truth",
]


FRACTION_ITEMS = 48  # one arithmetic on fractions is as much work as so many items of a list


class Environment(Protocol):
    """What an expression can ask of the place where it stands."""

    def lookup(self, name: tree.Name) -> Any:
        """The worth of a name; raises `Mistake` where there is none."""

    def template(self, reference: tree.Template) -> Any:
        """The value a computed reference names."""

    def call(self, call: tree.Call, function: Any) -> Any:
        """A block or layer with arguments fixed."""

    def attribute(self, value: Any, name: str, expr: tree.Attribute) -> Any:
        """`value.name` where the value is no tensor's size."""

    def spend(self, items: int) -> None:
        """Counts the work on long lists; raises where there is too much of it."""


def evaluate(expr: tree.Expr, env: Environment) -> Any:
    """The worth of `expr`: exact (int or Fraction) where it can be.

    Raises `Mistake`, or `Silence` where something unknown was met.
    """
    value = _EVALUATE[type(expr)](expr, env)
    if value is UNKNOWN:
        raise Silence
    return value


def _number(expr: tree.Number, env: Environment) -> Any:
    return expr.value


def _constant(expr: tree.Text | tree.Constant, env: Environment) -> Any:
    return expr.value


def _size(expr: tree.Size, env: Environment) -> Any:
    axes = []
    for axis in expr.axes:
        axes.append(axis if isinstance(axis, int) else env.lookup(tree.Name(axis, expr.span)))
    if any(axis is UNKNOWN for axis in axes):
        raise Silence
    return Size(axes)


def _list(expr: tree.List, env: Environment) -> Any:
    items = tuple([evaluate(item, env) for item in expr.items])
    _spend(items, expr.span, env)
    return items


def _spend(items: Any, span: Span, env: Environment) -> None:
    """Lists have a limit, and the work on them counts."""
    if any(isinstance(item, tuple) for item in items):
        env.spend(weigh(items, span))
    elif len(items) > 8:
        env.spend(len(items))


def _name(expr: tree.Name, env: Environment) -> Any:
    return env.lookup(expr)


def _template(expr: tree.Template, env: Environment) -> Any:
    return env.template(expr)


SIZES = ("channels", "shape", "height", "width", "depth")
AXES = {1: ("width",), 2: ("height", "width"), 3: ("depth", "height", "width")}


def _attribute(expr: tree.Attribute, env: Environment) -> Any:
    value = evaluate(expr.value, env)
    name = expr.name if isinstance(expr.name, str) else text_of(expr.name, env)
    if not isinstance(value, Tensor) or name not in SIZES:
        return env.attribute(value, name, expr)
    if value.node == NO_VALUE:
        return env.attribute(value, name, expr)
    if value.shape is None:
        raise Silence
    if name == "shape":
        return Size(value.shape)
    if name == "channels":
        return value.shape[0]
    axes = AXES.get(len(value.shape) - 1, ())
    if name in axes:
        return value.shape[1 + axes.index(name)]
    shape = describe(Size(value.shape))
    message = f"a tensor of shape {shape} has no `{name}`"
    whole = expr.span.text.removesuffix(name)
    others = tuple(
        cures.text.instead(
            cures.text.tail(expr.span, name), axis, f"its one size is `{whole}{axis}`"
        )
        for axis in (axes if len(axes) == 1 else ())
    )
    raise Mistake("undefined-name", message, expr.span, proposals=others)


def _index(expr: tree.Index, env: Environment) -> Any:
    value = evaluate(expr.value, env)
    index = evaluate(expr.index, env)
    if not isinstance(value, tuple) or isinstance(value, (Open, Tensor, LayerValue, BlockValue)):
        raise Mistake("wrong-type", f"{kind_of(value)} has no items to pick from", expr.value.span)
    if not is_whole(index):
        raise Mistake(
            "not-whole", f"an index must be a whole number, not {describe(index)}", expr.index.span
        )
    try:
        return value[int(index)]
    except IndexError:
        last = f"; its items are numbered 0 to {len(value) - 1}" if value else ""
        raise Mistake(
            "index-out-of-range",
            f"there is no item {describe(int(index))} in a list of {len(value)}{last}"
            + _worth(expr.index, index),
            expr.index.span,
        ) from None


def _worth(expr: tree.Expr, value: Any) -> str:
    """What an expression is worth, where that is not written: `; i + 1 is 4`."""
    text = " ".join(expr.span.text.split())
    return "" if isinstance(expr, tree.Number) else f"; `{text}` is {describe(value)}"


def _slice(expr: tree.Slice, env: Environment) -> Any:
    value = evaluate(expr.value, env)
    if not isinstance(value, tuple) or isinstance(value, (Open, Tensor, LayerValue, BlockValue)):
        raise Mistake("wrong-type", f"{kind_of(value)} cannot be sliced", expr.value.span)
    bounds = []
    for bound in (expr.start, expr.stop):
        worth = None if bound is None else evaluate(bound, env)
        if bound is not None and not is_whole(worth):
            raise Mistake(
                "not-whole", f"a bound must be a whole number, not {describe(worth)}", bound.span
            )
        bounds.append(None if worth is None else int(worth))
    piece = value[bounds[0] : bounds[1]]
    env.spend(len(piece))
    return Size(piece) if isinstance(value, Size) else piece


def _unary(expr: tree.Unary, env: Environment) -> Any:
    value = evaluate(expr.operand, env)
    if expr.operator == "not":
        return not truth(value, expr.operand)
    if isinstance(value, Open):
        return value * -1
    if isinstance(value, Size):
        return Size(axis * -1 for axis in value)
    if not is_number(value):
        raise Mistake("wrong-type", f"{kind_of(value)} has no negative", expr.span)
    return -value


def _binary(expr: tree.Binary, env: Environment) -> Any:
    operator = expr.operator
    if operator in ("and", "or"):
        left = evaluate(expr.left, env)
        if truth(left, expr.left) == (operator == "or"):
            return left
        return evaluate(expr.right, env)
    left = evaluate(expr.left, env)
    right = evaluate(expr.right, env)
    if type(left) is int and type(right) is int and operator in "+-*":
        result: Any = (
            left + right if operator == "+" else left - right if operator == "-" else left * right
        )
        if result.bit_length() > MOST_BITS:
            too_large(expr.span)
        return result
    if isinstance(left, Size) or isinstance(right, Size):
        return on_every_axis(expr, left, right)
    if (isinstance(left, tuple) and not isinstance(left, Open)) or (
        isinstance(right, tuple) and not isinstance(right, Open)
    ):
        joined = on_lists(expr, left, right)
        _spend(joined, expr.span, env)
        return joined
    if isinstance(left, str) and isinstance(right, str) and operator == "+":
        return join_texts(left, right, expr.span)
    if not is_number(left) or not is_number(right):
        raise Mistake(
            "wrong-type",
            f"`{operator}` does not work on {kind_of(left)} and {kind_of(right)}",
            expr.span,
        )
    result = arithmetic(expr, left, right)
    if type(result) is Fraction:
        env.spend(FRACTION_ITEMS)
    return result


def _comparison(expr: tree.Comparison, env: Environment) -> Any:
    left_expr = expr.operands[0]
    left = evaluate(left_expr, env)
    for operator, right_expr in zip(expr.operators, expr.operands[1:], strict=True):
        right = evaluate(right_expr, env)
        if isinstance(left, tuple):
            env.spend(len(left))
        if not compare(operator, left, right, expr.span):
            return False
        left = right
    return True


def _choice(expr: tree.Choice, env: Environment) -> Any:
    if truth(evaluate(expr.condition, env), expr.condition):
        return evaluate(expr.then, env)
    return evaluate(expr.otherwise, env)


def _call(expr: tree.Call, env: Environment) -> Any:
    if isinstance(expr.function, tree.Name) and expr.function.id in FUNCTIONS:
        named = next((argument for argument in expr.arguments if argument.name), None)
        if named is not None:
            raise Mistake(
                "unknown-argument", f"`{expr.function.id}` takes no named arguments", named.span
            )
        values = [evaluate(argument.value, env) for argument in expr.arguments]
        for value in values:
            if isinstance(value, tuple) and len(value) > 8:
                env.spend(2 * len(value))  # looked at, and worked on
        result = call_function(expr.function.id, values, expr.span)
        if isinstance(result, tuple) and len(result) > 8:
            env.spend(len(result))
        return result
    return env.call(expr, evaluate(expr.function, env))


def text_of(template: tree.Template, env: Environment) -> str:
    """The text of a label or reference: its computed parts are whole numbers or text."""
    parts = []
    for part in template.parts:
        if isinstance(part, str):
            parts.append(part)
            continue
        value = evaluate(part, env)
        if isinstance(value, str) or is_whole(value):
            parts.append(str(value))
        else:
            raise Mistake(
                "wrong-type",
                f"a part of a name must be a whole number or text, not {describe(value)}",
                part.span,
            )
    return "".join(parts)


_EVALUATE: dict[type, Callable[[Any, Environment], Any]] = {
    tree.Number: _number,
    tree.Text: _constant,
    tree.Constant: _constant,
    tree.Size: _size,
    tree.List: _list,
    tree.Name: _name,
    tree.Template: _template,
    tree.Attribute: _attribute,
    tree.Index: _index,
    tree.Slice: _slice,
    tree.Call: _call,
    tree.Unary: _unary,
    tree.Binary: _binary,
    tree.Comparison: _comparison,
    tree.Choice: _choice,
}
