"""Axes that are missing in front of a layer of windows: `input 100`, `reshape 28x28`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.calls import kind_called
from archc.graph.cures.edits import after, ahead, site
from archc.graph.cures.reaching import expression, way_to
from archc.graph.graph import Node
from archc.graph.values import Tensor
from archc.language import tree
from archc.language.source import Span
from archc.layers.arguments import ArgumentError
from archc.layers.base import LayerError
from archc.shapes import Shape, show

WRITTEN = re.compile(r"(?:input(?:\s+[A-Za-z_]\w*)?|reshape)\s+(\d+(?:x\d+)*)\Z", re.ASCII)
"""A shape written in numbers, where it is made."""

CHANNELS = (1, 3, 4)


def axis_added(
    error: LayerError | ArgumentError,
    action: tree.Apply,
    inputs: Sequence[Tensor],
    nodes: Sequence[Node],
) -> Iterator[Proposal]:
    """The axis that a window wants, put where the shape is written; else a `reshape` in front."""
    index = inputs[0].node if inputs else -1
    shape = inputs[0].shape if inputs else None
    if error.code not in ("needs-map", "wrong-rank") or index < 0 or not shape:
        return
    rank = _rank(action, len(shape))
    shapes = list(_likely(shape, rank, action))
    source = _source(nodes, index)
    written = WRITTEN.match(" ".join(source.span.text.split())) if source is not None else None
    if source is not None and written is not None and source.shape == shape:
        text = source.span.text
        start = source.span.start + text.rindex(written[1])
        place = Span(source.span.source, start, start + len(written[1]))
        for other in shapes:
            line = text[: text.rindex(written[1])] + show(other)
            help = f"channels stand first: write `{line}` in line {source.span.line}"
            yield Proposal(help, Cure((Edit(place, show(other)),)))
    own = site(action.span)
    if own is None or not all(isinstance(axis, int) for axis in shape):
        return
    worked_out = _worked_out(nodes, index, own.definition.span)
    for other in shapes:
        before = f"reshape {_with(worked_out, shape[0], other)} -> "
        yield Proposal(f"put `{before[:-4]}` before it", Cure((ahead(own.link.span, before),)))


INPUT = re.compile(r"input(?:\s+[A-Za-z_]\w*(?=\s+[\w(]))?\s+([^\n;{}#=>]+)\Z", re.ASCII)


def _worked_out(nodes: Sequence[Node], index: int, definition: Span) -> str | None:
    """How a flat number is written where it comes from, if not as a number: `input nz`."""
    way = way_to(nodes, index)
    counted = next((one for one in way if one.layer is not None and one.layer.counted), None)
    text: str | None = None
    if counted is not None:
        found = site(counted.span)
        call = found.link.action if found is not None else None
        span = counted.span
        if isinstance(call, tree.Apply) and call.arguments:
            text = call.arguments[0].value.span.text
    else:
        source = nodes[way[-1].inputs[0]] if way else nodes[index]
        span = source.span
        written = INPUT.match(" ".join(span.text.split())) if source.layer is None else None
        text = written[1].strip(" []") if written is not None else None
    inside = span.source is definition.source and definition.start <= span.start < definition.end
    return text if text and inside and re.search(r"[A-Za-z_]", text) else None


def _with(worked_out: str | None, number: object, shape: Shape) -> str:
    """A shape as it is written, its long axis as the author writes it."""
    if worked_out is None or number not in shape:
        return show(shape)
    axes = [worked_out if axis == number else show((axis,)) for axis in shape]
    return f"[{', '.join(axes)}]"


def _source(nodes: Sequence[Node], index: int) -> Node | None:
    """The input or the `reshape` whose shape arrives, layers between that keep it or not."""
    shape = nodes[index].shape
    for node in way_to(nodes, index):
        if WRITTEN.match(" ".join(node.span.text.split())) and node.layer is not None:
            return node
        if node.shape != shape:
            return None
        index = node.inputs[0]
    return nodes[index] if nodes[index].layer is None else None


def _rank(action: tree.Apply, axes: int) -> int:
    """The axes of the window, as far as the call tells them."""
    kind = kind_called(action)
    kernel = expression(action, kind, "kernel") if kind and "kernel" in kind.arguments else None
    if isinstance(kernel, tree.Size):
        return len(kernel.axes)
    if kind is None or kind.enlarges or not kind.counted:
        return 2
    large = isinstance(kernel, tree.Number) and kernel.value > 11
    return 1 if large else 2


def _likely(shape: Shape, rank: int, action: tree.Apply) -> Iterator[Shape]:
    """Shapes of as many numbers and of so many axes behind the channels, the likeliest first."""
    kind = kind_called(action)
    if len(shape) == rank:
        yield (1, *shape)
    if len(shape) != 1 or not isinstance(shape[0], int):
        return
    number = shape[0]
    if rank == 2 and not (kind is not None and kind.enlarges):
        for channels in CHANNELS:
            side = math.isqrt(number // channels)
            if side > 4 and channels * side * side == number:
                yield (channels, side, side)
    vector: Shape = (number, *(1,) * rank)
    signal: Shape = (1, number)
    if rank == 1:
        yield from (signal, vector)
    else:
        yield from (vector, signal)


def made_a_map_again(
    link: tree.Link, shape: Shape, wanted: Sequence[int | None]
) -> Iterator[Proposal]:
    """`linear 784 => 1x28x28`: as many values as the map that is claimed."""
    axes = [axis for axis in wanted if axis is not None]
    if len(shape) != 1 or len(axes) < max(len(wanted), 2) or math.prod(axes) != shape[0]:
        return
    line = f"reshape {show(tuple(axes))}"
    yield Proposal(f"put `{line}` behind it", Cure((after(link.action.span, f" -> {line}"),)))
