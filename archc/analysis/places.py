"""Sets of places along an axis, as rows of places at equal distances: what windows read of them.

A map of any size is a single row, and what a position sees of one is a few.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import lcm

from archc.layers.reads import Border

Row = range  # of a positive step, and never empty
Places = tuple[Row, ...]  # in order of their beginnings; two rows may share places
MOST_ROWS = 300_000  # that are looked at for one question


class Scattered(ValueError):
    """The places lie in too many rows to be followed."""


class Rows:
    """Works out places, and counts the rows that it looks at; raises `Scattered`."""

    def __init__(self) -> None:
        self._left = MOST_ROWS

    def united(self, rows: Iterable[Row]) -> Places:
        """The places of all rows: those that go on at the same distance are one."""
        known: dict[tuple[int, int], list[Row]] = {}
        for row in rows:
            self._spend(1)
            if _many(row) == 1:
                row = range(row[0], row[0] + 1)
            known.setdefault((row.step, row.start % row.step), []).append(row)
        found: list[Row] = []
        for (step, _), alike in known.items():
            alike.sort(key=lambda one: one.start)
            first, *others = alike
            for row in others:
                if row.start <= first[-1] + step:
                    first = range(first.start, max(first[-1], row[-1]) + 1, step)
                else:
                    found.append(first)
                    first = row
            found.append(first)
        return tuple(sorted(found, key=lambda one: (one.start, one[-1])))

    def within(self, places: Places, size: int, first: int = 0) -> Places:
        """The places in an axis of this size that begins at `first`, counted from there."""
        moved = (range(row.start - first, row[-1] - first + 1, row.step) for row in places)
        return self.united(one for row in moved if (one := clipped(row, size)))

    def read(
        self,
        places: Places,
        phases: Sequence[range],
        advance: int,
        size: int,
        border: Border = "nothing",
    ) -> Places:
        """What outputs at these places read, with the phases of a window and its advance."""
        made = (
            one
            for row in places
            for phase, turns in _turns(row, len(phases))
            if phases[phase]
            for sum_ in self._sums(_times(turns, advance), phases[phase])
            for one in bent(sum_, size, border)
        )
        return self.united(made)

    def folded(self, places: Places, behind: int, size: int) -> Places:
        """The places `p // behind % size`: those along one of the axes that were joined."""
        return self.united(one for row in places for one in self._folded(row, behind, size))

    def _sums(self, one: Row, other: Row) -> Iterator[Row]:
        """All sums of a place of one row and a place of the other."""
        if one.step > other.step:
            one, other = other, one
        if _many(other) == 1 or (not other.step % one.step and other.step <= _many(one) * one.step):
            yield range(one.start + other.start, one[-1] + other[-1] + 1, one.step)
            return
        if _many(other) > _many(one):
            one, other = other, one
        self._spend(_many(other))
        for place in other:
            yield range(one.start + place, one[-1] + place + 1, one.step)

    def _folded(self, row: Row, behind: int, size: int) -> Iterator[Row]:
        first, last = row.start // behind, row[-1] // behind
        if row.step > behind:
            self._spend(_many(row))
            yield from (range(one, one + 1) for one in {place // behind % size for place in row})
        elif last - first + 1 >= size:
            yield range(size)
        elif first % size <= last % size:
            yield range(first % size, last % size + 1)
        else:
            yield from (range(first % size, size), range(last % size + 1))

    def _spend(self, rows: int) -> None:
        self._left -= rows
        if self._left < 0:
            raise Scattered(f"it lies in more than {MOST_ROWS:,} pieces on the way")


def clipped(row: Row, size: int) -> Row | None:
    """The places of a row from 0 to below `size`; None where there are none."""
    start = row.start + max(0, -(row.start // row.step)) * row.step
    last = row[-1] - max(0, -((size - 1 - row[-1]) // row.step)) * row.step
    return range(start, last + 1, row.step) if start <= last else None


def bent(row: Row, size: int, border: Border) -> Iterator[Row]:
    """The places of a row in an axis of `size`, those beyond its ends as the border says.

    A mirror shows no more than the axis holds, as PyTorch's do.
    """
    ends = ((0, row.start < 0), (size - 1, row[-1] >= size))
    beyond = [edge for edge, reached in ends if reached]
    rows = [clipped(row, size)]
    if border == "mirrored":
        rows += [clipped(_mirrored(row, edge), size) for edge in beyond]
    elif border == "repeated":
        rows += [range(edge, edge + 1) for edge in beyond]
    yield from (one for one in rows if one is not None)


def _mirrored(row: Row, edge: int) -> Row:
    """Each place of a row as far on the other side of the edge."""
    return range(2 * edge - row[-1], 2 * edge - row.start + 1, row.step)


def _times(row: Row, factor: int) -> Row:
    if not factor or _many(row) == 1:
        return range(row.start * factor, row.start * factor + 1)
    return range(row.start * factor, row[-1] * factor + 1, row.step * factor)


def _turns(row: Row, period: int) -> Iterator[tuple[int, Row]]:
    """The places of a row by their phase: which it is, and the turns in which they come by."""
    again = lcm(row.step, period)
    for first in row[: again // row.step]:
        last = row[-1] - (row[-1] - first) % again
        yield first % period, range(first // period, last // period + 1, again // period)


def _many(row: Row) -> int:
    """How many places a row has, which may be more than `len` can tell."""
    return (row[-1] - row.start) // row.step + 1
