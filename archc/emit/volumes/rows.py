"""A network too long for one row, broken into several."""

from __future__ import annotations

from itertools import pairwise
from math import ceil

from archc.emit.volumes.layout import Layout, stages
from archc.emit.volumes.model import Picture
from archc.emit.volumes.scene import Line
from archc.emit.volumes.solid import Solid

_ROW = 840.0  # no row is longer, where there is a place to break it
_LINE = 15.0
_BRACKET = 27.0
_TURN = 22.0  # room for the way back


def broken(picture: Picture, layout: Layout) -> Layout:
    """The same volumes in rows of about the same length."""
    solids = layout.solids
    starts = _starts(picture, layout)
    rows = [sum(start <= place for start in starts) - 1 for place in range(len(solids))]
    axes = _axes(picture, layout, starts, rows)
    placed = tuple(
        solid._replace(x=solid.x - solids[starts[row]].x, axis=axes[row])
        for solid, row in zip(solids, rows, strict=True)
    )
    bottoms = tuple(
        max(solid.bottom for solid, one in zip(placed, rows, strict=True) if one == row)
        for row in range(len(starts))
    )
    return layout._replace(solids=placed, rows=tuple(rows), bottoms=bottoms)


def _starts(picture: Picture, layout: Layout) -> list[int]:
    """The first unit of each row: the most even cut, best where the size of the maps changes."""
    solids = layout.solids
    starts = [0]
    total = solids[-1].right - solids[0].x
    for count in range(ceil(total / _ROW), len(layout.runs) + 1):
        starts, longest = _cut(picture, layout, count)
        if longest <= _ROW:
            return starts
    return starts


def _cut(picture: Picture, layout: Layout, count: int) -> tuple[list[int], float]:
    """The best of so many rows, and the longest of them."""
    solids = layout.solids
    total = solids[-1].right - solids[0].x
    target = total / count
    stage = stages(picture)
    places = [run.first for run in layout.runs]
    best: list[dict[int, tuple[float, tuple[int, ...]]]] = [{0: (0.0, (0,))}]
    ends = [*places, len(solids)]
    for row in range(count):
        found: dict[int, tuple[float, tuple[int, ...]]] = {}
        for start, (cost, cuts) in best[row].items():
            for end in ends:
                if end <= start:
                    continue
                length = solids[end - 1].right - solids[start].x
                price = cost + (length / target - 1) ** 2
                price += 9.0 if length > _ROW else 0.0
                price += _dear(picture, stage, end) if end < len(solids) else 0.0
                if end not in found or price < found[end][0]:
                    found[end] = (price, (*cuts, end))
        best.append(found)
    cuts = best[count].get(len(solids), (0.0, (0, len(solids))))[1]
    lengths = [solids[end - 1].right - solids[start].x for start, end in pairwise(cuts)]
    return list(cuts[:-1]), max(lengths)


def _dear(picture: Picture, stage: list[int], place: int) -> float:
    """What it costs to part two neighbours: most in a small group, one size of map, vectors."""
    before, unit = picture.units[place - 1], picture.units[place]
    if len(unit.groups) > 1 and unit.groups == before.groups:
        return 0.4
    shape = unit.shape
    flat = shape is not None and len(shape) == 1
    return 0.3 if flat or stage[place] == stage[place - 1] or place == 1 else 0.0


def _axes(picture: Picture, layout: Layout, starts: list[int], rows: list[int]) -> list[float]:
    """The height of each row's middle: volumes, numbers, captions, brackets, and the way back."""
    from archc.emit.volumes.brackets import depth

    axes = [0.0]
    for row in range(1, len(starts)):
        above = [solid for solid, one in zip(layout.solids, rows, strict=True) if one == row - 1]
        below = [solid for solid, one in zip(layout.solids, rows, strict=True) if one == row]
        lines = max(len(run.lines) for run in layout.runs if rows[run.first] == row - 1)
        words = 31 + _LINE * lines + _BRACKET * depth(picture) + _TURN
        axes.append(axes[-1] + _low(above) + words + _TURN + _high(below))
    return axes


def _low(solids: list[Solid]) -> float:
    return max(solid.bottom - solid.axis for solid in solids)


def _high(solids: list[Solid]) -> float:
    return max(solid.axis - solid.summit for solid in solids)


def turn(layout: Layout, number: int) -> Line:
    """From the end of a row to the start of the next."""
    one, two = layout.solids[number - 1], layout.solids[number]
    row = layout.rows[number]
    above = [s for s, r in zip(layout.solids, layout.rows, strict=True) if r == row - 1]
    below = [s for s, r in zip(layout.solids, layout.rows, strict=True) if r == row]
    right, left = max(s.right + s.depth for s in above) + 26, two.x - 26
    middle = two.axis - _high(below) - _TURN
    points = (
        (one.right + one.depth / 2, one.axis),
        (right, one.axis),
        (right, middle),
        (left, middle),
        (left, two.axis),
        (two.x - 2, two.axis),
    )
    return Line(points, "wire", 1.3, arrow=True)
