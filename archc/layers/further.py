"""Further activations: Mish, softplus, a tangent with straight lines, gates, the absolute value."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from archc.layers.activation import Activation
from archc.layers.arguments import number
from archc.layers.base import LayerError, Work
from archc.layers.form import Form, Part, keyword
from archc.layers.gradients import Gradients
from archc.layers.laid import Laid, following
from archc.layers.reads import ALL, Span
from archc.layers.steps import product
from archc.shapes import Shape


class Mish(Activation):
    """A smooth rectifier that dips below zero: the value times the tangent of its softplus.

    y = x * tanh(log(1 + exp(x))).

    Activation: one operation a value; exp: one a value.
    Source: Misra, *Mish: a self regularized non-monotonic activation function*, 2019.
    """

    keyword = "mish"
    spoken = "Mish"
    module = "nn.Mish"
    in_place = True
    needs_output = False
    exponential = True


class Softplus(Activation):
    """A smooth ReLU.

    y = log(1 + exp(beta * x)) / beta; where beta * x is above the threshold, y = x.

    Activation: one operation a value; exp: one a value.
    Source: Dugas et al., *Incorporating second-order functional knowledge for better option
    pricing*, 2001.
    """

    keyword = "softplus"
    spoken = "softplus"
    module = "nn.Softplus"
    in_place = False
    needs_output = False
    exponential = True

    beta: float = number(1.0, "how sharp the bend is")
    threshold: float = number(20.0, "above it the function is its limit, x")

    @property
    def gives(self) -> tuple[float, float]:
        return (0.0, inf) if self.beta > 0 else super().gives

    def parts(self, inputs: Sequence[Shape]) -> tuple[Part, ...]:
        return keyword("beta", self.beta, 1.0), keyword("threshold", self.threshold, 20.0)


class HardTanh(Activation):
    """The value, cut off at both ends.

    y = min(max(x, low), high); `relu6` is `hardtanh 0 6`.

    Activation: one operation a value.
    Source: Collobert, *Large scale machine learning*, 2004.
    """

    keyword = "hardtanh"
    spoken = "hard tanh"
    module = "nn.Hardtanh"
    in_place = True
    needs_output = False
    foreign = ("clamp", "clip")

    low: float = number(-1.0, "the least value")
    high: float = number(1.0, "the greatest value")

    def output(self, inputs: Sequence[Shape]) -> Shape:
        if self.low >= self.high:
            message = f"`hardtanh` from {self.low:g} to {self.high:g} leaves no room"
            raise LayerError("out-of-range", message, arguments=("low", "high"))
        return inputs[0]

    @property
    def gives(self) -> tuple[float, float]:
        return self.low, self.high

    @property
    def unchanged(self) -> tuple[float, float] | None:
        return self.low, self.high

    def parts(self, inputs: Sequence[Shape]) -> tuple[Part, ...]:
        return (
            keyword("min_val", self.low, -1.0, "low"),
            keyword("max_val", self.high, 1.0, "high"),
        )


class Glu(Activation):
    """Gated linear unit: the first half of the channels times the sigmoid of the second.

    y = a / (1 + exp(-b)), with x = [a; b] along the channels.

    Activation: two operations a value; exp: one a value.
    Source: Dauphin et al., *Language modeling with gated convolutional networks*, 2016.
    """

    keyword = "glu"
    spoken = "GLU"
    module = "nn.GLU"
    channels_from = "shape"
    in_place = False
    needs_output = False

    @property
    def across(self) -> Span:
        return ALL

    def output(self, inputs: Sequence[Shape]) -> Shape:
        channels = inputs[0][0]
        if isinstance(channels, int) and channels % 2:
            message = f"`glu` halves the channels, but its input has {channels}"
            raise LayerError("groups-do-not-divide", message, inputs=(0,))
        return (channels // 2, *inputs[0][1:])

    def settled_channels(self) -> tuple[int, int]:
        return 1, 2

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        values = product(output)
        return Work(activation=2 * values, exp=values)

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        half = Laid(tuple(output), inputs[0].strides)
        return following([half, half], output)

    def parts(self, inputs: Sequence[Shape]) -> tuple[Part, ...]:
        return (Part(1, "", "dim"),)


class Abs(Activation):
    """The absolute value, as at the join of siamese branches.

    y = |x|.

    Activation: one operation a value.
    Source: Jarrett et al., *What is the best multi-stage architecture for object recognition?*,
    2009.
    """

    keyword = "absolute"
    spoken = "absolute value"
    module = "Abs"
    in_place = False
    needs_output = False

    @property
    def gives(self) -> tuple[float, float]:
        return 0.0, inf

    @property
    def unchanged(self) -> tuple[float, float] | None:
        return 0.0, inf

    def scratch_backward(self, inputs: Sequence[Shape], output: Shape, asked: Gradients) -> int:
        return product(output)  # the signs

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        return Form(self.module, (), "torch.abs({0})")
