"""What an expression can ask of the place where it stands, and how values are written."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from typing import Any, Protocol

from archc.emit.pytorch.python import ir
from archc.emit.pytorch.reading.number import Said, leaves
from archc.graph.values import BlockValue, GroupValue, LayerValue
from archc.language import tree
from archc.language.source import Span
from archc.named import NamedTuple
from archc.shapes import Size


class Unlike(Exception):
    """The rounds of a loop, or the calls of a block, differ beyond what the text says of them.

    `definition` is the block or network that they stand in.
    """

    definition: tree.Block | tree.Network | None = None


class Unsaid(Exception):
    """What the constructor cannot say: it hangs on `hangs`, at `span`, in a `definition`."""

    definition: tree.Block | tree.Network | None = None

    def __init__(self, span: Span, hangs: frozenset[str] = frozenset()) -> None:
        super().__init__(span.text)
        self.span = span
        self.hangs = hangs


class TooLong(Unsaid):
    """What the code would hold at one place is a page of Python, or a hundred.

    `what` and how much of it is too long; `help` is a way out.
    """

    def __init__(self, span: Span, what: str, help: str) -> None:
        super().__init__(span)
        self.what = what
        self.help = help


class Floats(NamedTuple):
    """Where a value may hold a number that is not whole, a float in Python.

    `columns`: at these places of the rows of a table; `anywhere`: in itself, or in any item.
    """

    anywhere: bool = False
    columns: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return self.anywhere or bool(self.columns)

    def joined(self, other: Floats) -> Floats:
        """Where either may."""
        return Floats(self.anywhere or other.anywhere, self.columns | other.columns)


NO_FLOATS = Floats()


class Bound(NamedTuple):
    """A name in sight: how it is said, and what it holds.

    `floats`: where it may hold a number that is not whole. `axes`: how many
    numbers a size holds that differs by axis, 0 for anything else. `hangs`: what decides it where
    it cannot be said, or is the variable of a loop. `numbers`: those of a list that cannot be
    said as a whole, each as far as it can.
    """

    said: ir.Expr | None
    floats: Floats = NO_FLOATS
    axes: int = 0
    hangs: frozenset[str] = frozenset()
    numbers: tuple[Any, ...] = ()

    @property
    def decided(self) -> frozenset[str]:
        """The arguments that decide it, whether they are said or not."""
        return self.hangs if self.said is None else self.hangs | ir.names(self.said)


class Sight(Protocol):
    """What an expression can ask of the place where it stands."""

    def bound(self, name: str) -> Bound | None:
        """A parameter, `let`, loop variable or open size in sight."""

    def worth(self, expr: tree.Expr) -> Any:
        """What an expression came out as in one run; UNKNOWN where it did not."""

    def dimension(self, expr: tree.Attribute) -> Any:
        """`in.channels`, `enc1.height`: a number that knows how it is said; raises `Unsaid`."""

    def maker(self, value: Any, expr: tree.Expr) -> ir.Expr:
        """A layer or block as a value: what makes its modules."""


def constant(worth: Any, sight: Sight, expr: tree.Expr, nested: bool = False) -> ir.Expr:
    """A value of the language, which may hold layers and blocks."""
    if isinstance(worth, (LayerValue, BlockValue, GroupValue)):
        return sight.maker(worth, expr)
    if any(isinstance(one, (LayerValue, BlockValue, GroupValue)) for one in leaves(worth)):
        items = tuple([constant(one, sight, expr, True) for one in worth])
        return ir.Row(items, nested)
    return literal(worth, nested)


def unchanging(value: ir.Expr) -> ir.Expr:
    """A list as a tuple, which a default has to be."""
    return ir.Row(value.items, True) if isinstance(value, ir.Row) else value


def literal(value: Any, nested: bool = False) -> ir.Expr:
    """A value of the language as a constant: lists inside lists are tuples, as sizes are."""
    if isinstance(value, Fraction):
        return ir.Const(value.numerator if value.denominator == 1 else float(value))
    if isinstance(value, Said):
        return ir.Const(int(value))
    if isinstance(value, Size) and len(set(value)) == 1 and not nested:
        return ir.Const(value[0])
    if isinstance(value, tuple):
        items = tuple([literal(item, True) for item in value])
        return ir.Row(items, nested or isinstance(value, Size))
    return ir.Const(value)


def fractional(expr: tree.Expr, sight: Sight) -> bool:
    """Whether the expression may be a float in Python, or hold one."""
    return bool(floats_in(expr, sight))


def floats_in(expr: tree.Expr, sight: Sight) -> Floats:
    """Where the expression may be a float in Python."""
    parts: tuple[tree.Expr, ...] = ()
    match expr:
        case tree.Number():
            return Floats(is_float(expr))
        case tree.Name(id=name):
            bound = sight.bound(name)
            return floats_held(sight.worth(expr)) if bound is None else bound.floats
        case tree.Index(value=inner):
            return Floats(fractional(inner, sight))
        case tree.Slice(value=inner):
            parts = (inner,)
        case tree.Unary(operator="-", operand=inner):
            parts = (inner,)
        case tree.List(items=items):
            return _over_rows(items, tree.List, lambda one: fractional(one, sight))
        case tree.Binary(operator=operator, left=left, right=right):
            power = sight.worth(right) if operator == "**" else 0
            if operator == "/" or not (isinstance(power, int) and power >= 0):
                return Floats(True)
            parts = left, right
        case tree.Choice(then=then, otherwise=otherwise):
            parts = then, otherwise
        case tree.Call(function=tree.Name(id="min" | "max" | "abs" | "sum"), arguments=given):
            return Floats(any(fractional(one.value, sight) for one in given))
    return reduce(Floats.joined, (floats_in(part, sight) for part in parts), NO_FLOATS)


def floats_of_variable(loop: tree.For, place: int, sight: Sight) -> Floats:
    """Where a variable of a loop may hold a float; a table is asked by column."""
    found = floats_in(loop.iterable, sight)
    if len(loop.targets) == 1:
        return Floats(bool(found))
    return Floats(found.anywhere or place in found.columns)


def is_float(number: tree.Number) -> bool:
    """Whether a number is written as one that is not whole: 1.0 is, for 0.5 is meant as well."""
    return isinstance(number.value, Fraction) or "." in number.text


def holds_fraction(value: Any) -> bool:
    """Whether a value is a number that is not whole, or a list with one."""
    return any(isinstance(one, (float, Fraction)) and one != int(one) for one in leaves(value))


def floats_held(value: Any) -> Floats:
    """Where a value is a number that is not whole."""
    if type(value) is tuple:
        return _over_rows(value, tuple, holds_fraction)
    return Floats(holds_fraction(value))


def _over_rows(rows: tuple[Any, ...], kind: type, test: Callable[[Any], bool]) -> Floats:
    """Where items of a list, or the items of its rows, pass a test."""
    anywhere, columns = False, set()
    for row in rows:
        if not isinstance(row, kind):
            anywhere |= test(row)
            continue
        columns |= {place for place, cell in enumerate(items_of(row)) if test(cell)}
    return Floats(anywhere, frozenset(columns))


def items_of(row: Any) -> tuple[Any, ...]:
    """Those of a list, as it is written or as it came out."""
    return row.items if isinstance(row, tree.List) else row
