"""The worth of an expression. A mistake is reported once and is worth `UNKNOWN` from there on."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any, NoReturn, Protocol

from archc.graph.values import UNKNOWN, BlockValue, LayerValue, Tensor, describe, kind_of
from archc.language import tree
from archc.language.source import Span
from archc.shapes import HIDDEN, Open, Size

MOST_ITEMS = 100_000
MOST_BITS = 4_096


class Mistake(Exception):
    """A mistake in an expression, with the place to underline."""

    def __init__(self, code: str, message: str, span: Span, help: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.span = span
        self.help = help


class Silence(Exception):
    """Something unknown was met; what depends on it is unknown as well."""


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
    return tuple(evaluate(item, env) for item in expr.items)


def _name(expr: tree.Name, env: Environment) -> Any:
    return env.lookup(expr)


def _template(expr: tree.Template, env: Environment) -> Any:
    return env.template(expr)


AXES = {1: ("width",), 2: ("height", "width"), 3: ("depth", "height", "width")}


def _attribute(expr: tree.Attribute, env: Environment) -> Any:
    value = evaluate(expr.value, env)
    name = expr.name if isinstance(expr.name, str) else text_of(expr.name, env)
    if isinstance(value, Tensor):
        if name in ("channels", "shape", "height", "width", "depth"):
            if value.shape is None:
                raise Silence
            if name == "shape":
                return Size(value.shape)
            if name == "channels":
                return value.shape[0]
            axes = AXES.get(len(value.shape) - 1, ())
            if name in axes:
                return value.shape[1 + axes.index(name)]
            raise Mistake(
                "undefined-name",
                f"a tensor of shape {describe(Size(value.shape))} has no `{name}`",
                expr.span,
            )
    return env.attribute(value, name, expr)


def _index(expr: tree.Index, env: Environment) -> Any:
    value = evaluate(expr.value, env)
    index = evaluate(expr.index, env)
    if not isinstance(value, tuple) or isinstance(value, (Open, Tensor, LayerValue, BlockValue)):
        raise Mistake("wrong-type", f"{kind_of(value)} has no items to pick from", expr.value.span)
    if not _is_whole(index):
        raise Mistake(
            "not-whole", f"an index must be a whole number, not {describe(index)}", expr.index.span
        )
    try:
        return value[int(index)]
    except IndexError:
        last = f"; its items are numbered 0 to {len(value) - 1}" if value else ""
        raise Mistake(
            "index-out-of-range",
            f"there is no item {int(index)} in a list of {len(value)}{last}",
            expr.index.span,
        ) from None


def _slice(expr: tree.Slice, env: Environment) -> Any:
    value = evaluate(expr.value, env)
    if not isinstance(value, tuple) or isinstance(value, (Open, Tensor, LayerValue, BlockValue)):
        raise Mistake("wrong-type", f"{kind_of(value)} cannot be sliced", expr.value.span)
    bounds = []
    for bound in (expr.start, expr.stop):
        worth = None if bound is None else evaluate(bound, env)
        if bound is not None and not _is_whole(worth):
            raise Mistake(
                "not-whole", f"a bound must be a whole number, not {describe(worth)}", bound.span
            )
        bounds.append(None if worth is None else int(worth))
    piece = value[bounds[0] : bounds[1]]
    return Size(piece) if isinstance(value, Size) else piece


def _is_whole(value: object) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, Fraction) and value.denominator == 1)


# -------------------------------------------------------------------------------- arithmetic


def _is_number(value: object) -> bool:
    return isinstance(value, (int, Fraction, float, Open)) and not isinstance(value, bool)


def _unary(expr: tree.Unary, env: Environment) -> Any:
    value = evaluate(expr.operand, env)
    if expr.operator == "not":
        return not truth(value, expr.operand)
    if isinstance(value, Open):
        return value * -1
    if isinstance(value, Size):
        return Size(-axis for axis in value)
    if not _is_number(value):
        raise Mistake("wrong-type", f"{kind_of(value)} has no negative", expr.span)
    return -value


def hush(*values: object) -> None:
    """Nothing is said of a size that is unknown because of an earlier mistake."""
    if any(isinstance(value, Open) and HIDDEN in value.atom for value in values):
        raise Silence


def truth(value: object, expr: tree.Expr) -> bool:
    """A value as a condition; numbers and lists count as in Python."""
    if isinstance(value, Open):
        hush(value)
        raise Mistake("open-size", f"the condition depends on the open size {value}", expr.span)
    return bool(value)


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
        result: Any = left + right if operator == "+" else left - right if operator == "-" else left * right
        if result.bit_length() > MOST_BITS:
            _too_large(expr.span)
        return result
    if isinstance(left, Size) or isinstance(right, Size):
        return _on_every_axis(expr, left, right)
    if isinstance(left, tuple) and not isinstance(left, Open) or isinstance(right, tuple) and not isinstance(right, Open):
        return _on_lists(expr, left, right)
    if isinstance(left, str) and isinstance(right, str) and operator == "+":
        return left + right
    if not _is_number(left) or not _is_number(right):
        raise Mistake(
            "wrong-type", f"`{operator}` does not work on {kind_of(left)} and {kind_of(right)}", expr.span
        )
    return _arithmetic(expr, left, right)


def _too_large(span: Span) -> NoReturn:
    raise Mistake("number-too-large", f"the number grows beyond {MOST_BITS} bits", span)


def _arithmetic(expr: tree.Binary, left: Any, right: Any) -> Any:
    operator = expr.operator
    opened = isinstance(left, Open) or isinstance(right, Open)
    try:
        if operator == "+":
            result = left + right
        elif operator == "-":
            result = left - right
        elif operator == "*":
            result = left * right
        elif operator == "//":
            result = left // right
        elif opened:
            if operator == "/" and isinstance(right, int) and left.multiplier % right == 0 and left.constant % right == 0:
                return left // right
            hush(left, right)
            raise Mistake("open-size", f"`{operator}` cannot be worked out for an open size", expr.span)
        elif operator == "/":
            exact = isinstance(left, (int, Fraction)) and isinstance(right, (int, Fraction))
            result = Fraction(left) / right if exact else left / right
        elif operator == "%":
            result = left % right
        else:
            result = _power(expr, left, right)
    except ZeroDivisionError:
        raise Mistake("division-by-zero", f"{describe(left)} {operator} {describe(right)} divides by zero", expr.span) from None
    except TypeError:
        hush(left, right)
        raise Mistake("open-size", f"`{operator}` cannot be worked out for an open size", expr.span) from None
    except (OverflowError, ValueError):
        _too_large(expr.span)
    return _tidy(result, expr.span)


def _tidy(value: Any, span: Span) -> Any:
    """Whole fractions become ints; what is too large is refused."""
    if isinstance(value, Fraction):
        if value.denominator == 1:
            value = value.numerator
        elif max(value.numerator.bit_length(), value.denominator.bit_length()) > MOST_BITS:
            _too_large(span)
    if isinstance(value, int) and value.bit_length() > MOST_BITS:
        _too_large(span)
    if isinstance(value, float) and not math.isfinite(value):
        _too_large(span)
    if isinstance(value, complex):
        raise Mistake("wrong-type", "a root of a negative number is no number here", span)
    return value


def _power(expr: tree.Binary, left: Any, right: Any) -> Any:
    if isinstance(right, int):
        size = max(abs(left).numerator.bit_length(), 1) if isinstance(left, (int, Fraction)) else 1
        if isinstance(left, Fraction):
            size = max(size, left.denominator.bit_length())
        if size * abs(right) > 2 * MOST_BITS and left not in (0, 1, -1):
            _too_large(expr.span)
        return left**right if right >= 0 or isinstance(left, float) else Fraction(left) ** right
    return float(left) ** float(right)


def _on_every_axis(expr: tree.Binary, left: Any, right: Any) -> Any:
    if isinstance(left, Size) and isinstance(right, Size):
        if expr.operator == "+" and len(left) != len(right):
            raise Mistake("wrong-type", "sizes of different rank do not add", expr.span)
        if len(left) != len(right):
            raise Mistake("wrong-type", f"`{expr.operator}` wants sizes of one rank", expr.span)
        return Size(_arithmetic(expr, a, b) for a, b in zip(left, right, strict=True))
    if isinstance(left, Size) and _is_number(right):
        return Size(_arithmetic(expr, axis, right) for axis in left)
    if isinstance(right, Size) and _is_number(left):
        return Size(_arithmetic(expr, left, axis) for axis in right)
    raise Mistake(
        "wrong-type", f"`{expr.operator}` does not work on {kind_of(left)} and {kind_of(right)}", expr.span
    )


def _on_lists(expr: tree.Binary, left: Any, right: Any) -> Any:
    is_list = [type(value) is tuple for value in (left, right)]
    if expr.operator == "+" and all(is_list):
        result = left + right
    elif expr.operator == "*" and any(is_list) and (_is_whole(left) or _is_whole(right)):
        items, times = (left, int(right)) if is_list[0] else (right, int(left))
        if len(items) * times > MOST_ITEMS:
            raise Mistake("list-too-long", f"a list of more than {MOST_ITEMS:,} items", expr.span)
        result = items * times
    else:
        raise Mistake(
            "wrong-type", f"`{expr.operator}` does not work on {kind_of(left)} and {kind_of(right)}", expr.span
        )
    if len(result) > MOST_ITEMS:
        raise Mistake("list-too-long", f"a list of more than {MOST_ITEMS:,} items", expr.span)
    return result


# ------------------------------------------------------------------- comparisons and choices


def _comparison(expr: tree.Comparison, env: Environment) -> Any:
    left_expr = expr.operands[0]
    left = evaluate(left_expr, env)
    for operator, right_expr in zip(expr.operators, expr.operands[1:], strict=True):
        right = evaluate(right_expr, env)
        if not compare(operator, left, right, expr.span):
            return False
        left = right
    return True


def compare(operator: str, left: Any, right: Any, span: Span) -> bool:
    """One comparison of two values; `~` is not for conditions."""
    if isinstance(left, Open) or isinstance(right, Open):
        if isinstance(left, Open) and isinstance(right, Open) and left[:4] == right[:4]:
            left, right = left.constant, right.constant
        else:
            which = left if isinstance(left, Open) else right
            hush(left, right)
            raise Mistake("open-size", f"the comparison depends on the open size {which}", span)
    if operator == "==":
        return bool(left == right)
    if operator == "!=":
        return bool(left != right)
    if operator == "~":
        raise Mistake("wrong-type", "`~` stands only in `expect`", span)
    comparable = _is_number(left) and _is_number(right)
    if not comparable and not (isinstance(left, str) and isinstance(right, str)):
        raise Mistake("wrong-type", f"`{operator}` cannot order {kind_of(left)} and {kind_of(right)}", span)
    if operator == "<":
        return bool(left < right)
    if operator == "<=":
        return bool(left <= right)
    return bool(left > right if operator == ">" else left >= right)


def _choice(expr: tree.Choice, env: Environment) -> Any:
    if truth(evaluate(expr.condition, env), expr.condition):
        return evaluate(expr.then, env)
    return evaluate(expr.otherwise, env)


# --------------------------------------------------------------------------------- functions


def _call(expr: tree.Call, env: Environment) -> Any:
    if isinstance(expr.function, tree.Name) and expr.function.id in FUNCTIONS:
        named = next((argument for argument in expr.arguments if argument.name), None)
        if named is not None:
            raise Mistake("unknown-argument", f"`{expr.function.id}` takes no named arguments", named.span)
        values = [evaluate(argument.value, env) for argument in expr.arguments]
        return call_function(expr.function.id, values, expr.span)
    return env.call(expr, evaluate(expr.function, env))


def divisible(value: Any, divisor: int = 8) -> int:
    """The nearest multiple of `divisor`, at least `divisor`, never below 0.9 of the value.

    Source: the rounding rule of the MobileNet papers' reference code.
    """
    nearest = int(value + Fraction(divisor, 2)) // divisor * divisor
    rounded = max(divisor, nearest)
    return rounded + divisor if 10 * rounded < 9 * value else rounded


def _range(*bounds: int) -> tuple[int, ...]:
    numbers = range(*bounds)
    if len(numbers) > MOST_ITEMS:
        raise OverflowError
    return tuple(numbers)


FUNCTIONS: dict[str, tuple[int, int | None, Callable[..., Any]]] = {
    "min": (1, None, min),
    "max": (1, None, max),
    "abs": (1, 1, abs),
    "sum": (1, 1, sum),
    "len": (1, 1, len),
    "range": (1, 3, _range),
    "floor": (1, 1, math.floor),
    "ceil": (1, 1, math.ceil),
    "round": (1, 1, round),
    "divisible": (1, 2, divisible),
}


def call_function(name: str, values: list[Any], span: Span) -> Any:
    """A built-in function on values."""
    least, most, function = FUNCTIONS[name]
    if len(values) < least or (most is not None and len(values) > most):
        wanted = f"{least}" if least == most else f"{least} or more" if most is None else f"{least} to {most}"
        raise Mistake("missing-argument" if len(values) < least else "too-many-arguments",
                      f"`{name}` takes {wanted} argument{'s' * (wanted != '1')}, not {len(values)}", span)
    if name in ("floor", "ceil", "round") and isinstance(values[0], Open):
        return values[0]
    if any(isinstance(value, Open) for value in values):
        hush(*values)
        raise Mistake("open-size", f"`{name}` cannot be worked out for an open size", span)
    if name == "range" and not all(_is_whole(value) for value in values):
        culprit = next(value for value in values if not _is_whole(value))
        raise Mistake("not-whole", f"`range` wants whole numbers, not {describe(culprit)}", span)
    if name in ("abs", "floor", "ceil", "round", "divisible") and not all(map(_is_number, values)):
        raise Mistake("wrong-type", f"`{name}` wants a number, not {describe(values[0])}", span)
    try:
        return _tidy(function(*values), span)
    except OverflowError:
        raise Mistake("list-too-long", f"a list of more than {MOST_ITEMS:,} items", span) from None
    except (TypeError, ValueError, ZeroDivisionError):
        given = ", ".join(describe(value) for value in values)
        raise Mistake("wrong-type", f"`{name}` cannot work on {given}", span) from None


def text_of(template: tree.Template, env: Environment) -> str:
    """The text of a label or reference: its computed parts are whole numbers or text."""
    parts = []
    for part in template.parts:
        if isinstance(part, str):
            parts.append(part)
            continue
        value = evaluate(part, env)
        if isinstance(value, str) or _is_whole(value):
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
