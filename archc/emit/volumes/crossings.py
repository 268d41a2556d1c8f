"""Arrows that pass through what they do not belong to: a reader would follow them there, and could
not read what is written there."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise
from math import hypot

from archc.emit.volumes.board import Places, around
from archc.emit.volumes.layout import Layout
from archc.emit.volumes.route import Bar, Route
from archc.emit.volumes.scene import Label, Line, Point, Scene
from archc.emit.volumes.solid import Solid

_EDGE = 2.0  # pixels of the room of a text that a line may touch
_APART = 2.5  # pixels between two lines that can be told from each other


def struck(scene: Scene) -> list[str]:
    """The texts that arrows pass through."""
    shapes = [shape for group in scene.groups for shape in group.shapes]
    ways = Places(
        piece
        for line in shapes
        if isinstance(line, Line) and line.arrow
        for piece in pairwise(line.points)
    )
    return [
        label.text
        for label in shapes
        if isinstance(label, Label) and ways.met(label.corners(-_EDGE))
    ]


def crossings(
    layout: Layout, routes: list[Route], bars: Sequence[Bar] = ()
) -> list[tuple[int, int, int]]:
    """Tail and head of each arrow that passes through a volume, and which one; twice the volume
    behind it for a bar."""
    starts = [(solid.x, solid.axis) for solid in layout.solids]
    volumes = Places(_seen(solid, starts) for solid in layout.solids)
    found = [
        (bar.head, bar.head, place)
        for bar in bars
        for place in volumes.meeting(((bar.x, bar.top), (bar.x, bar.bottom)))
    ]
    for route in routes:
        pieces = list(pairwise(route.points))
        for number, piece in enumerate(pieces):
            for place in volumes.meeting(piece):
                own = (place == route.tail and not number) or (
                    place == route.head and number == len(pieces) - 1
                )
                if not own:
                    found.append((route.tail, route.head, place))
    return found


def _seen(solid: Solid, starts: list[tuple[float, float]]) -> tuple[Point, ...]:
    """What can be seen of a volume: its front alone where the next one stands close before it."""
    right, end, axis = solid.right, solid.right + solid.depth, solid.axis
    if any(right < x < end and abs(axis - other) < 1 for x, other in starts):
        return (solid.at(0, 0, 0), solid.at(1, 0, 0), solid.at(1, 1, 0), solid.at(0, 1, 0))
    return solid.outline


def merged(routes: list[Route]) -> list[tuple[Route, Route]]:
    """Arrows of different values that meet, or run along one line: nobody could follow either, and
    they would seem to be summed. One may cross another."""
    rooms = [(route, around(route.points)) for route in routes if route.points]
    return [
        (one, two)
        for (one, (left, right, top, bottom)), (two, (start, stop, high, low)) in combinations(
            rooms, 2
        )
        if left < stop + _APART
        and start < right + _APART
        and top < low + _APART
        and high < bottom + _APART
        and one.value != two.value
        and (_touches(one, two) or _touches(two, one))
    ]


def _touches(one: Route, two: Route) -> bool:
    """Whether a corner or an end of one lies on the other."""
    return any(_near(point, piece) for piece in pairwise(two.points) for point in one.points)


def _near(point: Point, piece: tuple[Point, Point]) -> bool:
    """Whether a point lies on a line, or hardly beside it."""
    (x1, y1), (x2, y2) = piece
    x, y = point
    if (
        not min(x1, x2) - _APART < x < max(x1, x2) + _APART
        or not min(y1, y2) - _APART < y < max(y1, y2) + _APART
    ):
        return False
    length = hypot(x2 - x1, y2 - y1)
    return not length or abs((x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)) < _APART * length
