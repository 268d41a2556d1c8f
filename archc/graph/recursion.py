"""Blocks and networks that call themselves, found in the text: no file may run without end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from archc.diagnostics import Label
from archc.graph import cures
from archc.graph.naming import Body, inner_bodies
from archc.graph.report import Report
from archc.language import tree
from archc.language.source import Span

if TYPE_CHECKING:
    from archc.graph.modules import Module

Calls = dict[str, dict[str, Span]]


def find_recursion(module: Module, report: Report) -> set[str]:
    """The names that lead back to themselves, each circle reported once."""
    calls: Calls = {}
    for definition in module.program.definitions:
        if isinstance(definition, (tree.Block, tree.Network, tree.BlockAlias, tree.Member)):
            calls.setdefault(definition.name.id, dict(_called(definition)))
    found: set[str] = set()
    done: set[str] = set()
    for start in calls:
        if start not in done:
            for circle in _circles(start, calls, done):
                found.update(circle)
                _tell(circle, calls, report, module.program)
    return found


def _circles(start: str, calls: Calls, done: set[str]) -> Iterator[list[str]]:
    """The circles on the ways from a name; what was walked before is not walked again."""
    way = {start: iter(calls[start])}
    while way:
        here = next(reversed(way))
        for name in way[here]:
            if name in way:
                names = list(way)
                yield names[names.index(name) :]
            elif name in calls and name not in done:
                way[name] = iter(calls[name])
                break
        else:
            done.add(here)
            del way[here]


def _tell(circle: list[str], calls: Calls, report: Report, program: tree.Program) -> None:
    first = circle[0]
    following = [*circle[1:], first]
    places = [calls[name][next_one] for name, next_one in zip(circle, following, strict=True)]
    way = " -> ".join([*circle, first]) if len(circle) < 9 else f"{first} -> {circle[1]} -> …"
    labels = [
        Label(place, f"`{name}` calls `{next_one}` here")
        for name, next_one, place in zip(circle[1:5], following[1:5], places[1:5], strict=False)
    ]
    instead = "a `repeat` or `for` does what a recursion would"
    blocks = [one for one in program.definitions if isinstance(one, tree.Block)]
    amid = any(one.name.id == first and _amid(one.body, first) for one in blocks)
    if amid:
        instead += f", and amid other layers `block {first}(Inner)` is handed the one inside"
    report.add(
        "recursion",
        f"`{first}` leads back to itself: {way}" if len(circle) > 1 else f"`{first}` calls itself",
        places[0],
        labels=tuple(labels),
        help=f"every network ends; {instead}",
        proposals=tuple(cures.nested_calls.handed_over(first, program)) if amid else (),
    )


def _amid(body: Body, name: str, inside: bool = False) -> bool:
    """Whether a call has layers behind it or stands in a branch, as that of an hourglass."""
    links = [link for one in body if isinstance(one, tree.Chain) for link in one.links]
    for link in links:
        action = link.action
        last = link is links[-1] and not inside
        if isinstance(action, tree.Apply) and action.callee.span.text == name and not last:
            return True
        merge = isinstance(action, tree.Braced)
        if any(_amid(one, name, merge or not last) for one in inner_bodies(action)):
            return True
    return False


def _called(
    definition: tree.Block | tree.Network | tree.BlockAlias | tree.Member,
) -> Iterator[tuple[str, Span]]:
    """The names a definition calls, its own parameters apart, each at one of its places."""
    if isinstance(definition, (tree.BlockAlias, tree.Member)):
        value = definition.value if isinstance(definition, tree.BlockAlias) else definition.family
        callee = value.function if isinstance(value, tree.Call) else value
        if isinstance(callee, tree.Name):
            yield callee.id, callee.span
        return
    own = {parameter.name.id for parameter in definition.parameters}
    own.update(_introduced(definition.body))
    for callee in _callees(definition.body):
        if callee.id not in own:
            yield callee.id, callee.span


def _introduced(body: Body) -> Iterator[str]:
    """Names of a definition's own that may hold a block, from `let` and `for`."""
    for statement in body:
        if isinstance(statement, tree.Let):
            yield statement.name.id
        chain = statement.body if isinstance(statement, tree.Output) else statement
        if not isinstance(chain, tree.Chain):
            continue
        for link in chain.links:
            if isinstance(link.action, tree.For):
                yield from (target.id for target in link.action.targets)
            for inner in inner_bodies(link.action):
                yield from _introduced(inner)


def _callees(body: Body) -> Iterator[tree.Name]:
    for statement in body:
        chain = statement.body if isinstance(statement, tree.Output) else statement
        if not isinstance(chain, tree.Chain):
            continue
        for link in chain.links:
            action = link.action
            if isinstance(action, tree.Apply):
                callee: tree.Expr = action.callee
                while isinstance(callee, tree.Attribute):
                    callee = callee.value
                if isinstance(callee, tree.Name) and callee.id[:1].isupper():
                    yield callee
            for inner in inner_bodies(action):
                yield from _callees(inner)
