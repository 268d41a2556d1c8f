"""Frames around clusters: a block with branches, or what is drawn once and stands for several."""

from __future__ import annotations

from archc.emit.diagram.metrics import fit, text_width
from archc.emit.volumes import layout as lay
from archc.emit.volumes.board import Board
from archc.emit.volumes.layout import Layout
from archc.emit.volumes.model import MARKS, Frame, Picture, automatic
from archc.emit.volumes.place import Box
from archc.emit.volumes.routes import Route
from archc.emit.volumes.scene import Label, Polygon, Shape

_PAD = 6.0
_TITLE = 16.0


def frames(picture: Picture, layout: Layout, routes: list[Route], board: Board) -> list[Shape]:
    """The frames with their titles, the outermost first; one that would hold others is left out.

    On the levels of a U only what stands for several has a frame, the others a name.
    """
    shapes: list[Shape] = []
    found: list[tuple[Frame, Box]] = []
    deepest = max((frame.depth for frame in picture.clusters), default=0)
    for frame in picture.clusters:
        inside = set(range(frame.first, frame.last + 1))
        if len(inside) < 2:
            continue
        if layout.levels and frame.times == 1:
            shapes += _name(layout, frame, board)
            continue
        box = _around(picture, layout, routes, inside)
        pad = _PAD + 5.0 * (deepest - frame.depth)
        top = _TITLE * (1 + deepest - frame.depth)
        box = Box(box.left - pad, box.right + pad, box.top - top, box.bottom + pad)
        if frame.times > 1 or not _foreign(picture, layout, inside, box):
            found.append((frame, box))
    for number, (frame, box) in enumerate(found):
        shapes += _frame(frame, box, number)
    return shapes


def _name(layout: Layout, frame: Frame, board: Board) -> list[Shape]:
    """The name of a cluster above its first volume."""
    if frame.depth or automatic(frame.name):
        return []
    level = layout.solids[frame.last].axis
    inside = [s for s in layout.solids[frame.first : frame.last + 1] if abs(s.axis - level) < 1]
    top = min(solid.summit for solid in inside[-2:])
    left, right = inside[-min(2, len(inside))].x, inside[-1].right + inside[-1].depth
    text = fit(frame.name, 150.0, 12.0, bold=True)
    label = board.place(
        Label(x, top - up, text, 12.0, anchor, bold=True)
        for up in (10, 24)
        for x, anchor in (((left + right) / 2, "middle"), (right, "end"), (left, "start"))
    )
    return [label] if label is not None else []


def _around(picture: Picture, layout: Layout, routes: list[Route], inside: set[int]) -> Box:
    boxes = []
    for one in inside:
        solid = layout.solids[one]
        below = 0.0 if picture.units[one].kind in MARKS else lay.NUMBER
        boxes.append(Box(solid.x, solid.right + solid.depth, solid.summit, solid.bottom + below))
    for run in layout.runs:
        if run.first in inside:
            middle = (layout.solids[run.first].x + layout.solids[run.last].right) / 2
            half = lay.caption_width(run) / 2
            low = run.top + lay.LINE * (len(run.lines) - 0.5)
            boxes.append(Box(middle - half, middle + half, run.top, low))
    for route in routes:
        if route.tail in inside and route.head in inside:
            for x, y in route.points:
                boxes.append(Box(x, x, y - 3, y))
    return Box(
        min(box.left for box in boxes), max(box.right for box in boxes),
        min(box.top for box in boxes), max(box.bottom for box in boxes),
    )  # fmt: skip


def _foreign(picture: Picture, layout: Layout, inside: set[int], box: Box) -> bool:
    """Whether something else stands within a frame."""
    row = {layout.rows[one] for one in inside}
    for place, solid in enumerate(layout.solids):
        if place in inside or layout.rows[place] not in row or picture.units[place].kind == "turn":
            continue
        right = solid.right + solid.depth
        across = solid.x < box.right and box.left < right
        if across and solid.summit < box.bottom and box.top < solid.bottom:
            return True
    return False


def _frame(frame: Frame, box: Box, number: int) -> list[Shape]:
    corners = (
        (box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom),
    )  # fmt: skip
    fill = "frame" if frame.depth % 2 == 0 else "frame2"
    shapes: list[Shape] = [Polygon(corners, fill, "outline", 0.8)]
    left = box.left + 6
    y = box.top + 9
    room = box.right - box.left - 12
    if frame.times > 1:
        text = f"\u00d7 {frame.times}"
        wide = text_width(text, 12.0, True)
        shapes.append(Label(left, y, text, 12.0, "start", bold=True))
        left += wide + 6
        room -= wide + 6
    words = " ".join(filter(None, [frame.name, frame.call]))
    if room > 20:
        shapes.append(Label(left, y, fit(words, room, 11.0), 11.0, "start", color="faint"))
    return shapes
