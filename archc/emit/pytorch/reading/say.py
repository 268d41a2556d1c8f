"""The author's expressions in Python: `width * base // 64` stays what it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from archc.emit.pytorch.python import ir
from archc.emit.pytorch.python.simplify import negated, simplified
from archc.emit.pytorch.reading.number import Said, hangs_of
from archc.emit.pytorch.reading.sight import Sight, Unsaid, constant, fractional, literal
from archc.graph.evaluate import AXES, FUNCTIONS
from archc.graph.values import UNKNOWN, BlockValue, GroupValue, LayerValue, Tensor
from archc.language import tree
from archc.language.source import Span
from archc.shapes import Open, Size


def say(expr: tree.Expr, sight: Sight) -> ir.Expr:
    """An expression of the spec in Python; raises `Unsaid`."""
    axes = axes_of(expr, sight)
    if axes:
        return ir.Row(tuple(by_axis(expr, axes, sight)), True)
    if isinstance(expr, tree.Template):
        raise Unsaid(expr.span)
    return _SAY[type(expr)](expr, sight)


def arguments_of(action: tree.Apply | tree.Call, names: Iterable[str]) -> dict[str, tree.Expr]:
    """The author's expression for each argument of a call; `names` are those given by position."""
    free = iter(names)
    found: dict[str, tree.Expr] = {}
    for one in action.arguments:
        name = one.name or next(free, None)
        if name is not None:
            found[name] = one.value
    return found


def whole(expr: tree.Expr, sight: Sight) -> ir.Expr:
    """The same where a whole number is wanted: a float is rounded, for it is whole but for that."""
    if isinstance(expr, tree.Binary) and expr.operator == "/" and not _floats(expr, sight):
        return simplified(ir.Binary("//", say(expr.left, sight), say(expr.right, sight)))
    said = say(expr, sight)
    if isinstance(said, ir.Const) and isinstance(said.value, float) and said.value.is_integer():
        return ir.Const(int(said.value))
    if fractional(expr, sight):
        return ir.call("round", said)
    return said


def condition(expr: tree.Expr, sight: Sight) -> ir.Expr:
    """A condition; a layer or block that may be none is asked for that."""
    if isinstance(expr, tree.Unary) and expr.operator == "not":
        return negated(condition(expr.operand, sight))
    if isinstance(expr, tree.Binary) and expr.operator in ("and", "or"):
        left, right = condition(expr.left, sight), condition(expr.right, sight)
        return simplified(ir.Binary(expr.operator, left, right))
    said = say(expr, sight)
    if isinstance(expr, tree.Name) and expr.id[0].isupper():
        return simplified(ir.Compare((said, ir.Const(None)), ("is not",)))
    return said


def _floats(expr: tree.Binary, sight: Sight) -> bool:
    return fractional(expr.left, sight) or fractional(expr.right, sight)


# ------------------------------------------------------------------------------------ sizes by axis


def axes_of(expr: tree.Expr, sight: Sight) -> int:
    """How many axes an expression has that is a size with axes of its own; else 0."""
    match expr:
        case tree.Size(axes=axes):
            return len(axes) if len(set(axes)) > 1 else 0
        case tree.Name(id=name):
            bound = sight.bound(name)
            return bound.axes if bound is not None else 0
        case tree.Binary(operator="and" | "or"):
            return 0
        case tree.Binary(left=one, right=two) | tree.Choice(then=one, otherwise=two):
            return max(axes_of(one, sight), axes_of(two, sight))
        case tree.Unary(operator="-", operand=one):
            return axes_of(one, sight)
        case tree.Attribute(name="shape"):
            worth = sight.worth(expr)
            return len(worth) if isinstance(worth, Size) else 0
    return 0


