"""Shapes worked out again along the layers that lead to a place, with some of them changed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any

from archc.graph.graph import Node
from archc.layers.base import Layer, LayerError
from archc.layers.reads import never_read
from archc.named import NamedTuple
from archc.shapes import Shape

MOST_BEFORE = 400
"""Nodes before a place that are worked out again, at most: further ones stay as they are."""


class Change(NamedTuple):
    """Other arguments for one layer: their values, and how they are written.

    `forgotten` tells that nobody wrote them, and most who have such a layer do.
    """

    node: Node
    values: Mapping[str, Any]
    texts: Mapping[str, str]
    forgotten: bool = False


class Flow:
    """What leads to a node, back to a border or to the inputs of the network."""

    def __init__(self, nodes: Sequence[Node], index: int, border: frozenset[int]) -> None:
        self.last = index
        self._nodes = nodes
        self._known: dict[object, Shape | None] = {}
        waiting, found = [index], set[int]()
        while waiting and len(found) < MOST_BEFORE:
            one = waiting.pop()
            if one >= 0 and one not in border and one not in found:
                found.add(one)
                waiting += nodes[one].inputs
        self.nodes = [nodes[one] for one in sorted(found) if nodes[one].layer is not None]
        """The layers, in the order in which they run."""
        self._indices = [node.index for node in self.nodes]
        self._runs: dict[object, list[Node]] = {}
        for node in self.nodes:
            self._runs.setdefault((node.span, node.kind), []).append(node)

    def texts(self) -> list[Node]:
        """One layer for each place of the text, the last first."""
        last = [runs[-1] for runs in self._runs.values()]
        return sorted(last, key=lambda node: -node.index)

    def runs(self, node: Node) -> list[Node]:
        """Every layer that the text of one makes: a loop runs it again, and so does a call."""
        return self._runs.get((node.span, node.kind), [])

    def gives(self, changes: Sequence[Change]) -> Shape | None:
        """The shape of the last node with changes made; None where it cannot be."""
        made = self._made(changes)
        return None if made is None else made.get(self.last, self._nodes[self.last].shape)

    def enters(self, changes: Sequence[Change]) -> Shape | None:
        """What the last node reads with changes made; None where it flattens no map."""
        node = self._nodes[self.last]
        if node.layer is None or not node.inputs or node.layer.counted:
            return None
        first = node.inputs[0]
        return (self._made(changes) or {}).get(first, self._nodes[first].shape)

    def left_out(self, node: Node) -> list[int]:
        """The pixels at the end of its input that a window never reads, by axis."""
        shape = self._nodes[node.inputs[0]].shape if node.inputs else None
        return _left_out(node.layer, shape, node.shape)

    def leaves_more(self, changes: Sequence[Change]) -> bool:
        """Whether some window leaves out more of its input with changes made."""
        made = self._made(changes) or {}
        by_node = {change.node.index: change for change in changes}
        for node in self.nodes:
            change = by_node.get(node.index)
            if node.layer is None or not node.inputs:
                continue
            first = node.inputs[0]
            if change is None and first not in made:
                continue
            layer = node.layer
            if change is not None:
                layer = type(layer)(**{**layer.values, **change.values})
            shape = made.get(first, self._nodes[first].shape)
            after = _left_out(layer, shape, made.get(node.index, node.shape))
            before = self.left_out(node) or [0] * len(after)
            if any(more > less for less, more in zip(before, after, strict=False)):
                return True
        return False

    def _made(self, changes: Sequence[Change]) -> dict[int, Shape] | None:
        """The shapes that changes make other; None where a layer cannot be then."""
        by_node = {change.node.index: change for change in changes}
        first = bisect_left(self._indices, min(by_node))
        made: dict[int, Shape] = {}
        for node in self.nodes[first:]:
            change = by_node.get(node.index)
            if change is None and not any(index in made for index in node.inputs):
                continue
            entering = [made.get(index, self._nodes[index].shape) for index in node.inputs]
            assert node.layer is not None
            shape = self._output(node.layer, change, entering)
            if shape is None:
                return None
            if shape != node.shape:
                made[node.index] = shape
        return made

    def _output(
        self, layer: Layer, change: Change | None, entering: list[Shape | None]
    ) -> Shape | None:
        texts = None if change is None else tuple(change.texts.items())
        key = (layer, texts, tuple(entering))
        if key not in self._known:
            values = {} if change is None else change.values
            self._known[key] = output(layer, values, entering)
        return self._known[key]


def output(
    layer: Layer, values: Mapping[str, Any], entering: Sequence[Shape | None]
) -> Shape | None:
    """The shape that a layer with other values gives; None where it cannot be."""
    shapes = [shape for shape in entering if shape is not None]
    if not shapes or len(shapes) < len(entering):
        return None
    if not all(isinstance(axis, int) for shape in shapes for axis in shape):
        return None
    try:
        other = layer if not values else type(layer)(**{**layer.values, **values})
        return other.output(shapes)
    except LayerError:
        return None


def _left_out(layer: Layer | None, shape: Shape | None, result: Shape | None) -> list[int]:
    if layer is None or not shape or not result or max(layer.strides, default=1) == 1:
        return []
    return never_read(layer.windows([shape]), shape, result)
