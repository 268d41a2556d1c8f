"""Statements held by indentation, `begin … end` or `do … end`: the braces of a whole text.

One text is written in one way, so all heads are mended at once, and told once.
"""

from __future__ import annotations

import re
from functools import lru_cache

from archc.diagnostics import Cure, Edit, Proposal
from archc.habits.words import MERGES
from archc.language.indentation import deeper_end, indentation
from archc.language.source import Source, Span
from archc.named import NamedTuple

HEAD = re.compile(
    r"[ \t]*(?P<head>(?:[a-z_][\w{}.]*:[ \t]+)?"
    r"(?:(?:network|block)[ \t]+\w+[ \t]*(?:\([^#{]*\))?"
    r"|(?:repeat|for|if|else[ \t]+if|elif)\b[^#{:]*?"
    rf"|else|(?:{MERGES})|(?P<label>[a-z_]\w*(?=:))))"
    r"(?P<opener>[ \t]*:|[ \t]+(?:do|begin|then|times:?)|[ \t]*\()?[ \t]*(?:#.*)?",
    re.ASCII,
)
OPENER = re.compile(r"[ \t]*(?:begin|do|then|\()[ \t]*", re.ASCII | re.IGNORECASE)
CLOSER = re.compile(
    r"[ \t]*(?:(?:end|done|fi|\))[;]?|end[ \t]*(?:repeat|for|if|network|block|loop)[;]?)[ \t]*",
    re.ASCII | re.IGNORECASE,
)
NEWLINE = "\n"
TOLD = 4
"""Heads that are told of."""

MOST = 60
"""Heads that are mended at once."""


class Head(NamedTuple):
    """How a head and the end of its body are to be written, and its line."""

    line: int
    opening: str
    closing: str


class Line(NamedTuple):
    """A line of a text, without its comment, and how far it is indented."""

    start: int
    text: str
    margin: int


def braces_by_layout(place: Span) -> tuple[Proposal, ...]:
    """All braces that a text lacks, where a mistake stands in a line that gets one."""
    heads, edits = _mended(place.source)
    lines = {one.span.line for one in edits} | {head.line for head in heads}
    if not heads or len(heads) > MOST or place.line not in lines:
        return ()
    told = "; ".join(f"{one.opening}, and {one.closing}" for one in heads[:TOLD])
    more = f"; so on to line {heads[-1].line}" if len(heads) > TOLD else ""
    return (Proposal(f"write {told}{more}", Cure(edits, sure=True)),)


@lru_cache(maxsize=4)
def _mended(source: Source) -> tuple[list[Head], tuple[Edit, ...]]:
    """The heads that lack braces, and the edits that give them."""
    lines = _lines(source.text)
    heads: list[Head] = []
    edits: list[Edit] = []
    closing: dict[int, list[int]] = {}
    for number, line in enumerate(lines):
        head = HEAD.fullmatch(line.text)
        opened = _opened(source, lines, number, head) if head is not None else None
        if head is None or opened is None:
            continue
        edits.append(opened)
        closer = _closer(lines, number)
        if closer is not None:
            edits.append(_line(source, lines[closer], "}"))
            last = f"`}}` for `{lines[closer].text.strip()}` in line {closer + 1}"
        else:
            end = deeper_end(source.text, line.start)
            if end is None:
                return [], ()
            closing.setdefault(end, []).append(line.margin)
            last = f"`}}` behind line {source.text.count(NEWLINE, 0, end) + 1}"
        first = f"`{{` for `{opened.span.text}`" if opened.text == "{" else f"`{opened.text}`"
        heads.append(Head(number + 1, f"{first} in line {opened.span.line}", last))
    for end, margins in closing.items():
        braces = "".join(f"\n{' ' * margin}}}" for margin in sorted(margins, reverse=True))
        edits.append(Edit(Span(source, end, end), braces))
    return heads, tuple(sorted(edits, key=lambda one: one.span.start))


def _opened(source: Source, lines: list[Line], number: int, head: re.Match[str]) -> Edit | None:
    """The `{` of a head, in its line or for the word below; None where none is lacking."""
    line = lines[number]
    body = next((one for one in lines[number + 1 :] if one.text.strip()), None)
    if body is None or body.text.lstrip().startswith("{"):
        return None
    if not head["opener"] and OPENER.fullmatch(body.text):
        return _line(source, body, "{")
    if body.margin <= line.margin or (
        not head["opener"] and body.text.lstrip().startswith(("->", "=>"))
    ):
        return None
    word = head["head"].replace("elif", "else if", 1)
    written = f"{word}: {{" if head["label"] and not re.fullmatch(MERGES, word) else f"{word} {{"
    start = line.start + head.start("head")
    return Edit(Span(source, start, line.start + len(line.text.rstrip())), written)


def _closer(lines: list[Line], number: int) -> int | None:
    """The line below a body that holds nothing but the word that ends it."""
    margin = lines[number].margin
    for later in range(number + 1, len(lines)):
        line = lines[later]
        if not line.text.strip() or line.margin > margin or OPENER.fullmatch(line.text):
            continue
        return later if line.margin == margin and CLOSER.fullmatch(line.text) else None
    return None


def _line(source: Source, line: Line, text: str) -> Edit:
    end = line.start + len(line.text.rstrip())
    return Edit(Span(source, line.start + line.margin, end), text)


def _lines(text: str) -> list[Line]:
    result, start = [], 0
    for line in text.split("\n"):
        result.append(Line(start, line.partition("#")[0], indentation(text, start)))
        start += len(line) + 1
    return result
