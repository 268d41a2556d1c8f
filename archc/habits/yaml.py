"""Items of a YAML list: `- conv: {filters: 64, kernel_size: 3}` is `conv 64 3x3`."""

from __future__ import annotations

import re

from archc.habits.frameworks import layer_call
from archc.habits.habit import split
from archc.language.source import Span

ITEM = re.compile(r"-\s+[\"']?([A-Za-z]\w*)[\"']?\s*(?::\s*(.*))?\Z", re.S)
PAIR = re.compile(r"[\"']?(\w+)[\"']?\s*:\s*(.+)", re.S)


def item_at(span: Span) -> Span | None:
    """The item of a list in which a place stands: its line, and deeper ones behind it."""
    text = span.source.text
    start = text.rfind("\n", 0, span.start) + 1
    while text[start : start + 1] in (" ", "\t"):
        start += 1
    if text[start : start + 2] != "- ":
        return None
    margin = start - (text.rfind("\n", 0, start) + 1)
    lines = text[start:].split("\n")
    deeper = 1
    while deeper < len(lines) and _depth(lines[deeper]) > margin:
        deeper += 1
    item = "\n".join(lines[:deeper])
    return Span(span.source, start, start + len(item.rstrip()))


def _depth(line: str) -> int:
    """How far a line is indented; -1 for an empty one and for a closing brace."""
    bare = line.strip()
    return len(line) - len(line.lstrip()) if bare and not bare.startswith("}") else -1


def layer_of(item: str) -> str | None:
    """The layer that an item names, as a line; None for any other."""
    found = ITEM.match(item)
    if found is None:
        return None
    word, rest = found[1], (found[2] or "").strip()
    pairs = split(rest.strip("{}")) if rest.startswith("{") else rest.split("\n")
    if rest.startswith("["):
        return layer_call(word, rest.strip("[]"))
    given = []
    for pair in pairs:
        both = PAIR.match(pair.strip())
        given.append(f"{both[1]}={both[2].strip()}" if both else pair.strip())
    return layer_call(word, ", ".join(one for one in given if one))
