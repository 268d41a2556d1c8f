"""Closed blocks in a row that differ in their shapes alone stand as one box."""

from __future__ import annotations

from archc.emit.diagram.parts import Box, Part
from archc.emit.diagram.spans import span_name

SERIES = 2  # neighbours from which on one box stands for them


def series(parts: list[Part], read_by: list[list[int]], wide: bool) -> list[Part]:
    """The parts with closed neighbours of one structure whose shapes alone differ as one box; where
    it is `wide`, those that are given other arguments as well."""
    result: list[Part] = []
    position = 0
    while position < len(parts):
        run = _alike(parts, position, read_by, wide)
        position += len(run)
        first, last = run[0], run[-1]
        if len(run) < SERIES or not isinstance(first, Box):
            result += run
            continue
        nodes = tuple(node for box in run for node in box.nodes)
        number = sum(box.count for box in run)
        name = span_name(first.name, last.name)
        varied = len({_call(box) for box in run}) > 1
        result.append(Box(first.scope, name, nodes, 1, number, first.like, varied))
    return result


def _alike(parts: list[Part], position: int, read_by: list[list[int]], wide: bool) -> list[Part]:
    """The run that begins here."""
    first = parts[position]
    run = [first]
    if not isinstance(first, Box) or first.scope is None or first.scope.kind != "block":
        return run
    for other in parts[position + 1 :]:
        if not isinstance(other, Box) or other.scope is None or other.like != first.like:
            break
        if (other.scope.kind, other.scope.name) != (first.scope.kind, first.scope.name):
            break
        if not wide and _call(other) != _call(first):
            break
        if not _follows(run[-1], other, read_by):
            break
        run.append(other)
    return run


def _follows(before: Part, after: Part, read_by: list[list[int]]) -> bool:
    """Whether one box is read by the other alone, which reads nothing else."""
    first = {node.index for node in before.nodes}
    second = {node.index for node in after.nodes}
    inputs = {i for node in after.nodes for i in node.inputs} - second
    outputs = {i for index in first for i in read_by[index]} - first
    return inputs <= first and outputs <= second


def _call(part: Part) -> str:
    """What a closed block is given."""
    return repr(part.scope.arguments) if isinstance(part, Box) and part.scope is not None else ""
