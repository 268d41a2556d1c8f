"""Calls of blocks: an instance of the callee's class, made with the author's arguments."""

from __future__ import annotations

from archc.emit.pytorch import ir
from archc.emit.pytorch.classes import AXIS_NAMES, Argument, Plan, Unroll, for_channels
from archc.emit.pytorch.flow import Access, Flow, Value
from archc.emit.pytorch.inner import inner_values
from archc.emit.pytorch.layers import features_of, module, place_module, site_of, tensor_flow
from archc.emit.pytorch.number import Flat, Said, hangs_of, said_of, unsaid
from archc.emit.pytorch.placing import frozen, register
from archc.emit.pytorch.say import Unsaid, by_axis, constant, say, whole
from archc.emit.pytorch.simplify import simplified
from archc.emit.pytorch.watch import Instance, Note
from archc.emit.pytorch.writer import Writer, worth_at
from archc.graph.values import UNKNOWN, BlockValue, LayerValue
from archc.hints import Any
from archc.language import tree


def write_block(
    writer: Writer,
    action: tree.Apply,
    label: tree.Template | None,
    flow: Flow,
    inside: dict[str, Value],
) -> Flow:
    """A call of a block that is known by its name; `inside` takes the labels that it has."""
    notes = writer.notes(action)
    instances = [note.instance for note in notes if note.instance is not None]
    if not instances:
        raise Unsaid(action.span)
    plan = _plan(writer, instances)
    fixed = _fixed(writer, action, notes)
    given, tensors = _given(writer, action, plan, fixed)
    first = [] if plan.network else [channels_of(writer, flow, notes)]
    holes = _holes(writer, plan, notes)
    holes += _sizes(writer, plan, flow, notes)
    words, named = _arranged(plan, given, action)
    if holes:
        taken = [one.python for one in plan.arguments if one.name in given]
        named = [*zip(taken, words, strict=False), *named]
        words = []
    make = ir.Call(ir.Name(plan.name), (*first, *words), (*holes, *named))
    _lose(writer, plan, given, flow)
    if said_out(plan, given, flow) is None:
        reach, asking = _registered(writer, label, action, make)
    else:
        reach = register(writer, label, action, make)
        asking = ir.Attr(reach.init, "out_channels")
    dims = _result(writer, plan, given, flow, instances, asking)
    if label is not None and writer.signature.reads.inside:
        inside.update(inner_values(writer, reach, plan))
    if writer.at.target.sequence:
        return Flow(flow.value, dims)
    return Flow(writer.assign(ir.Call(reach.forward, (flow.value, *tensors))), dims)


def _plan(writer: Writer, instances: list[Instance]) -> Plan:
    plans = list(dict.fromkeys(map(writer.classes.complete, instances)))
    if len(set(map(writer.classes.plan, instances))) != 1:
        raise Unroll
    return plans[-1]


def channels_of(writer: Writer, flow: Flow, notes: list[Note]) -> ir.Expr:
    """How many channels enter."""
    seen = [(note, note.current.shape[0]) for note in notes if note.current.shape is not None]
    if isinstance(flow.dims[0], Flat):
        return features_of(writer, flow.dims[0], notes[0].current.origin)
    return writer.whole(flow.dims[0], seen, "channels", notes[0].current.origin)


def _fixed(writer: Writer, action: tree.Apply, notes: list[Note]) -> dict[str, ir.Expr]:
    """The arguments that an alias has fixed before."""
    callee = action.callee
    worth = notes[0].place.callee(callee) if isinstance(callee, tree.Name) else UNKNOWN
    if worth is UNKNOWN or worth is None:
        worth = worth_at(callee, notes[0])
    if not isinstance(worth, BlockValue):
        return {}
    return {name: constant(value, writer, callee) for name, value in worth.named.items()}


def _given(
    writer: Writer, action: tree.Apply, plan: Plan, fixed: dict[str, ir.Expr]
) -> tuple[dict[str, ir.Expr], list[ir.Expr]]:
    """What a call gives its arguments, by name, and the tensors it hands on."""
    given: dict[str, ir.Expr] = {}
    tensors: list[ir.Expr] = []
    for name, expr in written(action, plan, fixed).items():
        argument = plan.argument(name)
        if argument is None:
            continue
        if argument.kind == "tensor":
            flow = tensor_flow(writer, expr)
            tensors.append(flow.value)
            seen = [
                (note, getattr(worth_at(expr, note), "shape", (0,))[0])
                for note in writer.notes(action)
            ]
            given[name] = writer.whole(flow.dims[0], seen, "channels", expr.span)
        else:
            given[name] = argument_said(writer, expr, argument, action)
    for name, said in fixed.items():
        argument = plan.argument(name)
        if argument is not None and name not in given:
            given[name] = widened(said, argument)
    return given, tensors


