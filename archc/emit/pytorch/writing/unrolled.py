"""A loop written out, round after round; and where the modules of a round are kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from archc.emit.pytorch.drafts.flow import Flow, Target
from archc.emit.pytorch.drafts.placing import name_of, put
from archc.emit.pytorch.drafts.unsaid import lose
from archc.emit.pytorch.drafts.writer import Writer
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.reading.during import during
from archc.emit.pytorch.reading.runs import Loop, Sorted, worth_at
from archc.emit.pytorch.reading.say import say
from archc.emit.pytorch.reading.sight import Bound, TooLong, Unlike, Unsaid, literal
from archc.graph.naming import read_scope
from archc.graph.values import BlockValue, LayerValue
from archc.language import tree
from archc.language.source import Span
from archc.shapes import Size

Step = Callable[[Writer, tuple[tree.Statement, ...], Flow], Flow]
"""Writes the statements of a round."""
MOST_WRITTEN = 10_000  # statements of the rounds of all loops that are written out
MODULE_DICT = ir.Attr(ir.Name("nn"), "ModuleDict")


def named_rounds(writer: Writer, action: Loop) -> bool:
    """Whether a round has modules under names of their own, which need a container."""
    text = read_scope((action.body,))
    return bool(text.names) and not text.sequence and not writer.at.target.sequence


def round_target(writer: Writer, block: ir.Name | None) -> Target:
    """Where the modules of a round go; `block` is what holds those that have no label."""
    target = writer.at.target
    return target if block is None else Target(block, block, target.labels)


def row_of(writer: Writer, action: Loop, label: tree.Template | None) -> Target | None:
    """The list of the rounds of a loop, named in the scope around it; a label has a container."""
    if label is not None:
        return None
    inner = writer.text.pop()
    try:
        name = ir.Const(name_of(writer, action))
    finally:
        writer.text.append(inner)
    return put(writer, writer.at.target, name, ir.Make("nn.ModuleList", (), ""))


def keep(
    writer: Writer, block: ir.Name, number: ir.Const | ir.Name, row: Target | None
) -> tuple[ir.Body, ir.Body]:
    """What holds the modules of a round: made in the constructor, taken in the forward pass."""
    made = ir.Assign(block, ir.Make("nn.ModuleDict", (), ""))
    checked = ir.Assert(ir.Call(ir.Name("isinstance"), (block, MODULE_DICT)))
    if row is not None:
        append: ir.Statement = ir.method(row.init, "append", block)
        return (made, append), (ir.Assign(block, ir.Index(row.forward, number)), checked)
    target = writer.at.target
    key: ir.Expr = ir.call("str", number)
    if isinstance(number, ir.Const):
        key = ir.Const(str(number.value))
    put_in = ir.Assign(ir.Index(target.init, key), block)
    return (made, put_in), (ir.Assign(block, ir.Index(target.forward, key)), checked)


def write_out(
    writer: Writer, action: Loop, label: tree.Template | None, flow: Flow, step: Step
) -> Flow:
    """Round after round, each with its own numbers."""
    count = _count(writer, action)
    named = named_rounds(writer, action)
    row: Target | None = None
    lists = [] if isinstance(action, tree.Repeat) else _lists(writer, action)
    loop = Sorted(action)
    room = MOST_WRITTEN - writer.classes.told.unrolled - writer.signature.unrolled
    written = 0
    for number in range(count):
        bound = _constants(writer, action, [one[number] for one in lists])
        block = ir.Name(writer.local("block")) if named else None
        target = round_target(writer, block)
        rounds = during(writer.at, "rounds", (*writer.at.rounds, (loop, number)))
        inside = writer.sight(bound), writer.into(target)
        with rounds, inside[0], inside[1], writer.branch() as (init, forward):
            result = step(writer, action.body, flow)
        if block is not None and block in writer.modules.used:
            row = row or row_of(writer, action, label)
            made, taken = keep(writer, block, ir.Const(number), row)
            init, forward = [*made, *init], [*taken, *forward]
        writer.init += init
        writer.forward += forward
        flow = result
        written += len(init) + len(forward)
        if written > room:
            what = f"{MOST_WRITTEN:,} statements of loops that are written out"
            span = Span(action.span.source, action.span.start, _counted(action).span.end)
            raise TooLong(span, what, "its rounds differ, and are written one by one: take fewer")
    if not writer.at.rounds:
        writer.signature.unrolled += written
    return flow


def _count(writer: Writer, action: Loop) -> int:
    """How many rounds every run has; raises `Unlike` where they differ."""
    found = counts(writer, action)
    if len(found) != 1:
        raise Unlike
    lose_count(writer, action)
    return found.pop()


def counts(writer: Writer, action: Loop) -> set[int]:
    """How many rounds the runs have."""
    expr = _counted(action)
    found = set()
    for note in writer.notes(action):
        worth = worth_at(expr, note)
        if isinstance(worth, tuple):
            worth = len(worth)
        if not isinstance(worth, int):
            raise Unsaid(expr.span)
        found.add(worth)
    return found


def _counted(action: Loop) -> tree.Expr:
    return action.count if isinstance(action, tree.Repeat) else action.iterable


def lose_count(writer: Writer, action: Loop) -> None:
    """The code does not follow what decides the number of rounds."""
    expr = _counted(action)
    try:
        lose(writer, ir.names(say(expr, writer)), expr.span)
    except Unsaid as reason:
        lose(writer, reason.hangs, expr.span)


def _constants(writer: Writer, action: Loop, items: list[Any]) -> dict[str, Bound]:
    """What the variables of a loop hold in one round, of all its runs' items."""
    if isinstance(action, tree.Repeat):
        return {}
    worths = {repr(item): item for item in items}
    if len(worths) != 1:
        raise Unlike
    item = next(iter(worths.values()))
    bound = {}
    for place, one in enumerate(action.targets):
        value = item if len(action.targets) == 1 else item[place]
        if one.id == "_":
            continue
        if isinstance(value, (LayerValue, BlockValue)):
            bound[one.id] = Bound(writer.maker(value, one))
        else:
            said = literal(value)
            axes = len(value) if isinstance(value, Size) and len(set(value)) > 1 else 0
            bound[one.id] = Bound(said, axes=axes)
    return bound


def _lists(writer: Writer, action: tree.For) -> list[tuple[Any, ...]]:
    """What each run of a loop goes over."""
    worths = [worth_at(action.iterable, note) for note in writer.notes(action)]
    return [one for one in worths if isinstance(one, tuple)]
