"""Points by which a value enters a frame, where several in it read it: it parts inside.

Every round but the first reads the round before it, so a value that is read at several places of a
round must part inside the frame: parted outside, it would seem that all rounds read it. Of other
frames a shortcut stays inside the block that it belongs to; on the levels of a U there are none.
"""

from __future__ import annotations

from collections import Counter

from archc.emit.diagram.scene import Arrow
from archc.emit.volumes.model import Frame, Picture, Unit
from archc.emit.volumes.ranks import levels, ways

_Key = tuple[int, int, int]  # the unit that a value leaves, the value, and what it enters


def with_doors(picture: Picture, parted: bool = True) -> Picture:
    """The picture with a point in each frame where a value parts that enters it; where they need
    not be `parted`, only in what is drawn once."""
    found: dict[_Key, list[int]] = {}
    for number, arrow in enumerate(picture.arrows):
        if arrow.entries:
            found.setdefault((arrow.tail, arrow.source, arrow.entries[0]), []).append(number)
    doors = {key: numbers for key, numbers in found.items() if len(numbers) > 1}
    if parted and levels(picture, ways(picture)) is None:
        doors |= _parted(picture)
    if not doors:
        return picture
    first = {key: min(picture.arrows[n].head for n in numbers) for key, numbers in doors.items()}
    before: dict[int, list[_Key]] = {}
    for key, place in first.items():
        before.setdefault(place, []).append(key)
    units: list[Unit] = []
    moved: list[int] = []
    at: dict[_Key, int] = {}
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
    homes = {place: key[2] for key, place in at.items()}
    frames = tuple(_moved(frame, picture, moved, homes) for frame in picture.clusters)
    return picture._replace(units=tuple(units), arrows=tuple(arrows), clusters=frames)


def gathered(picture: Picture) -> Picture:
    """The picture with the number of arrows that come to each unit."""
    comes = Counter(arrow.head for arrow in picture.arrows)
    units = (unit._replace(gathers=comes[n]) for n, unit in enumerate(picture.units))
    return picture._replace(units=tuple(units))


def _parted(picture: Picture) -> dict[_Key, list[int]]:
    """The arrows of values that part at the innermost frame that they enter; a frame's number is
    told from that of what is drawn once by its sign."""
    found: dict[_Key, list[int]] = {}
    for number, arrow in enumerate(picture.arrows):
        for place in reversed(range(len(picture.clusters))):
            frame = picture.clusters[place]
            enters = frame.holds(arrow.head) and not frame.holds(arrow.tail)
            if enters and frame.drawn(False) and not arrow.entries:
                beside = [
                    n
                    for n, one in enumerate(picture.arrows)
                    if (one.tail, one.source) == (arrow.tail, arrow.source)
                    and frame.holds(one.head)
                    and not one.entries
                ]
                if len({picture.arrows[n].head for n in beside}) > 1:
                    found.setdefault((arrow.tail, arrow.source, -1 - place), []).append(number)
                    break
    return {key: numbers for key, numbers in found.items() if len(numbers) > 1}


def _moved(frame: Frame, picture: Picture, moved: list[int], doors: dict[int, int]) -> Frame:
    """A frame with the doors in front of its first unit, where they are inside it."""
    first = moved[frame.first]
    while first - 1 in doors and _inside(frame, picture, doors[first - 1]):
        first -= 1
    return frame._replace(first=first, last=moved[frame.last])


def _inside(frame: Frame, picture: Picture, home: int) -> bool:
    """Whether a door to what is drawn once, or to another frame, stands in a frame as well."""
    if home >= 0:
        return frame.times > 1 or frame.depth == 0
    other = picture.clusters[-1 - home]
    return frame.holds(other.first) and frame.holds(other.last) and frame.depth <= other.depth