def written(action: tree.Apply, plan: Plan, fixed: dict[str, ir.Expr]) -> dict[str, tree.Expr]:
    """The author's expression for each parameter of the callee that the call gives."""
    free = [one.name.id for one in plan.definition.parameters if one.name.id not in fixed]
    found: dict[str, tree.Expr] = {}
    for argument in action.arguments:
        if argument.name is not None:
            found[argument.name] = argument.value
        elif free:
            found[free.pop(0)] = argument.value
    return found


def argument_said(
    writer: Writer, expr: tree.Expr, argument: Argument, action: tree.Apply
) -> ir.Expr:
    """An argument in the constructor; a number that cannot be said is the one it was."""
    try:
        worth = writer.worth(expr)
        if isinstance(worth, (BlockValue, LayerValue)):
            return say(expr, writer) if _in_sight(writer, expr) else writer.maker(worth, expr)
        if argument.axes:
            return ir.Row(tuple(by_axis(expr, argument.axes, writer)), True)
        if argument.type == "Sequence[int]" and isinstance(expr, tree.List):
            return ir.Row(tuple(whole(item, writer) for item in expr.items))
        said = whole(expr, writer) if argument.type.startswith("int") else say(expr, writer)
        return widened(said, argument)
    except Unsaid as reason:
        seen = [(note, worth_at(expr, note)) for note in writer.notes(action)]
        known = [worth for _, worth in seen if isinstance(worth, int)]
        if not known:
            raise
        value = Said(known[0], None, reason.hangs)
        return writer.hole(seen, value, argument.python, expr.span)


def _in_sight(writer: Writer, expr: tree.Expr) -> bool:
    return any(
        isinstance(one, tree.Name) and writer.bound(one.id) is not None for one in tree.within(expr)
    )


def widened(said: ir.Expr, argument: Argument) -> ir.Expr:
    """A number where the class takes one an axis."""
    if argument.axes and not isinstance(said, ir.Row) and isinstance(said, ir.Const):
        return ir.Row((said,) * argument.axes, True)
    return said


def _holes(writer: Writer, plan: Plan, notes: list[Note]) -> list[tuple[str, ir.Expr]]:
    """The numbers that the callee leaves to its callers."""
    found: list[tuple[str, ir.Expr]] = []
    for hole in plan.holes:
        seen = []
        for note in notes:
            if note.instance is not None and id(note.instance.scope) in hole.values:
                seen.append((note, hole.values[id(note.instance.scope)]))
        if not seen:
            found.append((hole.name, ir.Const(next(iter(hole.values.values())))))
            continue
        value = Said(int(seen[0][1]), None)
        said = writer.hole(seen, value, hole.name, notes[0].current.origin)
        found.append((hole.name, said))
    return found


def _sizes(writer: Writer, plan: Plan, flow: Flow, notes: list[Note]) -> list[tuple[str, ir.Expr]]:
    """The sizes of what enters, where the callee counts positions."""
    names = {one.name for one in plan.code.parameters} if plan.code is not None else set()
    found: list[tuple[str, ir.Expr]] = []
    for place, name in enumerate(AXIS_NAMES.get(len(flow.dims) - 1, ()), 1):
        if name in names:
            shapes = [(note, note.current.shape) for note in notes]
            seen = [(note, shape[place]) for note, shape in shapes if shape is not None]
            span = notes[0].current.origin
            found.append((name, writer.whole(flow.dims[place], seen, name, span)))
    return found


def _arranged(
    plan: Plan, given: dict[str, ir.Expr], action: tree.Apply
) -> tuple[list[ir.Expr], list[tuple[str, ir.Expr]]]:
    """Arguments by position as far as the author had them so, then by name."""
    by_position = sum(1 for one in action.arguments if one.name is None)
    words: list[ir.Expr] = []
    named: list[tuple[str, ir.Expr]] = []
    for argument in plan.arguments:
        said = given.get(argument.name)
        if said is None:
            by_position = 0
            continue
        if by_position > len(words) and not named and not plan.holes:
            words.append(said)
        else:
            named.append((argument.python, said))
    return words, named


def _lose(writer: Writer, plan: Plan, given: dict[str, ir.Expr], flow: Flow) -> None:
    """What the callee does not follow, its callers do not follow either."""
    sizes = dict(zip(AXIS_NAMES.get(len(flow.dims) - 1, ()), flow.dims[1:], strict=False))
    for name, lost in plan.lost.items():
        if name in sizes:
            writer.lose(hangs_of(sizes[name]), *lost)
            continue
        for argument in plan.arguments:
            if argument.python == name and argument.name in given:
                writer.lose(ir.names(given[argument.name]), *lost)


