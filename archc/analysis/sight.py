"""What one position of a layer sees of the inputs, its borders included: a walk back to the data.

Every layer is asked which places the needed ones read; places outside a map are padding and read
nothing. So at a border this is what is left of the receptive field, pixel by pixel. What `pad`
mirrors or repeats is taken for padding, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod

from archc.graph.graph import Graph, Node
from archc.layers.base import Layer
from archc.layers.reads import OWN, Moved, Span, Window

Places = list[set[int]]  # along each axis, the channels first


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
        raise Unseen(f"`{node.path}` has {len(shape) - 1} axes behind its channels")
    for axis, (place, size) in enumerate(zip(position, shape[1:], strict=True)):
        if not 0 <= place < size:
            raise Unseen(f"axis {axis + 1} of `{node.path}` has places 0 to {size - 1}")
    needed: dict[int, Places] = {node.index: [set(range(shape[0])), *({at} for at in position)]}
    found: dict[str, tuple[range, ...]] = {}
    for index in range(node.index, -1, -1):
        places = needed.pop(index, None)
        if places is None:
            continue
        one = graph.nodes[index]
        if one.layer is None:
            found[one.path] = tuple(range(min(axis), max(axis) + 1) for axis in places[1:])
            continue
        for source, read in zip(one.inputs, _read(graph, one, one.layer, places), strict=False):
            if not all(read):
                continue
            before = needed.setdefault(source, [set() for _ in read])
            for known, more in zip(before, read, strict=True):
                known.update(more)
    return found


def _sizes(node: Node) -> tuple[int, ...]:
    sizes = tuple(n for n in node.shape or () if isinstance(n, int))
    if node.shape is None or len(sizes) < len(node.shape):
        raise Unseen(f"the size of `{node.path}` is not known")
    return sizes


def _read(graph: Graph, node: Node, layer: Layer, places: Places) -> list[Places]:
    """What the needed places read of each input that they read at all."""
    shapes = [_sizes(graph.nodes[i]) for i in node.inputs]
    if layer.many_inputs:
        return _branches(layer, shapes, _sizes(node), places)
    shape = shapes[0]
    reads = layer.windows(shapes)
    if reads == "unknown":
        raise Unseen(f"what `{node.path}` reads is not known")
    if reads == "global":
        return [[set(range(n)) for n in shape]]
    if isinstance(reads, Moved):
        return [_moved(reads, shape, _sizes(node), places)]
    along = reads if isinstance(reads, tuple) else (OWN,) * (len(shape) - 1)
    spans: tuple[Span, ...] = (layer.across, *along)
    return [[_along(*one) for one in zip(spans, places, shape, strict=True)]]


def _along(span: Span, places: Iterable[int], size: int) -> set[int]:
    """The places of an axis that these places of the output read."""
    if span is OWN:
        return {one for one in places if 0 <= one < size}
    if not isinstance(span, Window):
        return set(range(size))
    read: set[int] = set()
    for place in places:
        turn, phase = divmod(place, len(span.phases))
        read.update(turn * span.advance + one for one in span.phases[phase])
    return {one for one in read if 0 <= one < size}


def _moved(moved: Moved, old: Sequence[int], new: Sequence[int], places: Places) -> Places:
    """Places along axes that were joined are taken apart again; those of a cut axis are lost."""
    read = [set(range(n)) for n in old]
    for needed, axes, size in zip(places, moved.axes, new, strict=True):
        if len(needed) == size:
            continue
        for number, axis in enumerate(axes):
            behind = prod(old[inner] for inner in axes[number + 1 :])
            read[axis] = {place // behind % old[axis] for place in needed}
    return read


def _branches(
    layer: Layer, shapes: list[tuple[int, ...]], output: tuple[int, ...], places: Places
) -> list[Places]:
    """Every branch at the same places; an axis of 1 is stretched, channels may lie in a row."""
    if layer.windows(shapes) == "global":
        return [[set(range(n)) for n in shape] for shape in shapes]
    stacked = layer.across != OWN
    result = []
    first = 0
    for shape in shapes:
        read = [
            {0} if n == 1 and out != 1 else set(needed)
            for n, out, needed in zip(shape, output, places, strict=True)
        ]
        if stacked:
            read[0] = {place - first for place in places[0] if 0 <= place - first < shape[0]}
            first += shape[0]
        result.append(read)
    return result
