"""Equal layers beside each other as one box: they read one value, and are read together.

Equal but for their pads and dilations, as in atrous spatial pyramid pooling: the box says how many
they are, that they are in parallel, and what each is given.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from archc.emit.diagram.parts import Box, Part, Unit
from archc.emit.diagram.spans import span_name
from archc.emit.diagram.words import details, title

if TYPE_CHECKING:
    from archc.graph.graph import Node

LEAST = 2  # from which on one box stands for them


def gathered(parts: list[Part], read_by: list[list[int]]) -> list[Part]:
    """The parts of a scope with neighbours that are equal and in parallel as one."""
    result: list[Part] = []
    position = 0
    while position < len(parts):
        run = _run(parts, position, read_by)
        position += max(1, len(run))
        if len(run) < LEAST:
            result.append(parts[position - 1])
            continue
        result.append(_box(run))
    return result


def together(parts: list[Part], read_by: list[list[int]]) -> Box | None:
    """The box for all parts of a scope, where it is nothing but layers in parallel."""
    run = _run(parts, 0, read_by)
    return _box(run) if LEAST <= len(run) == len(parts) else None


def _box(run: list[Unit]) -> Box:
    nodes = tuple(node for unit in run for node in unit.nodes)
    return Box(None, span_name(run[0].name, run[-1].name), nodes, parallel=tuple(run))


def said(units: tuple[Unit, ...]) -> list[str]:
    """What layers in parallel are given: `dilation 6, 12, 18`; pads go without saying where they
    are as large, as those that keep a size are."""
    found: dict[str, list[str]] = {}
    for unit in units:
        for words in details(unit.main):
            name, _, value = words.partition(" ")
            found.setdefault(name, []).append(value)
    if found.get("pad") == found.get("dilation"):
        found.pop("pad", None)
    return [
        f"{name} {values[0] if len(set(values)) == 1 else ', '.join(values)}"
        for name, values in found.items()
    ]


def _run(parts: list[Part], position: int, read_by: list[list[int]]) -> list[Unit]:
    """The layers that stand beside each other from here on."""
    run: list[Unit] = []
    for part in parts[position:]:
        if not isinstance(part, Unit) or part.count > 1 or part.main.layer is None:
            break
        if run and _look(part, read_by) != _look(run[0], read_by):
            break
        run.append(part)
    return run


def _look(unit: Unit, read_by: list[list[int]]) -> Hashable:
    """Equal for layers that are in parallel: what they read, who reads them, what they are."""
    inside = {node.index for node in unit.nodes}
    inputs = [i for node in unit.nodes for i in node.inputs if i not in inside]
    readers = [i for node in unit.nodes for i in read_by[node.index] if i not in inside]
    kinds = tuple(node.kind for node in unit.nodes)
    return tuple(inputs), tuple(readers), kinds, title(unit.main), _given(unit.main)


def _given(node: Node) -> Hashable:
    """What layers in parallel have in common: where some are given a stride, all are."""
    return node.shape, node.training, tuple(one.partition(" ")[0] for one in details(node))
