"""Where arrows that carry one value part: a dot tells that from two lines that only cross."""

from __future__ import annotations

from itertools import combinations

from archc.emit.volumes.route import Route
from archc.emit.volumes.scene import Point

_SAME = 0.01  # two lengths that are one


def partings(routes: list[Route]) -> list[Point]:
    """The points at which arrows leave each other, each once; none where they leave a volume."""
    together: dict[tuple[int, int], list[Route]] = {}
    for route in routes:
        if route.points:
            together.setdefault(route.value, []).append(route)
    found: dict[Point, None] = {}
    for several in together.values():
        for one, other in combinations(several, 2):
            point = _parting(one.points, other.points)
            if point is not None:
                found[point] = None
    return list(found)


def _parting(one: tuple[Point, ...], other: tuple[Point, ...]) -> Point | None:
    """Where two ways that begin together part; None where they do not, or one ends on the other."""
    here = start = one[0]
    if _apart(start, other[0]):
        return None
    first, second = 1, 1
    while first < len(one) and second < len(other):
        ahead, beside = one[first], other[second]
        near, far = sorted((ahead, beside), key=lambda point: _length(here, point))
        if not _along(here, near, far):
            return here if _apart(here, start) else None
        here = near
        first += not _apart(ahead, near)
        second += not _apart(beside, near)
    return None


def _along(here: Point, near: Point, far: Point) -> bool:
    """Whether the way to one point leads over another."""
    return _length(here, near) + _length(near, far) - _length(here, far) < _SAME


def _length(one: Point, two: Point) -> float:
    return float(((one[0] - two[0]) ** 2 + (one[1] - two[1]) ** 2) ** 0.5)


def _apart(one: Point, two: Point) -> bool:
    return _length(one, two) > _SAME
