"""Regularisation: layers that act in training only, and do nothing at inference."""

from __future__ import annotations

from collections.abc import Sequence

from archc.layers.arguments import share
from archc.layers.base import Extra, LayerError, Saved, Work
from archc.layers.form import Form, Part
from archc.layers.gradients import Gradients
from archc.layers.pointwise import Pointwise
from archc.layers.steps import needs_map, product
from archc.shapes import Shape


class Idle(Pointwise):
    """What these layers have in common: at inference they cost nothing."""

    group = "regularisation"
    striped = True
    stateful = False
    view = "all"
    in_place = False
    needs_output = False
    draws = True

    p: float

    def shares(self, inputs: int, training: bool) -> bool:
        return not (training and self.p)

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        return Work()

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        return 0


def mask(p: float, values: int) -> Saved:
    """What multiplies the input: nothing at `p` = 0, at 1 a single zero for all images."""
    if not p:
        return Saved()
    return Saved(extra=(Extra(values) if p < 1 else Extra(1, each_image=False),))


class Dropout(Idle):
    """Dropout: in training each value is zero with chance `p`, and the rest are scaled up.

    y = x * mask / (1 - p), with mask 0 at chance p; at inference y = x.

    No work at inference. Training keeps the mask, in the network's own number type.
    Source: Srivastava et al., *Dropout: a simple way to prevent neural networks from overfitting*,
    2014.
    """

    keyword = "dropout"
    spoken = "dropout"

    p: float = share(0.5, "the share of values dropped")

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        return mask(self.p, product(output))

    def scratch_drawing(self, inputs: Sequence[Shape], output: Shape, asked: Gradients) -> int:
        return product(output) if 0 < self.p < 1 else 0  # the mask

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        return Form("nn.Dropout", (Part(self.p, "p", default=0.5),))


class Dropout2d(Idle):
    """Dropout of whole channels: in training each channel is zero with chance `p`.

    y[c] = x[c] * mask[c] / (1 - p), with mask 0 at chance p; at inference y = x.

    No work at inference. Training keeps one number a channel.
    Source: Tompson et al., *Efficient object localization using convolutional networks*, 2015.
    """

    keyword = "dropout2d"
    spoken = "dropout2d"

    p: float = share(0.5, "the share of channels dropped")

    def output(self, inputs: Sequence[Shape]) -> Shape:
        shape = inputs[0]
        if len(shape) == 1:
            raise needs_map(self.keyword, shape, "drops whole channels of a map")
        if len(shape) > 4:
            raise LayerError("cannot-express", f"PyTorch has no {len(shape) - 1}-D dropout")
        return shape

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        return mask(self.p, product(output[:1]))

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        return Form(f"nn.Dropout{len(inputs[0]) - 1}d", (Part(self.p, "p", default=0.5),))


class StochasticDepth(Idle):
    """Stochastic depth: in training a whole branch is zero with chance `p`, image by image.

    y = x * mask / (1 - p), with one mask for an image, 0 at chance p; at inference y = x. It stands
    at the end of a residual branch.

    No work at inference. Training keeps one byte an image.
    Source: Huang et al., *Deep networks with stochastic depth*, 2016.
    """

    keyword = "stochastic_depth"
    spoken = "stochastic depth"

    p: float = share(doc="the chance that the branch is dropped")

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        return Saved(extra=(Extra(1, 1),) if 0 < self.p < 1 else ())  # whether it runs

    def scratch_drawing(self, inputs: Sequence[Shape], output: Shape, asked: Gradients) -> int:
        return product(output) if 0 < self.p < 1 else 0  # before it is scaled up

    def scratch_backward(self, inputs: Sequence[Shape], output: Shape, asked: Gradients) -> int:
        return product(output) if asked.held and 0 < self.p < 1 else 0  # before it is masked

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        return Form("StochasticDepth", (Part(self.p, "p"),))
