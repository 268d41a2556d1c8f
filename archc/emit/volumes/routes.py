"""The ways of arrows: straight where nothing is between, else along lanes that are free."""

from __future__ import annotations

from archc.emit.diagram.metrics import text_width
from archc.emit.volumes import layout as lay
from archc.emit.volumes.ends import apart
from archc.emit.volumes.floating import BEFORE, LANE, SLOT, edge
from archc.emit.volumes.layout import Layout, like
from archc.emit.volumes.model import MARKS, Picture, cut
from archc.emit.volumes.place import BORDER, SHAFT, Box, Pair
from archc.emit.volumes.ranks import Ways, exchanges, turning, ways
from archc.emit.volumes.route import Bar, Route, tidy
from archc.emit.volumes.scene import Point

_NEAR = 1.0  # two heights that are one


class Router:
    """Finds the ways of a picture's arrows, those of short ones first."""

    def __init__(self, picture: Picture, layout: Layout) -> None:
        self.picture = picture
        self.layout = layout
        self.around: Ways = ways(picture)
        self.solids = layout.solids
        self._boxes = [self._box(place) for place in range(len(picture.units))]
        self._beside: dict[int, list[tuple[int, Box]]] = {}  # the boxes of each row
        for place, box in enumerate(self._boxes):
            self._beside.setdefault(layout.rows[place], []).append((place, box))
        self._taken: list[tuple[float, float, float, int]] = []  # y, from, to, tail
        self._edges: dict[tuple[int, int], tuple[float, float]] = {}
        for place, solid in enumerate(self.solids):
            key = self._column(place)
            start, end = edge(solid, self._words(place))
            left, right = self._edges.get(key, (start, end))
            self._edges[key] = (min(left, start), max(right, end))
        self._slots: dict[tuple[int, int, str], list[int]] = {}
        for place in range(len(picture.units)):
            key = self._column(place)
            out, into = turning(picture, self.around, layout.ranks, place, layout.levels)
            self._slots.setdefault((*key, "out"), []).extend([place] * out)
            self._slots.setdefault((*key, "in"), []).extend([place] * into)

    def _column(self, place: int) -> tuple[int, int]:
        """The column a unit shares its turns with; where columns are loose, none."""
        if self.layout.floating:
            return 0, place
        return self.layout.rows[place], self.layout.ranks[place]

    def _words(self, place: int) -> float:
        """How wide the number and the words under a unit are."""
        number = text_width(lay.channels(self.picture.units[place]), lay.TEXT)
        for run in self.layout.runs:
            if run.first == run.last == place:
                return max(number, lay.caption_width(run))
        return number

    def routes(self) -> tuple[list[Route], list[Bar]]:
        """One route for each arrow, in the order of the arrows, and the bars where some end."""
        found: dict[int, Route] = {}
        numbers = sorted(
            range(len(self.picture.arrows)),
            key=lambda n: (self._far(self.picture.arrows[n].tail, self.picture.arrows[n].head), n),
        )
        drawn: dict[Pair, int] = {}
        for number in numbers:
            arrow = self.picture.arrows[number]
            pair = (arrow.tail, arrow.head)
            again = drawn.get(pair, 0)
            drawn[pair] = again + 1
            found[number] = self._route(*pair, again)._replace(source=arrow.source)
        several = [found[number] for number in range(len(numbers))]
        return apart(self.picture, self.layout, several, lambda place: self._slot(place, "in"))

    def _far(self, tail: int, head: int) -> float:
        return abs(self.layout.ranks[head] - self.layout.ranks[tail])

    def _route(self, tail: int, head: int, again: int) -> Route:
        one, two = self.solids[tail], self.solids[head]
        rank = self.layout.ranks
        if rank[tail] == rank[head] and self._above(tail, head):
            return Route(tail, head, self._drop(tail, head), False, False)
        level = abs(one.axis - two.axis) < _NEAR
        near = rank[head] == rank[tail] + 1
        if level and not again and (tail, head) not in self.layout.lanes:
            if near and self._touch(tail, head):
                return Route(tail, head, (), False, True)
            alone = len(self.around.after[tail]) == 1 == len(self.around.before[head])
            if near or self._free(one.axis, one.right, two.x, tail, head):
                self._taken.append((one.axis, one.right, two.x, tail))
                straight = (self._start(tail), self._end(head))
                passes = not near or self.picture.units[tail].kind == "tag"
                skip = passes and self._skips(tail, head)
                return Route(tail, head, straight, skip, near and alone)
        below = self._from_below(tail, head)
        if below and not again:
            return Route(tail, head, below, False, False)
        if near and not again and (tail, head) not in self.layout.lanes:
            x = self._turn(tail, head)
            start, end = self._start(tail), self._end(head)
            if self.layout.levels and exchanges(self.around, tail, head):
                return Route(tail, head, self._exchanged(tail, head), False, False)
            points: tuple[Point, ...] = (start, (x, start[1]), (x, end[1]), end)
            if self.picture.units[head].kind == "sum" and self._shaft(head, start[1], tail):
                points = self._into_sum(start, start[1], head)
            return Route(tail, head, tidy([*points]), False, False)
        return self._long(tail, head)

    def _skips(self, tail: int, head: int) -> bool:
        """Whether what an arrow carries gets to its goal by another way too.

        What only cuts or reshapes is a part of the arrow.
        """
        way = [tail, head]
        units, before, after = self.picture.units, self.around.before, self.around.after
        while units[way[0]].kind == "tag" and len(before[way[0]]) == 1:
            way.insert(0, before[way[0]][0])
        while units[way[-1]].kind == "tag" and len(after[way[-1]]) == 1:
            way.append(after[way[-1]][0])
        goal, seen = way[-1], set(way[1:-1])
        ways = [one for one in after[way[0]] if one != way[1]]
        if cut(units[way[1]]):  # other channels pass another slice
            ways = [one for one in ways if not cut(units[one])]
        while ways:
            one = ways.pop()
            if one == goal:
                return True
            if one not in seen:
                seen.add(one)
                ways += after[one]
        return False

    # ------------------------------------------------------------------------------- long ways

    def _long(self, tail: int, head: int) -> Route:
        y = self.layout.lanes.get((tail, head))
        out, into = self._slot(tail, "out"), self._slot(head, "in")
        if y is None:
            y = self._lane(tail, head, out, into)
        self._taken.append((y, out, into, tail))
        start, end = self._start(tail), self._end(head)
        points = [start, (out, start[1]), (out, y)]
        if self.picture.units[head].kind == "sum" and self._shaft(head, y, tail):
            points = [*points, *self._into_sum((out, y), y, head)[1:]]
        else:
            points += [(into, y), (into, end[1]), end]
        return Route(tail, head, tidy(points), self._skips(tail, head), False)

    def _from_below(self, tail: int, head: int) -> tuple[Point, ...]:
        """From a lower level to the right and up, where nothing is in the way; else ()."""
        one, two = self.solids[tail], self.solids[head]
        x = two.x + two.thick / 2
        foot = self._boxes[head].bottom + 1
        rises = two.wide > 0 or bool(self.picture.units[head].enlarged)
        upwards = self.layout.levels and one.axis > foot and rises
        if not upwards or not self._free(one.axis, one.right, x, tail, head):
            return ()
        clear = all(
            place in (tail, head) or not (box.left < x < box.right)
            or not (box.top < one.axis and foot < box.bottom)
            for place, box in enumerate(self._boxes)
        )  # fmt: skip
        return (self._start(tail), (x, one.axis), (x, foot)) if clear else ()

    def _lane(self, tail: int, head: int, left: float, right: float) -> float:
        """A height at which nothing is in the way."""
        one, two = self.solids[tail], self.solids[head]
        alone = not self.layout.levels and len(self.around.after[tail]) == 1
        wanted = [one.axis, two.axis] if alone else [two.axis, one.axis]
        low, high = sorted((one.axis, two.axis))
        edges = []
        for place, box in enumerate(self._boxes):
            if box.left < right and left < box.right and self._row(place) == self._row(tail):
                edges += [box.top - 5, box.bottom + 5]
        edges += [y + step for y, *_ in self._taken for step in (-7, 7)]
        rim = two.high / 2 + SHAFT if self.picture.units[head].kind == "sum" else 0.0
        edges += [two.axis - rim, two.axis + rim]
        edges.sort(key=lambda y: max(0.0, low - y, y - high) * 3 + abs(y - one.axis))
        for least in (rim, 0.0):  # rather with a shaft on the head of an arrow to a circle
            for y in (*wanted, *edges):
                near = _NEAR < abs(y - two.axis) < least - _NEAR
                if not near and self._free(y, left, right, tail, head):
                    return y
        return min(box.top for box in self._boxes) - 10

    def _free(self, y: float, left: float, right: float, tail: int, head: int) -> bool:
        for place, box in self._beside[self._row(tail)]:
            if (
                box.top - 2 < y < box.bottom + 2
                and box.left - 2 < right
                and left < box.right + 2
                and place not in (tail, head)
            ):
                return False
        return not any(
            abs(other - y) < 5 and start < right and left < end and source != tail
            for other, start, end, source in self._taken
        )

    def _shaft(self, head: int, y: float, tail: int) -> bool:
        """Whether an arrow may come down or up to the middle of a sum."""
        solid = self.solids[head]
        x = solid.x + solid.thick / 2
        if abs(y - solid.axis) < solid.high / 2 + 2:
            return False
        low, high = sorted((y, solid.axis))
        return not any(
            place not in (tail, head) and self._row(place) == self._row(head)
            and box.left < x < box.right and box.top < high and low < box.bottom
            for place, box in enumerate(self._boxes)
        )  # fmt: skip

    def _into_sum(self, start: Point, y: float, head: int) -> tuple[Point, ...]:
        solid = self.solids[head]
        x = solid.x + solid.thick / 2
        side = solid.top if y < solid.axis else solid.bottom
        return (start, (x, y), (x, side))

    # --------------------------------------------------------------------------------- pieces

    def _box(self, place: int) -> Box:
        solid, unit = self.solids[place], self.picture.units[place]
        below = 0.0 if unit.kind in MARKS else lay.NUMBER
        for run in self.layout.runs:
            if run.first <= place <= run.last:
                below = max(below, run.top + lay.LINE * len(run.lines) - 8 - solid.bottom)
        return Box(solid.x, solid.right + solid.depth, solid.summit, solid.bottom + below)

    def _row(self, place: int) -> int:
        return self.layout.rows[place]

    def _start(self, place: int) -> Point:
        solid = self.solids[place]
        if self.picture.units[place].kind == "door":
            return (solid.x + solid.thick / 2, solid.axis)
        return (solid.right + solid.depth / 2, solid.axis)

    def _end(self, place: int) -> Point:
        solid = self.solids[place]
        return (solid.x - 1.5, solid.axis)

    def _exchanged(self, tail: int, head: int) -> tuple[Point, ...]:
        """From level to level between the words of two columns, each value upright by itself."""
        start, end = self._start(tail), self._end(head)
        beside = sorted(
            (one for one in self.around.before[head] if exchanges(self.around, one, head)),
            key=lambda one: self.solids[one].axis,
        )
        ends = (edge(self.solids[one], self._words(one), 2)[1] for one in beside)
        x = max(ends) + BEFORE + LANE * beside.index(tail)
        return tidy([start, (x, start[1]), (x, end[1]), end])

    def _slot(self, place: int, side: str) -> float:
        """Where arrows turn that leave a unit, or that come to it."""
        if side == "out" and self.picture.units[place].kind == "door":
            return self._start(place)[0]
        row, rank = self._column(place)
        users = self._slots.get((row, rank, side), [])
        number = users.index(place) if place in users else 0
        left, right = self._edges[row, rank]
        if side == "out":
            ended = (
                0
                if self.layout.levels
                else sum(
                    frame.first <= place <= frame.last
                    and max(self.layout.ranks[frame.first : frame.last + 1]) == rank
                    for frame in self.picture.clusters
                    if frame.drawn(False)
                )
            )
            return right + 4 + SLOT * number + BORDER * ended
        return left - 8 - SLOT * number

    def _turn(self, tail: int, head: int) -> float:
        """Where a short arrow between two heights turns."""
        gathers = len(self.around.before[head]) > 1 and self.picture.units[head].kind != "sum"
        if gathers and len(self.around.after[tail]) < 2:
            return self._slot(head, "in")
        return self._slot(tail, "out")

    def _touch(self, tail: int, head: int) -> bool:
        """Whether two volumes stand so close that no arrow fits between."""
        one, two = self.solids[tail], self.solids[head]
        units = self.picture.units
        alone = len(self.around.after[tail]) == 1 == len(self.around.before[head])
        near = two.x - one.right < one.depth + 6
        return alone and near and self.layout.close and like(units[tail], units[head])

    def _above(self, tail: int, head: int) -> bool:
        """Whether one unit stands over the other."""
        one, two = self.solids[tail], self.solids[head]
        middle = two.x + two.thick / 2
        return abs(one.axis - two.axis) > 1 and one.x - 2 <= middle <= one.right + one.depth + 2

    def _drop(self, tail: int, head: int) -> tuple[Point, ...]:
        """Straight down or up to the next level."""
        one, two = self.solids[tail], self.solids[head]
        x = self._shaft_of_drop(tail, head)
        if one.axis < two.axis:
            return ((x, self._boxes[tail].bottom + 1), (x, two.top - 1))
        foot = self._boxes[head].bottom + 1
        aside = one.thick * 0.36
        if self.picture.units[tail].kind == "sum" and x + aside < two.right + two.depth:
            # What comes into a sum from above would meet what leaves it upwards.
            return ((x + aside, one.axis - aside), (x + aside, foot))
        return ((x, one.summit + one.wide * 0.135), (x, foot))

    def _shaft_of_drop(self, tail: int, head: int) -> float:
        """Where an arrow to the next level runs: to the middle, or beside it where it would meet
        the end of an arrow to a volume that it passes."""
        one, two = self.solids[tail], self.solids[head]
        middle = two.x + two.thick / 2
        low, high = sorted((one.axis, two.axis))
        passed = [
            solid
            for place, solid in enumerate(self.solids)
            if place not in (tail, head) and self._row(place) == self._row(head)
            and low < solid.axis < high
        ]  # fmt: skip
        for aside in (0.0, -5.0, -8.0, -11.0):
            x = middle + aside
            if x > two.x and x > one.x and not any(-8 < s.x - x < 4 for s in passed):
                return x
        return middle
