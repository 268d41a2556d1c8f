"""The built-in functions."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from archc.graph.mistakes import Mistake, hush
from archc.graph.operators import MOST_ITEMS, is_number, is_whole, tidy
from archc.graph.values import BlockValue, GroupValue, LayerValue, Tensor, describe, kind_of
from archc.language.source import Span
from archc.shapes import Open, Size


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


def _is_object(value: Any) -> bool:
    """Whether a value has no order, though Python would compare its parts."""
    return isinstance(value, (Tensor, LayerValue, BlockValue, GroupValue))


def call_function(name: str, values: list[Any], span: Span) -> Any:
    """A built-in function on values."""
    least, most, function = FUNCTIONS[name]
    if len(values) < least or (most is not None and len(values) > most):
        wanted = (
            f"{least}"
            if least == most
            else f"{least} or more"
            if most is None
            else f"{least} to {most}"
        )
        raise Mistake(
            "missing-argument" if len(values) < least else "too-many-arguments",
            f"`{name}` takes {wanted} argument{'s' * (wanted != '1')}, not {len(values)}",
            span,
        )
    if name in ("floor", "ceil", "round") and isinstance(values[0], Open):
        return values[0]
    items = [*values, *(values[0] if type(values[0]) in (tuple, Size) and name != "len" else ())]
    if any(isinstance(value, Open) for value in items) and name != "sum":
        hush(*items)
        raise Mistake("open-size", f"`{name}` cannot be worked out for an open size", span)
    if name == "range" and not all(is_whole(value) for value in values):
        culprit = next(value for value in values if not is_whole(value))
        raise Mistake("not-whole", f"`range` wants whole numbers, not {describe(culprit)}", span)
    if name in ("abs", "floor", "ceil", "round", "divisible") and not all(map(is_number, values)):
        raise Mistake("wrong-type", f"`{name}` wants a number, not {describe(values[0])}", span)
    if name in ("min", "max", "sum") and any(_is_object(value) for value in items):
        culprit = next(value for value in items if _is_object(value))
        raise Mistake("wrong-type", f"`{name}` cannot work on {kind_of(culprit)}", span)
    try:
        return tidy(function(*values), span)
    except OverflowError:
        raise Mistake("list-too-long", f"a list of more than {MOST_ITEMS:,} items", span) from None
    except (TypeError, ValueError, ZeroDivisionError):
        given = ", ".join(describe(value) for value in values)
        raise Mistake("wrong-type", f"`{name}` cannot work on {given}", span) from None
