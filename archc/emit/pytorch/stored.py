"""What the constructor takes, and what it keeps for the forward pass."""

from __future__ import annotations

from typing import Any

from archc.emit.pytorch import ir
from archc.emit.pytorch.classes import AXIS_NAMES, Plan
from archc.graph.labels import MODULE_ATTRIBUTES

Body = tuple[ir.Statement, ...]


def stored(init: Body, forward: Body, plan: Plan) -> tuple[Body, Body]:
    """What the forward pass asks is kept in attributes, under names that no module has."""
    wanted = [
        one.name
        for one in ir.within((*init, *forward))
        if isinstance(one, ir.Attr) and one.value == ir.SELF and one.name.startswith("@")
    ]
    taken = {
        one.name
        for one in ir.within((*init, *forward))
        if isinstance(one, ir.Attr) and one.value == ir.SELF
    } | set(MODULE_ATTRIBUTES)
    assigned = {
        one.target.name
        for one in ir.within(init)
        if isinstance(one, ir.Assign) and isinstance(one.target, ir.Attr)
    }
    names: dict[str, str] = {}
    first: list[ir.Statement] = []
    for name in dict.fromkeys(wanted):
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

    late = [one for one in init if isinstance(one, ir.If) and _late(one)]
    rest = [one for one in init if one not in late]
    return ir.rebuilt((*late, *first, *rest), change), ir.rebuilt(forward, change)


def _late(one: ir.If) -> bool:
    test = one.condition
    return (
        isinstance(test, ir.Compare)
        and test.operators == ("is",)
        and len(one.then) == 1
        and isinstance(one.then[0], ir.Assign)
        and one.then[0].target == test.operands[0]
    )


def parameters(plan: Plan, init: Body) -> tuple[ir.Parameter, ...]:
    """The arguments of the constructor."""
    found: list[ir.Parameter] = []
    read = {one.id for one in ir.within(init) if isinstance(one, ir.Name)}
    if not plan.network:
        found.append(ir.Parameter("in_channels", "int"))
        for name in AXIS_NAMES[3]:
            if name in read:
                found.append(ir.Parameter(name, "int"))
    required: list[ir.Parameter] = []
    optional_ones: list[ir.Parameter] = []
    for argument in plan.arguments:
        one = ir.Parameter(argument.python, argument.type, argument.default)
        (required if argument.default is None else optional_ones).append(one)
    holes = [ir.Parameter(one.name, _hole_type(one.values)) for one in plan.holes]
    return (*found, *holes, *required, *optional_ones)


def _hole_type(values: dict[int, Any]) -> str:
    return "bool" if all(isinstance(one, bool) for one in values.values()) else "int"


def with_super(init: Body, base: str) -> Body:
    first = ir.Do(ir.Call(ir.Attr(ir.Call(ir.Name("super")), "__init__")))
    read = any(one == ir.Name("saved_channels") for one in ir.within(init))
    saved: Body = ()
    if read:
        saved = (ir.Assign(ir.Name("saved_channels"), ir.Call(ir.Name("dict")), "dict[str, int]"),)
    if base == "nn.Sequential":
        return (*saved, *init)
    late = tuple(one for one in init if isinstance(one, ir.If) and _late(one))
    return (first, *late, *saved, *(one for one in init if one not in late))
