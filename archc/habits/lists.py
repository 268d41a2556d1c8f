"""Layers gathered in a list: `layers.append(nn.ReLU())`, and at last `nn.Sequential(*layers)`."""

from __future__ import annotations

import re

from archc.diagnostics import Cure, Edit, Proposal
from archc.habits.frameworks import framework_chain
from archc.habits.habit import split
from archc.language.source import Span

BEGUN = re.compile(r"(?:let\s+)?(\w+)\s*=\s*\[\s*\]\Z", re.ASCII)
APPENDED = re.compile(r"(\w+)\.append\((.*)\)\Z", re.ASCII | re.DOTALL)
EXTENDED = re.compile(r"(\w+)\s*\+=\s*\[(.*)\]\Z|(\w+)\.extend\(\[(.*)\]\)\Z", re.ASCII | re.DOTALL)
NAMED = re.compile(
    r"\w+\.add_module\(\s*f?['\"]([\w{}]+)['\"]\s*,\s*(.*)\)\Z", re.ASCII | re.DOTALL
)
RUN = re.compile(
    r"(?:return\s+|(?:\w+\.)?\w+\s*=\s*)?(?:\w+\.)*Sequential\(\s*\*(\w+)\s*\)(?:\(\w+\))?\Z",
    re.ASCII,
)
COMPREHENSION = re.compile(
    r"(?:(?:self\.)?(\w+)\s*=\s*)?(?:\w+\.)*(?:ModuleList|Sequential)\(\s*\*?[\[(]\s*(.*)"
    r"\s+for\s+\w+\s+in\s+range\((\w+)\)\s*[\])]\s*\)\Z",
    re.ASCII | re.DOTALL,
)
LOOP = (
    r"^[ \t]*for[ \t]+\w+[ \t]+in[ \t]+(?:self\.)?{}[ \t]*:[ \t]*\n"
    r"[ \t]*\w+[ \t]*=[ \t]*\w+\(\w+\)[ \t]*$"
)
"""`for layer in self.layers:`, and below it `x = layer(x)`."""
RUN_HERE = "layers run where they stand"


def repeated_by_comprehension(statement: Span) -> tuple[Proposal, ...]:
    """`nn.ModuleList([nn.Conv2d(8, 8, 3) for _ in range(3)])`, and the loop that runs it."""
    found = COMPREHENSION.match(statement.text)
    layer = framework_chain(found[2]) if found is not None else None
    if found is None or not layer:
        return ()
    label = f"{found[1]}: " if found[1] else ""
    line = f"{label}repeat {found[3]} {{ {layer} }}"
    edits = [Edit(statement, line)]
    source = statement.source
    run = re.compile(LOOP.format(found[1]), re.MULTILINE) if found[1] else None
    loop = run.search(source.text, statement.end) if run is not None else None
    if loop is not None:
        edits.append(Edit(Span(source, *loop.span()), ""))
    return (Proposal(f"write `{line}`", Cure(tuple(edits))),)


def in_a_list(statement: Span) -> tuple[Proposal, ...]:
    """The layers that are put into a list, where they stand; the list itself is not needed."""
    text, source = statement.text, statement.source.text
    begun, run = BEGUN.match(text), RUN.match(text)
    if begun is not None and re.search(rf"\b{begun[1]}(?:\.|\s*\+=)", source[statement.end :]):
        return (_away(statement),)
    if run is not None:
        return (_away(statement),)
    if text.startswith("[") and text.endswith("]"):
        chain = framework_chain(f"Sequential({text})")
        return (_written(statement, chain),) if chain else ()
    named = NAMED.match(text)
    appended = APPENDED.match(text) or EXTENDED.match(text)
    if named is not None:
        line, label = framework_chain(named[2]), f"{named[1]}: "
    elif appended is not None:
        _, inside = filter(None, appended.groups())
        chains = [framework_chain(one) for one in split(inside)]
        line, label = " -> ".join(filter(None, chains)) if all(chains) else None, ""
    else:
        return ()
    if not line:
        return ()
    line = label + (f"{{ {line} }}" if label and " -> " in line else line)
    own, flat = (_written(statement, one) for one in (line, f"flatten -> {line}"))
    return (own, flat) if line.startswith("linear") else (own,)


def _written(statement: Span, line: str) -> Proposal:
    return Proposal(f"write `{line}`", Cure((Edit(statement, line),)))


def _away(statement: Span) -> Proposal:
    help = f"take the line away: {RUN_HERE}"
    return Proposal(help, Cure((Edit(statement, ""),)))
