"""The ways of arrows between boxes: straight where they can be, else one bend at each end.

Graphviz lets a long arrow follow the borders of what it passes, and hook into its head.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import dist

from archc.emit.diagram.laid import Point, Rect

Ways = list[list[Point]]
STEPS = 12  # points on a curve that are looked at
_SHOULDER = 16.0  # points in which an arrow that goes to a side has turned down
_TURN = 24.0  # points in which one that comes from a side has turned
_BEND = 0.55  # of the height of an arrow: how far it goes straight on from its ends


def bent(start: Point, stop: Point, turn: float = 0.5) -> list[Point]:
    """A curve that leaves and reaches boxes along the flow and turns at a part of its height; a
    line where both are in line."""
    (x1, y1), (x2, y2) = start, stop
    if abs(x1 - x2) < 0.01:
        return line(start, stop)
    reach = 2 * _BEND * (y1 - y2)
    return [start, (x1, y1 - reach * turn), (x2, y2 + reach * (1 - turn)), stop]


def around(start: Point, lane: float, stop: Point) -> list[Point]:
    """A curve that goes aside at once, down at a distance, and back to the side of a box. Its
    shoulder is as round however far it goes aside: it would else touch the corner of a wide box."""
    (x1, y1), (x2, y2) = start, stop
    turn = min(_TURN, (y1 - y2) / 3)
    down = min(_SHOULDER, turn)
    near = max(x1, lane - down)
    return [
        *line(start, (near, y1)), ((near + lane) / 2, y1), (lane, y1 - down / 2), (lane, y1 - down),
        *line((lane, y1 - down), (lane, y2 + turn))[1:],
        (lane, y2 + turn / 2), (x2 + 0.6 * (lane - x2), y2), stop,
    ]  # fmt: skip


def past(start: Point, stop: Point, rects: Sequence[Rect], room: float, high: float) -> Ways:
    """Curves that pass what stands between at its right, and at its left; each turns in so `high`
    a piece in front of it and behind it."""
    over, under = max(one[3] for one in rects) + room, min(one[1] for one in rects) - room
    before, behind = min(over + high, start[1]), max(under - high, stop[1])
    if before <= over or behind >= under:
        return []
    return [
        [
            *line(start, (start[0], before)), *bent((start[0], before), (lane, over))[1:],
            *line((lane, over), (lane, under))[1:], *bent((lane, under), (stop[0], behind))[1:],
            *line((stop[0], behind), stop)[1:],
        ]
        for lane in (max(one[2] for one in rects) + room, min(one[0] for one in rects) - room)
    ]  # fmt: skip


def line(start: Point, stop: Point) -> list[Point]:
    """A straight one."""
    (x1, y1), (x2, y2) = start, stop
    between = ((x1 + (x2 - x1) * at, y1 + (y2 - y1) * at) for at in (1 / 3, 2 / 3))
    return [start, *between, stop]


def sampled(points: Sequence[Point], steps: int = STEPS) -> list[Point]:
    """Points along a curve of cubic pieces."""
    found = [points[0]]
    for at in range(0, len(points) - 3, 3):
        a, b, c, d = points[at : at + 4]
        for step in range(1, steps + 1):
            there = step / steps
            back = 1 - there
            one, two = back * back * back, 3 * back * back * there
            three, four = 3 * back * there * there, there * there * there
            found.append(
                (
                    one * a[0] + two * b[0] + three * c[0] + four * d[0],
                    one * a[1] + two * b[1] + three * c[1] + four * d[1],
                )
            )
    return found


def shifted(points: Sequence[Point], first: float, last: float) -> list[Point]:
    """A curve whose ends move across, each by its own amount, and what is between with them."""
    lengths = [0.0]
    for (x1, y1), (x2, y2) in pairwise(points):
        lengths.append(lengths[-1] + abs(x2 - x1) + abs(y2 - y1))
    whole = lengths[-1] or 1.0
    parts = (length / whole for length in lengths)
    return [
        (x + first + (last - first) * part, y) for (x, y), part in zip(points, parts, strict=True)
    ]


def beside(point: Point, old: Sequence[Point], new: Sequence[Point]) -> Point:
    """Where a point gets that stands beside a curve, when the curve changes."""
    before, after = sampled(old), sampled(new)
    near = min(range(len(before)), key=lambda at: dist(point, before[at]))
    there = after[round(near * (len(after) - 1) / (len(before) - 1))]
    return point[0] + there[0] - before[near][0], point[1] + there[1] - before[near][1]


def strikes(curve: Iterable[Point], rect: Rect, room: float = 0.0) -> bool:
    """Whether one of the points is in a rectangle, or so near."""
    left, low, right, high = rect
    left, low, right, high = left - room, low - room, right + room, high + room
    return any(left < x < right and low < y < high for x, y in curve)


def overlap(one: Rect, two: Rect, room: float = 0.0) -> bool:
    """Whether two rectangles have less than so much between them."""
    return one[0] - room < two[2] and two[0] - room < one[2] and one[1] < two[3] and two[1] < one[3]
