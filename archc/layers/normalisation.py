"""Normalisation: values brought to a common scale.

Work: with statistics taken from the input, `normalisation` counts five operations a value (mean,
difference, square, sum, scaling) and two more for a learned scale and shift.
"""

from __future__ import annotations

from collections.abc import Sequence

from archc.layers.arguments import count, flag, named, number
from archc.layers.base import Extra, LayerError, Saved, Weight, Work
from archc.layers.convolution import check_groups
from archc.layers.form import Form, Part, keyword
from archc.layers.gradients import Gradients
from archc.layers.laid import Laid, in_order, plain, windowed
from archc.layers.pointwise import Pointwise
from archc.layers.reads import Span, Windows, sliding
from archc.layers.steps import needs_map, product
from archc.shapes import Shape, show


def from_input(values: int, affine: bool) -> Work:
    """Work of a normalisation that takes its statistics from the input."""
    return Work(normalisation=(7 if affine else 5) * values)


class Normalisation(Pointwise):
    """What the normalisations have in common."""

    group = "normalisation"
    striped = True
    view = ""
    in_place = False
    needs_output = False


class BatchNorm(Normalisation):
    """Batch normalisation: each channel gets mean 0 and variance 1 over the batch.

    y = w[c] * (x - mean[c]) / sqrt(var[c] + eps) + b[c], with a learned scale and shift. Inference
    uses running statistics, buffers that move by `momentum` (`none`: the plain average) in
    training; with track=false there are none, and inference too takes them from its input.

    Normalisation: at inference a multiplication and an addition a value (7 with track=false).
    Source: Ioffe and Szegedy, *Batch normalization*, 2015.
    """

    keyword = "batchnorm"
    spoken = "batch norm"
    stateful = True
    cancels_bias = True
    foreign = (
        "batch_norm",
        "batchnorm1d",
        "batchnorm2d",
        "batchnorm3d",
        "batchnormalization",
        "bn",
    )

    eps: float = named(number(1e-5, "added to the variance", least=0))
    momentum: float | None = named(
        number(0.1, "how fast running statistics move, or none", none=True)
    )
    affine: bool = named(flag(True, "a learned scale and shift for each channel"))
    track: bool = named(flag(True, "keeps running statistics"))

    def output(self, inputs: Sequence[Shape]) -> Shape:
        if len(inputs[0]) > 4:
            axes = len(inputs[0]) - 1
            raise LayerError("cannot-express", f"PyTorch has no {axes}-D batch normalisation")
        return inputs[0]

    def weights(self, inputs: Sequence[Shape]) -> tuple[Weight, ...]:
        channels = inputs[0][:1]
        result: list[Weight] = []
        if self.affine:
            result += Weight("weight", channels), Weight("bias", channels)
        if self.track:
            result += (
                Weight("running_mean", channels, "buffer"),
                Weight("running_var", channels, "buffer"),
                Weight("num_batches_tracked", (), "counter"),
            )
        return tuple(result)

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        values = product(output)
        return Work(normalisation=2 * values) if self.track else from_input(values, self.affine)

    def windows(self, inputs: Sequence[Shape]) -> Windows:
        return "pointwise" if self.track else "global"

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        statistics = Extra(2 * product(output[:1]), each_image=False, precise=True)
        return Saved(inputs=(0,), extra=(statistics,))

    @property
    def rests(self) -> bool:
        """Its statistics would move else. Without parameters there is nothing that is frozen."""
        return self.affine and self.track

    def saved_resting(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        return Saved(inputs=(0,))  # its statistics are buffers

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        return 0 if self.track else 2 * product(output[:1]) * width

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        return windowed(inputs[0], output)

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        parts = (
            Part(inputs[0][0], "in.channels"),
            keyword("eps", self.eps, 1e-5),
            keyword("momentum", self.momentum, 0.1),
            keyword("affine", self.affine, True),
            keyword("track_running_stats", self.track, True, "track"),
        )
        return Form(f"nn.BatchNorm{max(len(inputs[0]) - 1, 1)}d", parts)


class Lrn(Normalisation):
    """Local response normalisation: a value is divided by the strength of its neighbours.

    y[c] = x[c] / (k + alpha * sum of x[j]^2)^beta, over `size` channels j around c. `alpha` is the
    papers', not divided by the size; PyTorch's nn.LocalResponseNorm divides, so the code gives it
    size * alpha. A volume whose values do not lie in order is copied.
    AlexNet is `lrn 5 1e-4 0.75 2`.

    Normalisation: a square, `size` additions, a product with alpha and a division a value, in all
    size + 3; exp: the power, one a value.
    Source: Krizhevsky, Sutskever and Hinton, *ImageNet classification with deep convolutional
    neural networks*, 2012.
    """

    keyword = "lrn"
    spoken = "LRN"
    stateful = False
    foreign = ("local_response_norm", "localresponsenorm")
    example = "lrn 5 1e-4 0.75 2"

    size: int = count(doc="how many channels are summed")
    alpha: float = number(1e-4, "the weight of the sum of squares, as papers write it")
    beta: float = number(0.75, "the power")
    k: float = number(1.0, "added to the sum")

    @property
    def across(self) -> Span:
        return sliding(self.size, 1, self.size // 2)

    def output(self, inputs: Sequence[Shape]) -> Shape:
        if len(inputs[0]) == 1:
            raise needs_map(self.keyword, inputs[0], "normalises a map")
        return inputs[0]

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        values = product(output)
        return Work(normalisation=(self.size + 3) * values, exp=values)

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        values = product(output)
        return Saved(inputs=(0,), extra=(Extra(3 * values + self._padding(output)),))

    def _padding(self, output: Shape) -> int:
        """The zeros that stand for the neighbours of the first and last channels."""
        return (self.size - 1) * product(output[1:])

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        values = product(output)  # the squares beside their padded copy; later three maps at once
        return max(values + self._padding(output), 2 * values) * images * width

    def scratch_backward(self, inputs: Sequence[Shape], output: Shape, asked: Gradients) -> int:
        return 3 * product(output)  # of the quotient

    def straightens(self, source: Laid, frozen: bool) -> bool:
        return len(source.shape) == 5 and not source.plain

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        return plain(output) if len(output) == 5 else super().lies(inputs, output)

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        parts = (
            Part(self.size, "size"),
            keyword("alpha", self.size * self.alpha, 1e-4, "size * alpha"),
            keyword("beta", self.beta, 0.75),
            keyword("k", self.k, 1.0),
        )
        volume = len(inputs[0]) == 4  # PyTorch's own takes one that lies in order alone
        return Form("VolumeResponseNorm" if volume else "nn.LocalResponseNorm", parts)


class GroupNorm(Normalisation):
    """Group normalisation: mean 0 and variance 1 over each group of channels of one image.

    y = w[c] * (x - mean[g]) / sqrt(var[g] + eps) + b[c].

    Normalisation: 7 operations a value, 5 without a scale and shift.
    Source: Wu and He, *Group normalization*, 2018.
    """

    keyword = "groupnorm"
    spoken = "group norm"
    stateful = True
    foreign = ("group_norm",)

    groups: int = count(doc="so many groups of channels")
    eps: float = named(number(1e-5, "added to the variance", least=0))
    affine: bool = named(flag(True, "a learned scale and shift for each channel"))

    def output(self, inputs: Sequence[Shape]) -> Shape:
        channels = inputs[0][0]
        if isinstance(channels, int):
            check_groups(self.groups, channels, "input", channels)
        return inputs[0]

    def weights(self, inputs: Sequence[Shape]) -> tuple[Weight, ...]:
        channels = inputs[0][:1]
        return (Weight("weight", channels), Weight("bias", channels)) if self.affine else ()

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        return from_input(product(output), self.affine)

    def windows(self, inputs: Sequence[Shape]) -> Windows:
        return "global"

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        return Saved(inputs=(0,), extra=(Extra(2 * self.groups, precise=self.affine),))

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        return 2 * self.groups * images * width  # means and deviations

    def straightens(self, source: Laid, frozen: bool) -> bool:
        last = in_order(source.shape, (1, *range(len(source.shape) - 1, 1, -1), 0))
        return not source.plain and not (len(source.shape) in (4, 5) and source == last)

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        return windowed(inputs[0], output)

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        parts = (
            Part(self.groups, "groups"),
            Part(inputs[0][0], "in.channels"),
            keyword("eps", self.eps, 1e-5),
            keyword("affine", self.affine, True),
        )
        return Form("nn.GroupNorm", parts)


class InstanceNorm(Normalisation):
    """Instance normalisation: mean 0 and variance 1 over each channel of one image.

    y = w[c] * (x - mean[c]) / sqrt(var[c] + eps) + b[c]; scale and shift only with affine=true.
    A map of a single position is refused, as PyTorch refuses it.

    Normalisation: 5 operations a value, 7 with a scale and shift.
    Source: Ulyanov, Vedaldi and Lempitsky, *Instance normalization*, 2016.
    """

    keyword = "instancenorm"
    spoken = "instance norm"
    stateful = True
    foreign = ("instance_norm",)
    least_positions = 2

    eps: float = named(number(1e-5, "added to the variance", least=0))
    affine: bool = named(flag(False, "a learned scale and shift for each channel"))

    def output(self, inputs: Sequence[Shape]) -> Shape:
        if len(inputs[0]) == 1:
            raise needs_map(self.keyword, inputs[0], "normalises a map")
        if len(inputs[0]) > 4:
            axes = len(inputs[0]) - 1
            raise LayerError("cannot-express", f"PyTorch has no {axes}-D instance normalisation")
        if all(axis == 1 for axis in inputs[0][1:]):
            message = (
                "PyTorch has no instance normalisation of a single position, as in "
                f"{show(inputs[0])}: there its mean is the value itself"
            )
            raise LayerError("cannot-express", message, inputs=(0,))
        return inputs[0]

    def settled(self, known: bool) -> tuple[int, int]:
        return self.least_positions, 1

    def weights(self, inputs: Sequence[Shape]) -> tuple[Weight, ...]:
        channels = inputs[0][:1]
        return (Weight("weight", channels), Weight("bias", channels)) if self.affine else ()

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        return from_input(product(output), self.affine)

    def windows(self, inputs: Sequence[Shape]) -> Windows:
        return "global"

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        kept = 3 if self.affine else 2  # mean, deviation, and the scale repeated for each image
        return Saved(inputs=(0,), extra=(Extra(kept * product(output[:1]), precise=self.affine),))

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        held = 4 if self.affine else 2  # mean, deviation; scale and shift for each image
        return held * product(output[:1]) * images * width

    def scratch_backward(self, inputs: Sequence[Shape], output: Shape, asked: Gradients) -> int:
        learned = self.affine and asked.weights  # scale and shift, image by image
        return 2 * product(output[:1]) if learned else 0

    def relays(self, inputs: Sequence[Shape], plain: bool = True) -> bool:
        return True  # run as a batch norm of one image

    def straightens(self, source: Laid, frozen: bool) -> bool:
        return not source.plain

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        return plain(output)

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        parts = (
            Part(inputs[0][0], "in.channels"),
            keyword("eps", self.eps, 1e-5),
            keyword("affine", self.affine, False),
        )
        return Form(f"nn.InstanceNorm{len(inputs[0]) - 1}d", parts)
