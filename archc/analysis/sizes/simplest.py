"""Formulas of sizes as short as the sizes that are taken allow.

The larger of two sizes is the first one alone where that is so at every size that is taken, and
2*(H // 2) is H where only even ones are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import islice

from archc.analysis.sizes.along import Along
from archc.analysis.sizes.rhythm import letters
from archc.shapes import EITHER, Axis, Compound, Open, Shape, around, at, worked_out

MOST_OPTIONS = 256  # shorter formulas that are tried in the place of one


class Simplest:
    """The shortest formulas along letters whose sizes are known."""

    def __init__(self, along: Mapping[str, Along]) -> None:
        self.taken: dict[str, list[int]] = {}
        self.finite = {letter for letter, one in along.items() if one.sizes.finite}
        for letter, one in along.items():
            end = one.repeats_from + 2 * one.period  # two periods: what is equal grows alike too
            self.taken[letter] = [n for n in range(1, end) if n in one.sizes]
        self._known: dict[Axis, Axis] = {}

    def values(self, axis: Open, letter: str) -> tuple[Axis, ...]:
        """Its values at the sizes that are taken, up to where all has repeated."""
        return tuple([at(axis, {letter: n}) for n in self.taken[letter]])

    def of(self, axis: Axis) -> Axis:
        """The same without `min` and `max`, where one of the two is what counts everywhere."""
        if isinstance(axis, int) or not _chooses(axis):
            return axis
        if axis not in self._known:
            self._known[axis] = self._shortest(axis)
        return self._known[axis]

    def shape(self, shape: Shape) -> Shape:
        """The same of every axis."""
        return tuple([self.of(axis) for axis in shape])

    def straight(self, shape: Shape) -> Shape:
        """The same, and an axis whose values lie on a line without the floors that do nothing."""
        return tuple([self._line(self.of(axis)) for axis in shape])

    def _line(self, axis: Axis) -> Axis:
        names = letters(axis)
        if isinstance(axis, int) or len(names) != 1 or names[0] in self.finite:
            return axis
        taken, values = self.taken[names[0]], self.values(axis, names[0])
        first, last = values[0], values[-1]
        assert isinstance(first, int)
        assert isinstance(last, int)
        slope = Fraction(last - first, max(taken[-1] - taken[0], 1))
        line = [first + slope * (n - taken[0]) for n in taken]
        if slope <= 0 or list(values) != line:
            return axis
        begin = first / slope - taken[0]  # the value is slope * (n + begin)
        if begin.denominator > 1:
            return axis
        short = (Open(names[0]) + int(begin)) // slope.denominator * slope.numerator
        return short if len(str(short)) < len(str(axis)) else axis

    def _shortest(self, axis: Open) -> Axis:
        names = letters(axis)
        if len(names) != 1:
            return axis
        wanted = self.values(axis, names[0])
        options = sorted(set(islice(_options(axis), MOST_OPTIONS)), key=lambda one: len(str(one)))
        for option in options:
            if isinstance(option, Open) and self.values(option, names[0]) == wanted:
                return option
        return axis


def _chooses(axis: Axis) -> bool:
    """Whether the smaller or the larger of two sizes is somewhere in a formula."""
    if isinstance(axis, int) or not isinstance(axis.atom, Compound):
        return False
    atom = axis.atom
    return atom.operator in EITHER or _chooses(atom.left) or _chooses(atom.right)


def _options(axis: Axis) -> Iterator[Axis]:
    """A formula with one of the two in the place of each `min` and `max`, or with neither."""
    if not isinstance(axis, Open) or not isinstance(axis.atom, Compound) or not _chooses(axis):
        yield axis
        return
    atom = axis.atom
    if atom.operator in EITHER:
        for side in (atom.left, atom.right):
            for one in _options(side):
                yield around(axis, one)
    for left in _options(atom.left):
        for right in _options(atom.right):
            yield around(axis, worked_out(atom.operator, left, right))
