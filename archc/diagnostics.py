"""The one type of message."""

from __future__ import annotations

from typing import Literal

from archc.language.source import Span
from archc.named import NamedTuple

Severity = Literal["error", "warning", "advice"]
"""What cannot be; what was hardly meant; what might be better, told only where it is asked for."""

ADVICE = frozenset(
    {
        "dense-head",
        "doubled-activation",
        "doubled-softmax",
        "dropped-pixels",
        "field-past-input",
        "groups-apart",
        "large-kernel",
        "missing-bottleneck",
    }
)
"""The codes of advice."""


class Label(NamedTuple):
    """A second place that explains the first."""

    span: Span
    text: str


class Frame(NamedTuple):
    """One call on the way to a message: `Res(width=128) at layer2.0`, called at `span`."""

    definition: str
    arguments: tuple[tuple[str, str], ...]
    path: str
    span: Span


class Edit(NamedTuple):
    """A change of the text: what stands at `span` becomes `text`; an empty span inserts."""

    span: Span
    text: str


class Cure(NamedTuple):
    """The edits that mend a finding, all of them together; `help` tells the same in words.

    `sure` is said where the author can have meant nothing else: a misspelt word, a full-width sign,
    a missing `flatten`. `archc check --fix` makes the sure ones and no others.
    """

    edits: tuple[Edit, ...]
    sure: bool = False


class Proposal(NamedTuple):
    """A cure that may mend a finding, and the words that tell it. It is told if it stands a try.

    `last` marks one that gives up what the author wanted: it is told where no other will do.
    `exact` marks one that was worked out to fit one claim: it is told if it refutes no other.
    `beside` is another reading of the text, where nothing tells which one is meant: both are told,
    if it stands a try as well.
    """

    help: str
    cure: Cure
    last: bool = False
    exact: bool = False
    beside: Proposal | None = None


class Diagnostic(NamedTuple):
    """A finding: what is wrong, where, why, and what would mend it.

    `code` is a word of the catalogue in `archc/explanations/`; `span` is the culprit; `calls` runs
    from the innermost call outwards. With a `cure`, `help` tells it: it has been made and the text
    checked again, and the finding was gone (`archc/trial.py`). Without one, `help` explains.
    `proposals` are cures still to be tried, the likeliest first; a checked file has none.
    """

    code: str
    severity: Severity
    message: str
    span: Span
    labels: tuple[Label, ...] = ()
    calls: tuple[Frame, ...] = ()
    help: str | None = None
    cure: Cure | None = None
    proposals: tuple[Proposal, ...] = ()

    def __str__(self) -> str:
        """`net.arch:5:5: error[needs-flat]: …`, as `archc check --format concise` tells it."""
        line, column = self.span.source.position(self.span.start)
        head = f"{self.span.source.name}:{line}:{column}: {self.severity}[{self.code}]"
        text = f"{head}: {self.message}"
        return "".join(one if one.isprintable() else repr(one)[1:-1] for one in text)
