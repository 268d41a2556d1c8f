"""Softmax and its logarithm: activations that look across the channels."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from archc.layers.activation import Activation
from archc.layers.base import Saved, Step, Work
from archc.layers.form import Part
from archc.layers.laid import Laid, plain
from archc.layers.reads import ALL, Span
from archc.layers.steps import product
from archc.shapes import Shape


class Softmax(Activation):
    """Softmax over the channels: positive numbers that add up to 1.

    y[c] = exp(x[c]) / sum over k of exp(x[k]), at each position.

    Activation: a sum and a division, two operations a value; exp: one a value.
    Source: Bridle, *Probabilistic interpretation of feedforward classification network outputs*,
    1990.
    """

    keyword = "softmax"
    spoken = "softmax"
    module = "nn.Softmax"
    in_place = False
    needs_output = True
    keeps = Saved(output=True)

    @property
    def across(self) -> Span:
        return ALL

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        values = product(output)
        return Work(activation=2 * values, exp=values)

    def parts(self, inputs: Sequence[Shape]) -> tuple[Part, ...]:
        return (Part(1, "", "dim"),)

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        return plain(output)

    def explain(self, inputs: Sequence[Shape], output: Shape) -> tuple[Step, ...]:
        return ()

    @property
    def gives(self) -> tuple[float, float]:
        return 0.0, 1.0


class LogSoftmax(Softmax):
    """Logarithm of softmax over the channels.

    y[c] = x[c] - log(sum over k of exp(x[k])), at each position.

    Activation: a sum and a subtraction, two operations a value; exp: one a value.
    Source: Bridle, *Probabilistic interpretation of feedforward classification network outputs*,
    1990.
    """

    keyword = "log_softmax"
    spoken = "log softmax"
    module = "nn.LogSoftmax"
    in_place = False
    needs_output = True
    foreign = ("logsoftmax",)

    @property
    def gives(self) -> tuple[float, float]:
        return -inf, 0.0
