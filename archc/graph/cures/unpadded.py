"""Branches that came apart for want of padding: all convolutions that lack it, padded at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archc.diagnostics import Proposal
from archc.graph.cures.flow import Change, Flow
from archc.graph.cures.reaching import told
from archc.graph.cures.slips import same_size
from archc.graph.graph import Node
from archc.graph.values import Tensor


def all_padded(
    nodes: Sequence[Node], branches: Sequence[Tensor], border: frozenset[int], joins: bool
) -> Iterator[Proposal]:
    """The pads with which every branch keeps the size of its map, where they agree then.

    A block that is called in all of them loses the same rim in each, and a pool between makes what
    was lost behind it count twice: one padding alone never mends that. `joins` lets the channels
    differ.
    """
    if any(tensor.node < 0 for tensor in branches):
        return
    shapes = []
    padded: list[Change] = []
    for tensor in branches:
        flow = Flow(nodes, tensor.node, border)
        changes = [change for node in flow.nodes if (change := _forgotten(node)) is not None]
        shapes.append(flow.gives(changes) if changes else tensor.shape)
        padded += changes
    by_text = {(one.node.span, one.node.kind): one for one in padded}
    if len({one.node.index for one in padded}) < 2 or None in shapes:
        return
    if len({shape[1:] if joins else shape for shape in shapes if shape is not None}) > 1:
        return
    changed = next(
        shape for shape, tensor in zip(shapes, branches, strict=True) if shape != tensor.shape
    )
    if changed is not None:
        yield from told(sorted(by_text.values(), key=lambda one: one.node.span.start), changed)


def _forgotten(node: Node) -> Change | None:
    """The padding of a convolution that has none and makes its map smaller."""
    change = same_size(node)
    if change is None or not change.forgotten or node.layer is None:
        return None
    return change if change.values["pad"] != node.layer.values["pad"] else None
