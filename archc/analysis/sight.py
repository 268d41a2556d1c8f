"""What one position of a layer sees of the inputs, its borders included: a walk back to the data.

Every layer is asked which places the needed ones read; places outside a map are padding and read
nothing, but for those where `pad` or a blur mirrors the map or repeats its edge. So at a border
this is what is left of the receptive field, pixel by pixel.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from archc.analysis.places import Places, Rows, Scattered
from archc.graph.graph import Graph, Node
from archc.layers.base import Layer
from archc.layers.reads import OWN, Border, Moved, Span, Window, Windows
from archc.shapes import Shape

Needed = list[Places]  # along each axis, the channels first


class Unseen(ValueError):
    """There is no answer, for the reason given."""


def sight(graph: Graph, node: Node, position: Sequence[int]) -> dict[str, tuple[range, ...]]:
    """For each input by its path the pixels that can change what stands at a position.

    `position` counts from 0 along the axes behind the channels. The pixels are one range an axis,
    from the first to the last; what is not in the result is not seen at all. Raises `Unseen` for a
    position that the map lacks, and where an open size or a mistake hides the answer.
    """
    shape = _sizes(node)
    if len(position) != len(shape) - 1:
        told = f"`{node.path}` has {len(shape) - 1} axes behind its channels"
        raise Unseen(f"{told}, and {len(position)} numbers are given")
    for axis, (place, size) in enumerate(zip(position, shape[1:], strict=True)):
        if not 0 <= place < size:
            raise Unseen(f"axis {axis + 1} of `{node.path}` has places 0 to {size - 1}")
    try:
        return _Walk(graph).back(node, position)
    except Scattered as reason:
        raise Unseen(f"what `{node.path}` sees there cannot be told: {reason}") from None


class _Walk:
    """A walk from a layer back to the inputs."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._rows = Rows()
        self._windows: dict[tuple[Layer, tuple[Shape, ...]], Windows] = {}

    def back(self, node: Node, position: Sequence[int]) -> dict[str, tuple[range, ...]]:
        whole = range(_sizes(node)[0])
        needed: dict[int, Needed] = {
            node.index: [(whole,), *((range(at, at + 1),) for at in position)]
        }
        found: dict[str, tuple[range, ...]] = {}
        for index in range(node.index, -1, -1):
            places = needed.pop(index, None)
            if places is None:
                continue
            one = self._graph.nodes[index]
            if one.layer is None:
                found[one.path] = tuple(
                    range(axis[0].start, max(row[-1] for row in axis) + 1) for axis in places[1:]
                )
                continue
            for source, read in zip(one.inputs, self._read(one, one.layer, places), strict=False):
                if not all(read):
                    continue
                before = needed.setdefault(source, [() for _ in read])
                for axis, more in enumerate(read):
                    known = before[axis]
                    before[axis] = self._rows.united((*known, *more)) if known else more
        return found

    def _read(self, node: Node, layer: Layer, places: Needed) -> list[Needed]:
        """What the needed places read of each input that they read at all."""
        shapes = [_sizes(self._graph.nodes[i]) for i in node.inputs]
        if layer.many_inputs:
            return self._branches(layer, shapes, _sizes(node), places)
        shape = shapes[0]
        reads = self._asked(layer, shapes)
        if reads == "unknown":
            raise Unseen(f"what `{node.path}` reads is not known")
        if reads == "global":
            return [_whole(shape)]
        if isinstance(reads, Moved):
            return [self._moved(reads, shape, _sizes(node), places)]
        along = reads if isinstance(reads, tuple) else (OWN,) * (len(shape) - 1)
        spans: tuple[Span, ...] = (layer.across, *along)
        axes = zip(spans, places, shape, strict=True)
        return [[self._along(*one, layer.border) for one in axes]]

    def _asked(self, layer: Layer, shapes: list[tuple[int, ...]]) -> Windows:
        """The windows of a layer; equal ones on equal shapes are asked once."""
        key = layer, tuple(shapes)
        if key not in self._windows:
            self._windows[key] = layer.windows(shapes)
        return self._windows[key]

    def _along(self, span: Span, places: Places, size: int, border: Border) -> Places:
        """The places of an axis that these places of the output read."""
        if span is OWN:
            return self._rows.within(places, size)
        if not isinstance(span, Window):
            return (range(size),)
        return self._rows.read(places, span.phases, span.advance, size, border)

    def _moved(
        self, moved: Moved, old: Sequence[int], new: Sequence[int], places: Needed
    ) -> Needed:
        """Places along axes that were joined are taken apart; those of a cut axis are lost."""
        read = _whole(old)
        for needed, axes, size in zip(places, moved.axes, new, strict=True):
            if range(size) in needed:
                continue
            for number, axis in enumerate(axes):
                behind = prod(old[inner] for inner in axes[number + 1 :])
                read[axis] = self._rows.folded(needed, behind, old[axis])
        return read

    def _branches(
        self,
        layer: Layer,
        shapes: list[tuple[int, ...]],
        output: tuple[int, ...],
        places: Needed,
    ) -> list[Needed]:
        """Every branch at the same places; an axis of 1 is stretched, channels may lie in a row."""
        if self._asked(layer, shapes) == "global":
            return [_whole(shape) for shape in shapes]
        stacked = layer.across != OWN
        result: list[Needed] = []
        first = 0
        for shape in shapes:
            read = [
                (range(1),) if n == 1 and out != 1 else needed
                for n, out, needed in zip(shape, output, places, strict=True)
            ]
            if stacked:
                read[0] = self._rows.within(places[0], shape[0], first)
                first += shape[0]
            result.append(read)
        return result


def _whole(shape: Sequence[int]) -> Needed:
    return [(range(n),) for n in shape]


def _sizes(node: Node) -> tuple[int, ...]:
    sizes = tuple(n for n in node.shape or () if isinstance(n, int))
    if node.shape is None or len(sizes) < len(node.shape):
        raise Unseen(f"the size of `{node.path}` is not known")
    return sizes
