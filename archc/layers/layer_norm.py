"""Layer normalisation: over the channels, or an axis, of each image."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from archc.layers.arguments import Argument, ArgumentError, describe, flag, named, number
from archc.layers.base import Extra, Saved, Weight, Work
from archc.layers.form import Form, Part, keyword, one
from archc.layers.laid import Laid, in_order, plain
from archc.layers.linear import last
from archc.layers.normalisation import Normalisation, from_input
from archc.layers.reads import ALL, BESIDE, OWN, Span, Windows
from archc.layers.steps import product
from archc.shapes import Shape


def norm_axis(doc: str) -> Any:
    """`0`, `-1` or `all`."""
    return Argument("axis", _norm_axis, 0, doc, words=("all",))


def _norm_axis(value: object, rank: int) -> int | str:
    if value == "all":
        return "all"
    if isinstance(value, bool) or not isinstance(value, int) or value not in (0, -1):
        message = f"must be 0 (the channels), -1 (the last axis) or all, not {describe(value)}"
        raise ArgumentError("out-of-range", message)
    return value


class LayerNorm(Normalisation):
    """Layer normalisation: mean 0 and variance 1 over the channels at each position.

    y = w * (x - mean) / sqrt(var + eps) + b. `axis=-1` acts on the last axis, where `permute` has
    put the channels; `axis=all` on the whole image, with a scale and shift for each value.

    Normalisation: 7 operations a value, 5 without a scale and shift.
    Source: Ba, Kiros and Hinton, *Layer normalization*, 2016; over channels as in Liu et al., *A
    ConvNet for the 2020s*, 2022.
    """

    keyword = "layernorm"
    spoken = "layer norm"
    stateful = True
    foreign = ("layer_norm",)
    reorders = True

    eps: float = named(number(1e-5, "added to the variance", least=0))
    affine: bool = named(flag(True, "a learned scale"))
    bias: bool = named(flag(True, "and a learned shift"))
    axis: int | str = named(norm_axis("0: channels; -1: the last axis; all: the whole image"))

    @property
    def across(self) -> Span:
        return OWN if self.axis == -1 else ALL

    def _normal(self, shape: Shape) -> Shape:
        """The axes that are normalised together."""
        if self.axis == "all":
            return shape
        return shape[-1:] if self.axis == -1 else shape[:1]

    def weights(self, inputs: Sequence[Shape]) -> tuple[Weight, ...]:
        if not self.affine:
            return ()
        weight = Weight("weight", self._normal(inputs[0]))
        return (weight, weight._replace(name="bias")) if self.bias else (weight,)

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        return from_input(product(output), self.affine)

    def windows(self, inputs: Sequence[Shape]) -> Windows:
        if self.axis == "all":
            return "global"
        flat = len(inputs[0]) == 1
        return last(inputs[0], BESIDE) if self.axis == -1 and not flat else "pointwise"

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        return Saved(inputs=(0,), extra=(Extra(2 * self._positions(output), precise=self.affine),))

    def _positions(self, output: Shape) -> int:
        return product(output) // product(self._normal(output))

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        return 2 * self._positions(output) * images * width  # means and deviations

    def relays(self, inputs: Sequence[Shape], plain: bool = True) -> bool:
        return self.axis == 0 and len(inputs[0]) > 1  # run with the channels last

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        axes = range(2, len(output)) if self.axis == 0 else ()
        return in_order(output, (1, *reversed(axes), 0)) if axes else plain(output)

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        shape = inputs[0]
        parts = (
            Part(one(self._normal(shape)) if self.axis != "all" else shape, "in.channels"),
            keyword("eps", self.eps, 1e-5),
            keyword("elementwise_affine", self.affine, True, "affine"),
            keyword("bias", self.bias, True),
        )
        over_channels = self.axis == 0 and len(shape) > 1
        return Form("ChannelLayerNorm" if over_channels else "nn.LayerNorm", parts)
