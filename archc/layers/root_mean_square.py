"""Root mean square normalisation: a layer norm without means."""

from __future__ import annotations

from collections.abc import Sequence

from archc.layers.arguments import named, number
from archc.layers.base import Extra, Saved, Weight, Work
from archc.layers.form import Form, Part, keyword, one
from archc.layers.gradients import Gradients
from archc.layers.laid import Laid, channels_last, following, permuted, plain
from archc.layers.layer_norm import LayerNorm
from archc.layers.steps import product
from archc.shapes import Shape


class RmsNorm(LayerNorm):
    """Root mean square normalisation: the channels at each position get a mean square of 1.

    y = w * x / sqrt(mean of x^2 + eps), over the axes that `layernorm` takes, without a shift.
    eps=none is the step from 1 to the next number, 2^-23 in float32.

    Normalisation: a square, a sum and a scaling a value, four operations with a scale.
    Source: Zhang and Sennrich, *Root mean square layer normalization*, 2019.
    """

    keyword = "rmsnorm"
    spoken = "RMS norm"
    foreign = ("rms_norm",)

    eps: float | None = named(  # type: ignore[assignment]  # or none
        number(None, "added to the mean square; none: the type's own step", least=0, none=True)
    )

    bias = False

    def weights(self, inputs: Sequence[Shape]) -> tuple[Weight, ...]:
        return super().weights(inputs)[:1]

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        return Work(normalisation=(4 if self.affine else 3) * product(output))

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        roots = Extra(self._positions(output), purpose="inputs", precise=True)
        if not self.affine:
            return Saved(inputs=(0,), extra=(roots,), inputs_serve="inputs")
        quotients = Extra(product(output), purpose="weights")
        return Saved(inputs=(0,), extra=(roots, quotients), inputs_serve="inputs")

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        between = product(output) if self.affine else self._positions(output)  # or squares' means
        return (between + self._positions(output)) * images * width

    def scratch_ordering(self, output: Shape) -> int:
        return 0 if self.affine else product(output) - self._positions(output)

    def scratch_keeping(self, inputs: Sequence[Shape], output: Shape, asked: Gradients) -> int:
        roots = 0 if asked.inputs else self._positions(output)
        return product(output) + roots if asked.ordered else 0  # before it is put in order

    def scratch_backward(self, inputs: Sequence[Shape], output: Shape, asked: Gradients) -> int:
        if not asked.inputs:
            return product(output)  # the factors' gradient before it is summed
        maps = 2 if self.affine and asked.weights else 3  # the product, the squares, their roots
        return (maps + asked.held) * product(output) - self._positions(output)

    def orders(self, source: Laid) -> bool:
        return not self._stays(self._moved(source))

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        rank = len(output)
        back = (0, rank - 1, *range(1, rank - 1)) if self.axis == 0 else range(rank)
        source = self._moved(inputs[0])
        stays = following([source], source.shape) if self._stays(source) else plain(source.shape)
        return permuted(stays, back)

    def _moved(self, source: Laid) -> Laid:
        """The input with the axes that are normalised at the end."""
        rank = len(source.shape)
        return permuted(source, (0, *range(2, rank), 1) if self.axis == 0 else range(rank))

    def _stays(self, source: Laid) -> bool:
        """Whether the values lie in order, or with the channels last: PyTorch orders any other."""
        return source.plain or (len(source.shape) in (4, 5) and channels_last(source))

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        shape = inputs[0]
        parts = (
            Part(one(self._normal(shape)) if self.axis != "all" else shape, "in.channels"),
            keyword("eps", self.eps, None),
            keyword("elementwise_affine", self.affine, True, "affine"),
        )
        over_channels = self.axis == 0 and len(shape) > 1
        return Form("ChannelRMSNorm" if over_channels else "nn.RMSNorm", parts)


RmsNorm.arguments = {name: given for name, given in RmsNorm.arguments.items() if name != "bias"}
