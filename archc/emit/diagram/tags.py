"""Where what is written at an arrow stands: beside it, clear of all arrows and boxes.

Graphviz keeps room for it where its own arrow went; led anew, arrows may pass there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from math import dist

from archc.emit.diagram.curves import overlap, sampled
from archc.emit.diagram.laid import Laid, Point, Rect, Way

_WIDTH = re.compile(r'<TD[^>]* WIDTH="([\d.]+)" HEIGHT="([\d.]+)"')
_GAP = 3.0  # points between an arrow and its tag
_CLEAR = 1.5  # and between that and all else, at least
_STEP = 2.0  # points along an arrow
_BOX = 40.0  # how much worse a box is than a piece of an arrow of that length


def tagged(laid: Laid) -> None:
    """Moves what is written at arrows to where nothing is, as near as may be to where it was."""
    ways = [way for way in laid.ways if way.seen]
    lines = {id(way): list(_along(way)) for way in ways}
    for way in ways:
        if way.label is None or (size := _size(str(way.said.get("label")))) is None:
            continue
        rects = [place.rect for place in laid.places.values()]
        rects += [frame.title for frame in laid.frames.values() if frame.title]
        points = [point for line in lines.values() for point in line]
        tried = [
            (_struck(_rect(one, size), points, rects), dist(one, way.label), one)
            for one in _places(lines[id(way)], size)
        ]
        *_, way.label = min(tried)


def _places(line: list[Point], size: Point) -> Iterator[Point]:
    """Middles of tags beside an arrow, above and below it."""
    across, along = _GAP + size[0] / 2, _GAP + size[1] / 2
    for x, y in line:
        yield from ((x + across, y), (x - across, y), (x, y + along), (x, y - along))


def _struck(rect: Rect, points: list[Point], rects: list[Rect]) -> float:
    """How much of arrows and boxes is in a tag."""
    left, low, right, high = rect
    left, low, right, high = left - _CLEAR, low - _CLEAR, right + _CLEAR, high + _CLEAR
    found = _STEP * sum(left < x < right and low < y < high for x, y in points)
    return round(found + _BOX * sum(overlap(rect, one) for one in rects))


def _along(way: Way) -> Iterator[Point]:
    """Points of an arrow at short distances, its tips included."""
    ends = [*sampled(way.points), *way.tips.values()]
    if "s" in way.tips:
        ends = [way.tips["s"], *sampled(way.points)]
    for one, two in pairwise(ends):
        steps = max(1, round(dist(one, two) / _STEP))
        for step in range(steps):
            at = step / steps
            yield one[0] + at * (two[0] - one[0]), one[1] + at * (two[1] - one[1])


def _rect(middle: Point, size: Point) -> Rect:
    (x, y), (wide, high) = middle, size
    return x - wide / 2, y - high / 2, x + wide / 2, y + high / 2


def _size(label: str) -> Point | None:
    """How wide and high a tag is: one row of cells."""
    cells = [(float(wide), float(high)) for wide, high in _WIDTH.findall(label)]
    return (sum(wide for wide, _ in cells), max(high for _, high in cells)) if cells else None
