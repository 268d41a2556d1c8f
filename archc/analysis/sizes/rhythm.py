"""How sizes repeat: with each period of a letter, an axis grows by the same whole number."""

from __future__ import annotations

from math import gcd, lcm

from archc.analysis.sizes.walk import Walk
from archc.shapes import EITHER, Axis, Compound


def rhythm(axis: Axis, letter: str) -> tuple[int, int] | None:
    """Period and gain: from some size n on, n + period gives `gain` more. None for no such thing.

    A composition of floors repeats with the product of what divides; where one of two sizes
    counts, in the end it is the one that grows less, or more.
    """
    if isinstance(axis, int):
        return 1, 0
    atom, multiplier, _, divisor, _ = axis
    if isinstance(atom, Compound):
        inner = _compound(atom, letter)
        if inner is None:
            return None
        period, gain = inner
    else:
        period, gain = 1, int(atom == letter)
    times = divisor // gcd(gain, divisor)
    return period * times, gain * times // divisor * multiplier


def _compound(atom: Compound, letter: str) -> tuple[int, int] | None:
    left, right = rhythm(atom.left, letter), rhythm(atom.right, letter)
    if left is None or right is None:
        return None
    if atom.operator == "//":
        assert isinstance(atom.right, int)
        times = atom.right // gcd(left[1], atom.right)
        return left[0] * times, left[1] * times // atom.right
    period = lcm(left[0], right[0])
    a, b = (gain * (period // own) for own, gain in (left, right))
    if atom.operator == "*":
        if a and b:
            return None  # it grows with the square
        if not a and not b:
            return period, 0
        gain, other = (a, atom.right) if a else (b, atom.left)
        # by another letter's size it has no rhythm of its own
        return (period, gain * other) if isinstance(other, int) else None
    if atom.operator in EITHER:
        return period, min(a, b) if atom.operator == "min" else max(a, b)
    return period, a - b if atom.operator == "-" else a + b


def letters(axis: Axis) -> tuple[str, ...]:
    """The letters that a formula depends on, in the order of the text."""
    if isinstance(axis, int):
        return ()
    if isinstance(axis.atom, Compound):
        return tuple(dict.fromkeys((*letters(axis.atom.left), *letters(axis.atom.right))))
    return (axis.atom,)


def period(walk: Walk, letter: str) -> int:
    """A number of sizes after which every axis of the network has repeated, and every layer."""
    result = 1
    for node in walk.nodes:
        if node.layer is None:
            continue
        for index in node.inputs:
            shape = walk.open.shapes[index]
            step = node.layer.settled(all(set(letters(axis)) <= {letter} for axis in shape))[1]
            for place, axis in enumerate(shape):
                found = rhythm(axis, letter)
                if found is not None:
                    own, gain = found
                    every = step if place else lcm(step, node.layer.settled_channels()[1])
                    result = lcm(result, own * (every // gcd(gain, every)))
        for axis in walk.open.shapes[node.index]:
            found = rhythm(axis, letter)
            result = lcm(result, found[0] if found is not None else 1)
    return result
