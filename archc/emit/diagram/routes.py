"""Which way each arrow of a drawing goes while boxes move across."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import accumulate, pairwise

from archc.emit.diagram.curves import around, bent, beside, line, past, sampled, shifted, strikes
from archc.emit.diagram.labels import TWINS
from archc.emit.diagram.laid import Laid, Point, Way
from archc.emit.diagram.level import LINE

STEM = 11.0  # points: how high the shape is below a box, beside which its arrows begin
STEMMED = "f"  # the port of boxes with several arrows, behind their shape
_IN_LINE = 0.5  # points aside
_ROOM = 2.0  # points between an arrow and what it passes
_CLEAR = 5.0  # points that it goes on beyond a box before it turns
_LEAST = 6.0  # points in which it turns at least
_LANE = 10.0  # points beside what a skip passes
_NEAR = 40.0  # points along, up to which it has no room to turn
_HIGH = 44.0  # points in which an arrow turns at most
_MIDDLE = 2.0  # points beside the middle that are as good as there
_LEVEL = 3.0  # points by which heads on one height differ at most
_APART = 9.0  # points between the heads of arrows at one box
_WIDEST = 30.0  # points that heads take at most


class Routes:
    """The ways of arrows, made out anew from where their ends are."""

    def __init__(self, laid: Laid) -> None:
        self._laid = laid
        self._first = {number: place.x for number, place in laid.places.items()}
        self._drawn = {id(way): (list(way.points), dict(way.tips), way.label) for way in laid.ways}
        feet: dict[int, Counter[float]] = defaultdict(Counter)
        tops: dict[int, Counter[float]] = defaultdict(Counter)
        self._into: dict[int, list[Way]] = defaultdict(list)
        self._onto: dict[int, list[Way]] = defaultdict(list)
        for way in laid.ways:
            if self.along(way):
                start, stop = way.ends
                if "tailport" in way.said:
                    feet[way.tail][round(start[0] - self._first[way.tail], 2)] += 1
                if "headport" in way.said:
                    tops[way.head][round(stop[0] - self._first[way.head], 2)] += 1
                self._into[way.head].append(way)
                self._onto[way.tail].append(way)
        self._feet = {number: found.most_common(1)[0][0] for number, found in feet.items()}
        self._tops = {number: found.most_common(1)[0][0] for number, found in tops.items()}

    def along(self, way: Way) -> bool:
        """Whether an arrow leads down, or up, from box to box."""
        if not way.seen or (way.said.get("style") == "dashed" and not way.tips):  # a size
            return False
        sides = {
            str(way.said.get(port, "")).rpartition(":")[2] for port in ("tailport", "headport")
        }
        upper, lower = self._laid.places[way.tail], self._laid.places[way.head]
        return not sides & {"e", "w"} and upper.rect[1] >= lower.rect[3] - 1

    def main(self, way: Way) -> bool:
        """Whether it does so with what is on the main way, not beside it nor in training alone."""
        return self.along(way) and way.said.get("style") != "dashed" and not self.skip(way)

    def skip(self, way: Way) -> bool:
        """Whether it has the look of a skip."""
        return "penwidth" in way.said and way.said.get("style") != "dashed"

    def foot(self, number: int) -> float:
        """Where arrows leave a box, across."""
        return self._laid.places[number].x + self._feet.get(number, 0.0)

    def top(self, number: int) -> float:
        """Where arrows reach it."""
        return self._laid.places[number].x + self._tops.get(number, 0.0)

    def lead(self, ways: Iterable[Way]) -> None:
        """Leads arrows anew."""
        for way in ways:
            if way.seen:
                self._lead(way)

    def of(self, numbers: set[int]) -> list[Way]:
        """The arrows that change where these boxes move: their own, and those that share a head."""
        found = {id(way): way for way in self._laid.ways if {way.tail, way.head} & numbers}
        heads = {way.head for way in found.values()} | {way.tail for way in found.values()}
        for number in heads:
            for way in (*self._into[number], *self._onto[number]):
                found.setdefault(id(way), way)
        return [way for way in found.values() if way.seen]

    def _lead(self, way: Way) -> None:
        points, tips, label = self._drawn[id(way)]
        places, first = self._laid.places, self._first
        by = places[way.tail].x - first[way.tail], places[way.head].x - first[way.head]
        along = self.along(way)
        if along:
            by = (by[0] + self._beside(way, "s"), by[1] + self._beside(way, "e"))
        way.points = bare = shifted(points, *by)
        way.tips = {mark: (x + by[0 if mark == "s" else 1], y) for mark, (x, y) in tips.items()}
        if along:
            start, stop = self._ends(way)
            tried = self._soon(way, start, stop) or self._tried(way, start, stop)
            if tried:
                bare, way.points = tried, self._stemmed(way, tried)
                start, stop = self._ends(way, True)
                way.tips = {mark: start if mark == "s" else stop for mark in tips}
        elif self.skip(way) and (passed := self._passed(way)):
            way.points = passed
        if way.points is bare:  # as Graphviz led it, but from box to box
            way.points = self._stemmed(way, bare)
        if label is not None:
            way.label = beside(label, points, bare)

    def _passed(self, way: Way) -> list[Point]:
        """The way of a skip at the right of what it skips, at a distance; none where that would
        take more room, or meet other skips."""
        start, stop = way.points[0], way.points[-1]
        if not str(way.said.get("headport", "")).endswith(":e") or start[1] - stop[1] < _NEAR:
            return []
        before = self._drawn[id(way)][0]
        old = max(x for points in (way.points, before) for x, _ in sampled(points))
        ends = {way.tail, way.head}
        rects = [
            place.rect for number, place in self._laid.places.items()
            if number not in ends and place.said.get("style") != "invis"
        ]  # fmt: skip
        rects = [one for one in rects if stop[1] - 4 < one[3] and one[1] < start[1] - 1]
        lane = max([stop[0], *(one[2] for one in rects if one[0] < old)]) + _LANE
        if lane > old + _LANE / 2:
            return []
        for other in self._laid.ways:
            if other is way or not other.seen or not self.skip(other) or self.along(other):
                continue
            curve = sampled(other.points)
            if strikes(curve, (lane - 40, stop[1] - 8, lane + _LANE, start[1] + 8)):
                return []
        found = around(start, lane, stop)
        curve = sampled(found)
        return [] if any(strikes(curve, one, 1.0) for one in rects) else found

    def _ends(self, way: Way, tips: bool = False) -> tuple[Point, Point]:
        """Where an arrow begins and ends, but for its tips."""
        points, drawn, _ = self._drawn[id(way)]
        places = self._laid.places
        upper, lower = places[way.tail], places[way.head]
        start = self.foot(way.tail), drawn.get("s", points[0])[1]
        stop = self.top(way.head), drawn.get("e", points[-1])[1]
        if "tailport" not in way.said:
            start = (start[0], upper.rect[1])
        if "headport" not in way.said:
            stop = (stop[0], lower.rect[3])
        twin = self._twin(way)
        start = (start[0] + self._beside(way, "s") + twin, start[1])
        stop = (stop[0] + self._beside(way, "e") + (0.0 if self._slots(way) else twin), stop[1])
        if tips:
            return start, stop
        if "s" in drawn:
            start = (start[0], start[1] - _long(points[0], drawn["s"]))
        if abs(start[0] - stop[0]) > _IN_LINE:  # it passes the shapes beside it before it turns
            if "s" not in drawn:
                start = (start[0], min(start[1], upper.rect[1]))
            if "e" not in drawn:
                stop = (stop[0], max(stop[1], lower.rect[3]))
        if "e" in drawn:
            stop = (stop[0], stop[1] + _long(points[-1], drawn["e"]))
        return start, stop

    def _soon(self, way: Way, start: Point, stop: Point) -> list[Point]:
        """The way of an arrow to a merge at its left that turns beside its shape, which stands at
        its right: so it has more room; nothing where that is not free."""
        merges = len(self._into[way.head]) > 1 and way.said.get("class") != LINE
        if not merges or "slot" in way.said or "e" not in way.tips or stop[0] > start[0] - _CLEAR:
            return []
        port = str(way.said.get("tailport", ""))
        if not port.startswith((STEMMED, "b:")):
            return []
        box = self._drawn[id(way)][0][0][1] + (STEM if port.startswith(STEMMED) else 0.0)
        return self._tried(way, (start[0], box), stop)

    def _twin(self, way: Way) -> float:
        """How far beside each other several arrows from one box to another one are."""
        twins = [id(one) for one in self._onto[way.tail] if one.head == way.head]
        return TWINS * (twins.index(id(way)) - (len(twins) - 1) / 2)

    def _beside(self, way: Way, mark: str) -> float:
        """How far beside the middle of a box the tip of one of several arrows is."""
        if mark not in self._drawn[id(way)][1]:
            return 0.0
        if mark == "e" and (slots := self._slots(way)):
            return self._slot(way, slots)
        if way.said.get("class") == LINE:
            return 0.0
        number, several, straight = self._rank(way, mark)
        if not several:
            return 0.0
        at = way.head if mark == "e" else way.tail
        room = min(self._laid.places[at].wide / 2 - 6, _WIDEST)
        place = number - (0.0 if straight else 0.5)
        return (1 if several > 0 else -1) * place * min(_APART, room / abs(several))

    def _slots(self, way: Way) -> list[Way]:
        """The arrows whose heads stand beside that of an arrow in the order in which they are read;
        none where that does not matter."""
        several = self._into[way.head]
        if len(several) < 2 or not all("slot" in one.said for one in several):
            return []
        return sorted(several, key=lambda one: int(one.said["slot"]))

    def _slot(self, way: Way, slots: list[Way]) -> float:
        """How far beside the middle one of such heads is: what comes straight stays there, and
        several from one box stand as near to each other as they begin."""
        twins = [one.tail == two.tail for one, two in pairwise(slots)]
        room = min(self._laid.places[way.head].wide / 2 - 6, _WIDEST)
        step = min(_APART, 2 * room / (len(slots) - 1))
        along = list(accumulate((TWINS if twin else step for twin in twins), initial=0.0))
        top = self.top(way.head)
        straight = [
            at for at, one in zip(along, slots, strict=True)
            if abs(self.foot(one.tail) - top) <= _MIDDLE
        ] or along  # fmt: skip
        own = along[[id(one) for one in slots].index(id(way))]
        return own - (straight[0] + straight[-1]) / 2

    def _rank(self, way: Way, mark: str) -> tuple[int, int, bool]:
        """Of the arrows that come to one end of an arrow from the same side as it: which it is,
        from the nearest, and how many they are, less than nothing at the left; and whether one
        comes straight. Of one alone, or straight, they are none."""
        at = way.head if mark == "e" else way.tail
        several = self._into[at] if mark == "e" else self._onto[at]
        port = "headport" if mark == "e" else "tailport"
        if len(several) < 2 or not all(port in one.said for one in several):
            return 0, 0, False
        middle = self.top(at) if mark == "e" else self.foot(at)
        other = [
            (self.foot(one.tail) if mark == "e" else self.top(one.head)) - middle for one in several
        ]
        own = other[[id(one) for one in several].index(id(way))]
        if abs(own) <= _MIDDLE:
            return 0, 0, True
        side = sorted({abs(one) for one in other if one * own > 0 and abs(one) > _MIDDLE})
        straight = any(abs(one) <= _MIDDLE for one in other)
        number = side.index(abs(own)) + 1
        return number, len(side) if own > 0 else -len(side), straight

    def _turn(self, way: Way) -> float:
        """Where an arrow turns, of its height: of several at one side the nearest turns first, or
        where their heads are in order that which goes furthest across: so none crosses a head."""
        for mark in ("e", "s"):
            number, several, _ = self._rank(way, mark)
            if abs(several) > 1:
                if mark == "e" and (slots := self._slots(way)):
                    top = self.top(way.head)
                    side = [one for one in slots if (self.foot(one.tail) - top) * several > 0]
                    number = [id(one) for one in side].index(id(way)) + 1
                    number = number if several > 0 else abs(several) + 1 - number
                at = (number - 0.5) / abs(several)
                return at if mark == "e" else 1 - at
        return self._fan(way)

    def _fan(self, way: Way) -> float:
        """Where an arrow turns that begins with others and goes to the same side, but to another
        height: what goes further turns first."""
        foot = self.foot(way.tail)
        own = self.top(way.head) - foot
        side = [one for one in self._onto[way.tail] if (self.top(one.head) - foot) * own > 0]
        highs = [self._drawn[id(one)][0][-1][1] for one in side]
        if len(side) < 2 or max(highs) - min(highs) < _LEVEL:
            return 0.5
        further = sum(abs(self.top(one.head) - foot) > abs(own) for one in side)
        return (further + 0.5) / len(side)

    def _tried(self, way: Way, start: Point, stop: Point) -> list[Point]:
        """The first way on which nothing stands."""
        if start[1] <= stop[1]:
            return []
        rects = [
            place.rect for number, place in self._laid.places.items()
            if number not in (way.tail, way.head) and place.said.get("style") != "invis"
        ]  # fmt: skip
        rects += [title for frame in self._laid.frames.values() if (title := frame.title)]
        rects += [
            frame.rect for frame in self._laid.frames.values()
            if not frame.inside & {way.tail, way.head}
        ]  # fmt: skip
        low, high = sorted((start[0], stop[0]))
        every = [one for one in rects if one[1] < start[1] and one[3] > stop[1]]
        rects = [one for one in every if one[0] - 9 < high and low < one[2] + 9]
        turn = self._turn(way)
        ways = [line(start, stop) if way.said.get("class") == LINE else bent(start, stop, turn)]
        if way.said.get("class") != LINE:
            high = start[1] - stop[1] > _HIGH
            merges = len(self._into[way.head]) > 1
            below = stop[1] + _HIGH if high else start[1]
            above = start[1] - _HIGH if high else stop[1]
            if rects:
                low, over = min(one[1] for one in rects), max(one[3] for one in rects)
                below = min(below, low - _clear(low - stop[1]))
                above = max(above, over + _clear(start[1] - over))
            if stop[1] + _LEAST < below < start[1]:
                late = (start[0], below)
                ways.append([*line(start, late), *bent(late, stop, turn)[1:]])
            if stop[1] < above < start[1] - _LEAST:
                early = (stop[0], above)
                ways.append([*bent(start, early, turn), *line(early, stop)[1:]])
            if high and abs(start[0] - stop[0]) > _IN_LINE:
                ways = [*ways[1:2], *ways[2:], ways[0]] if merges else [*ways[:0:-1], ways[0]]
        if rects and way.said.get("class") != LINE and abs(start[0] - stop[0]) > _IN_LINE:
            ways += past(start, stop, rects, _CLEAR, _HIGH)
        for one in ways:
            curve = sampled(one)
            if not any(strikes(curve, rect, _ROOM) for rect in every):
                return one
        return []

    def _stemmed(self, way: Way, points: list[Point]) -> list[Point]:
        """The same from box to box, beside the shapes that stand there."""
        drawn, tips, _ = self._drawn[id(way)]
        ends = (("tailport", 0, 1, "s"), ("headport", -1, -1, "e"))
        for port, at, sign, mark in ends:
            if str(way.said.get(port, "")).endswith((":e", ":w")):
                continue
            x, y = points[at]
            box = tips.get(mark, drawn[at])[1] - sign * (
                _long(drawn[at], tips[mark]) if mark in tips else 0.0
            )
            if str(way.said.get(port, "")).startswith(STEMMED):
                box += sign * STEM
            if port in way.said and sign * (box - y) > 0.5:
                stem = line((x, box), (x, y)) if at == 0 else line((x, y), (x, box))
                points = [*stem, *points[1:]] if at == 0 else [*points[:-1], *stem]
        return points


def _clear(room: float) -> float:
    """How far beyond a box an arrow turns: less where there is hardly room to turn."""
    return _CLEAR if room > _CLEAR + _LEAST else _ROOM


def _long(one: Point, two: Point) -> float:
    """How long the tip of an arrow is."""
    return float(((one[0] - two[0]) ** 2 + (one[1] - two[1]) ** 2) ** 0.5)
