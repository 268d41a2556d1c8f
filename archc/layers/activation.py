"""Activations: one function, applied to each value.

Work: `activation` counts one operation a value; a function with an exponential (or its like: tanh,
erf) counts one `exp` a value besides.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import ClassVar

from archc.layers.arguments import flag, number, word
from archc.layers.base import Extra, Saved, Weight, Work
from archc.layers.form import Form, Part, keyword
from archc.layers.gradients import Gradients
from archc.layers.pointwise import Pointwise
from archc.layers.steps import product
from archc.shapes import Shape


class Activation(Pointwise):
    """What the activations have in common: `exponential` tells which count an `exp`."""

    group = "activation"
    striped = True
    stateful = False
    view = ""
    module: ClassVar[str]
    exponential: ClassVar[bool] = False
    keeps: ClassVar[Saved] = Saved(inputs=(0,))

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        values = product(output)
        return Work(activation=values, exp=values if self.exponential else 0)

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        return self.keeps

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        return 0

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        return Form(self.module, self.parts(inputs))

    def parts(self, inputs: Sequence[Shape]) -> tuple[Part, ...]:
        """The module's arguments."""
        return ()


class Relu(Activation):
    """Rectified linear unit: negative values become zero.

    y = max(x, 0).

    Activation: one comparison a value.
    Source: Nair and Hinton, *Rectified linear units improve restricted Boltzmann machines*, 2010.
    """

    keyword = "relu"
    spoken = "ReLU"
    module = "nn.ReLU"
    in_place = True
    needs_output = True
    keeps = Saved(output=True)
    foreign = ("activation",)

    @property
    def gives(self) -> tuple[float, float]:
        return 0.0, inf

    @property
    def unchanged(self) -> tuple[float, float] | None:
        return 0.0, inf


class Relu6(Activation):
    """ReLU cut off at 6.

    y = min(max(x, 0), 6).

    Activation: one operation a value.
    Source: Krizhevsky, *Convolutional deep belief networks on CIFAR-10*, 2010; Howard et al.,
    *MobileNets*, 2017.
    """

    keyword = "relu6"
    spoken = "ReLU6"
    module = "nn.ReLU6"
    in_place = True
    needs_output = False

    @property
    def gives(self) -> tuple[float, float]:
        return 0.0, 6.0

    @property
    def unchanged(self) -> tuple[float, float] | None:
        return 0.0, 6.0


class LeakyRelu(Activation):
    """ReLU with a small slope for negative values.

    y = x if x > 0, else slope * x.

    Activation: one operation a value.
    Source: Maas, Hannun and Ng, *Rectifier nonlinearities improve neural network acoustic models*,
    2013.
    """

    keyword = "leaky_relu"
    spoken = "leaky ReLU"
    module = "nn.LeakyReLU"
    in_place = True
    needs_output = True
    foreign = ("leakyrelu",)

    slope: float = number(0.01, "the slope below zero")

    def parts(self, inputs: Sequence[Shape]) -> tuple[Part, ...]:
        return (keyword("negative_slope", self.slope, 0.01, "slope"),)

    @property
    def undoable(self) -> bool:
        return self.slope >= 0

    @property
    def unchanged(self) -> tuple[float, float] | None:
        return 0.0, inf


class PRelu(Activation):
    """ReLU with a learned slope for negative values.

    y = x if x > 0, else w * x; one slope for all channels, or one for each.

    Activation: one operation a value.
    Source: He et al., *Delving deep into rectifiers*, 2015.
    """

    keyword = "prelu"
    spoken = "PReLU"
    autocast = "half"
    module = "nn.PReLU"
    stateful = True
    in_place = False
    needs_output = False

    per_channel: bool = flag(False, "a slope for each channel")
    init: float = number(0.25, "the slope to start from")

    def weights(self, inputs: Sequence[Shape]) -> tuple[Weight, ...]:
        return (Weight("weight", (inputs[0][0] if self.per_channel else 1,)),)

    def scratch_backward(self, inputs: Sequence[Shape], output: Shape, asked: Gradients) -> int:
        made = 1 if asked.inputs else 2  # both are made, whichever is asked for
        return made * product(output)  # the slopes' gradient before it is summed

    def parts(self, inputs: Sequence[Shape]) -> tuple[Part, ...]:
        return (
            keyword("num_parameters", inputs[0][0], 1, "in.channels")
            if self.per_channel
            else keyword("num_parameters", 1, 1, ""),
            keyword("init", self.init, 0.25),
        )

    @property
    def unchanged(self) -> tuple[float, float] | None:
        return 0.0, inf


class Elu(Activation):
    """Exponential linear unit: negative values approach -alpha.

    y = x if x > 0, else alpha * (exp(x) - 1).

    Activation: one operation a value; exp: one a value.
    Source: Clevert, Unterthiner and Hochreiter, *Fast and accurate deep network learning by
    exponential linear units*, 2015.
    """

    keyword = "elu"
    spoken = "ELU"
    module = "nn.ELU"
    in_place = True
    needs_output = True
    exponential = True

    alpha: float = number(1.0, "the limit below zero")

    def parts(self, inputs: Sequence[Shape]) -> tuple[Part, ...]:
        return (keyword("alpha", self.alpha, 1.0),)

    @property
    def undoable(self) -> bool:
        return self.alpha >= 0

    @property
    def gives(self) -> tuple[float, float]:
        return (-self.alpha if self.alpha >= 0 else 0.0), inf

    @property
    def unchanged(self) -> tuple[float, float] | None:
        return 0.0, inf


