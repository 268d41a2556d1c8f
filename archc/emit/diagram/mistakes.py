"""Where a broken spec breaks: the layers to be drawn in red, and what is said there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from archc.diagnostics import Diagnostic
    from archc.graph.graph import Graph, Node
    from archc.language.source import Span


class Mistakes(NamedTuple):
    """The nodes at fault, and a few words for each."""

    nodes: frozenset[int]  # what comes in does not fit
    results: frozenset[int]  # what comes out is not what the author says
    texts: dict[int, str]


def mistakes(graph: Graph, findings: Sequence[Diagnostic]) -> Mistakes:
    """A layer without a shape whose inputs have one is where it broke."""
    nodes, results = set(), set()
    texts: dict[int, str] = {}
    errors = [one for one in findings if one.severity == "error"]
    for node in graph.nodes:
        broken = node.shape is None and all(
            i >= 0 and graph.nodes[i].shape is not None for i in node.inputs
        )
        if broken:
            nodes.add(node.index)
            texts[node.index] = "does not fit"
        for one in errors:
            if not _called(node, one):
                continue
            spans = [one.span, *(label.span for label in one.labels)]
            if broken and _within(node, one.span):
                texts[node.index] = one.message.replace("`", "")
            elif one.code == "wrong-shape" and node.span in spans[1:]:
                results.add(node.index)
                texts[node.index] = one.message.replace("`", "")
    return Mistakes(frozenset(nodes), frozenset(results), texts)


def _within(node: Node, span: Span) -> bool:
    """Whether a place in the text is in the layer's own."""
    same = span.source is node.span.source
    return same and node.span.start <= span.start <= span.end <= node.span.end


def _called(node: Node, one: Diagnostic) -> bool:
    """Whether a layer stands in the call that a finding speaks of."""
    return not one.calls or node.path.startswith(f"{one.calls[0].path}.")
