"""Which parameters may hold a number that is not whole: by what the text hands to them.

A width multiplier is 1.0 as a rule, and whole in every call; a block that it is handed on to has to
take 0.5 as well. So the words count, not the values alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from archc.emit.pytorch.reading.counts import Counts
from archc.emit.pytorch.reading.runs import Instance, Note, worth_at
from archc.emit.pytorch.reading.say import arguments_of
from archc.emit.pytorch.reading.sight import (
    NO_FLOATS,
    Bound,
    Floats,
    floats_in,
    floats_of_variable,
)
from archc.graph.modules import Module
from archc.graph.values import UNKNOWN, BlockValue, Tensor
from archc.language import tree

Handed = Iterator[tuple[Any, str, Floats]]
"""Parameters of definitions that a text hands a float."""


def floats(instances: list[Instance], counts: Counts) -> dict[int, dict[str, Floats]]:
    """Where parameters of each definition, by its identity, are written as a float or handed one.

    A caller rounds what it hands to a count.
    """
    bodies = list({id(one.body): one for one in reversed(instances)}.values())
    found: dict[int, dict[str, Floats]] = {id(one.definition): {} for one in bodies}
    files = {id(one.place.module): _File(one) for one in bodies}

    def add(handed: Handed) -> Iterator[Any]:
        """Gives the definitions of which more is known than before."""
        for definition, name, where in handed:
            known = found.setdefault(id(definition), {})
            both = where.joined(known.get(name, NO_FLOATS))
            if (id(definition), name) not in counts.parameters and both != known.get(name):
                known[name] = both
                yield definition

    for one in bodies:
        for parameter in one.definition.parameters:
            where = _written(parameter.default, one)
            if where:  # its type says so, whatever it is for
                found[id(one.definition)][parameter.name.id] = where
    for one in instances:
        list(add((one.definition, name, _written(expr, one)) for name, expr in one.given.items()))
    for file in files.values():
        list(add(_fixed(file.text, file, file.begin)))
    waiting = list(bodies)
    while waiting:
        one = waiting.pop()
        file = files[id(one.place.module)]
        around = {name: each for name, each in file.known.items() if name not in one.place.values}
        names = _Names(one.begin, around | found[id(one.definition)])
        names.learn(one.body, counts)
        for definition in add(_handed(one, names)):
            waiting += [each for each in bodies if each.definition is definition]
    return found


def _written(expr: tree.Expr | None, one: Instance) -> Floats:
    """Where a default, or what a member gives, is written as a float."""
    if expr is None or isinstance(expr, (tree.Binary, tree.Call)):
        return NO_FLOATS
    return floats_in(expr, _Names(one.begin, {}))


def _handed(one: Instance, names: _Names) -> Handed:
    """What the calls of a body hand on."""
    yield from _fixed(one.body, names, one.begin)
    for each in tree.within(one.body):
        if not isinstance(each, tree.Apply):
            continue
        notes = one.watcher.notes.get(id(each), ())
        calls = [note.instance for note in notes if note.instance is not None]
        for call in {id(call.definition): call for call in calls}.values():
            for name, expr in arguments_of(each, call.free).items():
                if where := floats_in(expr, names):
                    yield call.definition, name, where


def _fixed(text: Any, names: _Names, begin: Note) -> Handed:
    """What is fixed of blocks that stand as values, `B(r=1.0)`."""
    for each in tree.within(text):
        if not isinstance(each, tree.Call) or not isinstance(each.function, tree.Name):
            continue
        value = worth_at(each.function, begin) if each.function.id[0].isupper() else None
        if isinstance(value, BlockValue):
            parameters = (one.name.id for one in value.definition.parameters)
            free = [name for name in parameters if name not in value.named]
            for name, expr in arguments_of(each, free).items():
                if where := floats_in(expr, names):
                    yield value.definition, name, where


class _Names:
    """The names of a text that may hold floats, wherever in it they are in sight."""

    def __init__(self, begin: Note, known: dict[str, Floats]) -> None:
        self.begin = begin
        self.known = known

    def learn(self, text: Any, counts: Counts) -> None:
        """What lets and loops hand on, in any order."""
        within = list(tree.within(text))
        while True:
            before = dict(self.known)
            for one in within:
                if isinstance(one, tree.Let) and id(one) not in counts.lets:
                    self._add(one.name, floats_in(one.value, self))
                elif isinstance(one, tree.For):
                    for place, target in enumerate(one.targets):
                        self._add(target, floats_of_variable(one, place, self))
            if self.known == before:
                return

    def _add(self, name: tree.Name, where: Floats) -> None:
        if where:
            self.known[name.id] = where.joined(self.known.get(name.id, NO_FLOATS))

    def bound(self, name: str) -> Bound | None:
        return Bound(None, self.known[name]) if name in self.known else None

    def worth(self, expr: tree.Expr) -> Any:
        """That of a name of the file; an exponent makes a fraction with a sign alone."""
        worth = worth_at(expr, self.begin) if isinstance(expr, tree.Name) else UNKNOWN
        if worth is not UNKNOWN:
            return worth
        return -1 if isinstance(expr, tree.Unary) else 0

    def dimension(self, expr: tree.Attribute) -> Any:
        return None

    def maker(self, value: Any, expr: tree.Expr) -> Any:
        return None


class _File(_Names):
    """The names at the top of the file that a body stands in, and its blocks with fixed values."""

    def __init__(self, one: Instance) -> None:
        module: Module = one.place.module
        span = one.definition.name.span
        place = one.watcher.top_place(module, span)
        super().__init__(Note(one.scope, place, Tensor(-1, None, span)), {})
        plain = (tree.Let, tree.BlockAlias)
        self.text = tuple(one for one in module.program.definitions if isinstance(one, plain))
        self.learn(self.text, Counts())
