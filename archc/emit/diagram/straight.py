"""Boxes on common axes: Graphviz leaves neighbours a little aside, and merges beside the middle.

What follows each other stands in one line, and a part with several in front of it, or behind it,
in their middle; but nothing comes nearer to anything else than it may.
"""

from __future__ import annotations

from collections import defaultdict

from archc.emit.diagram.bounds import Bounds
from archc.emit.diagram.laid import Laid
from archc.emit.diagram.level import LINE
from archc.emit.diagram.routes import Routes

_SLANT = 200.0  # points that neighbours in a chain may be aside of each other
_FIRM = 60  # the weight of arrows that should not bend
_STREAM = 12.0  # and streams that exchange
_ROOM = 10.0  # points beside an arrow
_ROUNDS = 4
_LEAST = 0.1  # points that are worth a move
_HARDLY = 0.5  # points that are not seen
_TRIALS = 300  # moves that are tried at most: a picture with so many is not tidied by more
_SHARES = (1.0, 0.5)


def straightened(laid: Laid) -> None:
    """Moves boxes across, and leads arrows anew."""
    _Straight(laid).run()


class _Straight:
    def __init__(self, laid: Laid) -> None:
        self._laid = laid
        self._routes = routes = Routes(laid)
        self._bounds = Bounds(laid, routes)
        self._below: dict[int, list[int]] = defaultdict(list)
        self._above: dict[int, list[int]] = defaultdict(list)
        self._after: dict[int, list[int]] = defaultdict(list)  # with what is not on the main way
        self._before: dict[int, list[int]] = defaultdict(list)
        for way in laid.ways:
            if routes.along(way):
                self._after[way.tail].append(way.head)
                self._before[way.head].append(way.tail)
            if way.said.get("class") == LINE:
                continue
            if routes.main(way):
                self._below[way.tail].append(way.head)
            if routes.main(way) or (routes.along(way) and routes.skip(way)):
                self._above[way.head].append(way.tail)
        self._trials = _TRIALS
        self._group = {number: {number} for number in laid.places}
        for way in laid.ways:  # a point beside a box keeps there
            one, two = laid.places[way.tail], laid.places[way.head]
            level = not way.seen and abs(one.y - two.y) < 1
            if level and "e" in (one.name[:1], two.name[:1]):
                self._tie(way.tail, way.head)
        # Where a way up parts it stays in line, and what leaves it stands aside.
        self._parting = {way.head for way in laid.ways if routes.main(way) and "s" in way.tips}
        self._straight = {*self._streams(), *self._through(), *self._spine()}
        self._firm = {upper for upper, _ in self._straight}

    def _streams(self) -> list[tuple[int, int]]:
        """Streams that exchange what they have stand each above itself."""
        ways = self._laid.ways
        pairs = [(way.tail, way.head) for way in ways if way.said.get("class") == LINE]
        streams = {number for pair in pairs for number in pair}
        for upper, lowers in self._below.items():
            if len(lowers) > 1 and {upper, *lowers} <= streams:
                pairs += [(upper, lower) for lower in lowers]
        return [pair for pair in pairs if abs(self._aside(*pair)) < _STREAM]

    def _spine(self) -> list[tuple[int, int]]:
        """What goes on where something leaves it aside, as said by its weight."""
        pairs = [
            (way.tail, way.head) for way in self._laid.ways
            if self._routes.main(way) and int(way.said.get("weight", 1)) >= _FIRM
        ]  # fmt: skip
        return [pair for pair in pairs if abs(self._aside(*pair)) < _STREAM]

    def _through(self) -> list[tuple[int, int]]:
        """What goes on in a group is straight where all else leaves the group."""
        found = []
        for upper, lowers in self._below.items():
            groups = [one for one in self._laid.frames.values() if one.heading is not None]
            groups = [one for one in groups if upper in one.inside]
            inner = min(groups, key=lambda one: len(one.inside), default=None)
            if len(lowers) > 1 and inner is not None:
                stay = [lower for lower in lowers if lower in inner.inside]
                found += [(upper, lower) for lower in stay if len(stay) == 1]
        return found

    def _tie(self, one: int, two: int) -> None:
        both = self._group[one] | self._group[two]
        for number in both:
            self._group[number] = both

    def run(self) -> None:
        """All moves that there is room for."""
        self._routes.lead(self._laid.ways)
        self._clear()
        self._chains()
        for _ in range(_ROUNDS):
            helped = [self._middle(number) for number in self._forks()]
            if not any(helped):
                break
        self._chains()
        self._laid.centre()

    # ------------------------------------------------------------------------------ one line

    def _pairs(self) -> list[tuple[int, int]]:
        """What is to be in one line: the upper and the lower."""
        pairs = [
            (upper, lowers[0])
            for upper, lowers in self._below.items()
            if len(lowers) == 1 and len(self._above[lowers[0]]) == 1
        ]
        return [*pairs, *sorted(self._straight)]

    def _chains(self) -> None:
        """Neighbours of which one alone follows the other."""
        for upper, lower in sorted(self._pairs(), key=lambda pair: abs(self._aside(*pair))):
            if self._group[lower] is self._group[upper]:
                continue
            aside = self._aside(upper, lower)
            if abs(aside) > _SLANT:
                continue
            one, two = self._group[upper], self._group[lower]
            ways = [(two, aside), (one, -aside)]
            if len(two) > len(one):
                ways.reverse()
            if abs(aside) < 0.005 or any(self._moved(group, by) for group, by in ways):
                self._tie(upper, lower)

    def _clear(self) -> None:
        """What stands between neighbours in a chain gives way to their arrow."""
        places = self._laid.places
        for upper, lower in self._pairs():
            if abs(self._aside(upper, lower)) > _SLANT:
                continue
            one, two = places[upper], places[lower]
            x = self._routes.foot(upper) if one.wide > two.wide else self._routes.top(lower)
            for number, place in places.items():
                left, under, right, over = place.rect
                if left < x < right and two.rect[3] <= under and over <= one.rect[1]:
                    by = x + _ROOM - left
                    if not self._moved(self._group[number], by):
                        self._moved(self._group[number], x - _ROOM - right)

    def _aside(self, upper: int, lower: int) -> float:
        """How far a box has to go to stand below another one."""
        return self._routes.foot(upper) - self._routes.top(lower)

    # ---------------------------------------------------------------------------- the middle

    def _forks(self) -> list[int]:
        """What several lead to, or what leads to several, from above."""
        found = {n for n, several in self._above.items() if len(several) > 1}
        found |= {n for n, several in self._below.items() if len(several) > 1}
        return sorted(found, key=lambda number: -self._laid.places[number].y)

    def _wish(self, number: int) -> float:
        """How far a part is from the middle of what leads to it, else of what it leads to."""
        routes = self._routes
        wishes = []
        if len(above := self._above[number]) > 1 and number not in self._parting:
            ends = [routes.foot(one) for one in above]
            wishes.append((min(ends) + max(ends)) / 2 - routes.top(number))
        if len(below := self._below[number]) > 1 and number not in self._firm:
            ends = [routes.top(one) for one in below]
            wishes.append((min(ends) + max(ends)) / 2 - routes.foot(number))
        return max(wishes, key=abs, default=0.0)

    def _unrest(self) -> float:
        return sum(abs(self._wish(number)) for number in self._forks())

    def _middle(self, number: int) -> bool:
        """Moves a part towards its middle, with what it is in line with, or all that follows, or
        all in front of it; whether it helped."""
        wish = self._wish(number)
        if abs(wish) < _LEAST:
            return False
        group = self._group[number]
        after = self._reach(number, self._after)
        before = self._reach(number, self._before)
        sides = [(group, wish), (group | self._opposite(number), wish)]
        if len(self._above[number]) > 1:
            sides += [(after, wish), (before - group, -wish)]
        else:
            sides += [(before, wish), (after - group, -wish)]
        unrest = self._unrest()
        for share in _SHARES:
            for several, by in sides:
                if self._moved(several, by * share, unrest):
                    return True
        return False

    def _opposite(self, number: int) -> set[int]:
        """Where the branches that meet in a part begin, or those that begin there meet, with what
        is in line with that; nothing where they are several places."""
        above = len(self._above[number]) > 1
        nearer, further = (self._above, self._below) if above else (self._below, self._above)
        found = set()
        for one in nearer[number]:
            while len(further[one]) == 1 and len(nearer[one]) == 1:
                one = nearer[one][0]
            found.add(one)
        return self._group[found.pop()] if len(found) == 1 else set()

    def _reach(self, first: int, further: dict[int, list[int]]) -> set[int]:
        """What is before or behind a part, with all that is in line with it."""
        found: set[int] = set()
        left = [first]
        while left:
            number = left.pop()
            if number not in found:
                found.add(number)
                left += [*self._group[number], *further.get(number, ())]
        return found

    def _moved(self, group: set[int], by: float, unrest: float | None = None) -> bool:
        """Moves parts where nothing stands in the way, and where it helps."""
        if not group or self._trials == 0 or not self._helps(group, by, unrest):
            return False
        self._trials -= 1
        before = self._bounds.hurt(group)
        undo = self._bounds.move(group, by)
        if self._bounds.hurt(group) <= before + min(abs(by), _HARDLY):
            return True
        undo()
        return False

    def _helps(self, group: set[int], by: float, unrest: float | None) -> bool:
        """Whether more would stand in its middle."""
        if unrest is None:
            return True
        places = self._laid.places
        stood = {number: places[number].x for number in group}
        for number, x in stood.items():
            places[number].put(x + by)
        better = self._unrest() < unrest - _LEAST / 2
        for number, x in stood.items():
            places[number].put(x)
        return better
