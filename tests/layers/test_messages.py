"""What an author is told: code, words, arguments at fault and cure."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from archc.layers.arguments import ArgumentError
from archc.layers.base import LayerError
from archc.layers.registry import bind
from archc.shapes import Open, Shape, Size
from tests.each import each

MAP: Shape = (512, 7, 7)

LAYERS: list[
    tuple[str, tuple[Any, ...], dict[str, Any], tuple[Shape, ...], str, str, str | None]
] = [
    (
        *("maxpool", (8,), {}, (MAP,)),
        "pool-too-large",
        "`maxpool` 8x8 does not fit on 512x7x7",
        "kernel=7x7",
    ),
    (
        *("conv", (64, 11), {"pad": 1, "stride": 4}, (MAP,)),
        "kernel-too-large",
        "`conv` 11x11 does not fit on 512x7x7 (padded: 512x9x9)",
        "pad=5 or kernel=9x9",
    ),
    (
        *("conv", (64, 5), {"dilation": 2}, (MAP,)),
        "kernel-too-large",
        "`conv` 5x5 with dilation 2x2 spans 9x9, which does not fit on 512x7x7",
        "pad=2 or kernel=4x4",
    ),
    (
        *("conv", (64, 3), {"groups": 3}, (MAP,)),
        "groups-do-not-divide",
        "groups=3 does not divide 512 input channels",
        "a multiple of 3 or groups=2 or groups=4",
    ),
    (
        *("conv", (64, 3), {"groups": 128}, (MAP,)),
        "groups-do-not-divide",
        "groups=128 does not divide 64 output channels",
        "channels=128 or a multiple of 128 or groups=64",
    ),
    (
        *("linear", (10,), {}, (MAP,)),
        "needs-flat",
        "`linear` wants a flat tensor, but its input is a map: 512x7x7",
        "flatten ->",
    ),
    (
        *("conv", (10, 3), {}, ((512,),)),
        "needs-map",
        "`conv` slides over a map, but its input is flat: 512",
        "a map has channels and sizes: `reshape` makes one of a flat tensor",
    ),
    (
        *("add", (), {}, ((512, 56, 56), (512, 28, 28))),
        "shape-mismatch",
        "`add` needs equal shapes, but its branches give 512x56x56 and 512x28x28",
        None,
    ),
    (
        *("add", (), {}, ((256, 56, 56), (64, 56, 56))),
        "shape-mismatch",
        "`add` needs equal shapes, but its branches give 256x56x56 and 64x56x56",
        None,
    ),
    (
        *("mul", (), {}, ((256, 56, 56), (64, 1, 1))),
        "shape-mismatch",
        "`mul` needs equal shapes, but its branches give 256x56x56 and 64x1x1",
        None,
    ),
    (
        *("concat", (), {}, ((64, 28, 28), (32, 28, 28), (32, 14, 14))),
        "concat-mismatch",
        "`concat` needs branches that differ in channels alone, "
        "but they give 64x28x28 and 32x14x14",
        None,
    ),
    (
        *("conv_transpose", (8, 1), {"pad": 4}, ((8, 7, 7),)),
        "empty-axis",
        "`conv_transpose` leaves nothing of 8x7x7: an axis of 7 comes out at -1",
        None,
    ),
    (
        *("conv_transpose", (8, 3), {"stride": 2, "pad": "same", "output_pad": 1}, ((8, 7, 7),)),
        "cannot-express",
        "with `pad=same` the output is input x stride, and `output_pad` adds nothing to it",
        "no output_pad",
    ),
    (
        *("conv_transpose", (8, 3), {"output_pad": 1}, ((8, 7, 7),)),
        "out-of-range",
        "output_pad=1 must be smaller than the stride 1 or the dilation 1",
        None,
    ),
    (
        *("conv", (2, 3), {"connect": ((0, 1),)}, ((2, 7, 7),)),
        "bad-connect",
        "`connect` has 1 rows, but `conv` has 2 output maps",
        "one list for each output map",
    ),
    (
        *("conv", (2, 3), {"connect": ((0, 1), (1, 2))}, ((2, 7, 7),)),
        "bad-connect",
        "output map 1 of `connect` reads input map 2, but the input has 2, 0 to 1",
        None,
    ),
    (
        *("reshape", (Size((512, 7, 6)),), {}, ((25088,),)),
        "bad-reshape",
        "`reshape` to 512x7x6 holds 21,504 values, but its input 25088 has 25,088",
        "shape=512x7x7",
    ),
    (
        *("crop", (Size((9, 7)),), {}, (MAP,)),
        "crop-too-large",
        "`crop` cannot cut 9x7 out of 512x7x7",
        "`pad` and `upsample` make a map larger",
    ),
    (
        *("slice", (0, 600), {}, (MAP,)),
        "slice-out-of-range",
        "`slice` goes to 600, but its input has 512 channels",
        "no end",
    ),
    (
        *("slice", (512,), {}, (MAP,)),
        "slice-out-of-range",
        "`slice` from 512 to 512 leaves no channel of 512",
        None,
    ),
    (
        *("permute", ((1, 0),), {}, (MAP,)),
        "bad-permute",
        "`permute` [1, 0] does not order the axes of 512x7x7",
        "name each of 0, 1, 2 once",
    ),
    (
        *("maxpool", (3,), {"pad": 2}, (MAP,)),
        "cannot-express",
        "`maxpool` 3x3 can be padded by 1 at most, half its kernel, not by 2",
        "pad=1",
    ),
    (
        *("maxpool", (2,), {"ceil": True, "pad": ((0, 1), (0, 1))}, (MAP,)),
        "cannot-express",
        "PyTorch has no ceil mode with different padding at begin and end",
        "no ceil",
    ),
    (
        *("avgpool", (2,), {"stride": 1, "pad": "same", "count_include_pad": False}, (MAP,)),
        "cannot-express",
        "PyTorch cannot leave padding out of the mean where begin and end differ: 0 and 1",
        "no count_include_pad",
    ),
    (
        *("upsample", (2, "bilinear"), {}, ((8, 40),)),
        "wrong-rank",
        "mode=bilinear is for 2-D maps, but the input is 8x40",
        "mode=linear",
    ),
    (
        *("upsample", (), {}, (MAP,)),
        "missing-argument",
        "`upsample` needs `size` or `scale` or `like`, one of them",
        "as in `upsample 2` or `upsample 56x56`",
    ),
    (
        *("crop", (3,), {"like": "x"}, (MAP, MAP)),
        "too-many-arguments",
        "`crop` needs `size` or `like`, but has size and like",
        "no like or no size",
    ),
    (
        *("scale", (), {"shape": (512,)}, (MAP,)),
        "shape-mismatch",
        "`scale` has numbers of 512, which do not stretch to its input 512x7x7",
        "each axis is 1 or the input's, counted from the last one",
    ),
    (
        *("shift", (), {"shape": (1,), "flat": True}, (MAP,)),
        "cannot-express",
        "`shift` has a `shape` of its own, so it cannot be flat",
        "no flat or no shape",
    ),
    (
        *("pad", (), {"pad": ((-4, -3), (0, 0))}, (MAP,)),
        "empty-axis",
        "`pad` cuts 7 values off an axis of 7: 512x7x7",
        None,
    ),
    (
        *("pad", (), {"pad": -1, "mode": "reflect"}, (MAP,)),
        "cannot-express",
        "`pad` cuts off in mode=zeros alone, not with mode=reflect",
        None,
    ),
    (
        *("pad", (7,), {"mode": "reflect"}, (MAP,)),
        "out-of-range",
        "`pad` cannot mirror 7 pixels of an axis of 7; 6 at most",
        None,
    ),
]


def advice_of(error: LayerError) -> str | None:
    """What may make the call right, in short; else what explains the error."""
    ways = []
    for remedy in error.remedies:
        parts = [f"{remedy.before} ->"] if remedy.before else []
        parts += [
            f"no {name}" if text is None else f"{name}={text}"
            for name, text in remedy.arguments.items()
        ]
        if remedy.width is not None:
            parts.append(f"a multiple of {remedy.width[1]}")
        ways.append(" ".join(parts))
    return " or ".join(ways) or error.help


@each("kind, positional, named, inputs, code, message, advice", LAYERS)
def test_layers_that_cannot_be(
    kind: str,
    positional: tuple[Any, ...],
    named: dict[str, Any],
    inputs: tuple[Shape, ...],
    code: str,
    message: str,
    advice: str | None,
) -> None:
    layer = bind(kind, positional, named, len(inputs[0]) - 1)
    with pytest.raises(LayerError) as caught:
        layer.output(inputs)
    error = caught.value
    assert (error.code, error.message, advice_of(error)) == (code, message, advice)
    assert set(error.arguments) <= set(layer.arguments)
    assert set(error.inputs) <= set(range(len(inputs)))


@each(
    "kind, positional, named, argument, code, message",
    [
        (
            "conv",
            (Fraction(7, 2), 3),
            {},
            "channels",
            "not-whole",
            "must be a whole number, not 3.5",
        ),
        ("conv", (0, 3), {}, "channels", "out-of-range", "must be at least 1, not 0"),
        ("conv", (True, 3), {}, "channels", "wrong-type", "must be a whole number, not true"),
        ("conv", ("x", 3), {}, "channels", "wrong-type", 'must be a whole number, not "x"'),
        ("conv", (None, 3), {}, "channels", "wrong-type", "must be a whole number, not none"),
        (
            "conv",
            (Open("C"), 3),
            {},
            "channels",
            "open-size",
            "must be a known number, but C is open",
        ),
        (
            *("conv", (8, Size((3, 3, 3))), {}, "kernel"),
            "wrong-rank",
            "has 3 numbers (3x3x3), but the input has 2 axes",
        ),
        ("conv", (8, 3), {"bias": 1}, "bias", "wrong-type", "must be true or false, not 1"),
        ("conv", (8, 3), {"pad": -1}, "pad", "out-of-range", "must be at least 0, not -1"),
        (
            *("conv", (8, 3), {"pad": "valid"}, "pad"),
            "wrong-type",
            'must be a whole number, a size, pairs or same, not "valid"',
        ),
        (
            *("conv", (8, 3), {"pad": ((0, 1, 2), 1)}, "pad"),
            "wrong-type",
            "needs a begin and an end, not [0, 1, 2]",
        ),
        (
            *("conv", (8, 3), {"connect": (1, 2)}, "connect"),
            "wrong-type",
            "must hold lists, not 1",
        ),
        ("dropout", (50,), {}, "p", "out-of-range", "must be at most 1, not 50"),
        (
            *("pad", (1,), {"mode": "circular"}, "mode"),
            "wrong-type",
            'must be zeros, reflect or replicate, not "circular"',
        ),
        (
            *("linear", (8,), {"axis": 1}, "axis"),
            "out-of-range",
            "can only be -1, the last axis, not 1",
        ),
    ],
)
def test_values_that_cannot_be(
    kind: str,
    positional: tuple[Any, ...],
    named: dict[str, Any],
    argument: str,
    code: str,
    message: str,
) -> None:
    with pytest.raises(ArgumentError) as caught:
        bind(kind, positional, named, 2)
    error = caught.value
    assert (error.argument, error.code, error.message) == (argument, code, message)


def test_a_flat_input_leaves_the_kernel_for_the_layer_to_refuse() -> None:
    with pytest.raises(LayerError) as caught:
        bind("conv", (64, Size((3, 3))), {}, 0).output([(512,)])
    assert caught.value.code == "needs-map"


def test_whole_fractions_and_floats_are_whole() -> None:
    assert bind("conv", (Fraction(64), 3.0), {}, 2) == bind("conv", (64, 3), {}, 2)
