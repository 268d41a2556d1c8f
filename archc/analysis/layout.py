"""Where PyTorch copies values because they do not lie in order: behind `permute`, `slice`, `crop`.

A `flatten` is a view where the strides allow it, else a copy; some layers copy such an input before
they use it. A network in which all values lie in order is told at a glance, and nothing is asked.
"""

from __future__ import annotations

from archc.graph.graph import Graph, Node
from archc.layers.base import Layer
from archc.layers.laid import Laid, plain
from archc.named import NamedTuple
from archc.shapes import Shape


class Copies(NamedTuple):
    """Nodes: views that have to copy, layers that copy their input first, all of which the first
    input does not lie in order, and those that put in order what they worked out."""

    views: frozenset[int] = frozenset()
    inputs: frozenset[int] = frozenset()
    strewn: frozenset[int] = frozenset()
    outputs: frozenset[int] = frozenset()


NONE = Copies()


def copies(graph: Graph, in_place: frozenset[int], images: int, training: bool) -> Copies:
    """For a batch of so many images; what depends on an open size is taken to lie in order."""
    nodes = graph.nodes
    if not any(node.layer is not None and node.layer.reorders for node in nodes):
        return NONE
    return lay(graph, in_place, images, training)[1]


def lay(
    graph: Graph, in_place: frozenset[int], images: int, training: bool
) -> tuple[list[Laid | None], Copies]:
    """How every value lies, None where an open size decides it; and what is copied for it."""
    laid: list[Laid | None] = []
    views = set()
    inputs = set()
    strewn = set()
    outputs = set()
    for node in graph.nodes:
        whole = _whole(node.shape, images)
        sources = [laid[i] for i in node.inputs]
        layer = node.layer
        if whole is None:
            laid.append(None)
            continue
        known = [source for source in sources if source is not None]
        if layer is None or len(known) != len(sources):
            laid.append(plain(whole))
            continue
        if not known[0].plain:
            strewn.add(node.index)
        if layer.straightens(known[0], node.frozen):
            inputs.add(node.index)
        if layer.orders(known[0]):
            outputs.add(node.index)
        result = _lies(layer, node, known, whole, in_place, training)
        if result is None:
            views.add(node.index)
            result = plain(whole)
        laid.append(result)
    return laid, Copies(frozenset(views), frozenset(inputs), frozenset(strewn), frozenset(outputs))


def _lies(
    layer: Layer,
    node: Node,
    inputs: list[Laid],
    whole: tuple[int, ...],
    in_place: frozenset[int],
    training: bool,
) -> Laid | None:
    same = layer.shares(len(inputs), training) and not layer.reorders and whole == inputs[0].shape
    return inputs[0] if same or node.index in in_place else layer.lies(inputs, whole)


def _whole(shape: Shape | None, images: int) -> tuple[int, ...] | None:
    if shape is None:
        return None
    axes = [axis for axis in shape if isinstance(axis, int)]
    return (images, *axes) if len(axes) == len(shape) else None
