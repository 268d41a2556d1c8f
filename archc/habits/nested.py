"""A block that is defined inside a network, which stands in front of it here."""

from __future__ import annotations

import re

from archc.diagnostics import Cure, Edit, Proposal
from archc.habits.braces import closing
from archc.language.source import Span

HEAD = re.compile(r"^(?:network|block)\b", re.MULTILINE)
DEFINED = re.compile(r"(block|network)[ \t]+(\w+)[^{}\n]*\{", re.ASCII)
MARGIN = re.compile(r"[ \t]*")


def moved_out(place: Span) -> tuple[Proposal, ...]:
    """The definition in front of the one in which it stands."""
    source, text = place.source, place.source.text
    found = DEFINED.match(text, place.start)
    around = [one.start() for one in HEAD.finditer(text, 0, place.start)]
    if found is None or not around:
        return ()
    end = closing(text, found.end() - 1) + 1
    begin = text.rfind("\n", 0, place.start) + 1
    margin = text[begin : place.start]
    alone = not margin.strip() and not text[end:].partition("\n")[0].strip()
    gone = Span(source, begin, min(end + 1, len(text))) if alone else Span(source, place.start, end)
    behind = re.compile(r"[ \t]*;[ \t]*").match(text, end)
    if not alone and behind is not None:
        gone = Span(source, place.start, behind.end())
    lines = text[place.start : end].splitlines()
    moved = "\n".join(line.removeprefix(margin) for line in lines)
    head = around[-1]
    edits = (Edit(Span(source, head, head), f"{moved}\n\n"), Edit(gone, ""))
    help = f"put `{found[1]} {found[2]}` in front of line {source.position(head)[0]}"
    return (Proposal(help, Cure(edits)),)
