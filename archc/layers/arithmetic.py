"""Arithmetic with numbers that are fixed."""

from __future__ import annotations

from collections.abc import Sequence

from archc.layers.arguments import number
from archc.layers.base import Saved, Work
from archc.layers.form import Form, Part
from archc.layers.pointwise import Pointwise
from archc.layers.steps import product
from archc.shapes import Shape


class Rescale(Pointwise):
    """Every value times a fixed factor, plus a fixed shift: `rescale 0.2`, `rescale shift=3`.

    y = factor * x + shift. Nothing of it is learned; a learned factor is `scale`.

    Elementwise: a multiplication a value where the factor is not 1, an addition where the shift is
    not 0.
    Source: Szegedy et al., *Inception-v4, Inception-ResNet and the impact of residual connections
    on learning*, 2016 (residuals scaled by 0.1 to 0.3).
    """

    keyword = "rescale"
    spoken = "rescale"
    group = "shape"
    stateful = False
    view = ""
    in_place = False
    needs_output = False
    example = "rescale 0.2"

    factor: float = number(1.0, "what each value is multiplied by")
    shift: float = number(0.0, "what is added then")

    @property
    def _steps(self) -> int:
        return (self.factor != 1) + (self.shift != 0)

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        return Work(elementwise=self._steps * product(output))

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        return Saved()

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        """The product, before the shift."""
        return product(output) * images * width if self._steps == 2 else 0

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        parts = Part(self.factor, "factor", "factor"), Part(self.shift, "shift", "shift")
        return Form("Rescale", parts, "{0} * {factor} + {shift}")
