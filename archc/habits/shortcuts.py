"""Sums with a shortcut as PyTorch has them: `identity = x`, `out += identity`, `out + x`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.cures.edits import on_one_line
from archc.habits.assigned import has_weights
from archc.habits.reassigned import DEFINITION
from archc.habits.words import CURRENT
from archc.language.source import Span

KEPT = re.compile(
    rf"^[ \t]*(identity[ \t]*=[ \t]*(?:{'|'.join(CURRENT)}|in))[ \t]*$", re.ASCII | re.MULTILINE
)
ADDED = re.compile(r"(?:\w+\s*=\s*)?(?:(\w+)\s*\+\s*(\w+)|(\w+)\s*\+=\s*(\w+))\Z", re.ASCII)
BARE = re.compile(r"\+=?\s*(\w+)\Z", re.ASCII)
ASSIGNED = re.compile(r"^[ \t]*(\w+)[ \t]*[-+*/]?=(?!=)", re.ASCII | re.MULTILINE)
ENTERED = ("x", "input", "inputs")
SHORTCUT = "skip"
AROUND = ("identity", "shortcut", "skip", "residual", "res", "inp", *ENTERED)
"""What people call the value that goes around some layers."""


def shortcuts(statement: Span) -> tuple[Proposal, ...]:
    """`identity` is a layer here, so the shortcut has another name; `x` is what has entered."""
    found = ADDED.match(statement.text)
    bare = BARE.match(statement.text)  # `+ identity`
    names = [name for name in found.groups() if name] if found is not None else []
    names = ["x", bare[1]] if bare is not None else names
    return (
        *_kept(statement),
        *_added(statement, names),
        *_around(statement, names),
        *_renamed(statement),
    )


ALIAS = re.compile(r"([a-z_]\w*)\s*=\s*([a-z_]\w*)\Z", re.ASCII)


def _renamed(statement: Span) -> Iterator[Proposal]:
    """`out = c3`: another name of a value."""
    found = ALIAS.match(statement.text)
    if found is None or (found[1] in CURRENT and found[2] in CURRENT):
        return
    _, before = before_in_definition(statement)
    assigned = ASSIGNED.findall(before)
    if found[2] not in assigned or found[2] == found[1]:
        return
    read = "" if assigned[-1] == found[2] else f"from {found[2]} -> "
    line = f"{read}{found[1]}: identity"
    yield Proposal(f"write `{line}`", Cure((Edit(statement, line),)))


def _kept(statement: Span) -> Iterator[Proposal]:
    if KEPT.fullmatch(statement.text):
        line = f"{SHORTCUT}: identity"
        yield Proposal(f"write `{line}`: `identity` is a layer", Cure((Edit(statement, line),)))


def _added(statement: Span, names: list[str]) -> Iterator[Proposal]:
    if len(names) != 2 or not any(name in ("identity", *ENTERED) for name in names):
        return
    begin, before = before_in_definition(statement)
    kept = KEPT.search(before)
    branches = [branch(name, before) for name in names]
    if None in branches or branches == ["identity", "identity"]:
        return
    line = f"add {{ {'; '.join(map(str, branches))} }}"
    edits = [Edit(statement, line)]
    if kept is not None and "identity" in names:
        start, end = (begin + place for place in kept.span(1))
        edits.append(Edit(Span(statement.source, start, end), f"{SHORTCUT}: identity"))
    yield Proposal(f"write `{line}`", Cure(tuple(edits)))


def _around(statement: Span, names: list[str]) -> Iterator[Proposal]:
    """`x += identity` below layers that nobody assigned: around those of the block, or braces."""
    begin, before = before_in_definition(statement)
    if not goes_around(names, before):
        return
    opened = innermost(before)
    if opened is not None and opened > before.find("{"):
        yield from _wrapped(statement, begin + opened + 1)
    elif in_a_block(before):
        line = "add { identity; from input }"
        why = "`identity` is the value here, `from input` what entered the block"
        yield Proposal(f"write `{line}`: {why}", Cure((Edit(statement, line),)))
    else:
        yield from _from_a_label(statement)


def goes_around(names: list[str], before: str) -> bool:
    """Whether a sum is of the current value and of one from before it, and neither is named."""
    known = [one for one in names if branch(one, before) not in (None, "identity")]
    assigned = ASSIGNED.findall(before)
    known += [one for one in names if one in assigned and one != assigned[-1]]
    head = before[: before.find("{")]
    known += [one for one in names if re.search(rf"\b{one}\b", head)]
    return (
        len(set(names)) == 2
        and not known
        and (names[0] in AROUND or names[1] in AROUND)
        and all(one in (*CURRENT, *AROUND) for one in names)
    )


def in_a_block(before: str) -> bool:
    """Whether a place stands in the own braces of a block, whose `input` has entered it."""
    return before.startswith("block") and innermost(before) == before.find("{")


def innermost(text: str) -> int | None:
    """The last brace that is open at the end of a text."""
    opened: list[int] = []
    for found in re.finditer(r"[{}]", text):
        if found[0] == "{":
            opened.append(found.start())
        elif opened:
            opened.pop()
    return opened[-1] if opened else None


def _wrapped(statement: Span, start: int) -> Iterator[Proposal]:
    """All that stands in the braces before a sum, as the branch beside its shortcut."""
    source = statement.source
    body = source.text[start : statement.start]
    start += len(body) - len(body.lstrip())
    place = Span(source, start, statement.end)
    layers = on_one_line(body.strip()).strip("; ")
    if layers:
        line = f"add {{ identity; {{ {layers} }} }}"
        lines = f"for lines {place.line} to {source.position(place.end)[0]}"
        yield Proposal(f"write `{line}` {lines}", Cure((Edit(place, line),)))


def _from_a_label(statement: Span) -> Iterator[Proposal]:
    """In a network the text does not tell where a shortcut begins: around two convolutions, say."""
    begin, before = before_in_definition(statement)
    learned = [begin + one.start() for one in _own_lines(before) if has_weights(one[0])]
    label = SHORTCUT
    while re.search(rf"\b{label}\b", statement.source.text):
        label = f"{SHORTCUT}{int(label.removeprefix(SHORTCUT) or 1) + 1}"
    line = f"add {{ identity; from {label} }}"
    for first in (*learned[-2:-1], *learned[-1:]):
        place = Span(statement.source, first, first)
        indent = " " * (statement.source.position(first)[1] - 1)
        told = f"`{label}: identity` in front of line {place.line}"
        help = f"write `{line}`, and {told} or wherever the shortcut begins"
        mark = Edit(place, f"{label}: identity\n{indent}")
        yield Proposal(help, Cure((mark, Edit(statement, line))))


def _own_lines(before: str) -> Iterator[re.Match[str]]:
    """The lines of a definition that begin in no further braces."""
    depth = 0
    for line in re.compile(r"\S[^\n]*").finditer(before, before.find("{") + 1):
        if depth == 0:
            yield line
        depth += line[0].count("{") - line[0].count("}")


def before_in_definition(statement: Span) -> tuple[int, str]:
    """Where the network or block begins in which a statement stands, and its text up to there."""
    text = statement.source.text
    heads = DEFINITION.finditer(text, 0, statement.start)
    begin = max((one.start() for one in heads), default=0)
    return begin, text[begin : statement.start]


def branch(name: str, before: str) -> str | None:
    """What is added under a name, as a branch; None where the text does not tell."""
    if name == "identity" and KEPT.search(before):
        return f"from {SHORTCUT}"
    if re.search(rf"\b{name}:", before, re.ASCII):
        return f"from {name}"
    assigned = ASSIGNED.findall(KEPT.sub("", before))  # what is kept is not what flows
    if name in ENTERED and name not in assigned and assigned:
        return "from input"
    return "identity" if name in CURRENT and (not assigned or assigned[-1] == name) else None
