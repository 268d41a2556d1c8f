"""A layer in PyTorch: the call that makes its module, or the expression that it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import Any

from archc.emit.pytorch.drafts.flow import Flow
from archc.emit.pytorch.drafts.placing import register
from archc.emit.pytorch.drafts.unsaid import lose, said_or_hole
from archc.emit.pytorch.drafts.values import asked
from archc.emit.pytorch.drafts.writer import Writer, attempt
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.reading.number import Flat, Said, leaves, said_of
from archc.emit.pytorch.reading.runs import Note, worth_at
from archc.emit.pytorch.reading.say import say
from archc.emit.pytorch.reading.sight import Unlike, Unsaid, literal
from archc.graph.values import LayerValue
from archc.language import tree
from archc.language.source import Span
from archc.layers.base import Layer
from archc.layers.form import MISSING, Form, Part, scaled
from archc.shapes import Open, Shape


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
        """The layer in PyTorch; raises `Unlike` where other runs have another module."""
        form = self.layer.torch_module(self.shapes)
        for _, other in self.seen:
            if _kind(other) != _kind(form):
                raise Unlike
        asks = self.writer.signature.asked.asks
        late = any(map(asks, self.written.values())) or _is_open([one.value for one in form.parts])
        if late and (form.asked or form.expression):  # the constructor does not know the size
            return form._replace(target="", expression=form.asked or form.expression)
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
    _hold_places(site, [value for _, value in given])
    if site.action.span in site.writer.modules.in_place and site.value.kind.in_place:
        given.append(("inplace", ir.Const(True)))
    return ir.Make(target, tuple(given), site.value.kind.keyword, _comment(site))


def _hold_places(site: Site, given: list[ir.Expr]) -> None:
    """A list that is taken apart, `e[1][0]`, is one in every run; raises `Unlike`."""
    taken = {one.value for each in given for one in ir.within(each) if isinstance(one, ir.Index)}
    for expr in site.written.values():
        bound = site.writer.bound(expr.id) if isinstance(expr, tree.Name) else None
        if bound is None or bound.said not in taken:
            continue
        if len({_in_rows(worth_at(expr, note)) for note, _ in site.seen}) > 1:
            raise Unlike


def _in_rows(worth: Any) -> bool:
    return isinstance(worth, tuple) and any(isinstance(one, tuple) for one in worth)


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
    if not _carries(value) and expr is not None and not isinstance(value, tuple):
        try:
            said = say(expr, site.writer)
        except Unsaid as reason:
            lose(site.writer, reason.hangs, expr.span)
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
    return any(isinstance(one, Said) for one in leaves(value))


def _value(site: Site, value: Any, source: str, place_: int, part: Part | None = None) -> ir.Expr:
    """A value of a constructor's argument."""
    if isinstance(value, tuple):
        return _whole_row([_value(site, one, source, place_) for one in value])
    if isinstance(value, Flat):
        return features_of(site.writer, value, site.action.span)
    if not isinstance(value, Said):
        return literal(value)
    if value.said is not None:
        return value.said
    seen = [(note, _whole(_seen(form, place_, part))) for note, form in site.seen]
    name = {"in.features": "in_features", "in.channels": "channels"}.get(source, source)
    return said_or_hole(site.writer, value, seen, name or "size", site.action.span)


def _whole_row(items: list[ir.Expr]) -> ir.Expr:
    """`(k[0], k[1])` is `k`."""
    first = items[0] if items else None
    if isinstance(first, ir.Index) and isinstance(first.value, ir.Name) and len(items) > 1:
        every = [ir.Index(first.value, ir.Const(place)) for place in range(len(items))]
        return first.value if items == every else ir.Row(tuple(items), True)
    return ir.Row(tuple(items), True)


def features_of(writer: Writer, value: Flat, span: Span) -> ir.Expr:
    """Channels times positions; an axis of one position is not worth a word."""
    every = [said_or_hole(writer, axis, seen, "positions", span) for axis, seen in value.axes]
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
    return any(isinstance(one, Open) for one in leaves(value))


FIELD = re.compile(r"\{\*?([a-z_]\w*)\}")


def expression(site: Site, form: Form, inputs: tuple[ir.Expr, ...]) -> ir.Op:
    """The layer as an expression over tensors."""
    values = []
    for name in FIELD.findall(form.expression):
        place_, part = next((i, one) for i, one in enumerate(form.parts) if one.name == name)
        expr = site.written.get(part.source)
        asks = expr is not None and site.writer.signature.asked.asks(expr)
        if expr is not None and (asks or _is_open(part.value)):
            size = attempt(site.writer, partial(asked, expr=expr, value=part.value))
            if not isinstance(size, Exception):
                values.append((name, size))
                continue
            if _is_open(part.value) or not isinstance(size, Unsaid):
                raise size  # else of a value that is not kept: it is the number it always was
        said = _value(site, part.value, part.source, place_, part)
        if (
            not _carries(part.value)
            and expr is not None
            and not isinstance(part.value, (tuple, int))
        ):
            said = say(expr, site.writer)
        values.append((name, site.writer.in_forward(said)))
    return ir.Op(form.expression, inputs, tuple(values), bool(site.value.kind.view))


def bare_parameter(site: Site, form: Form, label: tree.Template | None, flow: Flow) -> ir.Expr:
    """A bare parameter: its name in the state is the label itself."""
    shape = form.parts[0].value
    axes = [_value(site, one, "in.channels", 0) for one in shape]
    init = form.parts[1].value
    expr = site.written.get("shape")
    said = say(expr, site.writer) if isinstance(expr, tree.Name) else None
    value = _start(site, init)
    filled = {0: "zeros", 1: "ones"}.get(init) if axes and said is None else None
    filled = filled if isinstance(value, ir.Const) else None
    if filled is not None:
        made: ir.Expr = ir.Call(ir.Attr(ir.Name("torch"), filled), tuple(axes))
    else:
        full = ir.Attr(ir.Name("torch"), "full")
        made = ir.Call(full, (said or ir.Row(tuple(axes), True), value))
    make = ir.Make("nn.Parameter", ((None, made),), site.value.kind.keyword)
    reach = register(site.writer, label, site.action, make)
    return ir.Op(scaled(form, len(site.shapes[0]) - 1), (flow.value, reach.forward))


def _start(site: Site, init: Any) -> ir.Expr:
    """What a bare parameter is filled with: a float, whatever the author wrote."""
    expr = site.written.get("init")
    said = ir.Const(init) if expr is None else say(expr, site.writer)
    return ir.Const(float(init)) if isinstance(said, ir.Const) else ir.call("float", said)
