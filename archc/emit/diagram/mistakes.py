"""Where a broken spec breaks: the layers to be drawn in red, and what is said there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from archc.diagnostics import Diagnostic
    from archc.graph.graph import Graph


class Mistakes(NamedTuple):
    """The nodes at fault, and a few words for each."""

    nodes: frozenset[int]
    texts: dict[int, str]


def mistakes(graph: Graph, findings: Sequence[Diagnostic]) -> Mistakes:
    """A layer without a shape whose inputs have one is where it broke."""
    nodes = set()
    texts: dict[int, str] = {}
    for node in graph.nodes:
        if node.shape is None and all(
            i >= 0 and graph.nodes[i].shape is not None for i in node.inputs
        ):
            nodes.add(node.index)
            texts[node.index] = "does not fit"
            for one in findings:
                if (
                    one.severity == "error"
                    and one.span.source is node.span.source
                    and (node.span.start <= one.span.start < node.span.end)
                ):
                    texts[node.index] = one.code.replace("-", " ")
    return Mistakes(frozenset(nodes), texts)
