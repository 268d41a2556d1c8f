"""Heads written one under the other: each reads the one above it, and not the trunk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.graph import Graph, Node
from archc.language.source import Span

FEW = 10  # numbers that a head gives, and that the next one reads


def heads(graph: Graph) -> Iterator[tuple[Node, str, Proposal]]:
    """`age: linear 1` and, below it, `gender: linear 2`, which reads that one number."""
    nodes = graph.nodes
    for node in reversed(nodes):
        above = _above(nodes, node) if _dense(node) else None
        if above is None:
            continue
        edits = []
        one: Node | None = above
        while one is not None:
            start = Span(one.span.source, one.span.start, one.span.start)
            edits.append(Edit(start, "output "))
            one = _above(nodes, one)
        count = (above.shape or (0,))[0]
        numbers = "one number" if count == 1 else f"{count} numbers"
        message = (
            f"`{node.label}` reads `{above.label}`, {numbers}, with nothing between: two dense "
            "layers in a row are one"
        )
        help = f"as results beside each other: `{above.label}: output {above.span.text}`"
        if len(edits) > 1:
            help += ", and so above it"
        yield node, message, Proposal(help, Cure(tuple(edits)))
        return


def _above(nodes: Sequence[Node], node: Node) -> Node | None:
    """The dense layer of few results that a node reads, if it reads that alone."""
    one = nodes[node.inputs[0]] if len(node.inputs) == 1 else None
    if one is None or not _dense(one) or one.shape is None:
        return None
    count = one.shape[0]
    return one if isinstance(count, int) and count <= FEW else None


def _dense(node: Node) -> bool:
    """Whether a node is a dense layer under a name of its own."""
    layer = node.layer
    if layer is None or node.label is None:
        return False
    return layer.counted and "kernel" not in layer.arguments
