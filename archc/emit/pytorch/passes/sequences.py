"""Rows of modules: appends become arguments, loops go over the modules themselves."""

from __future__ import annotations

from typing import Any

from archc.emit.pytorch.python import ir


def over_modules(one: ir.Statement) -> ir.Body:
    """`for n in range(3): block = self.blocks[n]` is `for block in self.blocks`."""
    if not isinstance(one, ir.For):
        return (one,)
    ranged = isinstance(one.iterable, ir.Call) and one.iterable.function == ir.Name("range")
    counter = one.counter or (one.targets[0] if ranged else "_")
    match one.body[0]:
        case ir.Assign(ir.Name(block), ir.Index((ir.Attr() | ir.Index()) as row, ir.Name(index))):
            read = ir.names((row, *one.body[1:]))
            if index == counter and not read & {counter, *one.targets}:
                return (ir.For((block,), row, one.body[1:]),)
    return (one,)


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
        match one:
            case ir.Do(ir.Call(ir.Attr(row, "append"), (item,))) if row == name and not ir.mentions(
                item, name
            ):
                items.append((None, item))
            case ir.Assign(ir.Index(row, ir.Const(key)), item) if (
                row == name and str(key).isidentifier()
            ):
                if ir.mentions(item, name):
                    return None
                items.append((key, item))
            case ir.Assign(ir.Name() as other) if (  # has nothing to do with the list
                not ir.mentions(one, name)
                and not any(ir.mentions(each, other) for _, each in items)
            ):
                between.append(one)
            case _:
                return _taken(statements, place, number, name, items, between)
    return None


def _taken(
    statements: list[ir.Statement],
    place: int,
    number: int,
    name: ir.Name,
    items: list[tuple[str | None, ir.Expr]],
    between: list[ir.Statement],
) -> ir.Body | None:
    """The statements with the items where all of the list is taken, if that is at `number`.

    What reads the list after that reads the module that holds it.
    """
    one, rest = statements[number], tuple(statements[number + 1 :])
    done = ir.rebuilt(one, lambda node: _with_items(node, name, items))
    if done == one or (ir.mentions(rest, name) and not isinstance(one, ir.Assign)):
        return None
    if isinstance(one, ir.Assign):
        rest = ir.replaced(rest, name, one.target)
    return (*statements[:place], *between, done, *rest)


def _with_items(node: Any, name: ir.Name, items: list[tuple[str | None, ir.Expr]]) -> Any:
    match node:
        case ir.Make(target, ((None, ir.Star(row)),), keyword) if row == name:
            return ir.Make(target, tuple((None, one) for _, one in items), keyword)
        case ir.Make(target, ((None, row),), keyword) if row == name:
            named = tuple((str(key), one) for key, one in items)
            return ir.Make(target, ((None, ir.Call(ir.Name("OrderedDict"), (), named)),), keyword)
        case ir.Call(function, (ir.Star(row),), named) if row == name:
            return ir.Call(function, tuple(one for _, one in items), named)
    return node


def started(before: ir.Statement, one: ir.Statement) -> ir.Statement | None:
    """`layers = []`, `layers.append(a)` is `layers = [a]`."""
    match before, one:
        case (
            ir.Assign(name, ir.Row(items), "list[nn.Module]" as note),
            ir.Do(ir.Call(ir.Attr(row, "append"), given)),
        ) if row == name and not ir.mentions(given, name):
            return ir.Assign(name, ir.Row((*items, *given)), note)
    return None
