"""Conditions as a person puts them: `x = y + x if self.use_residual else y`."""

from __future__ import annotations

from typing import Any

from archc.emit.pytorch.python import ir
from archc.emit.pytorch.python.simplify import negated


def asked_once(init: ir.Body, forward: ir.Body) -> ir.Body:
    """A condition that the constructor alone asks, and asks once, stands where it is asked."""
    read = ir.attributes(forward)
    for place, one in enumerate(init):
        match one:
            case ir.Assign(ir.Attr(_, name) as held, value) if name[0] == "@" and name not in read:
                if ir.count(init, held) == 2:
                    return ir.replaced((*init[:place], *init[place + 1 :]), held, value)
    return init


def told_once(init: ir.Body, forward: ir.Body) -> tuple[ir.Body, ir.Body]:
    """What a `let` says is one attribute, and no variable as well where nothing else reads it.

    `wide = …`, `self.@wide = wide` is `self.@wide = …`.
    """
    assigned = ir.assigned(init)
    for place, one in enumerate(init):
        if not isinstance(one, ir.Assign) or not isinstance(one.target, ir.Name):
            continue
        lines = [each for each in init[place + 1 :] if _keeps(each, one.target)]
        held = [each.target for each in lines if isinstance(each, ir.Assign)]
        if not held or any(assigned.count(each) != 1 for each in (one.target, *held)):
            continue
        rest = tuple([each for each in init[place + 1 :] if each not in lines])
        if ir.mentions(rest, one.target):
            rest = one, ir.Assign(held[0], one.target), *rest
        else:
            rest = ir.Assign(held[0], one.value), *rest
        for other in held[1:]:
            rest, forward = (ir.replaced(each, other, held[0]) for each in (rest, forward))
        init = (*init[:place], *rest)
    return init, forward


def _keeps(one: ir.Statement, name: ir.Name) -> bool:
    """Whether a statement keeps a variable for the forward pass."""
    target = one.target if isinstance(one, ir.Assign) else None
    return isinstance(target, ir.Attr) and target.name[0] == "@" and one == ir.Assign(target, name)


def optional(forward: ir.Body, init: ir.Body) -> tuple[ir.Body, ir.Body]:
    """A module that is there or not: `self.shortcut is None` says more than a flag."""
    made: dict[ir.Expr, ir.Attr] = {}
    result: list[ir.Statement] = []
    for one in init:
        module = _only_module(one, init) if isinstance(one, ir.If) and not one.otherwise else None
        if module and isinstance(one, ir.If) and _is_asked_for(forward, one.condition, module):
            made[one.condition] = module
            result.append(ir.Assign(module, ir.Const(None), "nn.Module | None"))
        result.append(one)

    def change(node: Any) -> Any:
        if not isinstance(node, ir.If) or node.condition not in made:
            return node
        test = ir.Compare((made[node.condition], ir.Const(None)), ("is not",))
        return ir.If(test, node.then, node.otherwise)

    return (ir.rebuilt(forward, change) if made else forward), tuple(result)


def _only_module(one: ir.If, init: ir.Body) -> ir.Attr | None:
    """The attribute that an arm sets, where it sets one alone and nothing else does."""
    targets = [each.target for each in one.then if isinstance(each, ir.Assign)]
    found = [each for each in targets if isinstance(each, ir.Attr) and each.name[0] != "@"]
    if len(found) != 1 or not isinstance(one.condition, ir.Attr):
        return None
    deeper = tuple(each for each in one.then if isinstance(each, (ir.For, ir.If)))
    if (
        any(isinstance(each, ir.Attr) for each in ir.assigned(deeper))
        or ir.assigned(init).count(found[0]) != 1
    ):
        return None
    computed = [each.parts[0] for each in ir.within(init) if isinstance(each, ir.Text)]
    begins = [part if isinstance(part, str) else "" for part in computed]
    return None if found[0].name.startswith(tuple(begins)) else found[0]


def _is_asked_for(forward: ir.Body, test: ir.Expr, module: ir.Attr) -> bool:
    ifs = [one for one in ir.within(forward) if isinstance(one, ir.If) and one.condition == test]
    return len(ifs) == 1 and ir.mentions(ifs[0].then, module)


NOT = ("is not",), ("not in",)


def choice(one: ir.Statement) -> ir.Body:
    """`if c: y = a else: y = b` in one line."""
    match one:
        case ir.If(
            test, (ir.Assign(ir.Name() as name, then, None),), (ir.Assign(same, other, None),)
        ) if name == same:
            if isinstance(test, ir.Compare) and test.operators in NOT:
                then, test, other = other, negated(test), then
            return (ir.Assign(name, ir.Choice(then, test, other)),)
    return (one,)


def added(before: ir.Statement, one: ir.Statement) -> ir.Statement | None:
    """`if c: y = y + x`, `x = y` is `x = y + x if c else y`."""
    match before, one:
        case ir.If(test, (ir.Assign(step, value),), ()), ir.Assign(target, read):
            if target != step == read:
                return ir.Assign(target, ir.Choice(value, test, read))
    return None
