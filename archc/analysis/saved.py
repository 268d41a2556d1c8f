"""Memory of training: what autograd keeps for the backward pass, gradients, optimizer state.

Every layer kind says what its backward pass needs: inputs, its output, numbers of its own. Each
storage counts once, at the first layer that keeps it: a ReLU's output is the next convolution's
input. Nothing is kept where nothing needs a gradient: before the first layer with parameters.
"""

from __future__ import annotations

from typing import NamedTuple

from archc.analysis.layout import copies
from archc.graph.graph import Graph, Node
from archc.layers.base import Layer, Saved
from archc.shapes import Shape, count

STATES = {"sgd": 0, "momentum": 1, "nag": 1, "adagrad": 1, "rmsprop": 1, "adadelta": 2, "adam": 2}
"""Numbers an optimizer keeps for each parameter."""


class Training(NamedTuple):
    """Bytes that training needs beside the weights."""

    saved_for_backward: int | None
    gradients: int | None
    optimizer: int | None


def training_bytes(
    saved_for_backward: int | None, params: int | None, optimizer: str, dtype_bytes: int = 4
) -> Training:
    """One gradient a parameter, and 0, 1 or 2 numbers of optimizer state (`STATES`)."""
    if params is None:
        return Training(saved_for_backward, None, None)
    gradients = params * dtype_bytes
    return Training(saved_for_backward, gradients, gradients * STATES[optimizer])


def saved_bytes(
    graph: Graph, in_place: frozenset[int], learns: list[bool], batch: int, dtype_bytes: int
) -> list[int | None]:
    """The bytes each node adds to what is kept; `learns` tells which have parameters.

    None where a size is open or unknown. An activation in place whose backward needs its input
    keeps a copy of it, made before it is overwritten, or where it can do with it its output.
    """
    nodes = graph.nodes
    shapes = [node.shape for node in nodes]
    memo: dict[object, Saved | None] = {}
    root: list[int] = []
    needs: list[bool] = []
    useful = _useful(graph)
    copied = copies(graph, in_place, batch, training=True)
    kept: set[int] = set()
    result: list[int | None] = []
    per_value = batch * dtype_bytes

    def keep(value: int) -> int:
        """The bytes of a value's storage, 0 where it is kept already."""
        r = root[value]
        if r in kept:
            return 0
        kept.add(r)
        return (count(shapes[r] or ()) or 0) * per_value

    for node in nodes:
        layer, sources, index = node.layer, node.inputs, node.index
        root.append(index)
        if layer is None:
            needs.append(False)
            result.append(0)
            continue
        inputs = tuple([shapes[i] for i in sources])
        key = (layer, inputs, shapes[index])
        if key in memo:
            saved = memo[key]
        else:
            saved = memo[key] = _ask(layer, inputs, shapes[index])
        shares = index in in_place or layer.shares(len(sources), training=True)
        if sources and shares and index not in copied.views:
            root[index] = root[sources[0]]
        flows = any(needs[i] for i in sources)
        needed = learns[index] or flows
        needs.append(needed)
        if saved is None:
            result.append(None)
            continue
        bytes_ = 0
        if needed and index in useful:
            if index in in_place and layer.needs_output:
                saved = Saved(output=True)
            serves = {"any": True, "weights": learns[index], "inputs": flows}
            for position in saved.inputs if serves[saved.inputs_serve] else ():
                value = sources[position]
                if index in in_place or index in copied.inputs:
                    bytes_ += (count(shapes[value] or ()) or 0) * per_value
                elif not layer.many_inputs or _needed_by_others(node, position, needs):
                    bytes_ += keep(value)
            if saved.output:
                bytes_ += keep(index)
            for extra in saved.extra:
                if serves[extra.purpose]:
                    images = batch if extra.each_image else 1
                    bytes_ += extra.values * (extra.width or dtype_bytes) * images
        result.append(bytes_)
    return result


def _useful(graph: Graph) -> set[int]:
    """The nodes that a result is made of; what others would keep goes when their value goes.

    A layer that takes the size of a second input reads no values of it.
    """
    found: set[int] = set()
    waiting = [result.node for result in graph.results]
    while waiting:
        index = waiting.pop()
        if index in found:
            continue
        found.add(index)
        node = graph.nodes[index]
        several = node.layer is not None and node.layer.many_inputs
        waiting += node.inputs if several else node.inputs[:1]
    return found


def _ask(layer: Layer, inputs: tuple[Shape | None, ...], output: Shape | None) -> Saved | None:
    known = [shape for shape in inputs if shape is not None]
    if output is None or len(known) != len(inputs):
        return None
    if any(not isinstance(axis, int) for shape in (*known, output) for axis in shape):
        return None
    return layer.saved(known, output)


def _needed_by_others(node: Node, position: int, needs: list[bool]) -> bool:
    """A factor of a product is kept for the gradients of the others."""
    return any(needs[i] for other, i in enumerate(node.inputs) if other != position)
