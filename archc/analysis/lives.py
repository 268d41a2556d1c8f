"""The copies that a run makes of some values, and partial sums: what reads them, until when.

Networks without any need none of this.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from archc.analysis.copied import bare, by_turn
from archc.analysis.uses import NEVER, Copy
from archc.graph.graph import Graph, Node

if TYPE_CHECKING:
    from archc.analysis.names import Hold


class Life:
    """A copy that variables hold, or a partial sum, and the last place at which it is needed."""

    __slots__ = ("called", "end", "given", "hold", "made", "storage", "until")

    def __init__(self, hold: Hold, made: int, begun: int) -> None:
        self.hold = hold
        self.made = made
        self.given = max(made, begun)  # to calls that begin later
        self.until = self.end = NEVER  # the end is that of the variables
        self.called = NEVER  # the last place of a call that was given it
        self.storage = NEVER  # its number, where the graph knows it

    def turn(self, place: Sequence[int]) -> tuple[int, bool, int, int, int]:
        """Copies of one place one by one: calls that end there before their callers, then those
        that begin behind it."""
        begun = place[self.hold.first]
        later = begun > self.made
        way = 1 if later else -1
        return self.made, later, way * begun, way * self.hold.forward, self.hold.since


class Lives:
    """The copies, by their storages, which the graph tells of what is read.

    What variables hold is told by places: one that a block gives back lives on as what reads the
    value behind the block.
    """

    def __init__(
        self,
        graph: Graph,
        root: Sequence[int],
        held: Sequence[Hold],
        place: Sequence[int],
    ) -> None:
        self._nodes = graph.nodes
        self._root = root
        self._held = held
        self._place = place
        known: dict[int, Life] = {}  # by the line that makes it
        for one in held:
            if one.copied is not None:  # a view of the copy may hold it longer
                life = known.get(one.since)
                if life is None:
                    life = Life(one, place[one.copied], place[one.first])
                    known[one.since] = life
                life.until = life.end = max(life.end, place[one.until])
                if one.given or one.till > life.hold.till:
                    given = one.given or life.hold.given
                    life.hold = one._replace(given=given)
        self.every = sorted(known.values(), key=lambda one: one.turn(place))
        self.of: dict[int, list[Life]] = {}
        self._numbered: dict[int, Life] = {}
        copies = by_turn(graph, place)
        for life in self.every:
            if not life.hold.terms:
                self.of.setdefault(root[life.hold.value], []).append(life)
                left = copies.get(bare(graph.nodes, life.hold.value))
                if left:
                    life.storage = left.pop(0)
                    self._numbered[life.storage] = life
        for lives in self.of.values():
            lives.sort(key=lambda one: one.turn(place), reverse=True)

    def read(self, storage: int, now: int) -> Life | None:
        """The copy that is read at a place, if the storage is one."""
        one = self._numbered.get(storage)
        if one is not None:
            one.until = max(one.until, now)
        return one

    def given(self, held: Hold, until: int) -> bool:
        """Whether a variable holds a copy: behind the block that made it, or in a call of that."""
        every = self.of.get(self._root[held.value], ())
        found = [one for one in every if self._behind(one, held.value, until)]
        found += [one for one in every if self._entered(one, held)][:1]
        for one in found:
            one.until = max(one.until, until)
        return bool(found)

    def _entered(self, one: Life, held: Hold) -> bool:
        """Whether a caller had the copy when the forward pass began in which a value is held."""
        begun = self._place[held.first]
        before = self._place[held.value] < begun and one.hold.forward < held.forward
        return before and one.made < begun <= one.end

    def copies(self, last: list[int]) -> list[Copy]:
        """All of them."""
        dying = _Dying(self._nodes, self._root, self._place, last, self._held)
        for one in self.every:
            if not one.hold.terms:
                dying.before.setdefault((self._root[one.hold.value], one.made), one.hold)
        first: dict[int, Hold] = {}  # of each place, what is made there first
        for one in self.every:
            first.setdefault(one.made, one.hold)
        copies = [_copy(one, dying) for one in self.every]
        pairs = zip(copies, self.every, strict=True)
        return [copy._replace(gone=_goes(one, first.get(one.until))) for copy, one in pairs]

    def _behind(self, one: Life, value: int, place: int) -> bool:
        return one.end < place and one.hold.given and self._through(value, one.hold.value)

    def _through(self, value: int, copied: int) -> bool:
        """Whether a value is what was copied, or a view of it."""
        while value != copied and value != self._root[value]:
            value = self._nodes[value].inputs[0]
        return value == copied


def read_early(
    nodes: Sequence[Node], held: Sequence[Hold], root: Sequence[int], place: Sequence[int]
) -> dict[int, dict[int, int]]:
    """For each sum that is worked out in parts the storages that only these read, and where."""
    found: dict[int, dict[int, int]] = {}
    late: dict[int, list[int]] = {}
    for one in held:
        if one.terms and one.copied is not None:
            rest = late.setdefault(one.value, list(nodes[one.value].inputs))
            early = found.setdefault(one.value, {})
            for term in one.terms:
                rest.remove(term)
                early[root[term]] = max(early.get(root[term], NEVER), place[one.copied])
    for index, rest in late.items():
        for term in rest:
            found[index].pop(root[term], None)
    return found


class _Dying:
    """The storages by the place at the end of which they go, and what variables hold each.

    The network's inputs are their caller's: whoever holds them, they go with their last reader.
    """

    def __init__(
        self,
        nodes: Sequence[Node],
        root: Sequence[int],
        place: Sequence[int],
        last: list[int],
        held: Sequence[Hold],
    ) -> None:
        self._place = place
        self._root = root
        self._inputs = {node.index for node in nodes if node.layer is None}
        self._at: dict[int, list[int]] = {}
        for storage, end in enumerate(last):
            self._at.setdefault(end, []).append(storage)
        self.before: dict[tuple[int, int], Hold] = {}  # the first copy of a storage at a place
        self._held: dict[int, list[Hold]] = {}
        for one in held:
            if one.copied is None:
                self._held.setdefault(root[one.value], []).append(one)

    def late(self, copy: Hold, made: int) -> tuple[int, ...]:
        """Those that go only when a copy is there: variables hold them, here or in a caller."""
        return tuple(one for one in self._at.get(made, ()) if self._is_late(one, copy, made))

    def _is_late(self, storage: int, copy: Hold, made: int) -> bool:
        before = self.before.get((storage, made), copy)
        if before.forward != copy.forward and (before.given or self._place[copy.first] > made):
            return False  # a call gave that copy, or was given it
        if storage in self._inputs:
            return storage == self._root[copy.value]
        if self._place[storage] < self._place[copy.first] <= made:
            return True
        return any(one.since < copy.since <= one.till for one in self._held.get(storage, ()))


def _goes(life: Life, following: Hold | None) -> bool:
    """Whether a line lets a copy go before the line that makes what is copied at its end."""
    return (
        following is not None
        and following.forward == life.hold.forward
        and life.hold.till < following.since
        and life.called < life.until
    )


def _copy(life: Life, dying: _Dying) -> Copy:
    hold, made = life.hold, life.made
    return Copy(hold.value, made, life.until, dying.late(hold, made), life.storage, hold.terms)
