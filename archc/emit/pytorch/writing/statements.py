"""Statements beside the chains: what `let` binds, and what enters a network."""

from __future__ import annotations

from typing import Any

from archc.emit.pytorch.drafts.flow import Braces, Flow, Value
from archc.emit.pytorch.drafts.unsaid import mentioned
from archc.emit.pytorch.drafts.values import Runtime
from archc.emit.pytorch.drafts.writer import Writer, attempt
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.reading.number import Said, unsaid_items
from archc.emit.pytorch.reading.say import axes_of, numbers_of, say, whole
from archc.emit.pytorch.reading.sight import NO_FLOATS, Bound, Unlike, Unsaid, floats_in
from archc.graph.values import BlockValue, GroupValue, LayerValue, Tensor
from archc.language import tree
from archc.shapes import Open


def write_let(writer: Writer, statement: tree.Let) -> None:
    """A `let` is a variable of the constructor."""
    word = statement.name.id
    value = statement.value
    asked = word in writer.signature.asked.lets
    if asked:
        _at_run_time(writer, word, value)
    counted = id(statement) in writer.classes.numbers.counts.lets and isinstance(value, tree.Binary)
    counted = counted and type(writer.worth(value)) is int
    try:
        said = whole(value, writer) if counted else say(value, writer)
    except Unsaid as reason:
        hangs = reason.hangs | mentioned(writer, value)
        numbers = numbers_of(value, writer) or unsaid_items(writer.worth(value), hangs)
        writer.scopes[-1][word] = Bound(None, floats_in(value, writer), 0, hangs, numbers)
        if not asked:  # it may be of open sizes
            _at_run_time(writer, word, value)
        return
    numbers = numbers_of(value, writer) if asked else ()
    floats = NO_FLOATS if counted else floats_in(value, writer)
    bound = Bound(said, floats, axes_of(value, writer), numbers=numbers)
    worth = writer.worth(value)
    if isinstance(said, ir.Const) or isinstance(worth, Tensor):
        writer.scopes[-1][word] = bound
        return
    if isinstance(worth, (BlockValue, LayerValue, GroupValue)) and not ir.names(said) & {
        one.python for one in writer.plan.arguments
    }:
        writer.scopes[-1][word] = bound
        return
    name = writer.local(word.lower() if word[0].isupper() else word)
    writer.init.append(ir.Assign(ir.Name(name), said))
    writer.names.locals[name] = said
    writer.scopes[-1][word] = bound._replace(said=ir.Name(name))


def _at_run_time(writer: Writer, word: str, value: tree.Expr) -> None:
    """A `let` of sizes that are asked of tensors is a variable of the forward pass."""
    said = attempt(writer, lambda draft: say(value, Runtime(draft)))
    if isinstance(said, Unsaid):
        return
    if isinstance(said, Unlike):
        raise said
    name = ir.Name(writer.local(word))
    writer.forward.append(ir.Assign(name, said))
    writer.signature.sizes[word] = name


def write_input(writer: Writer, statement: tree.Input) -> Flow:
    """What enters the network; a called network has its shape from the text as well."""
    instance = writer.plan.instances[0]
    shape: list[Any] = []
    entered = _entered(writer, instance, statement)
    words = _axes_said(writer, statement.shape, len(entered))
    for place, axis in enumerate(entered):
        said = words[place]
        if isinstance(axis, int) and said is not None and not isinstance(said, ir.Const):
            shape.append(Said(axis, said if place == 0 else None, ir.names(said)))
        else:
            shape.append(axis)
    word = "x" if statement.name is None else statement.name.id
    variable = word if word == "x" else writer.local(word)
    result = Flow(ir.Name(variable), tuple(shape))
    writer.signature.inputs.append(variable)
    if statement.name is not None:
        writer.labels[0][word] = Value(result.value, result.dims, Braces())
    for place, axis in enumerate(entered):
        if isinstance(axis, Open) and axis.atom not in writer.signature.sizes:
            name = ir.Name(writer.local(axis.atom.lower()))
            asked = ir.Index(ir.Attr(result.value, "shape"), ir.Const(place + 1))
            writer.forward.append(ir.Assign(name, asked))
            writer.signature.sizes[axis.atom] = name
    writer.at.entered = result  # `input` is the last one
    return result


def _entered(writer: Writer, instance: Any, statement: tree.Input) -> tuple[Any, ...]:
    """The input's shape in a run; axes that differ between the runs of a network are open."""
    inputs = [one for one in writer.plan.body if isinstance(one, tree.Input)]
    place = inputs.index(statement)
    if instance.graph is not None:
        nodes = [one for one in instance.graph.nodes if one.layer is None]
        if place < len(nodes) and nodes[place].shape is not None:
            return tuple(nodes[place].shape)
    if instance.entered is not None:
        return tuple(instance.entered)
    raise Unsaid(statement.span)


def _axes_said(writer: Writer, expr: tree.Expr, count: int) -> list[ir.Expr | None]:
    try:
        if isinstance(expr, tree.List):
            return [say(item, writer) if not _opens(item, writer) else None for item in expr.items]
        if isinstance(expr, tree.Size):
            return [ir.Const(axis) if isinstance(axis, int) else None for axis in expr.axes]
        said = say(expr, writer)
        if isinstance(said, ir.Const):
            return [said] * count
        if count == 1 and not isinstance(writer.worth(expr), tuple):
            return [said]
        return [ir.Index(said, ir.Const(axis)) for axis in range(count)]
    except Unsaid:
        return [None] * count


def _opens(expr: tree.Expr, writer: Writer) -> bool:
    return isinstance(writer.worth(expr), Open)
