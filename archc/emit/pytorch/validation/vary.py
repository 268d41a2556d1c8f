"""Other values for the arguments that stay public, chosen where the text's conditions flip.

The classes are run with each of them on a graph that is elaborated afresh with that value. Nothing
is found out here: which arguments stay is known before (`Plan.lost`). This holds the knowledge to
the graph, as the defaults are held to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from archc.check import Network, Options, elaborate
from archc.emit.pytorch.reading.arguments import Argument
from archc.emit.pytorch.reading.classes import Classes
from archc.emit.pytorch.reading.number import leaves
from archc.emit.pytorch.reading.plan import Plan
from archc.emit.pytorch.reading.runs import Watcher
from archc.emit.pytorch.reading.sight import is_float, literal
from archc.emit.pytorch.settling.members import given
from archc.emit.pytorch.validation.stand_ins import Program
from archc.emit.pytorch.validation.things import Different
from archc.emit.pytorch.validation.validate import hold
from archc.graph.modules import Module as File
from archc.language import tree
from archc.shapes import Size

SHARES = Fraction(1, 2), Fraction(3, 2)
MOST_NODES = 4_000  # of all graphs that are tried, so that a build stays quick


def unfollowed(
    plan: Plan,
    network: Network,
    watcher: Watcher,
    classes: Classes,
    program: Program,
    file: File,
    options: Options,
) -> Iterator[tuple[Argument, Different]]:
    """The arguments of a network whose other values the code does not follow."""
    root = watcher.instances[0]
    room = MOST_NODES
    kept = {one.name for one in plan.code.parameters}
    usual = {name: one for name, one in given(plan, root, classes).items() if name in kept}
    for argument in plan.arguments:
        if argument.kind != "value" or argument.python in plan.lost:
            continue
        for value in others(argument, plan, root.place.values.get(argument.name)):
            if room <= 0:
                return
            setting = (argument.name, written(value))
            asked = options._replace(
                network=network.name, settings=(*options.settings, setting), claims=False
            )
            graph = elaborate(file, asked)
            if graph is None:
                continue
            room -= len(graph.nodes) + 100
            try:
                said = literal(_in_python(value))
                hold(program, plan.name, graph, {**usual, argument.python: said})
            except Different as difference:
                yield argument, difference
                break


def others(argument: Argument, plan: Plan, value: Any) -> list[Any]:
    """At most four other values; half of what the text writes as a float, or hands on as one."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, (int, Fraction)):
        mine, every = _compared(plan.definition, argument.name)
        found: list[Any] = [one for number in mine for one in (number, number + 1)]
        shares = [Fraction(value) * share for share in SHARES] if argument.floats else []
        found += [*_shared(plan, argument, value), *shares]
        found.append(value * 2)
        if isinstance(value, int) and argument.type == "int":
            found += [value + 1, *every]
        return [one for one in dict.fromkeys(found) if one > 0 and one != value][:4]
    if isinstance(value, tuple) and not isinstance(value, Size):
        known = (int, float, Fraction, str, type(None))
        if all(isinstance(one, known) for one in leaves(value)):
            turned = [value[:-1], (*value[1:], value[0])] if len(value) > 1 else []
            return [*turned, *_shared(plan, argument, value)][:4]
    return []


def _shared(plan: Plan, argument: Argument, value: Any) -> list[Any]:
    """A value with other numbers wherever a default, or a member of a family, writes a float."""
    texts = [one.default for one in plan.definition.parameters if one.name.id == argument.name]
    texts += [one.given.get(argument.name) for one in plan.instances]
    found = [_times(value, text, share) for text in texts for share in SHARES]
    return [one for one in dict.fromkeys(found) if one != value]


def _times(value: Any, text: tree.Expr | None, share: Fraction) -> Any:
    if isinstance(text, tree.Number) and is_float(text) and isinstance(value, (int, Fraction)):
        return value * share
    if isinstance(text, tree.List) and type(value) is tuple and len(value) == len(text.items):
        pairs = zip(value, text.items, strict=True)
        return tuple([_times(one, part, share) for one, part in pairs])
    return value


def _compared(definition: tree.Block | tree.Network, name: str) -> tuple[list[int], list[int]]:
    """The numbers that the text compares with an argument, and those it compares at all."""
    mine: list[int] = []
    every: list[int] = []
    for one in tree.within(definition.body):
        if not isinstance(one, tree.Comparison):
            continue
        numbers = [each.value for each in tree.within(one) if isinstance(each, tree.Number)]
        whole = [value for value in numbers if isinstance(value, int)]
        every += whole
        if any(isinstance(each, tree.Name) and each.id == name for each in tree.within(one)):
            mine += whole
    return mine, every


def _in_python(value: Any) -> Any:
    """A number that is not whole as a float, in lists as well."""
    if type(value) is tuple:
        return tuple(map(_in_python, value))
    return float(value) if isinstance(value, Fraction) else value


def written(value: Any) -> str:
    """A value as `--set` takes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "none"
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, tuple):
        return f"[{', '.join(written(one) for one in value)}]"
    return str(float(value)) if isinstance(value, Fraction) else str(value)
