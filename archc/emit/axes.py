"""Axes as numbers, also where they are open."""

from __future__ import annotations

from archc.shapes import Axis, Open, Shape

NOMINAL = 256  # what an open size is drawn as


def size(axis: Axis) -> int:
    """An axis as a number; open sizes as if the input had 256 pixels."""
    if isinstance(axis, int):
        return axis
    if not axis.atom.isalpha() or len(axis.atom) > 1:
        return NOMINAL
    _, multiplier, offset, divisor, constant = axis
    return max(1, multiplier * ((NOMINAL + offset) // divisor) + constant)


def is_open(shape: Shape) -> bool:
    """Whether an axis waits for the input's size."""
    return any(isinstance(axis, Open) for axis in shape)


def area(shape: Shape | None) -> int:
    """The positions of a map; 1 for a vector."""
    result = 1
    for axis in shape[1:] if shape else ():
        result *= size(axis)
    return result
