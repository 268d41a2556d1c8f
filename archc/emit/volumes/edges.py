"""Sizes along the edges of the volumes."""

from __future__ import annotations

from collections.abc import Iterator

from archc.emit.volumes import layout as place
from archc.emit.volumes.board import Board
from archc.emit.volumes.layout import Layout
from archc.emit.volumes.model import MARKS, Picture
from archc.emit.volumes.scene import Label, Shape
from archc.emit.volumes.solid import CX, CY, Solid
from archc.shapes import Axis
from archc.shapes import Shape as Sizes

SIDE = 16.0  # how far numbers at the side of a volume reach
_SIZE = 12.0
_BESIDE = 5.0  # between two numbers that are not to be read as one


def edge_labels(picture: Picture, layout: Layout, board: Board) -> list[Shape]:
    """Height and width, once for each run of equal maps: on its last volume, or where that has no
    room for them on the nearest before it. A closed block that changes the size of its maps unseen
    has them as well."""
    told = sized(picture)
    upright = _upright(picture, layout, board, told)
    shapes: list[Shape] = []
    done: set[int] = set()
    changed = {number for number, unit in enumerate(picture.units) if unit.resized}
    for number in sorted(told | changed):
        for one in (number, *_before(picture, number)) if number in told else (number,):
            if one not in done and (found := _sizes(picture, layout, board, one, upright)):
                shapes += found
                done.add(one)
                break
    return shapes


def _sizes(
    picture: Picture, layout: Layout, board: Board, number: int, upright: set[int]
) -> list[Label]:
    """The numbers at one volume; none where they have no room."""
    shape, solid = picture.units[number].shape, layout.solids[number]
    axes = shape[1:] if shape is not None else ()
    if set(axes) == {1}:
        label = board.free(_point(solid, "\u00d7".join("1" * len(axes))))
        return [label] if label is not None else []
    return _two(solid, axes, board, layout.rows[number] in upright)


def _before(picture: Picture, number: int) -> list[int]:
    """The volumes that lead to one with maps of exactly its size, the nearest first."""
    shape = picture.units[number].shape
    found: list[int] = []
    ways = [number]
    seen = {number}
    for head in ways:
        for tail in (arrow.tail for arrow in picture.arrows if arrow.head == head):
            unit = picture.units[tail]
            mark = unit.kind in MARKS
            same = unit.shape is not None and shape is not None and unit.shape[1:] == shape[1:]
            if tail not in seen and (mark or same):
                seen.add(tail)
                ways.append(tail)
                found += [] if mark else [tail]
    return found


def _upright(picture: Picture, layout: Layout, board: Board, told: set[int]) -> set[int]:
    """The rows in which most heights have no room at their edges: all of them stand above the
    boxes, as a turned one beside an upright one would seem to go with it."""
    turned: dict[int, list[bool]] = {}
    for number in sorted(told):
        shape = picture.units[number].shape
        if shape is not None and set(shape[1:]) != {1}:
            high = shape[-2] if len(shape) > 2 else shape[-1]
            if _short(high):
                continue
            found = board.found(_height(layout.solids[number], high), _BESIDE, True)
            turned.setdefault(layout.rows[number], []).append(
                found is not None and found.angle != 0
            )
    return {row for row, several in turned.items() if 2 * sum(several) < len(several)}


def _two(solid: Solid, axes: Sizes, board: Board, upright: bool) -> list[Label]:
    """Height and width, each at its edge; the height above the box where its edge is taken, or it
    is to be `upright`, and of two equal ones only one where there is no room for both."""
    high, wide = axes[-2] if len(axes) > 1 else axes[-1], axes[-1]
    square = len(axes) > 1 and high == wide
    height = board.free(_above(solid, high), _BESIDE, True) if upright else None
    height = height or board.free(_height(solid, high), _BESIDE, True)
    width = board.free(_width(solid, wide), _BESIDE, True) if len(axes) > 1 else None
    if height is None and not (width is not None and square):
        height = board.free(_above(solid, high), _BESIDE, True)
        height = height or board.free([*_height(solid, high), *_above(solid, high)])
    if width is None and len(axes) > 1 and not (height is not None and square):
        width = board.free(_width(solid, wide))
    return [label for label in (height, width) if label is not None]


def sized(picture: Picture) -> set[int]:
    """The units at whose sides numbers stand: maps that none of their size follow."""
    followed = _followed(picture)
    return {
        number
        for number, unit in enumerate(picture.units)
        if unit.shape is not None and len(unit.shape) > 1
        and unit.kind not in MARKS and number not in followed
    }  # fmt: skip


def _followed(picture: Picture) -> set[int]:
    """The units whose map is read by one of the same size, also through marks."""
    after: dict[int, list[int]] = {}
    for arrow in picture.arrows:
        after.setdefault(arrow.tail, []).append(arrow.head)
    found = set()
    for number, unit in enumerate(picture.units):
        ways = list(after.get(number, ()))
        seen = set(ways)
        while ways:
            head = ways.pop()
            if picture.units[head].kind in MARKS:
                more = [one for one in after.get(head, ()) if one not in seen]
                seen.update(more)
                ways += more
            elif place.like(unit, picture.units[head]):
                found.add(number)
    return found


def _point(solid: Solid, text: str) -> Iterator[Label]:
    """Above a map of one position."""
    for up in (9, 14, 20):
        yield Label((solid.x + solid.right + solid.depth) / 2, solid.summit - up, text, _SIZE)


def _height(solid: Solid, axis: Axis) -> Iterator[Label]:
    """Along the rear edge of the side, from its middle upwards; at its end where it is small."""
    text = str(axis)
    x = solid.right + solid.depth
    for share in (0.5, 0.4, 0.3, 0.2, 0.12, 0.65, 0.8, 0.95, 0.0):
        y = solid.summit + share * solid.high
        yield Label(x + 8.6, y, text, _SIZE, angle=0 if _short(axis) else -90)
    yield Label(x + 4, solid.summit - 2, text, _SIZE, anchor="start")


def _short(axis: Axis) -> bool:
    """Whether a size is a single digit, which is as high as it is wide, and so is never turned."""
    return len(str(axis)) == 1


def _above(solid: Solid, axis: Axis) -> Iterator[Label]:
    """Above the box."""
    text, x = str(axis), solid.right + solid.depth
    for up in (10.0, 13.0):
        yield Label(x - 2, solid.summit - up, text, _SIZE)
    for aside in (-8.0, 12.0, 18.0, 26.0):
        yield Label(x - 2 - aside, solid.summit - 10, text, _SIZE)


def _width(solid: Solid, axis: Axis) -> Iterator[Label]:
    """Along the lower edge of the side."""
    from math import atan2, degrees, hypot

    text = str(axis)
    angle = 0.0 if _short(axis) else -degrees(atan2(CY, CX))
    length = hypot(CX, CY)
    for share in (0.55, 0.7, 0.9, 1.1):
        for off in (9.6, 12.0):
            x = solid.right + share * solid.depth + off * CY / length
            y = solid.bottom - share * solid.wide * CY + off * CX / length
            yield Label(x, y, text, _SIZE, angle=angle)
    x, y = solid.right + solid.depth + 5, solid.bottom - solid.wide * CY + 4
    yield Label(x, y, text, _SIZE, anchor="start")
