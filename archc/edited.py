"""Where the characters of a text stand behind edits of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from archc.diagnostics import Edit
from archc.language.source import Span

Place = tuple[str, int, int]
Texts = dict[str, str]


def inside(span: Span, outer: Span) -> bool:
    """Whether a span lies in another."""
    return span.source is outer.source and outer.start <= span.start and span.end <= outer.end


def within(edits: Sequence[Edit], others: Sequence[Edit]) -> bool:
    """Whether every edit lies in the place of another one."""
    return all(any(inside(one.span, other.span) for other in others) for one in edits)


def ahead(first: Span, second: Span) -> bool:
    """Whether a span stands before another of its file."""
    return first.source.name == second.source.name and first.end <= second.start


def overlap(edits: Sequence[Edit]) -> bool:
    """Whether two edits want the same characters."""
    spans = sorted((one.span.source.name, one.span.start, one.span.end) for one in edits)
    return any(a[0] == b[0] and b[1] < max(a[2], a[1] + 1) for a, b in pairwise(spans))


def place(span: Span) -> Place:
    """A span as a place of a text that is not yet made."""
    return span.source.name, span.start, span.end


def texts(edits: Sequence[Edit]) -> Texts:
    """The changed text of each file that edits change."""
    texts: Texts = {}
    for edit in sorted(edits, key=lambda one: one.span.start, reverse=True):
        source = edit.span.source
        text = texts.get(source.name, source.text)
        texts[source.name] = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return texts


def moved(span: Span, edits: Sequence[Edit]) -> Place:
    """Where the characters of a span stand behind the edits; or the text that took their place."""
    name = span.source.name
    start, end = span.start, span.end
    for edit in edits:
        if edit.span.source.name != name:
            continue
        grown = len(edit.text) - (edit.span.end - edit.span.start)
        if edit.span.end <= span.start:
            start += grown
        elif edit.span.start < span.start:
            start -= span.start - edit.span.start
        if edit.span.start < span.end:
            end += grown + max(edit.span.end - span.end, 0)
    return name, start, max(start, end)


def made(edit: Edit, edits: Sequence[Edit]) -> Place:
    """Where the text of an edit stands behind all of them."""
    name, start, _ = moved(edit.span, [one for one in edits if one.span.start < edit.span.start])
    return name, start, start + len(edit.text)


def meet(one: Place, other: Place) -> bool:
    """Whether two places touch."""
    return one[0] == other[0] and one[1] <= other[2] and other[1] <= one[2]


def same_lines(span: Span, name: str, start: int, end: int) -> bool:
    """Whether a span begins in the lines of a place."""
    if span.source.name != name:
        return False
    first, _ = span.source.position(start)
    last, _ = span.source.position(end)
    return first <= span.line <= last
