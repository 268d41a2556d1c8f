"""Rows of modules: appends become arguments, loops go over the modules themselves."""

from __future__ import annotations

from typing import Any

from archc.emit.pytorch.python import ir


def over_modules(body: ir.Body) -> ir.Body:
    """`for n in range(3): block = self.blocks[n]` is `for block in self.blocks`."""
    return ir.mapped(body, lambda one: (_over_modules(one) if isinstance(one, ir.For) else one,))


def _over_modules(one: ir.For) -> ir.For:
    first = one.body[0]
    ranged = isinstance(one.iterable, ir.Call) and one.iterable.function == ir.Name("range")
    counter = one.counter or (one.targets[0] if ranged else "_")
    if not isinstance(first, ir.Assign) or not isinstance(first.value, ir.Index):
        return one
    if not isinstance(first.target, ir.Name) or first.value.index != ir.Name(counter):
        return one
    read = {each.id for each in ir.within(one.body[1:]) if isinstance(each, ir.Name)}
    row = first.value.value
    if (read | ir.names(row)) & {counter, *one.targets} or not isinstance(row, (ir.Attr, ir.Index)):
        return one
    return ir.For((first.target.id,), first.value.value, one.body[1:])


def gathered(body: ir.Body) -> ir.Body:
    """`layers = []`, appends, `nn.Sequential(*layers)` in one call where nothing comes between."""
    statements = [ir.inside(one, gathered) for one in body]
    for place, one in enumerate(statements):
        if not isinstance(one, ir.Assign) or not isinstance(one.target, ir.Name):
            continue
        if one.note not in ("list[nn.Module]", "OrderedDict[str, nn.Module]"):
            continue
        done = _gather(statements, place, one.target)
        if done is not None:
            return gathered(done)
    return tuple(statements)


def _gather(statements: list[ir.Statement], place: int, name: ir.Name) -> ir.Body | None:
    items: list[tuple[str | None, ir.Expr]] = []
    between: list[ir.Statement] = []
    for number in range(place + 1, len(statements)):
        one = statements[number]
        if isinstance(one, ir.Do) and isinstance(one.value, ir.Call):
            call = one.value
            if call.function == ir.Attr(name, "append") and not ir.mentions(call.arguments, name):
                items.append((None, call.arguments[0]))
                continue
        if isinstance(one, ir.Assign) and isinstance(one.target, ir.Index):
            key = one.target.index
            if (
                one.target.value == name
                and isinstance(key, ir.Const)
                and str(key.value).isidentifier()
            ):
                if ir.mentions(one.value, name):
                    return None
                items.append((key.value, one.value))
                continue
        if _apart(one, name, items):
            between.append(one)
            continue
        rest = statements[number + 1 :]
        if not any(_takes_all(each, name) for each in ir.within(one)):
            return None
        reach = one.target if isinstance(one, ir.Assign) else None
        if ir.mentions(tuple(rest), name) and reach is None:
            return None
        done = ir.rebuilt(one, lambda node: _with_items(node, name, items))
        return (*statements[:place], *between, done, *_reached(tuple(rest), name, reach))
    return None


def _apart(one: ir.Statement, name: ir.Name, items: list[tuple[str | None, ir.Expr]]) -> bool:
    """Whether a statement has nothing to do with the list, nor changes what its items read."""
    if not isinstance(one, ir.Assign) or not isinstance(one.target, ir.Name):
        return False
    target = one.target
    return not ir.mentions(one, name) and not any(ir.mentions(item, target) for _, item in items)


def _reached(body: ir.Body, name: ir.Name, reach: ir.Expr | None) -> ir.Body:
    """What reads the list reads the module that holds it."""
    if reach is None:
        return body
    return ir.replaced(body, name, reach)


def _takes_all(node: Any, name: ir.Name) -> bool:
    if isinstance(node, ir.Make):
        return node.arguments in (((None, ir.Star(name)),), ((None, name),))
    return isinstance(node, ir.Call) and node.arguments == (ir.Star(name),)


def _with_items(node: Any, name: ir.Name, items: list[tuple[str | None, ir.Expr]]) -> Any:
    if isinstance(node, ir.Make) and node.arguments == ((None, ir.Star(name)),):
        return ir.Make(node.target, tuple((None, one) for _, one in items), node.keyword)
    if isinstance(node, ir.Make) and node.arguments == ((None, name),):
        ordered = ir.Call(ir.Name("OrderedDict"), (), tuple((str(key), one) for key, one in items))
        return ir.Make(node.target, ((None, ordered),), node.keyword)
    if isinstance(node, ir.Call) and node.arguments == (ir.Star(name),):
        return ir.Call(node.function, tuple(one for _, one in items), node.named)
    return node


def started(body: ir.Body) -> ir.Body:
    """`layers = []`, `layers.append(a)` is `layers = [a]`."""
    return ir.joined(body, _started)


def _started(before: ir.Statement, one: ir.Statement) -> ir.Statement | None:
    if not isinstance(before, ir.Assign) or not isinstance(before.value, ir.Row):
        return None
    if before.note != "list[nn.Module]" or not isinstance(one, ir.Do):
        return None
    call = one.value
    if not isinstance(call, ir.Call) or call.function != ir.Attr(before.target, "append"):
        return None
    if ir.mentions(call.arguments, before.target):
        return None
    return ir.Assign(before.target, ir.Row((*before.value.items, *call.arguments)), before.note)
