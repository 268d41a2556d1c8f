"""Items of a YAML list: `- conv: {filters: 64, kernel_size: 3}` is `conv 64 3x3`."""

from __future__ import annotations

import re

from archc.diagnostics import Cure, Edit, Proposal
from archc.habits.frameworks import layer_call
from archc.habits.habit import apply, everywhere, split
from archc.habits.inputs import ENTRIES
from archc.habits.json import KINDS_OF
from archc.language.indentation import deeper_end
from archc.language.source import Span
from archc.layers.registry import KINDS
from archc.layers.words import FOREIGN

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
    if word in KINDS_OF and "\n" in rest:  # `- type: conv`, with its arguments below
        word, _, rest = rest.partition("\n")
    pairs = split(rest.strip("{}")) if rest.startswith("{") else rest.split("\n")
    if rest.startswith("["):
        return layer_call(word, rest.strip("[]"))
    given = []
    for pair in pairs:
        both = PAIR.match(pair.strip())
        given.append(f"{both[1]}={both[2].strip()}" if both else pair.strip())
    return layer_call(word, ", ".join(one for one in given if one))


HEAD = re.compile(r"^(network|block|model)\b[ \t]*([A-Za-z]\w*)?[ \t]*:[ \t]*$", re.ASCII | re.M)
HOLDER = re.compile(r"(?:-\s+)?(?:layers|body|model|modules|architecture|backbone|head|stages):\Z")
KEYS = re.compile(r"(?:\s*#[^\n]*\n|\s*---\n)*\s*[a-z]\w*:(?:\s|\Z)", re.ASCII)
"""A mapping at the top of a file."""
NAME = re.compile(r"name:\s*[\"']?(\w+)[\"']?\Z", re.ASCII)
PLAIN = re.compile(r"(?:-\s+)?([a-z]\w*)\s*(?::\s*)?([^:{}\[\]]*)\Z", re.ASCII)


def yaml_network(place: Span) -> tuple[Proposal, ...]:
    """`network N:` with a list of layers below it, in braces and line by line."""
    text = place.source.text
    heads = [one for one in everywhere(HEAD, place.source) if one.start() <= place.start]
    if not heads and KEYS.match(text):  # `layers:` alone, all of the file
        start, begin, end, name, word = 0, 0, len(text.rstrip()), None, "network"
    elif not heads or (whole := deeper_end(text, heads[-1].start())) is None:
        return ()
    else:
        start, begin, end, name = heads[-1].start(), heads[-1].end(), whole, heads[-1][2]
        word = "block" if heads[-1][1] == "block" else "network"
    if place.start >= end:
        return ()
    lines: list[str] = []
    entries = _entries(text[begin:end])
    if not any(item.startswith("- ") for item in entries):
        return ()
    for item in entries:
        named = NAME.match(item)
        if named is not None:
            name = name or named[1]
        elif not HOLDER.match(item):
            line = _line(item, lines)
            if line is None:
                return ()
            lines.append(line)
    if not any(line.startswith("input ") for line in lines):
        return ()
    head = f"{word} {(name or 'Net')[:1].upper()}{(name or 'Net')[1:]}"
    written = "".join(f"    {line}\n" for line in lines)
    edit = Edit(Span(place.source, start, end), f"{head} {{\n{written}}}")
    told = f"write `{head} {{ {'; '.join(lines)} }}`, each in a line of its own"
    return (Proposal(told, Cure((edit,))),)


def _entries(text: str) -> list[str]:
    """The lines of a list or mapping, with the deeper lines of an item in it."""
    found: list[tuple[int, str]] = []
    for line in text.split("\n"):
        bare = f" {line}".partition(" #")[0].strip().removeprefix("---")
        margin = len(line) - len(line.lstrip())
        if not bare:
            continue
        inside = found and found[-1][1].startswith("- ") and margin > found[-1][0]
        if inside and not HOLDER.match(found[-1][1]):
            found[-1] = (found[-1][0], f"{found[-1][1]}\n{bare}")
        else:
            found.append((margin, bare))
    return [one for _, one in found]


def _line(item: str, before: list[str]) -> str | None:
    """A statement that an entry stands for; None for any other entry."""
    bare = item.removeprefix("- ").strip()
    if bare.startswith("input"):
        entry, _ = apply(ENTRIES, bare)
        return entry if entry.startswith("input ") and ":" not in entry else None
    plain = PLAIN.match(item)
    word = FOREIGN.get(plain[1], plain[1]) if plain is not None else ""
    line = layer_of(item) if item.startswith("- ") else None
    if plain is not None and word in KINDS and not (line and "\n" in item):
        line = f"{word} {plain[2].replace(',', ' ').strip()}".strip()
    if line is None:
        return None
    flat = any(re.search(r"\b(?:flatten|linear)\b", one) for one in before)
    return f"flatten -> {line}" if line.startswith("linear") and not flat else line
