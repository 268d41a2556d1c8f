"""Numbers that know how they are said, and what they hang on.

A `Said` goes through the rules of layers as any whole number does, and comes out with the
arithmetic that was done to it: behind a concat of `growth` channels to `in_channels` there are
`in_channels + growth`. Where nothing can be said (a map's height inside a block), it still knows
which arguments decide it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from archc.emit.pytorch.python import ir
from archc.emit.pytorch.python.simplify import BINARY, simplified
from archc.shapes import Size

LARGEST = 24  # records in an expression; a longer one says nothing to a reader


def _arithmetic(sign: str) -> tuple[Any, Any]:
    """What an operator does with a number to its left, and with one to its right."""
    return (
        lambda left, right: _result(sign, left, right),
        lambda right, left: _result(sign, left, right),
    )


class Said(int):
    """A whole number; `said` is None where it cannot be said in the constructor.

    `hangs` are the names of arguments (and `in.height` … of a block's input) that decide it.
    """

    said: ir.Expr | None
    hangs: frozenset[str]

    def __new__(cls, value: int, said: ir.Expr | None, hangs: Iterable[str] = ()) -> Said:
        self = super().__new__(cls, value)
        self.said = said
        self.hangs = frozenset(hangs)
        return self

    __add__, __radd__ = _arithmetic("+")
    __sub__, __rsub__ = _arithmetic("-")
    __mul__, __rmul__ = _arithmetic("*")
    __floordiv__, __rfloordiv__ = _arithmetic("//")
    __mod__, __rmod__ = _arithmetic("%")

    def __neg__(self) -> Said:
        said = None if self.said is None else ir.Unary("-", self.said)
        return Said(-int(self), said, self.hangs)

    def __reduce__(self) -> Any:
        return int, (int(self),)


class Flat(Said):
    """Channels times positions, behind a flatten; each axis with what it was in every run."""

    axes: tuple[Any, ...]


def flat(value: int, axes: tuple[Any, ...]) -> Flat:
    """The number of values of a map; `axes` pairs each axis with its runs."""
    self = Flat(value, None, hangs_of(*(axis for axis, _ in axes)))
    self.axes = axes
    return self


def _result(sign: str, left: Any, right: Any) -> Any:
    if not isinstance(left, int) or not isinstance(right, int):
        return NotImplemented
    value = BINARY[sign](int(left), int(right))
    if isinstance(left, bool) or isinstance(right, bool):
        return value
    hangs = hangs_of(left) | hangs_of(right)
    one, two = said_of(left), said_of(right)
    if one is None or two is None:
        return Said(value, None, hangs) if hangs else value
    said = simplified(ir.Binary(sign, one, two))
    if isinstance(said, ir.Const) and not hangs:
        return value
    if sum(1 for _ in ir.within(said)) > LARGEST:
        return Said(value, None, hangs | ir.names(said))
    return Said(value, said, hangs)


def leaves(value: Any) -> Iterator[Any]:
    """What stands in rows of rows, and a value that is none itself."""
    if type(value) in (tuple, list, Size):
        for one in value:
            yield from leaves(one)
    else:
        yield value


def said_of(value: Any) -> ir.Expr | None:
    """How a number is said; a plain one by its digits."""
    return value.said if isinstance(value, Said) else ir.Const(value)


def hangs_of(*values: Any) -> frozenset[str]:
    """What decides some numbers."""
    found: frozenset[str] = frozenset()
    for value in values:
        if isinstance(value, Said):
            found |= value.hangs
            if value.said is not None:
                found |= ir.names(value.said)
        elif isinstance(value, tuple):
            found |= hangs_of(*value)
    return found


def unsaid(value: Any, hangs: frozenset[str] = frozenset()) -> Any:
    """The number without a way to say it, hanging on `hangs` as well."""
    hangs = hangs | hangs_of(value)
    return Said(int(value), None, hangs) if hangs and isinstance(value, int) else value


def unsaid_items(values: Any, hangs: frozenset[str]) -> tuple[Any, ...]:
    """The numbers of a list that cannot be said, hanging on `hangs`; none of what is no list."""
    items = values if isinstance(values, tuple) else ()
    return tuple(Said(one, None, hangs) if type(one) is int else one for one in items)
