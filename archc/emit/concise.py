"""`--format concise`: one line a finding, `file:line:column: error[code]: message`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from archc.emit.render import COLORS
from archc.emit.style import PLAIN, Style
from archc.emit.text import clean

if TYPE_CHECKING:
    from archc.diagnostics import Diagnostic


def concise(diagnostics: Sequence[Diagnostic], style: Style = PLAIN) -> str:
    """The lines, each with a newline at its end."""
    lines = []
    for diagnostic in diagnostics:
        source = diagnostic.span.source
        line, column = source.position(diagnostic.span.start)
        color = COLORS[diagnostic.severity]
        head = style.paint(f"{diagnostic.severity}[{clean(diagnostic.code)}]", color)
        message = clean(diagnostic.message)
        lines.append(f"{clean(source.name)}:{line}:{column}: {head}: {message}\n")
    return "".join(lines)
