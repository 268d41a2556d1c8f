"""Which sizes of its inputs a network takes: exactly, and with the layers that say no to others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count, islice, product

from archc.analysis.sizes.along import Along, along
from archc.analysis.sizes.rhythm import letters
from archc.analysis.sizes.sets import SizeSet, listed, repeating
from archc.analysis.sizes.simplest import Simplest
from archc.analysis.sizes.ties import Box, boxes
from archc.analysis.sizes.walk import Untold, Walk
from archc.graph.graph import Graph, Node
from archc.named import NamedTuple
from archc.shapes import Axis, Shape, at

__all__ = ["Accepted", "SizeSet", "Tie", "Untold", "accepted"]

LONG = 5_000  # layers; a network of more is tried at fewer sizes


class Tie(NamedTuple):
    """A layer that wants a formula of several letters to come to a number, or at least to it.

    What wants so many positions of a map has its `axes`, of which one or another may be large.
    """

    node: Node
    formula: Axis
    wanted: int
    axes: tuple[Axis, ...] = ()

    @property
    def sign(self) -> str:
        return "≥" if self.axes else "="


class Accepted(NamedTuple):
    """The sizes that a network takes.

    `along` has those of each letter where the others are right for it; `ties` are what binds
    letters together, and then `together` lists the sets of sizes that go with each other. `native`
    are the sizes in the file, none where it leaves them open; `outputs` are formulas.
    """

    letters: tuple[str, ...]
    native: dict[str, int]
    along: dict[str, Along]
    ties: tuple[Tie, ...]
    together: tuple[dict[str, SizeSet], ...]
    outputs: tuple[tuple[str, Shape], ...]

    def takes(self, sizes: Mapping[str, int]) -> bool:
        """Whether the network takes these sizes."""
        return any(
            all(sizes[letter] in one[letter] for letter in self.letters) for one in self.together
        )

    @property
    def empty(self) -> bool:
        """Whether it takes none at all."""
        return not self.together

    def near(self, sizes: Mapping[str, int]) -> list[dict[str, int]]:
        """The nearest sizes that it takes, then the nearest no larger and no smaller ones."""
        found: list[dict[str, int]] = []
        for pick in (SizeSet.nearest, SizeSet.below, SizeSet.above):
            options = []
            for one in self.together:
                near = {letter: pick(one[letter], sizes[letter]) for letter in self.letters}
                if None not in near.values():
                    options.append({name: size for name, size in near.items() if size is not None})
            best = min(options, key=lambda one: _apart(one, sizes), default=None)
            if best is not None and best not in found:
                found.append(best)
        return found

    @property
    def endless(self) -> bool:
        """Whether it takes ever larger sizes along all axes."""
        return any(all(not part.finite for part in one.values()) for one in self.together)


def _apart(one: Mapping[str, int], other: Mapping[str, int]) -> int:
    return sum(abs(one[letter] - other[letter]) for letter in one)


def accepted(graph: Graph) -> Accepted:
    """The sizes that a complete network takes at inference, as it stands: with its weights.

    Raises `Untold`.
    """
    for node in graph.nodes:
        if node.layer is not None and not node.layer.understood:
            raise Untold(f"nothing is known of `{node.path}` but its shape")
    walk = Walk(graph)
    if walk.open.refusal is not None:
        node, reason = walk.open.refusal
        raise Untold(f"`{node.path}` stands in the way: {reason}")
    found = {letter: along(walk, letter) for letter in walk.letters}
    ties = [Tie(*one) for one in walk.conditions() if len(letters(one[1])) > 1]
    ties += [Tie(*one) for one in walk.crowds() if len(letters(one[1])) > 1]
    simplest = Simplest(found)
    outputs = tuple(
        (result.name, simplest.straight(walk.open.shapes[result.node]))
        for result in graph.results
        if not result.training
    )
    together = _together(walk, {letter: one.sizes for letter, one in found.items()}, ties)
    _check(walk, found, together)
    return Accepted(walk.letters, walk.native, found, tuple(ties), tuple(together), outputs)


def _together(walk: Walk, sizes: dict[str, SizeSet], ties: list[Tie]) -> list[dict[str, SizeSet]]:
    if any(one.empty for one in sizes.values()):
        return []
    together = [sizes]
    least = {letter: one.least or 1 for letter, one in sizes.items()}
    for tie in ties:
        if tie.axes:
            narrow = [_reaching(axis, tie.wanted, sizes) for axis in tie.axes]
        else:
            narrow = [_within(box, sizes) for box in boxes(tie.formula, tie.wanted, least)]
        pairs = product(together, narrow)
        met = [{name: a[name] & b[name] for name in walk.letters} for a, b in pairs]
        together = [one for one in met if not any(part.empty for part in one.values())]
        if tie.axes:  # the sets of one axis and another overlap
            together = _widest(together)
    return together


def _widest(together: list[dict[str, SizeSet]]) -> list[dict[str, SizeSet]]:
    """Without those that lie in others."""
    kept: list[dict[str, SizeSet]] = []
    for one in together:
        if not any(_within_other(one, other) for other in kept):
            kept = [*(other for other in kept if not _within_other(other, one)), one]
    return kept


def _within_other(one: dict[str, SizeSet], other: dict[str, SizeSet]) -> bool:
    return all(sizes & other[letter] == sizes for letter, sizes in one.items())


def _within(box: Box, sizes: dict[str, SizeSet]) -> dict[str, SizeSet]:
    result = dict(sizes)
    for letter, (first, last) in box.items():
        result[letter] = listed(n for n in range(first, last + 1) if n in sizes[letter])
    return result


def _reaching(axis: Axis, wanted: int, sizes: dict[str, SizeSet]) -> dict[str, SizeSet]:
    """The sizes at which an axis alone is long enough, whatever the others are."""
    names = letters(axis)
    if not names:
        return dict.fromkeys(sizes, listed([]))
    if len(names) > 1:
        raise Untold(f"{axis} hangs on several sizes")
    letter = names[0]
    first = next(n for n in count(1) if _number(at(axis, {letter: n})) >= wanted)
    return {**sizes, letter: sizes[letter] & repeating(lambda n: n >= first, first, 1)}


def _number(axis: Axis) -> int:
    assert isinstance(axis, int)
    return axis


def _check(walk: Walk, found: dict[str, Along], together: list[dict[str, SizeSet]]) -> None:
    """That letters which are not known to be tied are free of each other, at a choice of sizes."""
    if len(walk.letters) < 2:
        return
    few, each = (12, 6) if len(walk.nodes) < LONG else (1, 2)
    for one in islice(_spread(together), few):
        choice = [
            list(islice(_members(one[letter], found[letter]), each)) for letter in walk.letters
        ]
        for sizes in product(*choice):
            refusal = walk.asked_at(dict(zip(walk.letters, sizes, strict=True))).refusal
            if refusal is not None:
                raise Untold(f"`{refusal.node.path}` ties sizes together: {refusal.reason}")


def _spread(together: list[dict[str, SizeSet]]) -> Iterator[dict[str, SizeSet]]:
    """The first, the last and some between."""
    step = max(len(together) // 10, 1)
    yield from together[::step]
    yield from together[-1:]


def _members(sizes: SizeSet, along: Along) -> Iterator[int]:
    """Some members, small ones and ones from where all repeats."""
    least = sizes.least
    size: int | None = least
    for start in (1, (least or 1) + 1, along.repeats_from, along.repeats_from + along.period + 1):
        size = sizes.above(start)
        if size is not None:
            yield size
    last = sizes.below(10**6) if sizes.finite else None
    if last is not None:
        yield last
