"""A value that an author changes round by round, `width = width * 2`: a loop over its values."""

from __future__ import annotations

import re

from archc.diagnostics import Cure, Edit, Proposal
from archc.language.source import Span

CHANGE = re.compile(r"(?:let\s+)?(\w+)\s*(?:=\s*\1\s*([*+])\s*(\d+)|([*+])=\s*(\d+))\Z", re.ASCII)
LOOP = re.compile(r"(?:for\s+(\w+)\s+in\s+range\((\d+)\)|repeat\s+(\d+))\s*(?=\{)", re.ASCII)
MOST_ROUNDS = 12


def loop_over_values(statement: Span) -> tuple[Proposal, ...]:
    """The loop around a change of a value, with the values written out that it would go through."""
    change = CHANGE.match(statement.text)
    text = statement.source.text
    if change is None:
        return ()
    name, sign, step = change[1], change[2] or change[4], int(change[3] or change[5])
    loop = _around(text, statement.start)
    first = re.compile(rf"^[ \t]*let {name}\s*=\s*(\d+)[ \t]*\n", re.MULTILINE)
    lets = list(first.finditer(text, 0, statement.start))
    if loop is None or not lets or lets[-1].start() > loop.start():
        return ()
    rest = re.split(r"^(?:network|block)\b", text[statement.end :], maxsplit=1, flags=re.MULTILINE)
    elsewhere = text[lets[-1].end() : loop.start()] + rest[0]
    if re.search(rf"\b{name}\b", elsewhere):
        return ()
    rounds = int(loop[2] or loop[3])
    body = text[loop.end() : statement.start]
    if not 0 < rounds <= MOST_ROUNDS or (loop[1] and re.search(rf"\b{loop[1]}\b", body)):
        return ()
    values = [int(lets[-1][1])]
    while len(values) < rounds:
        values.append(values[-1] * step if sign == "*" else values[-1] + step)
    head = f"for {name} in [{', '.join(map(str, values))}]"

    def edit(start: int, end: int, new: str) -> Edit:
        return Edit(Span(statement.source, start, end), new)

    start = len(text[: statement.start].rstrip(" \t;\n"))
    edits = (
        edit(lets[-1].start(), lets[-1].end(), ""),
        edit(loop.start(), loop.end(), f"{head} "),
        edit(start, statement.end, ""),
    )
    return (Proposal(f"a loop over its values: `{head}`", Cure(edits)),)


def _around(text: str, place: int) -> re.Match[str] | None:
    """The loop in whose own braces a place stands."""
    for loop in reversed(list(LOOP.finditer(text, 0, place))):
        inside = text[loop.end() + 1 : place]
        if inside.count("{") == inside.count("}"):
            return loop
    return None
