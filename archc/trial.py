"""Cures are tried before they are told: made in the text, and the text checked again.

A finding comes with proposals. One is told when, with its edits made, the finding is gone and no
new error stands in the lines it changes or where the finding stood, nor a warning of what is hardly
ever meant. Among those that pass, one that
brings no new error anywhere comes first: so a cure that the file's own claims confirm wins over one
that they refute.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from archc import edited
from archc.diagnostics import Cure, Diagnostic, Edit, Proposal
from archc.edited import Place, Texts
from archc.graph.report import HIDDEN
from archc.habits import meant
from archc.once import follows, once, part

MOST_TRIES = 60
TOGETHER = 4
"""Tries of all that are left, at once."""

MANY = 100
"""Findings whose cures are tried together at most: nobody reads more of them at once."""

MOST_WORK = 15_000
"""Nodes of all graphs made for tries: what a message may cost, whatever the file."""

SENSELESS = frozenset({"stride-exceeds-window", "implausible", "single-branch", "same-branches"})
"""Warnings of what is hardly ever meant: a cure that brings one into its own lines is none."""

UNMADE = frozenset(("syntax", "reserved-name", "unknown-layer", "unknown-block", "bad-character"))
"""What is said of a line that makes no layer: how its shapes fit is not seen before it does."""

MISFITS = frozenset(
    (
        *("concat-mismatch", "shape-mismatch", "kernel-too-large", "pool-too-large"),
        *("wrong-shape", "not-whole", "needs-flat", "groups-do-not-divide"),
    )
)
"""What is said of shapes and values."""

MERGES = frozenset(("concat-mismatch", "shape-mismatch"))
"""What is said at the head of a merge, of what stands in its braces."""

UNREAD = ("syntax", "bad-character", "bad-number")
"""What is said of a text that is not read."""

Again = Callable[[Texts], "list[Diagnostic] | None"]
"""Checks again with other texts of files, by their names; None where that cannot be done."""


def settled(diagnostics: Sequence[Diagnostic], again: Again, work: int) -> list[Diagnostic]:
    """The findings, each with the first proposal that stands a try; `work` is that of one try.

    Each finding has its share of the tries, and what others leave of theirs. Those for which that
    is not enough are tried all at once.
    """
    tries = _Tries(diagnostics, again, min(MOST_TRIES, MOST_WORK // (work + 200)))
    found: list[Proposal | None] = [None] * len(diagnostics)
    waiting = list(range(len(diagnostics)))
    for _ in range(2):  # what one does not use of its share is there for those that want more
        cut = []
        for place, number in enumerate(waiting):
            tries.share(len(waiting) - place)
            found[number] = tries.first(diagnostics[number])
            if tries.cut:
                cut.append(number)
        waiting = cut
    waiting = [number for number in waiting if found[number] is None]
    for number, proposal in zip(
        waiting, tries.together([diagnostics[number] for number in waiting]), strict=True
    ):
        found[number] = proposal
    told = list(zip(diagnostics, found, strict=True))
    strong = [one for one in told if one[0].severity == "error" or one[0].code == "implausible"]
    open_braces = [cure for one, cure in told if one.code == "unclosed-bracket" and cure]
    unread = [*open_braces, *(cure for one, cure in told if one.code == "syntax" and cure)]
    beside: dict[int, list[tuple[Diagnostic, Proposal | None]]] = {}
    for one, proposal in told:
        beside.setdefault(one.span.line, []).append((one, proposal))
    return once(
        [
            _told(one, proposal)
            for one, proposal in told
            if not follows(
                one, proposal, unread if one.code == "misplaced" else open_braces, tries.gone
            )
            and not any(part(one, proposal, *more, tries.gone) for more in beside[one.span.line])
            and (
                one.severity == "error"
                or not any(
                    tries.consequence(one, cure) for other, cure in strong if other is not one
                )
            )
        ]
    )


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
        self.cut = False
        """Whether the finding that was looked at last wants more tries than its share."""
        self._least = 0
        self._before = before
        self._again = again
        self._doubts = [
            cure._replace(help=f"{cure.help} in line {one.span.line}: {one.message}")
            for one in before
            if one.code == "implausible"
            for cure in one.proposals
        ]
        self._offered: dict[int, tuple[list[Proposal], list[Proposal]]] = {}  # by id of a finding
        self._known: dict[tuple[tuple[str, str], ...], list[Diagnostic] | None] = {}
        self._edits: Sequence[Edit] = ()
        self._places = {(one.code, edited.place(one.span)) for one in before}

    def share(self, findings: int) -> None:
        """What is left is shared among so many findings."""
        self.cut = False
        self._least = self.left - (self.left + findings - 1) // findings

    def first(self, one: Diagnostic) -> Proposal | None:
        """The first proposal that mends, and the other reading of the text if it mends as well."""
        found = self._best(one)
        other = found.beside if found is not None else None
        if found is None or other is None:
            return found
        along = self._along(one, (found, other))
        fit, fits = (
            self._harm(one, each.cure.edits, (*each.cure.edits, *along)) is False
            for each in (found, other)
        )
        if fit == fits:
            return found._replace(help=f"{found.help}\n{other.help}")
        return found if fit else other

    def _along(self, one: Diagnostic, readings: Sequence[Proposal]) -> list[Edit]:
        """The likeliest cures of the other errors: with them it is seen what fits."""
        along: list[Edit] = []
        for other in self._before[:MANY]:
            proposals = self._proposals(other)[0] if other.severity == "error" else []
            more = proposals[0].cure.edits if other is not one and proposals else ()
            own = ([*each.cure.edits, *along, *more] for each in readings)
            if more and not any(map(edited.overlap, own)):
                along += more
        return along

    def _best(self, one: Diagnostic) -> Proposal | None:
        """The first proposal that mends, one that does no harm elsewhere before all others."""
        proposals, doubts = self._proposals(one)
        best: Proposal | None = None
        for proposal in proposals:
            if best is not None and proposal.last:
                break
            signs = one.code in ("bad-character", "bad-number") and proposal.cure.sure
            harm = self._harm(one, proposal.cure.edits, proposal.cure.edits, signs)
            before = [cure for cure in doubts if edited.ahead(cure.cure.edits[0].span, one.span)]
            if harm is not False and before and proposal not in doubts:
                both = _both(proposal, before[-1])
                other = self._harm(one, both.cure.edits, both.cure.edits)
                proposal, harm = (both, other) if other is not None else (proposal, harm)
            if harm is False or (signs and harm):
                return _surest(proposal, one)
            if harm and best is None and not proposal.exact:
                best = proposal
        return best

    def _proposals(self, one: Diagnostic) -> tuple[list[Proposal], list[Proposal]]:
        """All that may mend a finding, in the order in which it is tried, and the doubts in it."""
        if id(one) not in self._offered:
            errs = one.severity == "error"
            own = [proposal.cure.edits for proposal in one.proposals]
            doubts = [cure for cure in self._doubts if errs and cure.cure.edits not in own]
            proposals = (*doubts, *(meant(one) if errs else ()), *one.proposals)
            self._offered[id(one)] = sorted(proposals, key=lambda one: one.last), doubts
        return self._offered[id(one)]

    def together(self, findings: Sequence[Diagnostic]) -> list[Proposal | None]:
        """Proposals of findings for which no tries are left: the sure ones at once, then others."""
        found: list[Proposal | None] = [None] * len(findings)
        offered = [
            sorted(self._proposals(one)[0], key=lambda one: not one.cure.sure)
            for one in findings[:MANY]
        ]
        for place in range(TOGETHER):
            edits: list[Edit] = []
            chosen: dict[int, Proposal] = {}
            for number, proposals in enumerate(offered):
                if found[number] is None and place < len(proposals):
                    more = [one for one in proposals[place].cure.edits if one not in edits]
                    if not edited.overlap([*edits, *more]):
                        edits += more
                        chosen[number] = proposals[place]
            if not edits:
                break
            self.left, self._least = 1, 0
            all_of_them = tuple(edits)
            for number, proposal in chosen.items():
                if self._harm(findings[number], proposal.cure.edits, all_of_them) is not None:
                    found[number] = proposal
        return found

    def consequence(self, warning: Diagnostic, cure: Proposal | None) -> bool:
        """Whether a warning stands where the cure of an error is made, and is gone with it."""
        edits = cure.cure.edits if cure is not None else ()
        place = edited.place(warning.span)
        if not any(edited.meet(edited.place(edit.span), place) for edit in edits):
            return False
        after = self._known.get(tuple(sorted(edited.texts(edits).items())))  # no try for this alone
        moved = edited.moved(warning.span, edits)
        return after is not None and not any(
            other.code == warning.code and edited.meet(edited.place(other.span), moved)
            for other in after
        )

    def gone(self, one: Diagnostic, cure: Proposal) -> bool:
        """Whether a finding is gone where another one's cure is made: it follows from that one."""
        edits = cure.cure.edits
        after = self._known.get(tuple(sorted(edited.texts(edits).items())))
        place = edited.moved(one.span, edits)
        return after is not None and not any(
            other.code == one.code and edited.meet(edited.place(other.span), place)
            for other in after
        )

    def _after(self, edits: Sequence[Edit]) -> list[Diagnostic] | None:
        texts = edited.texts(edits)
        key = tuple(sorted(texts.items()))
        if key not in self._known:
            if self.left <= self._least:
                self.cut = True
                return None
            self.left -= 1
            self._known[key] = self._again(texts)
        return self._known[key]

    def _moved(self, edits: Sequence[Edit]) -> set[tuple[str, Place]]:
        """Where the findings of the text stand behind edits; asked again for the same ones."""
        if edits is not self._edits:
            self._edits = edits
            self._places = {(one.code, edited.moved(one.span, edits)) for one in self._before}
        return self._places

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
        known = self._moved(edits)
        place = edited.moved(one.span, edits)
        if len({(edit.span.text, edit.text) for edit in own}) == 1:
            # A name written otherwise: where else it stands, another mistake may come to light.
            own = [
                edit for edit in own if edited.meet(edited.place(edit.span), edited.place(one.span))
            ] or own
        touched = [place, *(edited.made(edit, edits) for edit in own)]
        harm = False
        for other in after:
            if other.code == one.code and edited.meet(edited.place(other.span), place):
                if _calls(other) == _calls(one):
                    return None
                harm = True  # another call of the same text has a mistake of its own
                continue
            if other.code in SENSELESS and not signs and _named(other, touched):
                return None
            if other.severity != "error" or (other.code, edited.place(other.span)) in known:
                continue
            # A claim that can be read at last may be found broken: that is news, and no harm.
            unmade = one.code in UNMADE and other.code in MISFITS
            hidden = unmade or other.code == "broken-expectation"
            hidden = hidden or (signs and other.code not in UNREAD)
            if not hidden and any(edited.same_lines(other.span, *where) for where in touched):
                return None
            if not signs and not unmade and _earlier(other, one):
                return None
            # What an error hid may come to light with its cure; a warning hides nothing.
            if one.severity != "error" and not any(cure.cure.sure for cure in other.proposals):
                return None
            harm = True
        return harm


