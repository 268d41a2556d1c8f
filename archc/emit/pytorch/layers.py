"""A layer of the text: its module in the constructor, its call in the forward pass."""

from __future__ import annotations

import re
from dataclasses import dataclass

from archc.emit.pytorch import ir
from archc.emit.pytorch.classes import Unroll
from archc.emit.pytorch.flow import Flow, spatial_unsaid
from archc.emit.pytorch.number import Flat, Said, flat, hangs_of, said_of, unsaid
from archc.emit.pytorch.placing import register
from archc.emit.pytorch.say import Unsaid, axes_of, by_axis, literal, say, whole
from archc.emit.pytorch.watch import Note
from archc.emit.pytorch.writer import Writer, worth_at
from archc.graph.graph import entering
from archc.graph.values import UNKNOWN, LayerValue
from archc.hints import Any
from archc.language import tree
from archc.language.source import Span
from archc.layers.arguments import ArgumentError
from archc.layers.base import Layer, LayerError
from archc.layers.form import MISSING, Form, Part, scaled
from archc.layers.registry import KINDS, bind
from archc.shapes import Open, Shape, Size


@dataclass(frozen=True, slots=True)
class Site:
    """A layer at one place of the text: `written` are the author's arguments, `seen` its runs."""

    writer: Writer
    action: tree.Apply
    value: LayerValue
    written: dict[str, tree.Expr]
    layer: Layer
    shapes: tuple[Shape, ...]
    seen: list[tuple[Note, Form]]

    def form(self) -> Form:
        """The layer in PyTorch; raises `Unroll` where other runs have another module."""
        form = self.layer.torch_module(self.shapes)
        for _, other in self.seen:
            if _kind(other) != _kind(form):
                raise Unroll
        return form

    def sources(self, made: ir.Make) -> list[str]:
        """Where the arguments of a constructor come from."""
        parts = self.layer.torch_module(self.shapes).parts
        positional = iter([part.source for part in parts if part.name is None])
        by_name = {part.name: part.source for part in parts if part.name is not None}
        return [
            next(positional) if name is None else by_name.get(name, name)
            for name, _ in made.arguments
        ]


def _kind(form: Form) -> Any:
    """What forms must have in common to be one line of code."""
    resized = any(part.name == "scale_factor" for part in form.parts)
    return form.target, form.pads is None, resized


def write_layer(
    writer: Writer, action: tree.Apply, value: LayerValue, label: tree.Template | None, flow: Flow
) -> Flow:
    """Writes a layer of a known kind."""
    site, dims = site_of(writer, action, value, flow)
    form = site.form()
    if writer.at.target.sequence:
        register(writer, label, action, module(site, form))
        return Flow(flow.value, dims)
    values = tuple(one.value for one in _inputs(writer, value, site.written, flow))
    if form.target == "Scale":
        return Flow(writer.assign(_scale(site, form, label, flow)), dims)
    if writer.at.target.counts and not form.target:  # it has a number all the same
        reach = register(writer, label, action, ir.Make("nn.Identity", (), ""))
        values = (ir.Call(reach.forward, values[:1]), *values[1:])
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
    written = arguments(action, value)
    inputs = _inputs(writer, value, written, flow)
    layer, output = _bound(writer, action, value, written, inputs)
    if value.kind.channels_from == "shape" and _by_place(output[0]) and _infers(layer):
        output = (unsaid(output[0]), *output[1:])  # another call may infer the channels
    shapes = tuple(one.dims for one in inputs)
    site = Site(writer, action, value, written, layer, shapes, _forms(writer.notes(action)))
    dims = spatial_unsaid(output, flow.dims, layer.values.get("axis") == -1)
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
        seen = []
        for note, _ in site.seen:
            shape = note.current.shape
            if shape is not None and len(shape) == len(dims):
                seen.append((note, shape[place]))
        axes.append((axis, seen))
    return flat(total, tuple(axes))


