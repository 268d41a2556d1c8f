"""Names that a file brings in or defines, and that nothing in it means."""

from __future__ import annotations

from archc.graph import cures
from archc.graph.modules import Module
from archc.graph.report import Report
from archc.language import tree


def unused_names(module: Module, report: Report) -> None:
    """Imports and values that nothing uses, and blocks beside a network that nothing calls.

    A file without a network of its own is there for others: its blocks and values are theirs.
    """
    program = module.program
    networks = any(isinstance(one, (tree.Network, tree.Member)) for one in program.definitions)
    named = (tree.Import, tree.Let, tree.Block, tree.BlockAlias)
    if module.failed or not any(isinstance(one, named) for one in program.definitions):
        return
    words = _words(program)
    for definition in program.definitions:
        if isinstance(definition, tree.Import):
            for _, here in definition.names:
                if words.get(here.id, 0) == 0 and here.id not in module.missing:
                    _say(report, here, f"nothing uses the import `{here.id}`")
        elif isinstance(definition, tree.Let) and networks:
            if words.get(definition.name.id, 0) == 0:
                message = f"nothing uses the value `{definition.name.id}`"
                _say(report, definition.name, message, definition)
        elif isinstance(definition, (tree.Block, tree.BlockAlias)):
            word = definition.name.id
            # One that begins small cannot be called, which is told of it.
            if networks and word[0].isupper() and words.get(word, 0) == 0:
                _say(report, definition.name, f"nothing in this file uses the block `{word}`")


def _say(report: Report, name: tree.Name, message: str, let: tree.Let | None = None) -> None:
    report.add(
        "unused-name",
        message,
        name.span,
        severity="warning",
        proposals=() if let is None else cures.text.without_line(let.span),
    )


def _words(program: tree.Program) -> dict[str, int]:
    """How often each name is meant, its own definition apart."""
    counts: dict[str, int] = {}
    for one in tree.within(program.definitions):
        if isinstance(one, tree.Name):
            counts[one.id] = counts.get(one.id, 0) + 1
        elif isinstance(one, tree.Size):
            for axis in one.axes:
                if isinstance(axis, str):
                    counts[axis] = counts.get(axis, 0) + 1
    for definition in program.definitions:
        if isinstance(definition, tree.Import):
            for there, here in definition.names:
                counts[there.id] = counts.get(there.id, 0) - 1
                counts[here.id] = counts.get(here.id, 0) - 1
        elif not isinstance(definition, tree.Member):
            counts[definition.name.id] = counts.get(definition.name.id, 0) - 1
    return counts
