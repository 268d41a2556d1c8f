"""A long network in several columns, so that it fits a page at a size that can be read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from archc.emit.axes import area
from archc.emit.diagram.faces import kind
from archc.emit.diagram.labels import STRIPE
from archc.emit.diagram.parts import Box, Cluster, Part, Unit, leaves

if TYPE_CHECKING:
    from archc.emit.diagram.doors import Door
    from archc.emit.diagram.edges import Edge
    from archc.emit.diagram.options import Options

PAGE = (523.0, 770.0)  # A4 within margins, in points, on its side where the flow is
MOST, MUCH = 4, 8  # columns; the second where the network is still far too long for a page
SMALL = 0.35  # a scale at which nothing can be read
NEAR = 16  # parts that a skip may pass over where a column ends in it
_GAP, _FAN, _CLUSTER, _BETWEEN, _REST = 28.0, 12.0, 34.0, 40.0, 130.0
_AUX = 58.0  # what is left for a head for training that leads aside
_MARK = 17.0  # how high the mark at the end of a column is
_STUB = 0.35  # of the highest column
_STAGE = 1.15  # times its height, which a column may be higher so that it ends with a stage
_SMALLER = 1.5  # times, from which on the sides of a map get smaller with a stage
_ENOUGH = 0.9  # of the best scale: fewer columns are worth a little size

Size = Callable[[int], tuple[float, float]]


def page(options: Options) -> tuple[float, float]:
    """How much room there is across the columns and along them, where text has its least size."""
    if options.room is None:
        return PAGE
    more = STRIPE / options.room.smallest
    width, height = options.room.width * more, options.room.height * more
    return (width, height) if options.direction == "TB" else (height, width)


def _group(part: Part) -> bool:
    """Whether a part is a closed group."""
    return isinstance(part, Box) and part.scope is not None and part.scope.kind == "group"


def _pools(part: Part) -> bool:
    """Whether a part is a pool."""
    return isinstance(part, Unit) and kind(part) == "pooling"


class Sheet:
    """Cuts a picture where one tensor alone passes, outside blocks.

    `size` gives the width and height of a part; along a column the height counts. Where it is
    `flat` columns are rows, from left to right. What enters a group by one of the `doors` passes
    no part by. Behind the last part stand so many `results`. Columns end with a stage, if they do
    not get much higher by that: what comes out of it has another size than what comes into it.
    """

    def __init__(
        self,
        parts: tuple[Part, ...],
        arrows: list[Edge],
        size: Size,
        page: tuple[float, float] = PAGE,
        flat: bool = False,
        doors: Sequence[Door] = (),
        results: int = 0,
    ) -> None:
        self._results = results
        self._page = page
        self._flat = flat
        self._entered = {id(edge) for door in doors for edge in door.edges}
        self._parts = parts
        self._arrows = arrows
        self._size = size
        self._leaves = list(leaves(parts))
        self._number = {id(part): number for number, part in enumerate(self._leaves)}
        aside = {one.tail for one in arrows if one.reader.training > one.source.training}
        self._aside = (
            aside if page == PAGE else set()
        )  # for a place the drawing itself is looked at
        self._opens: dict[int, int] = defaultdict(int)
        self._inside: dict[int, int] = defaultdict(int)  # clusters that go on in front of a part
        self._whole: set[int] = set()  # cuts that would divide a block
        for part in parts:
            self._look(part)
        self._tops = [0.0] * len(self._leaves)  # where each part stands in a single column
        for edge in arrows:
            if edge.head > edge.tail:
                self._tops[edge.head] = max(self._tops[edge.head], self._below(edge, self._tops))

    def columns(self, wanted: int | None) -> list[tuple[Part, ...]]:
        """The parts of each column."""
        count = len(self._leaves)
        best: list[int] = []
        scale = self._scale([0, count])
        for near, most in ((0, MOST), (NEAR, MUCH)):
            if near and (scale > SMALL or best):
                break
            cuts = [cut for cut in range(1, count) if self._possible(cut, near)]
            for number in range(2, most + 1) if wanted is None else (wanted,):
                found = self._divide(cuts, number) if number > 1 else None
                if found is None or (wanted is None and not self._even([0, *found, count])):
                    continue
                reached = self._scale([0, *found, count])
                if wanted is not None or reached * _ENOUGH > scale:
                    best, scale = found, reached
        bounds = [0, *best, count]
        return [self._cut(self._parts, start, stop) for start, stop in pairwise(bounds)]

    def lengths(self, columns: list[tuple[Part, ...]]) -> list[float]:
        """About how long each column gets."""
        return [high for _, high in self._extents(columns)]

    def across(self, columns: list[tuple[Part, ...]]) -> float:
        """About how wide a picture of these columns gets; from left to right, of these rows."""
        extents = self._extents(columns)
        if self._flat:
            return max(high for _, high in extents)
        return sum(width for width, _ in extents) + _BETWEEN * (len(extents) - 1)

    def _extents(self, columns: list[tuple[Part, ...]]) -> list[tuple[float, float]]:
        stops = [0]
        for column in columns:
            stops.append(stops[-1] + sum(1 for _ in leaves(column)))
        return [self._extent(start, stop) for start, stop in pairwise(stops)]

    def _even(self, bounds: list[int]) -> bool:
        """Whether no column is a mere stub."""
        heights = [self._extent(start, stop)[1] for start, stop in pairwise(bounds)]
        return min(heights) >= _STUB * max(heights)

    def _look(self, part: Part) -> None:
        if not isinstance(part, Cluster):
            return
        inside = [self._number[id(leaf)] for leaf in leaves(part.parts)]
        self._opens[inside[0]] += 1
        for number in inside[1:]:
            self._inside[number] += 1
        if part.count > 1 or (part.scope is not None and part.scope.kind == "block"):
            self._whole.update(range(inside[0] + 1, inside[-1] + 1))
        for inner in part.parts:
            self._look(inner)

    def _possible(self, cut: int, near: int) -> bool:
        """Whether a single tensor passes here; a skip must end `near`."""
        if cut in self._whole:
            return False
        passing = [edge for edge in self._arrows if edge.tail < cut <= edge.head]
        skips = (edge for edge in passing if edge.skip and id(edge) not in self._entered)
        if any(edge.head - edge.tail > near for edge in skips) or any(e.size for e in passing):
            return False
        same = {(edge.tail, edge.source.index) for edge in passing}
        return len(same) == 1 and all(edge.tail < edge.head for edge in self._arrows)

    def _border(self, cut: int) -> bool:
        """Whether a stage ends here: with a group, a merge or a pool, or in front of anything else
        that makes maps smaller."""
        before, after = self._leaves[cut - 1], self._leaves[cut]
        chain = isinstance(before, Unit) and isinstance(after, Unit) and len(before.main.inputs) < 2
        if not (chain or self._inside[cut]) or _group(before) or _group(after):
            return True
        ends = _pools(before) and self._shrinks(cut - 1)
        return ends or (self._shrinks(cut) and not _pools(after))

    def _shrinks(self, number: int) -> bool:
        """Whether what comes out of a part is a much smaller map than what comes into it."""
        given = area(self._leaves[number].nodes[-1].shape)
        taken = [area(one.source.shape) for one in self._arrows if one.head == number]
        return any(one >= _SMALLER**2 * given for one in taken)

    def _divide(self, cuts: list[int], number: int) -> list[int] | None:
        """So many columns of about one height: the cuts that make the highest one lowest."""
        if len(cuts) < number - 1:
            return None
        ends = [0, *cuts, len(self._leaves)]
        last = len(ends) - 1
        within = [0 < at < last and not self._border(ends[at]) for at in range(last + 1)]
        tops = self._tops
        bottoms = [tops[number] + self._size(number)[1] for number in range(len(tops))]
        height = [[0.0] * (last + 1) for _ in range(last + 1)]
        for start in range(last):
            high, low = tops[ends[start]], 0.0
            for stop in range(start + 1, last + 1):
                low = max(low, *bottoms[ends[stop - 1] : ends[stop]])
                height[start][stop] = low - high + self._marks(ends[start], ends[stop])
                height[start][stop] += (_MARK + _GAP) * (stop == last and self._results > 0)
                height[start][stop] *= _STAGE ** within[stop]
        # How high the highest is, how many end within a stage, and the cuts.
        best: list[tuple[float, int, tuple[int, ...]]] = [
            (height[0][stop], 0, ()) for stop in range(last + 1)
        ]
        for _ in range(number - 1):
            best = [
                min(
                    (
                        (
                            max(best[middle][0], height[middle][stop]),
                            best[middle][1] + within[middle],
                            (*best[middle][2], middle),
                        )
                        for middle in range(1, stop)
                    ),
                    default=(float("inf"), 0, ()),
                )
                for stop in range(last + 1)
            ]
        worst, *_, chosen = best[last]
        return None if worst == float("inf") else [ends[position] for position in chosen]

    def _scale(self, bounds: list[int]) -> float:
        """How much the picture must shrink to fit the page."""
        extents = [self._extent(start, stop) for start, stop in pairwise(bounds)]
        across = sum(width for width, _ in extents) + _BETWEEN * (len(extents) - 1)
        along = max((height for _, height in extents), default=0.0) + _REST
        short, long = self._page
        return min(1.0, short / max(across, 1.0), long / max(along, 1.0))

    def _below(self, edge: Edge, tops: dict[int, float] | list[float]) -> float:
        """Where the head of an arrow stands at least."""
        gap = _GAP + _FAN * (edge.length - 1) + _CLUSTER * self._opens[edge.head]
        gap += _AUX if edge.tail in self._aside else 0.0
        return tops[edge.tail] + self._size(edge.tail)[1] + gap

    def _marks(self, start: int, stop: int) -> float:
        """What stands in front of the first part of a column and behind its last: where it comes
        from, the headings of the groups that begin or go on there, where it goes on."""
        headings = _CLUSTER * (self._opens[start] + self._inside[start])
        first = _MARK + _GAP + headings if start else 0.0
        return first + (_MARK + _GAP if stop < len(self._leaves) else 0.0)

    def _extent(self, start: int, stop: int) -> tuple[float, float]:
        """About how wide and high a column gets."""
        top = dict.fromkeys(range(start, stop), 0.0)
        rank = dict.fromkeys(range(start, stop), 0)
        side = 0.0
        for edge in self._arrows:
            if start <= edge.tail < edge.head < stop:
                top[edge.head] = max(top[edge.head], self._below(edge, top))
                rank[edge.head] = max(rank[edge.head], rank[edge.tail] + 1)
                if edge.skip:
                    side = 60.0
        rows: dict[int, float] = defaultdict(float)
        for number, row in rank.items():
            rows[row] += self._size(number)[0] + 22
        high = max((top[number] + self._size(number)[1] for number in top), default=0.0)
        high += self._marks(start, stop)
        return max(rows.values(), default=0.0) + side, high

    def _cut(self, parts: tuple[Part, ...], start: int, stop: int) -> tuple[Part, ...]:
        """What of the parts lies between two leaves."""
        result: list[Part] = []
        for part in parts:
            if isinstance(part, (Unit, Box)):
                if start <= self._number[id(part)] < stop:
                    result.append(part)
                continue
            inside = [self._number[id(leaf)] for leaf in leaves(part.parts)]
            if start <= inside[0] and inside[-1] < stop:
                result.append(part)
            elif inside[0] < stop and inside[-1] >= start:
                inner = self._cut(part.parts, start, stop)
                piece = Cluster(part.scope, part.name, part.nodes, inner, part.count, part.path)
                piece.continued, piece.round = inside[0] < start, part.round
                result.append(piece)
        return tuple(result)
