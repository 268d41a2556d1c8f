"""Arrows that pass through what they do not belong to: a reader would follow them there."""

from __future__ import annotations

from itertools import pairwise

from archc.emit.volumes.board import meet
from archc.emit.volumes.layout import Layout
from archc.emit.volumes.routes import Route
from archc.emit.volumes.scene import Point
from archc.emit.volumes.solid import Solid


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
