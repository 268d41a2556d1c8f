"""Colour, and the few signs beyond ASCII, each with what stands in where it cannot be shown."""

from __future__ import annotations

_CODES = {
    "bold": "1",
    "dim": "2",
    "red": "1;31",
    "green": "32",
    "yellow": "1;33",
    "blue": "1;34",
    "cyan": "36",
}


class Style:
    """What the output can show. Colour is never the only bearer of a meaning."""

    __slots__ = ("color", "unicode", "width")

    def __init__(self, color: bool = False, unicode: bool = True, width: int = 100) -> None:
        self.color = color
        self.unicode = unicode
        self.width = width

    def paint(self, text: str, *names: str) -> str:
        """The text in a colour, or as it is."""
        if not self.color or not names or not text.strip():
            return text
        return f"\x1b[{';'.join(_CODES[name] for name in names)}m{text}\x1b[0m"

    def sign(self, unicode: str, ascii: str) -> str:
        """The first where the output can show it, else the second."""
        return unicode if self.unicode else ascii

    @property
    def times(self) -> str:
        return self.sign("\u00d7", "x")

    @property
    def arrow(self) -> str:
        return self.sign("\u2192", "->")

    @property
    def dot(self) -> str:
        return self.sign(" \u00b7 ", " | ")

    @property
    def rule(self) -> str:
        return self.sign("\u2500", "-")


PLAIN = Style()
