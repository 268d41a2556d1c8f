"""The passes over a class, in their order: each gives plainer statements that do the same."""

from __future__ import annotations

from dataclasses import replace

from archc.emit.pytorch.passes.conditions import added, asked_once, choices, optional
from archc.emit.pytorch.passes.dead import prune, reads
from archc.emit.pytorch.passes.nest import nest
from archc.emit.pytorch.passes.reused import reused
from archc.emit.pytorch.passes.sequences import gathered, over_modules, started
from archc.emit.pytorch.passes.stored import stored, with_super
from archc.emit.pytorch.passes.variables import copied, renamed, summed, united, views_in_place
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.python.simplify import tidied


def tidy(code: ir.Class, fixed: frozenset[str], words: frozenset[str]) -> ir.Class:
    """All passes in their order.

    `fixed` are the constructor's arguments, `words` the names that the author gave.
    """
    init, forward = code.init, code.forward or ()
    init = ir.rebuilt(init, tidied)
    forward = ir.rebuilt(forward, tidied)
    init, forward = pruned(init, forward)
    forward, init = optional(forward, init)
    init, forward = pruned(init, added(choices(forward)))
    init = reused(started(gathered(united(copied(summed(init)), fixed))))
    forward = nest(views_in_place(over_modules(forward)), code.arguments, init)
    forward = choices(forward)
    init, forward = stored(init, forward)
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
