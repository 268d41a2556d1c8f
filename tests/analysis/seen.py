"""Which pixels can change which outputs, by following every position of every map along an axis.

A measure for receptive fields that knows no windows, strides or phases: each layer's definition is
asked which places an output reads; those outside the map are zeros, mirrored or repeated. For the
inner positions, those that no border has touched on any way, this is what an endless plane shows.
"""

from __future__ import annotations

from fractions import Fraction
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


def seen(graph: Graph, axis: int) -> list[list[Seen]]:
    """For each node what each of its positions along an axis sees of the input."""
    result: list[list[Seen]] = []
    for node in graph.nodes:
        result.append(_positions(graph, node, axis, result))
    return result


def _positions(graph: Graph, node: Node, axis: int, before: list[list[Seen]]) -> list[Seen]:
    assert node.shape is not None
    if len(node.shape) == 1:
        return []  # a flat tensor has no positions
    out = node.shape[axis + 1]
    assert isinstance(out, int)
    if node.layer is None:
        return [Seen(y, y, False) for y in range(out)]
    found = []
    sources = node.inputs if node.layer.many_inputs else node.inputs[:1]
    for y in range(out):
        met: list[Seen] = []
        touched = False
        for source in sources:
            n = graph.nodes[source].shape[axis + 1]  # type: ignore[index]
            assert isinstance(n, int)
            for place in reads(node.layer, axis, y, n, out):
                inside: int | None = place
                if not 0 <= place < n:
                    touched, inside = True, beyond(node.layer, place, n)
                if inside is not None:
                    met.append(before[source][inside])
        firsts = [one.first for one in met if one.first is not None]
        lasts = [one.last for one in met if one.last is not None]
        touched = touched or any(one.touched for one in met)
        found.append(Seen(min(firsts, default=None), max(lasts, default=None), touched))
    return found
