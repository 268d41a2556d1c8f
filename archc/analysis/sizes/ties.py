"""Sizes that a dense layer ties together: the products of sizes that come to a given number.

What is flattened before a layer of known width has to keep its length, as 512*(H // 32)*(W // 32)
= 25088. Such a formula grows with each of its letters, so for each size of the one only an interval
of the other is left, and only finitely many sizes come into question.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import gcd

from archc.analysis.sizes.rhythm import letters, rhythm
from archc.analysis.sizes.walk import Untold
from archc.shapes import Axis, Compound, at

Box = dict[str, tuple[int, int]]  # for each letter the first and the last size

MOST_SIZES = 200_000


def boxes(formula: Axis, wanted: int, least: Mapping[str, int]) -> list[Box]:
    """The sizes at which a formula is equal to a number, `least` or more of each letter.

    Raises `Untold` where the formula does not grow with its letters.
    """
    names = letters(formula)
    if not _rising(formula):
        raise Untold(f"{formula} does not only grow")
    if not names:
        return [{}] if formula == wanted else []
    if wanted % content(formula):
        return []
    first, rest = names[0], {name: least[name] for name in names[1:]}
    row = at(formula, rest)
    if not (rhythm(row, first) or (1, 1))[1]:
        raise Untold(f"{formula} stays the same for many sizes")
    found: list[Box] = []
    size = least[first]
    while True:
        value = at(row, {first: size})
        assert isinstance(value, int)
        if value > wanted:
            return found
        last = _last(row, first, size, value)
        if last > MOST_SIZES:
            raise Untold(f"{formula} = {wanted} holds for sizes beyond {MOST_SIZES:,}")
        for box in boxes(at(formula, {first: size}), wanted, least) if rest else [{}]:
            if rest or value == wanted:
                found.append({first: (size, last), **box})
        size = last + 1


def _last(row: Axis, letter: str, size: int, value: int) -> int:
    """The last size that gives the same value."""
    while at(row, {letter: size + 1}) == value and size < MOST_SIZES:
        size += 1
    return size


def content(axis: Axis) -> int:
    """A number that divides every value of a formula; 0 where it is always 0."""
    if isinstance(axis, int):
        return axis
    atom, multiplier, offset, divisor, constant = axis
    inner = 1
    if divisor == 1 and not offset and isinstance(atom, Compound) and atom.operator == "*":
        inner = content(atom.left) * content(atom.right)
    return gcd(multiplier * inner, constant)


def _rising(axis: Axis) -> bool:
    if isinstance(axis, int):
        return True
    atom = axis.atom
    if axis.multiplier < 0 or not isinstance(atom, Compound):
        return axis.multiplier > 0
    return atom.operator != "-" and _rising(atom.left) and _rising(atom.right)
