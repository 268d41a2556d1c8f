"""Calls of blocks: an instance of the callee's class, made with the author's arguments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from archc.emit.pytorch.actions.forms import features_of
from archc.emit.pytorch.actions.share import inner_values
from archc.emit.pytorch.drafts.flow import Braces, Flow, Target, Value
from archc.emit.pytorch.drafts.placing import frozen, register
from archc.emit.pytorch.drafts.unsaid import hole, lose, said_or_hole
from archc.emit.pytorch.drafts.writer import Writer
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.python.names import AXIS_NAMES
from archc.emit.pytorch.python.simplify import simplified, tidied
from archc.emit.pytorch.reading.arguments import Argument, widened
from archc.emit.pytorch.reading.number import Flat, Said, hangs_of, said_of
from archc.emit.pytorch.reading.plan import Plan
from archc.emit.pytorch.reading.runs import Instance, Note, worth_at
from archc.emit.pytorch.reading.say import arguments_of, by_axis, numbers_of, say, whole
from archc.emit.pytorch.reading.sight import Unlike, Unsaid, constant, literal
from archc.graph.values import BlockValue, LayerValue
from archc.language import tree
from archc.language.source import Span
from archc.shapes import Open, Shape, Size


def write_block(
    writer: Writer,
    action: tree.Apply,
    label: tree.Template | None,
    flow: Flow,
    inside: Braces[Value],
    handed: ir.Expr | None = None,
) -> Flow:
    """A call of a block that is known by its name, or of what a parameter holds: as it is `handed`.

    `inside` takes the labels that a known one has.
    """
    notes = writer.notes(action)
    instances = [note.instance for note in notes if note.instance is not None]
    if not instances:
        raise Unsaid(action.span)
    plans = list(dict.fromkeys(map(writer.classes.complete, instances)))
    plan = plans[0]
    if handed is not None:
        _note_made(writer, action, plans)
    elif len(set(map(writer.classes.plan, instances))) != 1:
        raise Unlike
    given, tensors = _given(writer, action, plan, instances[0], handed is not None)
    for one in plans:
        _lose_with(writer, one, given, flow)
    first = [] if plan.network else [_channels_of(writer, flow, notes)]
    holes = [*_holes(writer, plan, notes, given, flow), *_sizes(writer, plan, flow, notes)]
    words, named = _arranged(plan, given, action if not holes else None)
    function = handed or ir.Name(plan.name)
    make = ir.Call(function, (*first, *words), (*holes, *named))
    channels = None if handed is not None else _channels(plan, given, flow)
    hangs: frozenset[str] = frozenset()
    if channels is not None:
        reach = register(writer, label, action, make)
    else:
        reach, asked = _registered(writer, label, action, make)
        channels = asked if plan.tells_channels else None
        hangs = hangs if handed is not None else hangs_of(*flow.dims)
    dims = _behind(plan, given, flow, instances[0].left, make if handed is not None else None)
    if dims and isinstance(dims[0], int) and not isinstance(channels, ir.Const):
        dims = (Said(dims[0], channels, hangs), *dims[1:])
    if label is not None and handed is None and writer.signature.reads.inside:
        inside.update(inner_values(writer, reach, plan))
    return writer.called(reach.forward, flow, dims, *tensors)


def _note_made(writer: Writer, action: tree.Apply, plans: list[Plan]) -> None:
    """The argument that holds the block makes instances of these classes, says its type."""
    assert isinstance(action.callee, tree.Name)
    argument = writer.plan.argument(action.callee.id)
    if argument is not None:
        blocks = [one.definition for one in argument.values if isinstance(one, BlockValue)]
        handed = [each for one in blocks for each in writer.classes.of(one)]
        made = frozenset(plan.name for plan in (*plans, *handed))
        writer.signature.makes[argument.name] = made


def _channels_of(writer: Writer, flow: Flow, notes: list[Note]) -> ir.Expr:
    """How many channels enter."""
    if isinstance(flow.dims[0], Flat):
        return features_of(writer, flow.dims[0], notes[0].current.origin)
    return _axis(writer, flow, notes, 0, "channels")


def _axis(writer: Writer, flow: Flow, notes: list[Note], place: int, name: str) -> ir.Expr:
    """An axis of what enters."""
    shapes = [(note, note.current.shape) for note in notes]
    seen = [(note, shape[place]) for note, shape in shapes if shape is not None]
    return said_or_hole(writer, flow.dims[place], seen, name, notes[0].current.origin)


def _given(
    writer: Writer, action: tree.Apply, plan: Plan, called: Instance, handed: bool
) -> tuple[dict[str, ir.Expr], list[ir.Expr]]:
    """What a call gives its arguments, by name, and the tensors it hands on."""
    given: dict[str, ir.Expr] = {}
    tensors: list[ir.Expr] = []
    for name, expr in arguments_of(action, called.free).items():
        argument = plan.argument(name)
        if argument is None:
            if handed and writer.worth(expr) is not None:
                raise Unlike
        elif argument.kind == "tensor":
            flow = writer.tensor(expr)
            tensors.append(flow.value)
            seen = [
                (note, getattr(worth_at(expr, note), "shape", (0,))[0])
                for note in writer.notes(action)
            ]
            given[name] = said_or_hole(writer, flow.dims[0], seen, "channels", expr.span)
        else:
            given[name] = argument_said(writer, expr, argument, action)
    fixed = called.value.named if called.value is not None and not handed else {}
    for name, value in fixed.items():  # by an alias
        argument = plan.argument(name)
        if argument is not None and name not in given:
            given[name] = widened(constant(value, writer, action.callee), argument)
    return given, tensors


def argument_said(
    writer: Writer, expr: tree.Expr, argument: Argument, action: tree.Apply
) -> ir.Expr:
    """An argument in the constructor; a number that cannot be said is the one it was."""
    worth, numbers = writer.worth(expr), numbers_of(expr, writer)
    try:
        if isinstance(worth, (BlockValue, LayerValue)):
            return say(expr, writer) if _in_sight(writer, expr) else writer.maker(worth, expr)
        if numbers and isinstance(worth, Size) and argument.type == "int":  # its axes are all alike
            lose(writer, hangs_of(*numbers), expr.span)
            return literal(worth)
        if argument.axes:
            return ir.Row(tuple(by_axis(expr, argument.axes, writer)), True)
        if argument.type == "Sequence[int]" and isinstance(expr, tree.List):
            return ir.Row(tuple(whole(item, writer) for item in expr.items))
        said = whole(expr, writer) if argument.type.startswith("int") else say(expr, writer)
        return widened(said, argument)
    except Unsaid as reason:
        seen = [(note, worth_at(expr, note)) for note in writer.notes(action)]
        if numbers and not any(isinstance(one, Open) for one in numbers):
            return ir.Row(tuple(_items(writer, numbers, seen, argument, expr.span)), True)
        if not any(isinstance(worth, int) for _, worth in seen):
            raise
        return hole(writer, seen, reason.hangs, argument.python, expr.span)


def _items(
    writer: Writer,
    numbers: tuple[Any, ...],
    seen: list[tuple[Note, Any]],
    argument: Argument,
    span: Span,
) -> Iterator[ir.Expr]:
    """The numbers of a list; one that cannot be said is the one it was."""
    for place, one in enumerate(numbers):
        every = [(note, worth[place]) for note, worth in seen if isinstance(worth, tuple)]
        yield said_or_hole(writer, one, every, argument.python, span)


def _in_sight(writer: Writer, expr: tree.Expr) -> bool:
    return any(
        isinstance(one, tree.Name) and writer.bound(one.id) is not None for one in tree.within(expr)
    )


def _holes(
    writer: Writer, plan: Plan, notes: list[Note], given: dict[str, ir.Expr], flow: Flow
) -> list[tuple[str, ir.Expr]]:
    """The numbers that the callee leaves to its callers."""
    found: list[tuple[str, ir.Expr]] = []
    for one in plan.holes:
        scopes = [(note, id(note.instance.scope)) for note in notes if note.instance is not None]
        seen = [(note, one.values[scope]) for note, scope in scopes if scope in one.values]
        if not seen:
            found.append((one.name, ir.Const(next(iter(one.values.values())))))
            continue
        hangs = union(_in_callers(plan, one.hangs, given, flow))
        said = hole(writer, seen, hangs, one.wanted, notes[0].current.origin)
        found.append((one.name, said))
    return found


def _in_callers(
    plan: Plan, names: Iterable[str], given: dict[str, ir.Expr], flow: Flow
) -> dict[str, frozenset[str]]:
    """What decides, at the caller's, each of these arguments, channels and sizes of a class."""
    axes = "in_channels", *AXIS_NAMES.get(len(flow.dims) - 1, ())
    sizes = dict(zip(axes, flow.dims, strict=False))
    words = {one.python: given[one.name] for one in plan.arguments if one.name in given}
    found = {name: ir.names(words[name]) for name in names if name in words}
    return found | {name: hangs_of(sizes[name]) for name in names if name in sizes}


