"""What only all classes together tell: which are the same, run in place, are never read."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from archc.emit.pytorch.passes.nest import IN_PLACE
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.reading.classes import Classes
from archc.emit.pytorch.reading.plan import Plan
from archc.graph.values import BlockValue, LayerValue


def mark_handed_on(classes: Classes) -> None:
    """Notes the classes that are values: of arguments, in the code or in the text of a network."""
    every = [one for plan in classes.order for one in ir.within(plan.code)]
    named = Counter(one for one in every if isinstance(one, ir.Name))
    called = Counter(one.function for one in every if isinstance(one, ir.Call))
    for plan in classes.order:
        plan.passed = named[ir.Name(plan.name)] > called[ir.Name(plan.name)]
    for watcher in classes.watchers:
        waiting = list(watcher.instances[0].place.values.values())
        while waiting:
            value = waiting.pop()
            if isinstance(value, BlockValue):
                waiting += value.named.values()
                for plan in classes.called(value) or classes.of(value.definition):
                    plan.passed = True
            elif type(value) is tuple:
                waiting += value


def drop_unused(classes: Classes) -> None:
    """A class that is handed on as a value keeps its arguments, and so does a network."""
    dropped: dict[str, tuple[list[str], frozenset[str]]] = {}
    for plan in classes.order:
        code = plan.code
        if plan.passed or plan.network:
            continue
        read = ir.names(code.init)
        names = [one.name for one in code.parameters]
        unused = frozenset(name for name in names if name not in read and name != "in_channels")
        if not unused:
            continue
        dropped[code.name] = names, unused
        kept = tuple(one for one in code.parameters if one.name not in unused)
        plan.code = replace(code, parameters=kept)
    if not dropped:
        return

    def change(node: Any) -> Any:
        if not isinstance(node, ir.Call) or not isinstance(node.function, ir.Name):
            return node
        found = dropped.get(node.function.id)
        if found is None:
            return node
        names, unused = found
        words = [
            one for name, one in zip(names, node.arguments, strict=False) if name not in unused
        ]
        named = tuple((name, one) for name, one in node.named if name not in unused)
        return ir.Call(node.function, tuple(words), named)

    for plan in classes.order:
        plan.code = ir.rebuilt(plan.code, change)
    drop_unused(classes)


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

        plan.code = ir.rebuilt(plan.code, change)


def unite(classes: Classes) -> None:
    """Where members were given classes of their own, and the code is the same, the first serves."""
    first: dict[Any, Plan] = {}
    for plan in list(classes.order):
        called = any(one.caller is not None for one in plan.instances)
        if plan.holes or called:
            continue
        twin = first.setdefault((id(plan.definition), replace(plan.code, name="")), plan)
        if twin is not plan:
            classes.order.remove(plan)
            twin.instances = [*twin.instances, *plan.instances]
            twin.lost = {**plan.lost, **twin.lost}
            classes.special.update((id(one.scope), twin) for one in plan.instances)
