"""Shapes: channels first, without the batch, `(3, 224, 224)`; an axis may be open.

An open axis is `multiplier * floor((atom + offset) / divisor) + constant`, where the atom is a
letter from the author's `input 3xHxW`. Convolution, pooling and upsampling all keep this form,
because floor((floor((n + a) / s) + b) / t) = floor((n + a + s*b) / (s*t)); so sizes compose exactly
and no algebra system is needed. What leaves the form becomes an atom of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import gcd, lcm

from archc.named import NamedTuple

HIDDEN = "?"
"""The atom of a size that a mistake hides: whatever is worked out from it is hidden as well."""

LARGEST = 2**63 - 1  # the whole numbers of PyTorch
LONGEST_PERIOD = 4096  # sizes at which two formulas are compared
LONGEST_FORMULA = 400  # what is longer is treated as a size that cannot be known


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
            if self.atom == other.atom and self.divisor == other.divisor:
                apart, left = divmod(other.offset - self.offset, self.divisor)
                if not left:  # the same floor, but for a whole number
                    multiplier = self.multiplier + other.multiplier
                    constant = self.constant + other.constant + other.multiplier * apart
                    return _canonical(self.atom, multiplier, self.offset, self.divisor, constant)
            return _atom(f"({self} + {other})", "+", self, other)
        return NotImplemented

    def __radd__(self, other: object) -> Open:
        return self + other

    def __sub__(self, other: object) -> Open | int:
        if isinstance(other, int):
            return self + -other
        if isinstance(other, Open):
            apart = _apart(self, other)
            if apart is not None and apart[0] == apart[1]:
                return apart[0]
            return _atom(f"({self} - {_factor(other)})", "-", self, other)
        return NotImplemented

    def __rsub__(self, other: object) -> Open:
        return self * -1 + other if isinstance(other, int) else NotImplemented

    def __mul__(self, other: object) -> Open:
        if isinstance(other, int):
            multiplier, constant = self.multiplier * other, self.constant * other
            return _canonical(self.atom, multiplier, self.offset, self.divisor, constant)
        if isinstance(other, Open):
            return _atom(f"{_factor(self)}*{_factor(other)}", "*", self, other)
        return NotImplemented

    def __rmul__(self, other: object) -> Open:
        return self * other

    def __floordiv__(self, other: object) -> Open:
        if not isinstance(other, int):
            return NotImplemented
        if other == 0:
            raise ZeroDivisionError
        atom, multiplier, offset, divisor, constant = self
        exact = _quotient(self, other) if other > 1 and isinstance(atom, Compound) else None
        if exact is not None:
            return exact
        if other > 0 and multiplier % other == 0:
            return _canonical(atom, multiplier // other, offset, divisor, constant // other)
        if other > 0 and multiplier > 0 and other % multiplier == 0:
            inner = offset + divisor * (constant // multiplier)
            return _canonical(atom, 1, inner, divisor * (other // multiplier), 0)
        return _atom(f"{_factor(self)} // {other}", "//", self, other)

    def __str__(self) -> str:
        text = self.atom
        if self[1:] != (1, 0, 1, 0) and not (text.isalnum() or _closed(text)):
            text = f"({text})"
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


def _quotient(axis: Axis, divisor: int) -> Open | None:
    """A product divided by what one of its factors is a multiple of; None where none is."""
    if isinstance(axis, int):
        return None
    atom, multiplier, offset, own, constant = axis
    if multiplier % divisor == 0 and constant % divisor == 0:
        return _canonical(atom, multiplier // divisor, offset, own, constant // divisor)
    if (
        not isinstance(atom, Compound)
        or atom.operator != "*"
        or (offset, own, constant) != (0, 1, 0)
    ):
        return None
    times = gcd(multiplier, divisor)
    left, right = _quotient(atom.left, divisor // times), _quotient(atom.right, divisor // times)
    if left is not None:
        return left * atom.right * (multiplier // times)
    return atom.left * right * (multiplier // times) if right is not None else None


def _closed(text: str) -> bool:
    """Whether one pair of brackets holds all of a text."""
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if not depth:
            return letter == ")" and place == len(text) - 1
    return False


EITHER = ("min", "max")
"""The operators of atoms that are one of two sizes."""


class Compound(str):
    """An atom that is worked out from two sizes; to all but `at` it is its text."""

    operator: str
    left: Axis
    right: Axis


def _atom(text: str, operator: str, left: Axis, right: Axis) -> Open:
    """What leaves the form."""
    if HIDDEN in text or len(text) > LONGEST_FORMULA:
        return Open(HIDDEN)
    atom = Compound(text)
    atom.operator, atom.left, atom.right = operator, left, right
    return Open(atom)


def hidden(axis: object) -> bool:
    """Whether nothing is known of an axis: of a mistake's consequence, or of too long a formula."""
    return isinstance(axis, Open) and HIDDEN in axis.atom


def at(axis: Axis, sizes: Mapping[str, int]) -> Axis:
    """An axis where some of its letters are numbers; those that are not given stay open."""
    if isinstance(axis, int):
        return axis
    atom = axis.atom
    inner: Axis
    if isinstance(atom, Compound):
        inner = worked_out(atom.operator, at(atom.left, sizes), at(atom.right, sizes))
    else:
        inner = sizes.get(atom, Open(atom))
    return around(axis, inner)


