"""What `share` asks of the layers that run again: the weights of the first run fit."""

from __future__ import annotations

from collections.abc import Sequence

from archc.diagnostics import Label
from archc.graph.graph import Node
from archc.graph.mistakes import Mistake
from archc.graph.values import Tensor
from archc.language.source import Span
from archc.layers.base import Layer
from archc.shapes import show


def new_weights(
    path: str, layer: Layer, inputs: Sequence[Tensor], span: Span, shared: Span
) -> Mistake | None:
    """A layer that runs only where its group is shared may bring no weights of its own."""
    shapes = [tensor.shape for tensor in inputs if tensor.shape is not None]
    if len(shapes) < len(inputs) or not layer.weights(shapes):
        return None
    return Mistake(
        "share-mismatch",
        f"there is no `{path}` to share: it did not run the first time",
        shared,
        "whether it runs depends on what enters; give what has weights to each run",
        (Label(span, "this layer would bring weights of its own"),),
    )


def other_weights(
    nodes: Sequence[Node],
    first: Node,
    layer: Layer,
    inputs: Sequence[Tensor],
    span: Span,
    shared: Span,
) -> Mistake | None:
    """A layer that runs again has the weights that it was made with; None where they fit."""
    before = [shape for i in first.inputs if (shape := nodes[i].shape) is not None]
    now = [tensor.shape for tensor in inputs if tensor.shape is not None]
    unknown = len(before) < len(first.inputs) or len(now) < len(inputs)
    if first.layer is None or first.shape is None or unknown:
        return None
    if first.layer == layer and first.layer.weights(before) == layer.weights(now):
        return None
    if first.span != span:
        return Mistake(
            "share-mismatch",
            f"`{first.path}` is another layer here than in the first run",
            shared,
            "which layers run depends on what enters; label the ones that are shared",
            (Label(first.span, "this in the first run"), Label(span, "this here")),
        )
    was, here = ", ".join(map(show, before)), ", ".join(map(show, now))
    return Mistake(
        "share-mismatch",
        f"`{first.path}` was made for {was}; its weights do not fit {here}",
        shared,
        labels=(Label(span, "these are its weights"),),
    )
