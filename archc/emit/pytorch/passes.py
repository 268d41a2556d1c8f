"""The passes over a class, in their order: each gives plainer statements that do the same."""

from __future__ import annotations

from dataclasses import replace

from archc.emit.pytorch import ir
from archc.emit.pytorch.classes import Plan
from archc.emit.pytorch.dead import attributes, prune, reads
from archc.emit.pytorch.nest import nest
from archc.emit.pytorch.plain_choices import added, asked_once, choices, hoisted, optional
from archc.emit.pytorch.reused import reused
from archc.emit.pytorch.sequences import gathered, over_modules, started
from archc.emit.pytorch.simplify import tidied
from archc.emit.pytorch.stored import parameters, stored, with_super
from archc.emit.pytorch.variables import copied, renamed, summed, united, views_in_place

Body = tuple[ir.Statement, ...]


def tidy(code: ir.Class, plan: Plan) -> ir.Class:
    """All passes in their order."""
    init, forward = code.init, code.forward or ()
    init = ir.rebuilt(init, tidied)
    forward = ir.rebuilt(forward, tidied)
    init, forward = pruned(init, hoisted(forward))
    forward, init = optional(forward, init)
    init, forward = pruned(init, added(choices(forward)))
    init = reused(started(gathered(united(copied(summed(init)), plan))))
    forward = nest(views_in_place(over_modules(forward)), code.arguments, init)
    forward = choices(forward)
    init, forward = stored(init, forward, plan)
    init, forward = renamed(init, plan, ()), renamed(forward, plan, code.arguments)
    return replace(
        code,
        parameters=parameters(plan, init),
        init=with_super(init, code.base),
        forward=forward if code.forward is not None else None,
    )


def pruned(init: Body, forward: Body) -> tuple[Body, Body]:
    """Without dead code, and with conditions where they are asked if that is one place."""
    while True:
        before = init, forward
        forward = prune(forward, reads(forward))
        init = prune(init, reads(init) | attributes(forward))
        init = asked_once(init, forward)
        if (init, forward) == before:
            return before
