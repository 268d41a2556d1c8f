"""Arrows that pass through what they do not belong to: a reader would follow them there, and could
not read what is written there."""

from __future__ import annotations

from itertools import combinations, pairwise

from archc.emit.volumes.board import Places, meet
from archc.emit.volumes.layout import Layout
from archc.emit.volumes.routes import Route
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


def crossings(layout: Layout, routes: list[Route]) -> list[tuple[int, int, int]]:
    """Tail and head of each arrow that passes through a volume, and which one."""
    hulls = [_seen(solid, layout) for solid in layout.solids]
    found = []
    for route in routes:
        pieces = list(pairwise(route.points))
        for number, (start, end) in enumerate(pieces):
            for place, hull in enumerate(hulls):
                own = (place == route.tail and not number) or (
                    place == route.head and number == len(pieces) - 1
                )
                if not own and meet(hull, (start, end)):
                    found.append((route.tail, route.head, place))
    return found


def _seen(solid: Solid, layout: Layout) -> tuple[Point, ...]:
    """What can be seen of a volume: its front alone where the next one stands close before it."""
    hidden = any(
        solid.right < other.x < solid.right + solid.depth and abs(solid.axis - other.axis) < 1
        for other in layout.solids
    )
    if hidden:
        return (solid.at(0, 0, 0), solid.at(1, 0, 0), solid.at(1, 1, 0), solid.at(0, 1, 0))
    return solid.outline


def merged(routes: list[Route]) -> list[tuple[Route, Route]]:
    """Arrows between different volumes that run along one line, or one of which begins where the
    other ends: nobody could follow either."""
    upright = [_along(route, 1) for route in routes]
    level = [_along(route, 0) for route in routes]
    return [
        (routes[one], routes[two])
        for one, two in combinations(range(len(routes)), 2)
        if routes[one].tail != routes[two].tail
        and routes[one].head != routes[two].head
        and any(
            abs(at - other) < _APART and min(end, stop) - max(begin, start) > -_APART
            for several in (upright, level)
            for at, begin, end in several[one]
            for other, start, stop in several[two]
        )
    ]


def _along(route: Route, axis: int) -> list[tuple[float, float, float]]:
    """The pieces of an arrow along an axis: where they are across it, from where to where."""
    return [
        (one[1 - axis], min(one[axis], two[axis]), max(one[axis], two[axis]))
        for one, two in pairwise(route.points)
        if one[1 - axis] == two[1 - axis]
    ]
