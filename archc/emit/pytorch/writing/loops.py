"""Loops of the text are loops of the code; one whose rounds differ beyond words is written out."""

from __future__ import annotations

from typing import Any

from archc.emit.pytorch.drafts.flow import Flow, refreshed
from archc.emit.pytorch.drafts.placing import open_parts
from archc.emit.pytorch.drafts.unsaid import hole, mentioned, size_deciding
from archc.emit.pytorch.drafts.writer import Writer, attempt
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.reading.during import during
from archc.emit.pytorch.reading.number import Said, hangs_of, said_of, unsaid
from archc.emit.pytorch.reading.runs import Loop, Note, worth_at
from archc.emit.pytorch.reading.say import say, whole
from archc.emit.pytorch.reading.sight import NO_FLOATS, Bound, Unlike, Unsaid, floats_of_variable
from archc.emit.pytorch.writing.joins import first_action, ran
from archc.emit.pytorch.writing.unrolled import (
    Step,
    counts,
    keep,
    lose_count,
    named_rounds,
    round_target,
    row_of,
    write_out,
)
from archc.graph.naming import read_scope
from archc.graph.values import UNKNOWN
from archc.language import tree
from archc.shapes import Size


def write_loop(
    writer: Writer, action: Loop, label: tree.Template | None, flow: Flow, step: Step
) -> Flow:
    """A loop whose rounds pass a tensor on.

    One that no network runs a round of stays, so that other arguments run it; but where its text
    would be wrong if it ran, it is left out, and what its count hangs on is lost.
    """
    open_parts(writer, action)
    with during(writer, "text", [*writer.text, read_scope((action.body,))]):
        result = attempt(writer, lambda draft: _rolled(draft, action, label, flow, step))
        if isinstance(result, Unlike):
            return write_out(writer, action, label, flow, step)
    if isinstance(result, Flow):
        return result
    if counts(writer, action) != {0}:
        raise result
    lose_count(writer, action)
    return flow


def _rolled(
    writer: Writer, action: Loop, label: tree.Template | None, flow: Flow, step: Step
) -> Flow:
    if any(isinstance(one, tree.Output) for one in tree.within(action.body)):
        raise Unlike  # each result has a name of its own
    targets, iterable, bound, hangs = _head(writer, action)
    named = named_rounds(writer, action)
    block = ir.Name(writer.local("block")) if named else None
    counter = writer.local("n") if named else ""
    before = ir.Name(writer.at.var)
    if flow.value != before and not writer.at.target.sequence:
        writer.forward.append(ir.Assign(before, flow.value))
    start = before if not writer.at.target.sequence else flow.value
    channel = writer.channel_name(flow, hangs | mentioned(writer, action.body))
    entering = _entering(writer, flow.dims, channel, action, hangs)
    variables = {one for one in (*targets, counter) if one not in ("_", "")}
    loops, depth = writer.names.loops | variables, writer.at.depth
    inside = during(writer.names, "loops", loops), during(writer.at, "depth", depth + 1)
    with inside[0], inside[1], writer.branch() as (init, forward):
        with writer.sight(bound), writer.into(round_target(writer, block)):
            result = step(writer, action.body, Flow(start, entering))
        if result.value != before and not writer.at.target.sequence:
            writer.forward.append(ir.Assign(before, result.value))
    dims, init, made = _carry(flow.dims, result.dims, channel, init, hangs)
    writer.init += made
    if not depth:
        for answers, begun in writer.at.answers:
            row = ir.call("iter", begun.target)
            writer.forward.append(ir.Assign(answers, row))
        writer.at.answers.clear()
    _close(writer, action, label, block, counter, targets, iterable, init, forward)
    notes = writer.notes(action)  # behind a loop the sizes are those that the first network had
    seen = notes[0].result if notes else None
    return Flow(start, refreshed(dims, None if seen is None else seen.shape, frozenset()))


def _head(
    writer: Writer, action: Loop
) -> tuple[tuple[str, ...], ir.Expr, dict[str, Bound], frozenset[str]]:
    """The loop's variables, what it goes over, what is bound inside, what its count hangs on."""
    notes = writer.notes(action)
    if isinstance(action, tree.Repeat):
        try:
            said = whole(action.count, writer)
        except Unsaid as reason:
            seen = [(note, worth_at(action.count, note)) for note in notes]
            said = hole(writer, seen, reason.hangs, "rounds", action.count.span)
        ran(writer, action.body, notes, {})
        return ("_",), ir.call("range", said), {}, ir.names(said)
    try:
        said = say(action.iterable, writer)
    except Unsaid:
        raise Unlike from None
    names: dict[str, Any] = {
        one.id: _example(writer, action, place) for place, one in enumerate(action.targets)
    }
    ran(writer, action.body, notes, names)
    bound: dict[str, Bound] = {}
    targets: list[str] = []
    axes = _axes(action, notes)
    for place, one in enumerate(action.targets):
        if one.id == "_":
            targets.append("_")
            continue
        python = writer.loop_variable(one.id.lower() if one.id[0].isupper() else one.id)
        targets.append(python)
        floats = floats_of_variable(action, place, writer)
        if isinstance(names[one.id], (bool, str)):
            floats = NO_FLOATS
        bound[one.id] = Bound(ir.Name(python), floats, axes[place], ir.names(said))
    if len(set(targets) - {"_"}) != len([one for one in targets if one != "_"]):
        raise Unlike
    if isinstance(said, ir.Row):
        said = _expanded(said, axes)
    return tuple(targets), said, bound, ir.names(said)


