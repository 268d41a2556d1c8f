"""Calls of every kind, small enough to run: (keyword, by position, by name, input shapes)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any, NamedTuple

import pytest

from archc.layers.base import Layer
from archc.layers.registry import bind
from archc.shapes import Shape, Size, show

SIGNAL, MAP, VOLUME, FLAT = (4, 12), (6, 9, 8), (2, 5, 6, 4), (12,)
MAP9 = (2, 9, 6)
ANY = (FLAT, SIGNAL, MAP, VOLUME)
MAPS = (SIGNAL, MAP, VOLUME)

C3 = (
    *((i, (i + 1) % 6, (i + 2) % 6) for i in range(6)),
    *((i, (i + 1) % 6, (i + 2) % 6, (i + 3) % 6) for i in range(6)),
    *((i, (i + 1) % 6, (i + 3) % 6, (i + 4) % 6) for i in range(3)),
    tuple(range(6)),
)


class Example(NamedTuple):
    kind: str
    positional: tuple[Any, ...]
    named: dict[str, Any]
    inputs: tuple[Shape, ...]

    @property
    def layer(self) -> Layer:
        return bind(self.kind, self.positional, self.named, len(self.inputs[0]) - 1)

    def __str__(self) -> str:
        words = [str(value) for value in self.positional]
        words += [f"{name}={value}" for name, value in self.named.items() if name != "connect"]
        return " ".join((self.kind, *words, "on", *(show(shape) for shape in self.inputs)))


# Every entry is tried on every one of its shapes.
CALLS: dict[str, list[tuple[tuple[Any, ...], dict[str, Any], tuple[Shape, ...]]]] = {
    "conv": [
        ((6, 3), {"pad": 1}, MAPS),
        ((6, Size((3, 5))), {"stride": 2, "pad": Size((1, 2)), "bias": False}, (MAP,)),
        ((4, 2), {"stride": (2, 1), "dilation": 2, "groups": 2}, (MAP,)),
        ((4, 3), {"pad": "same"}, MAPS),
        ((4, 2), {"pad": "same"}, MAPS),
        ((4, 3), {"pad": "same", "stride": 2}, MAPS),
        ((4, 3), {"pad": ((0, 1), (2, 0))}, (MAP,)),
        ((4, 3), {"pad": ((2, 0),)}, (SIGNAL,)),
        ((16, 5), {"connect": C3}, (MAP,)),
    ],
    "conv_transpose": [
        ((4, 2), {"stride": 2}, MAPS),
        ((4, 3), {"stride": 2, "pad": 1, "output_pad": 1, "groups": 2}, (MAP,)),
        ((2, 3), {"dilation": 2, "pad": 1, "bias": False}, MAPS),
        ((4, 3), {"stride": 2, "pad": "same"}, MAPS),
        ((4, 2), {"stride": 3, "pad": "same", "groups": 2}, (MAP,)),
        ((4, 3), {"stride": 2, "pad": ((1, 0), (0, 1)), "output_pad": (0, 1)}, (MAP,)),
        ((4, 4), {"pad": ((3, 0),), "bias": False}, (SIGNAL,)),
    ],
    "std_conv": [
        ((6, 3), {"pad": 1}, MAPS),
        ((6, Size((3, 5))), {"stride": 2, "bias": False, "gamma": 1.5}, (MAP,)),
        ((4, 2), {"pad": "same", "groups": 2, "eps": 1e-3}, (MAP,)),
        ((4, 3), {"pad": "same", "stride": 2, "gamma": 1}, (SIGNAL, MAP)),
        ((4, 3), {"pad": ((0, 1), (2, 0)), "dilation": 2}, (MAP,)),
    ],
    "linear": [((5,), {}, (FLAT,)), ((5,), {"bias": False, "axis": -1}, (FLAT, SIGNAL, MAP))],
    "rbf": [((10,), {}, (FLAT,)), ((3,), {}, ((5,),))],
    "maxpool": [
        ((2,), {}, MAPS),
        ((3,), {"stride": 2, "pad": 1}, MAPS),
        ((3,), {"stride": 2, "ceil": True}, MAPS),
        ((2,), {"stride": 1, "dilation": 2, "pad": 1}, MAPS),
        ((3,), {"stride": 2, "pad": "same"}, MAPS),
        ((2,), {"stride": 1, "pad": ((0, 1), (1, 0))}, (MAP,)),
    ],
    "avgpool": [
        ((2,), {}, MAPS),
        ((3,), {"stride": 2, "pad": 1, "ceil": True}, MAPS),
        ((3,), {"stride": 1, "pad": 1, "count_include_pad": False}, MAPS),
        ((3,), {"stride": 2, "pad": "same"}, MAPS),
        ((2,), {"stride": 1, "pad": ((0, 1), (1, 0))}, (MAP,)),
    ],
    "stochastic_pool": [((2,), {}, (MAP,)), ((3,), {"stride": 2}, (MAP,))],
    "subsample": [((2,), {}, MAPS)],
    "adaptive_avgpool": [((3,), {}, MAPS), ((1,), {}, MAPS), ((Size((3, 1)),), {}, (MAP,))],
    "adaptive_maxpool": [((4,), {}, MAPS), ((1,), {}, MAPS)],
    "global_avgpool": [((), {}, MAPS)],
    "batchnorm": [((), {}, ANY), ((), {"eps": 1e-3, "momentum": 0.01}, (MAP,))]
    + [((), named, (MAP,)) for named in ({"affine": False}, {"track": False}, {"momentum": None})],
    "lrn": [((5,), {}, MAPS), ((2, 1e-2, 0.5, 2), {}, (MAP,))],
    "groupnorm": [((2,), {}, (*MAPS, FLAT)), ((1,), {"affine": False}, (MAP,))],
    "instancenorm": [((), {}, MAPS), ((), {"affine": True}, (MAP,))],
    "layernorm": [
        ((), {}, ANY),
        ((), {"axis": -1, "bias": False}, (MAP,)),
        ((), {"axis": "all"}, (MAP,)),
        ((), {"affine": False}, (MAP,)),
    ],
    "rmsnorm": [
        ((), {}, ANY),
        ((), {"axis": -1, "eps": 1e-2}, (MAP,)),
        ((), {"axis": "all"}, (MAP,)),
        ((), {"affine": False}, (MAP,)),
    ],
    **{
        kind: [((), {}, ANY)]
        for kind in (
            *("relu", "relu6", "leaky_relu", "elu", "gelu", "silu", "hardswish", "hardsigmoid"),
            *("mish", "absolute", "mean", "sum", "max"),
            *("sigmoid", "tanh", "scaled_tanh", "softmax", "log_softmax", "identity", "flatten"),
        )
    },
    "blurpool": [((), {}, (MAP,)), ((5, 2), {}, (MAP,)), ((2, 1), {}, (MAP,))],
    "grn": [((), {}, MAPS), ((), {"eps": 1e-2}, (MAP,))],
    "softplus": [((), {}, ANY), ((2.0, 1.0), {}, (MAP,))],
    "hardtanh": [((), {}, ANY), ((0.0, 2.0), {}, (MAP,))],
    "glu": [((), {}, ANY)],
    "rescale": [
        ((0.2,), {}, ANY),
        ((), {"shift": 3.0}, (MAP,)),
        ((), {"factor": -1.0, "shift": 0.5}, (MAP,)),
    ],
    "pixel_shuffle": [((2,), {}, ((8, 3, 4),)), ((3,), {}, ((9, 2, 5),)), ((1,), {}, (MAP,))],
    "pixel_unshuffle": [((2,), {}, ((3, 6, 8),)), ((3,), {}, (MAP9,)), ((1,), {}, (MAP,))],
    "prelu": [((), {}, ANY), ((), {"per_channel": True}, ANY)],
    "dropout": [((), {}, ANY), ((0,), {}, (MAP,))],
    "dropout2d": [((Fraction(1, 4),), {}, MAPS)],
    "stochastic_depth": [((0.2,), {}, ANY)],
    "add": [],
    "mul": [],
    "concat": [],
    "matmul": [],
    "reshape": [
        ((Size((8, 6, 9)),), {}, (MAP,)),
        (((4, -1),), {}, (FLAT, SIGNAL)),
        ((Size((3, 2, 2)),), {}, (FLAT,)),
        ((48,), {}, (SIGNAL,)),
    ],
    "slice": [((1, 2), {}, ANY), ((1,), {}, ANY)],
    "channel_shuffle": [((2,), {}, MAPS)],
    "permute": [(((1, 2, 0),), {}, (MAP,)), (((1, 0),), {}, (SIGNAL,))],
    "scale": [
        ((1e-6,), {}, ANY),
        ((), {"flat": True}, ANY),
        *(((), {"shape": shape}, (MAP,)) for shape in ((), (1,), (1, 6, 1, 1), (9, 8))),
    ],
    "shift": [
        ((0.5,), {}, ANY),
        ((), {"flat": True}, (FLAT, MAP)),
        *(((), {"shape": shape}, (MAP,)) for shape in ((), (1,), (6, 1, 8))),
    ],
    "pad": [
        ((1,), {}, MAPS),
        ((((0, 1), (2, 0)),), {}, (MAP,)),
        ((1,), {"mode": "reflect"}, MAPS),
        ((Size((1, 2)), "replicate"), {}, (MAP,)),
        ((), {"channels": (1, 2)}, ANY),
        ((), {"pad": -1}, MAPS),
        ((((-1, 1), (2, -3)),), {}, (MAP,)),
    ],
    "crop": [((3,), {}, MAPS), ((Size((4, 7)),), {}, (MAP,))],
    "upsample": [
        ((2,), {}, MAPS),
        ((3,), {}, MAPS),
        ((Size((12, 20)),), {}, (MAP,)),
        ((Size((4, 5)),), {}, (MAP,)),
        ((), {"scale": (2, 1)}, (MAP,)),
        ((2, "bilinear"), {}, (MAP,)),
        ((3, "bilinear"), {}, (MAP,)),
        ((2, "linear"), {}, (SIGNAL,)),
        ((2, "trilinear"), {}, (VOLUME,)),
        ((2, "bilinear", True), {}, (MAP,)),
        ((2, "bicubic"), {}, (MAP,)),
        ((Size((12, 20)), "bicubic"), {}, (MAP,)),
        ((Size((12, 5)), "bicubic", True), {}, (MAP,)),
        ((Size((12, 20)), "bilinear"), {}, (MAP,)),
        ((Size((4, 5)), "bilinear"), {"align_corners": True}, (MAP,)),
    ],
}

SEVERAL: list[Example] = [
    *(Example(kind, (), {}, (MAP,) * n) for kind in ("add", "mul", "concat") for n in (1, 2, 3)),
    Example("mul", (), {}, (MAP, (6, 1, 1))),
    Example("mul", (), {}, ((6, 1, 1), MAP)),
    Example("add", (), {}, (MAP, (6, 1, 1))),
    Example("add", (), {}, (MAP, (6, 9, 1), (6, 1, 8))),
    Example("matmul", (), {}, (MAP,)),
    Example("matmul", (), {}, (MAP, (6, 8, 5))),
    Example("matmul", (), {}, (SIGNAL, (12, 3))),
    Example("matmul", (), {}, ((1, 4, 12), (1, 12, 1), (1, 1, 7))),
    Example("concat", (), {}, (MAP, (1, 9, 8))),
    Example("add", (), {}, (FLAT, FLAT)),
    Example("crop", (), {"like": "skip"}, (MAP, (3, 4, 5))),
    Example("upsample", (), {"like": "skip"}, (MAP, (3, 18, 13))),
    Example("upsample", (), {"like": "skip", "mode": "bilinear"}, (MAP, (3, 18, 16))),
]


def _all() -> Iterator[Example]:
    for kind, calls in CALLS.items():
        for positional, named, shapes in calls:
            for shape in shapes:
                yield Example(kind, positional, named, (shape,))
    yield from SEVERAL


EXAMPLES = tuple(_all())


def few(examples: Iterable[Example], most: int) -> list[Any]:
    """So many of every kind, as parameters of a test; the others go with the campaign."""
    seen: Counter[str] = Counter()
    found = []
    for one in examples:
        seen[one.kind] += 1
        marks = pytest.mark.campaign if seen[one.kind] > most else ()
        found.append(pytest.param(one, id=str(one), marks=marks))
    return found


def in_turn(examples: Iterable[Example]) -> list[Example]:
    """Every call on one of its inputs, the next call on the next; of several inputs on all."""
    calls: dict[tuple[str, ...], list[Example]] = {}
    for one in examples:
        several = str(one.inputs) if len(one.inputs) > 1 else ""
        calls.setdefault((one.kind, str(one.positional), str(one.named), several), []).append(one)
    return [same[turn % len(same)] for turn, same in enumerate(calls.values())]
