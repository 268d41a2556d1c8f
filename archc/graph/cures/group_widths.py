"""A width that groups do not divide, written otherwise wherever a network has it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.calls import written
from archc.graph.cures.edits import site
from archc.graph.graph import Scope
from archc.language import tree
from archc.language.source import Span

FINER = (1, 4)  # a bottleneck has a quarter of the width, which groups divide as well


def of_all_groups(error: Exception, action: tree.Apply) -> Iterator[Proposal]:
    """`let width = planes * base / 64` with `groups=cardinality`: the width of one group."""
    groups, channels = written(action, "groups"), written(action, "channels")
    found = site(action.span)
    if getattr(error, "code", "") != "groups-do-not-divide" or found is None:
        return
    if groups is None or channels is None or not isinstance(groups.value, tree.Name):
        return
    count = groups.value.id
    value, line = channels.value, ""
    if isinstance(value, tree.Name):
        lets = [
            one
            for one in found.definition.body
            if isinstance(one, tree.Let) and one.name.id == channels.value.span.text
        ]
        if len(lets) != 1:
            return
        value, line = lets[0].value, f" in line {lets[0].span.line}"
    if any(isinstance(one, tree.Name) and one.id == count for one in tree.within(value)):
        return
    text = value.span.text
    plain = not isinstance(value, tree.Binary) or value.operator in ("*", "/", "//")
    edit = Edit(value.span, f"{text if plain else f'({text})'} * {count}")
    told = f"`{text}` is not multiplied by `{count}`: is it the width of one group?"
    yield Proposal(f"{told} Then write `{edit.text}`{line}", Cure((edit,)))


def other_widths(have: int, by: int, action: tree.Apply, scope: Scope) -> Iterator[Proposal]:
    """`conv 200 1x1` and `Unit 200 groups=3`: both of 201, or of 204 where a quarter is taken."""
    inside, around = action.span, scope
    while around.parent is not None:
        inside = around.span if around.kind == "block" else inside
        around = around.parent
    found = site(inside)
    if found is None:
        return
    span = found.definition.span
    places = [
        Span(span.source, span.start + one.start(), span.start + one.end())
        for one in re.finditer(rf"(?<![\w.=])(?<!=> ){have}(?![\w.])", span.text)
    ]
    lines = list(dict.fromkeys(str(one.line) for one in places))
    if not places or len(lines) > 8:
        return
    where = f"lines {', '.join(lines[:-1])} and {lines[-1]}" if lines[1:] else f"line {lines[0]}"
    for multiple in (by * finer for finer in FINER):
        low = have - have % multiple
        for width in sorted((low, low + multiple), key=lambda one: abs(one - have)):
            if width not in (0, have):
                edits = tuple(Edit(one, str(width)) for one in places)
                told = f"{by} divides {width}: write `{width}` for `{have}` in {where}"
                yield Proposal(told, Cure(edits))
