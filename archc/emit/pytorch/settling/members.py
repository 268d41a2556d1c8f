"""Networks of a family: small classes that say which arguments make them."""

from __future__ import annotations

from archc.check import Network
from archc.emit.pytorch.drafts.writer import Writer
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.python.printer import text as printed
from archc.emit.pytorch.reading.arguments import widened
from archc.emit.pytorch.reading.classes import Classes
from archc.emit.pytorch.reading.plan import Plan
from archc.emit.pytorch.reading.runs import Instance, Watcher
from archc.emit.pytorch.reading.sight import constant, unchanging
from archc.language import tree
from archc.language.source import Span


def members(
    networks: tuple[Network, ...], watchers: tuple[Watcher, ...], classes: Classes
) -> list[ir.Class]:
    """Every network that has no class of its own name."""
    found = []
    for network, watcher in zip(networks, watchers, strict=True):
        root = watcher.instances[0]
        plan = classes.plan(root)
        if plan.code.name == network.name:
            continue
        found.append(_member(network, root, plan, classes))
    return found


def _member(network: Network, root: Instance, plan: Plan, classes: Classes) -> ir.Class:
    code = plan.code
    signature: list[ir.Parameter] = []
    words: list[ir.Expr] = []
    named: list[tuple[str, ir.Expr]] = []
    by_name = _by_name(network)
    gap = False
    values = given(plan, root, classes)
    for parameter in code.parameters:
        name = parameter.name
        said = values[name]
        argument = next((one for one in plan.arguments if one.python == name), None)
        usual = parameter.default is not None and _equal(parameter.default, said)
        free = argument is not None and parameter.default is not None and not _is_long(said)
        free = free and name not in plan.lost
        if free:
            signature.append(ir.Parameter(name, parameter.type, unchanging(said)))
            said = ir.Name(name)
        elif usual:
            gap = True
            continue
        wanted = argument is not None and argument.name in by_name
        if gap or named or wanted or (free and not usual and words == []):
            named.append((name, said))
        else:
            words.append(said)
    call = ir.Call(ir.SUPER, tuple(words), tuple(named))
    if len(printed(call)) > LINE and not gap:  # by position it may stand on one line
        every = (*words, *(one for _, one in named))
        call = ir.Call(call.function, every)
    return ir.Class(network.name, code.name, tuple(signature), (ir.Do(call),))


LINE = 92  # letters of a call in a constructor
SHORT = 40  # letters of a list in a signature


def _equal(default: ir.Expr, said: ir.Expr) -> bool:
    if isinstance(default, ir.Row) and isinstance(said, ir.Row):
        return default.items == said.items
    return default == said


def given(plan: Plan, root: Instance, classes: Classes) -> dict[str, ir.Expr]:
    """What a network gives to the arguments of its class."""
    writer = Writer(plan, classes, frozenset())
    found: dict[str, ir.Expr] = {}
    for argument in plan.arguments:
        worth = root.place.values.get(argument.name)
        meant = argument.as_meant(worth)
        found[argument.python] = widened(constant(meant, writer, plan.definition.name), argument)
    for hole in plan.holes:
        worth = hole.values.get(id(root.scope), next(iter(hole.values.values())))
        found[hole.name] = ir.Const(worth)
    return found


def _is_long(said: ir.Expr | None) -> bool:
    """Whether a value is a list that no member repeats in its signature."""
    return isinstance(said, ir.Row) and len(printed(said)) > SHORT


def left_out(members: list[ir.Class], classes: Classes) -> list[str]:
    """What the user is told of long lists that members leave as their family has them."""
    notes = []
    for plan in classes.order:
        code = plan.code
        made = [one for one in members if one.base == code.name]
        for place, parameter in enumerate(code.parameters):
            argument = next((one for one in plan.arguments if one.python == parameter.name), None)
            if argument is None or argument.python in plan.lost or not _is_long(parameter.default):
                continue
            names = [one.name for one in made if not _gives(one, place, parameter.name)]
            if names:
                notes.append(
                    f"`{argument.name}` of `{plan.definition.name.id}` is no argument of "
                    f"{_listed(names)}, for it is a long list; `{plan.name}` itself takes it"
                )
    return notes


def _gives(member: ir.Class, place: int, name: str) -> bool:
    match member.init[0]:
        case ir.Do(ir.Call(_, words, named)):
            return place < len(words) or name in dict(named)
    return False


def _listed(words: list[str]) -> str:
    quoted = [f"`{word}`" for word in words]
    return " and ".join(filter(None, (", ".join(quoted[:-1]), quoted[-1])))


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
