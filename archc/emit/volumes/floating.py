"""Places along the row on the levels of a U, where only neighbours on a level bind each other."""

from __future__ import annotations

from archc.emit.volumes import layout as lay
from archc.emit.volumes.model import MARKS, Picture
from archc.emit.volumes.place import BORDER
from archc.emit.volumes.ranks import Ways, dropped, exchanges, rises
from archc.emit.volumes.solid import Solid

SLOT = 9.0  # from one upright piece of an arrow to the next
LANE = 6.0  # between the upright lines of two values that are exchanged
BEFORE = 4.0  # in front of the first of them
_AFTER = 12.0  # behind the last: room for the head of an arrow
_HEAD = 16.0  # from where one value parts to a volume: room for a dot and the head of an arrow
_ASIDE = 12.0  # how far a volume stands aside of the arrow that comes up to it
_WORDS = 6.0  # between words under neighbours


def edge(solid: Solid, words: float, number: float = 16) -> tuple[float, float]:
    """From where to where a unit and its words reach, with room for the number at its side."""
    middle = solid.x + solid.thick / 2
    side = solid.right + solid.depth + (number if solid.wide and solid.numbered else 2)
    return min(solid.x, middle - words / 2), max(side, middle + words / 2)


def lanes(around: Ways, place: int) -> float:
    """The room in front of a unit for the upright lines of all that it is given in exchange."""
    return BEFORE + LANE * (len(around.before[place]) - 1) + _AFTER


def floating(
    picture: Picture,
    around: Ways,
    level: tuple[int, ...],
    solids: dict[int, Solid],
    wide: dict[int, float],
) -> dict[int, Solid]:
    """Each unit as far left as what it reads allows."""
    result = dict(solids)
    for place in _ordered(picture, around, level, sorted(solids)):
        own = result[place]
        x = 0.0
        for one in _beside(picture, around, level, place):
            if one in result:
                turn = edge(result[one], wide[one])[1] + SLOT + 4  # its arrow passes over this one
                x = max(x, turn + max(0.0, wide[place] - own.thick) / 2)
        for one in _leaving(picture, around, level, place):
            if one in result:  # the arrow to it rises in front of this one
                x = max(x, result[one].x + result[one].thick / 2 + _HEAD)
        across = any(level[one] != level[place] for one in around.before[place])
        for one in around.before[place]:
            before = result[one]
            if across and exchanges(around, one, place):
                start = edge(own._replace(x=0.0), wide[place])[0]
                x = max(x, edge(before, wide[one], 2)[1] - start + lanes(around, place))
            if dropped(picture, around, level, one, place) and level[one] < level[place]:
                x = max(x, before.x + (before.thick - own.thick) / 2)
            elif level[one] == level[place]:
                x = max(x, _behind(picture, around, before, wide, one, place, own))
                if _turns(picture, around, level, one):
                    words = max(0.0, wide[place] - own.thick) / 2
                    x = max(x, edge(before, wide[one])[1] + SLOT + words)
            else:
                x = max(x, before.right + before.depth + _ASIDE - own.thick / 2)
                if level[one] < level[place] and len(around.after[one]) > 1:
                    x = max(x, edge(before, wide[one])[1] + SLOT + 14)
        result[place] = own._replace(x=x)
    return result


def _ordered(
    picture: Picture, around: Ways, level: tuple[int, ...], places: list[int]
) -> list[int]:
    """The places, each behind what it reads and what it must stand behind."""
    order: dict[int, None] = {}
    open_: set[int] = set()

    def put(place: int) -> None:
        if place in order or place in open_ or place not in inside:
            return
        open_.add(place)
        beside = _beside(picture, around, level, place)
        for one in (*around.before[place], *beside, *_leaving(picture, around, level, place)):
            put(one)
        order[place] = None

    inside = set(places)
    for place in places:
        put(place)
    return list(order)


def _beside(picture: Picture, around: Ways, level: tuple[int, ...], place: int) -> list[int]:
    """What a unit that rises to its level meets there: it stands behind it."""

    if not rises(picture, around, level, place):
        return []
    return [
        other
        for head in around.after[place]
        for other in around.before[head]
        if other != place and level[other] == level[place] == level[head]
        and place not in around.before[other]
        and (not rises(picture, around, level, other) or other < place)
    ]  # fmt: skip


def _leaving(picture: Picture, around: Ways, level: tuple[int, ...], place: int) -> list[int]:
    """What rises from where a unit on its level comes from."""
    return [
        other
        for one in around.before[place]
        for other in around.after[one]
        if other != place and level[one] == level[place]
        and rises(picture, around, level, other) and not rises(picture, around, level, place)
    ]  # fmt: skip


def _turns(picture: Picture, around: Ways, level: tuple[int, ...], place: int) -> bool:
    """Whether an arrow that leaves a unit turns behind it to another level."""
    return any(
        level[one] != level[place] and not dropped(picture, around, level, place, one)
        for one in around.after[place]
    )


def _behind(
    picture: Picture,
    around: Ways,
    before: Solid,
    wide: dict[int, float],
    one: int,
    place: int,
    own: Solid,
) -> float:
    """Where a unit stands at least behind one on its level."""
    room = lay.gap(picture.units[one], picture.units[place], before, True)
    border = BORDER * lay.borders(picture, one, place, True)
    x = before.right + room + border
    words = (wide[one] + wide[place]) / 2 + _WORDS + border - own.thick / 2
    x = max(x, before.x + before.thick / 2 + words)
    parts = len(around.after[one]) > 1 and picture.units[one].kind not in MARKS
    return max(x, edge(before, 0.0)[1] + SLOT + 10) if parts else x