def _inputs(
    writer: Writer, value: LayerValue, written: dict[str, tree.Expr], flow: Flow
) -> list[Flow]:
    inputs = [flow]
    for name, expr in written.items():
        if value.kind.arguments[name].kind == "tensor":
            inputs.append(tensor_flow(writer, expr))
    return inputs


def arguments(action: tree.Apply, value: LayerValue) -> dict[str, tree.Expr]:
    """The author's expression for each argument that is written."""
    names = list(value.kind.arguments)
    free = [name for name in names if name not in value.named][len(value.positional) :]
    result: dict[str, tree.Expr] = {}
    for argument in action.arguments:
        if argument.name is not None:
            result[argument.name] = argument.value
        elif free:
            result[free.pop(0)] = argument.value
    return result


def tensor_flow(writer: Writer, expr: tree.Expr) -> Flow:
    """The value an argument such as `like=enc3` names."""
    if isinstance(expr, tree.Name):
        if expr.id == "input":
            return writer.at.entered
        if expr.id == "in":
            return writer.at.current
        if expr.id in writer.signature.tensors:
            return writer.signature.tensors[expr.id]
    found = writer.value_of(expr)
    if found.value is None:
        raise Unsaid(expr.span)
    return Flow(found.value, found.dims)


def _bound(
    writer: Writer,
    action: tree.Apply,
    value: LayerValue,
    written: dict[str, tree.Expr],
    inputs: list[Flow],
) -> tuple[Layer, Shape]:
    """The layer with numbers that know how they are said, and what it gives."""
    named: dict[str, Any] = {}
    kinds = value.kind.arguments
    for name, one in zip(kinds, value.positional, strict=False):
        named[name] = one
    named.update(value.named)
    for name, expr in written.items():
        named[name] = True if kinds[name].kind == "tensor" else carried(writer, expr, action, name)
    shapes = tuple(one.dims for one in inputs)
    try:
        layer = bind(value.kind.keyword, (), named, len(shapes[0]) - 1)
        return layer, layer.output(shapes)
    except (ArgumentError, LayerError):
        raise Unsaid(action.span) from None


def carried(writer: Writer, expr: tree.Expr, action: tree.Apply, name: str) -> Any:
    """What an argument came out as, its numbers knowing how they are said."""
    worth = writer.worth(expr)
    if isinstance(expr, tree.List) and not isinstance(worth, Size):
        return tuple([carried(writer, item, action, name) for item in expr.items])
    if worth is UNKNOWN:
        raise Unsaid(expr.span)
    if isinstance(worth, (bool, str, float, Open)) or worth is None:
        return worth
    try:
        return _with_words(writer, expr, worth)
    except Unsaid as reason:
        seen = [(note, worth_at(expr, note)) for note in writer.notes(action)]
        if not isinstance(worth, int):
            if len({repr(one) for _, one in seen}) > 1:
                raise Unroll from None
            writer.lose(reason.hangs, expr.span)
            return worth
        said = writer.hole(seen, Said(worth, None, reason.hangs), name, expr.span)
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


def _said(worth: int, said: ir.Expr) -> int:
    return worth if isinstance(said, ir.Const) else Said(worth, said)


def _items(worth: tuple[Any, ...], said: ir.Expr) -> Any:
    """A list that is said as a whole: its items are said by their places."""
    if isinstance(said, ir.Row):
        pairs = zip(worth, said.items, strict=False)
        return tuple(
            _items(one, each) if isinstance(one, tuple) else _number(one, each)
            for one, each in pairs
        )
    items = []
    for place_, one in enumerate(worth):
        each = ir.Index(said, ir.Const(place_))
        items.append(_items(one, each) if isinstance(one, tuple) else _number(one, each))
    return Size(items) if isinstance(worth, Size) else tuple(items)


def _number(worth: Any, said: ir.Expr) -> Any:
    return _said(worth, said) if type(worth) is int else worth


def _forms(notes: list[Note]) -> list[tuple[Note, Form]]:
    """The forms of a layer in its runs."""
    found = []
    for note in notes:
        result = note.result
        if result is None or result.node < 0:
            continue
        nodes = note.place.run.nodes
        node = nodes[result.node]
        shapes = entering(nodes, node)
        if node.layer is None or shapes is None:
            continue
        found.append((note, node.layer.torch_module(shapes)))
    return found


