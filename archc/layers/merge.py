"""Merges: the results of several branches become one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import ClassVar

from archc.layers.base import Extra, Layer, LayerError, Saved, Step, Weight, Work
from archc.layers.form import Form
from archc.layers.gradients import Gradients
from archc.layers.laid import Laid, following, plain, windowed
from archc.layers.reads import ALL, Span, Windows
from archc.layers.steps import equation, product
from archc.shapes import Axis, Open, Shape, differ, larger, show

ALONE = "nn.Identity"  # what a sum or product of one branch is


class Merge(Layer):
    """What the merges have in common: any number of inputs, and no arguments."""

    group = "merge"
    many_inputs = True
    counted = False
    stateful = False
    view = ""
    in_place = False
    needs_output = False

    def weights(self, inputs: Sequence[Shape]) -> tuple[Weight, ...]:
        return ()

    def windows(self, inputs: Sequence[Shape]) -> Windows:
        return "pointwise"

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        return following(inputs, output)

    def settled(self, known: bool) -> tuple[int, int]:
        return 1, 1

    def explain(self, inputs: Sequence[Shape], output: Shape) -> tuple[Step, ...]:
        return ()


def known(axes: Sequence[Axis]) -> Axis:
    """The axis all agree on: a number where one of them is."""
    return next((axis for axis in axes if isinstance(axis, int)), axes[0])


class Stretching(Merge):
    """What sums and products have in common: an axis of 1 stretches to the others'."""

    firm: ClassVar[int]  # how many axes, from the channels on, do not stretch

    def shares(self, inputs: int, training: bool) -> bool:
        return inputs == 1

    def output(self, inputs: Sequence[Shape]) -> Shape:
        result = list(inputs[0])
        for number, shape in enumerate(inputs[1:], 1):
            if len(shape) != len(result):
                raise unequal(self.keyword, inputs, 0, number)
            for axis, n in enumerate(shape):
                own = result[axis]
                if own == n or (n == 1 and axis >= self.firm):
                    continue
                if own == 1 and axis >= self.firm:
                    result[axis] = n
                    continue
                if differ(own, n):
                    candidates = (i for i in range(number) if inputs[i][axis] == own)
                    raise unequal(self.keyword, inputs, next(candidates, 0), number)
                whole = isinstance(own, int) or isinstance(n, int)
                result[axis] = known((own, n)) if whole else larger(own, n)
        return tuple(result)

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        return Work(elementwise=(len(inputs) - 1) * product(output))

    def _partial(self, inputs: Sequence[Shape]) -> list[int]:
        """The values of the result of the first two, the first three …"""
        shape = inputs[0]
        found = []
        for other in inputs[1:]:
            shape = self.output([shape, other])
            found.append(product(shape))
        return found

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        partial = self._partial(inputs)
        most = max([sum(pair) for pair in pairwise(partial)], default=0)
        return (most - partial[-1]) * images * width if most else 0


class Add(Stretching):
    """Sum of the branches, value by value.

    y = x1 + x2 + …; all branches have as many channels, and `C x 1 x 1` is added to each position.

    Elementwise: one addition a value for each branch but the first.
    Source: He et al., *Deep residual learning for image recognition*, 2015.
    """

    keyword = "add"
    spoken = "add"
    channels_from = "input"
    firm = 1
    operator = "+"
    foreign = ("residual", "shortcut", "plus")
    example = "add { conv 64 3x3 pad=1; identity }"

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        return Saved()

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        return Form(ALONE if len(inputs) == 1 else "", expression=chain(" + ", inputs))


def chain(sign: str, inputs: Sequence[Shape]) -> str:
    """`{0} + {1} + {2}`."""
    return sign.join(f"{{{i}}}" for i in range(len(inputs)))


def unequal(keyword: str, inputs: Sequence[Shape], left: int, right: int) -> LayerError:
    shapes = (show(inputs[left]), show(inputs[right]))
    return LayerError(
        "shape-mismatch",
        f"`{keyword}` needs equal shapes, but its branches give {shapes[0]} and {shapes[1]}",
        inputs=(left, right),
    )


