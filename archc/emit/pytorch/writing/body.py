"""Statements, one after the other: each gives the current tensor to the next."""

from __future__ import annotations

from archc.emit.pytorch.actions.calls import write_block
from archc.emit.pytorch.actions.handed import write_maker
from archc.emit.pytorch.actions.layers import write_layer
from archc.emit.pytorch.actions.share import Labelled, write_share
from archc.emit.pytorch.drafts.flow import Braces, Flow, Value, refreshed
from archc.emit.pytorch.drafts.state import Result
from archc.emit.pytorch.drafts.values import remember
from archc.emit.pytorch.drafts.writer import Writer
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.reading.runs import Note, worth_at
from archc.emit.pytorch.reading.sight import Unsaid
from archc.emit.pytorch.writing.choices import write_choice
from archc.emit.pytorch.writing.containers import (
    is_sequential,
    write_container,
    write_sequential,
)
from archc.emit.pytorch.writing.loops import write_loop
from archc.emit.pytorch.writing.merges import write_merge
from archc.emit.pytorch.writing.statements import write_input, write_let
from archc.graph.chains import Structure
from archc.graph.evaluate import text_of
from archc.graph.naming import bears_label, inner_bodies, read_scope
from archc.graph.values import UNKNOWN, LayerValue
from archc.language import tree
from archc.layers.registry import KINDS


def write_body(writer: Writer, body: tuple[tree.Statement, ...], flow: Flow) -> Flow:
    """Writes statements, and gives the tensor they leave."""
    anchor(writer, body)
    before: tree.Action | None = None
    for statement in body:
        writer.at.current = flow
        if isinstance(statement, tree.Chain):
            flow = write_chain(writer, statement.links, flow)
            before = statement.links[-1].action
        elif isinstance(statement, tree.Let):
            if before is not None:
                _go_behind(writer, before)
            write_let(writer, statement)
        elif isinstance(statement, tree.Output):
            write_output(writer, statement, flow)
        elif isinstance(statement, tree.Input):
            flow = write_input(writer, statement)
    return flow


def anchor(writer: Writer, body: tuple[tree.Statement, ...]) -> None:
    """Names are worth what they were where the first action of these braces ran."""
    for statement in body:
        chain = statement.body if isinstance(statement, tree.Output) else statement
        if isinstance(chain, tree.Chain):
            notes = writer.notes(chain.links[0].action)
            if notes:
                writer.at.here = notes[0]
                return


def _go_behind(writer: Writer, action: tree.Action) -> None:
    """Names, and `in`, are worth what they were behind an action."""
    note = next(iter(writer.notes(action)), None)
    if note is not None and note.result is not None:
        writer.at.here = Note(note.owner, note.place, note.result)


def write_chain(writer: Writer, links: tuple[tree.Link, ...], flow: Flow) -> Flow:
    writer.at.chain += 1
    number = writer.at.chain
    for link in links:
        with writer.freeze(writer.at.freezing or link.frozen):
            flow = write_link(writer, link.label, link.action, flow)
        writer.at.chain = max(number, writer.at.chain)
        if writer.at.chain != number:
            number = writer.at.chain = writer.at.chain + 1
    return flow


def write_link(
    writer: Writer, label: tree.Template | None, action: tree.Action, flow: Flow
) -> Flow:
    """One action, and what its label keeps of it."""
    notes = writer.notes(action)
    if notes:
        writer.at.here = notes[0]
        hangs = frozenset(one.python for one in writer.plan.arguments)
        flow = flow._replace(dims=refreshed(flow.dims, notes[0].current.shape, hangs))
    elif not isinstance(action, tree.From):
        raise Unsaid(action.span)
    writer.at.current = flow
    inside: Braces[Value] = Braces()
    if isinstance(action, tree.Apply):
        result = write_apply(writer, action, label, flow, inside)
    elif isinstance(action, tree.Braced):
        result = write_merge(writer, action, flow)
    elif isinstance(action, tree.From):
        result = writer.tensor(action.target)
    elif label is not None:
        result = write_group(writer, action, label, flow, inside)
    else:
        result = write_structure(writer, action, flow)
    if label is None:
        return result
    labelled = Labelled(writer, label, action, flow, write_link)
    if label.plain is None:
        writer.modules.labelled.append(labelled)
    return remember(writer, label, result, inside, labelled.again)


