"""Windows that lie in the padding altogether: the rim of a map that knows nothing of the input."""

from __future__ import annotations

from collections.abc import Iterator

from archc.graph.graph import Graph, Node
from archc.layers.base import Layer
from archc.layers.reads import Window
from archc.layers.remedy import Remedy
from archc.shapes import show


def rims(graph: Graph) -> Iterator[tuple[Node, str, Remedy]]:
    """`conv 8 1x1 pad=1`, `conv 8 3x3 pad=3`: as much padding as a window spans, or more."""
    for node in graph.nodes:
        layer = node.layer
        if node.shape is None or layer is None or layer.enlarges or not _wide(layer):
            continue
        shape = graph.nodes[node.inputs[0]].shape
        kernel = layer.values.get("kernel") or ()
        reads = layer.windows([shape]) if shape is not None and kernel else None
        if not isinstance(reads, tuple):
            continue
        windows = [one for one in reads if isinstance(one, Window)]
        if not any(one.padding >= one.size for one in windows):
            continue
        message = (
            f"the first windows of `{layer.keyword}` {show(kernel)} lie in its padding: they read "
            "nothing of the input"
        )
        kept = [(int(one.size) - 1) // 2 for one in windows]
        text = str(kept[0]) if len(set(kept)) == 1 else f"[{', '.join(map(str, kept))}]"
        yield node, message, Remedy({"pad": text if any(kept) else None})


def _wide(layer: Layer) -> bool:
    """Whether it may be so, without a look at the windows: a gap only widens what they span."""
    pad, kernel = getattr(layer, "pad", None), getattr(layer, "kernel", None)
    if not isinstance(pad, tuple) or not isinstance(kernel, tuple):
        return False
    return any(max(sides) >= size for sides, size in zip(pad, kernel, strict=False))
