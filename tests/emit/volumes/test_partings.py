"""Lines can be followed: they are upright or level, and a dot tells those that part from those that
only cross."""

from __future__ import annotations

from itertools import combinations, pairwise, permutations

from archc.emit.volumes.draw import Drawing
from archc.emit.volumes.partings import partings
from archc.emit.volumes.route import Route
from archc.emit.volumes.scene import Point, Polygon
from archc.emit.volumes.solid import POINT
from tests.each import each
from tests.emit.volumes.drawn import placed
from tests.emit.volumes.reading import boxes

LEAST = 5.0  # pixels between two lines that can be told apart
SAME = 0.1
HEAD = 7.0  # pixels that a head is long
SOME = [(name, where) for name in ("hrnet", "wavenet", "googlenet:GoogLeNet", "fpn",
        "alexnet:AlexNetTowers") for where in ("column", "page")]  # fmt: skip


def dots(found: Drawing) -> list[Point]:
    """The middles of the small circles that are filled, where routes have their places."""
    shapes = (shape for group in found.scene.groups for shape in group.shapes)
    round_ = [
        s for s in shapes if isinstance(s, Polygon) and s.fill == "wire" and len(s.points) > 8
    ]
    ends = [[(min(axis), max(axis)) for axis in zip(*one.points, strict=True)] for one in round_]
    aside, down = shift(found)
    return [
        ((left + right) / 2 - aside, (top + bottom) / 2 - down)
        for (left, right), (top, bottom) in ends
        if right - left < 2 * POINT + SAME
    ]


def shift(found: Drawing) -> Point:
    """How far the picture was moved for its margin."""
    unit, group = boxes(found)[0]
    solid = found.layout.solids[found.picture.units.index(unit)]
    points = [
        point for shape in group.shapes if isinstance(shape, Polygon) for point in shape.points
    ]
    return min(x for x, _ in points) - solid.x, min(y for _, y in points) - solid.summit


def on(point: Point, route: Route, ends: bool = False) -> bool:
    """Whether a point lies on a way, but for its corners unless its `ends` count as well."""
    for (x1, y1), (x2, y2) in pairwise(route.points):
        far = abs((x2 - x1) * (point[1] - y1) - (y2 - y1) * (point[0] - x1))
        inside = min(x1, x2) - SAME <= point[0] <= max(x1, x2) + SAME
        inside = inside and min(y1, y2) - SAME <= point[1] <= max(y1, y2) + SAME
        corner = near(point, (x1, y1)) or near(point, (x2, y2))
        if inside and far < SAME * 100 and (ends or not corner):
            return True
    return False


def near(one: Point, two: Point) -> bool:
    return abs(one[0] - two[0]) < SAME and abs(one[1] - two[1]) < SAME


@each("name, where", SOME)
def test_a_dot_stands_where_lines_of_one_value_part(name: str, where: str) -> None:
    found = placed(name, where)
    marked = dots(found)
    doors = [n for n, unit in enumerate(found.picture.units) if unit.kind == "door"]
    for one, other in permutations(found.routes, 2):
        if one.value == other.value and one.points and other.points:
            for corner in one.points[1:-1]:
                turns = on(corner, other) and one.tail not in doors
                assert not turns or any(near(corner, dot) for dot in marked), (one, other)


@each("name, where", SOME)
def test_a_dot_is_no_part_of_the_head_of_an_arrow(name: str, where: str) -> None:
    routes = [route for route in placed(name, where).routes if route.points]
    for x, y in partings(routes):
        far = [abs(x - route.points[-1][0]) + abs(y - route.points[-1][1]) for route in routes]
        assert min(far) > HEAD + POINT / 2


@each("name, where", SOME)
def test_no_dot_stands_where_lines_of_two_values_cross(name: str, where: str) -> None:
    found = placed(name, where)
    for dot in dots(found):
        met = [route for route in found.routes if on(dot, route)]
        assert len({route.value for route in met}) <= 1, dot


@each("where", ["column", "page"])
def test_values_that_are_exchanged_run_upright_each_by_itself(where: str) -> None:
    found = placed("hrnet", where)
    upright: dict[tuple[int, int], set[float]] = {}
    for route in found.routes:
        for (x1, y1), (x2, y2) in pairwise(route.points):
            assert abs(x1 - x2) < SAME or abs(y1 - y2) < SAME, route
            if abs(x1 - x2) < SAME and route.points[0] != (x1, y1):
                upright.setdefault(route.value, set()).add(x1)
    for one, other in combinations(upright, 2):
        for x in upright[one]:
            for x2 in upright[other]:
                same_row = found.layout.rows[one[0]] == found.layout.rows[other[0]]
                assert not same_row or abs(x - x2) >= LEAST or not beside(found, one, other, x)


def beside(found: Drawing, one: tuple[int, int], other: tuple[int, int], x: float) -> bool:
    """Whether upright lines of two values stand at the same height near a place."""
    spans = []
    for value in (one, other):
        ys = [
            y
            for route in found.routes
            if route.value == value
            for start, end in pairwise(route.points)
            if abs(start[0] - end[0]) < SAME and abs(start[0] - x) < LEAST
            for y in (start[1], end[1])
        ]
        spans.append((min(ys, default=0.0), max(ys, default=0.0)))
    (top, bottom), (high, low) = spans
    return top < low and high < bottom
