"""Figures that papers print, and the arithmetic shown for them."""

from __future__ import annotations

from typing import Any

import pytest

from archc.layers.reads import sliding
from archc.layers.registry import bind
from archc.shapes import Shape, count

TABLE = (
    *((0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5)),
    *((0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5)),
    *((0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5), (0, 1, 2, 3, 4, 5)),
)

LENET: list[tuple[str, tuple[Any, ...], dict[str, Any], Shape, int, int]] = [
    ("conv", (6, 5), {}, (1, 32, 32), 156, 122_304),
    ("subsample", (2,), {}, (6, 28, 28), 12, 5_880),
    ("conv", (16, 5), {"connect": TABLE}, (6, 14, 14), 1_516, 151_600),
    ("subsample", (2,), {}, (16, 10, 10), 32, 2_000),
    ("conv", (120, 5), {}, (16, 5, 5), 48_120, 48_120),
    ("linear", (84,), {}, (120,), 10_164, 10_164),
    ("rbf", (10,), {}, (84,), 0, 840),
]


@pytest.mark.parametrize(("kind", "positional", "named", "shape", "params", "connections"), LENET)
def test_lenet(
    kind: str,
    positional: tuple[Any, ...],
    named: dict[str, Any],
    shape: Shape,
    params: int,
    connections: int,
) -> None:
    layer = bind(kind, positional, named, len(shape) - 1)
    weights = layer.weights([shape])
    assert sum(count(w.shape) or 0 for w in weights if w.kind == "parameter") == params
    assert layer.work([shape], layer.output([shape])).connections == connections


def steps(kind: str, *positional: Any, inputs: tuple[Shape, ...], **named: Any) -> dict[str, str]:
    layer = bind(kind, positional, named, len(inputs[0]) - 1)
    return {step.figure: step.text for step in layer.explain(inputs, layer.output(inputs))}


def test_a_convolution_explains_itself() -> None:
    assert steps("conv", 6, 5, inputs=((1, 32, 32),)) == {
        "output size": "(32 - 5 + 2 x 0) / 1 + 1 = 28",
        "parameters": "(5 x 5 x 1 + 1) x 6 = 156",
        "MACs": "28 x 28 x 6 x 5 x 5 x 1 = 117,600",
        "connections": "156 x 28 x 28 = 122,304",
    }
    stem = steps("conv", 64, 7, stride=2, pad=3, bias=False, inputs=((3, 224, 224),))
    assert stem["output size"] == "floor((224 - 7 + 2 x 3) / 2) + 1 = 112"
    assert stem["parameters"] == "7 x 7 x 3 x 64 = 9,408"
    grouped = steps("conv", 8, (1, 3), groups=2, inputs=((4, 9, 8),))
    assert grouped["output height"] == "(9 - 1 + 2 x 0) / 1 + 1 = 9"
    assert grouped["output width"] == "(8 - 3 + 2 x 0) / 1 + 1 = 6"
    assert grouped["parameters"] == "(1 x 3 x (4 / 2) + 1) x 8 = 56"
    table = steps("conv", 16, 5, connect=TABLE, inputs=((6, 14, 14),))
    assert table["parameters"] == "5 x 5 x 60 + 16 = 1,516"
    assert table["MACs"] == "10 x 10 x 5 x 5 x 60 = 150,000"


def test_others_explain_themselves() -> None:
    pool = steps("maxpool", 3, stride=2, ceil=True, inputs=((64, 112, 112),))
    assert pool == {"output size": "ceil((112 - 3 + 2 x 0) / 2) + 1 = 56"}
    cut = steps("maxpool", 2, stride=2, pad=1, ceil=True, inputs=((64, 7, 7),))
    assert cut["output size"].endswith("- 1 (a window that starts in the padding is left out) = 4")
    assert steps("linear", 10, inputs=((84,),))["parameters"] == "(84 + 1) x 10 = 850"
    assert steps("flatten", inputs=((512, 7, 7),)) == {"output size": "512 x 7 x 7 = 25,088"}
    branches = ((64, 28, 28), (128, 28, 28), (32, 28, 28), (32, 28, 28))
    assert steps("concat", inputs=branches) == {"output channels": "64 + 128 + 32 + 32 = 256"}
    assert steps("batchnorm", inputs=((64, 7, 7),)) == {"parameters": "64 + 64 = 128"}
    assert steps("subsample", 2, inputs=((6, 28, 28),))["connections"] == (
        "(2 x 2 + 1) x 6 x 14 x 14 = 5,880"
    )
    up = steps("conv_transpose", 8, 2, stride=2, inputs=((4, 7, 7),))
    assert up["output size"] == "(7 - 1) x 2 - 2 x 0 + 2 = 14"


def test_every_equation_holds() -> None:
    from tests.layers.examples import EXAMPLES

    for example in EXAMPLES:
        layer = example.layer
        for step in layer.explain(example.inputs, layer.output(example.inputs)):
            if "=" not in step.text:
                continue
            sides = step.text.split("(a window")[0].replace(",", "").split("=")
            if "(a window" in step.text:
                sides.append(step.text.rsplit("=", 1)[1])
            from math import ceil, floor

            scope = {"ceil": ceil, "floor": floor}
            plain = [side.replace("x", "*").replace("^", "**").strip() for side in sides]
            numbers = {eval(side, scope) for side in plain}
            assert len(numbers) == 1, (str(example), step)


def test_dilation_widens_the_window() -> None:
    layer = bind("conv", (8, 3), {"dilation": 2, "pad": 2, "stride": 2}, 1)
    assert layer.windows([(4, 20)]) == (sliding(5, 2, 2, step=2),)


def test_lrn_gives_pytorch_its_own_alpha() -> None:
    form = bind("lrn", (5, 1e-4, 0.75, 2), {}, 2).torch_module([(96, 55, 55)])
    assert [(part.name, part.value) for part in form.given] == [
        (None, 5),
        ("alpha", 0.0005),
        ("k", 2.0),
    ]


def test_forms_leave_out_what_is_pytorchs_default() -> None:
    form = bind("conv", (64, 7), {"stride": 2, "pad": 3, "bias": False}, 2).torch_module(
        [(3, 224, 224)]
    )
    assert form.target == "nn.Conv2d"
    assert [(part.name, part.value, part.source) for part in form.given] == [
        (None, 3, "in.channels"),
        (None, 64, "channels"),
        (None, 7, "kernel"),
        ("stride", 2, "stride"),
        ("padding", 3, "pad"),
        ("bias", False, "bias"),
    ]
    assert not form.helper
    assert bind("maxpool", (2,), {"stride": 2}, 2).torch_module([(3, 8, 8)]).given[1:] == ()