def _result(
    writer: Writer,
    plan: Plan,
    given: dict[str, ir.Expr],
    flow: Flow,
    instances: list[Instance],
    asking: ir.Expr,
) -> tuple[Any, ...]:
    """The axes behind a call: what the callee says of them, in the caller's words."""
    left = instances[0].left
    if left is None:
        raise Unsaid(plan.definition.name.span)
    values = _meaning(plan, given, flow)
    out = plan.out
    sizes = []
    for place, size in enumerate(left[1:], 1):
        hangs = hangs_of(*flow.dims[1:])
        if out is not None and len(out) == len(left):
            hangs = _caller_hangs(hangs_of(out[place]), values, flow)
            if place < len(flow.dims) and out[place] == "same":
                hangs = hangs_of(flow.dims[place])
        sizes.append(Said(size, None, hangs) if hangs and isinstance(size, int) else size)
    if not isinstance(left[0], int):
        return (left[0], *sizes)
    said = _channels(out, values, left[0])
    if said is None:
        return (Said(left[0], asking if _tells(plan) else None, hangs_of(*flow.dims)), *sizes)
    return (left[0] if isinstance(said, ir.Const) else Said(left[0], said), *sizes)


def _tells(plan: Plan) -> bool:
    """Whether a module of the class can be asked for its channels."""
    told = ir.own("out_channels")
    return plan.code is None or any(
        isinstance(one, ir.Assign) and one.target == told for one in ir.within(plan.code.init)
    )


def _registered(
    writer: Writer, label: tree.Template | None, action: tree.Apply, make: ir.Expr
) -> tuple[Access, ir.Expr]:
    """Registers a module that is asked for its channels, and how it is asked."""
    if not writer.at.target.sequence and not writer.at.target.counts:
        reach = register(writer, label, action, make)
        return reach, ir.Attr(reach.init, "out_channels")
    name = writer.local("layer")
    writer.names.locals[name] = None
    writer.init.append(ir.Assign(ir.Name(name), frozen(writer, make)))
    with writer.freeze(False):
        reach = register(writer, label, action, ir.Name(name))
    return reach, ir.Attr(ir.Name(name), "out_channels")


def said_out(plan: Plan, given: dict[str, ir.Expr], flow: Flow) -> ir.Expr | None:
    """The channels behind a call, where the callee says them over its arguments."""
    return _channels(plan.out, _meaning(plan, given, flow), 0)


def _meaning(plan: Plan, given: dict[str, ir.Expr], flow: Flow) -> dict[str, ir.Expr]:
    """What each argument of the callee is worth in the caller's words, defaults included."""
    values: dict[str, ir.Expr] = {}
    for argument in plan.arguments:
        if argument.name in given:
            values[argument.python] = given[argument.name]
        elif argument.default is not None and argument.late is None:
            values[argument.python] = argument.default
    if not plan.network and flow.dims and isinstance(flow.dims[0], int):
        channels = said_of(flow.dims[0])
        if channels is not None:
            values["in_channels"] = channels
    return values


def _channels(
    out: tuple[Any, ...] | None, values: dict[str, ir.Expr], count: int
) -> ir.Expr | None:
    if out is None or not isinstance(out[0], int):
        return None
    said = said_of(out[0])
    if said is None or not ir.names(said) <= values.keys():
        return None
    put: ir.Expr = ir.rebuilt(ir.put_in(said, values), _simple)
    if isinstance(put, ir.Const):
        return put
    if sum(1 for _ in ir.within(put)) > 12:
        return None
    return put


def _simple(node: Any) -> Any:
    return simplified(node) if isinstance(node, (ir.Binary, ir.Choice, ir.Compare)) else node


def _caller_hangs(hangs: frozenset[str], values: dict[str, ir.Expr], flow: Flow) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for name in hangs:
        if name.startswith("in_"):
            found |= hangs_of(*flow.dims[1:])
        elif name in values:
            found |= ir.names(values[name])
    return found


# ----------------------------------------------------------------------- what a parameter holds


def write_maker(
    writer: Writer, action: tree.Apply, label: tree.Template | None, flow: Flow
) -> Flow:
    """A call of a layer or block that a parameter holds."""
    assert isinstance(action.callee, tree.Name)
    bound = writer.bound(action.callee.id)
    assert bound is not None
    if bound.said is None:
        raise Unsaid(action.span, bound.hangs)
    notes = writer.notes(action)
    worths = [worth for note in notes if (worth := note.place.callee(action.callee)) is not None]
    if not worths and notes:  # every call gave none: the default tells what it may hold
        worths = _defaults(writer, action.callee.id, notes[0])
    layers = [one for one in worths if isinstance(one, LayerValue)]
    if layers and len(layers) == len(worths):
        return _made_layer(writer, action, label, flow, bound.said, layers)
    if layers:
        raise Unroll
    return _made_block(writer, action, label, flow, bound.said, notes)


