"""Windows of more axes than their map has: `conv 64 80x1 stride=4x1` on a signal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.cures.edits import mended
from archc.graph.values import Tensor
from archc.language import tree
from archc.layers.arguments import ArgumentError


def on_own_axes(
    error: ArgumentError, action: tree.Apply, inputs: Sequence[Tensor]
) -> Iterator[Proposal]:
    """Every size of the call that has too many numbers, on the axes that there are."""
    shape = inputs[0].shape if inputs else None
    if error.code != "wrong-rank" or not shape or len(shape) < 2:
        return
    rank = len(shape) - 1
    sizes = [(one, _numbers(one.value)) for one in action.arguments]
    long = [(one, numbers) for one, numbers in sizes if len(numbers) > rank]
    for kept in (slice(0, rank), slice(-rank, None)):
        if long and all(_says_all(one, numbers, kept) for one, numbers in long):
            edits = tuple(
                Edit(one.value.span, "x".join(map(str, numbers[kept]))) for one, numbers in long
            )
            yield Proposal(f"write `{mended(action.span, edits)}`", Cure(edits))
            return


def _numbers(value: tree.Expr) -> list[int]:
    """The numbers of a size, `80x1` or `[80, 1]`; none of anything else."""
    if isinstance(value, tree.Size):
        return [axis for axis in value.axes if isinstance(axis, int)]
    items = value.items if isinstance(value, tree.List) else ()
    return [one.value for one in items if isinstance(one, tree.Number) and type(one.value) is int]


def _says_all(argument: tree.Argument, numbers: list[int], kept: slice) -> bool:
    """Whether the numbers that are left out say nothing: all are the same, or those do nothing.

    A side or a step of 1 does nothing on an axis that is not there, nor does a padding of 0.
    """
    left = list(numbers)
    del left[kept]
    nothing = {0} if argument.name == "pad" else {0, 1}
    return len(set(numbers)) == 1 or set(left) <= nothing
