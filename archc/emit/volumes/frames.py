"""Frames around clusters: a block with branches, or what is drawn once and stands for several."""

from __future__ import annotations

from itertools import pairwise

from archc.emit.diagram.metrics import fit, text_width
from archc.emit.diagram.parts import automatic
from archc.emit.volumes import layout as lay
from archc.emit.volumes.board import Board
from archc.emit.volumes.edges import SIDE, sized
from archc.emit.volumes.layout import Layout
from archc.emit.volumes.model import CONTINUED, MARKS, SHORT, Frame, Picture
from archc.emit.volumes.place import TITLE, Box
from archc.emit.volumes.route import Route
from archc.emit.volumes.scene import Label, Line, Point, Polygon, Shape

_PAD = 6.0  # between a border and what is inside
_NESTED = 5.0  # between two borders
_FAR = 90.0  # between two volumes that are not neighbours
_BESIDE = 20.0  # between two that belong together for the eye
_CLEAR = 7.0  # below a line over volumes, so that no arrow seems to be a part of it
_OVER = 3.0  # how near to a border a number may come


def frames(picture: Picture, layout: Layout, routes: list[Route], board: Board) -> list[Shape]:
    """The frames with their titles, the outermost first; one that would hold others is left out.

    On the levels of a U only what stands for several has a frame, the others a name (`names`).
    """
    found: list[tuple[Frame, Box]] = []
    for frame in reversed(picture.clusters):
        inside = set(range(frame.first, frame.last + 1))
        if not frame.drawn(layout.levels):
            continue
        box = _around(picture, layout, routes, inside)
        inner = [one for other, one in found if inside.issuperset((other.first, other.last))]
        box = _union([_padded(box, _PAD), *(_padded(one, _NESTED) for one in inner)])
        if frame.continued:
            wider = _wider(frame, box)
            box = box if _foreign(picture, layout, inside, wider) else wider
        if frame.times > 1 or not _foreign(picture, layout, inside, box):
            found.append((frame, box))
    found.reverse()
    ways = [route.points for route in routes]
    several = [frame for frame, _ in found]
    shapes = [shape for frame, box in found for shape in _frame(_within(frame, several), box, ways)]
    for one in shapes:
        if isinstance(one, Label):
            board.put(one)
        else:
            board.border(one.points)
    return shapes


def names(picture: Picture, layout: Layout, board: Board) -> list[Shape]:
    """The names of what has no frame on the levels of a U, where there is room for them."""
    shapes: list[Shape] = []
    for frame in picture.clusters if layout.levels else ():
        if frame.times > 1 or frame.first == frame.last or frame.depth or automatic(frame.name):
            continue
        found = _spanned(picture, layout, frame, board)
        label = None if found else _name(layout, frame, board)
        shapes += found or ([label] if label is not None else [])
    return shapes


def _spanned(picture: Picture, layout: Layout, frame: Frame, board: Board) -> list[Shape]:
    """A line over volumes that stand apart, with the name of their cluster, where there is room."""
    places = range(frame.first, frame.last + 1)
    inside = [n for n in places if picture.units[n].kind not in ("turn", "door", "tag")]
    solids = sorted((layout.solids[n] for n in inside), key=lambda one: one.x)
    level = layout.solids[frame.last].axis
    beside = [one for one in solids if abs(one.axis - level) < 1]
    inner = [f for f in picture.clusters if f.times > 1 and frame.holds(f.first)]
    if not inner and all(b.x - a.right - a.depth < _BESIDE for a, b in pairwise(beside)):
        return []
    left, right = solids[0].x, max(one.right + one.depth for one in solids)
    title = TITLE + _PAD
    tops = [layout.solids[n].summit - title * any(f.holds(n) for f in inner) for n in inside]
    tops += [y for (tail, head), y in layout.lanes.items() if {tail, head} <= {*inside}]
    top = min(tops)
    text = fit(frame.name, 150.0, lay.TEXT, bold=True)
    for up in (8.0, 16.0, 24.0):
        ends = (left, top - up), (right, top - up)
        lower = (right, top - up + _CLEAR), (left, top - up + _CLEAR)
        if not board.clear((*ends, *lower)):
            continue
        label = board.free(
            Label(x, top - up - 9, text, lay.TEXT, anchor, bold=True)
            for x, anchor in ((left, "start"), ((left + right) / 2, "middle"), (right, "end"))
        )
        if label is not None:
            line = Line(((left, top - up + 4), *ends, (right, top - up + 4)), "faint", 0.8)
            board.line(line)
            return [line, label]
    return []


def _wider(frame: Frame, box: Box) -> Box:
    """A box in which there is room to say that it goes on."""
    said = f"{frame.name.rpartition('.')[2]}{SHORT}"
    return box._replace(right=max(box.right, box.left + 13 + text_width(said, lay.TEXT)))


def _padded(box: Box, pad: float) -> Box:
    """A box with room for a border and a title."""
    return Box(box.left - pad, box.right + pad, box.top - TITLE, box.bottom + pad)


def _union(boxes: list[Box]) -> Box:
    return Box(
        min(box.left for box in boxes), max(box.right for box in boxes),
        min(box.top for box in boxes), max(box.bottom for box in boxes),
    )  # fmt: skip


