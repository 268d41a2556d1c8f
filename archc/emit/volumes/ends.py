"""The ends of arrows: what meets is one value, or comes to a merge that is drawn.

Several arrows to one volume end beside each other; those to a concatenation end at a bar in front
of it. Several values that leave a closed block leave it beside each other.
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

from archc.emit.volumes.floating import SLOT
from archc.emit.volumes.layout import Layout
from archc.emit.volumes.model import Picture
from archc.emit.volumes.route import BAR, Bar, Route, tidy
from archc.emit.volumes.scene import Point
from archc.emit.volumes.solid import Solid
from archc.named import NamedTuple

TIP = 1.5  # between the tip of an arrow and where it ends
_PORT = 8.0  # between two arrows that come to one volume, or leave it
_TURNS = 6.0  # between the places where several values of one block turn
_LEAST = 4.0  # the same where it is low
_REACH = 9.0  # how far a bar reaches at least above and below the axis
_OVER = 5.0  # and beyond an arrow that comes to it
_HEAD = 10.0  # an arrow with a head that can be seen
_ROUND = 0.66  # of a circle's radius, within which arrows come to it
_SAME = 0.5  # two lengths that are one


class _Arrival(NamedTuple):
    """An arrow that comes to the front of a unit.

    It runs along `path`, then at `height`, and turns last at `x`; None for one that does not turn.
    `own` tells that it turns where arrows to this unit turn, not where it left another.
    """

    number: int
    path: tuple[Point, ...]
    height: float
    x: float | None
    own: bool


def apart(
    picture: Picture, layout: Layout, routes: list[Route], slot: Callable[[int], float]
) -> tuple[list[Route], list[Bar]]:
    """The routes with ends of their own, and the bars at which some of them end.

    `slot` tells where arrows turn that come to a unit.
    """
    found = list(routes)
    bars: list[Bar] = []
    comes: dict[int, list[int]] = {}
    leaves: dict[int, list[int]] = {}
    for number, route in enumerate(routes):
        if route.points:
            comes.setdefault(route.head, []).append(number)
            leaves.setdefault(route.tail, []).append(number)
    for head, numbers in comes.items():
        solid, unit = layout.solids[head], picture.units[head]
        x = slot(head) if len(numbers) > 1 else 0.0
        level = [_arrival(found[n], n, x) for n in numbers if _in_front(found[n], solid)]
        level.sort(key=lambda one: (one.height, one.number))
        if len(level) > 1 and unit.stacks:
            bars.append(_to_bar(found, level, head, solid, x))
        elif len(level) > 1:
            _to_ports(found, level, solid, x, unit.kind == "sum")
        if unit.kind == "sum":
            for above in (True, False):
                _to_rim(found, [n for n in numbers if _upright(found[n], solid, above)], solid)
    for tail, numbers in leaves.items():
        _leave(found, numbers, layout.solids[tail])
    return found, bars


def _in_front(route: Route, solid: Solid) -> bool:
    x, y = route.points[-1]
    return abs(y - solid.axis) < _SAME and x <= solid.x


def _upright(route: Route, solid: Solid, above: bool) -> bool:
    """Whether an arrow comes to a circle from above, or from below."""
    (x, y), (end, low) = route.points[-2:]
    return abs(x - end) < _SAME and end > solid.x and (y < low) == above


def _arrival(route: Route, number: int, x: float) -> _Arrival:
    points = route.points
    if len(points) == 2:
        return _Arrival(number, points[:1], points[0][1], None, False)
    own = len(points) > 3 and all(abs(one[0] - x) < _SAME for one in points[-3:-1])
    path = points[:-3] if own else points[:-2]
    return _Arrival(number, path, points[-3][1], points[-2][0], own)


def _to_bar(routes: list[Route], level: list[_Arrival], head: int, solid: Solid, x: float) -> Bar:
    """Branches end at the side of a bar; what comes over others last of all, at its end."""
    tip = x - BAR / 2 - TIP
    ends = ((level[0], level[1]), (level[-1], level[-2]))
    outer = [
        one
        for one, next_ in ends
        if one.own and len(one.path) > 1 and abs(one.height - next_.height) > _OVER + _HEAD
    ]
    heights = [solid.axis - _REACH + _OVER, solid.axis + _REACH - _OVER]
    turned = {True: 0, False: 0}
    for one in sorted(level, key=lambda one: abs(one.height - solid.axis)):
        above = one.height < solid.axis
        if one in outer:
            continue
        y, path = one.height, list(one.path)
        if one.x is not None and not one.own:
            turned[above] += 1
            y = solid.axis + turned[above] * (-_PORT if above else _PORT)
            path.append((one.x, y))
            if abs(routes[one.number].points[-3][0] - one.x) < _SAME:
                path.insert(-1, (one.x, one.height))
        routes[one.number] = routes[one.number]._replace(points=tidy([*path, (tip, y)]))
        heights.append(y)
    top, bottom = min(heights) - _OVER, max(heights) + _OVER
    for one in outer:
        end = top - TIP if one.height < solid.axis else bottom + TIP
        points = tidy([*one.path, (x, one.height), (x, end)])
        routes[one.number] = routes[one.number]._replace(points=points)
    return Bar(head, x, top, bottom, ((x + BAR / 2, solid.axis), (solid.x - TIP, solid.axis)))


def _to_ports(
    routes: list[Route], level: list[_Arrival], solid: Solid, x: float, round_: bool
) -> None:
    """Each at a height of its own; the farthest of those from one side turns last."""
    count = len(level)
    straight = [n for n, one in enumerate(level) if one.x is None]
    middle = straight[0] if straight else (count - 1) / 2
    above, below = solid.axis - solid.top - 2, solid.bottom - solid.axis - 2
    if round_:
        above = below = _ROUND * solid.thick / 2
    room = min(above / max(middle, 0.5), below / max(count - 1 - middle, 0.5))
    step = max(min(_PORT, room), _LEAST)
    for number, one in enumerate(level):
        y = solid.axis + (number - middle) * step
        reach = solid.x - TIP
        if round_:
            half = solid.thick / 2
            reach = solid.x + half - sqrt(max(0.0, half * half - (y - solid.axis) ** 2)) - TIP
        beyond = number if one.height < solid.axis else count - 1 - number
        if one.x is None:
            points = [routes[one.number].points[0], (reach, solid.axis)]
        elif one.own:
            at = x - SLOT * beyond
            points = [*one.path, (at, one.height), (at, y), (reach, y)]
        else:
            *path, (at, _), _ = routes[one.number].points
            points = [*path, (at, y), (reach, y)]
        routes[one.number] = routes[one.number]._replace(points=tidy(points))


def _to_rim(routes: list[Route], numbers: list[int], solid: Solid) -> None:
    """Beside each other into a circle; the farthest at the right, so that none crosses another."""
    half = solid.thick / 2
    far = sorted(numbers, key=lambda n: (abs(routes[n].points[-2][1] - solid.axis), n))
    step = min(_PORT, 2 * _ROUND * half / max(1, len(far) - 1))
    for place, number in enumerate(far):
        aside = (place - (len(far) - 1) / 2) * step
        if not aside:
            continue
        *path, (x, y), (_, end) = routes[number].points
        rim = sqrt(half * half - aside * aside)
        end = solid.axis + (rim if end > solid.axis else -rim)
        points = tidy([*path, (x + aside, y), (x + aside, end)])
        routes[number] = routes[number]._replace(points=points)


def _leave(routes: list[Route], numbers: list[int], solid: Solid) -> None:
    """Several values of a closed block leave it beside each other, the straight one at its axis."""
    level = [n for n in numbers if abs(routes[n].points[0][1] - solid.axis) < _SAME]
    values = dict.fromkeys(routes[n].source for n in level)
    if len(values) < 2:
        return
    straight = next((routes[n].source for n in level if len(routes[n].points) == 2), None)
    kept = straight if straight is not None else next(iter(values))
    sides: dict[bool, list[list[int]]] = {True: [], False: []}
    for source in values:
        mine = [n for n in level if routes[n].source == source and len(routes[n].points) > 2]
        if mine and source != kept:
            sides[routes[mine[0]].points[2][1] < solid.axis].append(mine)
    for up, several in sides.items():
        step = min(_PORT, (solid.high / 2 - 2) / max(1, len(several)))
        # The one that goes farthest turns first, so that none crosses another.
        several.sort(key=lambda mine: abs(routes[mine[0]].points[2][1] - solid.axis))
        room = min((_room(routes[n]) for mine in several for n in mine), default=0.0)
        turns = min(_TURNS, max(0.0, room) / max(1, len(several) - 1))
        for place, mine in enumerate(several, start=1):
            for number in mine:
                (x, y), (turn, _), *rest = routes[number].points
                y += -step * place if up else step * place
                at = turn + turns * (len(several) - place)
                rest = [(at, low) if at_ == turn else (at_, low) for at_, low in rest]
                routes[number] = routes[number]._replace(points=((x, y), (at, y), *rest))


def _room(route: Route) -> float:
    """How much later an arrow may turn that leaves a block."""
    turn, _ = route.points[1]
    return max((x for x, _ in route.points[2:]), default=turn) - turn - _HEAD