# -------------------------------------------------------------------------------------- modules


def module(site: Site, form: Form) -> ir.Make:
    """The constructor's call."""
    given: list[tuple[str | None, ir.Expr]] = []
    for place_, part in enumerate(form.parts):
        said = _part(site, part, place_)
        if said is not None:
            given.append((part.name, said))
    target = form.target
    if form.pads is not None:
        sides = ir.Row(
            tuple(_value(site, one, "pads", place_) for place_, one in enumerate(form.pads)), True
        )
        given.append(("pads", sides))
        target = "Padded" + target.removeprefix("nn.")
    if site.action.span in site.writer.modules.in_place and site.value.kind.in_place:
        given.append(("inplace", ir.Const(True)))
    if "." not in target:
        site.writer.needs(target)
    return ir.Make(target, tuple(given), site.value.kind.keyword, _comment(site))


def _comment(site: Site) -> str:
    """In a network the size behind a layer that changes it; and where PyTorch counts otherwise."""
    if site.layer.values.get("alpha") is not None and site.value.kind.group == "normalisation":
        return "PyTorch divides alpha by the size"
    shapes = set()
    for note, _ in site.seen:
        if note.result is not None and note.current.shape is not None:
            shapes.add((note.current.shape, note.result.shape))
    if not site.writer.plan.network or len(shapes) != 1:
        return ""
    before, after = shapes.pop()
    if after is None or len(after) < 2 or before[1:] == after[1:] or _is_open(after):
        return ""
    return " x ".join(str(axis) for axis in after)


def _part(site: Site, part: Part, place_: int) -> ir.Expr | None:
    value = part.value
    if part.source == "size * alpha":
        return _scaled(site, part)
    expr = site.written.get(part.source)
    table = _table(site, expr, value)
    if table is not None:
        return table
    plain = not hangs_of(value) and not _carries(value)
    if plain and expr is not None and not isinstance(value, tuple):
        try:
            said = say(expr, site.writer)
        except Unsaid as reason:
            site.writer.lose(reason.hangs, expr.span)
            said = literal(value)
        if not isinstance(said, ir.Const) and (
            not isinstance(value, int) or isinstance(value, bool)
        ):
            return said
    if part.default is not MISSING and _same(value, part.default):
        return None
    return _value(site, value, part.source, place_, part)


def _table(site: Site, expr: tree.Expr | None, value: Any) -> ir.Expr | None:
    """A table that is handed on as a whole: its rows may be others in another call."""
    if expr is None or not isinstance(value, tuple):
        return None
    if not any(isinstance(one, tuple) for one in value):
        return None
    try:
        said = say(expr, site.writer)
    except Unsaid:
        return None
    return said if isinstance(said, ir.Name) else None


def _same(value: Any, default: Any) -> bool:
    if isinstance(value, tuple):
        return isinstance(default, tuple) and all(
            _same(one, two) for one, two in zip(value, default, strict=False)
        )
    return bool(value == default) and said_of(value) == said_of(default)


def _carries(value: Any) -> bool:
    if isinstance(value, tuple):
        return any(map(_carries, value))
    return isinstance(value, Said)


def _value(site: Site, value: Any, source: str, place_: int, part: Part | None = None) -> ir.Expr:
    """A value of a constructor's argument."""
    if isinstance(value, tuple):
        items = [_value(site, one, source, place_) for one in value]
        return _whole_row(items)
    if isinstance(value, Flat):
        return features(site, value)
    if isinstance(value, Said) and value.said is None:
        seen = [(note, _whole(_seen(form, place_, part))) for note, form in site.seen]
        name = {"in.features": "in_features"}.get(source, source)
        if source == "in.channels":
            name = "channels"
        return site.writer.hole(seen, value, name or "size", site.action.span)
    if isinstance(value, Said):
        assert value.said is not None
        return value.said
    return literal(value)