def around(axis: Open, inner: Axis) -> Axis:
    """A formula with another atom."""
    _, multiplier, offset, divisor, constant = axis
    return (inner + offset) // divisor * multiplier + constant


def worked_out(operator: str, left: Axis, right: Axis) -> Axis:
    """What the operator of a compound atom makes of two sizes."""
    if operator in EITHER:
        return smaller(left, right) if operator == "min" else larger(left, right)
    if operator == "//":
        assert isinstance(right, int)
        return left // right
    return left + right if operator == "+" else left - right if operator == "-" else left * right


def _canonical(atom: str, multiplier: int, offset: int, divisor: int, constant: int) -> Open:
    """The one form of each value: the constant below the multiplier, no floor by one."""
    if atom == HIDDEN:
        return Open(HIDDEN)
    if divisor == 1:
        constant += multiplier * offset
        offset = 0
        if multiplier == 1:
            offset, constant = constant, 0
    elif multiplier > 0:
        offset += divisor * (constant // multiplier)
        constant %= multiplier
    return Open(atom, multiplier, offset, divisor, constant)


def _apart(left: Open, right: Open) -> tuple[int, int] | None:
    """The two values left - right may have, where only whole numbers tell them apart.

    floor((n + a) / s) - floor((n + b) / s) is the floor or the ceiling of (a - b) / s.
    """
    if left[:2] != right[:2] or left.divisor != right.divisor:
        return None
    offset, constant = left.offset - right.offset, left.constant - right.constant
    low, high = offset // left.divisor, -(-offset // left.divisor)
    return left.multiplier * low + constant, left.multiplier * high + constant


def _never_below(left: Open, right: Open) -> bool:
    """Whether it is certain that left >= right at every size.

    Two floors of one atom differ by what repeats, and by what grows; a letter is 1 or more.
    """
    period = lcm(left.divisor, right.divisor)
    if left.atom != right.atom or period > LONGEST_PERIOD:
        return False

    def apart(value: int) -> int:
        one, other = (
            (value + axis.offset) // axis.divisor * axis.multiplier + axis.constant
            for axis in (left, right)
        )
        return one - other

    grows = apart(period + 1) - apart(1)
    if grows < 0 or (grows and isinstance(left.atom, Compound)):
        return False
    return all(apart(value) >= 0 for value in range(1, period + 1))


Axis = int | Open
Shape = tuple[Axis, ...]


class Size(tuple[Axis, ...]):
    """A size as a value of the language: arithmetic with a number works on every axis."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "x".join(_factor(axis) for axis in self)


def _factor(axis: Axis) -> str:
    text = str(axis)
    return text if text == HIDDEN or text.replace("*", "").isalnum() else f"({text})"


def show(shape: Iterable[Axis]) -> str:
    """`512x7x7`; `64x(H // 2)x(W // 2)` where axes are open."""
    return "x".join(_factor(axis) for axis in shape)


def differ(left: Axis, right: Axis) -> bool:
    """Whether two axes are certainly of different size; open axes may always turn out equal."""
    if isinstance(left, int) and isinstance(right, int):
        return left != right
    if isinstance(left, Open) and isinstance(right, Open):
        apart = _apart(left, right)
        return apart is not None and 0 not in apart
    return False


def below(left: Axis, right: Axis) -> bool:
    """Whether one axis is certainly smaller than another; an open one may be large enough."""
    if isinstance(left, int) and isinstance(right, int):
        return left < right
    if isinstance(left, Open) and isinstance(right, Open):
        apart = _apart(left, right)
        return apart is not None and max(apart) < 0
    return False


def smaller(left: Axis, right: Axis) -> Axis:
    """The smaller of two sizes; exact for open axes that differ in one whole number alone."""
    if isinstance(left, int) and isinstance(right, int):
        return min(left, right)
    if isinstance(left, Open) and isinstance(right, Open):
        apart = _apart(left, right)
        if apart is not None and (max(apart) <= 0 or min(apart) >= 0):
            return left if max(apart) <= 0 else right
    return left if left == right else _atom(f"min({left}, {right})", "min", left, right)


def larger(left: Axis, right: Axis) -> Axis:
    """The larger of two sizes: one of them where it is never the smaller one."""
    if isinstance(left, int) and isinstance(right, int):
        return max(left, right)
    if isinstance(left, Open) and isinstance(right, Open):
        for one, other in ((left, right), (right, left)):
            if _never_below(one, other):
                return one
    return _atom(f"max({left}, {right})", "max", left, right)


def beyond(axis: Axis) -> bool:
    """Whether a size is larger than any tensor's; of an open one, any number in its formula."""
    return max(map(abs, axis[1:])) > LARGEST if isinstance(axis, Open) else axis > LARGEST


def any_open(shapes: Iterable[Shape]) -> bool:
    """Whether an axis of one of the shapes is open."""
    for shape in shapes:  # noqa: SIM110  # a generator takes twice as long, and many ask
        if Open in map(type, shape):
            return True
    return False


def count(shape: Iterable[Axis]) -> int | None:
    """The number of elements, or None where an axis is open."""
    total = 1
    for axis in shape:
        if not isinstance(axis, int):
            return None
        total *= axis
    return total
