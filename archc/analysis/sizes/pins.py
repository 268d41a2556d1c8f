"""What layers pin apart from their weights: a number of values, or of positions."""

from __future__ import annotations

from collections.abc import Iterator

from archc.layers.base import Layer
from archc.shapes import Axis, Open, Shape


def pins(layer: Layer, read: Shape) -> Iterator[tuple[Axis, int]]:
    """Formulas of what it reads that have to come to a number."""
    for axis, size in layer.pinned(read):
        if isinstance(axis, Open) and isinstance(size, int) and size > 0:  # -1 is what is left
            yield axis, size
