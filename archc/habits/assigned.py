"""Layers assigned to names, as a `forward` has them: `x = conv 64 3x3`, then `x = add x, y`.

A layer reads the value of the line above, so only a name that is read elsewhere is a label. Which
assignment a name stands for is worked out for the whole definition: each is answered in a line of
its own, and together they are the network that was meant.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import lru_cache

from archc.diagnostics import Cure, Edit, Proposal
from archc.habits.reassigned import DEFINITION
from archc.habits.words import CURRENT
from archc.language.source import Span
from archc.layers.registry import KINDS
from archc.named import NamedTuple

NAME = r"[a-z_]\w*"
LINE = re.compile(
    rf"^[ \t]*(?:(?P<label>{NAME})[ \t]*(?P<sign>\+?=|:)(?!=)[ \t]*)?(?P<text>[^\n#]*)", re.M | re.A
)
BY_WORD = re.compile(
    rf"(?P<word>add|mul|concat)\s*(?:\(\s*)?(?P<names>{NAME}(?:(?:\s*,\s*|\s+){NAME})+)\s*\)?\Z",
    re.ASCII,
)
BY_SIGN = re.compile(rf"(?P<names>{NAME}(?:\s*\+\s*{NAME})+)\Z", re.ASCII)
READ = re.compile(rf"(?P<layer>[^()]*\S)\s+(?P<open>\()?\s*(?P<name>{NAME})\s*\)?\Z", re.ASCII)
FROM = re.compile(rf"from[ \t]+(?P<name>{NAME})[ \t]*->[ \t]*(?P<rest>\S.*)\Z", re.ASCII)
ASIDE = ("let", "expect", "output", "share")


class Line(NamedTuple):
    """A statement of a definition: where it stands, the name it gives a value, and the rest."""

    start: int
    label: str | None
    text: str
    by_label: bool = False


def assigned(statement: Span) -> tuple[Proposal, ...]:
    """A layer or a merge that is assigned, and a merge of names, with the labels they need."""
    names = around(statement)
    here = names.at(statement.start) if names is not None else None
    if names is None or here is None or here.by_label:
        return ()
    return tuple(
        Proposal(f"write `{line}`", Cure((Edit(statement, line),)))
        for line in _written(here, names)
    )


def around(statement: Span) -> Names | None:
    """The statements of the definition around; None where they are no plain row of lines."""
    text = statement.source.text
    ends, starts = _definitions(text)
    number = bisect_left(ends, statement.start + 1)
    begin = ends[number - 1] if number else 0
    body = text.find("{", begin) + 1
    if not body or body > statement.start:
        return None
    following = bisect_left(starts, statement.end)
    return _read(text, body, starts[following] if following < len(starts) else len(text))


@lru_cache(maxsize=4)  # each of the findings in a file asks
def _definitions(text: str) -> tuple[list[int], list[int]]:
    """Where the heads of definitions end, and where they start."""
    heads = list(DEFINITION.finditer(text))
    return [one.end() for one in heads], [one.start() for one in heads]


@lru_cache(maxsize=8)  # likewise
def _read(text: str, body: int, end: int) -> Names | None:
    found, depth = [], 0
    for line in LINE.finditer(text, body, end):
        content = line["text"].strip().rstrip(";").strip()
        opened = depth
        depth += line[0].count("{") - line[0].count("}")
        if line["label"] and line["sign"] != ":" and (opened or depth):
            return None  # who reads a value inside braces, and how often, is another question
        if opened or not (content or line["label"]):
            continue
        if depth < 0:
            break
        label, start = line["label"], line.start() + len(line[0]) - len(line[0].lstrip())
        if label is not None and line["sign"] == "+=":
            content = f"{label} + {content}"
        found.append(Line(start, label, content, line["sign"] == ":"))
    return Names(found)


class Names:
    """Which line a name stands for, and which lines are read by name."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        self._places = {line.start: place for place, line in enumerate(lines)}
        self._by_label: dict[str, list[int]] = {}
        for place, line in enumerate(lines):
            if line.label is not None:
                self._by_label.setdefault(line.label, []).append(place)
        self._labels: dict[int, str] = {}
        read = {
            made
            for place, line in enumerate(lines)
            for word in re.findall(rf"(?<![\w.]){NAME}(?![\w=])", line.text, re.ASCII)
            if (made := self._made(word, place)) is not None
            and (self._keeps(made, line) or made != self._current(place))
        }
        taken = {line.label for line in lines if line.by_label}
        for place in sorted(read):
            label = lines[place].label
            assert label is not None
            if not lines[place].by_label:
                number = 1
                while label in taken or label in KINDS:
                    number += 1
                    label = f"{lines[place].label}{number}"
                taken.add(label)
            self._labels[place] = label

    def _keeps(self, made: int, reader: Line) -> bool:
        """Whether a value that is current where it is read keeps its name all the same."""
        alone = self._alone(self.lines[made].label)
        return self.lines[made].by_label or (alone and not is_layer(reader.text))

    def _alone(self, label: str | None) -> bool:
        """Whether one line alone gives a value this name."""
        return label is not None and len(self._by_label[label]) == 1

    def _made(self, name: str, place: int) -> int | None:
        """The last line before one that gives a value this name."""
        places = self._by_label.get(name, ())
        before = bisect_left(places, place)
        return places[before - 1] if before else None

    def _current(self, place: int) -> int | None:
        """The line whose value a line reads by itself."""
        before = range(place - 1, -1, -1)
        return next((i for i in before if self.lines[i].text.split(" ")[0] not in ASIDE), None)

    def at(self, start: int) -> Line | None:
        """The line that begins there."""
        place = self._places.get(start)
        return None if place is None else self.lines[place]

    def containing(self, place: int) -> Line | None:
        """The last line that begins at a place or before it."""
        before = bisect_right(self.lines, place, key=lambda line: line.start)
        return self.lines[before - 1] if before else None

    def place(self, line: Line) -> int:
        return self._places[line.start]

    def label(self, line: Line) -> str | None:
        """The label that a line needs."""
        return self._labels.get(self.place(line))

    def is_current(self, name: str, line: Line) -> bool:
        place = self.place(line)
        made = self._made(name, place)
        return made is not None and made == self._current(place)

    def branch(self, name: str, line: Line) -> str | None:
        """How a line reads the value that a name stands for; None where the text does not tell."""
        made = self._made(name, self.place(line))
        if made is None or made in self._labels:
            return None if made is None else f"from {self._labels[made]}"
        return "identity" if self.is_current(name, line) else None

    def known(self, name: str, line: Line) -> bool:
        return self._made(name, self.place(line)) is not None

    def own(self, line: Line) -> str | None:
        """The label that a line needs, or may keep for what it says."""
        own = self._alone(line.label) and line.label not in CURRENT
        return self.label(line) or (line.label if own else None)


