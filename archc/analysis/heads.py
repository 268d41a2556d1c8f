"""Heads written one under the other: each reads the one above it, and not the trunk."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.graph import Graph, Node
from archc.language.source import Span

_FROM = re.compile(r"output\s+from\s+\w+")
_NEXT = re.compile(r"\s*;[ \t]*")
FEW = 10  # numbers that a head gives, and that the next one reads


def heads(graph: Graph) -> Iterator[tuple[Node, str, Proposal]]:
    """`age: linear 1` and, below it, `gender: linear 2`, which reads that one number."""
    nodes = graph.nodes
    results = {one.node for one in graph.results}
    for node in reversed(nodes):
        above = _above(nodes, node, results) if _dense(node) else None
        if above is None:
            continue
        edits = []
        one: Node | None = above
        while one is not None:
            start = Span(one.span.source, one.span.start, one.span.start)
            edits.append(Edit(start, "output "))
            one = _above(nodes, one, results)
        count = (above.shape or (0,))[0]
        numbers = "one number" if count == 1 else f"{count} numbers"
        message = (
            f"`{node.label}` reads `{above.label}`, {numbers}, with nothing between: two dense "
            "layers in a row are one"
        )
        help = f"as results beside each other: `{above.label}: output {above.span.text}`"
        if len(edits) > 1:
            help += ", and so above it"
        said = [edit for one in (above, node) for edit in _said(graph, one)]
        if said:
            start = Span(node.span.source, node.span.start, node.span.start)
            edits += [Edit(start, "output "), *said]
            last = f"`{node.label}: output {node.span.text}`"
            help += f" and {last}, without `output from` below"
        yield node, message, Proposal(help, Cure(tuple(edits)))
        return


def _said(graph: Graph, node: Node) -> Iterator[Edit]:
    """Takes away the `output from NAME` that names a node."""
    for one in graph.results:
        if one.node == node.index and _FROM.fullmatch(one.span.text):
            after = _NEXT.match(one.span.source.text, one.span.end)
            end = one.span.end if after is None else after.end()
            yield Edit(Span(one.span.source, one.span.start, end), "")


def _above(nodes: Sequence[Node], node: Node, results: Set[int]) -> Node | None:
    """The dense layer of few numbers, or that is a result of the network as the node is, that a
    node reads, if it reads that alone."""
    one = nodes[node.inputs[0]] if len(node.inputs) == 1 else None
    if one is None or not _dense(one) or one.shape is None:
        return None
    count = one.shape[0]
    few = isinstance(count, int) and count <= FEW
    return one if few or {one.index, node.index} <= results else None


def _dense(node: Node) -> bool:
    """Whether a node is a dense layer under a name of its own."""
    layer = node.layer
    if layer is None or node.label is None:
        return False
    return layer.counted and "kernel" not in layer.arguments
