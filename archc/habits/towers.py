"""The same layers on several values: `a = share branch(left)`, `b = share branch(right)`.

A block that is named runs first where a label is, and `share` runs that label again.
"""

from __future__ import annotations

import re

from archc.diagnostics import Cure, Edit, Proposal
from archc.habits.habit import everywhere
from archc.habits.reassigned import DEFINITION
from archc.habits.shortcuts import before_in_definition
from archc.language.source import Source, Span

RUN = re.compile(
    r"^[ \t]*(?P<line>(?:(?P<label>[a-z_]\w*)[ \t]*[:=][ \t]*)?"
    r"(?:from[ \t]+(?P<from>[a-z_]\w*)[ \t]*->[ \t]*)?share[ \t]+(?P<name>\w+)"
    r"(?:[ \t]*\([ \t]*(?P<on>[a-z_]\w*)[ \t]*\))?)[ \t]*;?[ \t]*$",
    re.ASCII | re.MULTILINE,
)


def towers(statement: Span) -> tuple[Proposal, ...]:
    """Every line that runs these layers, since the second one reads the label of the first."""
    source = statement.source
    begin, _ = before_in_definition(statement)
    behind = DEFINITION.search(source.text, statement.end)
    end = behind.start() if behind is not None else len(source.text)
    inside = [one for one in everywhere(RUN, source) if begin <= one.start() < end]
    runs = [one for one in inside if one["from"] or one["on"]]
    here = next((one for one in runs if one.start("line") == statement.start), None)
    if here is None:
        return ()
    name = here["name"]
    labelled = re.search(rf"\b{name}:", source.text[begin:end], re.ASCII)
    block = re.search(rf"^block\s+({name})\b", source.text, re.MULTILINE)
    if labelled is None and block is None:
        return ()
    alike = [one for one in runs if one["name"] == name] if labelled is None else [here]
    edits, made = [], "" if labelled is None else name
    for one in alike:
        edits.append(Edit(_place(source, one), _written(one, made)))
        made = made or one["label"] or name.lower()
    own = edits[alike.index(here)]
    others = [f"`{one.text}` in line {one.span.line}" for one in edits if one is not own]
    if labelled is None and block is not None and not name[0].isupper():
        edits.append(Edit(Span(source, *block.span(1)), _capital(name)))
        others.append(f"`block {_capital(name)}` in line {edits[-1].span.line}")
    help = " and ".join([f"write `{own.text}`", *others])
    return (Proposal(f"{help}: the same weights run again", Cure(tuple(edits))),)


def _place(source: Source, run: re.Match[str]) -> Span:
    return Span(source, *run.span("line"))


def _written(run: re.Match[str], made: str) -> str:
    """A run of the layers; the first has none before it whose label it could share."""
    label = run["label"] or ("" if made else run["name"].lower())
    action = f"share {made}" if made else _capital(run["name"])
    return f"from {run['from'] or run['on']} -> {f'{label}: ' * bool(label)}{action}"


def _capital(name: str) -> str:
    return name[0].upper() + name[1:]