class Gelu(Activation):
    """Gaussian error linear unit: the value times the chance that a normal number is smaller.

    y = x * Phi(x) = x * (1 + erf(x / sqrt 2)) / 2; `approximate=tanh` computes
    x * (1 + tanh(sqrt(2/pi) * (x + 0.044715 * x^3))) / 2.

    Activation: one operation a value; exp: one a value.
    Source: Hendrycks and Gimpel, *Gaussian error linear units*, 2016.
    """

    keyword = "gelu"
    spoken = "GELU"
    module = "nn.GELU"
    in_place = False
    needs_output = False
    exponential = True

    approximate: str = word("none", "tanh", default="none", doc="exact, or by way of tanh")

    def parts(self, inputs: Sequence[Shape]) -> tuple[Part, ...]:
        return (keyword("approximate", self.approximate, "none"),)

    @property
    def gives(self) -> tuple[float, float]:
        return -0.2, inf


class Silu(Activation):
    """Sigmoid linear unit, also known as swish: the value times its sigmoid.

    y = x / (1 + exp(-x)).

    Activation: one operation a value; exp: one a value.
    Source: Elfwing, Uchibe and Doya, 2017; Ramachandran, Zoph and Le, *Searching for activation
    functions*, 2017.
    """

    keyword = "silu"
    spoken = "SiLU"
    module = "nn.SiLU"
    in_place = True
    needs_output = False
    exponential = True
    foreign = ("swish",)

    @property
    def gives(self) -> tuple[float, float]:
        return -0.3, inf


class HardSwish(Activation):
    """Swish made of straight lines.

    y = x * min(max(x + 3, 0), 6) / 6.

    Activation: one operation a value.
    Source: Howard et al., *Searching for MobileNetV3*, 2019.
    """

    keyword = "hardswish"
    spoken = "hardswish"
    module = "nn.Hardswish"
    in_place = True
    needs_output = False

    @property
    def gives(self) -> tuple[float, float]:
        return -0.375, inf


class HardSigmoid(Activation):
    """Sigmoid made of straight lines.

    y = min(max(x + 3, 0), 6) / 6.

    Activation: one operation a value.
    Source: Courbariaux, Bengio and David, *BinaryConnect*, 2015, with the slope of PyTorch and
    MobileNetV3.
    """

    keyword = "hardsigmoid"
    spoken = "hardsigmoid"
    module = "nn.Hardsigmoid"
    in_place = True
    needs_output = False

    @property
    def gives(self) -> tuple[float, float]:
        return 0.0, 1.0


class Sigmoid(Activation):
    """Logistic function: between 0 and 1.

    y = 1 / (1 + exp(-x)).

    Activation: one operation a value; exp: one a value.
    Source: Rumelhart, Hinton and Williams, *Learning representations by back-propagating errors*,
    1986.
    """

    keyword = "sigmoid"
    spoken = "sigmoid"
    module = "nn.Sigmoid"
    in_place = False
    needs_output = True
    exponential = True
    keeps = Saved(output=True)

    @property
    def gives(self) -> tuple[float, float]:
        return 0.0, 1.0


class Tanh(Activation):
    """Hyperbolic tangent: between -1 and 1.

    y = (exp(x) - exp(-x)) / (exp(x) + exp(-x)).

    Activation: one operation a value; exp: one a value.
    Source: LeCun et al., *Efficient backprop*, 1998.
    """

    keyword = "tanh"
    spoken = "tanh"
    module = "nn.Tanh"
    in_place = False
    needs_output = True
    exponential = True
    keeps = Saved(output=True)

    @property
    def gives(self) -> tuple[float, float]:
        return -1.0, 1.0


class ScaledTanh(Activation):
    """LeNet's squashing function: a tangent stretched so that f(1) = 1 and f(-1) = -1.

    y = 1.7159 * tanh(2/3 * x).

    Activation: one operation a value; exp: one a value. The two factors count in neither.
    Source: LeCun et al., *Gradient-based learning applied to document recognition*, 1998,
    appendix A.
    """

    keyword = "scaled_tanh"
    spoken = "scaled tanh"
    module = "ScaledTanh"
    in_place = False
    needs_output = False
    exponential = True

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        return Saved(extra=(Extra(product(output)),))  # the tanh, before its factor

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        return product(output) * images * width  # the tanh

    def scratch_backward(self, inputs: Sequence[Shape], output: Shape, asked: Gradients) -> int:
        return product(output) if asked.held else 0  # the tanh's, between those of two factors

    @property
    def gives(self) -> tuple[float, float]:
        return -1.7159, 1.7159
