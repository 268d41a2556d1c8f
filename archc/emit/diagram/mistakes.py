"""Where a broken spec breaks: the layers to be drawn in red, and what is said there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from archc.language.tree import Network
from archc.named import NamedTuple

if TYPE_CHECKING:
    from archc.diagnostics import Diagnostic
    from archc.graph.graph import Graph, Node
    from archc.language.source import Span


class Mistakes(NamedTuple):
    """The nodes at fault, and a few words for each."""

    nodes: frozenset[int]  # what comes in does not fit
    results: frozenset[int]  # what comes out is not what the author says
    texts: dict[int, str]
    end: str | None  # why nothing is known behind the last layer; None where nothing is missing


def mistakes(graph: Graph, findings: Sequence[Diagnostic]) -> Mistakes:
    """A layer without a shape whose inputs have one is where it broke."""
    nodes, results = set(), set()
    placed = set()  # the errors that stand at a layer, by number
    texts: dict[int, str] = {}
    shapes = [node.shape for node in graph.nodes]
    errors = [one for one in findings if one.severity == "error"]
    for node in graph.nodes:
        fed = bool(node.inputs) or node.layer is None
        broken = node.shape is None and fed and all(shapes[i] is not None for i in node.inputs)
        if broken:
            nodes.add(node.index)
            texts[node.index] = "does not fit"
        for number, one in enumerate(errors):
            if not _called(node, one):
                continue
            spans = [one.span, *(label.span for label in one.labels)]
            if broken and _within(node, one.span):
                placed.add(number)
                texts[node.index] = one.message.replace("`", "")
            elif one.code == "wrong-shape" and node.span in spans[1:]:
                placed.add(number)
                results.add(node.index)
                texts[node.index] = one.message.replace("`", "")
    rest = [one for number, one in enumerate(errors) if number not in placed]
    end = None if graph.complete else _end(graph, rest, bool(texts))
    return Mistakes(frozenset(nodes), frozenset(results), texts, end)


def _end(graph: Graph, errors: Sequence[Diagnostic], marked: bool) -> str | None:
    """Why the drawing ends where it does: what the errors say that stand at no layer.

    Where a layer is `marked` already, an error counts only behind the last layer.
    """
    network, others = graph.network.span, graph.program.definitions
    last = graph.nodes[-1].span if graph.nodes else None

    def inside(one: Diagnostic) -> bool:
        same = one.span.source is network.source
        return same and network.start <= one.span.start <= network.end

    def elsewhere(one: Diagnostic) -> bool:
        return any(
            isinstance(other, Network)
            and other is not graph.network
            and one.span.source is other.span.source
            and other.span.start <= one.span.start <= other.span.end
            for other in others
        )

    own = [one for one in errors if inside(one)]
    if marked:
        if last is None or last.source is not network.source:
            return None
        own = [one for one in own if one.span.start >= last.end]
    elif not own:
        own = [one for one in errors if not elsewhere(one)]
    if own:
        return own[0].message.replace("`", "")
    return None if marked else "the rest could not be worked out"


def _within(node: Node, span: Span) -> bool:
    """Whether a place in the text is in the layer's own."""
    same = span.source is node.span.source
    return same and node.span.start <= span.start <= span.end <= node.span.end


def _called(node: Node, one: Diagnostic) -> bool:
    """Whether a layer stands in the call that a finding speaks of."""
    return not one.calls or node.path.startswith(f"{one.calls[0].path}.")
