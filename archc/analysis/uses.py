"""How long each value is needed: by its readers, by calls that were given it, and by variables.

Beside the values of the graph a run makes copies of some, and partial sums, which are no nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from archc.analysis.copied import given_in, lying, read_in
from archc.analysis.holding import Variables, calls, variables
from archc.analysis.texts import Texts
from archc.graph.graph import Graph, Node, Scope
from archc.named import NamedTuple

if TYPE_CHECKING:
    from archc.analysis.lives import Life, Lives

NEVER = -1


class Copy(NamedTuple):
    """Another copy of a value: made at the end of one place, dropped at the end of another.

    `late` are the storages that go only when the copy is there, `storage` is its own. A partial sum
    is as large as the whole, and told as its copy, which is made of some of its `terms` before the
    others are there. It may be `gone` when others are made at its end.
    """

    value: int
    made: int
    until: int
    late: tuple[int, ...]
    storage: int
    terms: tuple[int, ...] = ()
    gone: bool = False

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
    earlier = [one for one in copies.until.get(place, ()) if one.made < place and not one.gone]
    leaving = [{r: storage(r) for r in one.late} for one in here]
    alive = sum(sizes[one.value] or 0 for one in earlier)
    alive += sum({r: size for late in leaving for r, size in late.items()}.values())
    alive -= sum(sizes[one.value] or 0 for one in here if one.until != place)
    after = {r: turn for turn, late in enumerate(leaving) for r in late}  # the last that needs it
    most = 0
    for turn, (one, late) in enumerate(zip(here, leaving, strict=True)):
        size = sizes[one.value] or 0
        alive += size
        most = max(most, alive + one.steps * size)
        alive -= sum(late[r] for r in late if after[r] == turn)
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
    lives: Lives | None = None
    of = root
    partial: dict[int, dict[int, int]] = {}
    if any(one.copied is not None for one in held):
        from archc.analysis import lives as copying  # most networks need none of it

        partial = copying.read_early(nodes, held, root, place)
        lives = copying.Lives(graph, root, held, place)
        of = lying(graph, root)
    for now, index in enumerate(order):
        node = nodes[index]
        if node.training and not training:
            continue
        own = root[index]
        if own == index or lives is None or lives.read(of[index], now) is None:
            last[own] = now
        if node.scope is not running.scope:
            running.enter(node.scope, now)
        early = partial.get(index, {})
        stored = [] if lives is None else read_in(graph, of, node)
        for n, i in enumerate(node.inputs):
            r = root[i]
            life = None if lives is None else lives.read(stored[n], now)
            if life is not None:
                if life.given < running.start:
                    running.hold(life.given, life)
                continue
            read = early.get(r, now)
            if last[r] < read:
                last[r] = read
            if place[i] < running.start and nodes[r].layer is not None:
                running.hold(place[i], r)
    running.enter(None, len(nodes))
    for one in held:
        if one.copied is not None:
            continue
        r, until = root[one.value], place[one.until]
        if lives is not None and lives.given(one, until):
            continue
        if NEVER < last[r] < until and nodes[r].layer is not None:
            last[r] = until
    for result in graph.results:
        if result.training and not training:
            continue
        stored_in = given_in(graph, of, result)
        if lives is None or lives.read(stored_in, len(nodes)) is None:  # else a copy is given
            last[root[result.node]] = len(nodes)
    copies = [] if lives is None else lives.copies(last)
    if training:
        copies = [_kept(one, nodes[one.value], place) for one in copies]
    return Uses(order, last, copies, stepped)


def _kept(copy: Copy, merge: Node, place: Sequence[int]) -> Copy:
    """Autograd keeps a partial product, where it counts as the whole product's own."""
    if not copy.terms or merge.layer is None or merge.layer.operator == "+":
        return copy
    end = min(copy.until, place[merge.index] - 1)
    return copy._replace(until=end)


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
        self._running: list[tuple[Scope, int, list[int | Life]]] = []  # outermost first

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
                if not isinstance(kept, int):
                    kept.called = max(kept.called, index - 1)
                    kept.until = max(kept.until, index - 1)
                elif self._last[kept] < index - 1:
                    self._last[kept] = index - 1
        running.extend([(one, index, []) for one in chain[common:]])
        self.scope = scope
        self.start = running[-1][1] if running else 0

    def hold(self, value: int, storage: int | Life) -> None:
        """A value from before the innermost call: the outermost call that was given it keeps it."""
        for scope, start, kept in self._running:
            if start > value and scope in self._calls:
                kept.append(storage)
                return
