"""Kernels: windows on the volumes that are read, and what each becomes."""

from __future__ import annotations

from archc.emit.volumes.layout import Layout
from archc.emit.volumes.model import MARKS, Picture
from archc.emit.volumes.route import Route
from archc.emit.volumes.scene import Line, Point, Polygon, Shape
from archc.emit.volumes.solid import Solid, window

_PASSES = ("door", "turn")  # marks by which a value passes as it is


def pyramid(kernel: tuple[Point, ...], two: Solid) -> list[Shape]:
    """A window and the one position it becomes."""
    apex = two.at(0, 0.62, 0)
    face, rim = _window(kernel)
    return [face, *(Line((corner, apex), "window", 0.7) for corner in kernel), rim]


def windows(picture: Picture, layout: Layout, routes: list[Route]) -> list[Shape]:
    """The windows alone at which arrows begin, with which a layer further on reads a volume: the
    arrow turns, parts, or goes on in another row. Equal ones on one volume are one."""
    found: dict[tuple[Point, ...], None] = {}
    for route in routes:
        unit, place = picture.units[route.head], _read(picture, route.tail)
        before = picture.units[place]
        if not route.points or unit.kind in MARKS or before.kind in MARKS:
            continue
        if place == route.tail and route.plain and not unit.training:
            continue  # it has a pyramid
        kernel = window(before, layout.solids[place], unit, 0.5)
        if kernel:
            found[kernel] = None
    return [shape for kernel in found for shape in _window(kernel)]


def _window(kernel: tuple[Point, ...]) -> tuple[Polygon, Polygon]:
    face = Polygon(kernel, "window", "", opacity=0.28)
    return face, Polygon(kernel, "", "window", 1.1)


def _read(picture: Picture, place: int) -> int:
    """The unit whose value comes by here, where it only turns or parts."""
    while (unit := picture.units[place]).kind in _PASSES:
        before = [arrow.tail for arrow in picture.arrows if arrow.head == place]
        ends = [n for n, one in enumerate(picture.units) if one.kind == unit.kind == "turn"]
        above = [n for n in ends if n < place and picture.units[n].lines == unit.lines]
        place = (before or above)[0]
    return place
