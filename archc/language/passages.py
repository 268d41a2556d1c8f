"""Passages of a text that are no spec: the marks of a merge, comments of C, lists of YAML.

One passage is one message: reading goes on behind it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache

from archc.language import kinds as k
from archc.language.source import Source, Span
from archc.language.tokens import Edits, Tokens
from archc.named import NamedTuple

OURS = re.compile(r"^<{7}(?: .*)?$", re.MULTILINE)
OTHERS = re.compile(r"^(?:={7}|\|{7}(?: .*)?)$", re.MULTILINE)
THEIRS = re.compile(r"^>{7}(?: .*)?$", re.MULTILINE)


WORDS = re.compile(r"(?:(?<=\s)|^)//(?=[^\S\n]*[A-Za-z\"'])", re.MULTILINE)
BEHIND = re.compile(r"(?<=\s)/\*.*\*/[ \t]*$", re.MULTILINE)
COMMENT = "`/*` begins no comment here: one begins with `#`"
SLASHES = "`//` is a division here: a comment begins with `#`"


class Passage(NamedTuple):
    """From where to where it reaches, where reading goes on, and what is said of it, if anything.

    `said` are the message, what helps and the edits; None where it is told already, or elsewhere.
    """

    start: int
    end: int
    resume: int
    said: tuple[str, str, Edits] | None
    silent: bool = False


def passage_at(tokens: Tokens, first: int, token: int) -> Passage | None:
    """The passage that begins with the first token of a statement, or in which an error stands."""
    start = tokens.starts[first]
    text = tokens.source.text
    slashes = slashes_before(tokens.source, tokens.ends[token])
    if slashes is not None:
        end = _line_end(text, slashes)
        edits: Edits = ((slashes, slashes + 2, "#"),)
        message = SLASHES
        if slashes == start:
            message = "no statement begins with `//`: a comment begins with `#`"
        said = (message, f"write `# {text[slashes + 2 : end].strip()}`", edits)
        return Passage(slashes, end, end, said)
    inside = None
    if text.find("/*", start, tokens.ends[token] + 1) >= 0:
        inside = BEHIND.search(text, start, _line_end(text, tokens.ends[token] - 1))
    if inside is not None and start < inside.start() < tokens.ends[token] <= inside.end():
        shown = f"# {inside[0].rstrip()[2:-2].strip()}"
        said = (COMMENT, f"write `{shown}`", ((inside.start(), inside.end(), shown),))
        return Passage(inside.start(), inside.end(), inside.end(), said)
    if text.startswith("/*", start):
        return _comment(text, start)
    if tokens.kinds[first] == k.NEGATE and tokens.kinds[first + 1] == k.NAME:
        return Passage(start, start, _item_end(text, start), None)
    if text[start : start + 7] in ("<" * 7, "=" * 7, "|" * 7, ">" * 7):
        return _conflict(text, start)
    return None


def slashes_before(source: Source, place: int) -> int | None:
    """A `//` in front of words, in the line of a place and not behind it."""
    known = _slashes(source)
    if not known:
        return None
    before = max(place - 1, 0)
    begin = before - source.position(before)[1] + 1
    first = bisect_left(known, begin)
    return known[first] if first < len(known) and known[first] < place else None


@lru_cache(maxsize=4)  # each mistake in a file asks, of a line that may be long
def _slashes(source: Source) -> list[int]:
    return [found.start() for found in WORDS.finditer(source.text)]


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def cleared(tokens: Tokens, passage: Passage) -> None:
    """Takes away what the lexer said of the passage."""

    def outside(span: Span) -> bool:
        return not passage.start <= span.start < passage.resume

    tokens.diagnostics[:] = [one for one in tokens.diagnostics if outside(one.span)]
    tokens.places[:] = [one for one in tokens.places if not passage.start <= one < passage.resume]


def _conflict(text: str, start: int) -> Passage | None:
    """`<<<<<<< HEAD`: our side is read on, theirs is not."""
    line_end = _line_end(text, start)
    close = THEIRS.search(text, start)
    end = close.end() if close is not None else line_end
    if OURS.match(text, start):
        help = "keep one side, and take the lines of `<`, `=` and `>` away"
        said: tuple[str, str, Edits] = ("this is a conflict that a merge has left", help, ())
        return Passage(start, end, line_end, said)
    marked = OTHERS.match(text, start) or THEIRS.match(text, start)
    if marked is None or OURS.search(text, 0, start) is None:
        return None
    return Passage(start, end, end, None, silent=True)


def _comment(text: str, start: int) -> Passage:
    """`/* … */`, perhaps over many lines."""
    end = text.find("*/", start + 2)
    message = "no statement begins with `/*`: a comment begins with `#`, in each of its lines"
    if end < 0:
        return Passage(start, start + 2, len(text), (message, "a comment begins with `#`", ()))
    inside = text[start + 2 : end]
    lines = [line.strip().removeprefix("*").strip() for line in inside.strip("*").split("\n")]
    margin = start - text.rfind("\n", 0, start) - 1
    shown = [f"# {line}".rstrip() for line in lines if line]
    edit = (start, end + 2, f"\n{' ' * margin}".join(shown))
    help = f"write `{shown[0]}`" if len(shown) == 1 else "write `#` in front of each line"
    return Passage(start, end + 2, end + 2, (message, help, (edit,)))


def _item_end(text: str, start: int) -> int:
    """The end of `- conv: {filters: 64}`, with the deeper lines that belong to it."""
    margin = start - text.rfind("\n", 0, start) - 1
    end = text.find("\n", start)
    while 0 <= end < len(text) - 1:
        line_end = text.find("\n", end + 1)
        line = text[end + 1 : line_end if line_end >= 0 else len(text)]
        if not line.strip() or len(line) - len(line.lstrip()) <= margin:
            return end
        end = line_end
    return len(text)
