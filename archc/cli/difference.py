"""What would change in a file, as `patch` reads it."""

from __future__ import annotations

import sys

from archc.cli.output import style_for
from archc.emit.text import clean


def difference(before: str, after: str, old: str, new: str) -> str:
    """A unified difference of two texts, under two names.

    On a terminal it is coloured, and steers nothing; elsewhere every character stays as it is.
    """
    from difflib import unified_diff

    style = style_for(sys.stdout)
    safe = clean if sys.stdout.isatty() else str
    lines = []
    for line in unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), old, new
    ):
        tone = {"+": "green", "-": "red", "@": "cyan"}.get(line[0])
        shown = line.removesuffix("\n").removesuffix("\r")
        end = "\n" if line.endswith("\n") else "\n\\ No newline at end of file\n"
        lines.append((style.paint(safe(shown), tone) if tone else safe(shown)) + end)
    return "".join(lines)
