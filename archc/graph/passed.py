"""Which blocks of a file are passed as values: they must take what their fellows take."""

from __future__ import annotations

from collections.abc import Iterator

from archc.graph.naming import Body, inner_bodies
from archc.graph.resolve_names import parts_of
from archc.language import tree


def passed_blocks(definition: tree.Definition) -> Iterator[str]:
    """Blocks that stand as a value somewhere in a definition: passed, not called."""
    if isinstance(definition, (tree.Block, tree.Network)):
        for parameter in definition.parameters:
            if parameter.default is not None:
                yield from _values(parameter.default)
        yield from _passed_in(definition.body)
    elif isinstance(definition, tree.BlockAlias):
        yield from _values(definition.value)
    elif isinstance(definition, tree.Member) and isinstance(definition.family, tree.Call):
        for argument in definition.family.arguments:
            yield from _values(argument.value)


def _passed_in(body: Body) -> Iterator[str]:
    for statement in body:
        chain = statement.body if isinstance(statement, tree.Output) else statement
        if isinstance(chain, tree.Let):
            yield from _values(chain.value)
        if not isinstance(chain, tree.Chain):
            continue
        for link in chain.links:
            if isinstance(link.action, tree.Apply):
                for argument in link.action.arguments:
                    yield from _values(argument.value)
            if isinstance(link.action, tree.For):
                yield from _values(link.action.iterable)
            for inner in inner_bodies(link.action):
                yield from _passed_in(inner)


def _values(expr: tree.Expr) -> Iterator[str]:
    if isinstance(expr, tree.Name) and expr.id[0].isupper():
        yield expr.id
    for part in parts_of(expr):
        yield from _values(part)
