"""Rows of a loop's table that are longer or shorter than the names of the loop."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archc.diagnostics import Cure, Edit, Proposal
from archc.language import tree
from archc.language.parser import parse
from archc.language.source import Span


def misfit(action: tree.For) -> Span:
    """The row that does not fit, where it is written down; else what the loop runs over."""
    found = _misfits(action)
    return found[0].span if found else action.iterable.span


def fitting(action: tree.For) -> tuple[Proposal, ...]:
    """The row with a value more or less; of rows that are all too short, a name less."""
    return tuple(_fitting(action))


def _fitting(action: tree.For) -> Iterator[Proposal]:
    names, rows, misfits = action.targets, _rows(action), _misfits(action)
    if not misfits:
        return
    if len(misfits) == len(rows):
        body = action.span.source.text[action.iterable.span.end : action.span.end]
        unread = [one for one in names if not re.search(rf"\b{one.id}\b", body)]
        shorter = [one.id for one in names if one not in unread]
        if len(shorter) == len(misfits[0].items) and shorter:
            line = ", ".join(shorter)
            edit = Edit(names[0].span._replace(end=names[-1].span.end), line)
            yield Proposal(f"write `for {line} in`", Cure((edit,)))
        return
    whole = next(one for one in rows if len(one.items) == len(names))
    before = [one for one in rows if one.span.end <= misfits[0].span.start and one not in misfits]
    edits, told = [], []
    for row in misfits:
        texts = [one.span.text for one in row.items[: len(names)]]
        texts += [one.span.text for one in (before or [whole])[-1].items[len(texts) :]]
        told.append(f"`[{', '.join(texts)}]`")
        edits.append(Edit(row.span, told[-1].strip("`")))
    more = len(misfits[0].items) < len(names)
    lacking = ", ".join(f"`{one.id}`" for one in names[len(misfits[0].items) :])
    why = f", with {lacking} of your own" if more else ""
    yield Proposal(f"write {' and '.join(told)}{why}", Cure(tuple(edits)))


def _misfits(action: tree.For) -> list[tree.List]:
    return [one for one in _rows(action) if len(one.items) != len(action.targets)]


def _rows(action: tree.For) -> list[tree.List]:
    """The rows of a table in the head of the loop, or under a name at the top of the file."""
    table: tree.Expr | None = action.iterable
    if isinstance(table, tree.Name):
        program, _ = parse(table.span.source)
        lets = [one for one in program.definitions if isinstance(one, tree.Let)]
        table = next((one.value for one in lets if one.name.id == action.iterable.span.text), None)
    items = table.items if isinstance(table, tree.List) else ()
    rows = [one for one in items if isinstance(one, tree.List)]
    return rows if len(rows) == len(items) else []
