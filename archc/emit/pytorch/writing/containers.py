"""Braces as modules that hold others: an `nn.Sequential`, or a container called part by part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from archc.emit.pytorch.drafts.flow import Braces, Flow, Target, Value
from archc.emit.pytorch.drafts.placing import register
from archc.emit.pytorch.drafts.writer import Writer
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.reading.labels import labels_of
from archc.emit.pytorch.reading.runs import worth_at
from archc.graph.chains import (
    CONTAINER,
    Structure,
    is_called,
    is_chain,
    links_within,
    takes_tensor,
)
from archc.graph.naming import ScopeText, inner_bodies, read_scope
from archc.graph.values import LayerValue, Tensor
from archc.language import tree
from archc.layers.registry import KINDS
from archc.shapes import Open

NUMBERS = ir.Assign(ir.Name("numbers"), ir.Call(ir.Attr(ir.Name("itertools"), "count"), ()))


@contextmanager
def _within(writer: Writer, text: ScopeText, inside: Braces[Value]) -> Iterator[None]:
    """Names and labels inside; the container itself is named in the scope around it."""
    writer.text.append(text)
    writer.labels.append(inside)
    try:
        yield
    finally:
        writer.labels.pop()
        writer.text.pop()


def is_sequential(writer: Writer, action: Structure, label: tree.Template | None) -> bool:
    """Whether an `nn.Sequential` can hold what is in the braces."""
    known = is_called(action, label, writer.signature.reads, writer.signature.shared)
    return known and all(_each_takes_one(writer, body) for body in inner_bodies(action))


def _row_name(label: tree.Template | None, named: bool) -> str:
    """What the modules of a chain are called: by its label, where that is one for all rounds."""
    begin = label.parts[0] if label is not None and label.parts else ""
    known = label is not None and (label.plain is not None or named)
    return begin if isinstance(begin, str) and begin and known else "layers"


def write_sequential(
    writer: Writer,
    action: Structure,
    label: tree.Template | None,
    flow: Flow,
    step: Callable[[], Flow],
) -> Flow:
    """Modules gathered in a row; `step` writes what is inside."""
    text = read_scope(tuple(inner_bodies(action)))
    named = not text.sequence
    gathered = ir.Name(writer.local(_row_name(label, named)))
    kind = ir.call("OrderedDict") if named else ir.Row(())
    note = "OrderedDict[str, nn.Module]" if named else "list[nn.Module]"
    writer.init.append(ir.Assign(gathered, kind, note))
    target = Target(gathered, sequence=True, named=named)
    with _within(writer, text, Braces()), writer.into(target), writer.freeze(False):
        result = step()
    given = gathered if named else ir.Star(gathered)
    reach = register(writer, label, action, ir.Make("nn.Sequential", ((None, given),), ""))
    if writer.at.target.sequence:
        return Flow(flow.value, result.dims)
    return Flow(writer.assign(ir.Call(reach.forward, (flow.value,))), result.dims)


def write_container(
    writer: Writer,
    action: Structure,
    label: tree.Template | None,
    inside: Braces[Value],
    step: Callable[[], Flow],
) -> Flow:
    """Modules that the forward pass calls one by one, by their names or in turn."""
    bodies = tuple(inner_bodies(action))
    text = read_scope(bodies)
    once = text.sequence and isinstance(action, tree.Group)
    numbered = numbers(bodies) if once else None
    counts = text.sequence and numbered is None
    awkward = bool(set(text.labels) & CONTAINER)
    bare = awkward or (counts and holds_bare(bodies))
    kind = "nn.Module" if bare else "nn.ModuleList" if counts else "nn.ModuleDict"
    reach = register(writer, label, action, ir.Make(kind, (), ""))
    if counts:
        target = in_turn(writer, reach, bodies)
    else:
        target = Target(reach.init, reach.forward, bare=awkward)
    if numbered is not None:
        text = text._replace(sequence=False, names=numbered)
    with _within(writer, text, inside), writer.into(target):
        return step()


def in_turn(
    writer: Writer, reach: Target, bodies: tuple[tuple[tree.Statement, ...], ...]
) -> Target:
    """Children 0, 1, 2 … of a module, which the forward pass takes in the order they come."""
    if holds_bare(bodies):
        writer.forward.append(NUMBERS)
        return Target(reach.init, reach.forward, counts=True, bare=True)
    modules = ir.Name(writer.local("modules"))
    row = ir.call("iter", reach.forward)
    if reach.init == ir.SELF:
        row = ir.Call(ir.own("children"))
    writer.forward.append(ir.Assign(modules, row))
    return Target(reach.init, modules, counts=True)


def linear(writer: Writer, body: tuple[tree.Statement, ...], label: tree.Template | None) -> bool:
    """Whether each statement takes the tensor that the one before gave, and nothing else does."""
    known = is_chain(body, label, writer.signature.reads, writer.signature.shared)
    return known and _each_takes_one(writer, body)


def _each_takes_one(writer: Writer, body: tuple[tree.Statement, ...]) -> bool:
    """Whether no action takes a second tensor, or is a parameter that is no module."""
    return not any(
        writer.signature.asked.reads(link)
        or (isinstance(link.action, tree.Apply) and not _one_input(writer, link.action))
        for link in links_within(body)
    )


def numbers(bodies: tuple[tuple[tree.Statement, ...], ...]) -> dict[int, str] | None:
    """The places 0, 1, 2 … of a chain's actions, where no condition and no loop decides them."""
    found: dict[int, str] = {}

    def walk(body: tuple[tree.Statement, ...]) -> bool:
        for statement in body:
            if not isinstance(statement, tree.Chain):
                continue
            for link in statement.links:
                if isinstance(link.action, tree.Apply):
                    found[id(link.action)] = str(len(found))
                elif not isinstance(link.action, tree.Group) or not walk(link.action.body):
                    return False
        return True

    return found if all(map(walk, bodies)) else None


def holds_bare(bodies: tuple[tuple[tree.Statement, ...], ...]) -> bool:
    """Whether a chain holds a parameter that is no module."""
    return any(
        isinstance(one, tree.Apply)
        and isinstance(one.callee, tree.Name)
        and one.callee.id in KINDS
        and KINDS[one.callee.id].bare
        for one in tree.within(bodies)
    )


def _one_input(writer: Writer, action: tree.Apply) -> bool:
    tensors = {"in", "input", *writer.signature.tensors, *labels_of(writer.plan.body)}
    if takes_tensor(action, frozenset(tensors)):
        return False  # in an arm that nobody took there are no notes
    notes = writer.notes(action)
    for argument in action.arguments:
        names = [
            one for one in tree.within(argument.value) if isinstance(one, (tree.Name, tree.Size))
        ]
        if notes and names:
            worth = worth_at(argument.value, notes[0])
            if isinstance(worth, (Tensor, Open)):
                return False
            if isinstance(worth, tuple) and any(isinstance(one, Open) for one in worth):
                return False
    kind = KINDS.get(action.callee.id) if isinstance(action.callee, tree.Name) else None
    if kind is None and notes:
        worth = worth_at(action.callee, notes[0])
        kind = worth.kind if isinstance(worth, LayerValue) else None
    return kind is None or not kind.bare
