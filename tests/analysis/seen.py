"""Which pixels can change which outputs, by following every position of every map along an axis.

A measure for receptive fields that knows no windows, strides or phases: each layer's definition is
asked which places an output reads; those outside the map are zeros, mirrored or repeated. For the
inner positions, those that no border has touched on any way, this is what an endless plane shows.

Channels are followed by themselves, so that those which `slice` takes see what they are made of;
neighbours that see the same are a run, for there may be millions of them. A convolution is taken to
read all of them, in groups too, and so is whatever deals them out anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate, pairwise
from math import ceil, floor
from typing import Any, NamedTuple

from archc.graph.graph import Graph, Node


class Seen(NamedTuple):
    """The first and the last pixel, None where there is none; `touched` by a border."""

    first: int | None
    last: int | None
    touched: bool


def reads(layer: Any, axis: int, y: int, n: int, out: int) -> list[int]:
    """The places of the input, those outside it included, that place y of an axis reads."""
    kind = layer.keyword
    if kind in ("conv", "maxpool", "avgpool", "subsample", "stochastic_pool"):
        k = layer.kernel[axis]
        s = k if layer.stride is None else layer.stride[axis]
        d = layer.values.get("dilation", (1,) * 9)[axis]
        if layer.values.get("pad") == "same":
            total = max((out - 1) * s + d * (k - 1) + 1 - n, 0)
            begin = total // 2
        else:
            begin = layer.pad[axis][0] if layer.values.get("pad") else 0
        return [y * s - begin + d * i for i in range(k)]
    if kind == "conv_transpose":
        k, s, d = layer.kernel[axis], layer.stride[axis], layer.dilation[axis]
        at = [y + layer.pad[axis][0] - d * i for i in range(k)]
        return [place // s for place in at if place % s == 0]
    if kind in ("adaptive_avgpool", "adaptive_maxpool"):
        return list(range(floor(Fraction(y * n, out)), ceil(Fraction((y + 1) * n, out))))
    if kind == "global_avgpool":
        return list(range(n))
    if kind == "upsample":
        if layer.mode == "nearest":
            return [floor(Fraction(y * n, out))]
        middle = Fraction(2 * y + 1, 2) * Fraction(n, out) - Fraction(1, 2)
        if layer.align_corners:
            middle = y * Fraction(n - 1, out - 1) if out > 1 else Fraction(0)
        return [floor(middle)] if middle == floor(middle) else [floor(middle), floor(middle) + 1]
    if kind == "crop":
        return [y + (n - out) // 2]
    if kind == "pixel_shuffle":
        return [y // layer.factor]
    if kind == "pixel_unshuffle":
        return [y * layer.factor + i for i in range(layer.factor)]
    if kind == "blurpool":
        return [y * layer.stride - layer.pad + i for i in range(layer.size)]
    if kind == "pad":
        return [y - layer.pad[axis][0]]
    return [min(y, n - 1)] if n == 1 else [y]  # a factor stretches an axis of 1


def beyond(layer: Any, place: int, n: int) -> int | None:
    """The place of the map that stands at a place outside it; None for zeros."""
    edge = 0 if place < 0 else n - 1
    if layer.keyword == "blurpool" or layer.values.get("mode") == "reflect":
        return 2 * edge - place
    return edge if layer.values.get("mode") == "replicate" else None


Positions = list[Seen]
Run = tuple[int, Positions]  # so many neighbouring channels see this
MadeOf = list[tuple[int, list[Positions]]]  # so many are made of these
Alike = dict[tuple[Seen, ...], Positions]  # what sees the same, in whichever layers


def seen(graph: Graph, axis: int) -> list[Positions]:
    """For each node what each of its positions along an axis sees of the input, by any channel."""
    each: list[list[Run]] = []
    alike: Alike = {}
    for node in graph.nodes:
        each.append(_channels(graph, node, axis, each, alike))
    return [[_all(one) for one in zip(*_distinct(runs), strict=True)] for runs in each]


ALL = {
    *("conv", "std_conv", "conv_transpose", "linear", "rbf", "matmul", "softmax", "log_softmax"),
    *("layernorm", "rmsnorm", "grn", "mean", "sum", "max", "glu", "channel_shuffle"),
    *("pixel_shuffle", "pixel_unshuffle", "reshape", "permute"),
}
"""Kinds of which each channel is taken to be made of all."""


def _made_of(layer: Any, rows: list[list[Run]], channels: int) -> MadeOf:
    """What the channels of the output are made of; `rows` are the channels of each input."""
    kind, first = layer.keyword, rows[0]
    if kind in ALL:
        return [(channels, _distinct([run for row in rows for run in row]))]
    if kind == "concat":
        return [(count, [one]) for row in rows for count, one in row]
    if kind == "slice":
        return [(count, [one]) for count, one in _part(first, layer.begin, layer.begin + channels)]
    if kind == "pad":
        before, behind = layer.channels
        return [(before, []), *[(count, [one]) for count, one in first], (behind, [])]
    if kind == "lrn":
        return _windows(first, layer.size, channels)
    if len(rows) == 1:
        return [(count, [one]) for count, one in first]
    stretched = [[(channels, row[0][1])] if _ends(row) == [1] else row for row in rows]
    ends = sorted({end for row in stretched for end in _ends(row)})
    return [
        (end - begin, _distinct([run for row in stretched for run in _part(row, begin, end)]))
        for begin, end in pairwise([0, *ends])
    ]


def _windows(row: list[Run], size: int, channels: int) -> MadeOf:
    """What channels are made of that read `size` neighbours, themselves in the middle."""
    before = size // 2
    moved = [end + shift for end in _ends(row) for shift in (before, before - size + 1)]
    begins = sorted({0, channels, *[at for at in moved if 0 < at < channels]})
    return [
        (end - at, _distinct(_part(row, at - before, at - before + size)))
        for at, end in pairwise(begins)
    ]


def _ends(row: list[Run]) -> list[int]:
    return list(accumulate(count for count, _ in row))


def _part(row: list[Run], begin: int, end: int) -> list[Run]:
    """The channels from one to below another."""
    found = []
    at = 0
    for count, one in row:
        inside = min(at + count, end) - max(at, begin)
        if inside > 0:
            found.append((inside, one))
        at += count
    return found


def _channels(
    graph: Graph, node: Node, axis: int, before: list[list[Run]], alike: Alike
) -> list[Run]:
    """The positions of each channel."""
    shape = node.shape
    assert shape is not None
    if len(shape) == 1:
        return []  # a flat tensor has no positions
    channels, out = shape[0], shape[axis + 1]
    assert isinstance(channels, int)
    assert isinstance(out, int)
    if node.layer is None:
        return [(channels, [Seen(y, y, False) for y in range(out)])]
    sources = node.inputs if node.layer.many_inputs else node.inputs[:1]
    result: list[Run] = []
    for count, came in _made_of(node.layer, [before[source] for source in sources], channels):
        here = _positions(node.layer, axis, out, came)
        here = alike.setdefault(tuple(here), here)
        if result and result[-1][1] is here:
            count += result.pop()[0]
        if count:
            result.append((count, here))
    assert _ends(result)[-1] == channels
    return result


def _positions(layer: Any, axis: int, out: int, came: list[Positions]) -> Positions:
    """What each position sees that reads of these."""
    found = []
    for y in range(out):
        met: list[Seen] = []
        for source in came:
            n = len(source)
            for place in reads(layer, axis, y, n, out):
                inside: int | None = place
                if not 0 <= place < n:
                    inside = beyond(layer, place, n)
                    met.append(Seen(None, None, True))
                if inside is not None:
                    met.append(source[inside])
        found.append(_all(met))
    return found


def _distinct(runs: list[Run]) -> list[Positions]:
    return list({id(one): one for _, one in runs}.values())


def _all(met: Sequence[Seen]) -> Seen:
    firsts = [one.first for one in met if one.first is not None]
    lasts = [one.last for one in met if one.last is not None]
    touched = any(one.touched for one in met)
    return Seen(min(firsts, default=None), max(lasts, default=None), touched)
