"""Values that a merge reads by their names, line under line: `b1 = …`, `b2 = …`, `concat(b1, b2)`.

Elsewhere each line says what it reads, so the second may have been meant to read what the first one
reads; here a line reads the one above. The text does not tell which is meant, so both are said.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby, pairwise

from archc.diagnostics import Cure, Edit, Proposal
from archc.habits.assigned import NAME, Line, Names, around, has_weights, is_layer
from archc.habits.of_values import MEANS
from archc.habits.words import CURRENT
from archc.language.source import Source, Span
from archc.layers.registry import KINDS

WORDS = {"cat": "concat", "concatenate": "concat"}
CLOSED = r"[ \t]*(?=->|[;\n}#]|\Z)"
JOINED = re.compile(
    r"(?:(?:torch|tf|np)\.)?(?P<word>add|mul|concat|cat|concatenate|average|avg|mean)\b[ \t]*"
    rf"(?:[({{\[][({{\[\s]*(?P<inside>{NAME}(?:[\s,;]+{NAME})+)[\s,;]*[)}}\]]"
    r"(?:\s*,?\s*(?:(?:dim|axis)\s*=\s*)?-?\d)?[ \t]*[)\]]?"
    rf"|(?P<names>{NAME}(?:[ \t,]+{NAME})+)){CLOSED}",
    re.ASCII,
)
ADDED = re.compile(rf"(?P<names>{NAME}(?:[ \t]*\+[ \t]*{NAME})+){CLOSED}", re.ASCII)
LABEL = re.compile(r"[a-z_]\w*[ \t]*[:=][ \t]*", re.ASCII)


def side_by_side(statement: Span) -> tuple[Proposal, ...]:
    """The lines as branches of the merge behind them, and as the chain that they are here."""
    names = around(statement)
    here = names.containing(statement.start) if names is not None else None
    if names is None or here is None:
        return ()
    for run, merge in _merges(names, statement.source.text):
        assigned = here in run and not here.by_label
        if assigned or here is merge:
            return _readings(statement.source, run, merge)
    return ()


@lru_cache(maxsize=8)  # each of the findings in a definition asks
def _merges(names: Names, text: str) -> list[tuple[list[Line], Line]]:
    """Merges of names, each with the lines above it that make the values, and nothing else."""
    found = []
    for place, line in enumerate(names.lines):
        merge = _merge(line, text)
        if merge is None:
            continue
        made = [one for one in merge if one not in CURRENT]
        first = place
        while first and names.lines[first - 1].label in made and _is_branch(names.lines[first - 1]):
            first -= 1
        run = names.lines[first:place]
        if any(_called(one, names) for one in run):
            continue
        order = [label for label, _ in groupby(run, lambda one: one.label)]
        if len(made) > 1 and sorted(map(str, order)) == sorted(made) == sorted(set(made)):
            found.append((run, line))
    return found


def _merge(line: Line, text: str) -> list[str] | None:
    found = _found(line, text)
    return None if found is None else _read(found)


def _read(found: re.Match[str]) -> list[str]:
    return re.findall(NAME, found.groupdict().get("inside") or found["names"], re.ASCII)


def _found(line: Line, text: str) -> re.Match[str] | None:
    label = LABEL.match(text, line.start)
    start = label.end() if label is not None else line.start
    return JOINED.match(text, start) or ADDED.match(text, start)


def _is_branch(line: Line) -> bool:
    """Whether a line is layers that do not say what they read."""
    words = re.findall(r"(?<![\w.])[a-z_]\w*(?!\w|\s*=)", line.text, re.ASCII)
    said = any(word in CURRENT and word not in KINDS for word in words)
    inside = line.text.strip("{} ")
    return is_layer(inside) and not said and "{" not in inside


CALLED = re.compile(rf"\w+\(\s*({NAME})\s*[,)]", re.ASCII)


def _called(line: Line, names: Names) -> bool:
    """Whether a layer is called on a value by its name: `conv(b1, 32, 3x3)`."""
    found = CALLED.match(line.text)
    return found is not None and names.known(found[1], line)


def _readings(source: Source, run: list[Line], merge: Line) -> tuple[Proposal, ...]:
    found = _found(merge, source.text)
    assert found is not None
    read = _read(found)
    labels = [str(label) for label, _ in groupby(run, lambda one: one.label)]
    entering = [one for one in read if one not in labels]
    layers = {
        str(label): " -> ".join(one.text.strip("{} ") for one in lines)
        for label, lines in groupby(run, lambda one: one.label)
    }
    if _reads_another(layers, labels):
        return ()
    word = found.groupdict().get("word") or "add"
    behind = f" -> rescale (1/{len(read)})" if word in MEANS else ""
    word = "add" if behind else WORDS.get(word, word)
    own = f"{merge.label}: " if merge.label and merge.label not in CURRENT else ""
    named = {one: _named(one, line) for one, line in layers.items()}
    branches = [named.get(one, "identity") for one in read]
    beside = f"{own}{word} {{ {'; '.join(branches)} }}{behind}"
    entered = "entered"
    while entered in source.text:
        entered += "_too"
    first = [f"{entered}: identity"] if entering else []
    reads = [f"from {one if one in labels else entered}" for one in read]
    merge_line = source.position(merge.start)[0]
    place = Span(source, run[0].start, found.start() + len(found[0].rstrip()))
    where = f"for lines {place.line} to {source.position(place.end)[0]}"
    line = f"{own}{word} {{ {'; '.join(reads)} }}{behind}"
    chain, of_chain = "; ".join([*first, *named.values(), line]), (place, where)
    if all(one.by_label for one in run) and not entering:  # the lines are that chain already
        chain, of_chain = line, (place._replace(start=merge.start), f"in line {merge_line}")
    parallel = _meant(f"{_listed(labels)} read the same value", beside, place, where)
    pairs = [f"`{two}` reads `{one}`" for one, two in pairwise(labels)]
    row = _meant(" and ".join(pairs), chain, *of_chain)
    # The same layer twice on the same value is nothing new, where it has no weights.
    same = len(set(layers.values())) == 1 and not any(map(has_weights, layers.values()))
    one, other = (row, parallel) if same else (parallel, row)
    return (one._replace(beside=other), other)


def _meant(reading: str, text: str, place: Span, where: str) -> Proposal:
    return Proposal(f"if {reading}: write `{text}` {where}", Cure((Edit(place, text),)))


def _listed(labels: list[str]) -> str:
    *first, last = (f"`{label}`" for label in labels)
    return f"{', '.join(first)} and {last}"


def _named(label: str, line: str) -> str:
    return f"{label}: {{ {line} }}" if re.search("->|;", line) else f"{label}: {line}"


def _reads_another(layers: dict[str, str], labels: list[str]) -> bool:
    """Whether a line names what it reads, as `conv 32 3x3 b1`."""
    return any(
        re.search(rf"(?<![\w.]){label}(?![\w=])", text)
        for text in layers.values()
        for label in labels
    )
