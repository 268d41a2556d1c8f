"""Statements, one after the other: each gives the current tensor to the next."""

from __future__ import annotations

from archc.emit.pytorch import ir
from archc.emit.pytorch.calls import write_block, write_maker
from archc.emit.pytorch.choices import write_choice
from archc.emit.pytorch.flow import Flow, Target, Value, refreshed
from archc.emit.pytorch.layers import tensor_flow, write_layer, write_shared
from archc.emit.pytorch.linear import NUMBERS, holds_bare, linear, numbers
from archc.emit.pytorch.loops import write_loop
from archc.emit.pytorch.merges import write_merge
from archc.emit.pytorch.number import Said
from archc.emit.pytorch.placing import register
from archc.emit.pytorch.say import Bound, Unsaid, axes_of, fractional, say
from archc.emit.pytorch.values import remember
from archc.emit.pytorch.writer import Writer, worth_at
from archc.graph.chains import CONTAINER
from archc.graph.evaluate import text_of
from archc.graph.naming import ScopeText, bears_label, inner_bodies, read_scope
from archc.graph.values import UNKNOWN, BlockValue, GroupValue, LayerValue, Tensor
from archc.hints import Any
from archc.language import tree
from archc.layers.registry import KINDS
from archc.shapes import Open

Structure = tree.Group | tree.If | tree.For | tree.Repeat


def write_body(writer: Writer, body: tuple[tree.Statement, ...], flow: Flow) -> Flow:
    """Writes statements, and gives the tensor they leave."""
    anchor(writer, body)
    for statement in body:
        writer.at.current = flow
        if isinstance(statement, tree.Chain):
            flow = write_chain(writer, statement.links, flow)
        elif isinstance(statement, tree.Let):
            write_let(writer, statement)
        elif isinstance(statement, tree.Output):
            write_output(writer, statement, flow)
        elif isinstance(statement, tree.Input):
            flow = write_input(writer, statement, flow)
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
    elif not isinstance(action, tree.From):
        raise Unsaid(action.span)
    if notes:
        hangs = frozenset(one.python for one in writer.plan.arguments)
        dims = refreshed(flow.dims, notes[0].current.shape, hangs)
        flow = flow._replace(dims=dims)
    writer.at.current = flow
    inside: dict[str, Any] = {}
    if isinstance(action, tree.Apply):
        result = write_apply(writer, action, label, flow, inside)
    elif isinstance(action, tree.Braced):
        result = write_merge(writer, action, flow)
    elif isinstance(action, tree.From):
        found = tensor_flow(writer, action.target)
        result = found
    elif label is not None:
        result = write_group(writer, action, label, flow, inside)
    else:
        result = write_structure(writer, action, flow)
    if label is None:
        return result

    home = writer.at.target, list(writer.text), list(writer.scopes)

    def again(current: Flow) -> Flow:
        anew = write_shared(writer, action, flow, current)
        if anew is not None:
            return anew
        there = writer.at.target, writer.text, writer.scopes
        writer.at.target, writer.text, writer.scopes = home[0], list(home[1]), list(home[2])
        try:
            return repeat(writer, label, action, current)
        finally:
            writer.at.target, writer.text, writer.scopes = there

    return remember(writer, label, result, inside, again)


def repeat(writer: Writer, label: tree.Template, action: tree.Action, flow: Flow) -> Flow:
    """Runs what is labelled once more: the same modules, so the constructor does nothing."""
    names = writer.names
    kept = writer.init, names.variables, [dict(labels) for labels in writer.labels]
    writer.init, names.variables = [], {}
    try:
        return write_link(writer, label, action, flow)
    finally:
        stored = [one for one in writer.init if _stores(one)]
        writer.init, names.variables = kept[:2]
        writer.init += stored
        for labels, before in zip(writer.labels, kept[2], strict=True):
            labels.clear()
            labels.update(before)


def _stores(one: ir.Statement) -> bool:
    """Whether a statement keeps a number for the forward pass."""
    target = one.target if isinstance(one, ir.Assign) else None
    return isinstance(target, ir.Attr) and target.name.startswith("@")


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
        return write_group(writer, action, None, flow, {})
    return write_loop(writer, action, None, flow, write_body)


def write_group(
    writer: Writer,
    action: Structure,
    label: tree.Template | None,
    flow: Flow,
    inside: dict[str, Any],
) -> Flow:
    """Braces with a name: an `nn.Sequential` where they are a chain, else a container."""
    bodies = tuple(inner_bodies(action))
    text = read_scope(bodies)
    if label is not None and label.plain:  # from inside, `label.name` is known while it runs
        writer.labels[-1][label.plain] = Value(None, (), inside)
    writer.text.append(text)
    writer.labels.append(inside)
    try:
        awkward = bool(set(text.labels) & CONTAINER)
        rounds = isinstance(action, (tree.For, tree.Repeat)) and not text.sequence
        if (
            not awkward
            and not any("." in one for one in text.labels)
            and not (rounds and text.names)
            and all(linear(writer, body, label) for body in bodies)
        ):
            return _sequential(writer, action, label, flow, not text.sequence)
        return _container(writer, action, label, flow, text, awkward)
    finally:
        writer.labels.pop()
        writer.text.pop()


def _structure_inside(writer: Writer, action: Structure, label: Any, flow: Flow) -> Flow:
    if isinstance(action, (tree.For, tree.Repeat)):
        return write_loop(writer, action, label, flow, write_body)
    return write_structure(writer, action, flow)


