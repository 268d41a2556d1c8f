"""Closed blocks of one structure in a row stand as one box, which says where the first differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit.diagram.alike import several
from archc.emit.diagram.parts import Box, Part
from archc.emit.diagram.spans import span_name

if TYPE_CHECKING:
    from archc.emit.diagram.alike import Alike
    from archc.graph.graph import Node

    Members = tuple[tuple[Node, ...], ...]

SERIES = 2  # neighbours from which on one box stands for them


def series(parts: list[Part], read_by: list[list[int]], alike: Alike, wide: bool) -> list[Part]:
    """The parts with closed neighbours of one structure whose shapes alone differ as one box; where
    it is `wide`, those that are given other arguments as well. Of these the first may differ from
    the others in what there are words for."""
    result: list[Part] = []
    position = 0
    while position < len(parts):
        run, members, exception = _alike(parts, position, read_by, alike, wide)
        position += len(run)
        first, last = run[0], run[-1]
        if len(run) < SERIES or not isinstance(first, Box) or not isinstance(last, Box):
            result += run
            continue
        nodes = tuple(node for box in run for node in box.nodes)
        name = span_name(first.name, last.name)
        varied = len({_call(box) for box in run}) > 1
        result.append(
            Box(first.scope, name, nodes, 1, members, last.like, varied, exception=exception)
        )
    return result


def _alike(
    parts: list[Part], position: int, read_by: list[list[int]], alike: Alike, wide: bool
) -> tuple[list[Part], Members, str]:
    """The run that begins here, its members, and what is to be said of the first of them."""
    first = parts[position]
    run: list[Part] = [first]
    said = ""
    if not isinstance(first, Box) or first.scope is None or first.scope.kind != "block":
        return run, (), said
    members = several(first.nodes, first.count)
    for other in parts[position + 1 :]:
        if not isinstance(other, Box) or other.scope is None:
            break
        if (other.scope.kind, other.scope.name) != (first.scope.kind, first.scope.name):
            break
        if not wide and (_call(other) != _call(first) or other.like != first.like):
            break
        more = (*members, *several(other.nodes, other.count))
        exception = alike.exception(more)
        if exception is None or (exception and not wide):
            break
        if not _follows(run[-1], other, read_by):
            break
        run.append(other)
        members, said = more, exception
    return run, members, said


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