def by_axis(expr: tree.Expr, axes: int, sight: Sight) -> list[ir.Expr]:
    """An expression as one whole number an axis; a single number serves every axis."""
    if isinstance(expr, tree.Size):
        sizes = expr.axes if len(expr.axes) == axes else expr.axes[:1] * axes
        return [_axis(one, expr.span, sight) for one in sizes]
    if isinstance(expr, tree.List) and len(expr.items) == axes:
        return [whole(item, sight) for item in expr.items]
    if isinstance(expr, tree.Binary) and axes_of(expr, sight):
        left, right = by_axis(expr.left, axes, sight), by_axis(expr.right, axes, sight)
        pairs = zip(left, right, strict=True)
        return [simplified(ir.Binary(expr.operator, one, two)) for one, two in pairs]
    if isinstance(expr, tree.Unary) and axes_of(expr, sight):
        return [ir.Unary("-", one) for one in by_axis(expr.operand, axes, sight)]
    if isinstance(expr, tree.Choice) and axes_of(expr, sight):
        test = condition(expr.condition, sight)
        then = by_axis(expr.then, axes, sight)
        otherwise = by_axis(expr.otherwise, axes, sight)
        return [ir.Choice(a, test, b) for a, b in zip(then, otherwise, strict=True)]
    if isinstance(expr, tree.Attribute) and axes_of(expr, sight) == axes:
        return [_number(one, expr.span) for one in sight.dimension(expr)]
    size = isinstance(expr, tree.Name) and axes_of(expr, sight) == axes
    worth = sight.worth(expr)
    if size or (isinstance(worth, (tuple, list)) and len(worth) == axes):
        row = _name(expr, sight) if isinstance(expr, tree.Name) else say(expr, sight)
        if isinstance(row, ir.Row):
            return list(row.items)
        return [ir.Index(row, ir.Const(axis)) for axis in range(axes)]
    return [whole(expr, sight)] * axes


def _axis(axis: int | str, span: Span, sight: Sight) -> ir.Expr:
    return ir.Const(axis) if isinstance(axis, int) else _name(tree.Name(axis, span), sight)


# ------------------------------------------------------------------------------------ the kinds


def _literal(expr: tree.Number, sight: Sight) -> ir.Expr:
    if isinstance(expr.value, Fraction) or "." in expr.text:
        return ir.Const(float(expr.value))
    return ir.Const(expr.value)


def _size(expr: tree.Size, sight: Sight) -> ir.Expr:
    return _axis(expr.axes[0], expr.span, sight)


def _list(expr: tree.List, sight: Sight, nested: bool = False) -> ir.Expr:
    items = [
        _list(item, sight, True) if isinstance(item, tree.List) else say(item, sight)
        for item in expr.items
    ]
    return ir.Row(tuple(items), nested)


def _name(expr: tree.Name, sight: Sight) -> ir.Expr:
    bound = sight.bound(expr.id)
    if bound is not None:
        if bound.said is None:
            raise Unsaid(expr.span, bound.hangs)
        return bound.said
    worth = sight.worth(expr)
    if worth is UNKNOWN or isinstance(worth, (Tensor, Open)):
        raise Unsaid(expr.span)
    return constant(worth, sight, expr)


def _attribute(expr: tree.Attribute, sight: Sight) -> ir.Expr:
    worth = sight.worth(expr)
    if isinstance(worth, (BlockValue, GroupValue, LayerValue)):
        return sight.maker(worth, expr)
    if expr.name in ("channels", *AXES[2], *AXES[3]):
        return _number(sight.dimension(expr), expr.span)
    if expr.name == "shape":
        return ir.Row(tuple([_number(one, expr.span) for one in numbers_of(expr, sight)]), True)
    raise Unsaid(expr.span)


def _number(value: Any, span: Span) -> ir.Expr:
    if isinstance(value, Open):
        raise Unsaid(span)
    if isinstance(value, Said):
        if value.said is None:
            raise Unsaid(span, hangs_of(value))
        return value.said
    return ir.Const(value)


def numbers_of(expr: tree.Expr, sight: Sight) -> tuple[Any, ...]:
    """The numbers of a shape or list, each as far as it can be said; none of what is neither."""
    match expr:
        case tree.Attribute(name="shape"):
            return tuple(sight.dimension(expr))
        case tree.Name(id=name):
            bound = sight.bound(name)
            return () if bound is None else bound.numbers
        case tree.List(items=items):
            return tuple([_carried(item, sight) for item in items])
    return ()


def _carried(expr: tree.Expr, sight: Sight) -> Any:
    """What an item of a list is, knowing how it is said."""
    worth = sight.worth(expr)
    if type(worth) is not int:
        return worth
    try:
        return Said(worth, whole(expr, sight))
    except Unsaid as reason:
        return Said(worth, None, reason.hangs)


def _index(expr: tree.Index, sight: Sight) -> ir.Expr:
    if isinstance(expr.value, (tree.Attribute, tree.Name)):
        numbers, place = numbers_of(expr.value, sight), sight.worth(expr.index)
        if numbers and isinstance(place, int):
            return _number(numbers[place], expr.span)
    value, index = say(expr.value, sight), whole(expr.index, sight)
    if isinstance(value, ir.Row) and isinstance(index, ir.Const):
        item: ir.Expr = value.items[index.value]
        return item
    return ir.Index(value, index)


def _slice(expr: tree.Slice, sight: Sight) -> ir.Expr:
    bounds = [None if one is None else whole(one, sight) for one in (expr.start, expr.stop)]
    return ir.Cut(say(expr.value, sight), bounds[0], bounds[1])