def write_structure(writer: Writer, action: Structure, flow: Flow) -> Flow:
    """Braces without a label."""
    if isinstance(action, tree.Group):
        with writer.sight():
            return write_body(writer, action.body, flow)
    if isinstance(action, tree.If):
        return write_choice(writer, action, flow, write_body)
    text = read_scope(tuple(inner_bodies(action)))
    own = writer.text[-1]
    if text.sequence and not own.sequence:
        return write_group(writer, action, None, flow, Braces())
    return write_loop(writer, action, None, flow, write_body)


def write_group(
    writer: Writer,
    action: Structure,
    label: tree.Template | None,
    flow: Flow,
    inside: Braces[Value],
) -> Flow:
    """Braces with a name: an `nn.Sequential` where they are a chain, else a container."""
    if label is not None and label.plain:  # from inside, `label.name` is known while it runs
        writer.labels[-1][label.plain] = Value(None, (), inside)

    def step() -> Flow:
        if isinstance(action, (tree.For, tree.Repeat)):
            return write_loop(writer, action, label, flow, write_body)
        return write_structure(writer, action, flow)

    if is_sequential(writer, action, label):
        return write_sequential(writer, action, label, flow, step)
    return write_container(writer, action, label, inside, step)


def write_output(writer: Writer, statement: tree.Output, flow: Flow) -> None:
    """One more result, which leaves the current tensor alone."""
    if all(one.caller is not None for one in writer.plan.instances):
        return  # of a network that is called there is one result
    links = statement.body.links
    if bears_label(statement):
        links = (links[0]._replace(label=statement.label), *links[1:])
    name = _result_name(writer, statement) or f"output{len(writer.signature.results) + 1}"
    variable = writer.local(name)
    with writer.branch() as (init, forward), writer.variable(variable):
        result = write_chain(writer, links, flow)
        if result.value != ir.Name(variable):
            writer.forward.append(ir.Assign(ir.Name(variable), result.value))
    writer.init += init
    if statement.training:
        writer.forward.append(ir.If(ir.own("training"), tuple(forward)))
    else:
        writer.forward += forward
    writer.signature.results.append(Result(name, statement.training, ir.Name(variable)))


def _result_name(writer: Writer, statement: tree.Output) -> str | None:
    """The label of a result, which in a loop is worked out: a field of what is returned."""
    label = statement.label
    if label is None:
        return None
    word = label.plain
    for note in writer.notes(statement.body.links[0].action) if word is None else ():
        word = text_of(label, note.place)
    if word is not None and not (word.isidentifier() and word[0] != "_"):
        raise Unsaid(label.span)
    return word


def write_apply(
    writer: Writer,
    action: tree.Apply,
    label: tree.Template | None,
    flow: Flow,
    inside: Braces[Value],
) -> Flow:
    """A layer, a block, or what a parameter holds."""
    callee = action.callee
    if isinstance(callee, tree.Name):
        if callee.id == "share":
            return write_share(writer, action, flow)
        if callee.id in KINDS:
            value = LayerValue(KINDS[callee.id], (), {})
            return write_layer(writer, action, value, label, flow)
        if writer.bound(callee.id) is not None:
            return write_maker(writer, action, label, flow)
    notes = writer.notes(action)
    worth = worth_at(callee, notes[0]) if notes else UNKNOWN
    if isinstance(callee, tree.Name) and notes:
        worth = notes[0].place.callee(callee)
    if isinstance(worth, LayerValue):
        return write_layer(writer, action, worth, label, flow)
    return write_block(writer, action, label, flow, inside)
