"""Where messages are collected: each mistake once, whatever found it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from archc.diagnostics import Cure, Diagnostic, Frame, Label, Severity
from archc.language.source import Span

LONGEST = 500  # letters of a message
HIDDEN_SIZE = re.compile(r"\dx\?|\?x")


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
        cure: Cure | None = None,
    ) -> None:
        """`network` tells apart what is true of one network alone: each may say it once."""
        place = (span.source.name, span.start, span.end)
        keys = {(code + network, *place), (code + message, *place)}
        if not keys & self._seen:
            self._seen |= keys
            if any(HIDDEN_SIZE.search(text) for text in (message, *(one.text for one in labels))):
                note = "`?` is a size that another mistake hides"
                help = f"{help}\n{note}" if help else note
            self._keep(Diagnostic(code, severity, message, span, labels, calls, help, cure))

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
        labels = tuple([label._replace(text=in_a_line(label.text)) for label in one.labels])
        self.diagnostics.append(one._replace(message=in_a_line(one.message), labels=labels))

    @property
    def failed(self) -> bool:
        return any(one.severity == "error" for one in self.diagnostics)


def in_a_line(text: str) -> str:
    """A message in one line of a readable length, also where it quotes an author's many."""
    if "\n" in text or "\r" in text:
        text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def suggestion(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like a word, for "did you mean"."""
    from difflib import get_close_matches

    names = sorted(set(candidates))
    lower = {name.lower(): name for name in names}
    if word.lower() in lower and lower[word.lower()] != word:
        return lower[word.lower()]
    close = get_close_matches(word, names, n=1, cutoff=0.6)
    return close[0] if close else None
