"""How long each value is needed: by its readers, by calls that were given it, and by variables.

Beside the values of the graph a run makes copies of some, and partial sums, which are no nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from archc.analysis.holding import Variables, calls, variables
from archc.analysis.texts import Texts
from archc.graph.graph import Graph, Node, Scope
from archc.named import NamedTuple

if TYPE_CHECKING:
    from archc.analysis.names import Hold

NEVER = -1


class Copy(NamedTuple):
    """Another copy of a value: made at the end of one place, dropped at the end of another.

    `named` is how long variables hold the value that was copied; `late` are the storages that go
    only when the copy is there. A partial sum is as large as the whole, and told as its copy, which
    is made of some of its `terms` before the others are there.
    """

    value: int
    made: int
    until: int
    named: int
    late: tuple[int, ...]
    terms: tuple[int, ...] = ()

    @property
    def steps(self) -> int:
        """The partial sums that are alive while it is made."""
        return int(len(self.terms) > 2)


class ByPlace:
    """Copies, by the place at the end of which they are made, and dropped."""

    def __init__(self, copies: Sequence[Copy]) -> None:
        self.made: dict[int, list[Copy]] = {}
        self.until: dict[int, list[Copy]] = {}
        for one in copies:
            self.made.setdefault(one.made, []).append(one)
            self.until.setdefault(one.until, []).append(one)


def while_copied(
    place: int, copies: ByPlace, sizes: Sequence[int | None], storage: Callable[[int], int]
) -> int:
    """The most bytes while copies are made at a place, beyond what is left behind it.

    `storage` has the bytes of a storage that goes.
    """
    here = copies.made[place]
    earlier = [one for one in copies.until.get(place, ()) if one.made < place]
    leaving = [{r: storage(r) for r in one.late} for one in here]
    alive = sum(sizes[one.value] or 0 for one in earlier)
    alive += sum({r: size for late in leaving for r, size in late.items()}.values())
    alive -= sum(sizes[one.value] or 0 for one in here if one.until != place)
    gone: set[int] = set()
    most = 0
    for one, late in zip(here, leaving, strict=True):
        size = sizes[one.value] or 0
        alive += size
        most = max(most, alive + one.steps * size)
        alive -= sum(late[r] for r in late if r not in gone)
        gone.update(late)
        alive -= sum(sizes[other.value] or 0 for other in earlier)
        earlier = [one] if one.until == place else []
    return most


class Uses(NamedTuple):
    """The nodes in the order in which they run, and for each storage the last that needs it.

    `last` are places in the order: `len(nodes)` where a storage outlives them all. `stepped` are
    sums whose partial sums are told as copies.
    """

    order: Sequence[int]
    last: list[int]
    copies: list[Copy]
    stepped: Sequence[int]


class Followed:
    """What the text of a graph holds, worked out once for any number of batches."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._texts = Texts(graph)
        self.called = calls(graph, self._texts)
        self._known: list[tuple[list[int], Variables]] = []

    def variables(self, code: list[int]) -> Variables:
        """What variables hold where values lie as in `code`, which may hang on the batch."""
        for known, found in self._known:
            if known == code:
                return found
        found = variables(self.graph, self._texts, self.called, code)
        self._known.append((code, found))
        return found


def last_uses(
    followed: Followed, code: list[int], root: Sequence[int], training: bool = False
) -> Uses:
    """The last node that needs each storage, by readers, calls and variables.

    `root` has the node that made each value's storage; `code` has those of inference, by which the
    code joins its lines.
    """
    graph, called = followed.graph, followed.called
    nodes = graph.nodes
    last = [NEVER] * len(nodes)
    held, order, stepped = followed.variables(code)
    held = [one for one in held if one.when is None or one.when == training]
    place = order if isinstance(order, range) else _places(order)
    running = _Held(last, called)
    partial = _read_early(nodes, held, root, place)
    lives = _Lives(nodes, root, held, place)
    for now, index in enumerate(order):
        node = nodes[index]
        if node.training and not training:
            continue
        last[root[index]] = now
        if node.scope is not running.scope:
            running.enter(node.scope, now)
        early = partial.get(index, {})
        for i in node.inputs:
            r = root[i]
            life = lives.read(i, now) if r in lives.of else None
            if life is None:
                read = early.get(r, now)
                if last[r] < read:
                    last[r] = read
            if place[i] < running.start and nodes[r].layer is not None:
                running.hold(place[i], r if life is None else life)
    running.enter(None, len(nodes))
    named: dict[tuple[int, int], int] = {}  # by the value, and the forward pass
    for one in held:
        if one.copied is not None:
            continue
        r, until = root[one.value], place[one.until]
        if r in lives.of and lives.given(one.value, until):
            continue
        named[one.value, one.first] = max(named.get((one.value, one.first), NEVER), until)
        if NEVER < last[r] < until and nodes[r].layer is not None:
            last[r] = until
    for result in graph.results:
        if training or not result.training:
            last[root[result.node]] = len(nodes)
    dying = _Dying(nodes, root, place, last, held) if lives.every else None
    copies = [] if dying is None else [_copy(one, dying, place, named) for one in lives.every]
    if training:
        copies = [_kept(one, nodes[one.value], place) for one in copies]
    return Uses(order, last, copies, stepped)


