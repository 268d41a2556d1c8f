"""Loops that count by a value that changes: `let i = 0`, `while i < 3 { …; i += 1 }`."""

from __future__ import annotations

import re

from archc.diagnostics import Cure, Edit, Proposal
from archc.habits.habit import everywhere
from archc.habits.sized_loops import until_small
from archc.language.source import Span

HEAD = re.compile(
    r"\bwhile[ \t]*\(?[ \t]*(\w+)[ \t]*(<=?|!=)[ \t]*(\w+)[ \t]*\)?(?=[ \t]*[{:\n])", re.ASCII
)
BEGUN = r"^[ \t]*(?:(?:let|int|var)[ \t]+)?{}[ \t]*=[ \t]*(\d+)[ \t]*(?:\n|;)"
COUNTED = (
    r"[ \t]*(?:;[ \t]*|\n[ \t]*)(?:let[ \t]+)?{0}[ \t]*"
    r"(?:\+=[ \t]*1|=[ \t]*{0}[ \t]*\+[ \t]*1|\+\+)"
)


def while_loops(place: Span) -> tuple[Proposal, ...]:
    """A loop that runs until something holds, as the loop of so many rounds."""
    return counted(place) or until_small(place)


def counted(place: Span) -> tuple[Proposal, ...]:
    """The loop over numbers that such a loop is."""
    source, text = place.source, place.source.text
    heads = [one for one in everywhere(HEAD, source) if one.start() <= place.start]
    if not heads:
        return ()
    head = heads[-1]
    name, sign, last = head.groups()
    begun = list(re.compile(BEGUN.format(name), re.MULTILINE).finditer(text, 0, head.start()))
    step = re.compile(COUNTED.format(name)).search(text, head.end())
    if not begun or step is None or place.start > step.end():
        return ()
    first = int(begun[-1][1])
    end = f"{last} + 1" if sign == "<=" else last
    end = str(int(last) + 1) if sign == "<=" and last.isdigit() else end
    inside = text[head.end() : step.start()] + text[step.end() :].partition("}")[0]
    used = re.search(rf"\b{name}\b", inside)
    rounds = end if first == 0 else f"{first}, {end}"
    line = f"for {name} in range({rounds})"
    if used is None and first == 0:
        line = f"repeat {end}"
    edits = (
        Edit(Span(source, *begun[-1].span()), ""),
        Edit(Span(source, *head.span()), line),
        Edit(Span(source, *step.span()), ""),
    )
    return (Proposal(f"write `{line}`, which counts by itself", Cure(edits)),)
