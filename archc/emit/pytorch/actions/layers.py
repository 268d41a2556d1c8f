"""A layer of the text: its module in the constructor, its call in the forward pass."""

from __future__ import annotations

from typing import Any

from archc.emit.pytorch.actions.forms import Site, bare_parameter, expression, module
from archc.emit.pytorch.drafts.flow import Flow, spatial_unsaid
from archc.emit.pytorch.drafts.placing import register
from archc.emit.pytorch.drafts.unsaid import hole, lose
from archc.emit.pytorch.drafts.writer import Writer
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.reading.number import Said, flat, hangs_of, unsaid, unsaid_items
from archc.emit.pytorch.reading.runs import Note, form_of, worth_at
from archc.emit.pytorch.reading.say import arguments_of, axes_of, by_axis, numbers_of, say, whole
from archc.emit.pytorch.reading.sight import Unlike, Unsaid
from archc.graph.values import UNKNOWN, LayerValue
from archc.language import tree
from archc.layers.arguments import ArgumentError
from archc.layers.base import Layer, LayerError
from archc.layers.form import Form
from archc.layers.registry import KINDS, bind
from archc.shapes import Open, Shape, Size


def write_layer(
    writer: Writer, action: tree.Apply, value: LayerValue, label: tree.Template | None, flow: Flow
) -> Flow:
    """Writes a layer of a known kind."""
    site, dims = site_of(writer, action, value, flow)
    form = site.form()
    if writer.at.target.sequence:
        if not form.target:
            raise Unsaid(action.span)
        register(writer, label, action, module(site, form))
        return Flow(flow.value, dims)
    values = tuple(one.value for one in _inputs(writer, value, site.written, flow))
    if value.kind.bare:
        return Flow(writer.assign(bare_parameter(site, form, label, flow)), dims)
    if writer.at.target.counts and not form.target:  # it has a number all the same
        reach = register(writer, label, action, ir.Make("nn.Identity", (), ""))
        first: ir.Expr = ir.Call(reach.forward, values[:1])
        if form.expression.count("{0}") > 1:  # what stands twice has to be a name
            first = writer.assign(first)
        values = (first, *values[1:])
    if form.expression == "{0}" and not (writer.at.target.counts and form.target):
        return Flow(flow.value, dims)
    if form.expression and not (writer.at.target.counts and form.target):
        return Flow(writer.assign(expression(site, form, values)), dims)
    make = module(site, form)
    layer = site.layer
    there = place_module(writer, action, label, make, layer.stateful, layer.attribute)
    return Flow(writer.assign(ir.Call(there, values)), dims)


def write_shared(writer: Writer, action: tree.Action, first: Flow, flow: Flow) -> Flow | None:
    """A layer without weights that is shared, where its module serves the first map alone.

    It is made once more, for the map at hand. None where the module serves both.
    """
    target = writer.at.target
    known = isinstance(action, tree.Apply) and isinstance(action.callee, tree.Name)
    if not known or target.counts or target.sequence:
        return None
    assert isinstance(action, tree.Apply)
    assert isinstance(action.callee, tree.Name)
    kind = KINDS.get(action.callee.id)
    if kind is None:
        return None
    value = LayerValue(kind, (), {})
    site, dims = site_of(writer, action, value, flow)
    before, _ = site_of(writer, action, value, first)
    form = site.layer.torch_module(site.shapes)
    if site.layer.weights(site.shapes) or not form.target or form.expression:
        return None
    make = module(site, form)
    if make.arguments == module(before, before.layer.torch_module(before.shapes)).arguments:
        return None
    there = place_module(writer, action, None, make, False, site.layer.attribute)
    return Flow(writer.assign(ir.Call(there, (flow.value,))), dims)


