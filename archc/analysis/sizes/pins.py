"""What layers pin apart from their weights: a number of values, or of positions."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from archc.layers.base import Layer
from archc.layers.learned import Learned
from archc.layers.reshape import Reshape
from archc.shapes import Axis, Open, Shape


def pins(layer: Layer, read: Shape) -> Iterator[tuple[Axis, int]]:
    """Formulas of what it reads that have to come to a number: a `reshape` keeps all values, and
    learned numbers of a given shape stretch to their own sizes alone."""
    wanted: list[tuple[Axis, Axis]] = []
    if isinstance(layer, Reshape):
        wanted = [(prod(read), prod(layer.shape))]
    elif isinstance(layer, Learned):
        pairs = zip(reversed(read), reversed(layer.shape or ()), strict=False)
        wanted = [(axis, size) for axis, size in pairs if size != 1]
    for axis, size in wanted:
        if isinstance(axis, Open) and isinstance(size, int) and size > 0:  # -1 is what is left
            yield axis, size
