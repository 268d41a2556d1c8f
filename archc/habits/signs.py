"""Full-width signs, letters of other scripts and quotes, as keyboards and papers bring them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.cures.edits import mended
from archc.graph.cures.text import listed
from archc.habits.scripts import translated
from archc.habits.words import WORDS
from archc.language import kinds as k
from archc.language.lexer import Lexer
from archc.language.slips import BRACKETS_CLOSE, BRACKETS_OPEN
from archc.language.source import Source, Span

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


DEFINING = frozenset((k.NETWORK, k.BLOCK, k.LET, k.FOR, k.AS))
"""Words behind which a name is the author's own."""

BORDERS = frozenset((k.END, k.BRACE, k.BRACE_CLOSE))
LINK = re.compile(rf"[ \t]+(?:{WORDS})\b")
"""A layer behind a dash, which is an arrow then."""

LATEX = re.compile(r"\s*\\(?:times|cdot)\s*")
"""The sign between the sides of a window, as a paper sets it."""


def plain(text: str) -> str:
    """The text in the letters and signs of the language; other letters by their names."""
    if "$" in text:
        text = LATEX.sub("x", text.replace("$", ""))
    text = unicodedata.normalize("NFKC", text.translate(SIGNS))
    return "".join(letter if letter.isascii() else _named(letter) for letter in text)


def of_the_file(place: Span) -> tuple[Proposal, ...]:
    """Every such sign and name of a file at once: a brace has its other half, a name its uses."""
    source = place.source
    if source.text.isascii():
        return ()
    edits = _foreign(source)
    if not any(one.span.start <= place.end and place.start < one.span.end for one in edits):
        return ()
    start = source.text.rfind("\n", 0, place.start) + 1
    line = re.match(r"[^\n#]*", source.text[start:])
    assert line is not None
    here = mended(Span(source, start, start + line.end()), edits)
    lines = sorted({one.span.line for one in edits} - {place.line})
    also = f", and line{'s' * (len(lines) > 1)} {listed(lines)} alike" if lines else ""
    sure = not any(one.text == translated(one.span.text) for one in edits)
    return (Proposal(f"write `{here}`{also}", Cure(edits, sure)),)


@lru_cache(maxsize=4)  # each of the findings in a file asks
def _foreign(source: Source) -> tuple[Edit, ...]:
    """What stands in other letters and signs, outside texts and comments."""
    return tuple(_edits(source))


def _edits(source: Source) -> Iterator[Edit]:
    tokens = Lexer(source)
    tokens.run()
    text = source.text
    names = _in_letters(text, tokens)
    behind = depth = 0
    head = k.END
    before = k.END
    places = zip(tokens.kinds, tokens.starts, tokens.ends, strict=True)
    for kind, start, end in (*places, (k.END_OF_FILE, len(text), len(text))):
        for found in re.finditer(r"#[^\n]*|[^\x00-\x7f]+", text[behind:start]):
            if found[0][0] != "#":
                where = Span(source, behind + found.start(), behind + found.end())
                sign = plain(where.text)
                apart = sign == "," and depth == 0 and head == k.NAME  # between arguments
                spaced = text[where.end : where.end + 1].isspace()
                if sign != "+-":  # a tolerance is written otherwise here
                    yield Edit(where, sign if not apart else "" if spaced else " ")
        word = text[start:end]
        if kind == k.MINUS and LINK.match(text, end):
            yield Edit(Span(source, start, end), "->")
        elif kind == k.TEXT and word[:1] != word[-1:] and not (word[:1] + word[-1:]).isascii():
            yield Edit(Span(source, start, end), f'"{word[1:-1]}"')
        elif kind not in (k.TEXT, k.DOCSTRING) and not word.isascii():
            yield Edit(Span(source, start, end), names.get(word) or plain(word))
        head = kind if before in BORDERS else head
        depth += (kind in BRACKETS_OPEN) - (kind in BRACKETS_CLOSE)
        behind, before = max(behind, end), kind


def _in_letters(text: str, tokens: Lexer) -> dict[str, str]:
    """A name of its own for each that is written in another script; of a definition, a capital."""
    taken: set[str] = set()
    own: set[str] = set()  # names that the file defines
    written: dict[str, bool] = {}
    before = k.END
    for kind, start, end in zip(tokens.kinds, tokens.starts, tokens.ends, strict=True):
        word = text[start:end]
        if kind == k.NAME and word.isascii():
            taken.add(word)
        elif kind == k.NAME and not unicodedata.normalize("NFKC", word.translate(SIGNS)).isascii():
            written[word] = written.get(word, False) or before in (k.NETWORK, k.BLOCK)
            own.update([word] if before in DEFINING else [])
        before = kind
    names: dict[str, str] = {}
    for word, capital in written.items():
        if word not in own and (meant := translated(word)) is not None:
            names[word] = meant
            continue
        name = "".join(CYRILLIC.get(one) or plain(one) for one in word.lower())
        name = name[:1].upper() + name[1:] if capital else name
        while name in taken:
            name += "_"
        taken.add(name)
        names[word] = name
    return names


CYRILLIC = dict(
    zip(
        "\u0430\u0431\u0432\u0433\u0434\u0435\u0437\u0438\u0439\u043a\u043b\u043c\u043d\u043e\u043f\u0440"
        "\u0441\u0442\u0443\u0444\u0445\u0446\u044b\u044d",
        "abvgdeziyklmnoprstufhcye",
        strict=True,
    )
)
CYRILLIC |= {"\u0436": "zh", "\u0447": "ch", "\u0448": "sh", "\u0449": "sch", "\u044e": "yu"}
CYRILLIC |= {"\u044f": "ya", "\u0451": "yo", "\u044c": "_", "\u044a": "_"}
"""The letters of a word that is Cyrillic as a whole."""


def _named(letter: str) -> str:
    """`e` for an accented one, `cheung` for a Hangul syllable, `alpha` for a Greek letter."""
    bare = "".join(one for one in unicodedata.normalize("NFKD", letter) if one.isascii())
    if bare:
        return bare
    name = unicodedata.name(letter, "").lower()
    found = re.search(r"(?:letter|syllable) (?:[a-z]+ )*?([a-z]+)\Z", name)
    if found or not letter.isalpha():
        return found[1] if found else letter  # a picture stands for no name
    return f"u{ord(letter):04x}"
