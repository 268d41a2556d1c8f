"""Arithmetic as a person leaves it: `2 * (4 * width)` is `8 * width`, `1 * n` is `n`."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from archc.emit.pytorch.python import ir


def simplified(expr: ir.Expr) -> ir.Expr:
    """The same number with less to do for the reader. Only the outermost operation is looked at."""
    match expr:
        case ir.Binary():
            return _binary(expr)
        case ir.Unary("not", operand):
            return negated(operand)
        case ir.Choice(then, ir.Const(value), otherwise):
            return then if value else otherwise
        case ir.Compare((ir.Const(one), ir.Const(two)), (sign,)):
            numbers = isinstance(one, (int, float)) and isinstance(two, (int, float))
            if numbers or sign in ("==", "!=", "is", "is not"):
                return ir.Const(COMPARE[sign](one, two))
    return expr


def tidied(node: Any) -> Any:
    """Any record of a tree, simplified if it is an operation; `512 * 7 * 7` stays as it is."""
    match node:
        case ir.Binary("*", _, ir.Const()):
            return node
        case ir.Call(ir.Name("len"), (ir.Row(items),)):  # of a list that is written out
            return node if any(isinstance(one, ir.Star) for one in items) else ir.Const(len(items))
        case ir.Index(ir.Row(items), ir.Const(int(place))) if _plain(items, place):
            return items[place]
        case ir.Binary() | ir.Choice() | ir.Compare() | ir.Unary():
            return simplified(node)
    return node


def _plain(items: tuple[ir.Expr, ...], place: int) -> bool:
    """Whether an item stands at its own place in a row: counted from the end where it is less
    than 0."""
    passed = items[: place + 1] if place >= 0 else items[place:]
    inside = -len(items) <= place < len(items)
    return inside and not any(isinstance(one, ir.Star) for one in passed)


COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    **{"==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le},
    **{">": operator.gt, ">=": operator.ge, "is": operator.is_, "is not": operator.is_not},
}
BINARY: dict[str, Callable[[Any, Any], Any]] = {
    **{"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv},
    **{"//": operator.floordiv, "%": operator.mod, "**": operator.pow},
}


def _whole(expr: ir.Expr) -> int | None:
    value = expr.value if isinstance(expr, ir.Const) else None
    return value if type(value) is int else None


def _binary(expr: ir.Binary) -> ir.Expr:
    sign, left, right = expr.operator, expr.left, expr.right
    one, two = _whole(left), _whole(right)
    if sign in ("and", "or"):
        return _logic(expr)
    if one is not None and two is not None and _folds(sign, one, two):
        return ir.Const(BINARY[sign](one, two))
    if sign == "*":
        return _product(expr, one, two)
    if sign in ("+", "-"):
        return _sum(expr, two)
    if sign == "//" and two == 1:
        return left
    if sign == "//" and two is None:
        return _quotient(expr)
    if sign == "//" and two and isinstance(left, ir.Binary) and left.operator == "*":
        factor = _whole(left.left)
        if factor is not None and factor % two == 0:
            return _binary(ir.Binary("*", ir.Const(factor // two), left.right))
        factor = _whole(left.right)
        if factor is not None and factor % two == 0:
            return _binary(ir.Binary("*", left.left, ir.Const(factor // two)))
    return expr


def _quotient(expr: ir.Binary) -> ir.Expr:
    """`a * b // a` is `b`."""
    left = _factors(expr.left)
    for one in _factors(expr.right):
        if one not in left:
            return expr
        left.remove(one)
    result: ir.Expr = left[0] if left else ir.Const(1)
    for one in left[1:]:
        result = _binary(ir.Binary("*", result, one))
    return result


def _factors(expr: ir.Expr) -> list[ir.Expr]:
    if isinstance(expr, ir.Binary) and expr.operator == "*":
        return _factors(expr.left) + _factors(expr.right)
    return [expr]


def _folds(sign: str, one: int, two: int) -> bool:
    """Whether an operation of two whole numbers gives one that is no longer to read."""
    if sign in ("//", "%"):
        return two != 0
    return sign in ("+", "-", "*") or (sign == "**" and 0 <= two < 64 and abs(one) < 1000)


def _product(expr: ir.Binary, one: int | None, two: int | None) -> ir.Expr:
    if one == 1:
        return expr.right
    if two == 1:
        return expr.left
    if 0 in (one, two):
        return ir.Const(0)
    for number, other in ((one, expr.right), (two, expr.left)):
        if number is None or not isinstance(other, ir.Binary) or other.operator != "*":
            continue
        for factor, rest in ((other.left, other.right), (other.right, other.left)):
            if (inner := _whole(factor)) is not None:
                return ir.Binary("*", ir.Const(number * inner), rest)
    return expr


def _terms(expr: ir.Expr, sign: int, found: dict[ir.Expr, int]) -> None:
    """The terms of a sum with their factors; plain numbers under 1."""
    if isinstance(expr, ir.Binary) and expr.operator in ("+", "-"):
        _terms(expr.left, sign, found)
        _terms(expr.right, sign if expr.operator == "+" else -sign, found)
        return
    number = _whole(expr)
    factor, base = (number, ir.Const(1)) if number is not None else _multiple(expr)
    found[base] = found.get(base, 0) + sign * factor


def _gathered(expr: ir.Binary) -> ir.Expr | None:
    """A sum with equal terms taken together, where that leaves fewer of them."""
    found: dict[ir.Expr, int] = {}
    _terms(expr, 1, found)
    count = sum(1 for one in ir.within(expr) if isinstance(one, ir.Binary) and one.operator in "+-")
    terms = [(base, factor) for base, factor in found.items() if factor]
    if len(terms) > count or not terms:
        return None if terms else ir.Const(0)
    terms.sort(key=lambda term: term[1] < 0)
    result: ir.Expr | None = None
    for base, factor in terms:
        size = abs(factor)
        one = ir.Const(size) if base == ir.Const(1) else base
        if base != ir.Const(1) and size != 1:
            one = ir.Binary("*", ir.Const(size), base)
        if result is None:
            result = one if factor > 0 else ir.Unary("-", one)
        else:
            result = ir.Binary("+" if factor > 0 else "-", result, one)
    return result


def _sum(expr: ir.Binary, two: int | None) -> ir.Expr:
    shorter = _gathered(expr)
    if shorter is None and two is not None and two < 0:
        return ir.Binary("-" if expr.operator == "+" else "+", expr.left, ir.Const(-two))
    return shorter or expr


def _multiple(expr: ir.Expr) -> tuple[int, ir.Expr]:
    """`3 * n` as (3, n)."""
    match expr:
        case ir.Binary("*", ir.Const(factor), base) if type(factor) is int:
            return factor, base
    return 1, expr


def _logic(expr: ir.Binary) -> ir.Expr:
    stops = expr.operator == "or"
    match expr.left, expr.right:
        case ir.Const(bool() as value) as known, right:
            return known if value == stops else right
        case left, ir.Const(bool() as value) if value != stops:
            return left
    return expr


_PAIRS = ("==", "!="), ("<", ">="), (">", "<="), ("is", "is not"), ("in", "not in")
_OPPOSITE = {one: two for pair in _PAIRS for one, two in (pair, pair[::-1])}


def negated(test: ir.Expr) -> ir.Expr:
    """The opposite of a condition."""
    match test:
        case ir.Compare(operands, (sign,)):
            return ir.Compare(operands, (_OPPOSITE[sign],))
        case ir.Unary("not", operand):
            return operand
        case ir.Const(bool() as value):
            return ir.Const(not value)
    return ir.Unary("not", test)


def asked(one: ir.Statement) -> ir.Body:
    """The statements of an `if`, its condition asked where that makes a difference."""
    if not isinstance(one, ir.If):
        return (one,)
    if isinstance(one.condition, ir.Const):
        return one.then if one.condition.value else one.otherwise
    if one.then == one.otherwise:
        return one.then
    return (one,) if one.then else (ir.If(negated(one.condition), one.otherwise),)
