"""Calls inside calls, where that holds no tensor longer than a line of its own would.

In `x = g(f(x))` the first `x` lives until `g` is done, since the name still holds it. Where
something else holds it anyway (the caller of `forward`, a later reader), that costs nothing; nor
does it where `g` takes no memory of its own, in training neither.
"""

from __future__ import annotations

from typing import Any

from archc.emit.pytorch.python import ir
from archc.layers.registry import KINDS

LONGEST = 3  # calls in one line


def nest(body: ir.Body, arguments: tuple[str, ...], init: ir.Body) -> ir.Body:
    """The statements with calls nested; `saved` is made where it is used."""
    free = frozenset(
        one.target for one in ir.within(init) if isinstance(one, ir.Assign) and _in_place(one.value)
    )
    if ir.mentions(body, ir.Name("saved")):
        body = (ir.Assign(ir.Name("saved"), ir.call("dict"), "dict[str, Tensor]"), *body)
    return _joined(body, frozenset(arguments), free, ())


IN_PLACE = "inplace", ir.Const(True)


def _in_place(value: ir.Expr) -> bool:
    """Whether a module never takes memory of its own."""
    match value:
        case ir.Make(_, given, keyword):
            kind = KINDS.get(keyword)
            if kind is None or kind.costs_in_training():
                return False
            return kind.view == "all" or IN_PLACE in given
    return False  # what a parameter makes may be anything


def _joined(body: ir.Body, held: frozenset[str], free: frozenset[Any], after: ir.Body) -> ir.Body:
    """Joins neighbours; `held` are variables whose value somebody else holds as well."""
    result: list[tuple[ir.Statement, frozenset[str]]] = []
    for place, one in enumerate(body):
        if isinstance(one, ir.If):
            rest = (*body[place + 1 :], *after)
            then = _joined(one.then, held, free, rest)
            one = ir.If(one.condition, then, _joined(one.otherwise, held, free, rest))
        elif isinstance(one, ir.For):
            rest = (one, *body[place + 1 :], *after)  # another round, or none
            inner = _joined(one.body, frozenset(), free, rest)
            one = ir.For(one.targets, one.iterable, inner, one.counter)
        first, before = result[-1] if result else (None, held)
        both: ir.Statement | None = None
        if isinstance(first, ir.Assign):
            both = _renamed(first, one)
            if both is None and isinstance(one, ir.Assign):
                both = _both(first, one, (*body[place + 1 :], *after), before, free)
        if both is not None:
            one = both
            result[-1] = both, before
        else:
            result.append((one, held))
        held = held.difference(each.id for each in ir.assigned(one) if isinstance(each, ir.Name))
    return tuple(one for one, _ in result)


def _renamed(first: ir.Assign, second: ir.Statement) -> ir.Statement | None:
    """`x = y`, then `return x` or `y = x`: the second value has another name already."""
    if isinstance(first.value, ir.Name):
        if second == ir.Return(first.target):
            return ir.Return(first.value)
        if isinstance(second, ir.Assign) and second.target == first.value:
            return first if second.value == first.target else None
    return None


def _both(
    first: ir.Assign, second: ir.Assign, rest: ir.Body, held: frozenset[str], free: frozenset[Any]
) -> ir.Assign | None:
    """Two assignments as one, or None where they have to stay apart."""
    if not isinstance(first.target, ir.Name) or first.note or second.note:
        return None
    name = first.target
    if second.value == name:  # only another name for it
        if second.target == name or _live(name, rest, second):
            return None
        return ir.Assign(second.target, first.value, None, first.chain)
    if not isinstance(second.target, ir.Name) or ir.count(second.value, name) != 1:
        return None
    if second.target != name and _live(name, rest, second):
        return None
    if isinstance(second.value, ir.Call) and isinstance(second.value.function, ir.Call):
        return None  # `next(modules)` is asked in the order of the lines
    if not _runs_first(second.value, name) or _calls(first.value) >= LONGEST:
        return None
    if isinstance(first.value, (ir.Choice, ir.Name)):
        return None
    if isinstance(second.value, ir.Op) and second.value.twice:
        return None
    free_of_cost = _takes_nothing(second.value, free)
    if first.chain != second.chain and not free_of_cost:
        return None  # the author's lines are the reader's lines
    source = _source(first.value)
    lives = source is not None and (
        source.id in held or (source != name and _live(source, rest, None))
    )
    if lives or free_of_cost:
        value = ir.put_in(second.value, {name.id: first.value})
        return ir.Assign(second.target, value, None, second.chain)
    return None


def _source(value: ir.Expr) -> ir.Name | None:
    """The variable that a chain of calls starts from."""
    begin = _chain(value)[-1]
    return begin if isinstance(begin, ir.Name) else None


def _chain(value: ir.Expr) -> list[ir.Expr]:
    """The calls of one tensor inside each other, outermost first, and what they start from."""
    found = [value]
    while isinstance(value, (ir.Call, ir.Op)):
        inputs = value.arguments if isinstance(value, ir.Call) else value.inputs
        if len(inputs) != 1:
            break
        value = inputs[0]
        found.append(value)
    return found


def _takes_nothing(value: ir.Expr, free: frozenset[Any]) -> bool:
    """Whether the outermost step is a view or runs in place: it takes no memory of its own."""
    if isinstance(value, ir.Call):
        return value.function in free
    return isinstance(value, ir.Op) and value.view and len(value.inputs) == 1


def _live(name: ir.Name, rest: ir.Body, after: ir.Assign | None) -> bool:
    """Whether a variable is read before it is set again."""
    if after is not None and after.target == name:
        return False
    for one in rest:
        if isinstance(one, ir.Assign):
            if ir.count(one.value, name) or (
                not isinstance(one.target, ir.Name) and ir.count(one.target, name)
            ):
                return True
            if one.target == name:
                return False
            continue
        if isinstance(one, ir.For):  # it may have no round, so what it sets may stay as it was
            if ir.count(one.iterable, name) or _live(name, one.body, None):
                return True
            continue
        if ir.count(one, name):
            return True
    return False


def _runs_first(value: ir.Expr, name: ir.Name) -> bool:
    """Whether the variable stands where its value would be worked out first."""
    if isinstance(value, ir.Call):
        return value.arguments[:1] == (name,)
    if isinstance(value, ir.Op):
        return value.inputs[:1] == (name,) and len(value.inputs) == 1
    return False


def _calls(value: ir.Expr) -> int:
    return sum(1 for one in _chain(value) if isinstance(one, (ir.Call, ir.Op)))
