"""What a habit is: a way of writing that authors bring along, and the line it stands for here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from archc.language.source import Source
from archc.named import NamedTuple


class Habit(NamedTuple):
    """Text that a pattern finds becomes what `write` makes of it; `note` is told with the line."""

    pattern: re.Pattern[str]
    write: str | Callable[[re.Match[str]], str]
    note: str | Callable[[re.Match[str]], str] = ""


def habit(
    pattern: str,
    write: str | Callable[[re.Match[str]], str],
    note: str | Callable[[re.Match[str]], str] = "",
) -> Habit:
    return Habit(re.compile(pattern, re.ASCII), write, note)


def apply(habits: Iterable[Habit], text: str) -> tuple[str, list[str]]:
    """The text with every habit mended in turn, and the notes of those that were found."""
    notes: list[str] = []
    for one in habits:
        mended = one.pattern.sub(one.write, text)
        if mended != text and one.note:
            found = one.pattern.search(text)
            assert found is not None
            note = one.note if isinstance(one.note, str) else one.note(found)
            notes += [note] if note else []
        text = mended
    return text, notes


@lru_cache(maxsize=64)  # each of the findings in a file asks
def everywhere(pattern: re.Pattern[str], source: Source) -> tuple[re.Match[str], ...]:
    """All that a pattern finds in a file, in its order."""
    return tuple(pattern.finditer(source.text))


def split(text: str, sign: str = ",") -> list[str]:
    """The parts between the commas that stand in no bracket, or between another sign."""
    parts, depth, begin = [], 0, 0
    for place, letter in enumerate(text):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == sign and depth == 0:
            parts.append(text[begin:place])
            begin = place + 1
    parts.append(text[begin:])
    return [part.strip() for part in parts if part.strip()]
