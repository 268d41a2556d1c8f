"""From sizes to lengths: proportional where all can be seen, else by the square root."""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt

from archc.emit.axes import size
from archc.emit.volumes.model import MARKS, Picture
from archc.named import NamedTuple

TALLEST = 170.0  # the largest map
THICKEST = 64.0  # the most channels
LONGEST = 190.0  # the longest bar
_SMALL = 14.0  # a map of this length can still be read
_THIN = 9.0


class Scale(NamedTuple):
    """Length = factor * value, or its square root; but at least `least`."""

    linear: bool
    factor: float
    least: float

    def __call__(self, value: int) -> float:
        return max(self.least, self.true(value))

    def true(self, value: int) -> float:
        """The length in proportion, however small."""
        return self.factor * (value if self.linear else sqrt(value))


class Scales(NamedTuple):
    """Pixels of maps, their channels, and the lengths of vectors."""

    pixels: Scale
    channels: Scale
    vector: Scale
    raised: bool = False  # something is too small to be drawn in proportion


def scales(picture: Picture, tallest: float = TALLEST, thickest: float = THICKEST) -> Scales:
    """Scales under which everything in a picture can be seen."""
    shapes = [
        unit.shape for unit in picture.units if unit.shape is not None and unit.kind not in MARKS
    ]
    maps = [shape for shape in shapes if len(shape) > 1]
    pixels = [size(axis) for shape in maps for axis in shape[1:]]
    channels = [size(shape[0]) for shape in maps]
    vectors = [size(shape[0]) for shape in shapes if len(shape) == 1]
    longest = min(LONGEST, tallest * 1.12)
    thick = thickest * min(1.0, (max(channels, default=1) / 64) ** 0.5)
    long = longest * min(1.0, (max(vectors, default=1) / 256) ** 0.25)
    found = Scales(
        _fit([one for one in pixels if one > 1], tallest, _SMALL, 6.0),
        _fit(channels, thick, _THIN, 3.0),
        _fit(vectors, long, _SMALL, 12.0),
    )
    raised = any(
        scale.true(value) < scale.least
        for scale, values in (
            (found.pixels, pixels),
            (found.channels, channels),
            (found.vector, vectors),
        )
        for value in values
    )
    return found._replace(raised=raised)


def _fit(values: Iterable[int], longest: float, small: float, least: float) -> Scale:
    found = sorted(set(values))
    if not found:
        return Scale(True, 1.0, least)
    factor = longest / found[-1]
    if len(found) == 1 or factor * found[0] >= small:
        return Scale(True, factor, least)
    return Scale(False, longest / sqrt(found[-1]), least)