def _defaults(writer: Writer, word: str, note: Note) -> list[Any]:
    """What a parameter holds if nobody gives it anything."""
    for parameter in writer.plan.definition.parameters:
        if parameter.name.id == word and parameter.default is not None:
            worth = worth_at(parameter.default, note)
            return [] if worth in (None, UNKNOWN) else [worth]
    return []


def _made_layer(
    writer: Writer,
    action: tree.Apply,
    label: tree.Template | None,
    flow: Flow,
    said: ir.Expr,
    layers: list[LayerValue],
) -> Flow:
    busy = [one for one in layers if not one.kind.passes] or layers
    if len({for_channels(one) for one in busy}) > 1:
        raise Unroll
    if len({said_of(site_of(writer, action, one, flow)[1][0]) for one in layers}) > 1:
        raise Unroll
    site, output = site_of(writer, action, busy[0], flow)
    made = module(site, site.layer.torch_module(site.shapes))
    fixed = {*busy[0].named, *list(busy[0].kind.arguments)[: len(busy[0].positional)]}
    given = [
        (name, one)
        for name, one, source in zip(
            [name for name, _ in made.arguments],
            [one for _, one in made.arguments],
            site.sources(made),
            strict=True,
        )
        if source not in fixed
    ]
    if any(not one.kind.in_place for one in layers):
        given = [(name, one) for name, one in given if name != "inplace"]
    make = ir.Call(
        said,
        tuple(one for name, one in given if name is None),
        tuple((name, one) for name, one in given if name is not None),
    )
    reach = place_module(
        writer,
        action,
        label,
        make,
        busy[0].kind.stateful or any(one.kind.stateful for one in layers),
        "act" if site.layer.group == "activation" else site.layer.attribute,
    )
    if writer.at.target.sequence:
        return Flow(flow.value, output)
    return Flow(writer.assign(ir.Call(reach, (flow.value,))), output)


def _type_maker(writer: Writer, action: tree.Apply, plans: list[Plan]) -> None:
    """The argument that holds the block makes instances of these classes, says its type."""
    assert isinstance(action.callee, tree.Name)
    argument = writer.plan.argument(action.callee.id)
    if argument is not None:
        blocks = [one.definition for one in argument.values if isinstance(one, BlockValue)]
        handed = [each for one in blocks for each in writer.classes.of(one)]
        names = " | ".join(sorted({plan.name for plan in (*plans, *handed)}))
        none = " | None" if argument.type.endswith("| None") else ""
        argument.type = f"Callable[..., {names}]{none}"


def _made_block(
    writer: Writer,
    action: tree.Apply,
    label: tree.Template | None,
    flow: Flow,
    said: ir.Expr,
    notes: list[Note],
) -> Flow:
    instances = [note.instance for note in notes if note.instance is not None]
    if not instances:
        raise Unsaid(action.span)
    plans = [writer.classes.complete(one) for one in instances]
    for plan in plans:
        plan.passed = True
    _type_maker(writer, action, plans)
    tensors: list[ir.Expr] = []
    words: list[ir.Expr] = []
    named: list[tuple[str, ir.Expr]] = []
    fixed = _fixed(writer, action, notes)
    by_name = written(action, plans[0], fixed)
    positional = sum(1 for one in action.arguments if one.name is None)
    for place, (name, expr) in enumerate(by_name.items()):
        argument = plans[0].argument(name)
        if argument is None and worth_at(expr, notes[0]) is None:
            continue
        if argument is None:
            raise Unroll
        if argument.kind == "tensor":
            value = tensor_flow(writer, expr)
            tensors.append(value.value)
            one = said_of(value.dims[0]) or ir.Const(int(value.dims[0]))
        else:
            one = argument_said(writer, expr, argument, action)
        if place < positional:
            words.append(one)
        else:
            named.append((argument.python, one))
    if any(plan.holes for plan in plans):
        named += _holes(writer, plans[0], notes)
    make = ir.Call(said, (channels_of(writer, flow, notes), *words), tuple(named))
    reach, asking = _registered(writer, label, action, make)
    left = instances[0].left
    if left is None:
        raise Unsaid(action.span)
    hangs = hangs_of(
        *flow.dims[1:], *(Said(0, one) for one in words), *(Said(0, one) for _, one in named)
    )
    hangs |= ir.names(said)
    for plan in plans:
        _lose(writer, plan, {}, flow)
    sizes = tuple(
        unsaid(Said(size, None, hangs)) if isinstance(size, int) else size for size in left[1:]
    )
    channels = Said(left[0], asking) if isinstance(left[0], int) else left[0]
    dims = (channels, *sizes)
    if writer.at.target.sequence:
        return Flow(flow.value, dims)
    return Flow(writer.assign(ir.Call(reach.forward, (flow.value, *tensors))), dims)
