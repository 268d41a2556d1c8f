"""A new head on a network whose own is still there: transfer learning takes that off."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph import cures
from archc.graph.calls import kind_called, written
from archc.graph.graph import Graph, Node, Scope
from archc.language import tree
from archc.language.source import Span

PASSED = ("regularisation", "normalisation", "shape")  # what keeps two dense layers one
BEHIND = ("activation", *PASSED)


def new_heads(graph: Graph) -> Iterator[tuple[Node, str, str, tuple[Proposal, ...]]]:
    """`ResNet50 -> linear 102`: the 1000 classes are still told apart, and the head reads those."""
    for node in _heads(graph):
        above = _read(graph.nodes, node)
        if above is None or above.scope is node.scope or above.shape is None:
            continue
        call, own = _network(above, node)
        site, head = cures.edits.site(call), cures.edits.site(node.span)
        if own is None or site is None or head is None:
            continue
        action, last = site.link.action, head.link.action
        if isinstance(action, tree.Apply) and isinstance(last, tree.Apply):
            name = action.callee.span.text
            message = (
                f"`{cures.edits.mended(last.span, [])}` reads the {above.shape[0]} numbers of the "
                f"last dense layer of `{name}`, with no activation between: two dense layers in a "
                "row are one"
            )
            help = (
                f"a group before its head, `trunk: {{ … }}`, is called by its path: `{name}.trunk`"
            )
            yield node, message, help, tuple(_proposals(action, own, above, last))


def _heads(graph: Graph) -> Iterator[Node]:
    """The dense layers that give the results, activations behind them or not."""
    for result in graph.results:
        node = graph.nodes[result.node]
        while len(node.inputs) == 1 and node.layer is not None and node.layer.group in BEHIND:
            node = graph.nodes[node.inputs[0]]
        if _dense(node):
            yield node


def _read(nodes: Sequence[Node], node: Node) -> Node | None:
    """The dense layer that one reads, with no activation between."""
    one = node
    while len(one.inputs) == 1:
        one = nodes[one.inputs[0]]
        if _dense(one):
            return one
        if one.layer is None or one.layer.group not in PASSED:
            return None
    return None


def _dense(node: Node) -> bool:
    return node.layer is not None and node.layer.group == "dense" and node.layer.counted


def _network(above: Node, node: Node) -> tuple[Span, tree.Network | None]:
    """The call of a network in which the one stands and the other not, and what it calls."""
    around: set[int] = set()
    scope: Scope | None = node.scope
    while scope is not None:
        if scope.kind == "block":
            return node.span, None  # a part of its own, as a decoder is, and no head
        around.add(id(scope))
        scope = scope.parent
    call, own, inside, scope = node.span, None, above.span, above.scope
    while scope is not None and id(scope) not in around:
        if scope.kind == "block":
            site = cures.edits.site(inside)
            definition = site.definition if site is not None else None
            if isinstance(definition, tree.Network):
                call, own = scope.span, definition
            inside = scope.span
        scope = scope.parent
    return call, own


def _proposals(
    action: tree.Apply, own: tree.Network, above: Node, last: tree.Apply
) -> Iterator[Proposal]:
    """The network without its head, where it has an argument for that; else with one so wide."""
    names = [one.name.id for one in own.parameters]
    width = next((one for one in names if re.search(rf"\b{one}\b", above.span.text)), None)
    kind = kind_called(last)
    wide = written(last, next(iter(kind.arguments))) if kind is not None else None
    if width is None or wide is None:
        return
    place = names.index(width)
    bare = cures.edits.given(action, width, "0", place)
    line = cures.edits.mended(action.span, [bare])
    yield Proposal(f"write `{line}`: the network without its head", Cure((bare,)))
    start, end = action.span.start, last.span.end
    if last.span.source is not action.span.source:
        return
    if not set(action.span.source.text[action.span.end : end]) & set("{}#"):
        edit = cures.edits.given(action, width, wide.value.span.text, place)
        line = cures.edits.mended(action.span, [edit])
        help = f"write `{line}`, without `{last.span.text}`: its own head, so wide"
        yield Proposal(help, Cure((Edit(Span(action.span.source, start, end), line),)))
