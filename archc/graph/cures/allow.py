"""`# allow:` that silences nothing: its place, its code, its spelling."""

from __future__ import annotations

import re
from collections.abc import Sequence

from archc.diagnostics import Cure, Diagnostic, Edit, Proposal
from archc.language.source import Source, Span
from archc.language.tree import Allowance
from archc.suggest import near

FOREIGN = re.compile(
    r"#\s*(?:allow(?=[ \t]+[a-z])|"
    r"noqa|nolint|ignore|disable|type: ignore|(?:pylint|lint|eslint|archc|ruff)\s*:\s*"
    r"(?:disable|ignore|allow))\b[ \t]*[:=]?.*\Z"
)
"""How other linters are told to be silent."""


def meant(allowance: Allowance, told: Sequence[Diagnostic]) -> tuple[Proposal, ...]:
    """The same at the end of the line below, or with the code of a warning of its line."""
    span, source = allowance.span, allowance.span.source
    here = {one.code for one in told if one.span.source is source and one.span.line == span.line}
    for code in near(allowance.code, here, 1):
        return (Proposal(f"write `{code}`", Cure((Edit(_code(span, allowance.code), code),))),)
    start = source.text.rfind("\n", 0, span.start) + 1
    end = source.text.find("\n", span.start)
    comment = source.text[start:end].strip()
    if end < 0 or not comment.startswith("#"):
        return ()
    below = {
        one.code for one in told if one.span.source is source and one.span.line == span.line + 1
    }
    if allowance.code not in below:
        return ()
    last = source.text.find("\n", end + 1)
    last = len(source.text) if last < 0 else last
    line = source.text[end + 1 : last].rstrip()
    edits = (
        Edit(Span(source, start, end + 1), ""),
        Edit(Span(source, end + 1 + len(line), last), f"  {comment}"),
    )
    help = f"it stands at the end of the line itself: write `{line.strip()}  {comment}`"
    return (Proposal(help, Cure(edits)),)


def note(code: str) -> str | None:
    """How a code is written, where this one is not."""
    right = code.lower().replace("_", "-")
    return None if right == code else f"codes are written in small letters with dashes: `{right}`"


def _code(span: Span, code: str) -> Span:
    place = span.text.find(code)
    start = span.start + max(place, 0)
    return Span(span.source, start, start + len(code)) if place >= 0 else span


def as_here(finding: Diagnostic) -> tuple[Proposal, ...]:
    """`# noqa: CODE` behind a warning, as archc wants it."""
    source: Source = finding.span.source
    line = source.line(finding.span.line)
    found = FOREIGN.search(line)
    if found is None or finding.severity == "error":
        return ()
    begin = source.text.rfind("\n", 0, finding.span.start) + 1
    allow = f"# allow: {finding.code}"
    place = Span(source, begin + found.start(), begin + len(line.rstrip()))
    help = f"to silence it write `{allow}` in place of `{found[0].strip()}`"
    return (Proposal(help, Cure((Edit(place, allow),))),)
