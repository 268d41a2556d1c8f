"""A new kind of layer is its class and nothing else: it checks, builds and has the right widths."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from archc.layers.arguments import count, flag
from archc.layers.base import Group, LayerError, Saved, Separate, Step, Weight, Work
from archc.layers.form import Form, Part, keyword
from archc.layers.laid import Laid, plain
from archc.layers.reads import Windows
from archc.layers.registry import KINDS
from archc.layers.steps import product
from archc.shapes import Shape
from tests.emit.pytorch import reference
from tests.emit.pytorch.compiled import code_of, compile_text
from tests.emit.pytorch.holding import hold


class Rearranging(Separate):
    """No weights and no work."""

    group: ClassVar[Group] = "shape"
    channels_from = "shape"
    counted: ClassVar[bool] = False
    stateful: ClassVar[bool] = False

    def weights(self, inputs: Sequence[Shape]) -> tuple[Weight, ...]:
        return ()

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        return Work()

    def windows(self, inputs: Sequence[Shape]) -> Windows:
        return "global"

    def settled(self, known: bool) -> tuple[int, int]:
        return 1, 1

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        return Saved()

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        return 0

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        return plain(output)

    def explain(self, inputs: Sequence[Shape], output: Shape) -> tuple[Step, ...]:
        return ()


class SpaceToDepth(Rearranging):
    """Blocks of pixels become channels."""

    keyword = "space_to_depth"
    spoken = "space to depth"

    block: int = count(2, "pixels an axis")

    def output(self, inputs: Sequence[Shape]) -> Shape:
        channels, *sizes = inputs[0]
        for n in sizes:
            if isinstance(n, int) and n % self.block:
                raise LayerError("out-of-range", f"{n} is no multiple of {self.block}")
        return (channels * self.block * self.block, *(n // self.block for n in sizes))

    def settled(self, known: bool) -> tuple[int, int]:
        return 1, self.block

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        return Form("nn.PixelUnshuffle", (Part(self.block, "block"),))


class DepthToSpace(Rearranging):
    """Channels become blocks of pixels."""

    keyword = "depth_to_space"
    spoken = "depth to space"
    enlarges = True

    block: int = count(2, "pixels an axis")

    def output(self, inputs: Sequence[Shape]) -> Shape:
        channels, *sizes = inputs[0]
        area = self.block * self.block
        if isinstance(channels, int) and channels % area:
            raise LayerError("out-of-range", f"{channels} channels are no multiple of {area}")
        return (channels // area, *(n * self.block for n in sizes))

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        return Form("nn.PixelShuffle", (Part(self.block, "block"),))


class Glu(Rearranging):
    """One half of the channels opens and closes the other."""

    keyword = "glu"
    spoken = "GLU"
    group = "activation"

    def output(self, inputs: Sequence[Shape]) -> Shape:
        if isinstance(inputs[0][0], int) and inputs[0][0] % 2:
            raise LayerError("out-of-range", "an odd number of channels has no half")
        return (inputs[0][0] // 2, *inputs[0][1:])

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        return Work(activation=product(output), exp=product(output))

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        return Saved(inputs=(0,))

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        return Form("nn.GLU", (keyword("dim", 1, -1, ""),))


class Pointwise1x1(Rearranging):
    """As many channels again, learned."""

    keyword = "doubled"
    spoken = "doubled"
    group = "convolution"
    stateful = True
    counted = True

    bias: bool = flag(True, "adds a learned number")

    def output(self, inputs: Sequence[Shape]) -> Shape:
        return (inputs[0][0] + inputs[0][0], *inputs[0][1:])

    def weights(self, inputs: Sequence[Shape]) -> tuple[Weight, ...]:
        channels = inputs[0][0]
        weight = Weight("weight", (2 * channels, channels, 1, 1))
        return (weight, Weight("bias", (2 * channels,))) if self.bias else (weight,)

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        macs = product((inputs[0][0], *output))
        return Work(macs=macs, bias=product(output) if self.bias else 0)

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        channels = inputs[0][0]
        return Form(
            "nn.Conv2d",
            (
                Part(channels, "in.channels"),
                Part(2 * channels, "2 * in.channels"),
                Part(1),
                keyword("bias", self.bias, True),
            ),
        )


FORMULAS: dict[str, tuple[type[Rearranging], Callable[[Any], Tensor]]] = {
    "space_to_depth": (
        SpaceToDepth,
        lambda call: torch.nn.functional.pixel_unshuffle(call.x, call.layer.block),
    ),
    "depth_to_space": (DepthToSpace, lambda call: F.pixel_shuffle(call.x, call.layer.block)),
    "glu": (Glu, lambda call: F.glu(call.x, 1)),
    "doubled": (
        Pointwise1x1,
        lambda call: F.conv2d(call.x, call.weight(), call.optional("bias")),
    ),
}


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    for word, (kind, formula) in FORMULAS.items():
        monkeypatch.setitem(KINDS, word, kind)
        monkeypatch.setitem(reference.FORMULAS, word, formula)


TEXTS = {
    "before a conv": "network N { input 4x8x8; LAYER; conv 3 1x1 }",
    "between": "network N(width = 8) { input 3x8x8; conv width 3x3 pad=1; LAYER; conv width 1x1 }",
    "in a block": (
        "block B(width) { conv width 3x3 pad=1; LAYER; batchnorm; conv width 1x1 }\n"
        "network N { input 3x8x8; B 8; B 16; conv 3 1x1 }"
    ),
    "at the end of a block": (
        "block B(width) { conv width 3x3 pad=1; LAYER }\n"
        "network N(width = 8) { input 3x8x8; B width; conv 3 1x1; B 16; conv 4 1x1; B 8 }"
    ),
    "at the begin of a block": (
        "block B(width) { LAYER; conv width 1x1 }\nnetwork N { input 8x8x8; B 8; B 4; conv 3 1x1 }"
    ),
    "in branches": (
        "block B(width) { concat { { conv width 1x1; LAYER }; { conv 2*width 1x1; LAYER } } }\n"
        "network N { input 8x8x8; B 4; conv 3 1x1 }"
    ),
    "in a loop": (
        "network N(n = 1) { input 4x8x8; repeat n { conv 8 1x1; LAYER; relu }; conv 4 1x1 }"
    ),
    "before a flatten": (
        "network N(width = 8, classes = 4) { input 3x8x8; conv width 1x1; LAYER; flatten; "
        "linear classes }"
    ),
    "as an argument": (
        "block B(width, Mix) { conv width 1x1; Mix; conv width 1x1 }\n"
        "network N { input 4x8x8; B 8 LAYER; B 4 Mix=identity; conv 3 1x1 }"
    ),
    "behind a condition": (
        "block B(width, mix = true) { conv width 1x1; if mix { LAYER }; batchnorm; conv 3 1x1 }\n"
        "network N { input 4x8x8; B 8; B 4 mix=false }"
    ),
    "kept": (
        "block B(width) { a: LAYER; conv width 1x1; b: identity; from a; conv width 1x1 }\n"
        "network N { input 4x8x8; B 8; B 4; conv 3 1x1 }"
    ),
    "with its channels asked": (
        "block B { let entered = in.channels\n LAYER; let left = in.channels\n"
        " conv entered + left 1x1 }\nnetwork N { input 4x8x8; B; conv 3 1x1 }"
    ),
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("word", FORMULAS)
def test_a_new_layer_has_the_right_widths(word: str, text: str) -> None:
    text = text.replace("LAYER", word)
    assert hold(text) is not None, compile_text(text).diagnostics


@pytest.mark.parametrize("word", ["space_to_depth", "depth_to_space"])
def test_a_new_layer_has_arguments(word: str) -> None:
    text = (
        f"block B(width, n = 2) {{ conv width 1x1; {word} n; conv 3 1x1 }}\n"
        "network N(n = 2) { input 3x8x8; B 16 n; B 8 n=1 }\n"
    )
    assert hold(text) is not None, compile_text(text).diagnostics
    assert "PixelUnshuffle(n)" in code_of(text) or "PixelShuffle(n)" in code_of(text)
