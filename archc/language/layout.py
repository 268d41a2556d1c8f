"""A spec's text in the one layout."""

from __future__ import annotations

from archc.diagnostics import Diagnostic
from archc.language.parser import parse
from archc.language.printer import print_program
from archc.language.source import Source


def layout(source: Source) -> tuple[str | None, list[Diagnostic]]:
    """The text laid out, or None and the mistakes that keep it from being read."""
    program, diagnostics = parse(source)
    if any(one.severity == "error" for one in diagnostics):
        return None, list(diagnostics)
    return print_program(program), []
