"""Channels that become pixels, and pixels that become channels."""

from __future__ import annotations

from collections.abc import Sequence

from archc.layers.arguments import count
from archc.layers.base import LayerError, Saved, Separate, Step, Weight, Work
from archc.layers.form import Form, Part
from archc.layers.laid import Laid, windowed
from archc.layers.reads import ALL, Span, Windows, nearest, sliding
from archc.layers.steps import equation, needs_map
from archc.shapes import Shape, show


class Pixels(Separate):
    """What both have in common: values move, and nothing is computed."""

    group = "resize"
    channels_from = "shape"
    counted = False
    stateful = False

    factor: int

    @property
    def across(self) -> Span:
        return ALL

    def check(self, inputs: Sequence[Shape]) -> None:
        """Raises `LayerError` for what is no image."""
        shape = inputs[0]
        if len(shape) == 1:
            raise needs_map(self.keyword, shape, "moves the pixels of an image")
        if len(shape) != 3:
            message = f"PyTorch has `{self.keyword}` for two axes alone, not for {show(shape)}"
            raise LayerError("cannot-express", message, inputs=(0,))

    def weights(self, inputs: Sequence[Shape]) -> tuple[Weight, ...]:
        return ()

    def work(self, inputs: Sequence[Shape], output: Shape) -> Work:
        return Work()

    def saved(self, inputs: Sequence[Shape], output: Shape) -> Saved:
        return Saved()

    def scratch(
        self, inputs: Sequence[Shape], output: Shape, images: int = 1, width: int = 4
    ) -> int:
        return 0

    def lies(self, inputs: Sequence[Laid], output: Sequence[int]) -> Laid | None:
        return windowed(inputs[0], output)


class PixelShuffle(Pixels):
    """Groups of r*r channels become squares of r x r pixels: sub-pixel convolution.

    Output channel c at (r*h + i, r*w + j) is input channel c*r*r + i*r + j at (h, w). No work.
    Source: Shi et al., *Real-time single image and video super-resolution using an efficient
    sub-pixel convolutional neural network*, 2016.
    """

    keyword = "pixel_shuffle"
    spoken = "pixel shuffle"
    enlarges = True
    foreign = ("pixelshuffle", "depth_to_space")
    example = "pixel_shuffle 2"

    factor: int = count(doc="how many times larger each axis gets, r")

    def output(self, inputs: Sequence[Shape]) -> Shape:
        self.check(inputs)
        channels, *sizes = inputs[0]
        square = self.factor * self.factor
        if isinstance(channels, int) and channels % square:
            raise LayerError(
                "groups-do-not-divide",
                f"`pixel_shuffle {self.factor}` takes {square} channels for one, and {channels} "
                f"is no multiple of {square}",
                arguments=("factor",),
                inputs=(0,),
            )
        return (channels // square, *[n * self.factor for n in sizes])

    def windows(self, inputs: Sequence[Shape]) -> Windows:
        window = nearest(1, self.factor)
        return "unknown" if window is None else (window, window)

    def settled(self, known: bool) -> tuple[int, int]:
        return 1, 1

    def settled_channels(self) -> tuple[int, int]:
        return 1, self.factor**2

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        return Form("nn.PixelShuffle", (Part(self.factor, "factor"),))

    def explain(self, inputs: Sequence[Shape], output: Shape) -> tuple[Step, ...]:
        text = f"{inputs[0][0]} / {self.factor}^2"
        return (equation("output channels", text, output[0]),)


class PixelUnshuffle(Pixels):
    """Squares of r x r pixels become r*r channels: space to depth.

    Output channel c*r*r + i*r + j at (h, w) is input channel c at (r*h + i, r*w + j). No work.
    Source: Shi et al., 2016, turned round; Redmon and Farhadi, *YOLO9000*, 2016 (reorganisation).
    """

    keyword = "pixel_unshuffle"
    spoken = "pixel unshuffle"
    foreign = ("pixelunshuffle", "space_to_depth", "focus")
    example = "pixel_unshuffle 2"

    factor: int = count(doc="how many times smaller each axis gets, r")

    def output(self, inputs: Sequence[Shape]) -> Shape:
        self.check(inputs)
        channels, *sizes = inputs[0]
        for n in sizes:
            if isinstance(n, int) and n % self.factor:
                raise LayerError(
                    "out-of-range",
                    f"`pixel_unshuffle {self.factor}` needs sizes that are multiples of "
                    f"{self.factor}, not {show(inputs[0])}",
                    arguments=("factor",),
                    inputs=(0,),
                )
        return (channels * (self.factor * self.factor), *[n // self.factor for n in sizes])

    def windows(self, inputs: Sequence[Shape]) -> Windows:
        window = sliding(self.factor, self.factor)
        return window, window

    @property
    def strides(self) -> tuple[int, ...]:
        return (self.factor, self.factor)

    @property
    def reach(self) -> tuple[int, ...]:
        return (self.factor, self.factor)

    def settled(self, known: bool) -> tuple[int, int]:
        return self.factor, self.factor

    def torch_module(self, inputs: Sequence[Shape]) -> Form:
        return Form("nn.PixelUnshuffle", (Part(self.factor, "factor"),))

    def explain(self, inputs: Sequence[Shape], output: Shape) -> tuple[Step, ...]:
        text = f"{inputs[0][0]} x {self.factor}^2"
        return (equation("output channels", text, output[0]),)
