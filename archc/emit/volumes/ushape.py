"""Encoder-decoders: each resolution is a level, skips run straight across."""

from __future__ import annotations

from itertools import pairwise
from math import sqrt

from archc.emit.diagram.metrics import fit, text_width
from archc.emit.volumes import layout as place
from archc.emit.volumes.board import Board
from archc.emit.volumes.layout import Layout, Run
from archc.emit.volumes.model import Link, Picture, Unit
from archc.emit.volumes.scales import scales
from archc.emit.volumes.scene import Label, Line, Point, Shape
from archc.emit.volumes.solid import CY, Solid, measure
from archc.emit.volumes.spine import area

_TALLEST = 130.0
_THICKEST = 42.0
_CLOSE = 6.0
_ACROSS = 64.0  # the least length of a skip
_NUMBER = 22.0  # the room of the channels' number below a volume
_BETWEEN = 40.0  # from level to level
_TEXT = 12.0


def levels(picture: Picture) -> list[int]:
    """How deep each unit lies: a halved map is one level lower, a doubled one higher."""
    result: list[int] = []
    for number, unit in enumerate(picture.units):
        if not number:
            result.append(0)
            continue
        step = _step(picture.units[number - 1], unit)
        result.append(result[-1] + step)
    for link in picture.links:  # a skip joins equal levels, whatever the sizes say
        off = result[link.source] - result[link.target]
        if off:
            result[link.target :] = [level + off for level in result[link.target :]]
    least = min(result)
    return [level - least for level in result]


def _step(before: Unit, unit: Unit) -> int:
    if before.shape is None or unit.shape is None or min(len(before.shape), len(unit.shape)) < 2:
        return 0
    ratio = area(before.shape) / area(unit.shape)
    ratio = ratio if len(unit.shape) == 2 else sqrt(ratio)
    if ratio >= 1.5:
        return 1
    return -1 if ratio <= 1 / 1.5 else 0


def arrange(picture: Picture) -> Layout:
    """Levels below each other; the first volume of a level stands under or over the last one."""
    scale = scales(picture, _TALLEST, _THICKEST)
    across = max([_ACROSS, *(text_width(_word(link), _TEXT) + 44 for link in picture.links)])
    level = levels(picture)
    solids: list[Solid] = []
    reach: dict[int, float] = {}  # how far each level is filled
    for number, unit in enumerate(picture.units):
        solid = measure(unit, scale)
        half = text_width(place.channels(unit), _TEXT) / 2 - solid.thick / 2
        x = 0.0
        if solids:
            x = _left(picture, level, number, solids[-1], solid)
            x = max(x, reach.get(level[number], -1e9) + max(0.0, half))
        solids.append(solid._replace(x=x))
        own = solids[-1]
        after = level[number + 1] if number + 1 < len(level) else level[number]
        room = own.depth + across if after != level[number] else max(0.0, half) + 5
        reach[level[number]] = own.right + room
    axes = _axes(solids, level)
    placed = tuple(solid._replace(axis=axes[one]) for solid, one in zip(solids, level, strict=True))
    bottoms = tuple(
        max(solid.bottom for solid, one in zip(placed, level, strict=True) if one == row)
        for row in range(max(level) + 1)
    )
    return Layout(placed, _runs(picture, level), tuple(level), bottoms, True, True)


def _left(picture: Picture, level: list[int], number: int, last: Solid, solid: Solid) -> float:
    before, unit = picture.units[number - 1], picture.units[number]
    if level[number] != level[number - 1]:
        return last.x + last.thick / 2 - solid.thick / 2
    flat = unit.shape is not None and len(unit.shape) == 1
    if flat or before.kind == "input":
        return last.right + last.depth + 26
    return last.right + _CLOSE


