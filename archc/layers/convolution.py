"""Convolution."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from archc.layers.arguments import Padding, count, flag, pads, size, table
from archc.layers.base import Extra, Instead, LayerError, Saved, Step, Weight, Work
from archc.layers.form import Form, Part, keyword, one
from archc.layers.gradients import Gradients
from archc.layers.laid import Laid, convolved, plain
from archc.layers.reads import ALL, Span
from archc.layers.remedy import Remedy
from archc.layers.steps import equation, product, times
from archc.layers.window import Sliding
from archc.shapes import Axis, Open, Shape

Table = tuple[tuple[int, ...], ...]
FEWEST = 8  # channels of a bottleneck
STACKED = range(5, 32, 2)  # kernels for which a row of 3x3 is told of


def check_groups(groups: int, channels: int, which: str, other: Axis) -> None:
    """Raises where the groups do not divide the channels; the cure is the nearest that do."""
    if channels % groups == 0:
        return
    common = math.gcd(channels, other) if isinstance(other, int) else channels
    small = [g for g in range(1, min(math.isqrt(common), 100_000) + 1) if common % g == 0]
    divisors = [*small, *(common // g for g in small)]
    nearest = [max((g for g in divisors if g < groups), default=0)]
    nearest.append(min((g for g in divisors if g > groups), default=0))
    fitting = [str(g) for g in nearest if g]
    verb = "s that fit are" if len(fitting) > 1 else " that fits is"
    told = f"the nearest number{verb} {' and '.join(fitting)}"
    remedies = [Remedy({"groups": g}, help=told) for g in fitting]
    remedies = [Remedy(width=(channels, groups)), *remedies] if groups > 1 else remedies
    if which == "output" and groups > 1:  # what comes in is divided: the width was meant otherwise
        low = channels - channels % groups
        widths = [str(width) for width in (low, low + groups) if width]
        near = sorted(widths, key=lambda width: abs(int(width) - channels))
        told = f"{groups} divides {' and '.join(widths)}"
        remedies = [*(Remedy({"channels": width}, help=told) for width in near), *remedies]
    raise LayerError(
        "groups-do-not-divide",
        f"groups={groups} does not divide {channels} {which} channels",
        arguments=("groups",),
        inputs=(0,) if which == "input" else (),
        remedies=tuple(remedies),
    )


class Conv(Sliding):
    """Convolution: every output is a weighted sum of a window over all channels of its group.

    y[o] = b[o] + sum over c, u of w[o, c, u] * x[c, stride*i + dilation*u - pad], without flipping
    the kernel (cross-correlation), as every framework computes it. The axes of the kernel decide
    whether it is 1-D, 2-D or 3-D. `connect` lists for each output map the input maps it reads, as
    in LeNet-5's C3; its weights are one kernel for each connection, in the order of the table.

    MACs: output values x input channels of a group x kernel; bias: one addition a value.
    Source: LeCun et al., *Gradient-based learning applied to document recognition*, 1998.
    """

    keyword = "conv"
    spoken = "conv"
    autocast = "half"
    group = "convolution"
    channels_from = "argument"
    stateful = True
    counted = True
    foreign = ("conv1d", "conv2d", "conv3d", "convolution")
    example = "conv 128 3x3 stride=2 pad=1"

    channels: int = count(doc="output channels")
    kernel: tuple[int, ...] = size(doc="the window")
    stride: tuple[int, ...] = size(1, "how far the window moves")
    pad: Padding = pads(0, "zeros around the input; `same` gives ceil(input / stride)")
    dilation: tuple[int, ...] = size(1, "the distance between the window's pixels")
    groups: int = count(1, "channels are split into so many separate convolutions")
    bias: bool = flag(True, "adds a learned number to each output channel")
    connect: Table | None = table(None, "the input maps each output map reads")

    @property
    def across(self) -> Span:
        return ALL

    def output(self, inputs: Sequence[Shape]) -> Shape:
        shape = inputs[0]
        extent = self.extent(shape)
        channels = shape[0]
        if self.groups != 1:
            if isinstance(channels, int):
                check_groups(self.groups, channels, "input", self.channels)
            check_groups(self.groups, self.channels, "output", channels)
        if self.connect is not None:
            self._check_table(self.connect, channels)
        return (self.channels, *extent)

    def _check_table(self, rows: Table, channels: Axis) -> None:
        def wrong(message: str, help: str | None = None) -> LayerError:
            return LayerError("bad-connect", message, help=help, arguments=("connect",))

        if self.groups != 1:
            raise LayerError(
                "bad-connect",
                f"`connect` and groups={self.groups} exclude each other",
                arguments=("connect",),
                remedies=(Remedy({"groups": None}), Remedy({"connect": None})),
            )
        if isinstance(self.pad, str):
            raise LayerError(
                "cannot-express",
                "`connect` and pad=same do not go together",
                arguments=("connect", "pad"),
                remedies=(Remedy({"pad": str(max(self.kernel) // 2)}),),
            )
        if len(rows) != self.channels:
            raise wrong(
                f"`connect` has {len(rows)} rows, but `conv` has {self.channels} output maps",
                "one list for each output map",
            )
        for number, row in enumerate(rows):
            if not row:
                raise wrong(f"output map {number} of `connect` reads nothing")
            if len(set(row)) != len(row):
                twice = next(item for item in row if row.count(item) > 1)
                raise wrong(f"output map {number} of `connect` reads input map {twice} twice")
            if isinstance(channels, int) and max(row) >= channels:
                raise wrong(
                    f"output map {number} of `connect` reads input map {max(row)}, "
                    f"but the input has {channels}, 0 to {channels - 1}"
                )

    def instead(self, inputs: Sequence[Shape]) -> tuple[Instead, ...]:
        """3x3s in a row (Simonyan and Zisserman, 2014), a 1x1 before it (Lin, Chen and Yan, 2013;
        Szegedy et al., 2014), means in place of the pixels a 1x1 skips (He et al., *Bag of
        tricks*, 2018)."""
        channels = inputs[0][0]
        if self.connect is not None or not isinstance(channels, int):
            return ()
        found = (self._stacked(channels), self._reduced(channels), self._averaged())
        return tuple(one for one in found if one is not None)

    def _changed(self, **values: Any) -> Conv:
        return type(self)(**{**self.values, **values})

    def _stacked(self, channels: int) -> Instead | None:
        """So many 3x3 that see as far, padded by as much; not of a depthwise convolution."""
        size, rank = self.kernel[0], len(self.kernel)
        plain = {*self.kernel} == {size} and {*self.strides, *self.dilation} == {1}
        if not plain or size not in STACKED or self.groups == channels > 1:
            return None
        many = size // 2
        pads = [("same" if isinstance(self.pad, str) else ((0, 0),) * rank)] * many
        if not isinstance(self.pad, str) and self.pad:
            ends = {end for pair in self.pad for end in pair}
            if len(ends) > 1 or max(ends) > many:
                return None
            pads = [((int(i < max(ends)),) * 2,) * rank for i in range(many)]
        return Instead("stack", tuple(self._changed(kernel=(3,) * rank, pad=pad) for pad in pads))

    def _reduced(self, channels: int) -> Instead | None:
        """A 1x1 before it, to half of the fewer channels."""
        few = min(channels, self.channels) // 2
        if self.groups > 1 or {*self.kernel} == {1} or few < FEWEST:
            return None
        ones, none = (1,) * len(self.kernel), ((0, 0),) * len(self.kernel)
        first = self._changed(channels=few, kernel=ones, stride=ones, pad=none, dilation=ones)
        return Instead("bottleneck", (first, self))

    def _averaged(self) -> Instead | None:
        """A mean over the pixels between which it steps, then the same with stride 1."""
        from archc.layers.pooling import mean_of_skipped

        mean = mean_of_skipped(self)
        if mean is None:
            return None
        return Instead("pool first", (mean, self._changed(stride=(1,) * len(self.kernel))))

    def _links(self, channels: Axis) -> Axis:
        """Pairs of input and output map with a kernel between them."""
        if self.connect is not None:
            return sum(len(row) for row in self.connect)
        return channels // self.groups * self.channels

    def weights(self, inputs: Sequence[Shape]) -> tuple[Weight, ...]:
        channels = inputs[0][0]
        if self.connect is not None:
            shape: Shape = (self._links(channels), *self.kernel)
        else:
            shape = (self.channels, channels // self.groups, *self.kernel)
        weight = Weight("weight", shape)
        return (weight, Weight("bias", (self.channels,))) if self.bias else (weight,)

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        macs = product((self._links(inputs[0][0]), *self.kernel, *output[1:]))
        bias = product(output) if self.bias else 0
        return Work(macs=macs, bias=bias, connections=macs + bias)

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        if self.connect is None:
            return self.saved_input(inputs[0])
        taken, maps = self._each_link(inputs[0], output)
        return Saved(extra=(Extra(taken), Extra(maps)))

    def padded(self, shape: Shape) -> int:
        if self.connect is not None or self.pad != "same" or set(self.strides) != {1}:
            return super().padded(shape)
        if not self.uneven(shape):
            return 0
        axes = zip(shape[1:], self.pads(shape), strict=True)  # PyTorch adds the odd pixel alone
        return product(
            (shape[0], *(n + (pad or (0, 0))[1] - (pad or (0, 0))[0] for n, pad in axes))
        )

    def _each_link(self, shape: Shape, output: Shape) -> tuple[int, int]:
        """With `connect`, the values of an input map and of an output map for each kernel."""
        links = self._links(shape[0])
        copy = self.padded(shape) or product(shape)
        assert isinstance(links, int)
        return links * copy // product(shape[:1]), links * product(output[1:])

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        copy = self.padded(inputs[0])
        if self.connect is not None:
            taken, maps = self._each_link(inputs[0], output)
            values = product(output)
            copy += max(taken + maps - values, maps + values)
        return copy * images * width

    def scratch_keeping(self, inputs: Sequence[Shape], output: Shape, asked: Gradients) -> int:
        return 0 if self.connect is None else product(output)  # the maps that are put together

    def scratch_backward(self, inputs: Sequence[Shape], output: Shape, asked: Gradients) -> int:
        if self.connect is None:
            return super().scratch_backward(inputs, output, asked)
        copy = self.padded(inputs[0])
        taken, maps = self._each_link(inputs[0], output)
        if not asked.inputs:
            return maps
        let_go = 0 if asked.held else product(output)
        return copy + max(taken - let_go, maps) - product(inputs[0])

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        if self.connect is not None:
            return plain(output)
        return convolved(inputs[0], output, self.kernel, self.groups)

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        parts = [
            Part(inputs[0][0], "in.channels"),
            Part(self.channels, "channels"),
            Part(one(self.kernel), "kernel"),
            keyword("stride", one(self.strides), 1),
            keyword("dilation", one(self.dilation), 1),
            keyword("groups", self.groups, 1),
            keyword("bias", self.bias, True),
        ]
        target = f"nn.Conv{len(self.kernel)}d"
        if self.connect is not None:
            target = f"SparseConv{len(self.kernel)}d"
            parts[5:6] = [keyword("connect", self.connect)]
        elif isinstance(self.pad, str) and set(self.strides) == {1}:
            return Form(target, (*parts, keyword("padding", "same", 0, "pad")))
        return self.window_form(target, parts)

    def explain(self, inputs: Sequence[Shape], output: Shape) -> tuple[Step, ...]:
        steps = list(self.size_steps(inputs, output))
        channels, kernel, bias = inputs[0][0], self.kernel, " + 1" if self.bias else ""
        if isinstance(channels, Open):
            return tuple(steps)
        window = f"{times(kernel)} x {channels // self.groups}"
        if self.groups > 1:
            window = f"{times(kernel)} x ({channels} / {self.groups})"
        total = sum(product(weight.shape) for weight in Conv.weights(self, inputs))
        if self.connect is not None:
            links = self._links(channels)
            plus = f" + {self.channels}" if self.bias else ""
            text = f"{times(kernel)} x {links}{plus}"
            window = f"{times(kernel)} x {links}"
        elif self.bias:
            text = f"({window}{bias}) x {self.channels}"
        else:
            text = f"{window} x {self.channels}"
        steps.append(equation("parameters", text, total))
        if not any(isinstance(axis, Open) for axis in output):
            work = self.work(inputs, output)
            where = times(output[1:])
            maps = "" if self.connect is not None else f" x {self.channels}"
            steps.append(equation("MACs", f"{where}{maps} x {window}", work.macs))
            steps.append(equation("connections", f"{total:,} x {where}", work.connections))
        return tuple(steps)