def union(hangs: dict[str, frozenset[str]]) -> frozenset[str]:
    return frozenset[str]().union(*hangs.values())


def _sizes(writer: Writer, plan: Plan, flow: Flow, notes: list[Note]) -> list[tuple[str, ir.Expr]]:
    """The sizes of what enters, where the callee counts positions."""
    names = {one.name for one in plan.code.parameters}
    found: list[tuple[str, ir.Expr]] = []
    for place, name in enumerate(AXIS_NAMES.get(len(flow.dims) - 1, ()), 1):
        if name in names:
            found.append((name, _axis(writer, flow, notes, place, name)))
    return found


def _arranged(
    plan: Plan, given: dict[str, ir.Expr], action: tree.Apply | None
) -> tuple[list[ir.Expr], list[tuple[str, ir.Expr]]]:
    """Arguments by position as far as the author had them so, then by name."""
    arguments = action.arguments if action is not None and not plan.holes else ()
    by_position = sum(1 for one in arguments if one.name is None)
    words: list[ir.Expr] = []
    named: list[tuple[str, ir.Expr]] = []
    for argument in plan.arguments:
        said = given.get(argument.name)
        if said is None:
            by_position = 0
            continue
        if by_position > len(words) and not named:
            words.append(said)
        else:
            named.append((argument.python, said))
    return words, named


