"""Convolution whose weights are standardised before they are used."""

from __future__ import annotations

from collections.abc import Sequence

from archc.layers.arguments import named, number
from archc.layers.base import Extra, Saved, Step, Weight
from archc.layers.convolution import Conv
from archc.layers.form import Form, keyword
from archc.layers.steps import equation, product
from archc.shapes import Shape


class StdConv(Conv):
    """Convolution with weight standardisation: an output channel's weights have mean 0, variance 1.

    It is `conv` with w'[o] = (w[o] - mean) / sqrt(variance + eps) for w[o], mean and variance over
    its inputs and its window. With `gamma` there is a learned gain g for each output channel, and
    w'[o] = g[o] * gamma / sqrt(fan-in) * (w[o] - mean) / sqrt(variance + eps): networks without
    normalisation of activations.

    MACs: those of `conv`; to standardise the weights, once a batch, counts in nothing.
    Source: Qiao et al., *Micro-batch training with batch-channel normalization and weight
    standardization*, 2019; with a gain: Brock et al., *High-performance large-scale image
    recognition without normalization*, 2021.
    """

    keyword = "std_conv"
    spoken = "weight-standardised conv"
    foreign = ("stdconv2d", "scaledstdconv2d", "ws_conv", "wsconv2d")
    example = "std_conv 128 3x3 stride=2 pad=1"

    connect = None
    eps: float = named(number(1e-6, "added to the variance", least=0))
    gamma: float | None = named(
        number(None, "the factor of a learned gain for each channel; none: no gain", none=True)
    )

    def weights(self, inputs: Sequence[Shape]) -> tuple[Weight, ...]:
        plain = super().weights(inputs)
        if self.gamma is None:
            return plain
        return (*plain, Weight("gain", (self.channels, *(1,) * (len(self.kernel) + 1))))

    def _made(self, inputs: Sequence[Shape]) -> tuple[int, int, int]:
        """The values of the standardised weight, of the gains, and of means and deviations."""
        gains = 0 if self.gamma is None else self.channels
        return product(super().weights(inputs)[0].shape), gains, 2 * self.channels

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        weight, gains, statistics = self._made(inputs)
        kept = super().saved(inputs, output)
        numbers = gains + statistics
        more = (
            Extra(weight, each_image=False),
            Extra(numbers, each_image=False, purpose="weights", precise=True),
        )
        return kept._replace(extra=(*kept.extra, *more))

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        weight, gains, statistics = self._made(inputs)
        later = statistics - product(output) * images  # they go before the output comes
        return super().scratch(inputs, output, images, width) + width * (
            weight + gains + max(later, 0)
        )

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        form = super().torch_module(inputs)
        target = form.target.replace("nn.Conv", "StdConv").replace("SameConv", "SameStdConv")
        more = keyword("eps", self.eps, 1e-6), keyword("gamma", self.gamma, None)
        return form._replace(target=target, parts=(*form.parts, *more))

    def explain(self, inputs: Sequence[Shape], output: Shape) -> tuple[Step, ...]:
        steps = super().explain(inputs, output)
        if self.gamma is None:
            return steps
        return tuple(self._with_gains(one) if one.figure == "parameters" else one for one in steps)

    def _with_gains(self, step: Step) -> Step:
        text, _, total = step.text.rpartition(" = ")
        plus = int(total.replace(",", "")) + self.channels
        return equation(step.figure, f"{text} + {self.channels}", plus)


StdConv.arguments = {name: one for name, one in StdConv.arguments.items() if name != "connect"}
