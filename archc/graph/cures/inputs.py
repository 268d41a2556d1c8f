"""An input that nothing reads: the first layers read the last input, where another was meant."""

from __future__ import annotations

from collections.abc import Iterator

from archc.diagnostics import Cure, Proposal
from archc.graph.cures.edits import ahead, site
from archc.graph.graph import Graph, Node


def read_first(graph: Graph, unread: Node) -> Iterator[Proposal]:
    """`from rgb` in front of the first layer, which reads the input written last."""
    first = next((node for node in graph.nodes if node.layer is not None), None)
    found = site(first.span) if first is not None else None
    if first is None or found is None or len(first.inputs) != 1:
        return
    read = graph.nodes[first.inputs[0]]
    if read.layer is not None or read is unread:
        return
    source = unread.span.source
    behind = source.text.find("\n", read.span.start)
    if first.span.source is not source or behind < 0:
        return
    begin = source.text.rfind("\n", 0, read.span.start) + 1
    margin = source.text[begin : read.span.start]
    line = source.text[behind + 1 :].lstrip("\n")
    if margin.strip() or not line.strip():
        return
    edit = ahead(read.span._replace(start=behind + 1), f"{margin}from {unread.path}\n")
    start = f"line {first.span.line} reads `{read.path}`, the last input"
    yield Proposal(f"{start}: put `from {unread.path}` before it", Cure((edit,)))
