"""What convolution and pooling share: a window that slides over the spatial axes.

Output size per axis: floor((n + begin + end - (d*(k - 1) + 1)) / stride) + 1; in ceil mode the
ceiling instead, but the last window must start inside the input or its padding at the begin
(Dumoulin and Visin, *A guide to convolution arithmetic for deep learning*, 2016; PyTorch's
`pooling_output_shape`).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm
from typing import ClassVar

from archc.layers.arguments import Padding
from archc.layers.base import Extra, LayerError, Saved, Separate, Step
from archc.layers.form import Form, Part, keyword, one, pad_order
from archc.layers.gradients import Gradients
from archc.layers.reads import Windows, sliding
from archc.layers.remedy import Remedy
from archc.layers.steps import needs_map, per_axis, product, term
from archc.shapes import Axis, Open, Shape, show, smaller

LARGEST_USUAL = 15  # kernels that are used with half of them as padding
RESOLVED = tuple[tuple[int, int] | None, ...]


class Sliding(Separate):
    """A layer with a window; what a kind lacks (dilation, ceil) stays at its plain value."""

    too_large: ClassVar[str] = "kernel-too-large"

    kernel: tuple[int, ...]
    stride: tuple[int, ...] | None
    pad: Padding = ()
    dilation: tuple[int, ...] = ()
    ceil: bool = False

    @property
    def strides(self) -> tuple[int, ...]:
        """The stride per axis; a pool without one moves by its kernel."""
        return self.kernel if self.stride is None else self.stride

    @property
    def reach(self) -> tuple[int, ...]:
        """The pixels a window spans per axis: dilation*(kernel - 1) + 1."""
        if not self.dilation:
            return self.kernel
        return tuple(d * (k - 1) + 1 for k, d in zip(self.kernel, self.dilation, strict=True))

    def pads(self, shape: Shape) -> RESOLVED:
        """Begin and end per axis on this input; None where `same` depends on an open size."""
        if isinstance(self.pad, str):
            axes = zip(shape[1:], self.reach, self.strides, strict=True)
            return tuple(same_pads(n, reach, stride) for n, reach, stride in axes)
        return self.pad or ((0, 0),) * len(self.kernel)

    def uneven(self, shape: Shape) -> bool:
        """Whether begin and end are padded differently, as `pad=same` does with an odd pixel.

        PyTorch's own layers pad evenly, so the code needs a padding of its own (its convolution
        also knows `same` at stride 1). True as well where an open size decides.
        """
        return any(pad is None or pad[0] != pad[1] for pad in self.pads(shape))

    def extent(self, shape: Shape) -> tuple[Axis, ...]:
        """The output's spatial axes; raises `LayerError` where the window does not fit."""
        kernel = self.kernel
        if len(shape) == 1 or len(shape) != len(kernel) + 1:
            raise self.wrong_rank(shape)
        if len(kernel) > 3:
            raise LayerError("cannot-express", f"PyTorch has no {len(kernel)}-D `{self.keyword}`")
        strides = self.strides
        reaches = self.reach
        pads = self.pad
        if self.ceil:
            self._check_ceil()
        result: list[Axis] = []
        for axis, (stride, reach) in enumerate(zip(strides, reaches, strict=True), 1):
            n = shape[axis]
            if isinstance(pads, str):
                result.append((n + (stride - 1)) // stride)
                continue
            begin, end = pads[axis - 1] if pads else (0, 0)
            room = n + (begin + end - reach)
            if isinstance(room, int) and room < (1 - stride if self.ceil else 0):
                raise self._does_not_fit(shape)
            out: Axis
            if self.ceil:
                out = smaller(
                    (room + (stride - 1)) // stride + 1, (n + (begin + stride - 1)) // stride
                )
            else:
                out = room // stride + 1
            result.append(out)
        return tuple(result)

    def _check_ceil(self) -> None:
        if isinstance(self.pad, str):
            raise LayerError(
                "cannot-express",
                "`ceil` has no meaning with pad=same, which rounds up by itself",
                arguments=("ceil", "pad"),
                remedies=(Remedy({"ceil": None}), Remedy({"pad": None})),
            )
        if any(begin != end for begin, end in self.pad):
            raise LayerError(
                "cannot-express",
                "PyTorch has no ceil mode with different padding at begin and end",
                arguments=("ceil", "pad"),
                remedies=(Remedy({"ceil": None}),),
            )

    def wrong_rank(self, shape: Shape) -> LayerError:
        if len(shape) == 1:
            return needs_map(self.keyword, shape, "slides over a map")
        return LayerError(
            "wrong-rank",
            f"`{self.keyword}` has a {len(self.kernel)}-D kernel, {show(self.kernel)}, "
            f"but its input {show(shape)} has {len(shape) - 1} axes behind the channels",
            arguments=("kernel",),
            inputs=(0,),
        )

    def _does_not_fit(self, shape: Shape) -> LayerError:
        pads = self.pads(shape)
        totals = [sum(pad or (0, 0)) for pad in pads]
        padded = (shape[0], *(n + total for n, total in zip(shape[1:], totals, strict=True)))
        message = f"`{self.keyword}` {show(self.kernel)}"
        if self.reach != self.kernel:
            message += f" with dilation {show(self.dilation)} spans {show(self.reach)}, which"
        message += f" does not fit on {show(shape)}"
        if any(totals):
            message += f" (padded: {show(padded)})"
        return LayerError(
            self.too_large,
            message,
            remedies=self._fitting(shape, padded),
            arguments=("kernel", "dilation") if self.reach != self.kernel else ("kernel",),
            inputs=(0,),
        )

    def _fitting(self, shape: Shape, padded: Shape) -> tuple[Remedy, ...]:
        """The padding that a kernel of odd size is used with, or the largest kernel that fits."""
        remedies = []
        pads = {k // 2 for k in self.kernel}
        if self.keyword == "conv" and len(pads) == 1 and max(self.kernel) <= LARGEST_USUAL:
            pad = str(*pads)
            remedies.append(Remedy({"pad": pad}, help=f"with pad={pad} it fits on {show(shape)}"))
        dilations = self.dilation or (1,) * len(self.kernel)
        fits: list[int] = []
        for n, k, d in zip(padded[1:], self.kernel, dilations, strict=True):
            fits.append(k if isinstance(n, Open) else min(k, (n - 1) // d + 1))
        if min(fits) > 0 and max(fits) > 1:  # a window of 1 would no longer be one
            remedies.append(
                Remedy({"kernel": show(fits)}, help=f"the largest that fits is {show(fits)}")
            )
        return tuple(remedies)

    def check_pool_pads(self) -> None:
        """PyTorch pads a pool by at most half its kernel, so no window lies in padding alone."""
        if not self.pad or isinstance(self.pad, str):
            return
        for (begin, end), kernel in zip(self.pad, self.kernel, strict=False):
            if max(begin, end) > kernel // 2:
                raise LayerError(
                    "cannot-express",
                    f"`{self.keyword}` {show(self.kernel)} can be padded by {kernel // 2} at most, "
                    f"half its kernel, not by {max(begin, end)}",
                    arguments=("pad",),
                    remedies=(Remedy({"pad": str(kernel // 2)}),),
                )

    def _pads_apart(self) -> bool:
        """Whether the code pads in a step of its own, because PyTorch's window cannot."""
        if isinstance(self.pad, str):
            odd = all(k % 2 for k in self.kernel) and self.reach == self.kernel
            return set(self.strides) != {1} or not odd
        return any(begin != end for begin, end in self.pad)

    def window_form(self, target: str, parts: Sequence[Part], fill: float = 0.0) -> Form:
        """The module; where begin and end are padded differently, a padding before it."""
        if isinstance(self.pad, str):
            if self._pads_apart():
                return Form(f"Same{target.removeprefix('nn.')}", tuple(parts))
            padding = keyword("padding", one([k // 2 for k in self.kernel]), 0, "")
        elif self._pads_apart():
            return Form(target, tuple(parts), pads=pad_order(self.pad), fill=fill)
        else:
            ends = [begin for begin, _ in self.pad] or [0]
            padding = keyword("padding", one(ends), 0, "pad")
        place = next(i for i, part in enumerate(parts) if part.name == "stride") + 1
        return Form(target, (*parts[:place], padding, *parts[place:]))

    def padded(self, shape: Shape) -> int:
        """The values of the padded copy where the code pads in a step of its own, else 0."""
        if not self._pads_apart():
            return 0
        axes = zip(shape[1:], self.pads(shape), strict=True)
        return product((shape[0], *(n + sum(pad or (0, 0)) for n, pad in axes)))

    def saved_input(self, shape: Shape) -> Saved:
        """The input, or its padded copy; PyTorch keeps it where the weights do not learn too."""
        copy = self.padded(shape)
        return Saved(extra=(Extra(copy),)) if copy else Saved(inputs=(0,))

    def scratch_backward(self, inputs: Sequence[Shape], output: Shape, asked: Gradients) -> int:
        copy = self.padded(inputs[0])  # its gradient is there before the input's
        return copy - product(inputs[0]) if copy and asked.inputs else 0

    def windows(self, inputs: Sequence[Shape]) -> Windows:
        steps = self.dilation or (1,) * len(self.kernel)
        axes = zip(self.reach, self.strides, self.pads(inputs[0]), steps, strict=True)
        result = []
        for reach, stride, pad, step in axes:
            if pad is None:
                return "unknown"
            result.append(sliding(reach, stride, pad[0], step))
        return tuple(result)

    def settled(self, known: bool) -> tuple[int, int]:
        pads = [] if isinstance(self.pad, str) else [sum(pair) for pair in self.pad]
        return max(self.reach) + max(pads, default=0), lcm(*self.strides)

    def size_steps(self, inputs: Sequence[Shape], output: Shape) -> tuple[Step, ...]:
        """`(32 - 5 + 2 x 0) / 1 + 1 = 28`; the floor is shown where it drops something."""
        lines = []
        shape = inputs[0]
        dilations = self.dilation or (1,) * len(self.kernel)
        for i, (n, out) in enumerate(zip(shape[1:], output[1:], strict=True)):
            pad, k, d, s = self.pads(shape)[i], self.kernel[i], dilations[i], self.strides[i]
            if self.pad == "same":
                lines.append((f"ceil({n} / {s})", out))
                continue
            assert pad is not None  # only `same` depends on open sizes
            window = str(k) if d == 1 else f"({d} x ({k} - 1) + 1)"
            padding = f"2 x {pad[0]}" if pad[0] == pad[1] else f"{pad[0]} + {pad[1]}"
            inside = f"{term(n) if isinstance(n, Open) else n} - {window} + {padding}"
            room = n + (sum(pad) - self.reach[i])
            if isinstance(room, int) and room % s == 0:
                text = f"({inside}) / {s} + 1"
            else:
                rounding = "ceil" if self.ceil else "floor"
                text = f"{rounding}(({inside}) / {s}) + 1"
                plain = (room + (s - 1 if self.ceil else 0)) // s + 1
                if self.ceil and plain != out:
                    text += " - 1 (a window that starts in the padding is left out)"
            lines.append((text, out))
        return per_axis("output", lines)


def same_pads(n: Axis, reach: int, stride: int) -> tuple[int, int] | None:
    """Padding for ceil(n / stride) outputs, the odd pixel at the end; None if open `n` decides."""
    if isinstance(n, Open):
        if stride > 1:
            return None
        total = reach - 1
    else:
        total = max(((n + stride - 1) // stride - 1) * stride + reach - n, 0)
    return total // 2, total - total // 2
