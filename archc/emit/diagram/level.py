"""What stands on one level of a U meets in the middle of its boxes; what exchanges, at its feet.

Graphviz sets the middles of labels on one height, and those on the way down have their shape below
the box, those on the way up above it. What is lower than its level has room to move.
"""

from __future__ import annotations

from archc.emit.diagram.curves import line
from archc.emit.diagram.laid import Laid, Place, Way

LEVEL = "level"  # the class of arrows that lead across
LINE = "line"  # the class of arrows between streams, which are straight
_LOWER = 40.0  # points by which boxes of one height differ at most
_ROOM = 5.0  # points that may be taken of the room between levels


def leveled(laid: Laid) -> None:
    """Moves boxes up or down, so that arrows across join their middles."""
    ways = [way for way in laid.ways if way.said.get("class") == LEVEL]
    row: dict[int, set[int]] = {}
    for way in ways:
        both = row.get(way.tail, {way.tail}) | row.get(way.head, {way.head})
        row.update(dict.fromkeys(both, both))
    for number, several in row.items():
        if number == min(several):
            _row(laid, several)
    for way in ways:
        _across(laid, way)
    _feet(laid)


def _row(laid: Laid, numbers: set[int]) -> None:
    """Sets one row on one height, as near as may be to that of its highest box."""
    places = [laid.places[number] for number in sorted(numbers)]
    highest = max(places, key=lambda place: place.high)
    _, low, _, high = highest.rect
    least = max(_middle(place) - place.rect[1] + low - _ROOM for place in places)
    most = min(_middle(place) - place.rect[3] + high + _ROOM for place in places)
    if least > most:
        return
    middle = min(max(_middle(highest), least), most)
    for number in sorted(numbers):
        by = middle - _middle(laid.places[number])
        if abs(by) > 0.01:
            _rise(laid, number, by)


def _feet(laid: Laid) -> None:
    """Lowers boxes beside each other that exchange what they have onto one foot."""
    heads: dict[int, set[int]] = {}
    for way in laid.ways:
        if way.said.get("class") == LINE:
            heads.setdefault(way.tail, set()).add(way.head)
    rows: dict[frozenset[int], list[int]] = {}
    for tail in sorted(heads):
        rows.setdefault(frozenset(heads[tail]), []).append(tail)
    for row in rows.values():
        foot = min(laid.places[number].rect[1] for number in row)
        for number in row:
            by = foot - laid.places[number].rect[1]
            if -_LOWER < by < -0.01:
                _rise(laid, number, by)


def _middle(place: Place) -> float:
    """Where the middle of a box is, along; its shape belongs to it for Graphviz."""
    return place.y + float(place.said.get("middle") or 0)


def _rise(laid: Laid, number: int, by: float) -> None:
    """Moves a box along, with the ends of its arrows."""
    laid.places[number].lift(by)
    for way in laid.ways:
        if number not in (way.tail, way.head) or not way.points:
            continue
        at, mark = (0, "s") if number == way.tail else (-1, "e")
        moved, fixed = way.points[at][1], way.points[-1 - at][1]
        long = moved - fixed or 1.0
        way.points = [(x, y + by * (y - fixed) / long) for x, y in way.points]
        way.tips = {one: (x, y + by * (one == mark)) for one, (x, y) in way.tips.items()}


def _across(laid: Laid, way: Way) -> None:
    """Leads an arrow across from middle to middle, where they are on one height, up to the box."""
    ahead = float(laid.places[way.head].said.get("ahead") or 0)  # of its shape
    tail, head = _middle(laid.places[way.tail]), _middle(laid.places[way.head])
    if way.seen and abs(tail - head) < 0.5:
        way.points = line((way.points[0][0], tail), (way.points[-1][0] + ahead, head))
        way.tips = {mark: (x + ahead, head) for mark, (x, _) in way.tips.items()}
