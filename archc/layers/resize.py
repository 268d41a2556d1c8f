"""Layers that change the size of a map: padding, cropping, upsampling."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, ClassVar

from archc.layers.arguments import (
    Argument,
    Pads,
    axes,
    flag,
    is_list,
    pads,
    pair,
    target,
    tensor,
    whole,
    word,
)
from archc.layers.arguments import size as per_axis_sizes
from archc.layers.base import Layer, LayerError, Saved, Step, Weight, Window, Windows, Work
from archc.layers.steps import needs_map, per_axis, product, term
from archc.shapes import Axis, Open, Shape, show


class Resize(Layer):
    """What these layers have in common: no weights."""

    group = "merge and shape"

    def weights(self, inputs: Sequence[Shape]) -> tuple[Weight, ...]:
        return ()

    def wrong_rank(self, rank: int, shape: Shape, argument: str) -> LayerError:
        if len(shape) == 1:
            return needs_map(self.keyword, shape, "resizes a map")
        return LayerError(
            "wrong-rank",
            f"`{self.keyword}` is given {rank} sizes, but its input {show(shape)} has "
            f"{len(shape) - 1} axes behind the channels",
            arguments=(argument,),
            inputs=(0,),
        )


class Pad(Resize):
    """Values added around the map: zeros, or the map's own, mirrored or repeated.

    `pad 1`, `pad [[0, 1], [0, 1]]` as in `conv`. `reflect` mirrors without repeating the edge,
    `replicate` repeats the edge. `channels=[0, 16]` adds channels of zeros, as in a shortcut
    without parameters. No work.
    Source: PyTorch's torch.nn.functional.pad.
    """

    keyword = "pad"

    pad: Pads = pads(0, "how much on each side", same=False)
    mode: str = word("zeros", "reflect", "replicate", default="zeros", doc="what to add")
    channels: tuple[int, int] = pair(0, "channels of zeros, in front and behind")

    def output(self, inputs: Sequence[Shape]) -> Shape:
        shape = inputs[0]
        rank = len(shape) - 1
        if len(self.pad) != rank and not (rank == 0 and not any(map(any, self.pad))):
            raise self.wrong_rank(len(self.pad), shape, "pad")
        if self.mode != "zeros":
            self._check_mode(shape)
        grown = (n + (begin + end) for n, (begin, end) in zip(shape[1:], self.pad, strict=False))
        return (shape[0] + sum(self.channels), *grown)

    def _check_mode(self, shape: Shape) -> None:
        if any(self.channels):
            raise LayerError(
                "cannot-express",
                f"PyTorch can add channels of zeros only, not by mode={self.mode}",
                help="use two `pad` layers",
                arguments=("channels", "mode"),
            )
        if len(shape) > 4:
            message = f"PyTorch has no mode={self.mode} in {len(shape) - 1}-D"
            raise LayerError("cannot-express", message, arguments=("mode",))
        for n, sides in zip(shape[1:], self.pad, strict=False):
            if self.mode == "reflect" and isinstance(n, int) and max(sides) >= n:
                raise LayerError(
                    "out-of-range",
                    f"`pad` cannot mirror {max(sides)} pixels of an axis of {n}; {n - 1} at most",
                    arguments=("pad",),
                    inputs=(0,),
                )

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        return Work()

    def windows(self, inputs: Sequence[Shape]) -> Windows:
        return tuple(Window(1, 1, begin) for begin, _ in self.pad[: len(inputs[0]) - 1])

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        return Saved() if self.mode == "zeros" else Saved(inputs=(0,))

    def explain(self, inputs: Sequence[Shape], output: Shape) -> tuple[Step, ...]:
        lines = [
            (f"{n} + {begin} + {end}", out)
            for n, (begin, end), out in zip(inputs[0][1:], self.pad, output[1:], strict=False)
        ]
        return per_axis("output", lines) if lines else ()


def like_size(keyword: str, inputs: Sequence[Shape]) -> tuple[Axis, ...]:
    """The spatial axes of the second input."""
    shape, other = inputs
    if len(shape) != len(other):
        raise LayerError(
            "wrong-rank",
            f"`{keyword}` cannot take the size of {show(other)} for its input {show(shape)}",
            arguments=("like",),
            inputs=(0, 1),
        )
    return other[1:]


def exactly_one(layer: Layer, names: tuple[str, ...], example: str) -> None:
    """Raises unless one of the arguments is given."""
    given = [name for name in names if layer.__dict__[name] is not None]
    if len(given) == 1:
        return
    choice = " or ".join(f"`{name}`" for name in names)
    raise LayerError(
        "missing-argument" if not given else "too-many-arguments",
        f"`{layer.keyword}` needs {choice}"
        + (", one of them" if not given else f", but has {' and '.join(given)}"),
        help=f"for example {example}" if not given else None,
        arguments=tuple(given),
    )


class Crop(Resize):
    """The middle of the map: `crop 24x24`, or `crop like=NAME` for the size of an earlier value.

    It begins at floor((n - size) / 2) on each axis. No work; the output is the input's memory.
    Source: Ronneberger, Fischer and Brox, *U-Net*, 2015.
    """

    keyword = "crop"
    view = True

    size: tuple[Axis, ...] | None = target(None, "the size to cut out")
    like: bool | None = tensor("an earlier value that has the size")

    @property
    def arity(self) -> int:
        return 2 if self.like else 1

    def output(self, inputs: Sequence[Shape]) -> Shape:
        exactly_one(self, ("size", "like"), "`crop 24x24`")
        shape = inputs[0]
        wanted = like_size(self.keyword, inputs) if self.like else self.size or ()
        if len(wanted) != len(shape) - 1:
            raise self.wrong_rank(len(wanted), shape, "size")
        for n, out in zip(shape[1:], wanted, strict=True):
            left = n - out
            if isinstance(left, int) and left < 0:
                raise LayerError(
                    "crop-too-large",
                    f"`crop` cannot cut {show(wanted)} out of {show(shape)}",
                    help="use `pad` or `upsample` to make a map larger",
                    arguments=("like",) if self.like else ("size",),
                    inputs=(0, 1) if self.like else (0,),
                )
        return (shape[0], *wanted)

    def begins(self, inputs: Sequence[Shape]) -> tuple[int | None, ...]:
        """Where the cut begins on each axis; None where an open size decides."""
        result = []
        for n, out in zip(inputs[0][1:], self.output(inputs)[1:], strict=True):
            left = n - out
            result.append(left // 2 if isinstance(left, int) else None)
        return tuple(result)

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        return Work()

    def windows(self, inputs: Sequence[Shape]) -> Windows:
        result = []
        for begin in self.begins(inputs):
            if begin is None:
                return "unknown"
            result.append(Window(1, 1, -begin))
        return tuple(result)

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        return Saved()

    def explain(self, inputs: Sequence[Shape], output: Shape) -> tuple[Step, ...]:
        lines: list[tuple[str, Axis]] = []
        for n, out in zip(inputs[0][1:], output[1:], strict=True):
            if isinstance(n, Open) or isinstance(out, Open):
                return ()
            begin = (n - out) // 2
            lines.append((f"{n} - {begin} - {n - out - begin}", out))
        return per_axis("output", lines)


def size_or_factor(doc: str) -> Any:
    """A single number is a factor, a size or a list is a size."""

    def convert(value: object, rank: int) -> int | tuple[Axis, ...]:
        return axes(value, rank) if is_list(value) else whole(value, 1)

    return Argument("size or factor", convert, None, doc)


class Upsample(Resize):
    """The map made larger: `upsample 2` by a factor, `upsample 56x56` or `like=NAME` to a size.

    A single number is a factor for every axis, a size or a list is the size to reach, and
    `scale=[2, 1]` gives a factor an axis. `nearest` takes x[floor(y*n / N)]; `bilinear` (`linear`
    in 1-D, `trilinear` in 3-D) interpolates at (y + 1/2)*n / N - 1/2, with align_corners=true at
    y*(n - 1) / (N - 1).

    Elementwise: none for nearest; for interpolation in r dimensions 2^r products and their sum, so
    2^(r+1) - 1 operations an output value.
    Source: PyTorch's nn.Upsample.
    """

    keyword = "upsample"

    ranks: ClassVar[dict[str, int]] = {"linear": 1, "bilinear": 2, "trilinear": 3}

    size: int | tuple[Axis, ...] | None = size_or_factor("a factor, or the size to reach")
    mode: str = word(
        "nearest",
        "linear",
        "bilinear",
        "trilinear",
        default="nearest",
        doc="how values between are found",
    )
    align_corners: bool = flag(False, "the corners of input and output meet")
    scale: tuple[int, ...] | None = per_axis_sizes(None, "a factor for each axis")
    like: bool | None = tensor("an earlier value that has the size")

    @property
    def arity(self) -> int:
        return 2 if self.like else 1

    def factors(self, rank: int) -> tuple[int, ...] | None:
        """The factor for each axis; None where a size is given."""
        if self.scale is not None:
            return self.scale
        return (self.size,) * rank if isinstance(self.size, int) else None

    def output(self, inputs: Sequence[Shape]) -> Shape:
        exactly_one(self, ("size", "scale", "like"), "`upsample 2` or `upsample 56x56`")
        shape = inputs[0]
        rank = len(shape) - 1
        if rank == 0:
            raise needs_map(self.keyword, shape, "resizes a map")
        if rank > 3:
            raise LayerError("cannot-express", f"PyTorch has no {rank}-D `upsample`")
        if self.mode != "nearest" and self.ranks[self.mode] != rank:
            right = next(mode for mode, axes in self.ranks.items() if axes == rank)
            raise LayerError(
                "wrong-rank",
                f"mode={self.mode} is for {self.ranks[self.mode]}-D maps, but the input is "
                f"{show(shape)}",
                help=f"write mode={right}",
                arguments=("mode",),
            )
        if self.align_corners and self.mode == "nearest":
            raise LayerError(
                "cannot-express",
                "`align_corners` has no meaning with mode=nearest",
                help="leave it out, or write mode=bilinear",
                arguments=("align_corners",),
            )
        factors = self.factors(rank)
        if factors is not None:
            if len(factors) != rank:
                raise self.wrong_rank(len(factors), shape, "scale")
            return (shape[0], *(n * m for n, m in zip(shape[1:], factors, strict=True)))
        wanted = like_size(self.keyword, inputs) if self.like else self.size
        assert isinstance(wanted, tuple)
        if len(wanted) != rank:
            raise self.wrong_rank(len(wanted), shape, "size")
        return (shape[0], *wanted)

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        if self.mode == "nearest":
            return Work()
        return Work(elementwise=(2 ** len(output) - 1) * product(output))

    def windows(self, inputs: Sequence[Shape]) -> Windows:
        shape, output = inputs[0], self.output(inputs)
        factors = self.factors(len(shape) - 1) or (None,) * (len(shape) - 1)
        result = []
        for n, out, factor in zip(shape[1:], output[1:], factors, strict=True):
            window = self._window(n, out, factor)
            if window is None:
                return "unknown"
            result.append(window)
        return tuple(result)

    def _window(self, n: Axis, out: Axis, factor: int | None) -> Window | None:
        """The smallest window of fixed stride around what each output reads."""
        known = isinstance(n, int) and isinstance(out, int)
        if n == out:
            return Window()
        if self.align_corners:
            if not known:
                return None
            assert isinstance(n, int)
            assert isinstance(out, int)
            stride = Fraction(n - 1, out - 1) if out > 1 else Fraction(0)
            slack = 1 - Fraction(1, stride.denominator)
            return Window(1 + 2 * slack, stride, slack)
        if factor is not None:
            stride = Fraction(1, factor)
        elif isinstance(n, int) and isinstance(out, int):
            stride = Fraction(n, out)
        else:
            return None
        slack = 1 - Fraction(1, stride.denominator)
        if self.mode == "nearest":
            return Window(1 + slack, stride, slack)
        start = (stride - 1) / 2  # of the exact place for the first output
        if (stride.numerator - stride.denominator) % 2:
            slack = 1 - Fraction(1, 2 * stride.denominator)
        return Window(1 + 2 * slack, stride, slack - start)

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        return Saved()

    def explain(self, inputs: Sequence[Shape], output: Shape) -> tuple[Step, ...]:
        factors = self.factors(len(inputs[0]) - 1)
        if factors is None:
            return (Step("output size", f"{show(output[1:])}, whatever the input"),)
        axes = zip(inputs[0][1:], factors, output[1:], strict=True)
        return per_axis("output", [(f"{term(n)} x {m}", out) for n, m, out in axes])
