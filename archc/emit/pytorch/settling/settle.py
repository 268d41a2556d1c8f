"""Arguments that the code does not follow become the numbers they are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeGuard

from archc.emit.pytorch.drafts.writer import Writer
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.python.simplify import asked, tidied
from archc.emit.pytorch.reading.arguments import Argument
from archc.emit.pytorch.reading.classes import Classes
from archc.emit.pytorch.reading.plan import Plan
from archc.emit.pytorch.reading.sight import constant


def settle(plan: Plan, classes: Classes) -> list[str]:
    """Takes the lost arguments of a network out of its class; what the user is told of them."""
    lost = [one for one in plan.arguments if one.python in plan.lost]
    return [_note(plan, one, fix(plan, one, classes)) for one in lost]


def settle_block(plan: Plan, classes: Classes) -> None:
    """Writes what a block does not follow as the value that all its calls give.

    So no caller can ask for another; a class that is handed on as a value is called by its names.
    """
    for one in plan.arguments:
        lost = plan.lost.get(one.python)
        if lost is not None and lost.fixed and one.kind == "value" and not plan.passed:
            write_value(plan, one, classes)


def _note(plan: Plan, argument: Argument, fixed: bool) -> str:
    span, keep, _ = plan.lost[argument.python]
    name, network = argument.name, plan.definition.name
    file = "" if span.source is network.span.source else f"{span.source.name}, "
    line = f"{file}line {span.line}: `{span.text.splitlines()[0]}`"
    more = f"; {keep}" if keep else ""
    if not fixed:
        return (
            f"`{name}` of `{network.id}` decides what the code cannot say ({line}); the networks "
            f"of the family fix both, and a new one is a line more of the spec{more}"
        )
    also = "also, " if keep else ""
    return (
        f"`{name}` of `{network.id}` is written as the value it has, for the code cannot follow it "
        f"({line}){more}; {also}`--set {name}=…` builds for another"
    )


def fix(plan: Plan, argument: Argument, classes: Classes) -> bool:
    """Takes an argument out of a class, if it has one value for all networks of the class."""
    if not write_value(plan, argument, classes):
        return False
    parameters = tuple(one for one in plan.code.parameters if one.name != argument.python)
    plan.arguments = [one for one in plan.arguments if one is not argument]
    plan.code = replace(plan.code, parameters=parameters)
    return True


def write_value(plan: Plan, argument: Argument, classes: Classes) -> bool:
    """Writes an argument as the value it has, if that is one for all calls of the class."""
    worths = {repr(one.place.values.get(argument.name)) for one in plan.real}
    if len(worths) != 1:
        return False
    writer = Writer(plan, classes, frozenset())
    value = constant(plan.real[0].place.values.get(argument.name), writer, plan.definition.name)
    code = plan.code
    init = ir.put_in(code.init, {argument.python: value})
    init, forward = _without(init, code.forward, _stored(code, argument.python), value)
    for one in [one for one in init if one not in code.init and _answers(one)]:
        init, forward = _without(init, forward, [one.target], one.value)
    plan.code = replace(code, init=init, forward=forward)
    return True


def _without(
    init: ir.Body, forward: ir.Body | None, stored: list[ir.Expr], value: ir.Expr
) -> tuple[ir.Body, ir.Body | None]:
    """Constructor and forward pass with a value in place of the attributes that hold it."""

    def change(node: Any) -> Any:
        return value if node in stored else node

    def put(body: ir.Body) -> ir.Body:
        return ir.mapped(ir.rebuilt(ir.rebuilt(body, change), tidied), asked)

    kept = tuple(one for one in init if not (isinstance(one, ir.Assign) and one.target in stored))
    return put(kept), None if forward is None else put(forward)


def _answers(one: ir.Statement) -> TypeGuard[ir.Assign]:
    """Whether an attribute holds the answer to a condition, and that is known."""
    match one:
        case ir.Assign(ir.Attr(), ir.Const(bool())):
            return True
    return False


def _stored(code: ir.Class, name: str) -> list[ir.Expr]:
    """The attributes that hold an argument."""
    held = [one for one in code.init if isinstance(one, ir.Assign) and one.value == ir.Name(name)]
    return [one.target for one in held if isinstance(one.target, ir.Attr)]
