"""Reads a drawing back: what is in its boxes, from the shapes alone."""

from __future__ import annotations

from itertools import combinations, pairwise
from math import hypot

from archc.emit.volumes.draw import Drawing
from archc.emit.volumes.model import Unit
from archc.emit.volumes.route import Bar, Route
from archc.emit.volumes.scene import Group, Point, Polygon
from archc.graph.graph import Graph, Node

CLASSES = {
    "activation": "activation",
    "normalisation": "normalisation",
    "regularisation": "dropout",
}
BODY = "body"


def boxes(found: Drawing) -> list[tuple[Unit, Group]]:
    """The units that stand for layers, each with its shapes."""
    units = [unit for unit in found.picture.units if unit.path]
    groups = [group for group in found.scene.groups if group.name]
    assert len(units) == len(groups)
    return list(zip(units, groups, strict=True))


def colours(group: Group, unit: Unit) -> list[str]:
    """The colours in a box in the order in which they are seen: in a volume from left to right, in
    a sum from the middle to the rim."""
    fronts = [
        shape
        for shape in group.shapes
        if isinstance(shape, Polygon) and shape.fill.endswith((".front", "paper"))
    ]
    if unit.kind == "sum":
        fronts.sort(key=lambda shape: max(x for x, _ in shape.points))
    else:
        fronts.sort(key=lambda shape: min(x for x, _ in shape.points))
    return [shape.fill.removesuffix(".front") for shape in fronts]


def classes(several: list[str]) -> list[str]:
    """What colours stand for: a class of what is fused, else the body, which may have parts."""
    found: list[str] = []
    for colour in several:
        kind = colour.rstrip("0123456789")
        kind = kind if kind in CLASSES.values() else BODY
        if kind != BODY or found[-1:] != [BODY]:
            found.append(kind)
    return found


def run(graph: Graph, unit: Unit) -> list[Node]:
    """The layers of a unit that can be seen, in the order in which they run."""
    nodes = [graph.nodes[index] for index in unit.nodes]
    return [
        n for n in nodes if n.layer is None or not (n.layer.striped and n.layer.group == "shape")
    ]


def meant(graph: Graph, unit: Unit) -> list[str]:
    """What a box must show of the layers in it, in the order of the graph."""
    found: list[str] = []
    for node in run(graph, unit):
        kind = CLASSES.get(node.layer.group, BODY) if node.layer is not None else BODY
        if kind != BODY or found[-1:] != [BODY]:
            found.append(kind)
    return found


def hold_fused(graph: Graph, found: Drawing) -> None:
    """In each box the layers stand in the order in which they run, each word in its own colour."""
    spoken: dict[str, set[str]] = {}
    for unit, group in boxes(found):
        if unit.kind == "block" or unit.shape is None:
            continue
        seen = colours(group, unit)
        assert classes(seen) == meant(graph, unit), unit.detail
        fused = [colour for colour in seen if classes([colour]) != [BODY]]
        words = [
            node.layer.spoken
            for node in run(graph, unit)
            if node.layer is not None and node.layer.group in CLASSES
        ]
        for colour, word in zip(fused, words, strict=True):
            spoken.setdefault(colour, set()).add(word)
    last = {"activation4", "normalisation3", "dropout2"}  # it has all that are left
    for colour, several in spoken.items():
        assert len(several) == 1 or colour in last, (colour, several)


def touch(one: Route, two: Route) -> bool:
    """Whether a corner or an end of one arrow lies on the other: they join, or part."""
    return any(near(point, piece) for point in one.points for piece in pairwise(two.points)) or any(
        near(point, piece) for point in two.points for piece in pairwise(one.points)
    )


def near(point: Point, piece: tuple[Point, Point]) -> bool:
    """Whether a point is less than two pixels from a line."""
    (x1, y1), (x2, y2) = piece
    (x, y) = point
    length = (x2 - x1) ** 2 + (y2 - y1) ** 2
    share = ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length if length else 0.0
    share = min(1.0, max(0.0, share))
    return hypot(x1 + share * (x2 - x1) - x, y1 + share * (y2 - y1) - y) < 2


def joined(found: Drawing) -> list[tuple[Route, Route]]:
    """Arrows that meet though they carry different values: only a drawn merge may join them."""
    return [
        (one, two)
        for one, two in combinations([route for route in found.routes if route.points], 2)
        if (one.tail, one.source) != (two.tail, two.source) and touch(one, two)
    ]


def hold_merges(found: Drawing) -> None:
    """Several arrows come to a concatenation at its bar, which leads on to it; no arrows join."""
    assert joined(found) == []
    for bar in found.bars:
        assert found.picture.units[bar.head].stacks
        solid = found.layout.solids[bar.head]
        (x, y), (end, level) = bar.way
        assert y == level == solid.axis
        assert bar.top < y < bar.bottom
        assert bar.x < x < end < solid.x
        heights = [r.points[-1][1] for r in found.routes if r.head == bar.head and at(bar, r)]
        assert len(heights) > 1
        assert len(set(heights)) == len(heights)


def at(bar: Bar, route: Route) -> bool:
    """Whether an arrow ends at a bar: at its side, or at one of its ends."""
    if route.head != bar.head or not route.points:
        return False
    x, y = route.points[-1]
    beside = bar.x - 5 < x < bar.x and bar.top <= y <= bar.bottom
    return beside or (abs(x - bar.x) < 1 and min(abs(y - bar.top), abs(y - bar.bottom)) < 3)
