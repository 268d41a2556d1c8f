"""The rounds of loops that are written out: in which of them we are, and what ran there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from archc.emit.pytorch.reading.runs import Note, round_of
from archc.language import tree

Loop = tree.For | tree.Repeat


class Sorted:
    """What ran in each round of one loop, sorted once for all its rounds."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._known: dict[int, tuple[int, dict[int, list[Note]], list[Note]]] = {}

    def of(
        self, action: tree.Action, count: int, notes: Callable[[], list[Note]], number: int
    ) -> list[Note]:
        """Those of an action's notes that were taken in a round, or in no round of this loop.

        `count` is how many notes there are, all told: runs that are imagined on the way add some.
        """
        found = self._known.get(id(action))
        if found is None or found[0] != count:
            found = self._known[id(action)] = count, *self._sort(notes())
        return found[1].get(number, found[2])

    def _sort(self, notes: list[Note]) -> tuple[dict[int, list[Note]], list[Note]]:
        numbers = [round_of(note, self._loop) for note in notes]
        rounds: dict[int, list[Note]] = {one: [] for one in numbers if one is not None}
        outside: list[Note] = []
        for note, number in zip(notes, numbers, strict=True):
            for each in rounds.values() if number is None else (rounds[number],):
                each.append(note)
            if number is None:
                outside.append(note)
        return rounds, outside


class Rounds:
    """The rounds that we are in, from the outermost loop on."""

    def __init__(self) -> None:
        self._in: list[tuple[Sorted, int]] = []

    def __bool__(self) -> bool:
        return bool(self._in)

    @contextmanager
    def into(self, loop: Sorted, number: int) -> Iterator[None]:
        self._in.append((loop, number))
        try:
            yield
        finally:
            self._in.pop()

    def of(self, action: tree.Action, count: int, notes: Callable[[], list[Note]]) -> list[Note]:
        """Those of an action's notes that were taken in the rounds that we are in."""
        return self._of(len(self._in), action, count, notes)

    def _of(
        self, depth: int, action: tree.Action, count: int, notes: Callable[[], list[Note]]
    ) -> list[Note]:
        if not depth:
            return notes()
        loop, number = self._in[depth - 1]
        return loop.of(action, count, lambda: self._of(depth - 1, action, count, notes), number)