def _axes(solids: list[Solid], level: list[int]) -> list[float]:
    """The height of each level's middle."""
    rooms = [0.0] * (max(level) + 1)
    for solid, one in zip(solids, level, strict=True):
        rooms[one] = max(rooms[one], solid.bottom)
    axes = [0.0]
    for above, below in pairwise(rooms):
        axes.append(axes[-1] + above + _NUMBER + _BETWEEN + below)
    return axes


def _runs(picture: Picture, level: list[int]) -> tuple[Run, ...]:
    """A name for each run of volumes on a level that one group holds, or for a lone one."""
    runs: list[Run] = []
    for number, unit in enumerate(picture.units):
        group = unit.groups[0] if unit.groups else ""
        name = group or ("" if unit.kind == "pool" else unit.name)
        last = runs[-1] if runs else None
        same = last is not None and last.lines == (name,) and level[last.last] == level[number]
        if last is not None and group and same:
            runs[-1] = last._replace(last=number)
        elif name:
            runs.append(Run(number, number, (name,), True))
    return tuple(runs)


def wires(picture: Picture, layout: Layout, board: Board) -> list[Shape]:
    """Arrows down and up between the levels, and the skips across."""
    shapes: list[Line] = []
    for number in range(1, len(layout.solids)):
        one, two = layout.solids[number - 1], layout.solids[number]
        change = layout.rows[number] - layout.rows[number - 1]
        if change > 0:
            x = one.x + one.thick / 2
            points: tuple[Point, ...] = (
                (x, one.bottom + _NUMBER),
                (x, two.summit + two.wide * CY / 2 - 1),
            )
            shapes.append(Line(points, "wire", 1.3, arrow=True))
        elif change < 0:
            x = two.x + two.thick / 2
            end = (x, two.bottom + _NUMBER - 2)
            if x > one.right + one.depth:  # too far to the right to stand above
                points = ((one.right + one.depth / 2, one.axis), (x, one.axis), end)
            else:
                points = ((x, one.summit + one.wide * CY / 2), end)
            shapes.append(Line(points, "wire", 1.3, arrow=True))
    for link in picture.links:
        one, two = layout.solids[link.source], layout.solids[link.target]
        points = ((one.right + one.depth / 2, one.axis), (two.x - 2, two.axis))
        shapes.append(Line(points, "skip", 1.5, arrow=True))
    for line in shapes:
        board.line(line)
    return list(shapes)


def names(picture: Picture, layout: Layout, board: Board) -> list[Shape]:
    """Groups' names above their volumes, and words on the skips."""
    shapes: list[Shape] = []
    for run in layout.runs:
        one, two = layout.solids[run.first], layout.solids[run.last]
        label = board.place(_above(run.lines[0], one, two))
        shapes += [label] if label is not None else []
    for link in picture.links:
        one, two = layout.solids[link.source], layout.solids[link.target]
        text = _word(link)
        if not text:
            continue
        middle = (one.right + one.depth + two.x) / 2 + 7
        label = board.place([Label(middle, one.axis - 10, text, _TEXT, color="skip")])
        shapes += [label] if label is not None else []
    return shapes


def _word(link: Link) -> str:
    """What happens to a value on its way across."""
    word = ", ".join(filter(None, (link.text, "added" if link.adds else "")))
    return fit(word, 160.0, _TEXT)


def _above(text: str, one: Solid, two: Solid) -> list[Label]:
    text = fit(text, 150.0, _TEXT, bold=True)
    top = min(one.summit, two.summit) - 10
    left, right = one.x + one.depth, two.right + two.depth
    found = []
    for up in (0, 14):
        found += [
            Label((left + right) / 2, top - up, text, _TEXT, bold=True),
            Label(right, top - up, text, _TEXT, anchor="end", bold=True),
            Label(left, top - up, text, _TEXT, anchor="start", bold=True),
            Label(right + 8, top - up, text, _TEXT, anchor="start", bold=True),
            Label(left - 8, top - up, text, _TEXT, anchor="end", bold=True),
        ]
    return found