class _Life:
    """A copy that variables hold, or a partial sum, and the last place at which it is needed."""

    __slots__ = ("end", "hold", "made", "until")

    def __init__(self, hold: Hold, made: int) -> None:
        self.hold = hold
        self.made = made
        self.until = self.end = NEVER  # the end is that of the variables


class _Lives:
    """The copies, by the storage that is copied: what is read behind a copy is the copy.

    One that a block gives back lives on as what reads the value behind the block.
    """

    def __init__(
        self,
        nodes: Sequence[Node],
        root: Sequence[int],
        held: Sequence[Hold],
        place: Sequence[int],
    ) -> None:
        self._nodes = nodes
        self._root = root
        known: dict[tuple[int, int, tuple[int, ...]], _Life] = {}
        for one in held:
            if one.copied is not None:  # a view of the copy may hold it longer
                key = one.value, one.copied, one.terms
                life = known.setdefault(key, _Life(one, place[one.copied]))
                life.until = life.end = max(life.end, place[one.until])
                if one.given or one.till > life.hold.till:
                    given = one.given or life.hold.given
                    life.hold = one._replace(given=given)
        self.every = list(known.values())
        self.of: dict[int, list[_Life]] = {}
        for life in self.every:
            if not life.hold.terms:
                self.of.setdefault(root[life.hold.value], []).append(life)

    def read(self, value: int, now: int) -> _Life | None:
        """The copy that is read where a value is read at a place."""
        for one in self.of[self._root[value]]:
            if one.made < now <= one.end or self._behind(one, value, now):
                one.until = max(one.until, now)
                return one
        return None

    def given(self, value: int, until: int) -> bool:
        """Whether a variable holds a copy, behind the block that made it."""
        behind = [one for one in self.of[self._root[value]] if self._behind(one, value, until)]
        for one in behind:
            one.until = max(one.until, until)
        return bool(behind)

    def _behind(self, one: _Life, value: int, place: int) -> bool:
        return one.end < place and one.hold.given and self._through(value, one.hold.value)

    def _through(self, value: int, copied: int) -> bool:
        """Whether a value is what was copied, or a view of it."""
        while value != copied and value != self._root[value]:
            value = self._nodes[value].inputs[0]
        return value == copied


def _read_early(
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
        self._at: dict[int, list[int]] = {}
        for storage, end in enumerate(last):
            if nodes[storage].layer is not None:
                self._at.setdefault(end, []).append(storage)
        self._held: dict[int, list[Hold]] = {}
        for one in held:
            self._held.setdefault(root[one.value], []).append(one)

    def late(self, copy: Hold, made: int) -> tuple[int, ...]:
        """Those that go only when a copy is there: variables hold them, here or in a caller."""
        begun = self._place[copy.first]
        return tuple(
            storage
            for storage in self._at.get(made, ())
            if self._place[storage] < begun
            or any(one.since < copy.since <= one.till for one in self._held.get(storage, ()))
        )


def _copy(
    life: _Life, dying: _Dying, place: Sequence[int], named: dict[tuple[int, int], int]
) -> Copy:
    hold, made, until = life.hold, life.made, life.until
    others = until if hold.terms else max(made, named.get((hold.value, hold.first), made))
    return Copy(hold.value, made, until, others, dying.late(hold, made), hold.terms)


def _kept(copy: Copy, merge: Node, place: Sequence[int]) -> Copy:
    """Autograd keeps a partial product, where it counts as the whole product's own."""
    if not copy.terms or merge.layer is None or merge.layer.operator == "+":
        return copy
    end = min(copy.until, place[merge.index] - 1)
    return copy._replace(until=end, named=end)


def _places(order: Sequence[int]) -> list[int]:
    """For every node its place in an order."""
    result = [0] * len(order)
    for place, index in enumerate(order):
        result[index] = place
    return result


class _Held:
    """The calls that are running, and the arguments each keeps alive until it ends."""

    def __init__(self, last: list[int], calls: frozenset[Scope]) -> None:
        self._calls = calls
        self.scope: Scope | None = None
        self.start = 0
        self._last = last
        self._running: list[tuple[Scope, int, list[int | _Life]]] = []  # outermost first

    def enter(self, scope: Scope | None, index: int) -> None:
        """Node `index` runs in `scope`: ends the calls that are over, begins those around it."""
        chain = []
        inner = scope
        while inner is not None:
            chain.append(inner)
            inner = inner.parent
        chain.reverse()
        running = self._running
        common = 0
        for (one, _, _), other in zip(running, chain, strict=False):
            if one is not other:
                break
            common += 1
        while len(running) > common:
            for kept in running.pop()[2]:
                if isinstance(kept, _Life):
                    kept.until = max(kept.until, index - 1)
                elif self._last[kept] < index - 1:
                    self._last[kept] = index - 1
        running.extend([(one, index, []) for one in chain[common:]])
        self.scope = scope
        self.start = running[-1][1] if running else 0

    def hold(self, value: int, storage: int | _Life) -> None:
        """A value from before the innermost call: the outermost call that was given it keeps it."""
        for scope, start, kept in self._running:
            if start > value and scope in self._calls:
                kept.append(storage)
                return
