"""Conditions as a person puts them: `x = y + x if self.use_residual else y`."""

from __future__ import annotations

from typing import Any

from archc.emit.pytorch.passes.dead import attributes
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.python.simplify import negated


def asked_once(init: ir.Body, forward: ir.Body) -> ir.Body:
    """A condition that the constructor alone asks, and asks once, stands where it is asked."""
    read = attributes(forward)
    for one in init:
        if not isinstance(one, ir.Assign) or not isinstance(one.target, ir.Attr):
            continue
        name = one.target.name
        if not name.startswith("@") or f"self.{name}" in read:
            continue
        uses = ir.count(init, one.target) - 1
        if uses == 1:
            rest = tuple(other for other in init if other is not one)
            return ir.replaced(rest, one.target, one.value)
    return init


def optional(forward: ir.Body, init: ir.Body) -> tuple[ir.Body, ir.Body]:
    """A module that is there or not: `self.shortcut is None` says more than a flag."""
    made: dict[ir.Expr, ir.Attr] = {}
    new_init: list[ir.Statement] = []
    for one in init:
        found = _only_module(one, init) if isinstance(one, ir.If) else None
        if found is not None and isinstance(one, ir.If):
            test = one.condition
            if _optional_use(forward, test, found):
                made[test] = found
                new_init.append(ir.Assign(found, ir.Const(None), "nn.Module | None"))
        new_init.append(one)
    if not made:
        return forward, init

    def change(node: Any) -> Any:
        if isinstance(node, ir.If) and node.condition in made:
            module = made[node.condition]
            return ir.If(
                ir.Compare((module, ir.Const(None)), ("is not",)), node.then, node.otherwise
            )
        return node

    return ir.rebuilt(forward, change), tuple(new_init)


def _only_module(one: ir.If, init: ir.Body) -> ir.Attr | None:
    """The attribute that an arm sets, where it sets one alone and nothing else does."""
    if one.otherwise or len(one.then) == 0:
        return None
    targets = [each.target for each in one.then if isinstance(each, ir.Assign)]
    attributes = [
        each for each in targets if isinstance(each, ir.Attr) and not each.name.startswith("@")
    ]
    if len(attributes) != 1 or not isinstance(one.condition, ir.Attr):
        return None
    if any(isinstance(each, (ir.For, ir.If)) and _sets_more(each) for each in one.then):
        return None
    sets = [
        each
        for each in ir.within(init)
        if isinstance(each, ir.Assign) and each.target == attributes[0]
    ]
    if any(_may_name(each, attributes[0].name) for each in ir.within(init)):
        return None
    return attributes[0] if len(sets) == 1 else None


def _may_name(node: Any, name: str) -> bool:
    """Whether a computed name may come out as this one."""
    if not isinstance(node, ir.Text):
        return False
    begin = node.parts[0] if isinstance(node.parts[0], str) else ""
    return name.startswith(begin)


def _sets_more(one: ir.Statement) -> bool:
    return any(
        isinstance(each, ir.Assign) and isinstance(each.target, ir.Attr) for each in ir.within(one)
    )


def _optional_use(forward: ir.Body, test: ir.Expr, module: ir.Attr) -> bool:
    ifs = [one for one in ir.within(forward) if isinstance(one, ir.If) and one.condition == test]
    return len(ifs) == 1 and any(one == module for one in ir.within(ifs[0].then))


NOT = ("is not",), ("not in",)


def choices(body: ir.Body) -> ir.Body:
    """`if c: y = a else: y = b` in one line."""
    return ir.mapped(body, lambda one: (_choice(one) or one if isinstance(one, ir.If) else one,))


def _choice(one: ir.If) -> ir.Assign | None:
    if len(one.then) != 1 or len(one.otherwise) != 1:
        return None
    then, other = one.then[0], one.otherwise[0]
    if not isinstance(then, ir.Assign) or not isinstance(other, ir.Assign):
        return None
    if (
        then.target != other.target
        or then.note
        or other.note
        or not isinstance(then.target, ir.Name)
    ):
        return None
    if isinstance(one.condition, ir.Compare) and one.condition.operators in NOT:
        test = negated(one.condition)
        return ir.Assign(then.target, ir.Choice(other.value, test, then.value))
    return ir.Assign(then.target, ir.Choice(then.value, one.condition, other.value))


def added(body: ir.Body) -> ir.Body:
    """`if c: y = y + x`, `x = y` is `x = y + x if c else y`."""
    return ir.joined(body, _added)


def _added(before: ir.Statement, one: ir.Statement) -> ir.Statement | None:
    if not isinstance(one, ir.Assign) or not isinstance(before, ir.If) or before.otherwise:
        return None
    step = before.then[0] if len(before.then) == 1 else None
    if not isinstance(step, ir.Assign) or step.target != one.value or one.target == step.target:
        return None
    return ir.Assign(one.target, ir.Choice(step.value, before.condition, one.value))
