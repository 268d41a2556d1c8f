"""What the outputs of a layer read along one axis: a pattern that repeats with the stride.

Output y reads the places `phases[y % q]`, moved by `y // q * advance`, where q is the number of
phases. A window that slides has one phase. Behind a fractional stride there are several, and they
differ: of the outputs of a transposed convolution some read two values, others one or none.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd
from typing import Final, Literal

from archc.named import NamedTuple
from archc.shapes import Shape

MOST_PHASES = 512  # what has more is unknown


class Window(NamedTuple):
    """What each output reads along one axis, in places of the input; an empty range is nothing."""

    phases: tuple[range, ...] = (range(1),)
    advance: int = 1

    @property
    def stride(self) -> int | Fraction:
        """How far the window moves from one output to the next; below 1 behind upsampling."""
        if len(self.phases) == 1:
            return self.advance
        return plain(Fraction(self.advance, len(self.phases)))

    @property
    def padding(self) -> int | Fraction:
        """How far the hull of all phases begins before the input."""
        if len(self.phases) == 1:
            return -self.phases[0][0]
        places = enumerate(self.phases)
        return plain(max(Fraction(self.stride) * y - read[0] for y, read in places if read))

    @property
    def size(self) -> int | Fraction:
        """The hull of all phases: the least interval that moves by the stride and holds them."""
        if len(self.phases) == 1:
            return self.phases[0][-1] - self.phases[0][0] + 1
        places = enumerate(self.phases)
        end = max(read[-1] - Fraction(self.stride) * y for y, read in places if read)
        return plain(end + self.padding + 1)


ALL: Final = "all"  # every place along the axis: the position has no more meaning there
BESIDE: Final = "beside"  # its own place, and statistics of all others


class Moved:
    """The same values in other places: for each axis of the output the input's axes that lie in it.

    An axis that was split among several lies in none.
    """

    def __init__(self, *axes: tuple[int, ...]) -> None:
        self.axes = axes


Border = Literal["nothing", "mirrored", "repeated"]
"""What a window finds beyond the ends of an axis: nothing of the map, or more of its own."""
OWN = Window()
Span = Window | Literal["all", "beside"]
Windows = tuple[Span, ...] | Moved | Literal["pointwise", "global", "unknown"]
"""What one output position reads: along each axis behind the channels; or of the whole map.

`pointwise`: its own position; `global`: every position; `unknown`: it depends on a size that is
open (`pad=same` with a stride, on `input 3xHxW`).
"""


def left_over(shape: Shape, output: Shape, windows: tuple[Window, ...]) -> list[int]:
    """The pixels behind the last window, per axis; 0 where an open size decides."""
    left = []
    for n, out, window in zip(shape[1:], output[1:], windows, strict=True):
        if isinstance(n, int) and isinstance(out, int):
            end = (out - 1) * window.stride - window.padding + window.size
            left.append(max(int(n - end), 0))
        else:
            left.append(0)
    return left


def never_read(windows: object, shape: Shape, output: Shape) -> list[int]:
    """The same where windows slide; 0 on an axis where pixels between them are left out as well."""
    if not isinstance(windows, tuple):
        return []
    slides = tuple(window for window in windows if isinstance(window, Window))
    if len(slides) < len(windows):
        return []
    left = left_over(shape, output, slides)
    return [
        0 if window.stride > window.size else pixels
        for pixels, window in zip(left, slides, strict=True)
    ]


def plain(number: int | Fraction) -> int | Fraction:
    """A whole fraction as a plain number."""
    if isinstance(number, Fraction) and number.denominator == 1:
        return number.numerator
    return number


def sliding(size: int, stride: int = 1, padding: int = 0, step: int = 1) -> Window:
    """A window that spans `size` places and reads every `step`-th of them."""
    return Window((range(-padding, size - padding, step),), stride)


def transposed(kernel: int, stride: int, padding: int, dilation: int) -> Window | None:
    """A transposed convolution: output y reads each i with y = stride*i + dilation*k - padding.

    None where there are too many phases.
    """
    if stride > MOST_PHASES:
        return None
    common = gcd(dilation, stride)
    apart, jump = stride // common, dilation // common  # of the k, and of the i, of one output
    inverse = pow(jump, -1, apart)
    phases = []
    for y in range(padding, stride + padding):
        first = y // common * inverse % apart
        if y % common or first >= kernel:
            phases.append(range(0))
            continue
        last = first + (kernel - 1 - first) // apart * apart
        low, high = ((y - dilation * k) // stride for k in (last, first))
        phases.append(range(low, high + 1, jump))
    return Window(tuple(phases), 1)


def adaptive(n: int, out: int) -> Window | None:
    """Output y of `out` reads from floor(y*n / out) to ceil((y + 1)*n / out) - 1."""
    common = gcd(n, out)
    period, advance = out // common, n // common
    if period > MOST_PHASES:
        return None
    starts = (y * advance // period for y in range(period))
    ends = (-(-(y + 1) * advance // period) for y in range(period))
    return Window(tuple(map(range, starts, ends)), advance)


def nearest(n: int, out: int) -> Window | None:
    """Output y of `out` reads floor(y*n / out)."""
    return _between(n, out, 0, 1, single=True)


def interpolated(n: int, out: int) -> Window | None:
    """Output y of `out` lies at (y + 1/2)*n / out - 1/2, and reads the places beside it."""
    return _between(n, out, n - out, 2)


def aligned(n: int, out: int) -> Window | None:
    """Output y of `out` lies at y*(n - 1) / (out - 1), and reads the places beside it."""
    if n == 1 or out == 1:
        return Window(advance=0)
    return _between(n - 1, out - 1, 0, 1)


def widened(window: Window) -> Window:
    """Where two places are read between which an output lies, one more on either side."""
    wide = (range(one[0] - 1, one[-1] + 2) if len(one) == 2 else one for one in window.phases)
    return window._replace(phases=tuple(wide))


def _between(n: int, out: int, start: int, scale: int, single: bool = False) -> Window | None:
    """Output y lies at (scale*y*n + start) / (scale*out): there, or between two places."""
    common = gcd(n, out)
    period, advance = out // common, n // common
    if period > MOST_PHASES:
        return None
    phases = []
    for y in range(period):
        place, rest = divmod(scale * y * n + start, scale * out)
        phases.append(range(place, place + (1 if single or not rest else 2)))
    return Window(tuple(phases), advance)
