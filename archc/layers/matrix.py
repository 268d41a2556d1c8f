"""Matrix products."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from archc.layers.base import Extra, LayerError, Saved, Step, Work
from archc.layers.form import Form
from archc.layers.gradients import Gradients
from archc.layers.laid import Laid, plain
from archc.layers.merge import ALONE, Merge, known
from archc.layers.reads import ALL, Span, Windows
from archc.layers.steps import equation, product, times
from archc.shapes import Open, Shape, differ, show


class MatMul(Merge):
    """Matrix product of the branches: the last axis of one meets the last but one of the next.

    y[…, i, j] = sum over k of a[…, i, k] * b[…, k, j]; the axes before are equal. With `reshape`
    and `permute` it is attention: `matmul { reshape [1, 64, -1]; mask }` weighs all positions.

    MACs: output values x the axis that is summed over.
    Source: Wang et al., *Non-local neural networks*, 2018; Cao et al., *GCNet*, 2019.
    """

    keyword = "matmul"
    spoken = "matrix product"
    autocast = "half"
    channels_from = "input"
    foreign = ("bmm", "dot", "einsum")
    example = "matmul { reshape [64, -1]; reshape [64, -1] -> permute [1, 0] }"

    @property
    def across(self) -> Span:
        return ALL

    def shares(self, inputs: int, training: bool) -> bool:
        return inputs == 1

    def output(self, inputs: Sequence[Shape]) -> Shape:
        result = inputs[0]
        for number, shape in enumerate(inputs[1:], 1):
            if len(shape) < 2 or len(shape) != len(result) or self._apart(result, shape):
                raise LayerError(
                    "shape-mismatch",
                    f"`matmul` multiplies matrices n x k and k x m, but its branches give "
                    f"{show(result)} and {show(shape)}",
                    help="`permute` changes the axes of one",
                    inputs=(0 if number == 1 else number - 1, number),
                )
            before = (known(pair) for pair in zip(result[:-2], shape[:-2], strict=True))
            result = (*before, result[-2], shape[-1])
        return result

    @staticmethod
    def _apart(left: Shape, right: Shape) -> bool:
        pairs = zip((*left[:-2], left[-1]), right[:-1], strict=True)
        return any(differ(one, other) for one, other in pairs)

    def _partial(self, inputs: Sequence[Shape]) -> list[Shape]:
        """The shapes of the products of the first two, the first three …"""
        return [self.output(inputs[:end]) for end in range(2, len(inputs) + 1)]

    def windows(self, inputs: Sequence[Shape]) -> Windows:
        return "global" if len(inputs) > 1 else "pointwise"

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        pairs = zip(self._partial(inputs), inputs[1:], strict=True)
        return Work(macs=sum(product(made) * product(shape[-2:-1]) for made, shape in pairs))

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        between = sum(map(product, self._partial(inputs)[:-1]))
        every = tuple(range(len(inputs))) if len(inputs) > 1 else ()
        return Saved(inputs=every, extra=(Extra(between),) if between else ())

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        made = [product(one) for one in self._partial(inputs)]
        most = max([sum(pair) for pair in pairwise(made)], default=0)
        return (most - made[-1]) * images * width if most else 0

    def scratch_backward(self, inputs: Sequence[Shape], output: Shape, asked: Gradients) -> int:
        """At the last of several products the results between have gone, and later inputs may."""
        made = [product(one) for one in self._partial(inputs)]
        if len(made) < 2:
            return 0
        first, *later = map(product, inputs)
        moments = []
        for turn in range(len(made)):
            held = made[turn] + (made[turn - 1] if turn else first) + sum(later[turn:])
            gone = [later[number - 1] for number in asked.last_kept if number > turn + 1]
            freed = sum(made[turn:-1]) + sum(gone)
            held += made[-1] if asked.held and turn < len(made) - 1 else 0
            moments.append(held - made[-1] - first - sum(later) - freed)
        return max(moments)

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        return plain(output)

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        text = "{0}"
        for number in range(1, len(inputs)):
            text = f"torch.matmul({text}, {{{number}}})"
        return Form(ALONE if len(inputs) == 1 else "", expression=text)

    def explain(self, inputs: Sequence[Shape], output: Shape) -> tuple[Step, ...]:
        if len(inputs) != 2 or any(isinstance(axis, Open) for one in inputs for axis in one):
            return ()
        text = f"{times(output)} x {inputs[0][-1]}"
        return (equation("MACs", text, self.work(inputs, output).macs),)
