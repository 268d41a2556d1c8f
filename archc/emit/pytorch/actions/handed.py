"""Calls of what a parameter holds: a layer, or a block, that was handed to the class."""

from __future__ import annotations

from typing import Any

from archc.emit.pytorch.actions.calls import write_block
from archc.emit.pytorch.actions.forms import module
from archc.emit.pytorch.actions.layers import place_module, site_of
from archc.emit.pytorch.drafts.flow import Braces, Flow
from archc.emit.pytorch.drafts.writer import Writer
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.reading.classes import for_channels
from archc.emit.pytorch.reading.number import said_of
from archc.emit.pytorch.reading.runs import Note, worth_at
from archc.emit.pytorch.reading.sight import Unlike, Unsaid
from archc.graph.values import UNKNOWN, LayerValue
from archc.language import tree


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
        raise Unlike
    return write_block(writer, action, label, flow, Braces(), bound.said)


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
        raise Unlike
    unlike = {repr(one): one for one in layers}.values()
    if len({said_of(site_of(writer, action, one, flow)[1][0]) for one in unlike}) > 1:
        raise Unlike
    site, output = site_of(writer, action, busy[0], flow)
    made = module(site, site.layer.torch_module(site.shapes))
    fixed = {*busy[0].named, *list(busy[0].kind.arguments)[: len(busy[0].positional)]}
    fixed |= {"inplace"} if any(not one.kind.in_place for one in layers) else set()
    pairs = zip(made.arguments, site.sources(made), strict=True)
    given = [one for one, source in pairs if source not in fixed]
    words = tuple(one for name, one in given if name is None)
    make = ir.Call(said, words, tuple((name, one) for name, one in given if name is not None))
    stateful = any(one.kind.stateful for one in layers)
    wanted = "act" if site.layer.group == "activation" else site.layer.attribute
    reach = place_module(writer, action, label, make, stateful, wanted)
    return writer.called(reach, flow, output)
