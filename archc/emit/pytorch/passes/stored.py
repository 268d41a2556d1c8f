"""What the constructor keeps for the forward pass, and what it begins with."""

from __future__ import annotations

from typing import Any

from archc.emit.pytorch.python import ir
from archc.graph.labels import MODULE_ATTRIBUTES


def stored(init: ir.Body, forward: ir.Body) -> tuple[ir.Body, ir.Body]:
    """What the forward pass asks is kept in attributes, under names that no module has."""
    every = ir.attributes((*init, *forward))
    taken = {*every, *MODULE_ATTRIBUTES}
    assigned = {
        one.target.name
        for one in ir.within(init)
        if isinstance(one, ir.Assign) and isinstance(one.target, ir.Attr)
    }
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

    late = [one for one in init if isinstance(one, ir.If) and _late(one)]
    rest = [one for one in init if one not in late]
    return ir.rebuilt((*late, *first, *rest), change), ir.rebuilt(forward, change)


def _late(one: ir.If) -> bool:
    match one:
        case ir.If(ir.Compare((name, _), ("is",)), (ir.Assign(target),)):
            return name == target
    return False


def with_super(init: ir.Body, base: str) -> ir.Body:
    first = ir.Do(ir.Call(ir.SUPER))
    read = any(one == ir.Name("saved_channels") for one in ir.within(init))
    saved: ir.Body = ()
    if read:
        saved = (ir.Assign(ir.Name("saved_channels"), ir.call("dict"), "dict[str, int]"),)
    if base == "nn.Sequential":
        return (*saved, *init)
    late = tuple(one for one in init if isinstance(one, ir.If) and _late(one))
    return (first, *late, *saved, *(one for one in init if one not in late))
