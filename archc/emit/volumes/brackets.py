"""Lines under the volumes of a group."""

from __future__ import annotations

from archc.emit.diagram.metrics import fit, text_width
from archc.emit.diagram.parts import automatic
from archc.emit.volumes.layout import Layout
from archc.emit.volumes.model import CONTINUED, Picture, Unit
from archc.emit.volumes.scene import Label, Line, Shape

_TEXT = 12.0
_LEVELS = 2  # deeper groups have no bracket
STEP = 27.0


def brackets(picture: Picture, layout: Layout, lows: list[float]) -> list[Shape]:
    """A line and a name under each group of several volumes, inner ones first."""
    deepest = depth(picture)
    shapes: list[Shape] = []
    for level in range(deepest):
        reach: dict[int, float] = {}
        for name, row, left, right in _spans(picture, layout, level):
            y = lows[row] + STEP * (deepest - 1 - level)
            shown = name.rpartition(".")[2] if level else name
            if text_width(shown, _TEXT, bold=True) > max(44.0, right - left):
                shown = shown.removesuffix(CONTINUED)
            text = fit(shown, max(44.0, right - left), _TEXT, bold=True)
            label = Label((left + right) / 2, y + 11, text, _TEXT, bold=True)
            points = ((left, y - 4), (left, y), (right, y), (right, y - 4))
            shapes.append(Line(points, "faint", 0.8))
            if label.x - label.wide / 2 > reach.get(row, -1e9) + 6:
                shapes.append(label)
                reach[row] = label.x + label.wide / 2
    return shapes


def depth(picture: Picture) -> int:
    """How many rows of brackets there are."""
    return min(_LEVELS, max((len(named(unit)) for unit in picture.units), default=0))


def named(unit: Unit) -> tuple[str, ...]:
    """The groups around a unit but for loops without a name, and their rounds."""
    return tuple(name for name in unit.groups if not automatic(name))


def _spans(picture: Picture, layout: Layout, level: int) -> list[tuple[str, int, float, float]]:
    spans: list[tuple[str, int, float, float]] = []
    began: dict[str, int] = {}
    for unit, solid, row in zip(picture.units, layout.solids, layout.rows, strict=True):
        groups = named(unit)
        name = groups[level] if len(groups) > level else ""
        if name and began.setdefault(name, row) < row:
            name += CONTINUED
        if spans and spans[-1][:2] == (name, row):
            spans[-1] = (name, row, spans[-1][2], solid.right)
        else:
            spans.append((name, row, solid.x, solid.right))
    return [span for span in spans if span[0]]
