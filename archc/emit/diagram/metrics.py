"""How wide text is, so that boxes have the same size whatever fonts a machine has.

Widths are those of Helvetica and Arial in thousandths of the font's size, with room for the wider
faces that stand in for them elsewhere.
"""

from __future__ import annotations

from archc.emit.text import character_width

FAMILY = "Helvetica,Arial,sans-serif"
# The same faces in another order mark text that is centred or set to the right: Graphviz writes
# where such text begins with the fonts it measured, and the SVG has to say where it is held.
CENTRED = "Arial,Helvetica,sans-serif"
RIGHT = "Arial,sans-serif"
_ROOM = 1.12
_BOLD = 1.22
_WIDTHS = {
    **dict.fromkeys("ijl'", 222),
    **dict.fromkeys(" !,./:;I[]\\ft|\u00b7", 278),
    **dict.fromkeys('()-r`{}"*', 345),
    **dict.fromkeys("Jcksvxyz", 500),
    **dict.fromkeys("ABEKPSVXY&", 667),
    **dict.fromkeys("CDHNRUw", 722),
    **dict.fromkeys("GOQ", 778),
    **dict.fromkeys("Mm%", 850),
    **dict.fromkeys("W@\u2026\u2192", 1000),
    **dict.fromkeys("FTZ", 611),
    **dict.fromkeys("+<=>~\u00d7", 584),
}


def text_width(text: str, size: float, bold: bool = False) -> float:
    """The points that a line of text needs."""
    units = 0
    for character in text:
        known = _WIDTHS.get(character)
        if known is None:
            known = 556 if character < "\u0300" else 200 + 500 * character_width(character)
        units += known
    return units * size / 1000 * (_BOLD if bold else _ROOM)


def fit(text: str, room: float, size: float, bold: bool = False) -> str:
    """The text, cut at its end where it needs more room than there is."""
    if text_width(text, size, bold) <= room:
        return text
    kept = text
    while kept and text_width(kept + "\u2026", size, bold) > room:
        kept = kept[: min(len(kept) - 1, max(int(len(kept) * 0.98), 0))]
    return kept.rstrip() + "\u2026"


def wrap(words: list[str], room: float, size: float, lines: int) -> list[str]:
    """Words in as few lines as they need, at most so many; the last is cut."""
    result: list[str] = []
    current = ""
    for position, word in enumerate(words):
        longer = f"{current} {word}" if current else word
        if current and text_width(longer, size) > room:
            if len(result) == lines - 1:
                rest = " ".join([current, *words[position:]])
                return [*result, fit(rest, room, size)]
            result.append(fit(current, room, size))
            current = word
        else:
            current = longer
    return [*result, fit(current, room, size)] if current else result
