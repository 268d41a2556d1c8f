"""Global response normalisation."""

from __future__ import annotations

from collections.abc import Sequence

from archc.layers.arguments import named, number
from archc.layers.base import Extra, Saved, Weight, Work
from archc.layers.form import Form, Part, keyword
from archc.layers.gradients import Gradients
from archc.layers.laid import Laid, following
from archc.layers.normalisation import Normalisation
from archc.layers.reads import ALL, Span, Windows
from archc.layers.steps import needs_map, product
from archc.shapes import Shape


class Grn(Normalisation):
    """Global response normalisation: a channel counts by its strength beside the others'.

    y = x + w[c] * x * g[c] / (mean of all g + eps) + b[c], with g[c] the square root of the sum of
    a channel's squares.

    Normalisation: eight operations a value.
    Source: Woo et al., *ConvNeXt V2*, 2023.
    """

    keyword = "grn"
    spoken = "GRN"
    stateful = True
    foreign = ("global_response_norm", "globalresponsenorm")

    eps: float = named(number(1e-6, "added to the mean", least=0))

    @property
    def across(self) -> Span:
        return ALL

    def output(self, inputs: Sequence[Shape]) -> Shape:
        if len(inputs[0]) == 1:
            raise needs_map(self.keyword, inputs[0], "normalises a map")
        return inputs[0]

    def weights(self, inputs: Sequence[Shape]) -> tuple[Weight, ...]:
        return Weight("weight", inputs[0][:1]), Weight("bias", inputs[0][:1])

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        return Work(normalisation=8 * product(output))

    def windows(self, inputs: Sequence[Shape]) -> Windows:
        return "global"

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        strengths = Extra(2 * product(output[:1]) + 1, purpose="inputs")
        shares = Extra(product(output), purpose="weights")
        return Saved(inputs=(0,), extra=(shares, strengths), inputs_serve="inputs")

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        return (product(output) + 2 * product(output[:1])) * images * width

    def scratch_keeping(self, inputs: Sequence[Shape], output: Shape, asked: Gradients) -> int:
        strengths = 0 if asked.inputs else 2 * product(output[:1])
        return product(output) + strengths  # before the input is added

    def scratch_backward(self, inputs: Sequence[Shape], output: Shape, asked: Gradients) -> int:
        if not asked.inputs:
            return 2 * product(output)  # the factors' gradient before it is summed
        # of the product of a value and its channel's share, and of that share
        maps = 1 if asked.weights else 2
        return maps * product(output) + product(output[:1])

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        return following(inputs, output)

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        return Form("GRN", (Part(inputs[0][0], "in.channels"), keyword("eps", self.eps, 1e-6)))