class Mul(Stretching):
    """Product of the branches, value by value.

    y = x1 * x2 * …; an axis of 1 stretches to the others', so `C x 1 x 1` scales the channels.

    Elementwise: one multiplication a value for each branch but the first.
    Source: Hu, Shen and Sun, *Squeeze-and-excitation networks*, 2017.
    """

    keyword = "mul"
    spoken = "multiply"
    channels_from = "shape"
    firm = 0
    operator = "*"
    foreign = ("multiply",)
    example = "mul { identity; global_avgpool -> conv 64 1x1 -> sigmoid }"

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        between = sum(self._partial(inputs)[:-1])
        every = tuple(range(len(inputs))) if len(inputs) > 1 else ()
        return Saved(inputs=every, extra=(Extra(between),) if between else ())

    def scratch_backward(self, inputs: Sequence[Shape], output: Shape, asked: Gradients) -> int:
        """The most of one product after another, the last one first.

        The gradient of an axis that stretches is summed when both are there.
        """
        given = [product(one) for one in inputs]
        made = [given[0], *self._partial(inputs)]
        last = len(given) - 1
        moments = []
        for turn in range(1, len(given)):
            small = [one for one in (made[turn - 1], given[turn]) if one < made[turn]]
            held = 3 * made[turn] + sum(small[:1]) + sum(given[turn + 1 :])
            held += made[-1] if asked.held and turn < last else 0
            gone = sum(given[number] for number in asked.last_kept if number > turn)
            moments.append(held - sum(made[turn:last]) - gone)
        return max(moments) - made[-1] - sum(given) if moments else 0

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        return Form(ALONE if len(inputs) == 1 else "", expression=chain(" * ", inputs))


class Concat(Merge):
    """Branches stacked along the channels.

    y = [x1; x2; …]; all axes but the channels are equal.

    No work.
    Source: Szegedy et al., *Going deeper with convolutions*, 2014.
    """

    keyword = "concat"
    spoken = "concat"
    channels_from = "sum"
    foreign = ("cat", "concatenate")
    example = "concat { conv 32 1x1; conv 96 3x3 pad=1 }"

    @property
    def across(self) -> Span:
        return ALL

    def output(self, inputs: Sequence[Shape]) -> Shape:
        first = inputs[0]
        channels = first[0]
        result = first[1:]
        for number, shape in enumerate(inputs[1:], 1):
            channels = channels + shape[0]
            rest = shape[1:]
            if rest == result:
                continue
            if len(rest) != len(result) or any(
                differ(a, b) for a, b in zip(rest, result, strict=True)
            ):
                raise self._mismatch(inputs, number)
            result = tuple(known(pair) for pair in zip(result, rest, strict=True))
        return (channels, *result)

    def _mismatch(self, inputs: Sequence[Shape], number: int) -> LayerError:
        shape = inputs[number]
        other = next(
            i
            for i in range(number + 1)
            if len(inputs[i]) != len(shape)
            or any(differ(a, b) for a, b in zip(inputs[i][1:], shape[1:], strict=True))
        )
        return LayerError(
            "concat-mismatch",
            "`concat` needs branches that differ in channels alone, but they give "
            f"{show(inputs[other])} and {show(shape)}",
            inputs=(other, number),
        )

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        found = {windowed(one, output) for one in inputs}
        return found.pop() if len(found) == 1 else plain(output)

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        return Work()

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        return Saved()

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        return 0

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        return Form("", expression=f"torch.cat([{chain(', ', inputs)}], dim=1)")

    def explain(self, inputs: Sequence[Shape], output: Shape) -> tuple[Step, ...]:
        if len(inputs) < 2 or any(isinstance(shape[0], Open) for shape in inputs):
            return ()
        text = " + ".join(str(shape[0]) for shape in inputs)
        return (equation("output channels", text, output[0]),)
