"""Transposed convolution."""

from __future__ import annotations

from collections.abc import Sequence

from archc.layers.arguments import Padding, Pads, count, flag, pads, size
from archc.layers.base import LayerError, Saved, Separate, Step, Weight, Work
from archc.layers.convolution import check_groups
from archc.layers.form import Form, Part, keyword, one, pad_order
from archc.layers.gradients import Gradients
from archc.layers.laid import Laid, convolved
from archc.layers.reads import ALL, Span, Windows, transposed
from archc.layers.remedy import Remedy
from archc.layers.steps import equation, needs_map, per_axis, product, term, times
from archc.shapes import Axis, Open, Shape, show


class ConvTranspose(Separate):
    """Transposed convolution: each input value spreads a weighted kernel over the output.

    Output size: (n - 1)*stride - 2*pad + dilation*(kernel - 1) + output_pad + 1; `pad=same` gives
    n*stride, with what is odd cut at the end. What PyTorch cannot cut is cut behind its module.

    MACs: input values x output channels of a group x kernel, as each input value meets each weight
    once; bias: one addition an output value.
    Source: Zeiler et al., *Deconvolutional networks*, 2010; Dumoulin and Visin, 2016.
    """

    keyword = "conv_transpose"
    spoken = "transposed conv"
    autocast = "half"
    group = "convolution"
    channels_from = "argument"
    stateful = True
    counted = True
    enlarges = True
    foreign = ("convtranspose2d", "convtranspose", "deconv", "transposed_conv", "upconv")
    example = "conv_transpose 32 2x2 stride=2"

    channels: int = count(doc="output channels")
    kernel: tuple[int, ...] = size(doc="the window")
    stride: tuple[int, ...] = size(1, "how far the kernel moves on the output")
    pad: Padding = pads(0, "cut from the output on each side; `same` gives input x stride")
    output_pad: tuple[int, ...] = size(0, "added to the output's size at the end", least=0)
    groups: int = count(1, "channels are split into so many separate convolutions")
    bias: bool = flag(True, "adds a learned number to each output channel")
    dilation: tuple[int, ...] = size(1, "the distance between the window's pixels")

    @property
    def across(self) -> Span:
        return ALL

    @property
    def _same(self) -> bool:
        return isinstance(self.pad, str)

    def _sides(self) -> Pads:
        """What is cut at the begin and the end of each axis; below 0 where `same` adds."""
        if not isinstance(self.pad, str):
            return self.pad
        axes = zip(self.kernel, self.stride, self.dilation, strict=True)
        over = [d * (k - 1) + 1 - s for k, s, d in axes]
        return tuple((n // 2, n - n // 2) if n > 0 else (0, n) for n in over)

    def _uncut(self, output: Shape) -> int:
        """The values of what PyTorch's module gives, where begin and end differ; else 0."""
        apart = [abs(end - begin) if end >= 0 else 0 for begin, end in self._sides()]
        if not any(apart):
            return 0
        return product((output[0], *(n + more for n, more in zip(output[1:], apart, strict=True))))

    def output(self, inputs: Sequence[Shape]) -> Shape:
        shape = inputs[0]
        rank = len(self.kernel)
        if len(shape) == 1:
            raise needs_map(self.keyword, shape, "slides over a map")
        if len(shape) != rank + 1 or rank > 3:
            raise LayerError(
                "wrong-rank",
                f"`conv_transpose` has a {rank}-D kernel, {show(self.kernel)}, but its input "
                f"{show(shape)} has {len(shape) - 1} axes behind the channels",
                arguments=("kernel",),
                inputs=(0,),
            )
        if isinstance(shape[0], int):
            check_groups(self.groups, shape[0], "input", self.channels)
        check_groups(self.groups, self.channels, "output", shape[0])
        if self._same and any(self.output_pad):
            raise LayerError(
                "cannot-express",
                "with `pad=same` the output is input x stride, and `output_pad` adds nothing to it",
                arguments=("output_pad",),
                remedies=(Remedy({"output_pad": None}),),
            )
        result: list[Axis] = [self.channels]
        arguments = (self.kernel, self.stride, self._sides(), self.output_pad, self.dilation)
        axes = zip(shape[1:], *arguments, strict=True)
        for n, k, s, (begin, end), extra, d in axes:
            if extra >= max(s, d):
                raise LayerError(
                    "out-of-range",
                    f"output_pad={extra} must be smaller than the stride {s} or the dilation {d}",
                    arguments=("output_pad",),
                )
            out = (n - 1) * s - begin - end + d * (k - 1) + extra + 1
            if isinstance(out, int) and out < 1:
                raise LayerError(
                    "empty-axis",
                    f"`conv_transpose` leaves nothing of {show(shape)}: an axis of {n} comes out "
                    f"at {out}",
                    arguments=("pad",),
                    inputs=(0,),
                )
            result.append(out)
        return tuple(result)

    def weights(self, inputs: Sequence[Shape]) -> tuple[Weight, ...]:
        weight = Weight("weight", (inputs[0][0], self.channels // self.groups, *self.kernel))
        return (weight, Weight("bias", (self.channels,))) if self.bias else (weight,)

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        macs = product((*inputs[0], self.channels // self.groups, *self.kernel))
        bias = product(output) if self.bias else 0
        return Work(macs=macs, bias=bias, connections=macs + bias)

    def windows(self, inputs: Sequence[Shape]) -> Windows:
        axes = zip(self.kernel, self.stride, self._sides(), self.dilation, strict=True)
        result = []
        for k, s, (begin, _), d in axes:
            window = transposed(k, s, begin, d)
            if window is None:
                return "unknown"
            result.append(window)
        return tuple(result)

    def settled(self, known: bool) -> tuple[int, int]:
        return 1 + max(sum(pair) for pair in self._sides()), 1

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        return Saved(inputs=(0,))

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        return self._uncut(output) * images * width

    def scratch_backward(self, inputs: Sequence[Shape], output: Shape, asked: Gradients) -> int:
        whole = self._uncut(output)  # its gradient is there before the input's
        if not whole:
            return 0
        source = product(inputs[0]) if asked.inputs else 0
        return max(whole - source, whole - (0 if asked.held else product(output)))

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        return convolved(inputs[0], output, self.kernel, self.groups)

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        rank = len(self.kernel)
        parts = [
            Part(inputs[0][0], "in.channels"),
            Part(self.channels, "channels"),
            Part(one(self.kernel), "kernel"),
            keyword("stride", one(self.stride), 1),
            keyword("output_padding", one(self.output_pad), 0, "output_pad"),
            keyword("groups", self.groups, 1),
            keyword("bias", self.bias, True),
            keyword("dilation", one(self.dilation), 1),
        ]
        if self._same:
            return Form(f"SameConvTranspose{rank}d", tuple(parts))
        pads = self._sides()
        if any(begin != end for begin, end in pads):
            parts.append(Part(pad_order(pads), "", "pads"))
            return Form(f"PaddedConvTranspose{rank}d", tuple(parts))
        parts.insert(4, keyword("padding", one([begin for begin, _ in pads]), 0, "pad"))
        return Form(f"nn.ConvTranspose{rank}d", tuple(parts))

    def explain(self, inputs: Sequence[Shape], output: Shape) -> tuple[Step, ...]:
        shape, lines = inputs[0], []
        for i, (n, out) in enumerate(zip(shape[1:], output[1:], strict=True)):
            k, s, d = self.kernel[i], self.stride[i], self.dilation[i]
            window = f"{k}" if d == 1 else f"{d} x ({k} - 1) + 1"
            begin, end = self._sides()[i]
            extra = f" + {self.output_pad[i]}" if self.output_pad[i] else ""
            cut = f"2 x {begin}" if begin == end else f"{begin} - {end}"
            text = f"({n} - 1) x {s} - {cut} + {window}{extra}"
            lines.append((text if not self._same else f"{term(n)} x {s}", out))
        steps = list(per_axis("output", lines))
        channels = shape[0]
        if isinstance(channels, Open):
            return tuple(steps)
        maps = str(self.channels) if self.groups == 1 else f"({self.channels} / {self.groups})"
        text = f"{times(self.kernel)} x {channels} x {maps}"
        total = sum(product(weight.shape) for weight in self.weights(inputs))
        plus = f" + {self.channels}" if self.bias else ""
        steps.append(equation("parameters", text + plus, total))
        if not any(isinstance(axis, Open) for axis in shape):
            work = self.work(inputs, output)
            steps.append(equation("MACs", f"{times(shape[1:])} x {text}", work.macs))
            plus = f" + {times(output)}" if self.bias else ""
            steps.append(equation("connections", f"{work.macs:,}{plus}", work.connections))
        return tuple(steps)
