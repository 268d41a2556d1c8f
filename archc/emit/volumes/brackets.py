"""Lines under the volumes of a group, and arrows where extra outputs leave."""

from __future__ import annotations

from archc.emit.diagram.metrics import fit
from archc.emit.volumes.board import Board
from archc.emit.volumes.layout import Layout
from archc.emit.volumes.model import Picture
from archc.emit.volumes.scene import Label, Line, Shape

_TEXT = 12.0
_LEVELS = 2  # deeper groups have no bracket
_STEP = 27.0


def brackets(picture: Picture, layout: Layout, y: float) -> list[Shape]:
    """A line and a name under each group of several volumes, inner ones first."""
    deepest = min(_LEVELS, max((len(unit.groups) for unit in picture.units), default=0))
    shapes: list[Shape] = []
    for level in reversed(range(deepest)):
        spans = _spans(picture, layout, level)
        reach = -1e9
        for name, left, right in spans:
            shown = name.rpartition(".")[2] if level else name
            text = fit(shown, max(44.0, right - left), _TEXT, bold=True)
            label = Label((left + right) / 2, y + 11, text, _TEXT, bold=True)
            shapes.append(Line(((left, y - 4), (left, y), (right, y), (right, y - 4)), "faint", 0.8))
            if label.x - label.wide / 2 > reach + 6:
                shapes.append(label)
                reach = label.x + label.wide / 2
        y += _STEP
    return shapes


def _spans(picture: Picture, layout: Layout, level: int) -> list[tuple[str, float, float]]:
    spans: list[tuple[str, float, float]] = []
    for unit, solid in zip(picture.units, layout.solids, strict=True):
        name = unit.groups[level] if len(unit.groups) > level else ""
        if spans and spans[-1][0] == name:
            spans[-1] = (name, spans[-1][1], solid.right)
        else:
            spans.append((name, solid.x, solid.right))
    return [span for span in spans if span[0]]


def taps(picture: Picture, layout: Layout, board: Board) -> list[Shape]:
    """Dashed arrows upwards where outputs leave that only training has."""
    shapes: list[Shape] = []
    for unit, solid in zip(picture.units, layout.solids, strict=True):
        if not unit.taps:
            continue
        x = (solid.x + solid.right + solid.depth) / 2
        y = solid.top - solid.wide * 0.13
        line = Line(((x, y), (x, solid.summit - 26)), "wire", 1.0, arrow=True, dashed=True)
        shapes.append(line)
        board.line(line)
        text = fit(", ".join(unit.taps), 110.0, _TEXT)
        label = board.place(Label(x, solid.summit - up, text, _TEXT) for up in (34, 48, 62, 76))
        shapes += [label] if label is not None else []
    return shapes
