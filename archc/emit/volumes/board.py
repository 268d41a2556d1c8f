"""Where text may stand: no text on text, and none on a line."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from archc.emit.volumes.scene import Label, Line, Point

_ROOM = 1.5  # between text and lines
Hull = tuple[Point, ...]


class Board:
    """The places taken so far."""

    def __init__(self) -> None:
        self._texts: list[Hull] = []
        self._obstacles: list[Hull] = []

    def block(self, points: Iterable[Point]) -> None:
        """A convex thing that text should keep off."""
        self._obstacles.append(tuple(points))

    def line(self, line: Line) -> None:
        """A line that text should keep off."""
        for start, end in pairwise(line.points):
            self._obstacles.append((start, end))

    def put(self, label: Label) -> Label:
        """Takes a place without asking."""
        self._texts.append(label.corners())
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

    def free(self, candidates: Iterable[Label]) -> Label | None:
        """The first candidate whose place is free of text and lines."""
        for label in candidates:
            wide = label.corners(_ROOM)
            if not self._written(label) and not any(meet(wide, one) for one in self._obstacles):
                return self.put(label)
        return None

    def _written(self, label: Label) -> bool:
        """Whether there is text in a place."""
        hull = label.corners()
        return any(meet(hull, other) for other in self._texts)


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