def site_of(
    writer: Writer, action: tree.Apply, value: LayerValue, flow: Flow
) -> tuple[Site, tuple[Any, ...]]:
    """A layer with its numbers as they are said, and the axes of what it gives."""
    free = [name for name in value.kind.arguments if name not in value.named]
    given = arguments_of(action, free[len(value.positional) :])
    written = _with_plain_words(writer, value, given)
    inputs = _inputs(writer, value, written, flow)
    layer, output = _bound(writer, action, value, written, inputs)
    if value.kind.channels_from == "shape" and _by_place(output[0]) and _infers(layer):
        output = (unsaid(output[0]), *output[1:])  # another call may infer the channels
    shapes = tuple(one.dims for one in inputs)
    site = Site(writer, action, value, written, layer, shapes, _forms(writer.notes(action)))
    told = [axis for one in layer.values.values() if isinstance(one, tuple) for axis in one]
    dims = spatial_unsaid(output, (*flow.dims, *told), layer.values.get("axis") == -1)
    if len(dims) == 1 and len(flow.dims) > 1 and isinstance(dims[0], int):
        dims = (_flattened(site, flow.dims, dims[0]),)
    return site, dims


def _by_place(value: Any) -> bool:
    """Whether a number is an item of a list that is handed on as a whole."""
    return isinstance(value, Said) and isinstance(value.said, ir.Index)


def _infers(layer: Layer) -> bool:
    """Whether a size is left to be worked out, as `-1` is."""
    rows = [value for value in layer.values.values() if isinstance(value, tuple)]
    return any(isinstance(one, int) and one < 0 for row in rows for one in row)


def _flattened(site: Site, dims: tuple[Any, ...], total: int) -> Any:
    """Behind a flatten `512 * 7 * 7` says more than 25088."""
    axes = []
    for place, axis in enumerate(dims):
        shapes = [(note, note.current.shape or ()) for note, _ in site.seen]
        seen = [(note, shape[place]) for note, shape in shapes if len(shape) == len(dims)]
        axes.append((axis, seen))
    return flat(total, tuple(axes))


def _inputs(
    writer: Writer, value: LayerValue, written: dict[str, tree.Expr], flow: Flow
) -> list[Flow]:
    inputs = [flow]
    for name, expr in written.items():
        if value.kind.arguments[name].kind == "tensor":
            inputs.append(writer.tensor(expr))
    return inputs


def _with_plain_words(
    writer: Writer, value: LayerValue, written: dict[str, tree.Expr]
) -> dict[str, tree.Expr]:
    """The arguments; a word that is a layer's keyword too, `approximate=tanh`, as a text."""
    plain: dict[str, tree.Expr] = {}
    for name, expr in written.items():
        words = value.kind.arguments[name].words
        said = expr.id if isinstance(expr, tree.Name) else expr.span.text
        worth = writer.worth(expr) if said in words else expr
        text = worth is None or isinstance(worth, LayerValue)
        plain[name] = tree.Text(said, expr.span) if text else expr
    return plain


def _bound(
    writer: Writer,
    action: tree.Apply,
    value: LayerValue,
    written: dict[str, tree.Expr],
    inputs: list[Flow],
) -> tuple[Layer, Shape]:
    """The layer with numbers that know how they are said, and what it gives."""
    kinds = value.kind.arguments
    named: dict[str, Any] = {**dict(zip(kinds, value.positional, strict=False)), **value.named}
    for name, expr in written.items():
        named[name] = True if kinds[name].kind == "tensor" else carried(writer, expr, action, name)
        if name == "axis":  # which axis decides what stands there: no code follows that
            lose(writer, hangs_of(named[name]), expr.span)
    shapes = tuple(one.dims for one in inputs)
    try:
        layer = bind(value.kind.keyword, (), named, len(shapes[0]) - 1)
        return layer, layer.output(shapes)
    except (ArgumentError, LayerError):
        raise Unsaid(action.span) from None


