"""Kernels are drawn on all volumes or on none, in proportion or as large as can be seen."""

from __future__ import annotations

from archc.emit.axes import size
from archc.emit.volumes.draw import Drawing, labels
from archc.emit.volumes.model import MARKS, Unit
from archc.emit.volumes.scene import Polygon
from tests.each import each
from tests.emit.volumes.drawn import NETWORKS, placed

LEAST = 3.0  # pixels that can be seen


@each("name, where", [
    ("lenet5:LeNet5", "column"), ("alexnet:AlexNetTowers", "column"), ("alexnet:AlexNet", "page"),
    ("siamese", "page"), ("c3d", "page"),
])  # fmt: skip
def test_every_kernel_has_its_window(name: str, where: str) -> None:
    """Also where an arrow turns, or goes on in another row; not where volumes touch, which the
    caption says, and one where all read a volume with the same."""
    found = placed(name, where)
    units = found.picture.units
    touching = {(route.tail, route.head) for route in found.routes if not route.points}
    meant, hidden, small = 0, False, False
    for read, heads in readers(name, found).items():
        shape, solid = units[read].shape, found.layout.solids[read]
        (window,) = {one.window for one in heads.values()}
        if shape is None or max(window, default=1) == 1 or set(shape[1:]) == {1}:
            continue
        if all((read, place) in touching for place in heads):
            hidden = True
            continue
        pairs = zip(window, shape[-len(window) :], strict=True)
        high, wide = [min(1.0, kernel / size(axis)) for kernel, axis in pairs][-2:]
        small |= high * solid.high < LEAST or wide * solid.wide < LEAST
        meant += 1
    assert meant
    assert windows_of(found) == meant + 1  # and that of the legend
    said = " ".join(one.text for one in labels(found.scene))
    assert "Kernels in proportion" in said
    assert ("none where volumes touch" in said) == hidden
    assert ("their maps, the smallest enlarged" in said) == small


@each("name, where", [
    ("deeplabv3", "page"), ("fpn", "page"), ("vgg16:VGG16", "column"), ("resnet:ResNet18", "page"),
    ("googlenet:GoogLeNet", "page"), ("unet", "page"),
])  # fmt: skip
def test_there_are_none_where_not_all_can_be_drawn(name: str, where: str) -> None:
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
