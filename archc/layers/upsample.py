"""Upsampling: a map made larger by repeating or interpolating its values."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, ClassVar

from archc.layers.arguments import (
    Argument,
    ArgumentError,
    axes,
    describe,
    flag,
    is_list,
    tensor,
    whole,
    word,
)
from archc.layers.arguments import size as per_axis_sizes
from archc.layers.base import LayerError, Saved, Step, Work
from archc.layers.form import Form, Part, keyword, one
from archc.layers.reads import OWN, Window, Windows, aligned, interpolated, nearest, widened
from archc.layers.remedy import Remedy
from archc.layers.resize import Resize, exactly_one, like_size
from archc.layers.steps import needs_map, per_axis, product, term
from archc.shapes import Axis, Open, Shape, show


def size_or_factor(doc: str) -> Any:
    """A single number is a factor, a size or a list is a size."""

    def convert(value: object, rank: int) -> int | tuple[Axis, ...]:
        if isinstance(value, (Fraction, float)) and 0 < value < 1:
            smaller = "pools and strides make a map smaller; a factor is a whole number"
            raise ArgumentError("not-whole", f"must be at least 1, not {describe(value)}", smaller)
        return axes(value, rank) if is_list(value) else whole(value, 1)

    return Argument("size or factor", convert, None, doc, open=True)


class Upsample(Resize):
    """The map made larger: `upsample 2` by a factor, `upsample 56x56` or `like=NAME` to a size.

    A single number is a factor for every axis, a size or a list is the size to reach, and
    `scale=[2, 1]` gives a factor an axis. `nearest` takes x[floor(y*n / N)]; `bilinear` (`linear`
    in 1-D, `trilinear` in 3-D) interpolates at (y + 1/2)*n / N - 1/2, with align_corners=true at
    y*(n - 1) / (N - 1). `bicubic` does so by four values an axis, at distances d with weights
    1.25*d^3 - 2.25*d^2 + 1 up to 1, and -0.75*d^3 + 3.75*d^2 - 6*d + 3 up to 2; the border repeats.

    Elementwise: none for nearest; for interpolation in r dimensions 2^r products (bicubic 4^r) and
    their sum, so 2^(r+1) - 1 operations an output value (31).
    Source: PyTorch's nn.Upsample; bicubic: Keys, *Cubic convolution interpolation for digital image
    processing*, 1981, with a = -0.75.
    """

    keyword = "upsample"
    spoken = "upsample"
    channels_from = "input"
    enlarges = True
    foreign = ("upsampling2d",)
    example = "upsample 2 mode=bilinear"

    ranks: ClassVar[dict[str, int]] = {
        "linear": 1,
        "bilinear": 2,
        "bicubic": 2,
        "trilinear": 3,
    }

    size: int | tuple[Axis, ...] | None = size_or_factor("a factor, or the size to reach")
    mode: str = word(
        "nearest",
        "linear",
        "bilinear",
        "bicubic",
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
                arguments=("mode",),
                remedies=(Remedy({"mode": right}),),
            )
        if self.align_corners and self.mode == "nearest":
            raise LayerError(
                "cannot-express",
                "`align_corners` has no meaning with mode=nearest",
                arguments=("align_corners",),
                remedies=(
                    *(Remedy({"mode": mode}) for mode, axes in self.ranks.items() if axes == rank),
                    Remedy({"align_corners": None}),
                ),
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
        read = (4 if self.mode == "bicubic" else 2) ** (len(output) - 1)
        return Work(elementwise=(2 * read - 1) * product(output))

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
        """What each output reads along an axis; None where an open size decides."""
        if n == out:
            return OWN
        reads = nearest if self.mode == "nearest" else interpolated
        if factor is not None and not self.align_corners:
            n, out = 1, factor
        elif self.align_corners:
            reads = aligned
        if not isinstance(n, int) or not isinstance(out, int):
            return None
        window = reads(n, out)
        return widened(window) if window is not None and self.mode == "bicubic" else window

    def settled(self, known: bool) -> tuple[int, int]:
        return 1, 1

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        return Saved()

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        factors = self.factors(len(inputs[0]) - 1)
        parts = [keyword("mode", self.mode, "nearest")]
        if self.align_corners:
            parts.append(keyword("align_corners", True, None))
        if self.like:
            return Form("", tuple(parts), self._resized("{1}.shape[2:]", parts))
        if factors is None:
            assert isinstance(self.size, tuple)
            asked = self._resized("{size}", parts)
            if any(isinstance(axis, Open) for axis in self.size):
                return Form("", (keyword("size", self.size), *parts), asked)
            return Form("nn.Upsample", (keyword("size", one(self.size)), *parts), asked=asked)
        source = "scale" if self.scale is not None else "size"
        return Form("nn.Upsample", (keyword("scale_factor", one(factors), None, source), *parts))

    @staticmethod
    def _resized(size: str, parts: Sequence[Part]) -> str:
        given = [
            f', {part.name}="{part.value}"'
            if isinstance(part.value, str)
            else f", {part.name}={part.value}"
            for part in parts
            if part.value != part.default
        ]
        return f"F.interpolate({{0}}, size={size}{''.join(given)})"

    def explain(self, inputs: Sequence[Shape], output: Shape) -> tuple[Step, ...]:
        factors = self.factors(len(inputs[0]) - 1)
        if factors is None:
            return (Step("output size", f"{show(output[1:])}, whatever the input"),)
        axes = zip(inputs[0][1:], factors, output[1:], strict=True)
        return per_axis("output", [(f"{term(n)} x {m}", out) for n, m, out in axes])
