"""What always is a layer's count, whatever a text's conditions and loops come to.

The text holds it to whole numbers: so the caller may round what it hands to such a parameter, and a
`let` is rounded once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from archc.emit.pytorch.reading.runs import Instance
from archc.emit.pytorch.reading.say import arguments_of
from archc.graph.naming import Body, inner_bodies
from archc.language import tree
from archc.layers.registry import KINDS
from archc.named import NamedTuple


class Counts(NamedTuple):
    """`parameters` are those of definitions, by their identity; `lets` are statements by theirs."""

    parameters: frozenset[tuple[int, str]] = frozenset()
    lets: frozenset[int] = frozenset()


def counts(instances: Iterable[Instance]) -> Counts:
    """Those of texts that ran, each once."""
    found: set[tuple[int, str]] = set()
    bodies = list({id(one.body): one for one in reversed(list(instances))}.values())
    every = [(one, each) for one in bodies for each in _always(one.body)]
    while True:
        before = len(found)
        for one, each in every:
            found.update((id(one.definition), name) for name in _as_counts(one, each, found))
        if len(found) == before:
            break
    lets: set[int] = set()
    for one in bodies:
        for body in _bodies(one.body):
            mine = {each.name.id: each for each in body if isinstance(each, tree.Let)}
            calls = _always(body) if mine else ()
            names = {name for each in calls for name in _as_counts(one, each, found)}
            lets |= {id(let) for name, let in mine.items() if name in names}
    return Counts(frozenset(found), frozenset(lets))


def _as_counts(one: Instance, call: tree.Apply, counted: set[tuple[int, str]]) -> Iterator[str]:
    """The names that a call gives to arguments that are counts."""
    kind = KINDS.get(call.callee.id) if isinstance(call.callee, tree.Name) else None
    if kind is not None:
        for name, expr in arguments_of(call, kind.arguments).items():
            known = kind.arguments.get(name)
            if known is not None and known.kind in ("count", "size", "pads"):
                yield from _name(expr)
        return
    notes = one.watcher.notes.get(id(call), ())
    calls = [note.instance for note in notes if note.instance is not None]
    for name, expr in arguments_of(call, calls[0].free).items() if calls else ():
        if all((id(each.definition), name) in counted for each in calls):
            yield from _name(expr)


def _name(expr: tree.Expr) -> Iterator[str]:
    if isinstance(expr, tree.Name):
        yield expr.id


def _always(body: Body) -> Iterator[tree.Apply]:
    """The calls of a text that run whatever its conditions and loops come to."""
    for statement in body:
        for link in statement.links if isinstance(statement, tree.Chain) else ():
            if isinstance(link.action, tree.Apply):
                yield link.action
            elif isinstance(link.action, (tree.Braced, tree.Group)):
                yield from _always(link.action.body)


def _bodies(body: Body) -> Iterator[Body]:
    """A text, and all braces in it."""
    yield body
    for statement in body:
        chain = statement.body if isinstance(statement, tree.Output) else statement
        for link in chain.links if isinstance(chain, tree.Chain) else ():
            for inner in inner_bodies(link.action):
                yield from _bodies(inner)
