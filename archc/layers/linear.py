"""The linear layer, and LeNet's radial-basis output."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from archc.layers.arguments import Argument, ArgumentError, count, describe, flag
from archc.layers.base import Extra, Instead, LayerError, Saved, Separate, Step, Weight, Work
from archc.layers.form import Form, Part, keyword
from archc.layers.gradients import Gradients
from archc.layers.laid import Laid, plain, reshaped
from archc.layers.reads import ALL, OWN, Span, Windows
from archc.layers.remedy import Remedy
from archc.layers.steps import equation, product, term, times
from archc.shapes import Open, Shape, show


def needs_flat(keyword: str, shape: Shape) -> LayerError:
    return LayerError(
        "needs-flat",
        f"`{keyword}` wants a flat tensor, but its input is a map: {show(shape)}",
        inputs=(0,),
        remedies=(_flattened(shape),),
    )


def _flattened(shape: Shape) -> Remedy:
    """Of two axes the rows may be meant as well, each by itself."""
    if len(shape) != 2:
        return Remedy(before="flatten", help="put `flatten` before it", sure=True)
    each = f"for each of the {shape[0]} alone write `axis=-1`"
    return Remedy(before="flatten", help=f"for all of it put `flatten` before it, {each}")


def last(shape: Shape, reads: Span) -> Windows:
    """What acts on the last axis of a map, at each position of the others."""
    return (*(OWN for _ in shape[2:]), reads)


def last_axis(doc: str) -> Any:
    """`-1`, the last axis; nothing else."""
    return Argument("axis", _last, None, doc)


def _last(value: object, rank: int) -> int:
    if value != -1 or isinstance(value, bool):
        raise ArgumentError("out-of-range", f"can only be -1, the last axis, not {describe(value)}")
    return -1


class Linear(Separate):
    """Linear layer: every output is a weighted sum of all inputs.

    y[o] = b[o] + sum over i of w[o, i] * x[i]. It wants a flat tensor; with `axis=-1` it acts on
    the last axis at each position of the others, where `permute` has put the channels.

    MACs: positions x inputs x outputs; bias: one addition an output value.
    Source: Rosenblatt, *The perceptron*, 1958.
    """

    keyword = "linear"
    spoken = "linear"
    autocast = "half"
    group = "dense"
    channels_from = "argument"
    stateful = True
    counted = True
    foreign = ("dense", "fc", "fully_connected")
    example = "linear 10"
    example_input = "512"

    features: int = count(doc="output features")
    bias: bool = flag(True, "adds a learned number to each output")
    axis: int | None = last_axis("-1: act on the last axis of a map")

    @property
    def across(self) -> Span:
        return OWN if self.axis == -1 else ALL

    def output(self, inputs: Sequence[Shape]) -> Shape:
        shape = inputs[0]
        if len(shape) > 1 and self.axis is None:
            raise needs_flat(self.keyword, shape)
        return (*shape[:-1], self.features)

    def instead(self, inputs: Sequence[Shape]) -> tuple[Instead, ...]:
        """On a map, in place of all its values: their means (Lin, Chen and Yan, *Network in
        network*, 2013)."""
        from archc.layers.adaptive import GlobalAvgPool
        from archc.layers.reshape import Flatten

        if len(inputs[0]) == 1 or self.axis is not None:
            return ()
        return (Instead("pool first", (GlobalAvgPool(), Flatten(), self)),)

    def weights(self, inputs: Sequence[Shape]) -> tuple[Weight, ...]:
        weight = Weight("weight", (self.features, inputs[0][-1]))
        return (weight, Weight("bias", (self.features,))) if self.bias else (weight,)

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        macs = product((*output, inputs[0][-1]))
        bias = product(output) if self.bias else 0
        return Work(macs=macs, bias=bias, connections=macs + bias)

    def windows(self, inputs: Sequence[Shape]) -> Windows:
        return "global" if len(inputs[0]) == 1 else last(inputs[0], ALL)

    def settled(self, known: bool) -> tuple[int, int]:
        return 1, 1

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        return Saved(inputs=(0,), inputs_serve="weights")

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        return 0

    def relays(self, inputs: Sequence[Shape], plain: bool = True) -> bool:
        return plain and self.bias and len(inputs[0]) > 1  # run as the product of two matrices

    def straightens(self, source: Laid, frozen: bool) -> bool:
        *rows, features = source.shape
        if len(rows) == 1 or reshaped(source, (prod(rows), features)) is not None:
            return False
        # PyTorch's matmul makes one matrix for the sake of a weight's gradient, else one an image
        images = (prod(rows[:-1]), rows[-1], features)
        return not frozen or reshaped(source, images) is None

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        return plain(output)

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        parts = Part(inputs[0][-1], "in.features"), Part(self.features, "features")
        return Form("nn.Linear", (*parts, keyword("bias", self.bias, True)))

    def explain(self, inputs: Sequence[Shape], output: Shape) -> tuple[Step, ...]:
        shape = inputs[0]
        features = shape[-1]
        if isinstance(features, Open):
            return ()
        total = (features + self.bias) * self.features
        one = f"({features} + 1)" if self.bias else f"{features}"
        steps = [equation("parameters", f"{one} x {self.features}", total)]
        if not any(isinstance(axis, Open) for axis in shape):
            where = "".join(f"{term(axis)} x " for axis in shape[:-1])
            work = self.work(inputs, output)
            steps.append(equation("MACs", f"{where}{features} x {self.features}", work.macs))
            steps.append(
                equation("connections", f"{where}{one} x {self.features}", work.connections)
            )
        return tuple(steps)


class Rbf(Separate):
    """Radial-basis output: the squared distance of the input to a fixed code for each class.

    y[o] = sum over i of (x[i] - w[o, i])^2. The codes are fixed by hand, -1 and +1 in LeNet-5
    (7x12 drawings of the digits): a buffer `weight` of outputs x inputs, no parameters.

    Elementwise: a difference, a square and a sum for each code value. No MACs; connections: one
    for each code value.
    Source: LeCun et al., *Gradient-based learning applied to document recognition*, 1998, II.B.
    """

    keyword = "rbf"
    spoken = "RBF"
    autocast = "full"
    short = "RBF"
    group = "dense"
    channels_from = "argument"
    stateful = True
    counted = True
    example = "rbf 10"
    example_input = "84"

    features: int = count(doc="output features, the classes")

    def output(self, inputs: Sequence[Shape]) -> Shape:
        if len(inputs[0]) > 1:
            raise needs_flat(self.keyword, inputs[0])
        return (self.features,)

    def weights(self, inputs: Sequence[Shape]) -> tuple[Weight, ...]:
        return (Weight("weight", (self.features, inputs[0][0]), "buffer"),)

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        codes = product((self.features, *inputs[0]))
        return Work(elementwise=3 * codes, connections=codes)

    def windows(self, inputs: Sequence[Shape]) -> Windows:
        return "global"

    def settled(self, known: bool) -> tuple[int, int]:
        return 1, 1

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        return Saved(extra=(Extra(product((self.features, *inputs[0]))),))  # the differences

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        differences = product((self.features, *inputs[0]))  # and their squares
        return (2 * differences - product(output)) * images * width

    def scratch_keeping(self, inputs: Sequence[Shape], output: Shape, asked: Gradients) -> int:
        return product((self.features, *inputs[0]))  # the squares of the differences that it keeps

    def scratch_backward(self, inputs: Sequence[Shape], output: Shape, asked: Gradients) -> int:
        return 3 * product((self.features, *inputs[0])) - product(inputs[0])

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        return plain(output)

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        parts = Part(inputs[0][-1], "in.features"), Part(self.features, "features")
        return Form("RBF", parts)

    def explain(self, inputs: Sequence[Shape], output: Shape) -> tuple[Step, ...]:
        if any(isinstance(axis, Open) for axis in inputs[0]):
            return ()
        codes = product((self.features, *inputs[0]))
        text = times((*inputs[0], self.features))
        return (equation("fixed codes", text, codes), equation("connections", text, codes))