def carried(writer: Writer, expr: tree.Expr, action: tree.Apply, name: str) -> Any:
    """What an argument came out as, its numbers knowing how they are said."""
    worth = writer.worth(expr)
    asks = writer.signature.asked.asks(expr)
    if isinstance(expr, tree.List) and (asks or not isinstance(worth, Size)):
        return tuple([carried(writer, item, action, name) for item in expr.items])
    if worth is UNKNOWN:
        raise Unsaid(expr.span)
    if isinstance(worth, (bool, str, float, Open)) or worth is None:
        return worth
    if asks and (numbers := numbers_of(expr, writer)):
        return numbers
    try:
        return _with_words(writer, expr, worth)
    except Unsaid as reason:
        if asks:  # the forward pass knows it
            items = unsaid_items(worth, reason.hangs)
            return items or Said(worth, None, reason.hangs)
        seen = [(note, worth_at(expr, note)) for note in writer.notes(action)]
        if not isinstance(worth, int):
            if len({repr(one) for _, one in seen}) > 1:
                raise Unlike from None
            lose(writer, reason.hangs, expr.span)
            return worth
        said = hole(writer, seen, reason.hangs, name, expr.span)
        return worth if isinstance(said, ir.Const) else Said(worth, said)


def _with_words(writer: Writer, expr: tree.Expr, worth: Any) -> Any:
    if isinstance(worth, Size) or (isinstance(worth, int) and axes_of(expr, writer)):
        axes = axes_of(expr, writer)
        if not isinstance(worth, Size):
            worth = Size([worth] * axes)
        words = by_axis(expr, axes, writer) if axes else [whole(expr, writer)] * len(worth)
        return Size([_said(one, said) for one, said in zip(worth, words, strict=True)])
    if isinstance(worth, tuple):
        return _items(worth, say(expr, writer))
    if isinstance(worth, int):
        return _said(worth, whole(expr, writer))
    return worth


def _said(worth: Any, said: ir.Expr) -> Any:
    return worth if isinstance(said, ir.Const) or isinstance(worth, Open) else Said(worth, said)


def _items(worth: tuple[Any, ...], said: ir.Expr) -> Any:
    """A list that is said as a whole: its items are said by their places."""
    if isinstance(said, ir.Row):
        return tuple(map(_item, worth, said.items))
    items = [_item(one, ir.Index(said, ir.Const(place))) for place, one in enumerate(worth)]
    return Size(items) if isinstance(worth, Size) else tuple(items)


def _item(worth: Any, said: ir.Expr) -> Any:
    if isinstance(worth, tuple):
        return _items(worth, said)
    return _said(worth, said) if type(worth) is int else worth


def _forms(notes: list[Note]) -> list[tuple[Note, Form]]:
    """The forms of a layer in its runs."""
    found = []
    for note in notes:
        result = note.result
        if result is None or result.node < 0:
            continue
        nodes = note.place.run.nodes
        form = form_of(nodes, nodes[result.node])
        if form is not None:
            found.append((note, form))
    return found


# ------------------------------------------------------------------------------------- registering


def place_module(
    writer: Writer,
    action: tree.Apply,
    label: tree.Template | None,
    make: ir.Expr,
    stateful: bool,
    wanted: str,
) -> ir.Expr:
    """Registers a module; one without label and state serves wherever it is the same."""
    target = writer.at.target
    local = writer.names.locals.keys() | writer.names.loops
    shared = writer.modules.shared
    named = label is not None or stateful or bool(ir.names(make) & local)
    if named or target.counts or target.sequence:
        with writer.freeze(writer.at.freezing and stateful):
            return register(writer, label, action, make).forward
    if make in shared:
        return ir.own(shared[make])
    name = writer.attribute(wanted)
    if isinstance(make, ir.Make) or writer.init is writer.names.top:
        shared[make] = name
        writer.names.top.append(ir.Assign(ir.own(name), make))
    else:  # what a parameter holds may be none but for a condition
        shared[ir.Call(make, (ir.own(name),))] = name
        writer.init.append(ir.Assign(ir.own(name), make))
    return ir.own(name)
