"""What layers that keep the shape have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from archc.layers.base import Channels, Layer, Step, Weight
from archc.layers.laid import Laid, following
from archc.layers.reads import Windows
from archc.layers.steps import parameters
from archc.shapes import Shape


class Pointwise(Layer):
    """Each output value stands where its input stood, and reads that position alone."""

    channels_from: ClassVar[Channels] = "input"
    many_inputs = False
    counted = False

    def output(self, inputs: Sequence[Shape]) -> Shape:
        return inputs[0]

    def weights(self, inputs: Sequence[Shape]) -> tuple[Weight, ...]:
        return ()

    def windows(self, inputs: Sequence[Shape]) -> Windows:
        return "pointwise"

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        return following(inputs, output)

    def settled(self, known: bool) -> tuple[int, int]:
        return 1, 1

    def explain(self, inputs: Sequence[Shape], output: Shape) -> tuple[Step, ...]:
        return parameters(self.weights(inputs))
