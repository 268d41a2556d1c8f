"""Where messages are collected: each mistake once, whatever found it."""

from __future__ import annotations

import re

from archc.diagnostics import Diagnostic, Frame, Label, Proposal, Severity
from archc.language.source import Span

MOST = 1_000  # findings of a file
LONGEST = 500  # letters of a message
LONGEST_NUMBER = 60  # digits of one that a message shows in full
HIDDEN = "`?` is a size that another mistake hides"
HIDDEN_SIZE = r"\dx\?|\?x"


class Enough(Exception):
    """There are as many findings as anybody will read."""


class Report:
    """Collects diagnostics. A second message of one code for one place is dropped.

    So names may be checked in all text first and again where values are at hand, and a block
    that is called ten times speaks once.
    """

    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._seen: set[tuple[str, str, int, int]] = set()

    def add(
        self,
        code: str,
        message: str,
        span: Span,
        *,
        labels: tuple[Label, ...] = (),
        calls: tuple[Frame, ...] = (),
        help: str | None = None,
        severity: Severity = "error",
        network: str = "",
        proposals: tuple[Proposal, ...] = (),
    ) -> None:
        """`network` tells apart what is true of one network alone: each may say it once."""
        place = (span.source.name, span.start, span.end)
        keys = {(code + network, *place), (code + message, *place)}
        if not keys & self._seen:
            self._seen |= keys
            if any(
                re.search(HIDDEN_SIZE, text) for text in (message, *(one.text for one in labels))
            ):
                help = f"{help}\n{HIDDEN}" if help else HIDDEN
            self._keep(
                Diagnostic(code, severity, message, span, labels, calls, help, None, proposals)
            )

    def told(self, code: str, span: Span) -> bool:
        """Whether a message of this code stands there already, so that no cure need be sought."""
        return (code, span.source.name, span.start, span.end) in self._seen

    def extend(self, diagnostics: list[Diagnostic]) -> None:
        for one in diagnostics:
            self._seen.add((one.code, one.span.source.name, one.span.start, one.span.end))
            self._keep(one)

    def extend_new(self, diagnostics: list[Diagnostic]) -> None:
        """Takes over findings, each place once."""
        for one in diagnostics:
            key = (one.code, one.span.source.name, one.span.start, one.span.end)
            if key not in self._seen:
                self._seen.add(key)
                self._keep(one)

    def _keep(self, one: Diagnostic) -> None:
        """Raises `Enough` where there are too many: what comes is not looked for either."""
        if len(self.diagnostics) >= MOST:
            raise Enough
        labels = tuple([label._replace(text=in_a_line(label.text)) for label in one.labels])
        message, help = in_a_line(one.message), one.help and few_digits(one.help)
        self.diagnostics.append(one._replace(message=message, labels=labels, help=help))

    @property
    def failed(self) -> bool:
        return any(one.severity == "error" for one in self.diagnostics)


def few_digits(text: str) -> str:
    """The same text with the beginning of numbers that fill lines."""
    if len(text) < LONGEST_NUMBER:
        return text
    from re import sub

    return sub(rf"(\d{{8}})\d{{{LONGEST_NUMBER - 8},}}", r"\1…", text)


def in_a_line(text: str) -> str:
    """A message in one line of a readable length, also where it quotes an author's many."""
    if "\n" in text or "\r" in text:
        text = " ".join(text.split())
    text = few_digits(text)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
