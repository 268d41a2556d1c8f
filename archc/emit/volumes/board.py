"""Where text may stand: no text on text, and none on a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from archc.emit.volumes.scene import Label, Line, Point

_ROOM = 1.5  # between text and lines
_BORDER = 3.0  # and between text and the border of a frame beside it
Hull = tuple[Point, ...]


class Places:
    """Convex places, and whether another one meets any of them."""

    def __init__(self, several: Iterable[Hull] = ()) -> None:
        self._found: list[tuple[float, float, float, float, Hull]] = []
        for one in several:
            self.add(one)

    def add(self, hull: Hull) -> None:
        """One more."""
        self._found.append((*around(hull), hull))

    def met(self, hull: Hull) -> bool:
        """Whether a place overlaps one of them."""
        return next(self.meeting(hull), None) is not None

    def meeting(self, hull: Hull) -> Iterator[int]:
        """Which of them a place overlaps, by the order in which they were added."""
        left, right, top, bottom = around(hull)
        for number, (start, stop, high, low, other) in enumerate(self._found):
            near = left <= stop and start <= right and top <= low and high <= bottom
            if near and meet(hull, other):
                yield number


def around(hull: Sequence[Point]) -> tuple[float, float, float, float]:
    """The rectangle around a shape: left, right, top, bottom."""
    xs, ys = [x for x, _ in hull], [y for _, y in hull]
    return min(xs), max(xs), min(ys), max(ys)


class Board:
    """The places taken so far."""

    def __init__(self) -> None:
        self._texts = Places()
        self._obstacles = Places()
        self._borders = Places()

    def block(self, points: Iterable[Point]) -> None:
        """A convex thing that text should keep off."""
        self._obstacles.add(tuple(points))

    def line(self, line: Line) -> None:
        """A line that text should keep off."""
        for start, end in pairwise(line.points):
            self._obstacles.add((start, end))

    def border(self, points: Hull) -> None:
        """A closed line that text should rather keep off."""
        for side in pairwise((*points, points[0])):
            self._borders.add(side)

    def put(self, label: Label) -> Label:
        """Takes a place without asking."""
        self._texts.add(label.corners())
        return label

    def place(self, candidates: Iterable[Label]) -> Label | None:
        """The first candidate whose place is free of text and lines, else of text alone."""
        several = list(candidates)
        found = self.free(several)
        if found is None:
            apart = (one for one in several if not self._written(one))
            second = next(apart, None)
            return self.put(second) if second is not None else None
        return found

    def free(
        self, candidates: Iterable[Label], beside: float = 0.0, strict: bool = False
    ) -> Label | None:
        """The first candidate whose place is free of text and lines, and of borders, if any is or
        it is `strict`; so much room is `beside` it before other text comes."""
        found = self.found(candidates, beside, strict)
        return self.put(found) if found is not None else None

    def found(
        self, candidates: Iterable[Label], beside: float = 0.0, strict: bool = False
    ) -> Label | None:
        """The same, without taking the place."""
        found: Label | None = None
        for label in candidates:
            if self._texts.met(label.corners(beside)) or self._obstacles.met(label.corners(_ROOM)):
                continue
            if not self._borders.met(label.corners(_BORDER)):
                return label
            found = found or (None if strict else label)
        return found

    def clear(self, hull: Hull) -> bool:
        """Whether there is no text in a place, and nothing that text should keep off."""
        return not self._texts.met(hull) and not self._obstacles.met(hull)

    def _written(self, label: Label) -> bool:
        """Whether there is text in a place."""
        return self._texts.met(label.corners())


def meet(left: Hull, right: Hull) -> bool:
    """Whether two convex shapes overlap: no line parts them (separating axis theorem)."""
    for hull in (left, right):
        for (x1, y1), (x2, y2) in zip(hull, (*hull[1:], hull[0]), strict=True):
            nx, ny = y1 - y2, x2 - x1
            if not nx and not ny:
                continue
            first = [x * nx + y * ny for x, y in left]
            second = [x * nx + y * ny for x, y in right]
            if max(first) <= min(second) + 1e-9 or max(second) <= min(first) + 1e-9:
                return False
            if len(hull) == 2:
                break
    return True
