"""A parameter by itself: a learned factor, and a learned number that is added."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from archc.layers.arguments import flag, named, number, numbers
from archc.layers.base import LayerError, Saved, Weight, Work
from archc.layers.form import Form, Part, keyword
from archc.layers.gradients import Gradients
from archc.layers.pointwise import Pointwise
from archc.layers.remedy import Remedy
from archc.layers.steps import product
from archc.shapes import Axis, Shape, differ, show


class Learned(Pointwise):
    """What both have in common: a tensor of the layer's own name, which stretches to the map."""

    group = "shape"
    bare = True
    stateful = True
    view = ""
    in_place = False
    needs_output = False

    init: float
    flat: bool
    shape: tuple[int, ...] | None

    @property
    def autocast(self) -> Literal["", "half", "full"]:  # type: ignore[override]  # a class attribute elsewhere
        """A tensor without axes leaves a map of half precision as it is."""
        return "" if self.shape == () else "full"

    def output(self, inputs: Sequence[Shape]) -> Shape:
        if self.shape is None:
            return inputs[0]
        if self.flat:
            message = f"`{self.keyword}` has a `shape` of its own, so it cannot be flat"
            remedies = (Remedy({"flat": None}), Remedy({"shape": None}))
            raise LayerError("cannot-express", message, arguments=("flat",), remedies=remedies)
        whole = (1, *inputs[0])
        pairs = zip(reversed(self.shape), reversed(whole), strict=False)
        if len(self.shape) > len(whole) or any(n != 1 and differ(n, own) for n, own in pairs):
            raise LayerError(
                "shape-mismatch",
                f"`{self.keyword}` has numbers of {show(self.shape)}, which do not stretch to its "
                f"input {show(inputs[0])}",
                help="each axis is 1 or the input's, counted from the last one",
                arguments=("shape",),
                inputs=(0,),
            )
        return inputs[0]

    def weights(self, inputs: Sequence[Shape]) -> tuple[Weight, ...]:
        if self.shape is not None:
            return (Weight("", self.shape),)
        ones: tuple[Axis, ...] = (1,) * (0 if self.flat else len(inputs[0]) - 1)
        return (Weight("", (inputs[0][0], *ones)),)

    def pinned(self, read: Shape) -> tuple[tuple[Axis, Axis], ...]:
        pairs = zip(reversed(read), reversed(self.shape or ()), strict=False)
        return tuple((axis, size) for axis, size in pairs if size != 1)

    def settled(self, known: bool) -> tuple[int, int]:
        return max((1, *(size + 1 for size in self.shape or () if size != 1))), 1

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        return Work(elementwise=product(output))

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        return 0

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        source = "in.channels" if self.shape is None else "shape"
        parts = (
            Part(tuple(self.weights(inputs)[0].shape), source),
            keyword("init", self.init),
            keyword("flat", self.flat, False),
        )
        return Form(type(self).__name__, parts)


class Scale(Learned):
    """A learned factor for each channel, or one for all.

    y[c] = w[c] * x[c]. Its tensor has the name of the layer itself, not `NAME.weight`, and a shape
    that stretches to the map: `C x 1 x 1`; with `flat=true` it is `C`. Any other is told by
    `shape`: `gamma: scale shape=[1]` is one number, as at the end of a branch.

    Elementwise: one multiplication a value.
    Source: Touvron et al., *Going deeper with image transformers*, 2021 (LayerScale); one number:
    Zhang et al., *Self-attention generative adversarial networks*, 2018.
    """

    keyword = "scale"
    spoken = "scale"

    init: float = number(1.0, "the factor to start from")
    flat: bool = named(flag(False, "the factors are one row, whatever the axes of the map"))
    shape: tuple[int, ...] | None = named(
        numbers(None, "the shape of the factors: [1] is one for all, [] one without axes", least=1)
    )

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        return Saved(inputs=(0,), inputs_serve="weights")

    def scratch_backward(self, inputs: Sequence[Shape], output: Shape, asked: Gradients) -> int:
        return product(output) if asked.weights else 0  # the factors', before it is summed


class Shift(Learned):
    """A learned number added to each channel, or one to all.

    y[c] = x[c] + b[c]. Its tensor has the name of the layer itself, and a shape as that of `scale`.

    Elementwise: one addition a value.
    Source: Touvron et al., *ResMLP: feedforward networks for image classification with
    data-efficient training*, 2021 (affine layers).
    """

    keyword = "shift"
    spoken = "shift"

    init: float = number(0.0, "the number to start from")
    flat: bool = named(flag(False, "the numbers are one row, whatever the axes of the map"))
    shape: tuple[int, ...] | None = named(
        numbers(None, "the shape of the numbers: [1] is one for all, [] one without axes", least=1)
    )

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        return Saved()
