"""The passes over a class in their order, and what the constructor keeps for the forward pass."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from archc.emit.pytorch.passes.conditions import added, asked_once, choice, optional, told_once
from archc.emit.pytorch.passes.dead import prune, reads
from archc.emit.pytorch.passes.nest import nest
from archc.emit.pytorch.passes.reused import reused
from archc.emit.pytorch.passes.sequences import gathered, over_modules, started
from archc.emit.pytorch.passes.unread import columns, copied
from archc.emit.pytorch.passes.variables import renamed, summed, united, views_in_place
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.python.simplify import tidied
from archc.graph.labels import MODULE_ATTRIBUTES


def tidy(code: ir.Class, fixed: frozenset[str], words: frozenset[str]) -> ir.Class:
    """All passes in their order.

    `fixed` are the constructor's arguments, `words` the names that the author gave.
    """
    init, forward = code.init, code.forward or ()
    init = ir.rebuilt(init, tidied)
    forward = ir.rebuilt(forward, tidied)
    init, forward = pruned(init, forward)
    forward, init = optional(forward, init)
    init, forward = pruned(init, ir.joined(ir.mapped(forward, choice), added))
    init = gathered(united(ir.joined(init, summed), fixed))
    init = reused(ir.joined(init, started))
    forward = views_in_place(ir.mapped(forward, over_modules))
    forward = ir.mapped(nest(forward, code.arguments, init), choice)
    forward = ir.mapped(copied(forward), columns)
    init, forward = stored(*told_once(init, forward))
    init = renamed(init, fixed, words)
    forward = renamed(forward, fixed.union(code.arguments), words)
    return replace(
        code,
        init=with_super(init, code.base),
        forward=forward if code.forward is not None else None,
    )


def pruned(init: ir.Body, forward: ir.Body) -> tuple[ir.Body, ir.Body]:
    """Without dead code, and with conditions where they are asked if that is one place."""
    while True:
        before = init, forward
        forward = prune(forward, reads(forward))
        held = [one for one in ir.attributes(forward) if one.startswith("@")]
        init = prune(init, reads(init).union(held))
        init = asked_once(init, forward)
        if (init, forward) == before:
            return before


def stored(init: ir.Body, forward: ir.Body) -> tuple[ir.Body, ir.Body]:
    """What the forward pass asks is kept in attributes, under names that no module has."""
    every = ir.attributes((*init, *forward))
    taken = {*every, *MODULE_ATTRIBUTES}
    assigned = {one.name for one in ir.assigned(init) if isinstance(one, ir.Attr)}
    names: dict[str, str] = {}
    first: list[ir.Statement] = []
    for name in dict.fromkeys(one for one in every if one[0] == "@"):
        word = name[1:]
        while word in taken:
            word += "_"
        taken.add(word)
        names[name] = word
        if name not in assigned:
            first.append(ir.Assign(ir.own(word), ir.Name(name[1:])))

    def change(node: Any) -> Any:
        if isinstance(node, ir.Attr) and node.value == ir.SELF and node.name in names:
            return ir.own(names[node.name])
        return node

    return ir.rebuilt((*first, *init), change), ir.rebuilt(forward, change)


def _late(one: ir.If) -> bool:
    match one:
        case ir.If(ir.Compare((name, _), ("is",)), (ir.Assign(target),)):
            return name == target
    return False


def with_super(init: ir.Body, base: str) -> ir.Body:
    first = ir.Do(ir.Call(ir.SUPER))
    saved: ir.Body = ()
    if ir.mentions(init, ir.Name("saved_channels")):
        saved = (ir.Assign(ir.Name("saved_channels"), ir.call("dict"), "dict[str, int]"),)
    if base == "nn.Sequential":
        return (*saved, *init)
    late = tuple(one for one in init if isinstance(one, ir.If) and _late(one))
    return (first, *late, *saved, *(one for one in init if one not in late))
