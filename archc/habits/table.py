"""The words in which archc's own table shows a layer, copied back: `conv 64 3x3 /2 no bias`."""

from __future__ import annotations

import re

from archc.layers.base import Layer
from archc.layers.registry import KINDS

SHOWN = "for these are the words of the table that `archc check` prints"
WORD = re.compile(r"(?:\[[^\n]*?\](?=\s|\Z)|[^\s\[]\S*)")
STATE = re.compile(r"\s*\((frozen|shared)\)\Z")


def as_shown(text: str) -> str | None:
    """A chain whose layers are written as the table shows them; None for any other text."""
    links = [link.strip() for link in text.split("->")]
    lines = [_layer(link) for link in links]
    if not any(lines):
        return None
    return " -> ".join(line or link for line, link in zip(lines, links, strict=True))


def _layer(text: str) -> str | None:
    state = STATE.search(text)
    bare = text[: state.start()] if state is not None else text
    words = WORD.findall(bare)
    kind = KINDS.get(words[0]) if words else None
    if kind is None or " ".join(words) != bare:
        return None
    written = _arguments(kind, words[1:])
    if written is None or written == words[1:]:
        return None
    frozen = "frozen " if state is not None and state[1] == "frozen" else ""
    return frozen + " ".join((words[0], *written))


def _arguments(kind: type[Layer], words: list[str]) -> list[str] | None:
    """Arguments as they are written; None where a word is none."""
    places = [name for name, argument in kind.arguments.items() if not argument.keyword_only]
    written: list[str] = []
    named: list[str] = []
    place = 0
    while place < len(words):
        word = words[place]
        behind = words[place + 1] if place + 1 < len(words) else ""
        argument = kind.arguments.get(word)
        if word == "no" and behind in kind.arguments:
            named.append(f"{behind}=false")
            place += 2
        elif word[:1] == "/" and "stride" in kind.arguments:
            named.append(f"stride={word[1:]}")
            place += 1
        elif argument is not None and argument.kind == "flag":
            named.append(f"{word}=true")
            place += 1
        elif argument is not None:
            if not behind or behind in kind.arguments:
                return None
            own = word == kind.keyword and places[:1] == [word] and not written and not named
            value = f"({behind})" if own and behind[:1] == "-" else behind
            (written if own else named).append(value if own else f"{word}={value}")
            place += 2
        elif len(kind.arguments) == 1 and not places and not named:
            named += [f"{name}={word}" for name in kind.arguments]
            place += 1
        elif named or "=" in word or len(written) == len(places):
            return None
        else:
            written.append(word)
            place += 1
    return [*written, *named]
