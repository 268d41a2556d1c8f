"""Statements in braces as values: `let body = { conv 8 3x3; relu }`, `conv 8 3x3 => { relu }`."""

from __future__ import annotations

import re

from archc.diagnostics import Cure, Edit, Proposal
from archc.habits.braces import closing
from archc.language.source import Span
from archc.layers.registry import KINDS

BRACED = re.compile(r"(?:let\s+)?([A-Za-z_]\w*)\s*:?=\s*\{", re.ASCII)
CHAINED = re.compile(
    rf"(?:let\s+)?([A-Za-z_]\w*)\s*:?=\s*((?:{'|'.join(KINDS)})\b[^\n{{}}]*->[^\n{{}}]*)$",
    re.ASCII | re.MULTILINE,
)
USE = r"(?:^|(?<=[;{{\n])|(?<=->))[ \t]*({})(?=[ \t]*(?:->|;|\}}|#|$))"
"""Where a name stands as a statement or link of its own."""
ARROW = re.compile(rf"=>[ \t]*\{{\s*(?=(?:{'|'.join(KINDS)}|[A-Z]\w*)\b)", re.ASCII)
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
    top = start == begin  # outside all definitions
    if found is None or (head < 0 and not top):
        return ()
    end = closing(text, found.end() - 1) + 1 if braced else found.end()
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
    runs = tuple(Edit(Span(source, *one.span(1)), name) for one in places)
    told = f"block {name} {{ {'; '.join(lines)} }}"
    if top:
        edits = (Edit(Span(source, start, end), block), *runs)
        where = f", and `{name}` where it runs"
    else:
        edits = (
            Edit(Span(source, head, head), f"{block}\n\n"),
            Edit(Span(source, start, end), ""),
            *runs,
        )
        where = f" before line {source.position(head)[0]}, and `{name}` where it runs"
    help = f"statements with a name are a block: write `{told}`{where}"
    return (Proposal(help, Cure(edits)),)


def arrow_to_braces(place: Span) -> tuple[Proposal, ...]:
    """`conv 8 3x3 => { relu }`, where statements follow and no shape."""
    found = ARROW.search(place.source.text, place.source.text.rfind("\n", 0, place.start) + 1)
    if found is None or place.source.position(found.start())[0] != place.line:
        return ()
    arrow = Span(place.source, found.start(), found.start() + 2)
    help = "behind `=>` stands a shape: write `-> {`, which runs the statements next"
    return (Proposal(help, Cure((Edit(arrow, "->"),))),)
