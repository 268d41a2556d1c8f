"""Which layers of a network have to be asked at every size: the others do as an earlier one does.

A layer does as another where both have the same arguments and read the same shapes, whatever the
size. A layer that takes every map and hands its size on (`relu`, a 1x1 convolution, a sum of equal
maps) need not be asked at all. Of a network of hundreds of layers a few dozen are left.
"""

from __future__ import annotations

from collections.abc import Mapping

from archc.graph.graph import Node
from archc.named import NamedTuple
from archc.shapes import Axis, Shape


class Source(NamedTuple):
    """Where a node's shape is found: at an asked node, with other channels where they differ."""

    asked: int
    channels: Axis | None = None

    def among(self, shapes: Mapping[int, Shape]) -> Shape:
        """The shape, given those of the asked nodes."""
        found = shapes[self.asked]
        return found if self.channels is None else (self.channels, *found[1:])


Reader = tuple[Node, tuple[Source, ...]]
"""A node, with the sources of what it reads."""


class Sorting:
    """Goes over the nodes in order; `open` are their shapes as formulas, which are exact.

    Maps are told apart by their formulas. Where sizes that meet may differ (an axis of 1 stretches)
    a formula says what comes out only as a rule, so from there on each map is one of its own.
    """

    def __init__(self, open: Mapping[int, Shape]) -> None:
        self.open = open
        self.sources: dict[int, Source] = {}
        self.asked: list[Reader] = []
        self._maps: dict[int, object] = {}
        self._first: dict[object, int] = {}

    def add(self, node: Node, likeness: int, plain: bool, tied: bool) -> None:
        """`likeness` is a number for its arguments, `plain` tells that they hold no letter,
        `tied` that its weights are made for one size."""
        read = [(self.open[index][:1], self._maps[index]) for index in node.inputs]
        maps = {one for _, one in read}
        key = None if tied or node.layer is None else (likeness, *read)
        if key in self._first:
            self._follow(node.index, Source(self._first[key]))
        elif plain and not tied and len(maps) == 1 and self._passes(node):
            before = self.sources[node.inputs[0]]
            self._follow(node.index, Source(before.asked, self.open[node.index][0]))
        else:
            self.asked.append((node, tuple([self.sources[index] for index in node.inputs])))
            self.sources[node.index] = Source(node.index)
            exact = not maps or (len(maps) == 1 and isinstance(maps.pop(), tuple))
            self._maps[node.index] = self._map(node.index) if exact else node.index
            if key is not None:
                self._first[key] = node.index

    def _map(self, index: int) -> Shape:
        """All axes whose size may change: a first one that holds a letter too."""
        shape = self.open[index]
        return shape[1:] if isinstance(shape[0], int) else shape

    def _follow(self, index: int, source: Source) -> None:
        self.sources[index] = source
        self._maps[index] = self._maps[source.asked]

    def _passes(self, node: Node) -> bool:
        """Whether it takes every map, and keeps its size."""
        if node.layer is None or node.layer.settled(True) != (1, 1):
            return False
        shapes = [self.open[index] for index in (node.index, *node.inputs)]
        return all(isinstance(one[0], int) and one[1:] == shapes[0][1:] for one in shapes)
