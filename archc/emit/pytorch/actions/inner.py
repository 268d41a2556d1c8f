"""Labels inside a call of a block: `share one.a` runs that module of the block's once more."""

from __future__ import annotations

from functools import partial
from typing import Any

from archc.emit.pytorch.drafts.flow import Access, Braces, Flow, Value
from archc.emit.pytorch.drafts.writer import Writer
from archc.emit.pytorch.python import freeze, ir
from archc.emit.pytorch.reading.classes import Plan
from archc.emit.pytorch.reading.labels import labels_of
from archc.emit.pytorch.reading.number import Said
from archc.emit.pytorch.reading.sight import Unsaid
from archc.layers.registry import KINDS


def inner_values(writer: Writer, reach: Access, plan: Plan) -> Braces[Value]:
    """The labels of a block that is called, as far as a module of that name can be called."""
    found: Braces[Value] = Braces()
    labels = labels_of(plan.body)
    for one in ir.within(plan.code.init if plan.code is not None else ()):
        if not isinstance(one, ir.Assign) or not isinstance(one.target, ir.Attr):
            continue
        name = one.target.name
        made = freeze.thawed(one.value)
        if one.target != ir.own(name) or name not in labels or not _called(made):
            continue
        access = Access(ir.Attr(reach.init, name), ir.Attr(reach.forward, name))
        callee = _plan(writer, made)
        inside = inner_values(writer, access, callee) if callee is not None else Braces()
        found[name] = Value(None, (), inside, partial(_again, access, made))
    return found


def _called(made: ir.Expr) -> bool:
    """Whether what is made can be called with a tensor."""
    if isinstance(made, ir.Make):
        return made.target == "nn.Sequential" or made.target not in (*ir.CONTAINERS, "nn.Parameter")
    return isinstance(made, ir.Call)


def _plan(writer: Writer, made: ir.Expr) -> Plan | None:
    """The class of a call inside the block."""
    if not isinstance(made, ir.Call) or not isinstance(made.function, ir.Name):
        return None
    name = made.function.id
    return next((one for one in writer.classes.order if one.name == name), None)


def _again(access: Access, made: ir.Expr, writer: Writer, flow: Flow) -> Flow:
    note = writer.at.here
    shape = note.result.shape if note is not None and note.result is not None else None
    if shape is None:
        raise Unsaid(writer.plan.definition.name.span)
    hangs = frozenset(one.python for one in writer.plan.arguments)
    sizes = tuple(Said(one, None, hangs) if isinstance(one, int) else one for one in shape)
    dims = (_channels(access, made, flow, sizes[0]), *sizes[1:])
    return Flow(writer.assign(ir.Call(access.forward, (flow.value,))), dims)


def _channels(access: Access, made: ir.Expr, flow: Flow, seen: Any) -> Any:
    """The channels behind a module: its own, or those that enter; `seen` where neither is said."""
    knows = isinstance(made, ir.Call)
    if isinstance(made, ir.Make):
        kind = KINDS.get(made.keyword)
        if kind is not None and kind.channels_from == "input":
            return flow.dims[0]
        knows = made.target.startswith("nn.Conv")
    if knows and isinstance(seen, int):
        return Said(int(seen), ir.Attr(access.init, "out_channels"))
    return seen
