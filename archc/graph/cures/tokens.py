"""Layers of the last axis, which act on each token by itself: `linear 3072 axis=-1`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import permutations

from archc.diagnostics import Cure, Proposal
from archc.graph.calls import kind_called, written
from archc.graph.cures.edits import given, mended, site, sites
from archc.graph.graph import Node
from archc.graph.values import Tensor
from archc.language import tree
from archc.language.source import Span
from archc.layers.arguments import ArgumentError
from archc.layers.base import LayerError
from archc.shapes import show

TOKENS = re.compile(r"\b(?:layernorm|gelu)\b")


def last_axis(
    error: LayerError | ArgumentError, action: tree.Apply, inputs: Sequence[Tensor]
) -> Iterator[Proposal]:
    """`linear tokens` in a mixer, or behind a `permute`: it acts on the last axis."""
    kind, shape = kind_called(action), inputs[0].shape if inputs else None
    if error.code != "needs-flat" or kind is None or "axis" not in kind.arguments:
        return
    found = site(action.span)
    if found is None or shape is None:
        return
    start, text = found.definition.span.start, action.span.source.text
    if not TOKENS.search(text[start : found.chain.span.end]):
        return
    moved = len(shape) == 3 and re.search(r"\bpermute\b", text[start : action.span.start])
    if len(shape) != 2 and not moved:
        return
    first, *rest = (
        other
        for span, one in sorted(sites(action.span.source).items(), key=lambda one: one[0].start)
        if span.start >= found.chain.span.start and one.definition is found.definition
        if isinstance(other := one.link.action, tree.Apply) and kind_called(other) is kind
        if written(other, "axis") is None
    )
    of_tokens = [one for one in rest if not _reduced(action.span, one.span)]
    edits = [given(one, "axis", "-1") for one in (first, *of_tokens)]
    own = [one for one in edits if one.span.start <= found.chain.span.end]
    text = mended(found.chain.span, own)
    others = [one for one in of_tokens if one.span.start > found.chain.span.end]
    also = f", and `axis=-1` with `{others[0].span.text}` too" if others else ""
    also = f", and so in the {len(others)} others behind it" if len(others) > 1 else also
    yield Proposal(f"on the last axis: write `{text}`{also}", Cure(tuple(edits)))


REDUCED = re.compile(r"\b(?:flatten|global_\w+|slice|mean)\b")


def _reduced(first: Span, last: Span) -> bool:
    """Whether the rows are gathered to one between two places."""
    return REDUCED.search(first.source.text, first.end, last.start) is not None


def as_wide_tokens(nodes: Sequence[Node], branches: Sequence[Tensor]) -> Iterator[Proposal]:
    """`linear 786 axis=-1` beside rows of 768: a branch whose last layer gives rows as long."""
    for tensor, other in [*permutations(branches, 2)] if len(branches) == 2 else ():
        node = nodes[tensor.node] if tensor.node >= 0 else None
        if node is None or node.layer is None or node.layer.values.get("axis") != -1:
            continue
        found = site(node.span)
        action = found.link.action if found is not None else None
        shape, wanted = tensor.shape or (), other.shape or ()
        if not isinstance(action, tree.Apply) or not node.layer.counted:
            continue
        if shape[:-1] == wanted[:-1] and shape[-1:] != wanted[-1:]:
            edit = given(action, next(iter(node.layer.arguments)), str(wanted[-1]), 0)
            told = mended(action.span, [edit])
            help = f"`{told}` in line {action.span.line} would give {show(wanted)}"
            yield Proposal(help, Cure((edit,)))
