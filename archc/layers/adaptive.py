"""Pooling to a given size: windows chosen so that it comes out."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd

from archc.layers.arguments import size
from archc.layers.base import Extra, LayerError, Saved, Separate, Step, Weight, Work
from archc.layers.form import Form, Part, one
from archc.layers.laid import Laid, plain, pooled
from archc.layers.pooling import INDEX
from archc.layers.reads import Windows, adaptive
from archc.layers.steps import needs_map, product
from archc.shapes import Axis, Open, Shape, show


class Adaptive(Separate):
    """What the pools with a given output size have in common.

    Output y of N reads from floor(y*n / N) to ceil((y + 1)*n / N) - 1.
    """

    group = "pooling"
    channels_from = "input"
    counted = False
    stateful = False

    size: tuple[int, ...]

    def output(self, inputs: Sequence[Shape]) -> Shape:
        shape = inputs[0]
        if len(shape) == 1:
            raise needs_map(self.keyword, shape, "pools a map")
        if len(shape) != len(self.size) + 1 or len(shape) > 4:
            raise LayerError(
                "wrong-rank",
                f"`{self.keyword}` {show(self.size)} does not suit {show(shape)}, which has "
                f"{len(shape) - 1} axes behind the channels",
                arguments=("size",),
                inputs=(0,),
            )
        return (shape[0], *self.size)

    def weights(self, inputs: Sequence[Shape]) -> tuple[Weight, ...]:
        return ()

    def relays(self, inputs: Sequence[Shape], plain: bool = True) -> bool:
        return len(inputs[0]) == 2  # run as a map of one row

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        return pooled(inputs[0], output, follows=False)

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        total = product(output[:1])
        for n, out in zip(inputs[0][1:], output[1:], strict=True):
            assert isinstance(n, int)
            assert isinstance(out, int)
            total *= n + out - gcd(n, out)  # windows share a value wherever n / out is no border
        return Work(pooling=total)

    def windows(self, inputs: Sequence[Shape]) -> Windows:
        if set(self.size) == {1}:
            return "global"
        result = []
        for n, out in zip(inputs[0][1:], self.size, strict=True):
            if isinstance(n, Open):
                return "unknown"
            window = adaptive(n, out)
            if window is None:
                return "unknown"
            result.append(window)
        return tuple(result)

    def settled(self, known: bool) -> tuple[int, int]:
        return 1, 1

    def explain(self, inputs: Sequence[Shape], output: Shape) -> tuple[Step, ...]:
        return (Step("output size", f"{show(self.size)}, whatever the input"),)


class AdaptiveAvgPool(Adaptive):
    """Adaptive average pooling: the mean of windows chosen so that the size comes out.

    y[i] = mean of x from floor(i*n / size) to ceil((i + 1)*n / size) - 1.

    Pooling: one addition for each value a window reads.
    Source: PyTorch's AdaptiveAvgPool; He et al., *Spatial pyramid pooling in deep convolutional
    networks for visual recognition*, 2014.
    """

    keyword = "adaptive_avgpool"
    spoken = "adaptive average pool"
    short = "avg pool"
    attribute = "avgpool"
    foreign = ("adaptiveavgpool2d",)
    example = "adaptive_avgpool 7x7"

    size: tuple[int, ...] = size(doc="the output's size")

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        return Saved() if set(self.size) == {1} else Saved(inputs=(0,))

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        return 0

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        return Form(f"nn.AdaptiveAvgPool{len(self.size)}d", (Part(one(self.size), "size"),))


class AdaptiveMaxPool(Adaptive):
    """Adaptive max pooling: the largest value of windows chosen so that the size comes out.

    y[i] = max of x from floor(i*n / size) to ceil((i + 1)*n / size) - 1.

    Pooling: one comparison for each value a window reads.
    Source: PyTorch's AdaptiveMaxPool; He et al., *Spatial pyramid pooling in deep convolutional
    networks for visual recognition*, 2014.
    """

    keyword = "adaptive_maxpool"
    spoken = "adaptive max pool"
    short = "max pool"
    attribute = "maxpool"
    foreign = ("adaptivemaxpool2d",)
    example = "adaptive_maxpool 7x7"

    size: tuple[int, ...] = size(doc="the output's size")

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        return Saved(inputs=(0,), extra=(Extra(product(output), INDEX),))

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        return INDEX * product(output) * images

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        return Form(f"nn.AdaptiveMaxPool{len(self.size)}d", (Part(one(self.size), "size"),))


class GlobalAvgPool(Separate):
    """Global average pooling: the mean of each channel, `C x 1 x 1`.

    y[c] = sum over i of x[c, i] / (H*W). Put `flatten` behind it before a `linear`.

    Pooling: one addition for each input value.
    Source: Lin, Chen and Yan, *Network in network*, 2013.
    """

    keyword = "global_avgpool"
    spoken = "global average pool"
    short = "global average"
    attribute = "avgpool"
    group = "pooling"
    channels_from = "input"
    stateful = False
    counted = False
    foreign = ("gap", "global_avg_pool", "global_average_pooling", "globalaveragepooling2d")

    def output(self, inputs: Sequence[Shape]) -> Shape:
        shape = inputs[0]
        if len(shape) == 1:
            raise needs_map(self.keyword, shape, "pools a map")
        if len(shape) > 4:
            raise LayerError("cannot-express", f"PyTorch has no {len(shape) - 1}-D pooling")
        ones: tuple[Axis, ...] = (1,) * (len(shape) - 1)
        return (shape[0], *ones)

    def weights(self, inputs: Sequence[Shape]) -> tuple[Weight, ...]:
        return ()

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        return Work(pooling=product(inputs[0]))

    def windows(self, inputs: Sequence[Shape]) -> Windows:
        return "global"

    def settled(self, known: bool) -> tuple[int, int]:
        return 1, 1

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        return Saved()

    def relays(self, inputs: Sequence[Shape], plain: bool = True) -> bool:
        return len(inputs[0]) == 2  # run as a map of one row

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        return 0

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        return plain(output)

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        return Form(f"nn.AdaptiveAvgPool{len(inputs[0]) - 1}d", (Part(1),))

    def explain(self, inputs: Sequence[Shape], output: Shape) -> tuple[Step, ...]:
        return (Step("output size", f"the mean of {show(inputs[0][1:])} for each channel"),)
