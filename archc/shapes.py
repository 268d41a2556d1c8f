"""Shapes: channels first, without the batch, `(3, 224, 224)`; an axis may be open.

An open axis is `multiplier * floor((atom + offset) / divisor) + constant`, where the atom is a
letter from the author's `input 3xHxW`. Convolution, pooling and upsampling all keep this form,
because floor((floor((n + a) / s) + b) / t) = floor((n + a + s*b) / (s*t)); so sizes compose exactly
and no algebra system is needed. What leaves the form becomes an atom of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Open(NamedTuple):
    """`multiplier * floor((atom + offset) / divisor) + constant`."""

    atom: str
    multiplier: int = 1
    offset: int = 0
    divisor: int = 1
    constant: int = 0

    def __add__(self, other: object) -> Open:
        if isinstance(other, int):
            return _canonical(*self[:4], self.constant + other)
        if isinstance(other, Open):
            if (self.atom, self.offset, self.divisor) == (other.atom, other.offset, other.divisor):
                multiplier = self.multiplier + other.multiplier
                constant = self.constant + other.constant
                return _canonical(self.atom, multiplier, self.offset, self.divisor, constant)
            return Open(f"({self} + {other})")
        return NotImplemented

    def __radd__(self, other: object) -> Open:
        return self + other

    def __sub__(self, other: object) -> Open | int:
        if isinstance(other, int):
            return self + -other
        if isinstance(other, Open):
            if self[:4] == other[:4]:
                return self.constant - other.constant
            return Open(f"({self} - {_factor(other)})")
        return NotImplemented

    def __rsub__(self, other: object) -> Open:
        return self * -1 + other if isinstance(other, int) else NotImplemented

    def __mul__(self, other: object) -> Open:
        if isinstance(other, int):
            multiplier, constant = self.multiplier * other, self.constant * other
            return _canonical(self.atom, multiplier, self.offset, self.divisor, constant)
        if isinstance(other, Open):
            return Open(f"{_factor(self)}*{_factor(other)}")
        return NotImplemented

    def __rmul__(self, other: object) -> Open:
        return self * other

    def __floordiv__(self, other: object) -> Open:
        if not isinstance(other, int):
            return NotImplemented
        atom, multiplier, offset, divisor, constant = self
        if other > 0 and multiplier % other == 0:
            return _canonical(atom, multiplier // other, offset, divisor, constant // other)
        if other > 0 and multiplier > 0 and other % multiplier == 0:
            inner = offset + divisor * (constant // multiplier)
            return _canonical(atom, 1, inner, divisor * (other // multiplier), 0)
        return Open(f"{_factor(self)} // {other}")

    def __str__(self) -> str:
        text = self.atom
        if self.offset:
            text = f"{text} {'+' if self.offset > 0 else '-'} {abs(self.offset)}"
        if self.divisor != 1:
            text = f"({text}) // {self.divisor}" if self.offset else f"{text} // {self.divisor}"
        if self.multiplier != 1:
            compound = self.offset or self.divisor != 1
            text = f"{self.multiplier}*({text})" if compound else f"{self.multiplier}*{text}"
        if self.constant:
            text = f"{text} {'+' if self.constant > 0 else '-'} {abs(self.constant)}"
        return text


def _canonical(atom: str, multiplier: int, offset: int, divisor: int, constant: int) -> Open:
    """The one form of each value: the constant below the multiplier, no floor by one."""
    if divisor == 1:
        constant += multiplier * offset
        offset = 0
        if multiplier == 1:
            offset, constant = constant, 0
    elif multiplier > 0:
        offset += divisor * (constant // multiplier)
        constant %= multiplier
    return Open(atom, multiplier, offset, divisor, constant)


Axis = int | Open
Shape = tuple[Axis, ...]


class Size(tuple[Axis, ...]):
    """A size as a value of the language: arithmetic with a number works on every axis."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "x".join(_factor(axis) for axis in self)


def _factor(axis: Axis) -> str:
    text = str(axis)
    return text if text.replace("*", "").isalnum() else f"({text})"


def show(shape: Iterable[Axis]) -> str:
    """`512x7x7`; `64x(H // 2)x(W // 2)` where axes are open."""
    return "x".join(_factor(axis) for axis in shape)


def differ(left: Axis, right: Axis) -> bool:
    """Whether two axes are certainly of different size; open axes may always turn out equal."""
    if isinstance(left, int) and isinstance(right, int):
        return left != right
    if isinstance(left, Open) and isinstance(right, Open):
        return left[:4] == right[:4] and left.constant != right.constant
    return False


def below(left: Axis, right: Axis) -> bool:
    """Whether one axis is certainly smaller than another; an open one may be large enough."""
    return isinstance(left, int) and isinstance(right, int) and left < right


def smaller(left: Axis, right: Axis) -> Axis:
    """The smaller of two sizes; exact for open axes that differ in one whole number alone."""
    if isinstance(left, int) and isinstance(right, int):
        return min(left, right)
    if isinstance(left, Open) and isinstance(right, Open):
        same = (left.atom, left.divisor) == (right.atom, right.divisor)
        if same and left.multiplier == right.multiplier == 1:
            return left if left.offset <= right.offset else right
    return left if left == right else Open(f"min({left}, {right})")


def count(shape: Iterable[Axis]) -> int | None:
    """The number of elements, or None where an axis is open."""
    total = 1
    for axis in shape:
        if not isinstance(axis, int):
            return None
        total *= axis
    return total
