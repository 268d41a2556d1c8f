"""A skip that is larger than what it joins, in a network without padding: `crop like=`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.cures.edits import after, ahead, site
from archc.graph.graph import Node
from archc.graph.values import Tensor
from archc.language import tree
from archc.shapes import Shape

MOST_BEHIND = 1_000  # nodes behind a merge that are looked at


def cropped(
    near: Sequence[Node], nodes: Sequence[Node], branches: Sequence[Tensor]
) -> Iterator[Proposal]:
    """`from enc -> crop like=up`, where no window of those that are near is padded."""
    if len(branches) != 2 or any(_pads(node) for node in near):
        return
    for skip, other in (branches, reversed(branches)):
        found = site(skip.origin)
        if found is None or not isinstance(found.link.action, tree.From):
            continue
        if not skip.shape or not other.shape or len(skip.shape) != len(other.shape):
            continue
        pairs = list(zip(skip.shape[1:], other.shape[1:], strict=True))
        if not all(isinstance(a, int) and isinstance(b, int) and a >= b for a, b in pairs):
            continue
        target = found.link.action.target.span.text
        named = _named(nodes, other, f"{target}_up")
        if named is None:
            continue
        label, edits = named
        line = f"{found.link.action.span.text} -> crop like={label}"
        cut = after(found.link.action.span, f" -> crop like={label}")
        told = f" and `{edits[0].text}` in front of line {edits[0].span.line}" if edits else ""
        yield Proposal(
            f"crop the larger map, as without padding: write `{line}`{told}", Cure((cut, *edits))
        )


def sized(nodes: Sequence[Node], branches: Sequence[Tensor], shape: Shape | None) -> Shape | None:
    """What is known behind such a merge: its sizes are those of the smaller map, as if cropped.

    So the merges of a whole decoder are told in one run, each with its own sizes.
    """
    for skip, other in (branches, reversed(branches)) if shape and len(branches) == 2 else ():
        found = site(skip.origin)
        if found is None or not isinstance(found.link.action, tree.From):
            continue
        pairs = list(zip((skip.shape or ())[1:], (other.shape or ())[1:], strict=False))
        if not all(isinstance(a, int) and isinstance(b, int) and b <= a < 2 * b for a, b in pairs):
            continue
        if shape and other.shape and not any(map(_pads, nodes[-MOST_BEHIND:])):
            return (shape[0], *other.shape[1:])
    return shape


def _pads(node: Node) -> bool:
    values = node.layer.values if node.layer is not None else {}
    kernel, pad = values.get("kernel"), values.get("pad")
    return bool(kernel and pad and node.layer and node.layer.counted and any(map(any, pad)))


def _named(nodes: Sequence[Node], tensor: Tensor, name: str) -> tuple[str, tuple[Edit, ...]] | None:
    """The label of the statement that gives a tensor, and what writes it where there is none."""
    index = tensor.node
    while index >= 0 and (layer := nodes[index].layer) is not None and type(layer).passes:
        index = nodes[index].inputs[0]
    found = site(nodes[index].span) if index >= 0 else None
    if found is None or found.chain.links[-1].span != found.link.span:
        return None
    label = found.link.label
    if label is not None:
        return label.span.text.rstrip(":"), ()
    text = found.link.span.source.text
    if len(found.chain.links) > 1 or re.search(rf"\b{name}\b", text) or not name.isidentifier():
        return None
    return name, (ahead(found.link.span, f"{name}: "),)
