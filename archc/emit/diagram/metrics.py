"""How wide text is, so that boxes have the same size whatever fonts a machine has.

Widths are those of Helvetica and Arial in thousandths of the font's size, with room for the wider
face that stands in for them elsewhere: the condensed cut of DejaVu Sans, which most machines have
that have neither; the usual cut takes more.
"""

from __future__ import annotations

from functools import lru_cache

from archc.emit.text import character_width

FAMILY = "Helvetica,Arial,DejaVu Sans Condensed,sans-serif"
# The same faces in another order mark text that is centred or set to the right: Graphviz writes
# where such text begins with the fonts it measured, and the SVG has to say where it is held.
CENTRED = "Arial,Helvetica,DejaVu Sans Condensed,sans-serif"
RIGHT = "Arial,DejaVu Sans Condensed,sans-serif"
_PIECES = 8  # of a word that is divided
_ROOM = 1.12
_BOLD = 1.22


class _Widths(dict[str, int]):
    """Of each character; of one that is not listed by the cells it takes in a terminal."""

    def __missing__(self, character: str) -> int:
        wide = character >= "\u0300"
        self[character] = 200 + 500 * character_width(character) if wide else 556
        return self[character]


_WIDTHS = _Widths(
    {
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
)


def usual(width: float) -> float:
    """What text of this width takes in most fonts, without the room for wider ones."""
    return width / _ROOM


@lru_cache(4096)
def text_width(text: str, size: float, bold: bool = False) -> float:
    """The points that a line of text needs."""
    return sum(map(_WIDTHS.__getitem__, text)) * size / 1000 * (_BOLD if bold else _ROOM)


def fit(text: str, room: float, size: float, bold: bool = False) -> str:
    """The text, cut at its end where it needs more room than there is."""
    if text_width(text, size, bold) <= room:
        return text
    kept = text
    while kept and text_width(kept + "\u2026", size, bold) > room:
        kept = kept[: min(len(kept) - 1, max(int(len(kept) * 0.98), 0))]
    return kept.rstrip() + "\u2026"


def wrap(words: list[str], room: float, size: float, lines: int, bold: bool = False) -> list[str]:
    """Words in as few lines as they need, at most so many; the last is cut.

    A word that is too long for a line is divided.
    """
    result: list[str] = []
    current = ""
    words = [piece for word in words for piece in divided(word, room, size, bold)]
    for position, word in enumerate(words):
        longer = f"{current} {word}" if current else word
        if current and text_width(longer, size, bold) > room:
            if len(result) == lines - 1:
                rest = " ".join([current, *words[position:]])
                return [*result, fit(rest, room, size, bold)]
            result.append(fit(current, room, size, bold))
            current = word
        else:
            current = longer
    return [*result, fit(current, room, size, bold)] if current else result


def whole(words: list[str], room: float, size: float) -> bool:
    """Whether none of the words, in bold letters, would be divided."""
    return all(text_width(word, size, True) <= room for word in words)


def divided(word: str, room: float, size: float, bold: bool = False) -> list[str]:
    """A word in pieces that fit, divided at its own marks where there are some: `dense_block2`;
    between a name and its value only where there is no other.

    Of a very long one the rest stays in one piece.
    """
    pieces: list[str] = []
    while len(pieces) < _PIECES and len(word) > 2 and text_width(word, size, bold) > room:
        most, width = 0, text_width(word[0], size, bold)
        while width <= room:
            most += 1
            width += text_width(word[most], size, bold)
        marks = [n for n in range(2, most + 1) if _parts(word[n - 1], word[n])]
        marks = marks or [n for n in range(2, most + 1) if word[n - 1] == "="]
        at = marks[-1] if marks else max(most, 1)
        pieces.append(word[:at])
        word = word[at:]
    return [*pieces, word]


def _parts(before: str, after: str) -> bool:
    """Whether a name may be divided between two characters."""
    return before in "._-/\u2013" or (before.islower() and after.isupper())
