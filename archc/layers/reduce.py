"""Channels taken together: means, sums and the largest of them at each position.

Another axis comes to the front by `permute`; so a `softmax`, which acts on channels, acts on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from archc.layers.base import Channels, Extra, Saved, Work
from archc.layers.form import Form
from archc.layers.gradients import Gradients
from archc.layers.laid import Laid, plain
from archc.layers.pointwise import Pointwise
from archc.layers.reads import ALL, Span
from archc.layers.steps import product
from archc.shapes import Shape


class Reduction(Pointwise):
    """What they have in common: one channel is left."""

    group = "pooling"
    channels_from: ClassVar[Channels] = "shape"
    stateful = False
    view = ""
    in_place = False
    needs_output = False

    @property
    def across(self) -> Span:
        return ALL

    def output(self, inputs: Sequence[Shape]) -> Shape:
        return (1, *inputs[0][1:])

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        return Work(pooling=product(inputs[0]))

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        return Saved()

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        return 0

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        return plain(output)


class Mean(Reduction):
    """The mean of all channels at each position: `1 x H x W`.

    y = sum over c of x[c] / C.

    Pooling: one addition for each input value.
    Source: Woo et al., *CBAM: convolutional block attention module*, 2018.
    """

    keyword = "mean"
    spoken = "mean"
    foreign = ("reduce_mean",)

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        return Form("Mean", (), "{0}.mean(1, keepdim=True)")


class Sum(Reduction):
    """The sum of all channels at each position: `1 x H x W`.

    y = sum over c of x[c]. Behind `reshape 2x64x28x28` it adds two maps of 64 channels.

    Pooling: one addition for each input value.
    Source: Li et al., *Selective kernel networks*, 2019.
    """

    keyword = "sum"
    spoken = "sum"
    sums = True
    spreads = True
    foreign = ("reduce_sum",)

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        return Form("Sum", (), "{0}.sum(1, keepdim=True)")


class Max(Reduction):
    """The largest of all channels at each position: `1 x H x W`.

    y = max over c of x[c].

    Pooling: one comparison for each input value.
    Source: Woo et al., *CBAM: convolutional block attention module*, 2018.
    """

    keyword = "max"
    spoken = "maximum over channels"
    foreign = ("amax", "reduce_max")

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        return Saved(extra=(Extra(product(output), width=8),))  # the places of the largest

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        return product(output) * images * 8  # the places again

    def scratch_backward(self, inputs: Sequence[Shape], output: Shape, asked: Gradients) -> int:
        return product(inputs[0])  # zeros to scatter into

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        return Form("Max", (), "torch.max({0}, 1, keepdim=True).values")
