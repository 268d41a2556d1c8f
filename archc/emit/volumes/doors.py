"""Points by which a value enters what is drawn once and stands for several in a row.

Every round but the first reads the round before it, so a value that is read at several places of a
round must part inside the frame: parted outside, it would seem that all rounds read it.
"""

from __future__ import annotations

from archc.emit.diagram.scene import Arrow
from archc.emit.volumes.model import Frame, Picture, Unit


def with_doors(picture: Picture) -> Picture:
    """The picture with a point in each frame where a value parts that enters it."""
    found: dict[tuple[int, int, int], list[int]] = {}
    for number, arrow in enumerate(picture.arrows):
        if arrow.entries:
            found.setdefault((arrow.tail, arrow.source, arrow.entries[0]), []).append(number)
    doors = {key: numbers for key, numbers in found.items() if len(numbers) > 1}
    if not doors:
        return picture
    first = {key: min(picture.arrows[n].head for n in numbers) for key, numbers in doors.items()}
    before: dict[int, list[tuple[int, int, int]]] = {}
    for key, place in first.items():
        before.setdefault(place, []).append(key)
    units: list[Unit] = []
    moved: list[int] = []
    at: dict[tuple[int, int, int], int] = {}
    for place, unit in enumerate(picture.units):
        for key in before.get(place, ()):
            at[key] = len(units)
            units.append(Unit("door", (), None, "", (), "", groups=unit.groups))
        moved.append(len(units))
        units.append(unit)
    arrows: list[Arrow] = []
    through = {n: at[key] for key, numbers in doors.items() for n in numbers}
    entered: set[int] = set()
    for number, arrow in enumerate(picture.arrows):
        own = arrow._replace(tail=moved[arrow.tail], head=moved[arrow.head])
        door = through.get(number)
        if door is not None:
            if door not in entered:
                arrows.append(own._replace(head=door))
                entered.add(door)
            own = own._replace(tail=door)
        arrows.append(own)
    inside = set(at.values())
    frames = tuple(_moved(frame, picture, moved, inside) for frame in picture.clusters)
    return picture._replace(units=tuple(units), arrows=tuple(arrows), clusters=frames)


def _moved(frame: Frame, picture: Picture, moved: list[int], doors: set[int]) -> Frame:
    """A frame with the doors in front of its first unit, where they are inside it."""
    first = moved[frame.first]
    while first - 1 in doors and (frame.times > 1 or frame.depth == 0):
        first -= 1
    return frame._replace(first=first, last=moved[frame.last])
