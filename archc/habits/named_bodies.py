"""Statements under a name, `let body = { conv 8 3x3; relu }`, which run where the name stands."""

from __future__ import annotations

import re

from archc.diagnostics import Cure, Edit, Proposal
from archc.language.source import Span
from archc.layers.registry import KINDS

BRACED = re.compile(r"(?:let\s+)?([A-Za-z_]\w*)\s*:?=\s*\{", re.ASCII)
CHAINED = re.compile(
    rf"(?:let\s+)?([A-Za-z_]\w*)\s*:?=\s*((?:{'|'.join(KINDS)})\b[^\n{{}}]*->[^\n{{}}]*)$",
    re.ASCII | re.MULTILINE,
)
USE = r"(?:^|(?<=[;{{\n])|(?<=->))[ \t]*({})(?=[ \t]*(?:->|;|\}}|#|$))"
"""Where a name stands as a statement or link of its own."""
HEAD = re.compile(r"^(?:network|block)\b", re.MULTILINE)


def named_body(place: Span) -> tuple[Proposal, ...]:
    """The block that such a name is, put in front of the definition in which it stands."""
    source, text = place.source, place.source.text
    begin = text.rfind("\n", 0, place.start) + 1
    margin = re.compile(r"[ \t]*").match(text, begin)
    start = margin.end() if margin is not None else begin
    head = max((one.start() for one in HEAD.finditer(text, 0, start)), default=-1)
    braced, chained = BRACED.match(text, start), CHAINED.match(text, start)
    found = braced or chained
    if found is None or head < 0:
        return ()
    end = _closing(text, found.end() - 1) + 1 if braced else found.end()
    body = text[braced.end() : end - 1].strip() if braced else found[2].partition("#")[0].strip()
    places = list(re.compile(USE.format(found[1]), re.MULTILINE).finditer(text, end))
    if not places or not body:
        return ()
    name = "".join(part[:1].upper() + part[1:] for part in found[1].split("_"))
    if re.search(rf"\b{name}\b", text):
        name = f"{name}Block"
    lines = [line.strip() for line in body.splitlines() if line.strip()]
    block = (
        f"block {name} {{ {body} }}"
        if len(lines) == 1
        else f"block {name} {{\n" + "".join(f"    {line}\n" for line in lines) + "}"
    )
    edits = (
        Edit(Span(source, head, head), f"{block}\n\n"),
        Edit(Span(source, start, end), ""),
        *(Edit(Span(source, *one.span(1)), name) for one in places),
    )
    told = f"block {name} {{ {'; '.join(lines)} }}"
    line = source.position(head)[0]
    where = f"before line {line}, and `{name}` where it runs"
    help = f"statements with a name are a block: write `{told}` {where}"
    return (Proposal(help, Cure(edits)),)


def _closing(text: str, opened: int) -> int:
    """The brace that closes one; the end of the text where none does."""
    depth = 0
    for place in range(opened, len(text)):
        depth += (text[place] == "{") - (text[place] == "}")
        if depth == 0:
            return place
    return len(text) - 1
