"""What is told once: findings that the cure of another one mends, or that have the same cure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from archc import edited
from archc.diagnostics import Cure, Diagnostic, Proposal

Gone = Callable[[Diagnostic, Proposal], bool]
"""Whether a finding is gone where a cure is made that was tried."""


def follows(one: Diagnostic, own: Proposal | None, braces: Sequence[Proposal], gone: Gone) -> bool:
    """Whether a finding without a cure of its own comes of a brace that was never closed.

    So does one about the order of statements of a text that cannot be read.
    """
    if own is not None or one.code == "unclosed-bracket":
        return False
    return any(gone(one, cure) for cure in braces)


def part(
    one: Diagnostic, own: Proposal | None, other: Diagnostic, cure: Proposal | None, gone: Gone
) -> bool:
    """Whether the cure of another error of the line mends this one too, and says more than its own.

    So is `None` in `bias=None`, which is written small, but is no value of `bias`.
    """
    if one is other or cure is None or "warning" in (one.severity, other.severity):
        return False
    if other.span.line != one.span.line or not gone(one, cure):
        return False
    if own is None:
        return True
    more = cure.cure.sure and not own.cure.sure
    return more if gone(other, own) else edited.within(own.cure.edits, cure.cure.edits)


def once(findings: list[Diagnostic]) -> list[Diagnostic]:
    """What is mended by the same edits is told of once.

    So are all errors of a text that is to be written anew; elsewhere those of one code or line.
    """
    result = []
    told: set[tuple[object, ...]] = set()
    errors = [one.cure for one in findings if one.cure is not None and one.severity == "error"]
    for one in findings:
        if one.severity != "error" and one.cure in errors:
            continue
        if one.severity == "error" and any(_taken_out(one, cure) for cure in errors):
            continue
        if one.cure is None and any(_renamed(one, cure) for cure in errors):
            continue
        if one.severity == "error" and one.cure is not None:
            edits = one.cure.edits
            anew = any(edited.inside(one.span, edit.span) for edit in edits)
            mended = tuple(sorted(edited.texts(edits).items()))
            whole = one.cure.sure and len(edits) > 1  # signs of the whole file, however told
            key = (None if anew or whole else one.code, *mended)
            line = (one.span.line, *mended)
            if key in told or line in told or (None, *mended) in told:
                continue
            told |= {key, line}
        result.append(one)
    return result


def _taken_out(one: Diagnostic, cure: Cure) -> bool:
    """Whether another finding's cure takes away the place where an error stands, and its own not.

    So is `True` in `Block(16, 2, True)`, where a block takes two arguments.
    """
    own = one.cure.edits if one.cure is not None else ()
    return (
        cure is not one.cure
        and not any(edit.text == "" for edit in own)
        and any(edit.text == "" and edited.inside(one.span, edit.span) for edit in cure.edits)
    )


def _renamed(one: Diagnostic, cure: Cure) -> bool:
    """Whether the cure of another finding writes the very name otherwise that an error is about."""
    return len(cure.edits) > 1 and any(edit.text and edit.span == one.span for edit in cure.edits)
