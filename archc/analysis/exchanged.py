"""Two numbers of a call that have changed places: `VGGBlock 64 2`, where 2 rounds of 64 are meant.

Nothing is wrong with 64 rounds of 2 channels, but that one parameter is a count of rounds, the
other a width, and both values would be usual the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph import cures
from archc.graph.graph import Graph, Node, Scope
from archc.language import tree

NARROW = 8  # channels that a layer seldom has
MANY = 16  # rounds, and so many times as wide as is usual
TIMES = 8  # so much larger is the count than the width


def exchanged(graph: Graph) -> Iterator[tuple[Node, Scope, str, Proposal]]:
    """The first node of such a call, the call, what was understood, and the call that was meant."""
    seen: set[int] = set()
    for node in graph.nodes:
        width = node.shape[0] if node.shape and node.layer and node.layer.counted else None
        if not isinstance(width, int) or width > NARROW:
            continue
        call = _call(node)
        if call is None or id(call) in seen:
            continue
        seen.add(id(call))
        for doubt in _doubts(node, call, width):
            yield node, call, *doubt


def _call(node: Node) -> Scope | None:
    """The call of the block in whose text a layer stands."""
    scope: Scope | None = node.scope
    while scope is not None and scope.kind != "block":
        scope = scope.parent
    return scope


def _doubts(node: Node, call: Scope, width: int) -> Iterator[tuple[str, Proposal]]:
    given = {name: value for name, value in call.arguments if type(value) is int}
    wide = [name for name, value in given.items() if value == width and _is_width(node, name)]
    most = [name for name, value in given.items() if value >= max(MANY, TIMES * width)]
    if not wide or not most:
        return
    layer, found = cures.edits.site(node.span), cures.edits.site(call.span)
    action = found.link.action if found is not None else None
    if layer is None or not isinstance(action, tree.Apply):
        return
    definition = layer.definition
    rounds = [one for one in most if re.search(COUNTED.format(one), definition.span.text)]
    placed = dict(
        zip([one.name.id for one in definition.parameters], action.arguments, strict=False)
    )
    if not rounds or any(one.name is not None for one in action.arguments):
        return  # who writes the names knows them
    count, name = rounds[0], wide[0]
    if count not in placed or name not in placed:
        return
    meant = {count: name, name: count}
    edits = tuple(
        Edit(argument.span, f"{one}={placed[meant.get(one, one)].span.text}")
        for one, argument in placed.items()
    )
    said = " ".join(call.span.text.split())
    told = f"`{said}` has {count}={given[count]} and {name}={width}: {given[count]} rounds"
    help = f"write `{cures.edits.mended(action.span, edits)}`"
    yield f"{told}, {width} wide", Proposal(help, Cure(edits))


COUNTED = r"(?a:\brepeat[ \t]+{0}\b[ \t]*\{{|\brange\({0}\))"


def _is_width(node: Node, name: str) -> bool:
    return re.match(rf"\w+[ \t(]+{name}\b(?![ \t]*[-*/+x])", node.span.text) is not None