def _whole_row(items: list[ir.Expr]) -> ir.Expr:
    """`(k[0], k[1])` is `k`."""
    first = items[0] if items else None
    if isinstance(first, ir.Index) and isinstance(first.value, ir.Name) and len(items) > 1:
        every = [ir.Index(first.value, ir.Const(place)) for place in range(len(items))]
        return first.value if items == every else ir.Row(tuple(items), True)
    return ir.Row(tuple(items), True)


def features(site: Site, value: Flat) -> ir.Expr:
    return features_of(site.writer, value, site.action.span)


def features_of(writer: Writer, value: Flat, span: Span) -> ir.Expr:
    """Channels times positions; an axis of one position is not worth a word."""
    every = [writer.whole(axis, seen, "positions", span) for axis, seen in value.axes]
    found = [one for one in every if one != ir.Const(1)] or [ir.Const(1)]
    result = found[0]
    for one in found[1:]:
        result = ir.Binary("*", result, one)
    return result


def _seen(form: Form, place_: int, part: Part | None) -> Any:
    if part is not None and part.name is not None:
        return next((one.value for one in form.parts if one.name == part.name), part.default)
    return form.parts[place_].value if place_ < len(form.parts) else None


def _whole(worth: Any) -> Any:
    """The channels of a parameter's shape, `(C, 1, 1)`."""
    return worth[0] if isinstance(worth, tuple) and worth[1:] == (1,) * (len(worth) - 1) else worth


def _scaled(site: Site, part: Part) -> ir.Expr | None:
    """The papers' alpha is not divided by the size; PyTorch's is."""
    if part.value == part.default and "alpha" not in site.written:
        return None
    layer = site.layer
    factors = []
    for word in ("size", "alpha"):
        expr = site.written.get(word)
        factors.append(literal(layer.values[word]) if expr is None else say(expr, site.writer))
    return ir.Binary("*", factors[0], factors[1])


def _is_open(value: Any) -> bool:
    if isinstance(value, tuple) and not isinstance(value, Open):
        return any(map(_is_open, value))
    return isinstance(value, Open)


# ---------------------------------------------------------------------------------- expressions

HELPER = re.compile(r"([a-z]\w*)\(")
FIELD = re.compile(r"\{\*?([a-z_]\w*)\}")


def expression(site: Site, form: Form, inputs: tuple[ir.Expr, ...]) -> ir.Op:
    """The layer as an expression over tensors."""
    from archc.emit.pytorch.runtime import sizes

    function = HELPER.match(form.expression)
    if function is not None:
        site.writer.needs(function.group(1))
    values = []
    for name in FIELD.findall(form.expression):
        place_, part = next((i, one) for i, one in enumerate(form.parts) if one.name == name)
        expr = site.written.get(part.source)
        if expr is not None and _is_open(part.value):
            values.append((name, sizes(site.writer, expr, len(site.shapes[0]) - 1)))
            continue
        said = _value(site, part.value, part.source, place_, part)
        if (
            not _carries(part.value)
            and expr is not None
            and not isinstance(part.value, (tuple, int))
        ):
            said = say(expr, site.writer)
        values.append((name, site.writer.in_forward(said)))
    return ir.Op(form.expression, inputs, tuple(values), bool(site.value.kind.view))


def _scale(site: Site, form: Form, label: tree.Template | None, flow: Flow) -> ir.Expr:
    """A bare parameter: its name in the state is the label itself."""
    shape = form.parts[0].value
    axes = [_value(site, one, "in.channels", 0) for one in shape]
    init = form.parts[1].value
    one = ir.Attr(ir.Name("torch"), "ones")
    if init == 1:
        made: ir.Expr = ir.Call(one, tuple(axes))
    else:
        full = ir.Attr(ir.Name("torch"), "full")
        made = ir.Call(full, (ir.Row(tuple(axes), True), ir.Const(float(init))))
    make = ir.Make("nn.Parameter", ((None, made),), site.value.kind.keyword)
    reach = register(site.writer, label, site.action, make)
    return ir.Op(scaled(form, len(site.shapes[0]) - 1), (flow.value, reach.forward))


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
