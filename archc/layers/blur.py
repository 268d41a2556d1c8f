"""Blur pooling: a fixed low-pass filter before values are skipped."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

from archc.layers.arguments import count
from archc.layers.base import Extra, LayerError, Saved, Separate, Step, Weight, Work
from archc.layers.form import Form, Part, keyword
from archc.layers.gradients import Gradients
from archc.layers.laid import Laid, windowed
from archc.layers.reads import Border, Windows, sliding
from archc.layers.steps import needs_map, per_axis, product
from archc.shapes import Shape, show


class BlurPool(Separate):
    """Blur pooling: each channel is smoothed by a binomial filter, then every `stride`-th is kept.

    y[c, i] = sum over u, v of f[u] * f[v] * x[c, stride*i + (u, v) - pad], f the binomial numbers
    of `size` over their sum, as 1/4, 1/2, 1/4; pad = (size + stride - 2) / 2, the border mirrored.
    The filter is fixed: it has no parameters and no state.

    MACs: output values x size x size.
    Source: Zhang, *Making convolutional networks shift-invariant again*, 2019.
    """

    keyword = "blurpool"
    spoken = "blur pool"
    short = "blur"
    group = "pooling"
    channels_from = "input"
    stateful = False
    counted = False
    autocast = "half"
    foreign = ("blur_pool", "blurpool2d")
    example = "blurpool 3 2"

    size: int = count(3, "the filter's pixels on each axis", least=2)
    stride: int = count(2, "how far the window moves")

    @property
    def pad(self) -> int:
        return (self.size + self.stride - 2) // 2

    @property
    def filter(self) -> tuple[int, ...]:
        """The binomial numbers, whose sum is 2^(size - 1)."""
        return tuple(comb(self.size - 1, place) for place in range(self.size))

    @property
    def border(self) -> Border:
        return "mirrored"

    @property
    def strides(self) -> tuple[int, ...]:
        return (self.stride, self.stride)

    @property
    def reach(self) -> tuple[int, ...]:
        return (self.size, self.size)

    def output(self, inputs: Sequence[Shape]) -> Shape:
        shape = inputs[0]
        if len(shape) == 1:
            raise needs_map(self.keyword, shape, "slides over a map")
        if len(shape) != 3:
            message = f"`blurpool` is for two axes alone, not for {show(shape)}"
            raise LayerError("cannot-express", message, inputs=(0,))
        for n in shape[1:]:
            if isinstance(n, int) and (self.pad >= n or n + 2 * self.pad < self.size):
                message = f"`blurpool` of {self.size} pixels does not fit on {show(shape)}"
                raise LayerError("pool-too-large", message, arguments=("size",), inputs=(0,))
        return (shape[0], *((n + (2 * self.pad - self.size)) // self.stride + 1 for n in shape[1:]))

    def weights(self, inputs: Sequence[Shape]) -> tuple[Weight, ...]:
        return ()

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        return Work(macs=product(output) * self.size**2)

    def windows(self, inputs: Sequence[Shape]) -> Windows:
        window = sliding(self.size, self.stride, self.pad)
        return window, window

    def settled(self, known: bool) -> tuple[int, int]:
        return self.size + self.pad, self.stride

    def _padded(self, shape: Shape) -> int:
        return product((shape[0], *(n + 2 * self.pad for n in shape[1:])))

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        return Saved(inputs=(0,), extra=(Extra(self._padded(inputs[0])),))

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        return self._padded(inputs[0]) * images * width

    def scratch_backward(self, inputs: Sequence[Shape], output: Shape, asked: Gradients) -> int:
        return self._padded(inputs[0]) - product(inputs[0])

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        return windowed(inputs[0], output)

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        parts = keyword("size", self.size, 3), keyword("stride", self.stride, 2)
        return Form("BlurPool2d", (Part(inputs[0][0], "in.channels"), *parts))

    def explain(self, inputs: Sequence[Shape], output: Shape) -> tuple[Step, ...]:
        lines = [
            (f"floor(({n} + 2 x {self.pad} - {self.size}) / {self.stride}) + 1", out)
            for n, out in zip(inputs[0][1:], output[1:], strict=True)
        ]
        return per_axis("output", lines)
