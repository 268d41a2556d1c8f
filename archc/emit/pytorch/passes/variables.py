"""Variables: copies, sums and names that a reader can do without."""

from __future__ import annotations

from collections import Counter
from keyword import iskeyword
from typing import Any

from archc.emit.pytorch.python import ir
from archc.emit.pytorch.python.names import AXIS_NAMES
from archc.emit.pytorch.python.simplify import asked, tidied


def united(body: ir.Body, kept: frozenset[str]) -> ir.Body:
    """`b` is `a` throughout, where it becomes `a` in the end and nobody asks for `a` meanwhile."""
    while True:
        every = Counter(one for one in ir.within(body) if isinstance(one, ir.Name))
        now = _united(body, every, kept)
        if now == body:
            return ir.mapped(body, _moving)
        body = now


def _united(statements: ir.Body, every: Counter[ir.Name], kept: frozenset[str]) -> ir.Body:
    """The statements with one variable less: what is counted is true of no more."""
    for place, one in enumerate(statements):
        inner = ir.inside(one, lambda body: _united(body, every, kept))
        if inner != one:
            return (*statements[:place], inner, *statements[place + 1 :])
        match one:
            case ir.Assign(ir.Name() as new, ir.Name() as old, None) if (
                old != new and not {old.id, new.id} & kept
            ):
                begin = next(i for i, each in enumerate(statements) if ir.mentions(each, old))
                life = statements[begin : place + 1]
                alone = ir.count(life, old) == every[old] and _sets_last(life[0], old)
                if alone and not ir.mentions(life[1:-1], new):
                    renamed = ir.put_in(life[:-1], {old.id: new})
                    return (*statements[:begin], *renamed, *statements[place + 1 :])
    return statements


def _moving(one: ir.Statement) -> ir.Body:
    """None where a variable is assigned to itself, or an `if` is left without statements."""
    return () if isinstance(one, ir.Assign) and one.target == one.value else asked(one)


def _target(name: str, read: set[str]) -> str:
    """A loop's variable; one that the rounds do not read says so."""
    return name if name in read or name == "_" else f"_{name.lstrip('_')}"


def _sets_last(one: ir.Statement, name: ir.Name) -> bool:
    """Whether a statement ends with giving a variable its value, whichever way it goes."""
    if isinstance(one, ir.Assign):
        return one.target == name and not ir.mentions(one.value, name)
    if not isinstance(one, ir.If) or not one.then or not one.otherwise:
        return False
    ends = (one.then, one.otherwise)
    return all(_sets_last(end[-1], name) and not ir.mentions(end[:-1], name) for end in ends)


def summed(before: ir.Statement, one: ir.Statement) -> ir.Statement | None:
    """`total = 0`, `total += 3` is `total = 3`."""
    match before, one:
        case ir.Assign(ir.Name() as name, ir.Const() as begin, note), ir.Assign(target, value):
            if target == name:
                total = ir.rebuilt(ir.put_in(value, {name.id: begin}), tidied)
                return ir.Assign(name, total, note)
    return None


def views_in_place(body: ir.Body) -> ir.Body:
    """A slice that is read once stands where it is read: it takes no memory."""
    statements = [ir.inside(one, views_in_place) for one in body]
    place = 0
    while place < len(statements):
        match statements[place]:
            case ir.Assign(ir.Name() as name, ir.Op(template, (_,), _, True) as part) if (
                template.startswith("{0}[") and _moved(statements, place, name, part)
            ):
                pass
            case _:
                place += 1
    return tuple(statements)


def _moved(statements: list[ir.Statement], place: int, name: ir.Name, part: ir.Op) -> bool:
    uses = [i for i, other in enumerate(statements) if i != place and ir.mentions(other, name)]
    if ir.mentions(part, name) or len(uses) != 1 or uses[0] < place:
        return False
    passed, there = statements[place + 1 : uses[0]], statements[uses[0]]
    for one in (*passed, there):
        if not isinstance(one, ir.Assign) or not isinstance(one.value, ir.Op):
            return False
    sources = [ir.Name(one) for one in ir.names(part)]
    if ir.count(there, name) != 1 or any(one in ir.assigned(tuple(passed)) for one in sources):
        return False
    statements[uses[0]] = ir.put_in(there, {name.id: part})
    del statements[place]
    return True


def renamed(body: ir.Body, fixed: frozenset[str], words: frozenset[str]) -> ir.Body:
    """Variables without gaps in their numbers: `y`, `y2`, not `y4`; but for `words`."""
    fixed |= {"in_channels", *AXIS_NAMES[3], "self"}
    local: dict[str, None] = {}
    for one in ir.within(body):
        if isinstance(one, ir.Assign) and isinstance(one.target, ir.Name):
            local[one.target.id] = None
        elif isinstance(one, ir.For):
            local.update(dict.fromkeys((*one.targets, *((one.counter,) if one.counter else ()))))
    every = {one.id for one in ir.within(body) if isinstance(one, ir.Name)}
    names: dict[str, str] = {}
    used = (every - set(local)) | fixed
    numbers: dict[str, int] = {}  # of a word, the first that may be free
    for name in local:
        if name in fixed or name == "_":
            continue
        base = name.rstrip("0123456789")
        wanted, number = (name if name in words else base), numbers.get(base, 2)
        if not base or iskeyword(base):
            wanted = name
        while wanted in used:
            wanted = f"{base}{number}"
            number += 1
        numbers[base] = number
        used.add(wanted)
        names[name] = wanted

    def change(node: Any) -> Any:
        if isinstance(node, ir.Name):
            return ir.Name(names.get(node.id, node.id))
        if isinstance(node, ir.For):
            read = {one.id for one in ir.within(node.body) if isinstance(one, ir.Name)}
            targets = tuple(_target(names.get(one, one), read) for one in node.targets)
            counter = names.get(node.counter, node.counter) if node.counter else None
            return ir.For(targets, node.iterable, node.body, counter)
        return node

    renamed_body: ir.Body = ir.rebuilt(body, change)
    return renamed_body
