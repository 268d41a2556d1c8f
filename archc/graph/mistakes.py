"""How a mistake in an expression is told, and how silence about its consequences is kept."""

from __future__ import annotations

from archc.diagnostics import Label, Proposal
from archc.language.source import Span
from archc.shapes import hidden


class Mistake(Exception):
    """A mistake in an expression, with the place to underline."""

    def __init__(
        self,
        code: str,
        message: str,
        span: Span,
        help: str | None = None,
        labels: tuple[Label, ...] = (),
        proposals: tuple[Proposal, ...] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.span = span
        self.help = help
        self.labels = labels
        self.proposals = proposals


class Silence(Exception):
    """Something unknown was met; what depends on it is unknown as well."""


def hush(*values: object) -> None:
    """Nothing is said of a size that is unknown because of an earlier mistake."""
    if any(map(hidden, values)):
        raise Silence
