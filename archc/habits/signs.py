"""Full-width signs, letters of other scripts and quotes, as keyboards and papers bring them."""

from __future__ import annotations

import re
import unicodedata

LIKE_LETTERS = {
    # Cyrillic letters that look like those of the alphabet
    "\u0430\u0435\u043e\u0440\u0441\u0445\u0443": "aeopcxy",
    "\u043a\u043c\u043d\u0442\u0432\u0456": "kmhtbi",
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425": "ABEKMHOPCTX",
}
SIGNS = str.maketrans(
    {
        "\u2018": '"',
        "\u2019": '"',
        "\u201c": '"',
        "\u201d": '"',
        "\u00d7": "x",
        "\u2715": "x",
        "\u2192": "->",
        "\u21d2": "=>",
        "\u2212": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u00b7": "*",
        "\u2264": "<=",
        "\u2265": ">=",
        "\u2260": "!=",
        "\u2248": "~",
        "\u00b1": "+-",
        "\u3001": ",",
        "\u3002": ".",
        "\u00a0": " ",
        "\u3000": " ",
        "\u200b": "",
        **{
            a: b for those, these in LIKE_LETTERS.items() for a, b in zip(those, these, strict=True)
        },
    }
)
"""Signs and look-alikes, and what they stand for."""


LATEX = re.compile(r"\s*\\(?:times|cdot)\s*")
"""The sign between the sides of a window, as a paper sets it."""


def plain(text: str) -> str:
    """The text in the letters and signs of the language; other letters by their names."""
    if "$" in text:
        text = LATEX.sub("x", text.replace("$", ""))
    text = unicodedata.normalize("NFKC", text.translate(SIGNS))
    return "".join(letter if letter.isascii() else _named(letter) for letter in text)


def _named(letter: str) -> str:
    """`e` for an accented one, `cheung` for a Hangul syllable, `alpha` for a Greek letter."""
    bare = "".join(one for one in unicodedata.normalize("NFKD", letter) if one.isascii())
    if bare:
        return bare
    name = unicodedata.name(letter, "").lower()
    found = re.search(r"(?:letter|syllable) (?:[a-z]+ )*?([a-z]+)\Z", name)
    return found[1] if found else f"u{ord(letter):04x}"