def _earlier(other: Diagnostic, one: Diagnostic) -> bool:
    """Whether a new error stands before a finding that hid nothing there.

    A layer that could not be made hid whether the branches of the merge around it fit.
    """
    if one.code == "unknown-argument" and other.code in MERGES:
        return False
    return (
        one.code != "syntax"
        and not other.calls
        and not one.calls
        and edited.ahead(other.span, one.span)
    )


def _surest(proposal: Proposal, finding: Diagnostic) -> Proposal:
    """A proposal as sure as the same text of who reported the mistake.

    A `}` that the indentation told, with which the file is sound again, is sure as well.
    """
    text = edited.texts(proposal.cure.edits)
    sure = any(one.cure.sure and edited.texts(one.cure.edits) == text for one in finding.proposals)
    if finding.code == "unclosed-bracket":
        last = proposal.cure.edits[-1].span
        sure = sure or bool(last.source.text[last.end :].strip(" \t\n}"))
    return proposal._replace(cure=proposal.cure._replace(sure=True)) if sure else proposal


def _both(proposal: Proposal, doubt: Proposal) -> Proposal:
    """A cure that helps where what is doubted in another line is mended too."""
    also = doubt.help.partition(":")[0].removeprefix("write ")
    edits = (*proposal.cure.edits, *doubt.cure.edits)
    return proposal._replace(help=f"{proposal.help}, and {also}", cure=Cure(edits))


def _named(other: Diagnostic, places: Sequence[Place]) -> bool:
    """Whether a finding, or a call that led to it, stands in the lines of one of the places."""
    spans = [other.span, *(frame.span for frame in other.calls)]
    return any(edited.same_lines(span, *where) for span in spans for where in places)


def _calls(one: Diagnostic) -> list[tuple[str, object]]:
    return [(frame.definition, frame.arguments) for frame in one.calls]
