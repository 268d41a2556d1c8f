"""What nobody reads later: another name for a tensor, a column of a table."""

from __future__ import annotations

from archc.emit.pytorch.python import ir

Names = frozenset[str]


def copied(body: ir.Body) -> ir.Body:
    """Without `y = x` where `y` is set again before anybody reads it."""
    return _needed(body, frozenset())[0]


def _needed(body: ir.Body, later: Names) -> tuple[ir.Body, Names]:
    """The statements that somebody needs, and the names that they or what is `later` read."""
    result: list[ir.Statement] = []
    for one in reversed(body):
        match one:
            case ir.Assign(ir.Name(name), ir.Name()) if name not in later:
                continue
            case ir.Assign(ir.Name(name), value):
                later = later - {name} | ir.names(value)
            case ir.If(test, then, otherwise):
                then, one_way = _needed(then, later)
                otherwise, other = _needed(otherwise, later)
                later = one_way | other | ir.names(test)
                one = ir.If(test, then, otherwise)
            case ir.For(targets, iterable, inner, counter):
                inner, later = _round(inner, later)
                later |= ir.names(iterable)
                one = ir.For(targets, iterable, inner, counter)
            case _:
                later |= ir.names(one)
        if not isinstance(one, (ir.If, ir.For)) or any(_bodies(one)):
            result.append(one)
    return tuple(result[::-1]), later


def _round(inner: ir.Body, later: Names) -> tuple[ir.Body, Names]:
    """The body of a loop: what a round reads, the round before it has to leave."""
    while True:
        body, first = _needed(inner, later)
        if first <= later:
            return body, later
        later |= first


def _bodies(one: ir.If | ir.For) -> tuple[ir.Body, ...]:
    return (one.then, one.otherwise) if isinstance(one, ir.If) else (one.body,)


def columns(one: ir.Statement) -> ir.Body:
    """`for n, width in [("a", 8), ("b", 16)]` that reads `n` alone goes through `["a", "b"]`."""
    if not isinstance(one, ir.For):
        return (one,)
    if not isinstance(one.iterable, ir.Row):
        return (one,)
    rows, count = one.iterable.items, len(one.targets)
    if count < 2 or not all(isinstance(row, ir.Row) and len(row.items) == count for row in rows):
        return (one,)
    read = ir.names(one.body)
    kept = [place for place, name in enumerate(one.targets) if name in read]
    if not kept or len(kept) == count:
        return (one,)
    cells = [[row.items[place] for place in kept] for row in rows if isinstance(row, ir.Row)]
    narrow = [row[0] if len(kept) == 1 else ir.Row(tuple(row), True) for row in cells]
    targets = tuple(one.targets[place] for place in kept)
    return (ir.For(targets, ir.Row(tuple(narrow)), one.body, one.counter),)
