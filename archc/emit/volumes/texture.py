"""What tells faces from each other where there is no colour: lines across them, and a second edge.

Lightness alone does not do: there are more kinds than greys that an eye can tell apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from archc.emit.volumes.scene import Line, Point, Polygon

LEVEL, SLANTED, EDGED = "level", "slanted", "edged"
_STEP = 4.6  # pixels from one line to the next
_PEN = 0.45
_EDGE = 2.2  # pixels between the two edges
_LEAST = 6.0  # a face that is narrower has no second edge


def texture(kind: str) -> str:
    """How faces of a kind are marked; "" for those that have their colour alone."""
    if kind.startswith("block"):
        return EDGED
    return {"pool": LEVEL, "up": SLANTED}.get(kind, "")


def strokes(
    kind: str, wide: float, high: float, at: Callable[[float, float], Point], edged: bool = True
) -> list[Line | Polygon]:
    """What is drawn on a face of `wide` times `high` pixels; `at` gives the point of two shares.

    Only what is `edged` may have a second edge: the one face of a volume that is never cut up.
    """
    how = texture(kind)
    if how == EDGED:
        if not edged or min(wide, high) < _LEAST:
            return []
        x, y = _EDGE / wide, _EDGE / high
        corners = (at(x, y), at(1 - x, y), at(1 - x, 1 - y), at(x, 1 - y))
        return [Polygon(corners, "", width=_PEN)]
    if not how or wide < 1.0:
        return []
    pieces = _level(wide, high) if how == LEVEL else _slanted(wide, high)
    return [
        Line((at(x1 / wide, y1 / high), at(x2 / wide, y2 / high)), "line", _PEN)
        for (x1, y1), (x2, y2) in pieces
    ]


def _level(wide: float, high: float) -> Iterator[tuple[Point, Point]]:
    count = max(2, round(high / _STEP))
    for number in range(1, count):
        y = high * number / count
        yield (0.0, y), (wide, y)


def _slanted(wide: float, high: float) -> Iterator[tuple[Point, Point]]:
    """Upwards to the right, at 45 degrees: what lies on a line has one sum of x and y."""
    step = 1.4 * _STEP
    total = step
    while total < wide + high - 1.0:
        low, top = min(total, high), max(0.0, total - wide)
        yield (total - low, low), (total - top, top)
        total += step
