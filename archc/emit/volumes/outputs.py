"""Further results of a network: an arrow out of the volume, and a name."""

from __future__ import annotations

from archc.emit.diagram.metrics import fit
from archc.emit.volumes import layout as lay
from archc.emit.volumes.board import Board
from archc.emit.volumes.layout import Layout
from archc.emit.volumes.model import MARKS, Picture
from archc.emit.volumes.route import WIRE
from archc.emit.volumes.scene import Label, Line, Shape

_TEXT = 12.0
UNUSED = "not used"  # said of what nothing reads


def outputs(picture: Picture, layout: Layout, board: Board) -> list[Shape]:
    """For each unit with a named result an arrow to the right where there is room, else up."""
    shapes: list[Shape] = []
    inner = {arrow.tail for arrow in picture.arrows}
    for place, (unit, solid) in enumerate(zip(picture.units, layout.solids, strict=True)):
        if unit.unused and place not in inner:
            below = solid.bottom + 10 + (0 if unit.kind in MARKS else lay.NUMBER)
            beside = Label(solid.right + solid.depth + 5, solid.axis, UNUSED, _TEXT, "start")
            under = Label((solid.x + solid.right) / 2, below, UNUSED, _TEXT)
            found = board.free((under, beside) if unit.kind in MARKS else (beside, under))
            shapes += [found._replace(color="faint")] if found is not None else []
        if not unit.outputs:
            continue
        text = fit(", ".join(unit.outputs), 110.0, _TEXT, bold=True)
        if place not in inner:
            x = solid.right + solid.depth
            start = solid.right + solid.depth / 2
            points = ((start, solid.axis), (x + 18, solid.axis))
            label = Label(x + 23, solid.axis, text, _TEXT, "start", bold=True)
        else:
            x = (solid.x + solid.right + solid.depth) / 2
            y = solid.top - solid.wide * 0.13
            points = ((x, y), (x, solid.summit - 18))
            label = Label(x, solid.summit - 26, text, _TEXT, bold=True)
        line = Line(points, "wire", WIRE, True, unit.training)
        shapes += [line, board.put(label)]
        board.line(line)
    return shapes
