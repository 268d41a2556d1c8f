"""Reads a drawing back: what is in its boxes, from the shapes alone."""

from __future__ import annotations

from archc.emit.volumes.draw import Drawing
from archc.emit.volumes.model import Unit
from archc.emit.volumes.scene import Group, Polygon
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