def _name(layout: Layout, frame: Frame, board: Board) -> Label | None:
    """The name of a cluster above its last volumes."""
    level = layout.solids[frame.last].axis
    inside = [s for s in layout.solids[frame.first : frame.last + 1] if abs(s.axis - level) < 1]
    last = inside[-2:]
    if last[-1].x - last[0].right > _FAR:
        last = inside[:1]  # what is between them belongs to neither
    top = min(solid.summit for solid in last)
    left, right = last[0].x, last[-1].right + last[-1].depth
    text = fit(frame.name, 150.0, 12.0, bold=True)
    return board.free(
        Label(x, top - up, text, 12.0, anchor, bold=True)
        for up in (10, 24, 38)
        for x, anchor in (
            ((left + right) / 2, "middle"), (right, "end"), (left, "start"), (left - 4, "end"),
        )
    )  # fmt: skip


def _around(picture: Picture, layout: Layout, routes: list[Route], inside: set[int]) -> Box:
    boxes = []
    told = sized(picture)
    titled = lay.below_titles(picture, dict(enumerate(layout.solids)), told, layout.levels)
    for one in inside:
        solid = layout.solids[one]
        below = 0.0 if picture.units[one].kind in MARKS else lay.NUMBER
        middle = solid.x + solid.thick / 2
        half = text_width(lay.channels(picture.units[one]), lay.TEXT) / 2 - _OVER
        side = solid.right + solid.depth + (SIDE - _PAD + _OVER if one in told else 0.0)
        left, right = min(solid.x, middle - half), max(side, middle + half)
        top = solid.summit - lay.SIZE * (one in titled)
        boxes.append(Box(left, right, top, solid.bottom + below))
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
    return _union(boxes)


def _foreign(picture: Picture, layout: Layout, inside: set[int], box: Box) -> bool:
    """Whether something else stands within a frame."""
    row = {layout.rows[one] for one in inside}
    for place, solid in enumerate(layout.solids):
        if place in inside or layout.rows[place] not in row or picture.units[place].kind == "turn":
            continue
        right = solid.right + solid.depth
        across = solid.x < box.right and box.left < right
        low = max([solid.bottom, *(_low(run) for run in layout.runs if run.first == place)])
        if across and solid.summit < box.bottom and box.top < low:
            return True
    return False


def _frame(frame: Frame, box: Box, ways: list[tuple[Point, ...]]) -> list[Shape]:
    corners = (
        (box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom),
    )  # fmt: skip
    fill = "frame" if frame.depth % 2 == 0 else "frame2"
    shapes: list[Shape] = [Polygon(corners, fill, "outline", 0.8)]
    y = box.top + 9
    badge = f"\u00d7 {frame.times}" if frame.times > 1 else ""
    wide = text_width(badge, 12.0, True) + 6 if badge else 0.0
    words, left = _title(frame, box, wide, ways)
    if badge:
        shapes.append(Label(left, y, badge, 12.0, "start", bold=True))
    if words:
        shapes.append(Label(left + wide, y, words, lay.TEXT, "start", color="faint"))
    return shapes


def _title(
    frame: Frame, box: Box, badge: float, ways: list[tuple[Point, ...]]
) -> tuple[str, float]:
    """What is written in a frame behind its badge, and where it begins: the name and the call, or
    as much of them as no arrow passes through."""
    own = frame.name.rpartition(".")[2]
    if own.rstrip("0123456789").lower() == frame.call.lower():  # `aspp ASPP` says nothing more
        frame = frame._replace(call="")
    named = [(frame.name, frame.call), (own, frame.call), ("", frame.call)]
    if own[:1].isdigit():
        del named[1]
    several = [*named, (frame.name, ""), (own, "")] if frame.call else [(frame.name, ""), (own, "")]
    texts = dict.fromkeys(" ".join(filter(None, pair)) for pair in several)
    if frame.continued:
        texts = {f"{text}{more}": None for more in (CONTINUED, SHORT, "") for text in texts}
    for text in texts:
        left = _clear(box, badge + text_width(text, lay.TEXT), ways)
        if left is not None:
            return text, left
    room = box.right - box.left - 12 - badge
    return fit(own, room, lay.TEXT) if room > 20 else "", box.left + 6


def _within(frame: Frame, several: list[Frame]) -> Frame:
    """A frame without the path in its name that the title of one around it says: `layer1.0` is
    left of it, as a number alone would be no name."""
    around = any(
        one.holds(frame.first) and one.holds(frame.last) and one.depth < frame.depth
        for one in several
    )
    parts = frame.name.split(".")
    kept = parts[-2:] if parts[-1][:1].isdigit() else parts[-1:]
    return frame._replace(name=".".join(kept)) if around else frame


def _low(run: lay.Run) -> float:
    """Where the words under a volume end."""
    return run.top + lay.LINE * (len(run.lines) - 0.5) if run.lines else 0.0


def _clear(box: Box, wide: float, ways: list[tuple[Point, ...]]) -> float | None:
    """Where a title begins so that no arrow from above passes through it: at the left, else behind
    the arrow; None where it has no room."""
    y = box.top + 9
    places = [
        (one[0], two[0])
        for points in ways
        for one, two in pairwise(points)
        if min(one[1], two[1]) < y < max(one[1], two[1])
    ]
    starts = [box.left + 6, *(max(pair) + 5 for pair in places)]
    for start in starts:
        fits = start + wide <= box.right - 6 + 0.1 and start >= box.left + 6
        if fits and not any(
            min(pair) - 3 < start + wide and start < max(pair) + 3 for pair in places
        ):
            return start
    return None
