"""Messages in short, for text cases: where, what, and the cure."""

from __future__ import annotations

from archc.diagnostics import Diagnostic


def describe(diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    line, column = span.source.position(span.start)
    lines = [f"{line}:{column} {diagnostic.code} at {span.text!r}: {diagnostic.message}"]
    for label in diagnostic.labels:
        at, across = label.span.source.position(label.span.start)
        lines.append(f"    {at}:{across} {label.text}")
    if diagnostic.help:
        lines.append(f"    help: {diagnostic.help}")
    return "\n".join(lines)
