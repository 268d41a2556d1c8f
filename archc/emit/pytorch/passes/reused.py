"""A variable that has served serves again: in one row `layer`, and in the next, not `layer2`."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

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
    found: list[Life] = []
    _live(body, 0, _mentions(body), found)
    ends: dict[ir.Expr, dict[str, int]] = {}
    names: dict[str, ir.Expr] = {}
    for one in sorted(found, key=lambda one: one.start):
        alike = ends.setdefault(one.function, {})
        name = next((name for name, end in alike.items() if end <= one.start), one.name)
        alike[name] = one.end
        if name != one.name:
            names[one.name] = ir.Name(name)
    return ir.put_in(body, names)


def _live(body: ir.Body, start: int, every: Counter[str], found: list[Life]) -> int:
    """Finds the variables that are set and read in one body; numbers statements from `start`."""
    spans: list[tuple[int, int]] = []
    places: dict[str, dict[int, int]] = {}  # how often each statement mentions a name
    number = start
    for place, one in enumerate(body):
        begin, number = number, number + 1
        for inner in _bodies(one):
            number = _live(inner, number, every, found)
        spans.append((begin, number))
        for name, count in _mentions(one).items():
            places.setdefault(name, {})[place] = count
    for place, pair in enumerate(pairwise(body)):
        match pair:
            case (
                ir.Assign(ir.Name(name), ir.Call(ir.Name() as function), None),
                ir.Do(ir.Call()),
            ) if name.rstrip("0123456789") == LAYER:
                counts = {at: count for at, count in places[name].items() if at >= place}
                if sum(counts.values()) == every[name] and counts[place] == 1:
                    found.append(Life(name, function, spans[place][0], spans[max(counts)][1]))
    return number


def _mentions(node: ir.Node) -> Counter[str]:
    names = (one.id for one in ir.within(node) if isinstance(one, ir.Name))
    return Counter(name for name in names if name.startswith(LAYER))


def _bodies(one: ir.Statement) -> tuple[ir.Body, ...]:
    if isinstance(one, ir.If):
        return one.then, one.otherwise
    return (one.body,) if isinstance(one, ir.For) else ()
