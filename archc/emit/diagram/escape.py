"""Text from a spec made harmless: in DOT strings, in HTML-like labels."""

from __future__ import annotations

from archc.emit.text import clean

LONGEST = 400  # characters of a tooltip


def html(text: str) -> str:
    """Text inside an HTML-like label. Graphviz reads a backslash there as an escape as well."""
    text = clean(text).replace("\\", "\\\\").replace("&", "&amp;")
    return text.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def quoted(text: str) -> str:
    """A tooltip: lines of text as a DOT string. Graphviz reads its escapes twice."""
    lines = []
    for line in text.split("\n"):
        shown = clean(line if len(line) <= LONGEST else line[:LONGEST] + "\u2026")
        shown = shown.replace("&", "&amp;").replace("\\", "\\" * 4)
        lines.append(shown.replace('"', "&quot;"))
    return '"' + "\\n".join(lines) + '"'
