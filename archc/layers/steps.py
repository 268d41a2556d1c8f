"""Arithmetic as a teacher writes it, and the words messages share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from archc.layers.base import LayerError, Step, Weight
from archc.shapes import Axis, Shape, count, show

AXES = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}


def times(factors: Iterable[Axis]) -> str:
    """`28 x 28 x 6`; sums in brackets."""
    return " x ".join(term(factor) for factor in factors) or "1"


def term(axis: Axis) -> str:
    """A factor: open sizes that are sums stand in brackets."""
    text = str(axis)
    return text if text.isalnum() else f"({text})"


def product(shape: Iterable[Axis]) -> int:
    """The number of elements of a shape without open axes."""
    result = count(shape)
    assert result is not None, "asked for a number while a size is open"
    return result


def equation(figure: str, left: str, result: Axis) -> Step:
    """`left = 1,234`."""
    shown = f"{result:,}" if isinstance(result, int) else str(result)
    return Step(figure, f"{left} = {shown}")


def per_axis(figure_of: str, lines: Sequence[tuple[str, Axis]]) -> tuple[Step, ...]:
    """One step where all axes agree, else one an axis: `output height`, `output width`."""
    if len(set(lines)) == 1:
        return (equation(f"{figure_of} size", *lines[0]),)
    names = AXES.get(len(lines)) or tuple(f"axis {i + 1}" for i in range(len(lines)))
    return tuple(
        equation(f"{figure_of} {name}", *line) for name, line in zip(names, lines, strict=True)
    )


def parameters(weights: Sequence[Weight]) -> tuple[Step, ...]:
    """The plain sum of the learnable tensors: `64 + 64 = 128`."""
    shapes = [weight.shape for weight in weights if weight.kind == "parameter"]
    total = sum(count(shape) or 0 for shape in shapes)
    if not total:
        return ()
    return (equation("parameters", " + ".join(times(shape) for shape in shapes), total),)


def needs_map(keyword: str, shape: Shape, why: str) -> LayerError:
    return LayerError(
        "needs-map",
        f"`{keyword}` {why}, but its input is flat: {show(shape)}",
        help="a map has channels and sizes: `reshape` makes one of a flat tensor",
        inputs=(0,),
    )
