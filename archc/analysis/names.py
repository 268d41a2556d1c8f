"""What the variables of a forward pass hold, and until when: its lines, joined as the code is.

A variable keeps its value until it gets another, or until its forward pass ends; a list keeps all
that was put into it. A value that is worked out inside a line has no name, and so no holder.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator

from archc.analysis.lines import Line, Word
from archc.named import NamedTuple

COPYING = ("stack", "partial")
LONGEST = 3  # calls that stand in one line, where that holds nothing longer


class Hold(NamedTuple):
    """A value, and the node until whose end it is held; `copied` behind a node it is a copy.

    A variable holds it behind line `since` up to line `till`, which are counted through all forward
    passes; a copy is made in line `since`.
    """

    value: int
    until: int
    since: int
    till: int
    copied: int | None = None
    first: int = 0  # the first node of the forward pass
    forward: int = 0  # the lines of the forward passes before it
    terms: tuple[int, ...] = ()  # what is added, where the copy is no copy but a partial sum
    when: bool | None = None  # in training alone, at inference alone, or in both
    given: bool = False  # whether it is a copy that the forward pass gives back


class _Events:
    """Where each name is read and where it is set."""

    def __init__(self, lines: list[Line]) -> None:
        self._places: dict[Word, list[int]] = {}
        self._reads: dict[Word, list[bool]] = {}
        for place, line in enumerate(lines):
            for word in line.reads:
                self._note(word, place, True)
            if line.kind != "append":
                self._note(line.target, place, False)

    def _note(self, word: Word, place: int, read: bool) -> None:
        places = self._places.setdefault(word, [])
        if not places or places[-1] != place:  # what is read and set in one line is read first
            places.append(place)
            self._reads.setdefault(word, []).append(read)

    def lives(self, word: Word, place: int) -> bool:
        """Whether a name is read behind a line before it is set again."""
        places = self._places.get(word, [])
        at = bisect_right(places, place)
        return at < len(places) and self._reads[word][at]


def joined(lines: list[Line], parameters: frozenset[Word]) -> list[Line]:
    """Lines joined with their neighbours: calls inside calls, copies that need no name."""
    lines = _without_parts(_without_unread(lines))
    events = _Events(lines)
    result: list[Line] = []
    held = set(parameters)  # what the caller holds as well
    before: set[Word] = set(held)  # the same, at the last line of the result
    for place, line in enumerate(lines):
        first = result[-1] if result else None
        both = None
        if first is not None and first.kind not in ("bar", "list", "append"):
            both = _both(first, line, place, events, before)
        if both is not None:
            result[-1] = both
        else:
            before = set(held) if held else held
            result.append(line)
        held.discard(line.target)
    return [line for line in result if line.kind != "bar"]


def _without_unread(lines: list[Line]) -> list[Line]:
    """What no line reads has no name: a label of a further run, or of arms that the code lacks."""
    if not any(line.spare for line in lines):
        return lines
    read = {word for line in lines for word in line.reads}
    return [line for line in lines if not line.spare or line.target in read]


def _without_parts(lines: list[Line]) -> list[Line]:
    """A slice that a merge alone reads stands in it, if there are but slices in between."""
    result: list[Line] = []
    parts: list[int] = []  # places in the result
    for line in lines:
        if line.part and line.target != line.source:
            parts.append(len(result))
        elif line.kind == "join":
            reads = Counter(line.reads)
            for place in reversed(parts):
                if reads[result[place].target] == 1:
                    del result[place]
            parts = []
        else:
            parts = []
        result.append(line)
    return result


def _both(first: Line, second: Line, place: int, events: _Events, held: set[Word]) -> Line | None:
    name = first.target
    lives = second.target != name and events.lives(name, place)
    if second.kind == "copy" and second.source == name:
        if second.target == name or lives:
            return None
        return _as(first, second.target)
    if second.kind != "call" or second.source != name or lives:
        return None
    if first.depth >= LONGEST or first.kind == "copy":
        return None
    free = second.free and not second.costs
    if first.chain != second.chain and not free:
        return None
    source = None if first.kind == "join" else first.source
    longer = source is not None and (
        source in held or (source != name and events.lives(source, place))
    )
    if not longer and not free:
        return None
    line = Line(second.target, second.value, second.end, first.kind, source, first.reads)
    line.chain = second.chain
    line.depth = first.depth + 1
    line.lies = first.lies and second.lies
    if first.kind in COPYING:
        line.whole = first.value if first.whole is None else first.whole
    return line


def _as(line: Line, target: Word) -> Line:
    result = Line(target, line.value, line.end, line.kind, line.source, line.reads, line.chain)
    result.depth, result.terms, result.lies = line.depth, line.terms, line.lies
    result.whole = line.whole
    return result


def holds(lines: list[Line], first: int, end: int, begun: int) -> Iterator[Hold]:
    """What the variables hold while the lines run, up to the end of the forward pass.

    `begun` are the lines of the forward passes before this one.
    """
    now: dict[Word, list[Hold]] = {}
    for place, line in enumerate(lines, begun):
        if line.kind == "append":
            now[line.target] += _held(line, now.get(line.reads[0], ()), place, first, begun)
            continue
        before = now.get(line.target, [])
        if line.kind in COPYING and line.value is not None:
            value = line.value if line.whole is None else line.whole
            after = [Hold(value, line.end, place, place, line.end, first, begun, line.terms)]
        else:
            source = now.get(line.source, ()) if line.lies else ()
            after = _held(line, source, place, first, begun)
            if line.costs and after and after[0].copied is not None:  # training makes it anew
                own = Hold(line.value or 0, line.end, place, place, None, first, begun, (), True)
                after = [own, *(one._replace(when=False) for one in after)]
        for one in before:
            yield one._replace(until=line.end, till=place)
        now[line.target] = after
    given = lines[-1].reads[:1] if lines and lines[-1].kind == "return" else ()
    for name, values in now.items():
        for one in values:
            back = name in given and one.copied is not None
            yield one._replace(until=end, till=begun + len(lines), given=back)


def _held(line: Line, source: Iterable[Hold], place: int, first: int, begun: int) -> list[Hold]:
    """What a name for a value holds: of what was copied the copies, as the name before it does."""
    copies = [one for one in source if one.copied is not None]
    if copies or line.value is None:
        return copies
    return [Hold(line.value, line.end, place, place, None, first, begun)]
