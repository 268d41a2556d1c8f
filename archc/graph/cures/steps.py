"""Where a size comes from, told where no cure is: `224, 112 (line 18), 55 (line 19)`."""

from __future__ import annotations

import math
from collections.abc import Sequence

from archc.graph.cures.reaching import Wanted
from archc.graph.graph import Node
from archc.language.source import Span
from archc.shapes import Shape, show

MOST_STEPS = 8


def steps(nodes: Sequence[Node], index: int, wanted: Wanted) -> str | None:
    """The sizes of the map on the way to a claim of another one, each with its line."""
    if index < 0:
        return None
    shape = nodes[index].shape or ()
    flat = len(shape) == 1
    if not flat and len(shape) == len(wanted) and _equal(shape[1:], wanted[1:]):
        return None
    way: list[tuple[Shape, Span]] = []
    while index >= 0:
        node = nodes[index]
        known = node.shape is not None and len(node.shape) > 1
        if known and node.shape is not None:
            if way and way[-1][0][1:] == node.shape[1:]:
                way[-1] = (node.shape, node.span)
            else:
                way.append((node.shape, node.span))
        elif way or len(shape) > 1:
            break
        index = node.inputs[0] if node.inputs else -1
    way.reverse()
    told = _listed(way)
    if flat and len(wanted) > 1:
        return None
    if flat and way:
        if math.prod(axis for axis in way[-1][0] if isinstance(axis, int)) != shape[0]:
            return None  # a dense layer stands between, and no size is to blame
        return "; ".join(one for one in (_product(way[-1][0], wanted), told) if one)
    return told


def _equal(one: Sequence[object], other: Sequence[object]) -> bool:
    return all(want in (None, have) for have, want in zip(one, other, strict=True))


def _listed(way: Sequence[tuple[Shape, Span]]) -> str | None:
    if len(way) < 2 or not all(isinstance(axis, int) for shape, _ in way for axis in shape):
        return None
    lines: list[tuple[int, list[str]]] = []
    for shape, span in way:
        if not lines or lines[-1][0] != span.line:
            lines.append((span.line, []))
        lines[-1][1].append(_size(shape))
    begin = "… " if len(lines) > MOST_STEPS else ""
    told = "; ".join(f"{', '.join(sizes)} in line {line}" for line, sizes in lines[-MOST_STEPS:])
    return f"the sizes on the way: {begin}{told}"


def _size(shape: Shape) -> str:
    axes = shape[1:]
    return str(show(axes[:1])) if len(set(axes)) == 1 else show(axes)


def _product(shape: Shape, wanted: Wanted) -> str | None:
    """`25088 is 512x7x7`: the map that a flat number stands for."""
    number, width = wanted[0], shape[0]
    if number is None or not isinstance(width, int) or not width or number % width:
        return None
    rest, axes = number // width, len(shape) - 1
    side = round(rest ** (1 / axes))
    if side**axes != rest or not all(isinstance(axis, int) for axis in shape):
        return None
    if math.prod(axis for axis in shape if isinstance(axis, int)) == number:
        return None
    return f"{number} is {show((width, *(side,) * axes))}, and the map before it {show(shape)}"
