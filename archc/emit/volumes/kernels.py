"""Kernels: windows on the volumes that are read, and what each becomes."""

from __future__ import annotations

from archc.emit.volumes.layout import Layout
from archc.emit.volumes.model import MARKS, Picture, Unit
from archc.emit.volumes.route import Route
from archc.emit.volumes.scene import Line, Point, Polygon, Shape
from archc.emit.volumes.solid import Solid, in_proportion, reach, window
from archc.named import NamedTuple

_PASSES = ("door", "turn")  # marks by which a value passes as it is
_MOST = 0.5  # of a face: a larger window alone would seem to be its colour
_FEW = 0.5  # of the kernels in a picture: enlarged they would seem to be large

Window = tuple[Point, ...]


class Kernels(NamedTuple):
    """Windows by the number of the arrow that they stand for, and those with which a layer further
    on reads a volume: the arrow turns, or goes on in another row."""

    pyramids: dict[int, Window]
    alone: tuple[Window, ...]
    enlarged: bool = False  # some are larger than in proportion
    touching: bool = False  # some are not seen, as volumes touch

    @property
    def said(self) -> str:
        """How they are to be read; "" where there are none."""
        if not self.pyramids and not self.alone:
            return ""
        small = ", the smallest enlarged" if self.enlarged else ""
        hidden = "; none where volumes touch" if self.touching else ""
        return f"Kernels in proportion to their maps{small}{hidden}."


def kernels(picture: Picture, layout: Layout, routes: list[Route]) -> Kernels:
    """The windows of more than a pixel: all, or none where one of them cannot be drawn, or most
    would have to be enlarged.

    A window alone is that of all that read the volume, as nobody could tell whose it is else.
    """
    pyramids: dict[int, Window] = {}
    alone: dict[Window, None] = {}
    seen: list[bool] = []
    touching = False
    for number, route in enumerate(routes):
        unit, place = picture.units[route.head], _read(picture, route.tail)
        before, solid = picture.units[place], layout.solids[place]
        plain = route.plain and place == route.tail
        reads = _reads(unit, before)
        kernel = window(before, solid, unit, None if plain else 0.5) if reads else ()
        if not kernel:
            continue
        if not route.points:
            touching = True
            continue
        if not plain and not _common(picture, place, unit):
            return Kernels({}, ())
        seen.append(in_proportion(before, solid, unit))
        if plain:
            pyramids[number] = kernel
        else:
            alone[kernel] = None
    if sum(seen) <= _FEW * len(seen):
        return Kernels({}, ())
    return Kernels(pyramids, tuple(alone), not all(seen), touching)


def pyramid(kernel: Window, two: Solid) -> list[Shape]:
    """A window and the one position it becomes."""
    apex = two.at(0, 0.62, 0)
    face, rim = rimmed(kernel)
    return [face, *(Line((corner, apex), "window", 0.7) for corner in kernel), rim]


def rimmed(kernel: Window) -> tuple[Polygon, Polygon]:
    """A window by itself."""
    face = Polygon(kernel, "window", "", opacity=0.28)
    return face, Polygon(kernel, "", "window", 1.1)


def _reads(unit: Unit, before: Unit) -> bool:
    """Whether a volume reads another one with a window of several pixels, not in training alone."""
    marks = unit.kind in MARKS or before.kind in MARKS
    return (
        max(unit.window, default=1) > 1
        and not (marks or unit.training)
        and before.shape is not None
    )


def _common(picture: Picture, place: int, unit: Unit) -> bool:
    """Whether all that read a volume do it with the window of a unit, which hides neither pixels
    that are not read nor the face of the volume."""
    share = reach(picture.units[place], unit)
    if unit.dilated or share is None or share[0] * share[1] > _MOST:
        return False
    readers = [picture.units[one] for one in _readers(picture, place)]
    return all(one.window == unit.window and not one.training for one in readers)


def _readers(picture: Picture, place: int) -> list[int]:
    """What reads a value, also where it turns or parts."""
    found: list[int] = []
    ways = [place]
    while ways:
        tail = ways.pop()
        heads = [arrow.head for arrow in picture.arrows if arrow.tail == tail]
        if not heads and picture.units[tail].kind == "turn":
            heads = [n for n in _turns(picture, tail) if n > tail][:1]
        for head in heads:
            (ways if picture.units[head].kind in _PASSES else found).append(head)
    return found


def _read(picture: Picture, place: int) -> int:
    """The unit whose value comes by here, where it only turns or parts."""
    while picture.units[place].kind in _PASSES:
        before = [arrow.tail for arrow in picture.arrows if arrow.head == place]
        place = (before or [n for n in _turns(picture, place) if n < place])[0]
    return place


def _turns(picture: Picture, place: int) -> list[int]:
    """The two ends of a turn."""
    lines = picture.units[place].lines
    return [n for n, u in enumerate(picture.units) if u.kind == "turn" and u.lines == lines]
