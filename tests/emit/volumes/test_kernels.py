"""Kernels are drawn on all volumes that have room for them."""

from __future__ import annotations

from archc.emit import sizing
from archc.emit.axes import size
from archc.emit.diagram import Options
from archc.emit.volumes.draw import drawing
from archc.emit.volumes.model import MARKS
from archc.emit.volumes.scene import Polygon
from tests.each import each
from tests.emit.networks import bundled_networks, drawn_networks

NETWORKS = dict((*bundled_networks(), *drawn_networks()))
LEAST = 3.0  # pixels that can be seen


@each("name, where", [("lenet5:LeNet5", "column"), ("alexnet:AlexNetTowers", "column"),
                      ("googlenet:GoogLeNet", "page"), ("siamese", "page")])  # fmt: skip
def test_every_kernel_with_room_has_its_window(name: str, where: str) -> None:
    """Also where an arrow turns, parts, or goes on in another row."""
    graph = NETWORKS[name].graph
    found = drawing(NETWORKS[name], Options(room=sizing.place(where)))
    units = found.picture.units
    home = {index: place for place, unit in enumerate(units) for index in unit.nodes}
    shapes = [shape for group in found.scene.groups for shape in group.shapes]
    drawn = sum(isinstance(s, Polygon) and s.stroke == "window" and not s.fill for s in shapes)
    close = {(route.tail, route.head) for route in found.routes if not route.points}
    meant = set()
    for place, unit in enumerate(units):
        if unit.kind in (*MARKS, "block") or not unit.window:
            continue
        inputs = {home[i] for n in unit.nodes for i in graph.nodes[n].inputs if i in home}
        (read,) = inputs - {place}
        shape, solid = units[read].shape, found.layout.solids[read]
        if units[read].kind in MARKS or (read, place) in close or shape is None or len(shape) < 3:
            continue
        pairs = zip(unit.window[-2:], shape[-2:], strict=True)
        high, wide = (min(1.0, kernel / size(axis)) for kernel, axis in pairs)
        if high * solid.high >= LEAST and wide * solid.wide >= LEAST:
            meant.add((read, high, wide))
    assert meant
    assert drawn == len(meant) + 1  # and that of the legend
