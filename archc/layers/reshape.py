"""Layers that move values about and compute nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod
from typing import Any

from archc.layers.arguments import (
    Argument,
    ArgumentError,
    count,
    describe,
    is_list,
    numbers,
    whole,
)
from archc.layers.base import LayerError, Saved, Step, Work
from archc.layers.convolution import check_groups
from archc.layers.form import Form, Part
from archc.layers.laid import Laid, permuted, reshaped, windowed
from archc.layers.pointwise import Pointwise
from archc.layers.reads import ALL, Moved, Span, Windows, sliding
from archc.layers.remedy import Remedy
from archc.layers.steps import equation, needs_map, product, times
from archc.shapes import Axis, Open, Shape, differ, show
from archc.shapes import count as elements


class Moving(Pointwise):
    """What these layers have in common: no work, and nothing kept for training."""

    group = "shape"
    stateful = False
    in_place = False
    needs_output = False

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        return Work()

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        return Saved()

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        return 0


class Identity(Moving):
    """Nothing at all: the branch of a merge that keeps its input.

    y = x. No work; the output is the input's memory.
    Source: He et al., *Identity mappings in deep residual networks*, 2016.
    """

    keyword = "identity"
    spoken = "identity"
    view = "all"
    passes = True
    foreign = ("skip",)

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        return inputs[0]

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        return Form("nn.Identity", expression="{0}")


class Flatten(Moving):
    """All values in one row, channel by channel, as a `linear` wants them.

    C x H x W becomes C*H*W. No work; the output is the input's memory.
    Source: PyTorch's nn.Flatten.
    """

    keyword = "flatten"
    spoken = "flatten"
    striped = True
    channels_from = "shape"
    view = "all"
    foreign = ("view",)

    def output(self, inputs: Sequence[Shape]) -> Shape:
        total: Axis = 1
        for axis in inputs[0]:
            total = total * axis
        return (total,)

    def windows(self, inputs: Sequence[Shape]) -> Windows:
        return Moved(tuple(range(len(inputs[0]))))

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        return reshaped(inputs[0], output)

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        return Form("nn.Flatten", expression="torch.flatten({0}, 1)")

    def explain(self, inputs: Sequence[Shape], output: Shape) -> tuple[Step, ...]:
        if len(inputs[0]) == 1:
            return ()
        return (equation("output size", times(inputs[0]), output[0]),)


def new_shape(doc: str) -> Any:
    """A shape with its channels: `512x7x7`; `[64, -1]`, where -1 is what is left."""
    return Argument("shape", _new_shape, doc=doc, open=True)


def _new_shape(value: object, rank: int) -> Shape:
    items = value if is_list(value) else (value,)
    assert isinstance(items, tuple)
    result = tuple(item if isinstance(item, Open) else whole(item, -1) for item in items)
    if not result or 0 in result:
        raise ArgumentError("out-of-range", f"has an axis of nothing: {describe(value)}")
    if result.count(-1) > 1:
        raise ArgumentError("out-of-range", f"has -1 twice: {describe(value)}")
    return result


def _left(shape: Shape, target: Shape) -> Axis:
    """What is left for -1; an axis that is only moved has no part in it."""
    axes = list(shape)
    rest: Axis = 1
    for axis in target:
        moved = next((place for place, one in enumerate(axes) if _is_moved(one, axis)), None)
        if moved is not None:
            del axes[moved]
        elif axis != -1:
            rest = rest * axis
    total: Axis = 1
    for axis in axes:
        total = total * axis
    assert isinstance(rest, int)  # else `output` has refused it
    return total // rest


def _is_moved(one: Axis, axis: Axis) -> bool:
    """Whether two axes are one for any numbers: those that know how they are said, said alike."""
    said = getattr(axis, "said", axis)
    return one == axis and said is not None and getattr(one, "said", one) == said


class Reshape(Moving):
    """The same values in another shape, in the same order.

    `reshape 512x7x7`; in a list one axis may be -1, `reshape [64, -1]`: what is left. No work; the
    output is the input's memory. To the receptive field a position on an axis that is
    cut in pieces sees all of that axis.
    Source: PyTorch's torch.reshape.
    """

    keyword = "reshape"
    spoken = "reshape"
    channels_from = "shape"
    view = "all"
    example = "reshape [32, -1]"

    shape: Shape = new_shape("the new shape, channels first")

    def output(self, inputs: Sequence[Shape]) -> Shape:
        shape, target = inputs[0], self.shape
        total: Axis = 1
        for axis in shape:
            total = total * axis
        if -1 not in target:
            wanted: Axis = 1
            for axis in target:
                wanted = wanted * axis
            if differ(total, wanted):
                raise self._unequal(shape, total, f"holds {wanted:,} values")
            return target
        rest: Axis = 1
        for axis in target:
            if axis != -1:
                rest = rest * axis
        if isinstance(rest, Open):
            if total == rest:
                return tuple(1 if axis == -1 else axis for axis in target)
            message = f"`reshape` cannot find the axis of -1 while {rest} is open"
            raise LayerError("open-size", message, arguments=("shape",))
        if isinstance(total, int) and total % rest:
            raise self._unequal(shape, total, f"wants multiples of {rest:,}")
        left = _left(shape, target)
        return tuple(left if axis == -1 else axis for axis in target)

    def pinned(self, read: Shape) -> tuple[tuple[Axis, Axis], ...]:
        return ((prod(read), prod(self.shape)),)  # it keeps all values

    def _unequal(self, shape: Shape, total: Axis, wants: str) -> LayerError:
        return LayerError(
            "bad-reshape",
            f"`reshape` to {show(self.shape)} {wants}, but its input {show(shape)} has {total:,}",
            arguments=("shape",),
            inputs=(0,),
            remedies=tuple(self._holding(total)),
        )

    def _holding(self, total: Axis) -> Iterator[Remedy]:
        """The shape with one axis of another size that holds them all."""
        if -1 in self.shape:
            return
        for place in range(len(self.shape)):
            others = elements(self.shape[:place] + self.shape[place + 1 :])
            if others and isinstance(total, int) and total % others == 0:
                fixed = show((*self.shape[:place], total // others, *self.shape[place + 1 :]))
                have = self.shape[place]
                axis = (place, have, total // others) if isinstance(have, int) else None
                yield Remedy({"shape": fixed}, help="this holds them", axis=axis)

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        return reshaped(inputs[0], output)

    def windows(self, inputs: Sequence[Shape]) -> Windows:
        try:
            output = self.output(inputs)
        except LayerError:  # behind a claim that does not hold its input is another
            return "unknown"
        return Moved(*_regrouped(inputs[0], output))

    def settled(self, known: bool) -> tuple[int, int]:
        values = prod([axis for axis in self.shape if isinstance(axis, int) and axis > 0])
        return (values + 1, values) if known else (1, 1)

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        parts = (Part(self.shape, "shape", "shape"),)
        return Form("Reshape", parts, "{0}.reshape({0}.shape[0], {*shape})")

    def explain(self, inputs: Sequence[Shape], output: Shape) -> tuple[Step, ...]:
        if any(isinstance(axis, Open) for axis in output):
            return ()
        return (equation("values", f"{times(inputs[0])} = {times(output)}", product(output)),)


def _regrouped(old: Shape, new: Shape) -> tuple[tuple[int, ...], ...]:
    """For each new axis the old ones that it joins; those of an axis that is cut lie in none."""
    result: list[tuple[int, ...]] = [() for _ in new]
    start, first = 0, 0
    while start < len(old) and first < len(new):
        end, last = start + 1, first + 1
        left, right = old[start], new[first]
        while left != right:
            if not isinstance(left, int) or not isinstance(right, int):
                return tuple(result)  # an open size hides which axes belong together
            if (end == len(old)) if left < right else (last == len(new)):
                return tuple(result)  # ... as does one further on
            if left < right:
                left, end = left * old[end], end + 1
            else:
                right, last = right * new[last], last + 1
        if last == first + 1:
            result[first] = tuple(range(start, end))
        start, first = end, last
    result[-1] += tuple(range(start, len(old)))  # axes of 1
    return tuple(result)


class Slice(Moving):
    """Some of the channels: `slice 0 64` the first 64, `slice 64` the rest from the 65th.

    y = x[begin:end], the end left out as in Python. No work; the output is the input's memory.
    Source: PyTorch's torch.narrow.
    """

    keyword = "slice"
    spoken = "slice"
    channels_from = "shape"
    view = "part"
    example = "slice 0 16"
    reorders = True

    begin: int = count(doc="the first channel, counted from 0", least=0)
    end: int | None = count(None, "the channel behind the last; all if none")

    @property
    def across(self) -> Span:
        return sliding(1, 1, -self.begin)

    def output(self, inputs: Sequence[Shape]) -> Shape:
        channels = inputs[0][0]
        end = channels if self.end is None else self.end
        size = end - self.begin
        if isinstance(channels, int) and self.end is not None and self.end > channels:
            message = f"`slice` goes to {self.end}, but its input has {channels} channels"
            raise self._wrong(message, "end", (Remedy({"end": None}),))
        if isinstance(size, int) and size < 1:
            message = f"`slice` from {self.begin} to {end} leaves no channel of {channels}"
            last = self.begin + self.end if self.end is not None else 0
            counted = isinstance(channels, int) and self.begin < last <= channels
            ends = (Remedy({"end": str(last)}, help="the second number is the end, no count"),)
            raise self._wrong(message, "begin", ends if counted else ())
        return (size, *inputs[0][1:])

    def settled_channels(self) -> tuple[int, int]:
        return max(self.begin, self.end or 0) + 1, 1

    def _wrong(self, message: str, argument: str, remedies: tuple[Remedy, ...] = ()) -> LayerError:
        return LayerError(
            "slice-out-of-range", message, arguments=(argument,), inputs=(0,), remedies=remedies
        )

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        return inputs[0]._replace(shape=tuple(output))

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        parts = Part(self.begin, "begin", "begin"), Part(self.end, "end", "end")
        until = "" if self.end is None else "{end}"
        return Form("Slice", parts, "{0}[:, {begin}:" + until + "]")


class ChannelShuffle(Moving):
    """Channels of all groups dealt out in turn, so that the next grouped convolution mixes them.

    Channel i*(C/groups) + j goes to place j*groups + i. No work.
    Source: Zhang et al., *ShuffleNet*, 2017.
    """

    keyword = "channel_shuffle"
    spoken = "channel shuffle"
    view = ""

    groups: int = count(doc="so many groups of channels")

    @property
    def across(self) -> Span:
        return ALL

    def output(self, inputs: Sequence[Shape]) -> Shape:
        channels = inputs[0][0]
        if len(inputs[0]) == 1:
            raise needs_map(self.keyword, inputs[0], "shuffles the channels of a map")
        if isinstance(channels, int):
            check_groups(self.groups, channels, "input", channels)
        return inputs[0]

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        return windowed(inputs[0], output)

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        return Form("nn.ChannelShuffle", (Part(self.groups, "groups"),))


class Permute(Moving):
    """Axes in another order: `permute [1, 2, 0]` puts the channels last.

    Axis i of the output is axis order[i] of the input; 0 are the channels. No work; the output is
    the input's memory.
    Source: PyTorch's torch.permute.
    """

    keyword = "permute"
    spoken = "permute"
    channels_from = "shape"
    view = "all"
    example = "permute [1, 2, 0]"
    reorders = True

    order: tuple[int, ...] = numbers(doc="the input's axes in their new order", least=0)

    def output(self, inputs: Sequence[Shape]) -> Shape:
        shape = inputs[0]
        if sorted(self.order) != list(range(len(shape))):
            axes = ", ".join(str(axis) for axis in range(len(shape)))
            batched = self.order[0] == 0 and sorted(self.order) == list(range(len(shape) + 1))
            order = str([axis - 1 for axis in self.order[1:]])
            remedy = Remedy({"order": order}, help="the batch is no axis here")
            raise LayerError(
                "bad-permute",
                f"`permute` {describe(self.order)} does not order the axes of {show(shape)}",
                help=f"name each of {axes} once",
                arguments=("order",),
                inputs=(0,),
                remedies=(remedy,) if batched else (),
            )
        return tuple(shape[axis] for axis in self.order)

    def windows(self, inputs: Sequence[Shape]) -> Windows:
        return Moved(*((axis,) for axis in self.order))

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        return permuted(inputs[0], (0, *[axis + 1 for axis in self.order]))

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        order = tuple(axis + 1 for axis in self.order)
        return Form("Permute", (Part(order, "", "order"),), "{0}.permute(0, {*order})")
