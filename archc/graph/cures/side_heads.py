"""A head that stands in the trunk: what follows it was to read the map in front of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archc.diagnostics import Cure, Proposal
from archc.graph.cures.edits import after, ahead, mended, site
from archc.graph.graph import Node
from archc.language import tree
from archc.language.source import Span
from archc.layers.arguments import ArgumentError
from archc.layers.base import LayerError
from archc.shapes import Shape, show

TRUNK = "trunk"


def from_the_trunk(
    error: LayerError | ArgumentError, action: tree.Apply, nodes: Sequence[Node]
) -> Iterator[Proposal]:
    """`aux: { global_avgpool -> flatten -> linear 10 }`, then `conv …`: `from trunk` before it."""
    found = site(action.span) if error.code == "needs-map" else None
    if found is None:
        return
    body = [one for one in found.definition.body if isinstance(one, tree.Chain)]
    place = next((i for i, one in enumerate(body) if _holds(one.span, action.span)), 0)
    heads = 0
    while heads < place and _is_head(body[place - heads - 1], nodes):
        heads += 1
    if not heads or heads == place:
        return
    source = body[place - heads - 1]
    shape = _gives(source, nodes)
    if shape is None or len(shape) < 3:
        return
    named = source.links[-1].label or (source.links[0].label if len(source.links) == 1 else None)
    edits = []
    if named is not None:
        name = named.span.text
    else:
        label = source.links[0].label
        text = found.definition.span.text
        name = TRUNK if label is None else label.span.text
        if label is None and re.search(rf"\b{name}\b", text):
            return
        inside = source.span if label is None else source.links[0].action.span
        braces = len(source.links) > 1
        start = f"{name}: " if label is None else ""
        edits = [ahead(inside, start + "{ " * braces)]
        edits += [after(source.span, " }")] if braces else []
    begin = ahead(body[place].span, f"from {name} -> ")
    help = f"put `from {name}` before it, where the map {show(shape)} is still there"
    if edits:
        help += f": with `{mended(source.span, edits)}` in line {source.span.line}"
    yield Proposal(help, Cure((*edits, begin)))


def _holds(outer: Span, inner: Span) -> bool:
    return outer.source is inner.source and outer.start <= inner.start and inner.end <= outer.end


def _is_head(statement: tree.Chain, nodes: Sequence[Node]) -> bool:
    """Whether a statement is a group under a name that leaves no map."""
    first = statement.links[0]
    grouped = isinstance(first.action, tree.Group) and first.label is not None
    shape = _gives(statement, nodes) if grouped else None
    return shape is not None and len(shape) == 1


def _gives(statement: tree.Chain, nodes: Sequence[Node]) -> Shape | None:
    """The shape of what a statement gives, where it is known."""
    found = [one for one in nodes if _holds(statement.span, one.span)]
    return found[-1].shape if found else None
