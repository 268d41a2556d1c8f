"""Arithmetic and comparisons on the values of the language: exact, and within stated limits."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import Any, NoReturn

from archc.graph.mistakes import Mistake, hush
from archc.graph.values import BlockValue, LayerValue, Tensor, describe, kind_of
from archc.language import tree
from archc.language.source import Span
from archc.shapes import LONGEST_FORMULA, Open, Size, hidden

MOST_ITEMS = 100_000
MOST_LETTERS = 10_000
MOST_BITS = 4_096


def is_whole(value: object) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, Fraction) and value.denominator == 1)


def is_number(value: object) -> bool:
    return isinstance(value, (int, Fraction, float, Open)) and not isinstance(value, bool)


def truth(value: object, expr: tree.Expr) -> bool:
    """A value as a condition; numbers and lists count as in Python."""
    if isinstance(value, Open):
        hush(value)
        raise Mistake("open-size", f"the condition depends on the open size {value}", expr.span)
    return bool(value)


def too_large(span: Span) -> NoReturn:
    raise Mistake("number-too-large", f"the number grows beyond {MOST_BITS} bits", span)


def weigh(values: Iterable[Any], span: Span) -> int:
    """How many items values hold, those of lists in lists counted; refused where too many."""
    total = 0
    open_lists: list[Iterable[Any]] = [values]
    while open_lists:
        for value in open_lists.pop():
            total += 1
            if isinstance(value, tuple) and not isinstance(value, (Open, Tensor)):
                if isinstance(value, (LayerValue, BlockValue)):
                    value = (*value.positional, *value.named.values())
                open_lists.append(value)
        if total > MOST_ITEMS:
            raise Mistake(
                "list-too-long",
                f"a list of more than {MOST_ITEMS:,} items, those of the lists in it counted",
                span,
            )
    return total


def join_texts(left: str, right: str, span: Span) -> str:
    if len(left) + len(right) > MOST_LETTERS:
        raise Mistake("text-too-long", f"a text of more than {MOST_LETTERS:,} letters", span)
    return left + right


def arithmetic(expr: tree.Binary, left: Any, right: Any) -> Any:
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
            if (
                operator == "/"
                and isinstance(right, int)
                and left.multiplier % right == 0
                and left.constant % right == 0
            ):
                return left // right
            hush(left, right)
            raise Mistake(
                "open-size", f"`{operator}` cannot be worked out for an open size", expr.span
            )
        elif operator == "/":
            exact = isinstance(left, (int, Fraction)) and isinstance(right, (int, Fraction))
            result = Fraction(left) / right if exact else left / right
        elif operator == "%":
            result = left % right
        else:
            result = _power(expr, left, right)
    except ZeroDivisionError:
        raise Mistake(
            "division-by-zero",
            f"{describe(left)} {operator} {describe(right)} divides by zero",
            expr.span,
        ) from None
    except TypeError:
        hush(left, right)
        raise Mistake(
            "open-size", f"`{operator}` cannot be worked out for an open size", expr.span
        ) from None
    except (OverflowError, ValueError):
        too_large(expr.span)
    if opened and hidden(result) and not (hidden(left) or hidden(right)):
        message = f"the formula of the size grows beyond {LONGEST_FORMULA} letters"
        raise Mistake("number-too-large", message, expr.span)
    return tidy(result, expr.span)


def tidy(value: Any, span: Span) -> Any:
    """Whole fractions become ints; what is too large is refused."""
    if isinstance(value, Fraction):
        if value.denominator == 1:
            value = value.numerator
        elif max(value.numerator.bit_length(), value.denominator.bit_length()) > MOST_BITS:
            too_large(span)
    parts = value[1:] if isinstance(value, Open) else (value,)
    if any(isinstance(part, int) and part.bit_length() > MOST_BITS for part in parts):
        too_large(span)
    if isinstance(value, float) and not math.isfinite(value):
        too_large(span)
    if isinstance(value, complex):
        raise Mistake("wrong-type", "a root of a negative number is no number here", span)
    return value


def _power(expr: tree.Binary, left: Any, right: Any) -> Any:
    if isinstance(right, int):
        size = max(left.numerator.bit_length(), 1) if isinstance(left, (int, Fraction)) else 1
        if isinstance(left, Fraction):
            size = max(size, left.denominator.bit_length())
        if size * abs(right) > 2 * MOST_BITS and left not in (0, 1, -1):
            too_large(expr.span)
        return left**right if right >= 0 or isinstance(left, float) else Fraction(left) ** right
    return float(left) ** float(right)


def on_every_axis(expr: tree.Binary, left: Any, right: Any) -> Any:
    if isinstance(left, Size) and isinstance(right, Size):
        if expr.operator == "+" and len(left) != len(right):
            raise Mistake("wrong-type", "sizes of different rank do not add", expr.span)
        if len(left) != len(right):
            raise Mistake("wrong-type", f"`{expr.operator}` wants sizes of one rank", expr.span)
        return Size(arithmetic(expr, a, b) for a, b in zip(left, right, strict=True))
    if isinstance(left, Size) and is_number(right):
        return Size(arithmetic(expr, axis, right) for axis in left)
    if isinstance(right, Size) and is_number(left):
        return Size(arithmetic(expr, left, axis) for axis in right)
    raise Mistake(
        "wrong-type",
        f"`{expr.operator}` does not work on {kind_of(left)} and {kind_of(right)}",
        expr.span,
    )


def on_lists(expr: tree.Binary, left: Any, right: Any) -> Any:
    is_list = [type(value) is tuple for value in (left, right)]
    if expr.operator == "+" and all(is_list):
        result = left + right
    elif expr.operator == "*" and any(is_list) and (is_whole(left) or is_whole(right)):
        items, times = (left, int(right)) if is_list[0] else (right, int(left))
        if len(items) * times > MOST_ITEMS:
            raise Mistake("list-too-long", f"a list of more than {MOST_ITEMS:,} items", expr.span)
        result = items * (times if items and times > 0 else 0)
    else:
        raise Mistake(
            "wrong-type",
            f"`{expr.operator}` does not work on {kind_of(left)} and {kind_of(right)}",
            expr.span,
        )
    if len(result) > MOST_ITEMS:
        raise Mistake("list-too-long", f"a list of more than {MOST_ITEMS:,} items", expr.span)
    return result


def _same_items(left: tuple[Any, ...], right: tuple[Any, ...], span: Span) -> bool:
    """Whether lists are equal; raises `Mistake` where that depends on an open size in them."""
    if len(left) != len(right):
        return False
    opened = [
        (a, b)
        for a, b in zip(left, right, strict=True)
        if a != b and (isinstance(a, Open) or isinstance(b, Open))
    ]
    plain = sum(a != b for a, b in zip(left, right, strict=True)) - len(opened)
    return not plain and all(compare("==", a, b, span) for a, b in opened)


def compare(operator: str, left: Any, right: Any, span: Span) -> bool:
    """One comparison of two values; `~` is not for conditions."""
    if isinstance(left, Open) or isinstance(right, Open):
        if isinstance(left, Open) and isinstance(right, Open) and left[:4] == right[:4]:
            left, right = left.constant, right.constant
        else:
            which = left if isinstance(left, Open) else right
            hush(left, right)
            raise Mistake("open-size", f"the comparison depends on the open size {which}", span)
    if operator in ("==", "!="):
        if type(left) in (tuple, Size) and type(right) in (tuple, Size) and left != right:
            return (operator == "==") == _same_items(left, right, span)
        return bool(left == right) == (operator == "==")
    if operator == "~":
        raise Mistake("wrong-type", "`~` stands only in `expect`", span)
    comparable = is_number(left) and is_number(right)
    if not comparable and not (isinstance(left, str) and isinstance(right, str)):
        raise Mistake(
            "wrong-type", f"`{operator}` cannot order {kind_of(left)} and {kind_of(right)}", span
        )
    if operator == "<":
        return bool(left < right)
    if operator == "<=":
        return bool(left <= right)
    return bool(left > right if operator == ">" else left >= right)