def _row_name(label: tree.Template | None, named: bool) -> str:
    """What the modules of a chain are called: by its label, where that is one for all rounds."""
    begin = label.parts[0] if label is not None and label.parts else ""
    known = label is not None and (label.plain is not None or named)
    return begin if isinstance(begin, str) and begin and known else "layers"


def _sequential(
    writer: Writer, action: Structure, label: tree.Template | None, flow: Flow, named: bool
) -> Flow:
    gathered = ir.Name(writer.local(_row_name(label, named)))
    kind = ir.Call(ir.Name("OrderedDict")) if named else ir.Row(())
    note = "OrderedDict[str, nn.Module]" if named else "list[nn.Module]"
    writer.init.append(ir.Assign(gathered, kind, note))
    with writer.into(Target(gathered, sequence=True, named=named)), writer.freeze(False):
        result = _structure_inside(writer, action, label, flow)
    given = gathered if named else ir.Star(gathered)
    make = ir.Make("nn.Sequential", ((None, given),), "")
    outer = writer.text.pop()
    labels = writer.labels.pop()
    reach = register(writer, label, action, make)
    writer.text.append(outer)
    writer.labels.append(labels)
    if writer.at.target.sequence:
        return Flow(flow.value, result.dims)
    return Flow(writer.assign(ir.Call(reach.forward, (flow.value,))), result.dims)


def _container(
    writer: Writer,
    action: Structure,
    label: tree.Template | None,
    flow: Flow,
    text: ScopeText,
    awkward: bool,
) -> Flow:
    """Modules that the forward pass calls one by one."""
    once = text.sequence and isinstance(action, tree.Group)
    numbered = numbers(tuple(inner_bodies(action))) if once else None
    counts = text.sequence and numbered is None
    outer = writer.text.pop()
    labels = writer.labels.pop()
    held = counts and holds_bare(tuple(inner_bodies(action)))
    kind = "nn.Module" if awkward or held else "nn.ModuleList" if counts else "nn.ModuleDict"
    make = ir.Make(kind, (), "")
    reach = register(writer, label, action, make)
    writer.text.append(outer)
    writer.labels.append(labels)
    if counts and holds_bare(tuple(inner_bodies(action))):
        writer.forward.append(NUMBERS)
        target = Target(reach.init, reach.forward, counts=True, bare=True)
    elif counts:
        modules = ir.Name(writer.local("modules"))
        writer.forward.append(ir.Assign(modules, ir.Call(ir.Name("iter"), (reach.forward,))))
        target = Target(reach.init, modules, counts=True)
    else:
        target = Target(reach.init, reach.forward, bare=awkward)
    if numbered is not None:
        writer.text.append(text._replace(sequence=False, names=numbered))
    try:
        with writer.into(target):
            return _structure_inside(writer, action, label, flow)
    finally:
        if numbered is not None:
            writer.text.pop()


# --------------------------------------------------------------------------------- other statements


def write_let(writer: Writer, statement: tree.Let) -> None:
    """A `let` is a variable of the constructor."""
    word = statement.name.id
    value = statement.value
    try:
        said = say(value, writer)
    except Unsaid as reason:
        writer.scopes[-1][word] = Bound(None, fractional(value, writer), 0, reason.hangs)
        _at_run_time(writer, word, value)
        return
    axes = axes_of(value, writer)
    bound = Bound(said, fractional(value, writer), axes)
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
    """A `let` of open sizes is a variable of the forward pass."""
    from archc.emit.pytorch.runtime import Runtime

    try:
        said = say(value, Runtime(writer))
    except Unsaid:
        return
    name = ir.Name(writer.local(word))
    writer.forward.append(ir.Assign(name, said))
    writer.signature.sizes[word] = name


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
    writer.signature.results.append((name, statement.training, ir.Name(variable)))


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


def write_input(writer: Writer, statement: tree.Input, flow: Flow) -> Flow:
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
    variable = "x"
    if statement.name is not None:
        variable = writer.local(statement.name.id) if statement.name.id != "x" else "x"
        result = Flow(ir.Name(variable), tuple(shape))
        writer.labels[0][statement.name.id] = Value(result.value, result.dims)
        writer.signature.inputs.append(variable)
    else:
        result = Flow(ir.Name("x"), tuple(shape))
        writer.signature.inputs.append("x")
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
        if count == 1:
            return [
                said if not isinstance(writer.worth(expr), tuple) else ir.Index(said, ir.Const(0))
            ]
        return [ir.Index(said, ir.Const(axis)) for axis in range(count)]
    except Unsaid:
        return [None] * count


def _opens(expr: tree.Expr, writer: Writer) -> bool:
    return isinstance(writer.worth(expr), Open)


def write_apply(
    writer: Writer,
    action: tree.Apply,
    label: tree.Template | None,
    flow: Flow,
    inside: dict[str, Value],
) -> Flow:
    """A layer, a block, or what a parameter holds."""
    callee = action.callee
    if isinstance(callee, tree.Name):
        if callee.id == "share":
            return _share(writer, action, flow)
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


def _share(writer: Writer, action: tree.Apply, flow: Flow) -> Flow:
    found = writer.value_of(action.arguments[0].value)
    if found.again is None:
        raise Unsaid(action.span)
    return found.again(flow)