def _lose_with(writer: Writer, plan: Plan, given: dict[str, ir.Expr], flow: Flow) -> None:
    """What the callee does not follow, its callers do not follow either."""
    for name, hangs in _in_callers(plan, plan.lost, given, flow).items():
        lose(writer, hangs, *plan.lost[name])


def _behind(
    plan: Plan, given: dict[str, ir.Expr], flow: Flow, left: Shape | None, handed: ir.Call | None
) -> tuple[Any, ...]:
    """The axes behind a call: what the callee says of them, in the caller's words."""
    if left is None:
        raise Unsaid(plan.definition.name.span)
    known = plan.out if plan.out is not None and len(plan.out) == len(left) else None
    dims: list[Any] = [left[0]]
    for place, size in enumerate(left[1:], 1):
        hangs = hangs_of(*flow.dims[1:])
        if handed is not None:  # what it is made of decides
            hangs |= ir.names((handed.function, handed.arguments[1:], handed.named))
        elif known is not None:
            hangs = union(_in_callers(plan, hangs_of(known[place]), given, flow))
        dims.append(Said(size, None, hangs) if hangs and isinstance(size, int) else size)
    return tuple(dims)


def _registered(
    writer: Writer, label: tree.Template | None, action: tree.Apply, make: ir.Expr
) -> tuple[Target, ir.Expr]:
    """Registers a module that is asked for its channels, and how it is asked."""
    if not writer.at.target.sequence and not writer.at.target.counts:
        reach = register(writer, label, action, make)
        return reach, ir.Attr(reach.init, "out_channels")
    name = writer.local("layer")
    writer.names.vary(name, ir.names(make))
    writer.init.append(ir.Assign(ir.Name(name), frozen(writer, make)))
    with writer.freeze(False):
        reach = register(writer, label, action, ir.Name(name))
    return reach, ir.Attr(ir.Name(name), "out_channels")


def _channels(plan: Plan, given: dict[str, ir.Expr], flow: Flow) -> ir.Expr | None:
    """The channels behind a call, where the callee says them over its arguments."""
    said = said_of(plan.out[0]) if plan.out is not None and isinstance(plan.out[0], int) else None
    if said is None:
        return None
    values: dict[str, ir.Expr] = {}  # what the arguments are worth here, defaults included
    for argument in plan.arguments:
        if argument.name in given:
            values[argument.python] = given[argument.name]
        elif argument.default is not None and argument.late is None:
            values[argument.python] = argument.default
    if not plan.network and flow.dims and isinstance(flow.dims[0], int):
        channels = said_of(flow.dims[0])
        if channels is not None:
            values["in_channels"] = channels
    if not ir.names(said) <= values.keys():
        return None
    put: ir.Expr = ir.rebuilt(ir.put_in(said, values), _simple)
    return put if sum(1 for _ in ir.within(put)) <= LONGEST else None


LONGEST = 12  # records in an expression; of a longer one the module is asked


def _simple(node: Any) -> Any:
    return simplified(node) if isinstance(node, ir.Binary) else tidied(node)
