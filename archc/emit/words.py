"""A finding as plain lines, for formats that show a message and no lines of the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit.render import calls, help_word
from archc.emit.text import shorten

if TYPE_CHECKING:
    from archc.diagnostics import Diagnostic, Label

_QUOTED = 80  # cells of the text that a label underlines


def words(diagnostic: Diagnostic) -> list[str]:
    """The message, what explains it with its text, the calls that led there, and the cure."""
    lines = [diagnostic.message]
    lines += [label_words(label, diagnostic) for label in diagnostic.labels]
    lines += calls(diagnostic)
    if diagnostic.help:
        lines.append(f"{help_word(diagnostic)}: {diagnostic.help}")
    return lines


def label_words(label: Label, diagnostic: Diagnostic) -> str:
    """`line 40, `"He et al., Table 1"`: the claim's source`."""
    span = label.span
    at = f"line {span.line}"
    if span.source is not diagnostic.span.source:
        at = f"{span.source.name}:{span.line}"
    quoted = shorten(" ".join(span.text.split()), _QUOTED)
    return f"{at}, `{quoted}`: {label.text}" if quoted else f"{at}: {label.text}"
