"""Strided windows on a map of one position: all but the middle of each is padding.

So it comes out where every round of a loop strides, and the first one was to: the blocks of a
ResNet's stage.
"""

from __future__ import annotations

from archc.diagnostics import Diagnostic, Label
from archc.graph import cures
from archc.graph.graph import Graph, Node, Scope
from archc.language import tree
from archc.language.source import Span
from archc.layers.base import Layer
from archc.layers.reads import Window
from archc.shapes import Shape, show


def on_one_position(graph: Graph) -> tuple[int, Diagnostic] | None:
    """The first window of a network that strides where there is nowhere to go."""
    for node in graph.nodes:
        layer = node.layer
        if layer is None or layer.enlarges or set(layer.strides) <= {1} or node.shape is None:
            continue
        shape = graph.nodes[node.inputs[0]].shape
        if (
            shape is None
            or len(shape) < 2
            or set(shape[1:]) != {1}
            or not _hangs_over(layer, shape)
        ):
            continue
        strides = dict.fromkeys(layer.strides)
        stride = show(layer.strides) if len(strides) > 1 else str(layer.strides[0])
        message = (
            f"`{layer.keyword}` {show(layer.values['kernel'])} with stride {stride} runs on "
            f"{show(shape)}, a map of one position: all but one value of its window is padding"
        )
        loop, call, scope = _loop(node)
        span = call if loop is not None else node.span
        labels = () if loop is None else _rounds(graph, node, loop, call)
        proposals = () if loop is None else tuple(cures.rounds.strided_in_the_first(loop))
        return node.index, Diagnostic(
            "window-in-padding",
            "warning",
            message,
            span,
            labels,
            scope.frames() if loop is not None else node.scope.frames(),
            proposals=proposals,
        )
    return None


def _hangs_over(layer: Layer, shape: Shape) -> bool:
    """Whether a window moves and is padded on all sides: a projection of 1x1 is not."""
    windows = layer.windows([shape])
    if not isinstance(windows, tuple) or not windows:
        return False
    return all(
        isinstance(one, Window) and one.stride > 1 and one.size > 1 and one.padding > 0
        for one in windows
    )


def _loop(node: Node) -> tuple[Span | None, Span, Scope]:
    """The innermost loop around a layer, or around a call that leads to it, and what it runs."""
    span, scope = node.span, node.scope
    while True:
        around = [
            one
            for one, found in cures.edits.sites(span.source).items()
            if isinstance(found.link.action, (tree.For, tree.Repeat))
            and one.start <= span.start
            and span.end <= one.end
        ]
        while scope.kind != "block" and scope.parent is not None:
            scope = scope.parent
        if around:
            return max(around, key=lambda one: one.start), span, scope
        if scope.parent is None:
            return None, node.span, node.scope
        span, scope = scope.span, scope.parent


def _rounds(graph: Graph, node: Node, loop: Span, call: Span) -> tuple[Label, ...]:
    """The rounds that come to one position, where each runs the layer once."""
    runs = [
        one
        for one in graph.nodes
        if one.span == node.span and (call == node.span or _called_at(one, call))
    ]
    ones = [
        number
        for number, one in enumerate(runs, 1)
        if set((graph.nodes[one.inputs[0]].shape or ())[1:]) == {1}
    ]
    first, last = ones[0], len(runs)
    if ones != list(range(first, last + 1)) or cures.rounds.count(loop) != last:
        return ()
    rounds = f"round {first} runs" if first == last else f"rounds {first} to {last} run"
    head = Span(loop.source, loop.start, loop.start + len(loop.text.split(None, 1)[0]))
    return (Label(head, f"{rounds} on one position"),)


def _called_at(node: Node, call: Span) -> bool:
    scope: Scope | None = node.scope
    while scope is not None:
        if scope.kind == "block" and scope.span == call:
            return True
        scope = scope.parent
    return False
