"""Loops: equal statements in a row, and alike ones whose numbers make the rows of a table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from archc.importer.references import own_scope
from archc.importer.statements import Body, Code, Statement, within
from archc.named import NamedTuple

LONGEST = 12  # statements of one round
WIDEST = 5  # columns of a table: more are not read as one
VARIABLES = "ijkmn"
COLUMNS = {"count": "depth", "channels": "width", "features": "width"}
NUMBER = re.compile(r"\d+")


def roll(body: Body) -> Body:
    """The body with everything rolled that can be, inner bodies first."""
    for statement in body:
        statement.bodies = [roll(inner) for inner in statement.bodies]
    for first in (True, False):
        while (run := best(body, first)) is not None:
            body = [*body[: run.start], run.loop, *body[run.start + run.period * run.times :]]
    return body


class Run(NamedTuple):
    """Rounds that are alike, and the loop that says them."""

    start: int
    period: int
    times: int
    saved: int
    loop: Statement


def best(body: Body, first: bool) -> Run | None:
    """The run that saves most lines; the first of several.

    Equal layers come first, the shortest rounds of them before longer ones, so that what is rolled
    afterwards, into tables too, has whole rounds.
    """
    found: Run | None = None
    sizes = [size(statement) for statement in body]
    loops = [any(one.kind == "loop" for one in within([statement])) for statement in body]
    for period in range(1, min(LONGEST, len(body) // 2) + 1):
        for start in range(len(body) - 2 * period + 1):
            if first and any(loops[start : start + period]):
                continue
            run = longest(body, start, period, sizes, not first)
            if run is not None and (found is None or run.saved > found.saved):
                found = run
        if first and found is not None:
            return found
    return found


def longest(body: Body, start: int, period: int, sizes: list[int], tables: bool) -> Run | None:
    first = body[start : start + period]
    rounds = [first]
    while True:
        begin = start + period * len(rounds)
        following = body[begin : begin + period]
        if len(following) < period or not alike(first, following):
            break
        rounds.append(following)
    lines = sum(sizes[start : start + period])
    while len(rounds) > 1:
        loop = looped(rounds)
        if loop is not None and (tables or "rows" not in loop.arguments):
            rows = len(loop.arguments.get("rows", ()))
            short = rows == 0 and period <= 2 and lines == period
            cost = (1 if short else lines + 2) + (1 if rows > 4 else 0)
            saved = lines * len(rounds) - cost
            if saved > 0 and (not rows or saved > 2):
                return Run(start, period, len(rounds), saved, loop)
        rounds.pop()
    return None


def size(statement: Statement) -> int:
    """About how many lines a statement takes."""
    if not statement.bodies:
        return 1
    inside = sum(size(one) for body in statement.bodies for one in body)
    branches = (
        sum(2 for body in statement.bodies if len(body) > 1) if statement.kind == "merge" else 0
    )
    nested = any(one.bodies for body in statement.bodies for one in body)
    short = statement.kind != "merge" and inside <= 2 and not nested
    return 1 if short else inside + 2 + branches


def alike(left: Body, right: Body) -> bool:
    """Whether two rows of statements differ in numbers alone."""
    if len(left) != len(right):
        return False
    for one, other in zip(left, right, strict=True):
        if (one.kind, one.word, len(one.bodies)) != (other.kind, other.word, len(other.bodies)):
            return False
        if one.read or other.read or one.reads or one.kind in ("from", "share", "output"):
            return False
        if set(one.arguments) != set(other.arguments):
            return False
        if pattern(one.label) != pattern(other.label):
            return False
        if not all(alike(a, b) for a, b in zip(one.bodies, other.bodies, strict=True)):
            return False
    return True


def pattern(label: str) -> str:
    return NUMBER.sub("#", label)


def looped(rounds: list[Body]) -> Statement | None:
    """The loop over rounds that are alike, or None where their labels do not count on."""
    rounds = [[one.copy() for one in rounds[0]], *rounds[1:]]
    counts = label_steps(rounds)
    if counts is None:
        return None
    columns = list(varying(rounds))
    if any(not fits(column.values) for column in columns):
        return None
    loop = Statement("loop")
    body = rounds[0]
    loop.entering, loop.shape = body[0].entering, rounds[-1][-1].shape
    loop.value = rounds[-1][-1].value
    loop.arguments["count"] = len(rounds)
    loops = [one for one in within(body) if one.kind == "loop"]
    used = {name for one in loops for name in one.word.split(", ")}
    numbers = [number for number in counts.values() if number is not None]
    if numbers:
        loop.word = next(name for name in VARIABLES if name not in used)
        loop.arguments["start"] = numbers[0]
        for labels in list(zip(*(own_scope(one) for one in rounds), strict=True)):
            number = counts[id(labels[0])]
            assert number is not None
            offset = number - numbers[0]
            shift = f" {'+' if offset > 0 else '-'} {abs(offset)}" if offset else ""
            text = f"{{{loop.word}{shift}}}"
            labels[0].label = running(labels[0].label, labels[1].label, text)
    distinct = [one for i, one in enumerate(columns) if one.values not in row_values(columns[:i])]
    if len(distinct) + bool(numbers) > WIDEST:
        return None
    if columns:
        tabulate(loop, columns, rounds, numbers[0] if numbers else None, used)
    for statement in body:
        statement.child = ""
    loop.bodies = [body]
    return loop


def row_values(columns: list[Column]) -> list[list[Any]]:
    return [one.values for one in columns]


def running(label: str, following: str, text: str) -> str:
    """The label with the number in which it differs from the next one replaced."""
    here, there = NUMBER.finditer(label), NUMBER.finditer(following)
    moved = next(a for a, b in zip(here, there, strict=True) if a[0] != b[0])
    return label[: moved.start()] + text + label[moved.end() :]


def label_steps(rounds: list[Body]) -> dict[int, int | None] | None:
    """For each label of the rounds' own scope the number in it that goes up by one.

    None where a label does not count on, or where labels further in differ.
    """
    result: dict[int, int | None] = {}
    for row in zip(*(own_scope(one) for one in rounds), strict=True):
        first = row[0]
        labels = [one.label for one in row]
        number = step(labels)
        if number is None:
            return None
        result[id(first)] = number
        inner = [
            [one.label for body in statement.bodies for one in within(body)]
            for statement in row
            if statement.scope
        ]
        if any(other != inner[0] for other in inner):
            return None
    return result


def step(labels: list[str]) -> int | None:
    """The first of the numbers that count the labels, if just one number in them does."""
    if any("{" in label for label in labels):
        return None
    rows = [[int(one) for one in NUMBER.findall(label)] for label in labels]
    moving = [
        position
        for position in range(len(rows[0]))
        if any(row[position] != rows[0][position] for row in rows)
    ]
    if len(moving) != 1:
        return None
    numbers = [row[moving[0]] for row in rows]
    if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return None
    return numbers[0]


class Column(NamedTuple):
    """An argument that differs from round to round: where it stands, and its values."""

    statement: Statement
    name: str
    values: list[Any]


def varying(rounds: list[Body]) -> Iterator[Column]:
    for row in zip(*rounds, strict=True):
        first = row[0]
        for name in first.arguments:
            values = [one.arguments[name] for one in row]
            if any(value != values[0] or type(value) is not type(values[0]) for value in values):
                yield Column(first, name, values)
        for bodies in zip(*(one.bodies for one in row), strict=True):
            yield from varying(list(bodies))


def fits(values: list[Any]) -> bool:
    """Whether values may stand in a table: numbers, flags and sizes."""
    return all(isinstance(value, int | float | tuple) for value in values)


def tabulate(
    loop: Statement, columns: list[Column], rounds: list[Body], number: int | None, used: set[str]
) -> None:
    """Puts the columns into the loop's table, equal ones once, and names into their places."""
    names: list[str] = [loop.word] if loop.word else []
    table: list[list[Any]] = (
        [list(range(number, number + len(rounds)))] if number is not None else []
    )
    for column in columns:
        known = next((i for i, values in enumerate(table) if values == column.values), None)
        if known is None or (known == 0 and loop.word):
            base = COLUMNS.get(column.name, column.name)
            name, more = base, 2
            while name in names or name in used:
                name, more = f"{base}_{more}", more + 1
            names.append(name)
            table.append(column.values)
            known = len(table) - 1
        column.statement.arguments[column.name] = Code(names[known])
    loop.word = ", ".join(names)
    loop.arguments["rows"] = tuple(zip(*table, strict=True))
