"""Further results of a network: an arrow out of the volume, and a name."""

from __future__ import annotations

from archc.emit.diagram.metrics import fit
from archc.emit.volumes.board import Board
from archc.emit.volumes.layout import Layout
from archc.emit.volumes.model import Picture
from archc.emit.volumes.route import WIRE
from archc.emit.volumes.scene import Label, Line, Shape

_TEXT = 12.0


def outputs(picture: Picture, layout: Layout, board: Board) -> list[Shape]:
    """For each unit with a named result an arrow to the right where there is room, else up."""
    shapes: list[Shape] = []
    inner = {arrow.tail for arrow in picture.arrows}
    for place, (unit, solid) in enumerate(zip(picture.units, layout.solids, strict=True)):
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