def _axes(action: tree.For, notes: list[Note]) -> list[int]:
    """Which variables hold sizes with axes of their own."""
    worths = [worth_at(action.iterable, note) for note in notes]
    items = [one for worth in worths if isinstance(worth, tuple) for one in worth]
    result = []
    for place in range(len(action.targets)):
        column = [one[place] if len(action.targets) > 1 else one for one in items]
        sizes = {len(one) for one in column if isinstance(one, Size) and len(set(one)) > 1}
        if len(sizes) > 1 or (sizes and not isinstance(action.iterable, tree.List)):
            raise Unlike
        result.append(sizes.pop() if sizes else 0)
    return result


def _expanded(said: ir.Row, axes: list[int]) -> ir.Row:
    """A table whose columns of sizes are all of one length."""
    if not any(axes):
        return said
    rows = []
    for row in said.items:
        cells = list(row.items) if len(axes) > 1 and isinstance(row, ir.Row) else [row]
        for place, count in enumerate(axes):
            if count and not isinstance(cells[place], ir.Row):
                cells[place] = ir.Row((cells[place],) * count, True)
        rows.append(ir.Row(tuple(cells), True) if len(axes) > 1 else cells[0])
    return ir.Row(tuple(rows), said.tuple)


def _example(writer: Writer, action: tree.For, place: int) -> Any:
    """What a loop variable would hold: its first item, else 0."""
    worth = writer.worth(action.iterable)
    if not isinstance(worth, tuple) or not worth:
        return 0
    first = worth[0]
    if len(action.targets) == 1:
        return first
    return first[place] if isinstance(first, tuple) and place < len(first) else UNKNOWN


def _entering(
    writer: Writer, dims: tuple[Any, ...], channel: str, action: Loop, hangs: frozenset[str]
) -> tuple[Any, ...]:
    """The axes that enter any round: channels under a name, sizes by number."""
    if not dims or not isinstance(dims[0], int):
        return dims
    first = first_action(action.body)
    moving: frozenset[str] = frozenset()
    entered = [one.current.shape for one in writer.notes(first)] if first is not None else []
    if len({shape[1:] for shape in entered if shape is not None}) > 1 and len(dims) > 1:
        moving = hangs | size_deciding(writer, action.body)
    sizes = tuple(unsaid(axis, moving) if moving else axis for axis in dims[1:])
    return (Said(int(dims[0]), ir.Name(channel)), *sizes)


def _carry(
    before: tuple[Any, ...],
    after: tuple[Any, ...],
    channel: str,
    init: list[ir.Statement],
    hangs: frozenset[str],
) -> tuple[tuple[Any, ...], list[ir.Statement], list[ir.Statement]]:
    """Channels from round to round: the same throughout, or a variable that each round sets."""
    dims = tuple(
        axis if axis == old and not hangs_of(axis) else unsaid(axis, hangs | hangs_of(old))
        for axis, old in zip(after, before, strict=False)
    )
    if len(after) != len(before):
        raise Unlike
    if not before or not isinstance(before[0], int):
        return dims, init, []
    name, first, last = ir.Name(channel), said_of(before[0]), said_of(after[0])
    if last is None:
        raise Unlike
    moved = name in ir.assigned(tuple(init))
    if last in (name, first) and not moved:
        if first is None:
            if any(one == name for one in ir.within(tuple(init))):
                raise Unlike  # what the rounds say of it has no word in front of them
            return (before[0], *dims[1:]), init, []
        put = list(ir.put_in(tuple(init), {channel: first}))
        return (before[0], *dims[1:]), put, []
    if first is None:
        raise Unlike
    if not moved or last != name:
        init = [*init, ir.Assign(name, last)]
    start: list[ir.Statement] = [] if first == name else [ir.Assign(name, first)]
    return (Said(int(after[0]), name), *dims[1:]), init, start


def _close(
    writer: Writer,
    action: Loop,
    label: tree.Template | None,
    block: ir.Name | None,
    number: str,
    targets: tuple[str, ...],
    iterable: ir.Expr,
    init: list[ir.Statement],
    forward: list[ir.Statement],
) -> None:
    """The two loops, and where the rounds' modules are kept if they have any."""
    counter = None
    if _from_nothing(iterable) and targets[0] != "_":
        init = list(ir.put_in(tuple(init), {number: ir.Name(targets[0])}))
        number = targets[0]
    if block is not None and block in writer.modules.used:
        made, taken = keep(writer, block, ir.Name(number), row_of(writer, action, label))
        init, forward = [*made, *init], [*taken, *forward]
        counter = number if number != targets[0] else None
    if init:
        counted = counter if counter and counter in ir.names(tuple(init)) else None
        writer.init.append(ir.For(targets, iterable, tuple(init), counted))
    if forward and not writer.at.target.sequence:
        goes = writer.in_forward(iterable)
        writer.forward.append(ir.For(targets, goes, tuple(forward), counter))


def _from_nothing(iterable: ir.Expr) -> bool:
    """Whether a loop counts its own rounds: `range(n)`."""
    if not isinstance(iterable, ir.Call) or iterable.function != ir.Name("range"):
        return False
    return len(iterable.arguments) == 1
