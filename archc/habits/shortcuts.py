"""Sums with a shortcut as PyTorch has them: `identity = x`, `out += identity`, `out + x`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archc.diagnostics import Cure, Edit, Proposal
from archc.habits.reassigned import DEFINITION
from archc.habits.words import CURRENT
from archc.language.source import Span

KEPT = re.compile(
    rf"^[ \t]*(identity[ \t]*=[ \t]*(?:{'|'.join(CURRENT)}))[ \t]*$", re.ASCII | re.MULTILINE
)
ADDED = re.compile(r"(?:\w+\s*=\s*)?(?:(\w+)\s*\+\s*(\w+)|(\w+)\s*\+=\s*(\w+))\Z", re.ASCII)
ASSIGNED = re.compile(r"^[ \t]*(\w+)[ \t]*[-+*/]?=(?!=)", re.ASCII | re.MULTILINE)
ENTERED = ("x", "input", "inputs")
SHORTCUT = "skip"


def shortcuts(statement: Span) -> tuple[Proposal, ...]:
    """`identity` is a layer here, so the shortcut has another name; `x` is what has entered."""
    return (*_kept(statement), *_added(statement), *_renamed(statement))


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


def _added(statement: Span) -> Iterator[Proposal]:
    found = ADDED.match(statement.text)
    names = [name for name in found.groups() if name] if found is not None else []
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
    assigned = ASSIGNED.findall(before)
    if name in ENTERED and name not in assigned and assigned:
        return "from input"
    return "identity" if name in CURRENT and (not assigned or assigned[-1] == name) else None
