"""Cures are tried before they are told: made in the text, and the text checked again.

A finding comes with proposals. One is told when, with its edits made, the finding is gone and no
new error stands in the lines it changes or where the finding stood, nor a warning of what is hardly
ever meant. Among those that pass, one that
brings no new error anywhere comes first: so a cure that the file's own claims confirm wins over one
that they refute.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from archc.diagnostics import Cure, Diagnostic, Edit, Proposal
from archc.graph.report import HIDDEN
from archc.habits import meant
from archc.language.source import Span

MOST_TRIES = 40
MOST_WORK = 15_000
"""Nodes of all graphs made for tries: what a message may cost, whatever the file."""

SENSELESS = frozenset({"stride-exceeds-window", "implausible", "single-branch"})
"""Warnings of what is hardly ever meant: a cure that brings one into its own lines is none."""

UNMADE = frozenset(("syntax", "reserved-name", "unknown-layer", "unknown-block", "bad-character"))
"""What is said of a line that makes no layer: how its shapes fit is not seen before it does."""

MISFITS = frozenset(
    (
        *("concat-mismatch", "shape-mismatch", "kernel-too-large", "pool-too-large"),
        *("wrong-shape", "not-whole"),
    )
)
"""What is said of shapes and values."""

UNREAD = ("syntax", "bad-character", "bad-number")
"""What is said of a text that is not read."""

Texts = dict[str, str]
Again = Callable[[Texts], "list[Diagnostic] | None"]
"""Checks again with other texts of files, by their names; None where that cannot be done."""


def settled(diagnostics: Sequence[Diagnostic], again: Again, work: int) -> list[Diagnostic]:
    """The findings, each with the first proposal that stands a try; `work` is that of one try.

    A file of many findings is told the sure cures of the last of them after one try of all.
    """
    tries = _Tries(diagnostics, again, min(MOST_TRIES, MOST_WORK // (work + 200)))
    found: list[Proposal | None] = []
    for one in diagnostics:
        found.append(tries.first(one))
    left = [number for number, one in enumerate(found) if one is None and not tries.left]
    for number, proposal in zip(left, tries.together([diagnostics[i] for i in left]), strict=True):
        found[number] = proposal
    told = list(zip(diagnostics, found, strict=True))
    strong = [one for one in told if one[0].severity == "error" or one[0].code == "implausible"]
    return _once(
        [
            _told(one, proposal)
            for one, proposal in told
            if one.severity == "error"
            or not any(tries.consequence(one, cure) for other, cure in strong if other is not one)
        ]
    )


def _once(findings: list[Diagnostic]) -> list[Diagnostic]:
    """What is mended by the same edits is told of once.

    So are all errors of a text that is to be written anew; elsewhere those of one code.
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
            anew = any(_inside(one.span, edit.span) for edit in edits)
            mended = tuple((_place(edit.span), edit.text) for edit in edits)
            whole = one.cure.sure and len(edits) > 1  # signs of the whole file, however told
            key = (None if anew or whole else one.code, *mended)
            if key in told:
                continue
            told.add(key)
        result.append(one)
    return result


def _inside(span: Span, outer: Span) -> bool:
    return span.source is outer.source and outer.start <= span.start and span.end <= outer.end


def _taken_out(one: Diagnostic, cure: Cure) -> bool:
    """Whether another finding's cure takes away the place where an error stands, and its own not.

    So is `True` in `Block(16, 2, True)`, where a block takes two arguments.
    """
    own = one.cure.edits if one.cure is not None else ()
    return (
        cure is not one.cure
        and not any(edit.text == "" for edit in own)
        and any(edit.text == "" and _inside(one.span, edit.span) for edit in cure.edits)
    )


def _renamed(one: Diagnostic, cure: Cure) -> bool:
    """Whether the cure of another finding writes the very name otherwise that an error is about."""
    return len(cure.edits) > 1 and any(edit.text and edit.span == one.span for edit in cure.edits)


def _told(one: Diagnostic, cure: Proposal | None) -> Diagnostic:
    """A finding with its cure; the words of one that failed are not told."""
    if cure is not None:
        help: str | None = f"{cure.help}\n{HIDDEN}" if HIDDEN in (one.help or "") else cure.help
        return one._replace(help=help, cure=cure.cure, proposals=())
    failed = one.help in [proposal.help for proposal in one.proposals]
    return one._replace(help=None if failed else one.help, proposals=())


