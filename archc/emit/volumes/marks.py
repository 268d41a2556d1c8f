"""Marks on arrows: a map that is made larger on its way into a sum."""

from __future__ import annotations

from itertools import pairwise
from math import hypot
from typing import TYPE_CHECKING

from archc.emit.volumes.model import Picture
from archc.emit.volumes.route import Route
from archc.emit.volumes.scene import Line, Point, Polygon
from archc.emit.volumes.texture import strokes

if TYPE_CHECKING:
    from archc.emit.diagram.scene import Arrow

_SIDE = 9.0
_HEAD = 10.0  # the head of an arrow, which stays free


def marks(picture: Picture, routes: list[Route]) -> list[Polygon]:
    """A square on each arrow whose map is made larger before it is added."""
    found = []
    for arrow, route in zip(picture.arrows, routes, strict=True):
        middle = _middle(route) if enlarges(picture, arrow) else None
        if middle is not None:
            x, y = middle
            half = _SIDE / 2
            corners = (x - half, y - half), (x + half, y - half), (x + half, y + half)
            found.append(Polygon((*corners, (x - half, y + half)), "up.front"))
    return found


def hatched(square: Polygon) -> list[Line | Polygon]:
    """The lines across a mark, as across every face of its kind."""
    (left, top), _, (right, bottom), _ = square.points

    def at(across: float, down: float) -> Point:
        return left + (right - left) * across, top + (bottom - top) * down

    return strokes("up", right - left, bottom - top, at)


def unmarked(picture: Picture, routes: list[Route]) -> int:
    """How many of these arrows have no room for their mark."""
    wanted = sum(enlarges(picture, arrow) for arrow in picture.arrows)
    return wanted - len(marks(picture, routes))


def enlarges(picture: Picture, arrow: Arrow) -> bool:
    """Whether what an arrow carries is made larger on its way."""
    unit = picture.units[arrow.head]
    return bool(unit.enlarged) and any(slot.reader == unit.nodes[0] for slot in arrow.slots)


def _middle(route: Route) -> Point | None:
    """Where a mark stands: as near to the head as there is room; None where there is none."""
    for number, ((x, y), (end, low)) in enumerate(reversed(list(pairwise(route.points)))):
        length = hypot(end - x, low - y)
        back = _SIDE / 2 + (_HEAD if not number else 3.0)
        if length >= back + _SIDE / 2 + 2:
            return end - (end - x) * back / length, low - (low - y) * back / length
    return None
