"""Layers that change the size of a map: padding, cropping, upsampling."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from archc.layers.arguments import (
    Pads,
    pads,
    pair,
    target,
    tensor,
    word,
)
from archc.layers.base import Layer, LayerError, Saved, Separate, Step, Weight, Work
from archc.layers.form import Form, Part, one, pad_order
from archc.layers.gradients import Gradients
from archc.layers.laid import Laid, following, windowed
from archc.layers.reads import Border, Span, Windows, sliding
from archc.layers.remedy import Remedy
from archc.layers.steps import needs_map, per_axis, product
from archc.shapes import Axis, Open, Shape, show


class Resize(Separate):
    """What these layers have in common: no weights."""

    group = "resize"
    counted = False
    stateful = False

    def weights(self, inputs: Sequence[Shape]) -> tuple[Weight, ...]:
        return ()

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        return 0

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        return windowed(inputs[0], output)

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

    `pad 1`, `pad [[0, 1], [0, 1]]` as in `conv`. A negative number cuts so many values off:
    `pad [[-1, 1], [-1, 1]]` moves the map by a pixel. `reflect` mirrors without repeating the edge,
    `replicate` repeats the edge. `channels=[0, 16]` adds channels of zeros, as in a shortcut
    without parameters. No work.
    Source: PyTorch's torch.nn.functional.pad.
    """

    keyword = "pad"
    spoken = "pad"
    channels_from = "shape"
    foreign = ("zeropad2d", "zeropad", "zero_pad")
    example = "pad [[0, 1], [0, 1]]"

    pad: Pads = pads(0, "how much on each side; below 0: cut off", same=False, least=None)
    mode: str = word("zeros", "reflect", "replicate", default="zeros", doc="what to add")
    channels: tuple[int, int] = pair(0, "channels of zeros, in front and behind")

    @property
    def across(self) -> Span:
        return sliding(1, 1, self.channels[0])

    @property
    def border(self) -> Border:
        borders: dict[str, Border] = {"reflect": "mirrored", "replicate": "repeated"}
        return borders.get(self.mode, "nothing")

    def output(self, inputs: Sequence[Shape]) -> Shape:
        shape = inputs[0]
        rank = len(shape) - 1
        if len(self.pad) != rank and not (rank == 0 and not any(map(any, self.pad))):
            raise self.wrong_rank(len(self.pad), shape, "pad")
        self._check_cut(shape)
        if self.mode != "zeros":
            self._check_mode(shape)
        grown = (n + (begin + end) for n, (begin, end) in zip(shape[1:], self.pad, strict=False))
        return (shape[0] + sum(self.channels), *grown)

    def _check_cut(self, shape: Shape) -> None:
        for n, sides in zip(shape[1:], self.pad, strict=False):
            cut = -sum(side for side in sides if side < 0)
            if cut and self.mode != "zeros":
                message = f"`pad` cuts off in mode=zeros alone, not with mode={self.mode}"
                raise LayerError("cannot-express", message, arguments=("pad", "mode"))
            if isinstance(n, int) and cut >= n:
                message = f"`pad` cuts {cut} values off an axis of {n}: {show(shape)}"
                raise LayerError("empty-axis", message, arguments=("pad",), inputs=(0,))

    def _check_mode(self, shape: Shape) -> None:
        if any(self.channels):
            raise LayerError(
                "cannot-express",
                f"PyTorch can add channels of zeros only, not by mode={self.mode}",
                arguments=("channels", "mode"),
                remedies=(Remedy({"mode": None}),),
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
        return tuple(sliding(1, 1, begin) for begin, _ in self.pad[: len(inputs[0]) - 1])

    def settled(self, known: bool) -> tuple[int, int]:
        return 1 + max([abs(side) for pair in self.pad for side in pair], default=0) * 2, 1

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        return Saved() if self.mode == "zeros" else Saved(inputs=(0,))

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        if self.mode == "zeros" and max(map(max, (*self.pad, self.channels))) <= 0:
            return following([inputs[0]._replace(shape=tuple(output))], output)  # a part, copied
        return super().lies(inputs, output)

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        rank = len(inputs[0]) - 1
        sides = pad_order(self.pad[:rank])
        if any(self.channels):
            sides = (*sides, *self.channels)
            return Form("Pad", (Part(sides, "", "sides"),), "F.pad({0}, {sides})")
        modules = {"zeros": "ZeroPad", "reflect": "ReflectionPad", "replicate": "ReplicationPad"}
        return Form(f"nn.{modules[self.mode]}{rank}d", (Part(one(sides), "pad"),))

    def explain(self, inputs: Sequence[Shape], output: Shape) -> tuple[Step, ...]:
        lines = [
            (f"{n} {plus(begin)} {plus(end)}", out)
            for n, (begin, end), out in zip(inputs[0][1:], self.pad, output[1:], strict=False)
        ]
        return per_axis("output", lines) if lines else ()


def plus(number: int) -> str:
    """`+ 1`, `- 1`."""
    return f"- {-number}" if number < 0 else f"+ {number}"


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
        help=f"as in {example}" if not given else None,
        arguments=tuple(given),
        remedies=tuple(Remedy({name: None}) for name in reversed(given)) if given else (),
    )


class Crop(Resize):
    """The middle of the map: `crop 24x24`, or `crop like=NAME` for the size of an earlier value.

    It begins at floor((n - size) / 2) on each axis. No work; the output is the input's memory.
    Source: Ronneberger, Fischer and Brox, *U-Net*, 2015.
    """

    keyword = "crop"
    spoken = "crop"
    channels_from = "input"
    view = "part"
    example = "crop 24x24"
    reorders = True

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
                    help="`pad` and `upsample` make a map larger",
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

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        return inputs[0]._replace(shape=tuple(output))

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        return Work()

    def windows(self, inputs: Sequence[Shape]) -> Windows:
        result = []
        for begin in self.begins(inputs):
            if begin is None:
                return "unknown"
            result.append(sliding(1, 1, -begin))
        return tuple(result)

    def settled(self, known: bool) -> tuple[int, int]:
        return max([n for n in self.size or () if isinstance(n, int)], default=1), 1

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        return Saved()

    def scratch_backward(self, inputs: Sequence[Shape], output: Shape, asked: Gradients) -> int:
        steps = [product((*output[:axis], *inputs[0][axis:])) for axis in range(1, len(output) + 1)]
        *later, first = map(sum, pairwise(steps))  # axis by axis, the last one first
        most = max(first, *(one + (steps[-1] if asked.held else 0) for one in later), 0)
        return most - steps[0] - steps[-1]

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        if self.like:
            return Form("", expression="center_crop({0}, {1}.shape[2:])")
        parts = (Part(self.size, "size", "size"),)
        return Form("CenterCrop", parts, "center_crop({0}, {size})")

    def explain(self, inputs: Sequence[Shape], output: Shape) -> tuple[Step, ...]:
        lines: list[tuple[str, Axis]] = []
        for n, out in zip(inputs[0][1:], output[1:], strict=True):
            if isinstance(n, Open) or isinstance(out, Open):
                return ()
            begin = (n - out) // 2
            lines.append((f"{n} - {begin} - {n - out - begin}", out))
        return per_axis("output", lines)
