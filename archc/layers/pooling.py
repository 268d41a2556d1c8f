"""Pooling: windows without weights, and LeNet's with two."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from archc.layers.arguments import Padding, flag, pads, size
from archc.layers.base import Extra, Instead, LayerError, Saved, Step, Weight, Work
from archc.layers.form import Form, Part, keyword, one
from archc.layers.gradients import Gradients
from archc.layers.laid import Laid, plain, pooled
from archc.layers.remedy import Remedy
from archc.layers.steps import equation, product, times
from archc.layers.window import Sliding
from archc.shapes import Open, Shape

INDEX = 8  # bytes of the place that a max pool gives beside each of its values


def _rounded_up(first: int, step: int, divisor: int, count: int) -> int:
    """The sum of (first + i * step) / divisor, each rounded up, for i below count.

    Each round of it swaps step and divisor as Euclid's algorithm does, so it takes no time for any
    count. Source: Graham, Knuth and Patashnik, *Concrete Mathematics*, section 3.5.
    """
    total, first = 0, first + divisor - 1  # rounded down from here
    while count > 0:
        total += (count * (count - 1) // 2) * (step // divisor) + count * (first // divisor)
        step, first = step % divisor, first % divisor
        top = step * count + first
        if top < divisor:
            break
        count, first, step, divisor = top // divisor, top % divisor, divisor, step
    return total


class Pool(Sliding):
    """What the pools that slide have in common."""

    group = "pooling"
    channels_from = "input"
    counted = False
    stateful = False
    too_large = "pool-too-large"
    follows = False  # whether a volume whose channels come last keeps them so

    def output(self, inputs: Sequence[Shape]) -> Shape:
        self.check_pool_pads()
        return (inputs[0][0], *self.extent(inputs[0]))

    def weights(self, inputs: Sequence[Shape]) -> tuple[Weight, ...]:
        return ()

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        source = inputs[0]
        if len(output) == 3 and self.padded(source.shape[1:]):
            return plain(output)  # the padded copy lies in order
        return pooled(source, output, self.follows)

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        if not self.ceil:
            return Work(pooling=product((*output, *self.kernel)))
        total = product(output[:1])
        for axis, (k, stride) in enumerate(zip(self.kernel, self.strides, strict=True)):
            n, out = inputs[0][axis + 1], output[axis + 1]
            assert isinstance(n, int)
            assert isinstance(out, int)
            step = self.dilation[axis] if self.dilation else 1
            begin, behind = (self.pads(inputs[0])[axis]) or (0, 0)
            end = n + begin + behind  # what hangs over reads no value
            whole = min(max(-(-(end - (k - 1) * step) // stride), 0), out)  # windows inside
            total *= k * whole + _rounded_up(end - (out - 1) * stride, stride, step, out - whole)
        return Work(pooling=total)

    def pool_parts(self) -> tuple[Part, Part]:
        """The kernel, and the stride where it is another."""
        kernel = one(self.kernel)
        return Part(kernel, "kernel"), keyword("stride", one(self.strides), kernel)

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        return self.padded(inputs[0]) * images * width

    def explain(self, inputs: Sequence[Shape], output: Shape) -> tuple[Step, ...]:
        return self.size_steps(inputs, output)

    def instead(self, inputs: Sequence[Shape]) -> tuple[Instead, ...]:
        """A mean of the pixels between which a window of one steps (He et al., *Bag of tricks*,
        2018)."""
        mean = mean_of_skipped(self)
        return (Instead("pool first", (mean,)),) if mean is not None else ()


class MaxPool(Pool):
    """Max pooling: the largest value of each window, channel by channel.

    y[i] = max over u of x[stride*i + dilation*u - pad]; padding never wins (it counts as minus
    infinity). It moves by its kernel unless `stride` is given.

    Pooling: one comparison for each value a window reads.
    Source: Yamaguchi et al., *A neural network for speaker-independent isolated word recognition*,
    1990.
    """

    keyword = "maxpool"
    spoken = "max pool"
    short = "max"
    follows = True
    foreign = (
        "max_pool",
        "maxpool1d",
        "maxpool2d",
        "maxpool3d",
        "maxpooling",
        "maxpooling2d",
        "pool",
        "pooling",
    )
    example = "maxpool 3x3 stride=2 pad=1"

    kernel: tuple[int, ...] = size(doc="the window")
    stride: tuple[int, ...] | None = size(None, "how far the window moves; its own size if none")
    pad: Padding = pads(0, "at most half the kernel; `same` gives ceil(input / stride)")
    dilation: tuple[int, ...] = size(1, "the distance between the window's pixels")
    ceil: bool = flag(False, "a last window may hang over the end")

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        kept = self.saved_input(inputs[0])
        return kept._replace(extra=(*kept.extra, Extra(product(output), INDEX)))

    def relays(self, inputs: Sequence[Shape], plain: bool = True) -> bool:
        return len(inputs[0]) == 2  # run as a map of one row

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        copy = super().scratch(inputs, output, images, width)
        return copy + INDEX * product(output) * images

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        parts = [*self.pool_parts(), keyword("dilation", one(self.dilation), 1)]
        parts.append(keyword("ceil_mode", self.ceil, False, "ceil"))
        return self.window_form(f"nn.MaxPool{len(self.kernel)}d", parts, float("-inf"))


class AvgPool(Pool):
    """Average pooling: the mean of each window, channel by channel.

    y[i] = sum over u of x[stride*i + u - pad] / kernel; the zeros of the padding count in the mean,
    unless count_include_pad=false. It moves by its kernel unless `stride` is given.

    Pooling: one addition for each value a window reads.
    Source: LeCun et al., *Handwritten digit recognition with a back-propagation network*, 1990.
    """

    keyword = "avgpool"
    spoken = "average pool"
    short = "avg"
    foreign = ("avg_pool", "averagepooling2d", "avgpool1d", "avgpool2d", "avgpool3d")
    example = "avgpool 2x2"

    kernel: tuple[int, ...] = size(doc="the window")
    stride: tuple[int, ...] | None = size(None, "how far the window moves; its own size if none")
    pad: Padding = pads(0, "at most half the kernel; `same` gives ceil(input / stride)")
    ceil: bool = flag(False, "a last window may hang over the end")
    count_include_pad: bool = flag(True, "whether the mean counts the padding")

    def output(self, inputs: Sequence[Shape]) -> Shape:
        shape = super().output(inputs)
        if not self.count_include_pad and self.uneven(inputs[0]):
            raise LayerError(
                "cannot-express",
                "PyTorch cannot leave padding out of the mean where begin and end differ: "
                f"{self._shown(inputs[0])}",
                arguments=("pad", "count_include_pad"),
                remedies=(Remedy({"count_include_pad": None}),),
            )
        if len(shape) == 4 and not self.uneven(inputs[0]):
            for n, k in zip(inputs[0][1:], self.kernel, strict=True):
                if isinstance(n, int) and n < k:
                    raise LayerError(
                        "cannot-express",
                        f"PyTorch's 3-D `avgpool` refuses a kernel of {k} on an axis of {n}, "
                        "padded or not",
                        arguments=("kernel",),
                        inputs=(0,),
                        remedies=self._padded_before(),
                    )
        return shape

    def _padded_before(self) -> tuple[Remedy, ...]:
        """The zeros of the padding put around the map by a layer of their own: the same mean."""
        if not self.pad or isinstance(self.pad, str) or len(set(self.pad)) > 1 or self.ceil:
            return ()
        return (Remedy({"pad": None}, before=f"pad {self.pad[0][0]}"),)

    def _shown(self, shape: Shape) -> str:
        pairs = (f"{pad[0]} and {pad[1]}" for pad in self.pads(shape) if pad and pad[0] != pad[1])
        return next(pairs, "`same` on an open size")

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        return self.saved_input(inputs[0])

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        parts = [*self.pool_parts(), keyword("ceil_mode", self.ceil, False, "ceil")]
        parts.append(keyword("count_include_pad", self.count_include_pad, True))
        return self.window_form(f"nn.AvgPool{len(self.kernel)}d", parts)


class StochasticPool(Pool):
    """Stochastic pooling: in training a value drawn with a chance in proportion to its size.

    p[u] = x[u] / sum of the window; training takes x[u] with chance p[u], inference the mean
    weighted by these chances, sum of x[u]^2 / sum of x[u]. Inputs must not be negative (put it
    behind a ReLU); a window of zeros gives zero.

    Pooling: a square and two sums for each value a window reads, and one division an output.
    Source: Zeiler and Fergus, *Stochastic pooling for regularization of deep convolutional neural
    networks*, 2013.
    """

    keyword = "stochastic_pool"
    spoken = "stochastic pool"
    short = "stochastic"
    unsigned = True
    example = "stochastic_pool 2x2"

    kernel: tuple[int, ...] = size(doc="the window")
    stride: tuple[int, ...] | None = size(None, "how far the window moves; its own size if none")

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        return Work(pooling=3 * product((*output, *self.kernel)) + product(output))

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        places = Extra(product(output), INDEX)  # of the drawn values
        copy = self._windows_copied(inputs[0], output)
        return Saved(extra=(Extra(copy), places)) if copy else Saved((0,), extra=(places,))

    def _windows_copied(self, shape: Shape, output: Shape) -> int:
        """The values of all windows, a row each; 0 where rows of the input itself are windows."""
        sizes = [(k, product(shape[axis:])) for axis, k in enumerate(self.kernel, 2) if k > 1]
        rows = all(step == k * below for (_, step), (k, below) in pairwise(sizes))
        return 0 if rows else product((*output, *self.kernel))

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        windows = product((*output, *self.kernel))  # their shares, and these times their values
        values = self._windows_copied(inputs[0], output) + 2 * windows + product(output)
        return values * images * width

    def scratch_backward(self, inputs: Sequence[Shape], output: Shape, asked: Gradients) -> int:
        return 2 * product((*output, *self.kernel)) - product(inputs[0])  # zeros to scatter into

    def scratch_drawing(self, inputs: Sequence[Shape], output: Shape, asked: Gradients) -> int:
        outputs, window = product(output), product(self.kernel)
        read = 2 * outputs * window + self._windows_copied(inputs[0], output)  # shares, their sums
        kept = 5 if asked.inputs else 0  # quarters: divisors, and where they are no totals
        drawn = max(20, 8 + window)  # totals, places twice; or a mask of the windows, before these
        return read - (kept + drawn) * outputs // -4

    def relays(self, inputs: Sequence[Shape], plain: bool = True) -> bool:
        return len(inputs[0]) == 2  # run as a map of one row

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        return plain(output)

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        return Form(f"StochasticPool{len(self.kernel)}d", self.pool_parts())


class Subsample(Pool):
    """LeNet-5's subsampling: the sum of each window times a learned factor, plus a learned bias.

    y[c, i] = w[c] * sum over u of x[c, kernel*i + u] + b[c]; windows do not overlap. Two parameters
    a map.

    Pooling: one addition for each value a window reads; elementwise: one multiplication an output;
    bias: one addition an output. Connections: the window's values and the bias, for each output.
    Source: LeCun et al., *Gradient-based learning applied to document recognition*, 1998, II.B.
    """

    keyword = "subsample"
    spoken = "subsample"
    autocast = "full"
    short = "subsample"
    stateful = True
    example = "subsample 2x2"

    kernel: tuple[int, ...] = size(doc="the window, and how far it moves")
    stride = None

    def weights(self, inputs: Sequence[Shape]) -> tuple[Weight, ...]:
        channels = inputs[0][:1]
        return Weight("weight", channels), Weight("bias", channels)

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        outputs, window = product(output), product(self.kernel)
        return Work(
            bias=outputs,
            pooling=outputs * window,
            elementwise=outputs,
            connections=outputs * (window + 1),
        )

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        means = Extra(product(output), purpose="weights")
        factors = Extra(product(output[:1]), each_image=False, purpose="inputs")
        return Saved((0,), extra=(means, factors), inputs_serve="inputs")

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        return (2 * product(output) * images + product(output[:1])) * width

    def scratch_backward(self, inputs: Sequence[Shape], output: Shape, asked: Gradients) -> int:
        outputs = product(output)  # products for the factors, then the means' gradient
        source = product(inputs[0]) if asked.inputs else 0
        products = (asked.inputs + asked.weights) * outputs - source
        means = (asked.held - asked.weights) * outputs
        return max(products, means) if asked.inputs else products

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        channels = Part(inputs[0][0], "in.channels")
        return Form(f"Subsample{len(self.kernel)}d", (channels, self.pool_parts()[0]))

    def explain(self, inputs: Sequence[Shape], output: Shape) -> tuple[Step, ...]:
        steps = list(self.size_steps(inputs, output))
        if isinstance(output[0], int):
            steps.append(equation("parameters", f"2 x {output[0]}", 2 * output[0]))
        if not any(isinstance(axis, Open) for axis in output):
            total = self.work(inputs, output).connections
            text = f"({times(self.kernel)} + 1) x {times(output)}"
            steps.append(equation("connections", text, total))
        return tuple(steps)


def mean_of_skipped(layer: Sliding) -> AvgPool | None:
    """A mean of all pixels between which a window of one steps; None where it steps over none."""
    none = ((0, 0),) * len(layer.kernel)
    if {*layer.kernel} != {1} or {*layer.strides} == {1} or layer.pad not in ((), none):
        return None
    if len(none) > 3:
        return None
    return AvgPool(kernel=layer.strides, stride=None, pad=none, ceil=True, count_include_pad=True)
