"""Cures put into the text they are for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from archc.diagnostics import Cure, Diagnostic, Edit
from archc.language.source import Source


def mended(source: Source, cures: Iterable[Cure]) -> tuple[str, int]:
    """The text with the cures made, and how many of them were.

    A cure is made whole or not at all: one that touches what an earlier one changes is left for the
    next time, and so is one that changes another file.
    """
    made: list[Edit] = []
    count = 0
    for cure in cures:
        if cure.edits and all(one.span.source is source for one in cure.edits):
            fresh = [one for one in cure.edits if one not in made]
            if not any(_touch(one, other) for one in fresh for other in made):
                made += fresh
                count += 1
    return _applied(source.text, made), count


def sure(diagnostics: Iterable[Diagnostic]) -> list[Cure]:
    """The cures that need nobody's judgement."""
    return [one.cure for one in diagnostics if one.cure is not None and one.cure.sure]


def _touch(one: Edit, other: Edit) -> bool:
    """Whether two edits want the same characters; two insertions at one place do as well."""
    first, second = sorted((one.span[1:], other.span[1:]))
    return second[0] < first[1] or first[0] == second[0]


def _applied(text: str, edits: Sequence[Edit]) -> str:
    for edit in sorted(edits, key=lambda one: one.span.start, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text