class _Tries:
    """The texts that were tried, and how many more may be."""

    def __init__(self, before: Sequence[Diagnostic], again: Again, left: int) -> None:
        self.left = left
        self._before = before
        self._again = again
        self._doubts = [
            cure._replace(help=f"{cure.help} in line {one.span.line}: {one.message}")
            for one in before
            if one.code == "implausible"
            for cure in one.proposals
        ]
        self._known: dict[tuple[tuple[str, str], ...], list[Diagnostic] | None] = {}

    def first(self, one: Diagnostic) -> Proposal | None:
        """The first proposal that mends, one that does no harm elsewhere before all others."""
        if not self.left:
            return None
        errs = one.severity == "error"
        own = [proposal.cure.edits for proposal in one.proposals]
        doubts = [cure for cure in self._doubts if errs and cure.cure.edits not in own]
        proposals = (*doubts, *(meant(one) if errs else ()), *one.proposals)
        best: Proposal | None = None
        for proposal in sorted(proposals, key=lambda one: one.last):
            if best is not None and proposal.last:
                break
            signs = one.code in ("bad-character", "bad-number") and proposal.cure.sure
            harm = self._harm(one, proposal.cure.edits, proposal.cure.edits, signs)
            before = [cure for cure in doubts if _ahead(cure.cure.edits[0].span, one.span)]
            if harm is not False and before and proposal not in doubts:
                both = _both(proposal, before[-1])
                other = self._harm(one, both.cure.edits, both.cure.edits)
                proposal, harm = (both, other) if other is not None else (proposal, harm)
            if harm is False or (signs and harm):
                return _surest(proposal, one.proposals)
            if harm and best is None and not proposal.exact:
                best = proposal
        return best

    def together(self, findings: Sequence[Diagnostic]) -> list[Proposal | None]:
        """The first sure proposal of each finding, all of them tried at once."""
        firsts = [next((one for one in f.proposals if one.cure.sure), None) for f in findings]
        edits: list[Edit] = []
        for proposal in firsts:
            edits += [one for one in (proposal.cure.edits if proposal else ()) if one not in edits]
        if not edits or _overlap(edits):
            return [None] * len(findings)
        self.left = 1
        return [
            proposal
            if proposal and self._harm(one, proposal.cure.edits, tuple(edits)) is not None
            else None
            for one, proposal in zip(findings, firsts, strict=True)
        ]

    def consequence(self, warning: Diagnostic, cure: Proposal | None) -> bool:
        """Whether a warning stands where the cure of an error is made, and is gone with it."""
        edits = cure.cure.edits if cure is not None else ()
        place = _place(warning.span)
        if not any(_meet(_place(edit.span), place) for edit in edits):
            return False
        after = self._known.get(tuple(sorted(_texts(edits).items())))  # no try for this alone
        moved = _moved(warning.span, edits)
        return after is not None and not any(
            other.code == warning.code and _meet(_place(other.span), moved) for other in after
        )

    def _after(self, edits: Sequence[Edit]) -> list[Diagnostic] | None:
        texts = _texts(edits)
        key = tuple(sorted(texts.items()))
        if key not in self._known:
            if not self.left:
                return None
            self.left -= 1
            self._known[key] = self._again(texts)
        return self._known[key]

    def _harm(
        self, one: Diagnostic, own: Sequence[Edit], edits: Sequence[Edit], signs: bool = False
    ) -> bool | None:
        """Whether a cure that mends brings new errors elsewhere; None where it does not mend.

        `own` are the edits of this cure, `edits` all that are made with it. `signs` tells that it
        makes signs and letters readable: what else is wrong in a line was hidden by them.
        """
        after = self._after(edits)
        if after is None:
            return None
        known = {(other.code, _moved(other.span, edits)) for other in self._before}
        place = _moved(one.span, edits)
        if len({(edit.span.text, edit.text) for edit in own}) == 1:
            # A name written otherwise: where else it stands, another mistake may come to light.
            own = [edit for edit in own if _meet(_place(edit.span), _place(one.span))] or own
        touched = [place, *(_made(edit, edits) for edit in own)]
        harm = False
        for other in after:
            if other.code == one.code and _meet(_place(other.span), place):
                if _calls(other) == _calls(one):
                    return None
                harm = True  # another call of the same text has a mistake of its own
                continue
            if other.code in SENSELESS and not signs and _named(other, touched):
                return None
            if other.severity != "error" or (other.code, _place(other.span)) in known:
                continue
            # A claim that can be read at last may be found broken: that is news, and no harm.
            unmade = one.code in UNMADE and other.code in MISFITS
            hidden = unmade or other.code == "broken-expectation"
            hidden = hidden or (signs and other.code not in UNREAD)
            if not hidden and any(_same_lines(other.span, *where) for where in touched):
                return None
            if not signs and not unmade and _earlier(other, one):
                return None
            # What an error hid may come to light with its cure; a warning hides nothing.
            if one.severity != "error" and not any(cure.cure.sure for cure in other.proposals):
                return None
            harm = True
        return harm


def _earlier(other: Diagnostic, one: Diagnostic) -> bool:
    """Whether a new error stands before a finding that hid nothing there."""
    return (
        one.code != "syntax" and not other.calls and not one.calls and _ahead(other.span, one.span)
    )


def _ahead(first: Span, second: Span) -> bool:
    return first.source.name == second.source.name and first.end <= second.start


def _surest(proposal: Proposal, others: Sequence[Proposal]) -> Proposal:
    """A proposal as sure as the same text of who reported the mistake."""
    text = _texts(proposal.cure.edits)
    sure = any(one.cure.sure and _texts(one.cure.edits) == text for one in others)
    return proposal._replace(cure=proposal.cure._replace(sure=True)) if sure else proposal


def _both(proposal: Proposal, doubt: Proposal) -> Proposal:
    """A cure that helps where what is doubted in another line is mended too."""
    also = doubt.help.partition(":")[0].removeprefix("write ")
    edits = (*proposal.cure.edits, *doubt.cure.edits)
    return proposal._replace(help=f"{proposal.help}, and {also}", cure=Cure(edits))


def _named(other: Diagnostic, places: Sequence[Place]) -> bool:
    """Whether a finding, or a call that led to it, stands in the lines of one of the places."""
    spans = [other.span, *(frame.span for frame in other.calls)]
    return any(_same_lines(span, *where) for span in spans for where in places)


def _overlap(edits: Sequence[Edit]) -> bool:
    """Whether two edits want the same characters."""
    spans = sorted((one.span.source.name, one.span.start, one.span.end) for one in edits)
    return any(a[0] == b[0] and b[1] < max(a[2], a[1] + 1) for a, b in pairwise(spans))


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
