"""Heads written one under the other: each reads the one above it, and not the trunk."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.graph import Graph, Node
from archc.language.source import Span

_FROM = re.compile(r"output\s+from\s+\w+")
_WIDTH = re.compile(r"\w+\s+(\w+)")
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
        if _read_further(nodes, node, results):
            yield node, message, _beside(above, node)
            return
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


def _read_further(nodes: Sequence[Node], node: Node, results: Set[int]) -> bool:
    """Whether what follows reads a head, which is no result of the network."""
    return node.index not in results and any(node.index in one.inputs for one in nodes)


def _beside(above: Node, node: Node) -> Proposal:
    """`mu` and `logvar` of a decoder's code, of which the first is read further."""
    source, start, end = node.span.source, above.span.start, node.span.end
    assert above.shape is not None
    between = Span(source, above.span.end, node.span.start)
    label = f"{above.label}: "
    first = Span(source, start - len(label), start)
    width = _WIDTH.fullmatch(above.span.text)
    last = f" }} -> slice 0 {width[1] if width else above.shape[0]}"
    heads = f"{label}{above.span.text}; {node.label}: {node.span.text}"
    help = f"beside each other, the first read further: `concat {{ {heads}{last}`"
    edits = (Edit(first, f"concat {{ {first.text}"), Edit(Span(source, end, end), last))
    plain = first.text == label and not set(between.text) & set("{}>")
    return Proposal(help, Cure(edits if plain else ()))


def _said(graph: Graph, node: Node) -> Iterator[Edit]:
    """Takes away the `output from NAME` that names a node."""
    for one in graph.results:
        if one.node == node.index and _FROM.fullmatch(one.span.text):
            after = _NEXT.match(one.span.source.text, one.span.end)
            end = one.span.end if after is None else after.end()
            yield Edit(Span(one.span.source, one.span.start, end), "")


def _above(nodes: Sequence[Node], node: Node, results: Set[int]) -> Node | None:
    """The dense layer that a node reads alone, of few numbers, of as many as the node's, or a
    result of the network as the node is."""
    one = nodes[node.inputs[0]] if len(node.inputs) == 1 else None
    if one is None or not _dense(one) or one.shape is None:
        return None
    count = one.shape[0]
    few = isinstance(count, int) and count <= FEW
    alike = one.shape == node.shape
    return one if few or alike or {one.index, node.index} <= results else None


def _dense(node: Node) -> bool:
    """Whether a node is a dense layer under a name of its own."""
    layer = node.layer
    if layer is None or node.label is None:
        return False
    return layer.counted and "kernel" not in layer.arguments
