"""The way of an arrow, and the bar at which several end."""

from __future__ import annotations

from archc.emit.volumes.scene import Point
from archc.named import NamedTuple

BAR = 3.0  # how wide the bar of a concatenation is
WIRE, SKIP = 1.1, 2.1  # how thick arrows are: a skip is told from others in grey as well


class Route(NamedTuple):
    """The way of one arrow; no points where two volumes touch, which says the same."""

    tail: int
    head: int
    points: tuple[Point, ...]
    skip: bool  # there is a longer way between the two
    plain: bool  # it leads straight to the next column
    source: int = -1  # the node whose value it carries

    @property
    def value(self) -> tuple[int, int]:
        """What tells two values apart: where they leave, and what they are."""
        return self.tail, self.source

    def parted(self, routes: list[Route]) -> tuple[Point, ...]:
        """Its points from where it parts from the other arrows of its value that are no skips."""
        (x, y), (end, level), *rest = self.points
        if y != level:
            return self.points
        reach = x
        for other in routes:
            if other.value != self.value or other.skip or len(other.points) < 2:
                continue
            (start, height), (stop, low) = other.points[:2]
            if height == y == low and start == x and stop > x:
                reach = max(reach, min(stop, end))
        if reach == end:
            return (self.points[1], *rest) if rest else self.points
        return ((reach, y), (end, level), *rest)


class Bar(NamedTuple):
    """The bar in front of a concatenation: arrows end at it, and one leads on to the volume."""

    head: int
    x: float
    top: float
    bottom: float
    way: tuple[Point, ...]  # to the volume

    @property
    def corners(self) -> tuple[Point, ...]:
        """Its outline."""
        left, right = self.x - BAR / 2, self.x + BAR / 2
        return (left, self.top), (right, self.top), (right, self.bottom), (left, self.bottom)


def tidy(points: list[Point]) -> tuple[Point, ...]:
    """Without points that change nothing."""
    result: list[Point] = []
    for point in points:
        if result and abs(point[0] - result[-1][0]) + abs(point[1] - result[-1][1]) < 0.01:
            continue
        if len(result) > 1:
            (x1, y1), (x2, y2) = result[-2:]
            if (x1 == x2 == point[0]) or (y1 == y2 == point[1]):
                result[-1] = point
                continue
        result.append(point)
    return tuple(result)
