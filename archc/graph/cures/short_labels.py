"""A label that names one link of a line, put around what was meant with it."""

from __future__ import annotations

from archc.diagnostics import Cure, Proposal
from archc.graph.cures.edits import site
from archc.graph.cures.text import braced
from archc.graph.mistakes import Mistake
from archc.graph.place import Place
from archc.language import tree
from archc.language.source import Span


def line_of(end: Span) -> tuple[Proposal, ...]:
    """`squeeze: global_avgpool -> … -> sigmoid`, of which nothing reads the end."""
    found = site(end)
    first = found.chain.links[0] if found is not None else None
    if found is None or first is None or first.label is None or first is found.link:
        return ()
    why = f": the label names `{_head(first)}` alone"
    return tuple(one._replace(help=one.help + why) for one in braced(first.span))


def lines_read(action: tree.Braced, place: Place) -> tuple[Proposal, ...]:
    """`add { from a; from b }`, where `a: from x -> conv …` is another name for `x`."""
    found: dict[Span, Proposal] = {}
    for statement in action.body:
        first = _first(statement)
        if not isinstance(first, tree.From):
            continue
        try:
            entry = place.entry(first.target)
        except Mistake:
            continue
        # what is behind a layer of its own leaves its shape as it is
        if entry.left_out is not None and isinstance(entry.replay[0], tree.From):
            found.update((entry.span, one) for one in braced(entry.span, entry.left_out.span))
    if not found:
        return ()
    edits = tuple(edit for one in found.values() for edit in one.cure.edits)
    lines = ", and ".join(one.help.removeprefix("write ") for one in found.values())
    help = f"a label names the first link of its line alone: write {lines}"
    return (Proposal(help, Cure(edits)),)


def _first(statement: tree.Statement) -> tree.Action | None:
    """What a branch does first, in braces or without."""
    while isinstance(statement, tree.Chain):
        action = statement.links[0].action
        if not isinstance(action, tree.Group) or not action.body:
            return action
        statement = action.body[0]
    return None


def _head(link: tree.Link) -> str:
    return link.action.span.text.split()[0]
