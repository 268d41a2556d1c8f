"""Which parameters may hold a number that is not whole: by what the text hands to them.

A width multiplier is 1.0 as a rule, and whole in every call; a block that it is handed on to has to
take 0.5 as well. So the words count, not the values alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from archc.emit.pytorch.reading.runs import Instance, worth_at
from archc.emit.pytorch.reading.say import arguments_of
from archc.emit.pytorch.reading.sight import Bound, fractional, runs_through_floats
from archc.graph.values import UNKNOWN
from archc.language import tree
from archc.layers.registry import KINDS
from archc.record import Record


def floats(instances: Iterable[Instance]) -> dict[int, set[str]]:
    """The parameters of each definition, by its identity, that some call hands a float."""
    bodies: dict[int, Instance] = {}
    for one in instances:
        bodies.setdefault(id(one.body), one)
    found: dict[int, set[str]] = {id(one.definition): set() for one in bodies.values()}
    for one in bodies.values():
        for parameter in one.definition.parameters:
            if parameter.default is not None and _written(parameter.default):
                found[id(one.definition)].add(parameter.name.id)
    counted = _counted(bodies.values())
    waiting = list(bodies.values())
    while waiting:
        one = waiting.pop()
        for callee, name in _handed(one, found[id(one.definition)]):
            known = found.setdefault(id(callee), set())
            if name not in known and (id(callee), name) not in counted:
                found[id(callee)].add(name)
                waiting += [each for each in bodies.values() if each.definition is callee]
    return found


def _counted(bodies: Iterable[Instance]) -> set[tuple[int, str]]:
    """The parameters that always are a layer's count, itself or in what they are handed to.

    The text holds them to whole numbers, so their caller may round what it hands them.
    """
    found: set[tuple[int, str]] = set()
    every = [(one, each) for one in bodies for each in _always(one.body)]
    while True:
        before = len(found)
        for one, each in every:
            for _, expr in _as_counts(one, each, found):
                if isinstance(expr, tree.Name):
                    found.add((id(one.definition), expr.id))
        if len(found) == before:
            return found


def _as_counts(
    one: Instance, call: tree.Apply, counted: set[tuple[int, str]]
) -> Iterator[tuple[str, tree.Expr]]:
    """What a call gives to arguments that are counts."""
    kind = KINDS.get(call.callee.id) if isinstance(call.callee, tree.Name) else None
    if kind is not None:
        for name, expr in arguments_of(call, kind.arguments).items():
            if name in kind.arguments and kind.arguments[name].kind in ("count", "size", "pads"):
                yield name, expr
        return
    notes = one.watcher.notes.get(id(call), ())
    calls = [note.instance for note in notes if note.instance is not None]
    for name, expr in arguments_of(call, calls[0].free).items() if calls else ():
        if all((id(each.definition), name) in counted for each in calls):
            yield name, expr


def _always(body: Iterable[tree.Statement]) -> Iterator[tree.Apply]:
    """The calls of a text that run whatever its conditions and loops come to."""
    for statement in body:
        for link in statement.links if isinstance(statement, tree.Chain) else ():
            if isinstance(link.action, tree.Apply):
                yield link.action
            elif isinstance(link.action, (tree.Braced, tree.Group)):
                yield from _always(link.action.body)


def _written(expr: tree.Expr) -> bool:
    """Whether a default is written as a float, itself or an item of it."""
    return not isinstance(expr, (tree.Binary, tree.Call)) and any(
        isinstance(one, tree.Number) and (isinstance(one.value, Fraction) or "." in one.text)
        for one in tree.within(expr)
    )


def _handed(one: Instance, parameters: set[str]) -> Iterator[tuple[Any, str]]:
    """The parameters of other definitions that a body hands a float."""
    names = _Names(one, set(parameters))
    within = list(tree.within(one.body))
    while names.learn(within):
        pass
    for each in within:
        if not isinstance(each, tree.Apply):
            continue
        notes = one.watcher.notes.get(id(each), ())
        calls = [note.instance for note in notes if note.instance is not None]
        for call in {id(call.definition): call for call in calls}.values():
            for name, expr in arguments_of(each, call.free).items():
                if fractional(expr, names):
                    yield call.definition, name


class _Names:
    """The names of a body that may hold floats, wherever in it they are in sight."""

    def __init__(self, one: Instance, known: set[str]) -> None:
        self._one = one
        self.known = known

    def learn(self, within: list[Record]) -> bool:
        """What lets and loops hand on; gives whether there was anything new."""
        before = len(self.known)
        for one in within:
            if isinstance(one, tree.Let) and fractional(one.value, self):
                self.known.add(one.name.id)
            elif isinstance(one, tree.For):
                for place, target in enumerate(one.targets):
                    if runs_through_floats(one, place, self):
                        self.known.add(target.id)
        return len(self.known) > before

    def bound(self, name: str) -> Bound | None:
        return Bound(None, fractional=True) if name in self.known else None

    def worth(self, expr: tree.Expr) -> Any:
        """That of a name of the file; an exponent makes a fraction with a sign alone."""
        worth = worth_at(expr, self._one.begin) if isinstance(expr, tree.Name) else UNKNOWN
        if worth is not UNKNOWN:
            return worth
        return -1 if isinstance(expr, tree.Unary) else 0

    def dimension(self, expr: tree.Attribute) -> Any:
        return None

    def maker(self, value: Any, expr: tree.Expr) -> Any:
        return None
