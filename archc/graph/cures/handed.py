"""Values that a block is given where it takes a number: `Tower(a)` of `Tower(width)`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archc.diagnostics import Cure, Edit, Frame, Proposal
from archc.graph.calls import written
from archc.graph.cures.blocks import given_elsewhere
from archc.graph.cures.edits import ahead, mended, site
from archc.graph.cures.entering import Surplus
from archc.graph.cures.parameters import Definition
from archc.graph.cures.undefined import typical
from archc.language import tree
from archc.layers.arguments import ArgumentError
from archc.layers.base import LayerError

NO_NUMBER = "cannot be a tensor"


def for_a_number(
    error: LayerError | ArgumentError, action: tree.Apply | tree.Braced, calls: Sequence[Frame]
) -> Surplus | None:
    """`Tower(a)` of `Tower(width)`: a value for a number is told of where the block is called."""
    found = site(action.span)
    caller = site(calls[0].span) if calls else None
    name = getattr(error, "argument", "")
    used = written(action, name) if isinstance(action, tree.Apply) else None
    call = caller.link.action if caller is not None else None
    if found is None or used is None or not isinstance(call, tree.Apply):
        return None
    names = [one.name.id for one in found.definition.parameters]
    word = used.value.id if isinstance(used.value, tree.Name) else ""
    if error.message != NO_NUMBER or word not in names:
        return None
    unnamed = [one for one in call.arguments if one.name is None]
    place = names.index(word)
    given = next((one for one in call.arguments if one.name == word), None)
    if given is None and place < len(unnamed):
        given = unnamed[place]
    if given is None:
        return None
    where = f"`{name}` of `{action.span.text.split()[0]}` in line {action.span.line}"
    message = f"`{word}` of `{found.definition.name.id}` is a number, {where}, and no tensor"
    proposals = (*_swapped(call, given), *_in_front(call, given, found.definition, word))
    return Surplus(message, given.span, proposals)


def _swapped(call: tree.Apply, given: tree.Argument) -> Iterator[Proposal]:
    """`Up skip 64` of `Up(width, skip)`."""
    for other in call.arguments:
        if other is not given and other.name is None and isinstance(other.value, tree.Number):
            edits = Edit(given.value.span, other.span.text), Edit(other.span, given.value.span.text)
            yield Proposal(f"write `{mended(call.span, edits)}`", Cure(edits))


def _in_front(
    call: tree.Apply, given: tree.Argument, definition: Definition, word: str
) -> Iterator[Proposal]:
    """`from a -> Tower 64`: the value enters, and the number is one of the author's own."""
    found = site(call.span)
    if found is None or found.chain.links[0] != found.link:
        return
    names = [one.name.id for one in definition.parameters]
    others = list(given_elsewhere(call, names.index(word)))
    value = others[0] if others else typical(definition.span, word) or "64"
    edits = (
        ahead(found.link.span, f"from {given.value.span.text} -> "),
        Edit(given.value.span, value),
    )
    line = mended(found.link.span, edits)
    told = f"a value enters a block in front of it: write `{line}`, with a number of your own"
    yield Proposal(told, Cure(edits))
