"""What is said when the branches of a merge do not fit together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diagnostics import Label
from archc.graph.place import Place
from archc.graph.values import Tensor
from archc.language import tree
from archc.layers.base import LayerError
from archc.shapes import show

if TYPE_CHECKING:
    from archc.graph.elaborate import Elaborator


def merge_problem(
    run: Elaborator, error: LayerError, action: tree.Braced, branches: list[Tensor], place: Place
) -> None:
    """Reports a mismatch at the merge's word, with the end of each branch and a cure where one is known."""
    labels = tuple(
        Label(tensor.origin, f"{show(tensor.shape)} from here") for tensor in branches if tensor.shape
    )
    help = cure(run, branches) or error.help
    run.report.add(
        error.code, error.message, action.word.span,
        labels=labels, calls=place.names.scope.frames(), help=help,
    )


def cure(run: Elaborator, branches: list[Tensor]) -> str | None:
    """A stride that one branch forgot: the layer that would make the larger map as small as the other."""
    shapes = [tensor.shape for tensor in branches]
    if len(shapes) != 2 or None in shapes:
        return None
    first, second = shapes
    assert first is not None and second is not None
    if len(first) != len(second) or first[0] != second[0] or len(first) < 2:
        return None
    numbers = [axis for shape in (first, second) for axis in shape if isinstance(axis, int)]
    if len(numbers) != 2 * len(first):
        return None
    large, small = (0, 1) if first[1:] > second[1:] else (1, 0)
    before = {node.index for node in run.nodes[: _start(run, branches)]}
    index = branches[large].node
    while index >= 0 and index not in before:
        node = run.nodes[index]
        if node.layer is None or not node.inputs:
            return None
        values = node.layer.values
        stride = values.get("stride")
        shape = node.shape
        if isinstance(stride, tuple) and set(stride) == {1} and shape is not None and node.kind == "conv":
            factor = _factor(shapes[large], shapes[small])
            if factor is not None and max(values["kernel"]) > 1:
                name = node.label if node.label else node.kind
                return (
                    f"`{name}` (line {node.span.line}) keeps {show(shape[1:])}; "
                    f"with stride={factor} both branches give {show(shapes[small] or ())}"
                )
        index = node.inputs[0]
    return None


def _factor(large: tuple[object, ...] | None, small: tuple[object, ...] | None) -> int | None:
    factors = set()
    for wide, narrow in zip((large or ())[1:], (small or ())[1:], strict=True):
        if not isinstance(wide, int) or not isinstance(narrow, int):
            return None
        factors.add(-(-wide // narrow))
    return factors.pop() if len(factors) == 1 else None


def _start(run: Elaborator, branches: list[Tensor]) -> int:
    """The first node that belongs to the branches: what both descend from lies before it."""
    ways = []
    for tensor in branches:
        seen = []
        index = tensor.node
        while index >= 0:
            seen.append(index)
            inputs = run.nodes[index].inputs
            index = inputs[0] if inputs else -1
        ways.append(seen)
    common = set(ways[0]).intersection(*ways[1:])
    return max(common, default=-1) + 1
