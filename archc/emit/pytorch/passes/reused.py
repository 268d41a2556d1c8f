"""A variable that has served serves again: in one row `layer`, and in the next, not `layer2`."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

from archc.emit.pytorch.python import ir
from archc.named import NamedTuple

LAYER = "layer"  # what a module is called until it stands in its row


class Life(NamedTuple):
    """From the statement that sets a variable to the last one that reads it."""

    name: str
    function: ir.Expr
    start: int
    end: int


def reused(body: ir.Body) -> ir.Body:
    """Modules made by one class, each put into its row before the next, are one variable."""
    found, _ = _lives(body, 0, _mentions(body))
    ends: dict[ir.Expr, dict[str, int]] = {}
    names: dict[str, ir.Expr] = {}
    for one in sorted(found, key=lambda one: one.start):
        alike = ends.setdefault(one.function, {})
        name = next((name for name, end in alike.items() if end <= one.start), one.name)
        alike[name] = one.end
        if name != one.name:
            names[one.name] = ir.Name(name)
    return ir.put_in(body, names)


def _mentions(body: ir.Body) -> Counter[str]:
    return Counter(one.id for one in ir.within(body) if isinstance(one, ir.Name))


def _lives(body: ir.Body, start: int, every: Counter[str]) -> tuple[list[Life], int]:
    """The variables that are set and read in one body; statements are numbered from `start`."""
    found: list[Life] = []
    spans: list[tuple[int, int]] = []
    number = start
    for one in body:
        begin, number = number, number + 1
        for inner in _bodies(one):
            lives, number = _lives(inner, number, every)
            found += lives
        spans.append((begin, number))
    made = [(place, *_made(*pair)) for place, pair in enumerate(pairwise(body))]
    places = _places(body) if any(name for _, name, _ in made) else {}
    for place, name, function in made:
        counts = {one: count for one, count in places.get(name, {}).items() if one >= place}
        if name and sum(counts.values()) == every[name] and counts[place] == 1:
            found.append(Life(name, function, spans[place][0], spans[max(counts)][1]))
    return found, number


def _places(body: ir.Body) -> dict[str, dict[int, int]]:
    """By its number, how often each statement mentions a name."""
    found: dict[str, dict[int, int]] = {}
    for place, one in enumerate(body):
        for name, count in _mentions((one,)).items():
            found.setdefault(name, {})[place] = count
    return found


def _bodies(one: ir.Statement) -> tuple[ir.Body, ...]:
    if isinstance(one, ir.If):
        return one.then, one.otherwise
    return (one.body,) if isinstance(one, ir.For) else ()


def _made(one: ir.Statement, following: ir.Statement) -> tuple[str, Any]:
    """The variable that takes a module which is put into its row next, and what makes it."""
    match one, following:
        case ir.Assign(ir.Name(name), ir.Call(ir.Name() as function), None), ir.Do(ir.Call()):
            if name.rstrip("0123456789") == LAYER:
                return name, function
    return "", None
