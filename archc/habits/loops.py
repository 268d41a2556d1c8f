"""Loops as Python has them: `enumerate`, `zip`, `reversed`, `items`, names in brackets, tuples.

The head of a loop is read as Python would, and written as a loop over a list, or over its places.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from archc.diagnostics import Cure, Edit, Proposal
from archc.habits.habit import split
from archc.language.indentation import deeper_end
from archc.language.source import Span
from archc.named import NamedTuple

Tree = str | list["Tree"]
"""A value by its text, or a list of values."""

FOR = re.compile(
    r"(?:^|(?<=[\s;{:]))(?:[fF]or|FOR|foreach)\s+(?:each\s+)?", re.ASCII | re.MULTILINE
)
IN = re.compile(r"\s+(?:in|of)\s+", re.ASCII)
NAME = re.compile(r"[A-Za-z_]\w*\Z", re.ASCII)
CALL = re.compile(r"(\w+)\((.*)\)\Z", re.ASCII | re.DOTALL)
PLACES = ("i", "j", "n", "place")
LONGEST = 300
"""Letters of a head that is looked at, and of one that is written."""


class Listed(NamedTuple):
    """A list that is written out."""

    items: list[Tree]


class Indexed(NamedTuple):
    """A list by its name: how long it is, and what stands at a place."""

    length: str
    at: Callable[[str], Tree]


class Head(NamedTuple):
    """`for targets in source`, where it stands, and what is behind it: a brace or a colon."""

    span: Span
    targets: list[Tree]
    source: str
    behind: int


def loops_of_python(place: Span) -> tuple[Proposal, ...]:
    """The loop in whose head a mistake stands, as it is written here."""
    head = _head(place)
    if head is None:
        return ()
    names = list(_names(head.targets))
    if not names or not all(map(NAME.match, names)):
        return ()
    source = _source(head.source.strip())
    pairs = len(names) == len(head.targets) == 2
    if pairs and isinstance(source, Listed) and all(isinstance(one, str) for one in source.items):
        source = _counted(source, 0)  # `for i, w in [8, 16]`
    elif pairs and _flat_list(head.source.strip(), place.source.text):
        source = _counted(source, 0)  # `for i, w in widths`
    if source is None:
        return ()
    if isinstance(source, Listed):
        return tuple(_over_items(head, source))
    return (*_over_rows(head), *_over_places(head, source))


def _flat_list(name: str, text: str) -> bool:
    """Whether a name stands for a list without lists in it."""
    if not NAME.match(name):
        return False
    return re.search(rf"\b{name}\s*=\s*\[[^\[\]()]*\]", text, re.ASCII) is not None


def _head(place: Span) -> Head | None:
    """The head of the loop in whose line a place stands."""
    text = place.source.text
    begin = text.rfind("\n", 0, place.start) + 1
    for found in FOR.finditer(text, begin, begin + LONGEST):
        end = _end(text, found.end())
        inside = text[found.end() : end]
        parts = IN.split(inside, maxsplit=1)
        if end < place.start or len(parts) != 2 or found.start() > place.start:
            continue
        targets = _values(parts[0].strip())
        if len(targets) == 1 and isinstance(targets[0], list):
            targets = targets[0]
        if len(targets) == 1 and " " in str(targets[0]):
            targets = list(str(targets[0]).split())
        behind = end if text[end : end + 1] == ":" else text.find("{", end)
        span = Span(
            place.source, found.start(), found.start() + len(text[found.start() : end].rstrip())
        )
        return Head(span, targets, parts[1], behind)
    return None


def _end(text: str, begin: int) -> int:
    """The end of a head: its brace or colon, or the end of the line."""
    depth = 0
    for place in range(begin, min(begin + LONGEST, len(text))):
        letter = text[place]
        if letter == "{" and depth == 0 and not re.search(r"\bin\s*\Z", text[begin:place]):
            return place
        if (letter == "\n" and depth <= 0) or (letter == ":" and depth == 0):
            return place
        depth += (letter in "([{") - (letter in ")]}")
    return min(begin + LONGEST, len(text))


def _names(targets: list[Tree]) -> Iterator[str]:
    for one in targets:
        if isinstance(one, str):
            yield one
        else:
            yield from _names(one)


def _values(text: str) -> list[Tree]:
    """The items of a list, those in brackets as lists; blanks may stand for commas."""
    parts = split(text.replace(";", ","))
    if len(parts) == 1 and re.fullmatch(r"\d+(?:\s+\d+)+", parts[0]):
        parts = parts[0].split()
    return [_value(one) for one in parts]


def _value(text: str) -> Tree:
    if text[:1] in "([" and text[-1:] in ")]" and _closes(text):
        return _values(text[1:-1])
    return re.sub(r"'([^'\"]*)'", r'"\1"', text)


def _closes(text: str) -> bool:
    """Whether the bracket that opens a text is closed by its last sign."""
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter in "([{") - (letter in ")]}")
        if depth == 0:
            return place == len(text) - 1
    return False


def _source(text: str) -> Listed | Indexed | None:
    """What a loop runs over; None where that is not known here."""
    backwards = re.fullmatch(r"(.+)\[::-1\]", text, re.DOTALL)
    if backwards is not None:
        return _reversed(_source(backwards[1]))
    counted = re.fullmatch(r"(\w+)\s*\.\.[.<]?\s*(\w+\(.*\))", text)
    if counted is not None:
        return _range([counted[1], counted[2]])
    pairs = re.fullmatch(r"\{(.*:.*)\}\.items\(\)", text, re.DOTALL)
    if pairs is not None:
        rows = [one.partition(":") for one in split(pairs[1])]
        return Listed([[_value(key.strip()), _value(value.strip())] for key, _, value in rows])
    if text[:1] in "[({" and text[-1:] in "])}" and _closes(text):
        return Listed(_values(text[1:-1])) if ":" not in text and " for " not in text else None
    if NAME.match(text):
        return Indexed(f"len({text})", lambda place: f"{text}[{place}]")
    call = CALL.match(text)
    if call is not None and _closes(text[len(call[1]) :]):
        return _called(call[1], split(call[2]))
    parts = split(text)
    return Listed(_values(text)) if len(parts) > 1 else None


def _called(word: str, given: list[str]) -> Listed | Indexed | None:
    if word == "range":
        return _range(given)
    if word == "len" and len(given) == 1:
        return Indexed(f"len({given[0]})", lambda place: place)
    sources = [_source(one) for one in given if not re.match(r"\w+\s*=", one)]
    if word in ("list", "tuple", "iter") and len(sources) == 1:
        return sources[0]
    if word == "reversed" and len(sources) == 1:
        return _reversed(sources[0])
    if word == "sorted" and len(sources) == 1 and isinstance(sources[0], Listed):
        numbers = [int(one) for one in sources[0].items if isinstance(one, str) and one.isdigit()]
        whole = len(numbers) == len(sources[0].items)
        return Listed([str(one) for one in sorted(numbers)]) if whole else None
    if word == "zip":
        return _zipped(sources)
    if word == "enumerate" and given:
        begin = given[1].rpartition("=")[2].strip() if len(given) > 1 else "0"
        return _counted(_source(given[0]), int(begin)) if begin.isdigit() else None
    return None


def _range(given: list[str]) -> Indexed | None:
    if len(given) == 1:
        return Indexed(given[0], lambda place: place)
    if len(given) == 2 and given[0].isdigit():
        begin, end = given
        length = str(int(end) - int(begin)) if end.isdigit() else f"{end} - {begin}"
        return Indexed(length, lambda place: f"({place} + {begin})" if begin != "0" else place)
    return None


def _reversed(source: Listed | Indexed | None) -> Listed | Indexed | None:
    if isinstance(source, Listed):
        return Listed(source.items[::-1])
    if source is None:
        return None
    length, at = source
    last = str(int(length) - 1) if length.isdigit() else f"{length} - 1"
    return Indexed(length, lambda place: at(f"{last} - {place}"))


def _zipped(sources: list[Listed | Indexed | None]) -> Listed | Indexed | None:
    lists = [one for one in sources if isinstance(one, Listed)]
    if len(lists) == len(sources) and lists:
        return Listed([list(row) for row in zip(*(one.items for one in lists), strict=False)])
    named = [one for one in sources if isinstance(one, Indexed)]
    if len(named) < len(sources) or not named:
        return None
    return Indexed(named[0].length, lambda place: [one.at(place) for one in named])


def _counted(source: Listed | Indexed | None, begin: int) -> Listed | Indexed | None:
    if isinstance(source, Listed):
        return Listed([[str(n), one] for n, one in enumerate(source.items, begin)])
    if source is None:
        return None
    length, at = source

    def both(place: str) -> Tree:
        return [f"{place} + {begin}" if begin else place, at(place)]

    return Indexed(length, both)


def _bound(targets: list[Tree], values: Tree) -> list[tuple[str, str]] | None:
    """Each name with its value; None where there are not as many of both."""
    found: list[tuple[str, str]] = []
    for place, target in enumerate(targets):
        if isinstance(values, str):
            value: Tree = f"{values}[{place}]"
        elif len(values) != len(targets):
            return None
        else:
            value = values[place]
        if isinstance(target, str):
            found.append((target, _written(value)))
        else:
            inner = _bound(target, value)
            if inner is None:
                return None
            found += inner
    return found


def _written(value: Tree) -> str:
    return value if isinstance(value, str) else f"[{', '.join(map(_written, value))}]"


def _over_items(head: Head, source: Listed) -> Iterator[Proposal]:
    """`for i, p, d in [[0, 64, 3], [1, 128, 4]]`."""
    rows = []
    for item in source.items:
        bound = [("", _written(item))] if len(head.targets) == 1 else _bound(head.targets, item)
        if bound is None:
            return
        values = [value for _, value in bound]
        rows.append(values[0] if len(values) == 1 else f"[{', '.join(values)}]")
    line = f"for {', '.join(_names(head.targets))} in [{', '.join(rows)}]"
    if len(line) <= LONGEST and rows:
        yield from _told(head, line, ())


def _over_rows(head: Head) -> Iterator[Proposal]:
    """`for [n, w] in stages`, whose items are rows of a list."""
    source = head.source.strip()
    if NAME.match(source) and all(isinstance(one, str) for one in head.targets):
        yield from _told(head, f"for {', '.join(_names(head.targets))} in {source}", ())


def _over_places(head: Head, source: Indexed) -> Iterator[Proposal]:
    """`for i in range(len(widths)) { let w = widths[i]; … }`."""
    text = head.span.source.text
    first = next(iter(_names(head.targets)))
    at = source.at(first)
    own = at == first if len(head.targets) == 1 else isinstance(at, list) and at[0] == first
    free = (one for one in PLACES if not re.search(rf"\b{one}\b", text))
    place = first if own else next(free, "")
    values = source.at(place)
    bound = [(first, _written(values))] if len(head.targets) == 1 else _bound(head.targets, values)
    if bound is None or not place:
        return
    lets = tuple(f"let {name} = {value}" for name, value in bound if name != value)
    yield from _told(head, f"for {place} in range({source.length})", lets)


def _told(head: Head, line: str, lets: tuple[str, ...]) -> Iterator[Proposal]:
    text, source = head.span.source.text, head.span.source
    if head.behind < 0 or (line == head.span.text and not lets):
        return
    colon = text[head.behind] == ":"
    begin = text.rfind("\n", 0, head.span.start) + 1
    margin = text[begin : begin + len(text[begin:]) - len(text[begin:].lstrip(" \t"))]
    broken = text[head.behind + 1 :].lstrip(" \t").startswith("\n")
    behind = (
        "".join(f"\n{margin}    {one}" for one in lets)
        if broken
        else "".join(f" {one};" for one in lets)
    )
    edits = [Edit(head.span, line)]
    if colon:
        end = deeper_end(text, head.span.start)
        if end is None:
            return
        edits.append(Edit(Span(source, head.behind, head.behind + 1), f" {{{behind}"))
        edits.append(Edit(Span(source, end, end), f"\n{margin}}}"))
    elif lets:
        edits.append(Edit(Span(source, head.behind + 1, head.behind + 1), behind))
    inside = f"{{ {'; '.join(lets)}; … }}" if lets else "{" if colon else ""
    closed = ", and `}` behind its last statement" if colon else ""
    yield Proposal(f"write `{f'{line} {inside}'.strip()}`{closed}", Cure(tuple(edits)))
