"""Text on a terminal: how wide it is, and nothing in it that could steer the terminal."""

from __future__ import annotations

TAB = "    "
_INVISIBLE = frozenset(
    {0x200B, 0x200E, 0x200F, 0x2028, 0x2029, 0x2060, 0xFEFF, 0xFFF9, 0xFFFA, 0xFFFB}
)


def escaped(character: str) -> str:
    """What is shown for one character: itself, or its escape where it would steer the terminal.

    Controls, bidirectional overrides, invisible and private-use characters and lone surrogates
    become `\\x1b`, `\\u202e`.
    """
    code = ord(character)
    if 0x20 <= code < 0x7F:
        return character
    if code < 0x20 or 0x7F <= code < 0xA0:
        return {"\t": TAB, "\n": "\\n", "\r": "\\r"}.get(character, f"\\x{code:02x}")
    if 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069 or 0xD800 <= code <= 0xDFFF:
        return f"\\u{code:04x}"
    if code in _INVISIBLE:
        return f"\\u{code:04x}"
    if 0xE0000 <= code <= 0xE007F:
        return f"\\U{code:08x}"
    return character


def clean(text: str) -> str:
    """One line of text that is safe to print."""
    if text.isprintable():  # of what Python calls so nothing is escaped
        return text
    return "".join(map(escaped, text))


def printed(text: str) -> str:
    """Lines of text that are safe to print."""
    if text.isprintable():
        return text
    return "\n".join(map(clean, text.split("\n")))


def written_json(document: object, ascii: bool = False) -> str:
    """A document as JSON, with a newline at its end; what would steer a terminal is escaped."""
    import re
    from io import StringIO
    from json import JSONEncoder, dumps

    written = StringIO()  # piece by piece: a list of all pieces takes five times as much memory
    written.writelines(JSONEncoder(indent=2, ensure_ascii=ascii).iterencode(document))
    text = written.getvalue()
    if ascii or text.isascii():
        return text + "\n"
    steering = re.compile(r"[^\x00-\x7e]")  # what JSON writes as it is, beyond plain letters

    def kept(match: re.Match[str]) -> str:
        character = match[0]
        return character if escaped(character) == character else dumps(character)[1:-1]

    return steering.sub(kept, text) + "\n"


def character_width(character: str) -> int:
    """The cells one shown character takes: 0, 1 or 2."""
    if character < "\u0300" or "\u2500" <= character < "\u25a0" or character in "…→✓✗≥":
        return 1  # what tables are made of
    import unicodedata

    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def width(text: str) -> int:
    """The cells a clean text takes."""
    if text.isascii():
        return len(text)
    return sum(map(character_width, text))


def left(text: str, cells: int) -> str:
    """The text, filled up with spaces on its right."""
    return text + " " * (cells - width(text))


def right(text: str, cells: int) -> str:
    """The text, filled up with spaces on its left."""
    return " " * (cells - width(text)) + text


def shorten(text: str, cells: int, dots: str = "...") -> str:
    """The text, cut at its end where it takes more cells than there are."""
    if width(text) <= cells:
        return text
    room = max(cells - width(dots), 0)
    taken = []
    for character in text:
        room -= character_width(character)
        if room < 0:
            break
        taken.append(character)
    return "".join(taken).rstrip() + dots[: max(cells, 0)]


def plural(number: int, noun: str) -> str:
    """`1 error`, `2 errors`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def listing(words: list[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
