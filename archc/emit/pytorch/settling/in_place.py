"""Layers that a class is handed: they are asked to run in place only where all of them can."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from archc.emit.pytorch.passes.nest import IN_PLACE
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.reading.classes import Classes, Plan
from archc.graph.values import LayerValue


def run_apart(classes: Classes) -> None:
    """Takes `inplace=True` out of `act(inplace=True)` where some call hands on what lacks it.

    A call in an arm that nobody took is known only once its caller is written, after the class.
    """
    lacking: dict[Plan, set[ir.Expr]] = {}
    for one in (each for watcher in classes.watchers for each in watcher.instances):
        plan = classes.plan(one)
        for argument in plan.arguments:
            value = one.place.values.get(argument.name)
            if isinstance(value, LayerValue) and not value.kind.in_place:
                lacking.setdefault(plan, set()).add(ir.Name(argument.python))
    for plan, names in lacking.items():

        def change(node: Any, names: set[ir.Expr] = names) -> Any:
            if not isinstance(node, ir.Call) or node.function not in names:
                return node
            return replace(node, named=tuple(one for one in node.named if one != IN_PLACE))

        if plan.code is not None:
            plan.code = ir.rebuilt(plan.code, change)
