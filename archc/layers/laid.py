"""How a tensor lies in memory: the distance from one value to the next along each axis.

`permute` and `slice` give views whose values do not lie in order. Whether a later `flatten` can
stay a view, or has to copy, follows from the strides alone, by PyTorch's own rules. Shapes here
are those of whole tensors, the images of a batch in front.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from archc.named import NamedTuple

LARGE = 20_480  # images, channels, and the first two axes of a volume


class Laid(NamedTuple):
    """A tensor's shape and strides, in values."""

    shape: tuple[int, ...]
    strides: tuple[int, ...]

    @property
    def plain(self) -> bool:
        """Whether the values lie in the order of the axes, without gaps."""
        axes = zip(self.shape, self.strides, plain(self.shape).strides, strict=True)
        return all(n == 1 or stride == wanted for n, stride, wanted in axes)


def plain(shape: Sequence[int]) -> Laid:
    """A new tensor in the order of its axes."""
    return in_order(shape, range(len(shape) - 1, -1, -1))


def in_order(shape: Sequence[int], axes: Sequence[int]) -> Laid:
    """A new tensor without gaps; `axes` names the axes from the fastest to the slowest."""
    strides = [0] * len(shape)
    step = 1
    for axis in axes:
        strides[axis] = step
        step *= shape[axis]
    return Laid(tuple(shape), tuple(strides))


def following(inputs: Sequence[Laid], shape: Sequence[int]) -> Laid:
    """The result of an operation value by value: it lies as its inputs do, the first before others.

    PyTorch's `TensorIterator`: axes are sorted by their strides; an axis that stretches says
    nothing.
    """
    rank = len(shape)
    order = list(range(rank - 1, -1, -1))
    for i in range(1, rank):
        here = i
        for before in range(i - 1, -1, -1):
            sign = _compare(inputs, order[before], order[here])
            if sign > 0:
                order[before], order[here] = order[here], order[before]
                here = before
            elif sign < 0:
                break
    return in_order(shape, order)


def _compare(inputs: Sequence[Laid], left: int, right: int) -> int:
    """Above 0 where `left`, now the faster axis, should be the slower one; 0 where none says."""
    for shape, strides in inputs:
        a, b = (0 if shape[axis] == 1 else strides[axis] for axis in (left, right))
        if a == 0 or b == 0 or (a == b and shape[left] == shape[right]):
            continue
        if a != b:
            return 1 if a > b else -1
        if shape[left] > shape[right]:
            return 1
    return 0


def windowed(source: Laid, shape: Sequence[int]) -> Laid:
    """The result of a convolution, pooling or norm: channels last where its input has them so."""
    rank = len(shape)
    if rank in (4, 5) and len(source.shape) == rank and channels_last(source):
        return in_order(shape, (1, *range(rank - 1, 1, -1), 0))
    return plain(shape)


def convolved(source: Laid, shape: Sequence[int], kernel: Sequence[int], groups: int = 1) -> Laid:
    """The result of a convolution, transposed or not: in 3-D it follows its input in oneDNN alone.

    PyTorch leaves small single images to another kernel (`ConvParams::use_mkldnn`). A signal is put
    in order before it is convolved.
    """
    if len(shape) == 3:
        return plain(shape)
    large = prod(source.shape[:4]) > LARGE or min(kernel[-2:]) > 3 or groups > 1
    return windowed(source, shape) if len(shape) == 4 or large or shape[0] > 1 else plain(shape)


def pooled(source: Laid, shape: Sequence[int], follows: bool) -> Laid:
    """The result of a pooling: that of a signal is run as a map of one row.

    In 3-D not every pool `follows` its input.
    """
    if len(shape) != 3:
        return windowed(source, shape) if follows or len(shape) == 4 else plain(shape)
    images, channels, pixels = source.shape
    per_image, per_channel, per_pixel = source.strides
    row = Laid(
        (images, channels, 1, pixels), (per_image, per_channel, pixels * per_pixel, per_pixel)
    )
    return permuted(windowed(row, (*shape[:2], 1, shape[2])), (0, 1, 3))


def channels_last(source: Laid) -> bool:
    """PyTorch's test of the memory format."""
    least = 0
    for axis in (1, *range(len(source.shape) - 1, 1, -1), 0):
        stride, n = source.strides[axis], source.shape[axis]
        if stride < least or (axis == 0 and least == source.strides[1]):
            return False
        least = stride * n if n > 1 else stride
    return True


def permuted(source: Laid, order: Sequence[int]) -> Laid:
    """A view with its axes in another order."""
    return Laid(
        tuple(source.shape[axis] for axis in order), tuple(source.strides[axis] for axis in order)
    )


def reshaped(source: Laid, shape: Sequence[int]) -> Laid | None:
    """A view in another shape; None where the values must be copied (`computeStride`)."""
    runs: list[tuple[int, int]] = []  # values that lie evenly, and their stride; last axis first
    for n, stride in zip(reversed(source.shape), reversed(source.strides), strict=True):
        if n == 1:
            continue
        if runs and stride == runs[-1][0] * runs[-1][1]:
            runs[-1] = (runs[-1][0] * n, runs[-1][1])
        else:
            runs.append((n, stride))
    strides: list[int] = []
    left, step = runs.pop(0) if runs else (1, 1)
    for n in reversed(shape):
        if n > 1 and left == 1:
            left, step = runs.pop(0)
        if left % n:
            return None
        strides.append(step)
        left, step = left // n, step * n
    return Laid(tuple(shape), tuple(reversed(strides)))