def is_layer(text: str) -> bool:
    """Whether a text is a layer or a block, and no merge of names."""
    word = re.match(r"\w+", text)
    kind = KINDS.get(word[0]) if word else None
    return word is not None and (
        word[0][:1].isupper() or (kind is not None and not kind.many_inputs)
    )


def has_weights(text: str) -> bool:
    """Whether layers of a text are learned, as far as it says."""
    words = re.findall(r"\w+", text)
    return any(word[0].isupper() or (word in KINDS and KINDS[word].counted) for word in words)


def _written(here: Line, names: Names) -> Iterator[str]:
    merge = BY_WORD.match(here.text) or BY_SIGN.match(here.text)
    if merge is not None:
        words = re.findall(NAME, merge["names"], re.ASCII)
        branches = [names.branch(word, here) for word in words]
        if None not in branches and len(set(branches)) == len(branches):
            word = merge.groupdict().get("word") or "add"
            label = names.own(here)
            yield f"{label}: " * bool(label) + f"{word} {{ {'; '.join(map(str, branches))} }}"
        return
    read_first = FROM.match(here.text)
    if here.label is not None and read_first is not None:
        name, rest = read_first["name"], read_first["rest"]
        start = names.branch(name, here) if names.known(name, here) else f"from {name}"
        own = names.own(here)
        if start is not None and is_layer(rest):
            chain = rest if start == "identity" else f"{start} -> {rest}"
            yield f"{own}: {{ {chain} }}" if own else chain
        return
    if here.label is None or not is_layer(here.text):
        return
    label, text, first = names.label(here), here.text, ""
    read = READ.match(text)
    if read is not None and (read["open"] or names.known(read["name"], here)):
        text = read["layer"]
        if not names.is_current(read["name"], here):
            branch = names.branch(read["name"], here)
            if branch is None:
                return
            first = f"{branch} -> "
    elif not label:
        return  # a layer that nobody names: the line is the layer alone, which others tell
    if "(" in text:
        return  # a call, which others read
    text = first + text
    yield text if not label else f"{label}: {{ {text} }}" if "->" in text else f"{label}: {text}"
