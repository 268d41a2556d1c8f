"""Arguments that a class never reads: taken out of it, and out of the calls of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from archc.emit.pytorch.python import ir
from archc.emit.pytorch.reading.classes import Classes
from archc.graph.values import BlockValue


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
        if code is None or plan.passed or plan.network:
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
        if plan.code is not None:
            plan.code = ir.rebuilt(plan.code, change)
    drop_unused(classes)
