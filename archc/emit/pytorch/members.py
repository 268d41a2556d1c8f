"""Networks of a family: small classes that say which arguments make them."""

from __future__ import annotations

from typing import Any

from archc.check import Network
from archc.emit.pytorch import ir
from archc.emit.pytorch.arguments import Argument
from archc.emit.pytorch.calls import widened
from archc.emit.pytorch.classes import Classes, Plan
from archc.emit.pytorch.printer import text as printed
from archc.emit.pytorch.sight import constant
from archc.emit.pytorch.watch import Instance, Watcher
from archc.emit.pytorch.writer import Writer
from archc.language import tree
from archc.language.source import Span
from archc.shapes import Size


def members(
    networks: tuple[Network, ...], watchers: tuple[Watcher, ...], classes: Classes
) -> list[ir.Member]:
    """Every network that has no class of its own name."""
    found = []
    for network, watcher in zip(networks, watchers, strict=True):
        root = watcher.instances[0]
        plan = classes.plan(root)
        if plan.code is None or plan.code.name == network.name:
            continue
        found.append(_member(network, root, plan, classes))
    return found


def _member(network: Network, root: Instance, plan: Plan, classes: Classes) -> ir.Member:
    code = plan.code
    assert code is not None
    writer = Writer(plan, classes, frozenset())
    signature: list[ir.Parameter] = []
    words: list[ir.Expr] = []
    named: list[tuple[str, ir.Expr]] = []
    known = {one.name: one for one in code.parameters}
    by_name = _by_name(network)
    order = {one.name: place for place, one in enumerate(code.parameters)}
    gap = False
    values = {one.python: _value(one, root, writer, plan) for one in plan.arguments}
    for hole in plan.holes:
        worth = hole.values.get(id(root.scope), next(iter(hole.values.values())))
        values[hole.name] = ir.Const(worth)
    for name in sorted(order, key=order.__getitem__):
        parameter, said = known[name], values[name]
        argument = next((one for one in plan.arguments if one.python == name), None)
        usual = parameter.default is not None and _equal(parameter.default, said)
        free = argument is not None and parameter.default is not None and _free(argument, root)
        free = free and name not in plan.lost
        if free:
            signature.append(ir.Parameter(name, parameter.type, said))
            said = ir.Name(name)
        elif usual:
            gap = True
            continue
        wanted = argument is not None and argument.name in by_name
        if gap or named or wanted or (free and not usual and words == []):
            named.append((name, said))
        else:
            words.append(said)
    call = ir.Call(ir.Attr(ir.Call(ir.Name("super")), "__init__"), tuple(words), tuple(named))
    if len(printed(call)) > LINE and not gap:  # by position it may stand on one line
        every = (*words, *(one for _, one in named))
        call = ir.Call(call.function, every)
    return ir.Member(network.name, code.name, tuple(signature), call)


LINE = 92  # letters of a call in a constructor


def _equal(default: ir.Expr, said: ir.Expr) -> bool:
    if isinstance(default, ir.Row) and isinstance(said, ir.Row):
        return default.items == said.items
    return default == said


def _value(argument: Argument, root: Instance, writer: Writer, plan: Plan) -> ir.Expr:
    worth = root.place.values.get(argument.name)
    said = widened(constant(worth, writer, plan.definition.name), argument)
    if argument.axes and isinstance(worth, Size):
        return ir.Row(tuple(ir.Const(one) for one in worth), True)
    if isinstance(said, ir.Const) and argument.type == "float" and type(said.value) is int:
        return ir.Const(float(said.value))
    return said


def _free(argument: Argument, root: Instance) -> bool:
    """Whether a caller of the member may change it: a small value with a default in the family."""
    worth: Any = root.place.values.get(argument.name)
    if argument.kind == "maker":
        return type(worth) is not tuple
    return isinstance(worth, (bool, int, float, str)) or (
        argument.type == "float" and worth is not None and not isinstance(worth, tuple)
    )


def _definition(network: Network) -> tree.Member | tree.Network | None:
    for one in network.graph.program.definitions:
        if isinstance(one, (tree.Member, tree.Network)) and one.name.id == network.name:
            return one
    return None


def _by_name(network: Network) -> set[str]:
    """The arguments that the author of a member gave by name."""
    one = _definition(network)
    if isinstance(one, tree.Member) and isinstance(one.family, tree.Call):
        return {argument.name for argument in one.family.arguments if argument.name is not None}
    return set()


def member_docstring(network: Network, watcher: Watcher) -> tuple[Span, str]:
    """Where a member stands, and what its author says of it."""
    one = _definition(network)
    if one is None:
        return watcher.instances[0].definition.name.span, ""
    words = " ".join(one.docstring.value.split()) if one.docstring is not None else ""
    return one.name.span, words
