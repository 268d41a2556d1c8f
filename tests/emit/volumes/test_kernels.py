"""Kernels are drawn on all volumes that have room for them, where it is plain whose they are."""

from __future__ import annotations

from archc.emit.axes import size
from archc.emit.volumes.draw import Drawing, labels
from archc.emit.volumes.model import MARKS, Unit
from archc.emit.volumes.scene import Polygon
from tests.each import each
from tests.emit.volumes.drawn import NETWORKS, placed

LEAST = 3.0  # pixels that can be seen


@each("name, where", [("lenet5:LeNet5", "column"), ("alexnet:AlexNetTowers", "column"),
                      ("googlenet:GoogLeNet", "page"), ("siamese", "page")])  # fmt: skip
def test_every_kernel_with_room_has_its_window(name: str, where: str) -> None:
    """Also where an arrow turns, or goes on in another row; not where something else reads the
    same volume, or where the window would hide it."""
    found = placed(name, where)
    units = found.picture.units
    close = {(route.tail, route.head) for route in found.routes if not route.points}
    plain = {(route.tail, route.head) for route in found.routes if route.plain}
    meant = set()
    read_by = readers(name, found)
    for read, heads in read_by.items():
        shape, solid = units[read].shape, found.layout.solids[read]
        windows = {one.window for one in heads.values()}
        if len(windows) > 1 or windows == {()} or shape is None or len(shape) < 3:
            continue
        if any(one.training for one in heads.values()):
            continue
        pairs = zip(*windows, shape[-len(next(iter(windows))) :], strict=True)
        high, wide = [min(1.0, kernel / size(axis)) for kernel, axis in pairs][-2:]
        (place, *_) = heads
        if (read, place) in close or ((read, place) not in plain and high * wide > 0.5):
            continue
        if high * solid.high >= LEAST and wide * solid.wide >= LEAST:
            meant.add((read, high, wide))
    assert meant
    assert windows_of(found) == len(meant) + 1  # and that of the legend


@each("name, where", [
    ("deeplabv3", "page"), ("fpn", "page"), ("vgg16:VGG16", "column"), ("resnet:ResNet18", "page"),
])  # fmt: skip
def test_a_few_among_many_are_not_drawn(name: str, where: str) -> None:
    """One kernel among arrows would seem to be something special, and one on a volume that several
    read would seem to be a part of it."""
    found = placed(name, where)
    assert not windows_of(found)
    assert not [one.text for one in labels(found.scene) if "ernel" in one.text]


def windows_of(found: Drawing) -> int:
    """How many windows are drawn."""
    shapes = [shape for group in found.scene.groups for shape in group.shapes]
    return sum(isinstance(s, Polygon) and s.stroke == "window" and not s.fill for s in shapes)


def readers(name: str, found: Drawing) -> dict[int, dict[int, Unit]]:
    """The volumes that read each volume, by the graph; a block or a sum reads without a window."""
    graph, units = NETWORKS[name].graph, found.picture.units
    home = {index: place for place, unit in enumerate(units) for index in unit.nodes}
    result: dict[int, dict[int, Unit]] = {}
    for place, unit in enumerate(units):
        for index in (i for n in unit.nodes for i in graph.nodes[n].inputs if i in home):
            if home[index] != place and units[home[index]].kind not in MARKS:
                result.setdefault(home[index], {})[place] = unit
    return result