def _call(expr: tree.Call, sight: Sight) -> ir.Expr:
    if not isinstance(expr.function, tree.Name) or expr.function.id not in FUNCTIONS:
        return sight.maker(sight.worth(expr), expr)
    word = expr.function.id
    values = [one.value for one in expr.arguments]
    if word in ("floor", "ceil", "round"):
        return _rounded(word, values[0], sight)
    given = [whole(one, sight) if word == "range" else say(one, sight) for one in values]
    if word == "range" and len(given) == 2 and given[0] == ir.Const(0):
        given = given[1:]
    if word == "len" and isinstance(given[0], ir.Row):
        return ir.Const(len(given[0].items))
    known = [one.value for one in given if isinstance(one, ir.Const)]
    if word in ("min", "max", "divisible") and len(known) == len(given):
        worth = sight.worth(expr)
        if worth is not UNKNOWN:
            return literal(worth)
    return ir.Call(ir.Name(word), tuple(given))


def _rounded(word: str, expr: tree.Expr, sight: Sight) -> ir.Expr:
    if not fractional(expr, sight):
        return say(expr, sight)
    exact = isinstance(expr, tree.Binary) and expr.operator == "/" and not _floats(expr, sight)
    if word == "ceil" and exact:
        assert isinstance(expr, tree.Binary)
        left = ir.Unary("-", say(expr.left, sight))
        return ir.Unary("-", ir.Binary("//", left, say(expr.right, sight)))
    if word == "floor" and exact:
        return whole(expr, sight)
    function: ir.Expr = ir.Name("round")
    if word != "round":
        function = ir.Attr(ir.Name("math"), word)
    return ir.Call(function, (say(expr, sight),))


def _unary(expr: tree.Unary, sight: Sight) -> ir.Expr:
    if expr.operator == "not":
        return condition(expr, sight)
    operand = say(expr.operand, sight)
    if isinstance(operand, ir.Const) and isinstance(operand.value, (int, float)):
        return ir.Const(-operand.value)
    return ir.Unary("-", operand)


def _binary(expr: tree.Binary, sight: Sight) -> ir.Expr:
    left, right = say(expr.left, sight), say(expr.right, sight)
    if isinstance(left, ir.Row) and isinstance(right, ir.Row) and expr.operator == "+":
        return ir.Row((*left.items, *right.items), left.tuple)
    said = ir.Binary(expr.operator, left, right)
    if expr.operator in ("and", "or"):
        return simplified(said)
    numbers = [one.value for one in (left, right) if isinstance(one, ir.Const)]
    if any(isinstance(one, (float, str)) or one is None for one in numbers):
        return said
    return simplified(said)


def _comparison(expr: tree.Comparison, sight: Sight) -> ir.Expr:
    operands = tuple([say(one, sight) for one in expr.operands])
    operators = []
    for place, operator in enumerate(expr.operators):
        pair = operands[place : place + 2]
        none = any(one == ir.Const(None) for one in pair)
        operators.append({"==": "is", "!=": "is not"}.get(operator, operator) if none else operator)
    return simplified(ir.Compare(operands, tuple(operators)))


def _choice(expr: tree.Choice, sight: Sight) -> ir.Expr:
    test = condition(expr.condition, sight)
    then, otherwise = say(expr.then, sight), say(expr.otherwise, sight)
    if then == otherwise:
        return then
    return simplified(ir.Choice(then, test, otherwise))


def text(template: tree.Template, sight: Sight) -> ir.Expr:
    """A label in Python: a text, or an f-string."""
    found: list[str | ir.Expr] = [""]
    for part in template.parts:
        said = part if isinstance(part, str) else whole(part, sight)
        if isinstance(said, ir.Const):
            said = str(said.value)
        if isinstance(said, str) and isinstance(found[-1], str):
            found[-1] += said
        else:
            found.append(said)
    if len(found) == 1:
        return ir.Const(found[0])
    return ir.Text(tuple([one for one in found if one != ""]))


_SAY: dict[type, Callable[[Any, Sight], ir.Expr]] = {
    tree.Number: _literal,
    tree.Text: lambda expr, sight: ir.Const(expr.value),
    tree.Constant: lambda expr, sight: ir.Const(expr.value),
    tree.Size: _size,
    tree.List: _list,
    tree.Name: _name,
    tree.Attribute: _attribute,
    tree.Index: _index,
    tree.Slice: _slice,
    tree.Call: _call,
    tree.Unary: _unary,
    tree.Binary: _binary,
    tree.Comparison: _comparison,
    tree.Choice: _choice,
}
