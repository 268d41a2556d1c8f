"""Cures are tried before they are told: made in the text, and the text checked again.

A finding comes with proposals. One is told when, with its edits made, the finding is gone and no
new error stands in the lines it changes or where the finding stood. Among those that pass, one that
brings no new error anywhere comes first: so a cure that the file's own claims confirm wins over one
that they refute.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from archc.diagnostics import Diagnostic, Edit, Proposal
from archc.graph.report import HIDDEN
from archc.language.source import Span

MOST_TRIES = 100
MOST_WORK = 60_000
"""Nodes of all graphs made for tries; the findings of a file of more are told without cures."""

Texts = dict[str, str]
Again = Callable[[Texts], "list[Diagnostic] | None"]
"""Checks again with other texts of files, by their names; None where that cannot be done."""


def settled(diagnostics: Sequence[Diagnostic], again: Again, work: int) -> list[Diagnostic]:
    """The findings, each with the first proposal that stands a try; `work` is that of one try."""
    tries = min(MOST_TRIES, MOST_WORK // (work + 200))
    result = []
    for one in diagnostics:
        best: Proposal | None = None
        for proposal in sorted(one.proposals, key=lambda one: one.last):
            if tries <= 0 or (best is not None and proposal.last):
                break
            tries -= 1
            harm = _harm(one, proposal, diagnostics, again)
            if harm is False:
                best = proposal
                break
            if harm and best is None:
                best = proposal
        failed = one.help in [proposal.help for proposal in one.proposals]
        if best is None and failed:
            one = one._replace(help=None)
        elif best is not None:
            help = f"{best.help}\n{HIDDEN}" if HIDDEN in (one.help or "") else best.help
            one = one._replace(help=help, cure=best.cure)
        result.append(one._replace(proposals=()))
    return result


def _harm(
    one: Diagnostic, proposal: Proposal, before: Sequence[Diagnostic], again: Again
) -> bool | None:
    """Whether a cure that mends brings new errors elsewhere; None where it does not mend."""
    edits = proposal.cure.edits
    after = again(_texts(edits))
    if after is None:
        return None
    known = {(other.code, _moved(other.span, edits)) for other in before}
    place = _moved(one.span, edits)
    touched = [place, *(_made(edit, edits) for edit in edits)]
    harm = False
    for other in after:
        if other.code == one.code and _meet(_place(other.span), place):
            if _calls(other) == _calls(one):
                return None
            harm = True  # another call of the same text has a mistake of its own
            continue
        if (other.code, _place(other.span)) in known:
            continue
        if other.severity == "error":
            # A claim that can be read at last may be found broken: that is news, and no harm.
            if other.code != "broken-expectation" and any(
                _same_lines(other.span, *where) for where in touched
            ):
                return None
            harm = True
    return harm


Place = tuple[str, int, int]


def _calls(one: Diagnostic) -> list[tuple[str, object]]:
    return [(frame.definition, frame.arguments) for frame in one.calls]


def _place(span: Span) -> Place:
    return span.source.name, span.start, span.end


def _texts(edits: Sequence[Edit]) -> Texts:
    """The changed text of each file that edits change."""
    texts: Texts = {}
    for edit in sorted(edits, key=lambda one: one.span.start, reverse=True):
        source = edit.span.source
        text = texts.get(source.name, source.text)
        texts[source.name] = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return texts


def _moved(span: Span, edits: Sequence[Edit]) -> Place:
    """Where the characters of a span stand behind the edits."""
    name = span.source.name
    start, end = span.start, span.end
    for edit in edits:
        if edit.span.source.name != name:
            continue
        grown = len(edit.text) - (edit.span.end - edit.span.start)
        if edit.span.end <= span.start:
            start += grown
        if edit.span.start < span.end:
            end += grown
    return name, start, max(start, end)


def _made(edit: Edit, edits: Sequence[Edit]) -> Place:
    """Where the text of an edit stands behind all of them."""
    name, start, _ = _moved(edit.span, [one for one in edits if one.span.start < edit.span.start])
    return name, start, start + len(edit.text)


def _meet(one: Place, other: Place) -> bool:
    return one[0] == other[0] and one[1] <= other[2] and other[1] <= one[2]


def _same_lines(span: Span, name: str, start: int, end: int) -> bool:
    """Whether a span begins in the lines of a place."""
    if span.source.name != name:
        return False
    first, _ = span.source.position(start)
    last, _ = span.source.position(end)
    return first <= span.line <= last
