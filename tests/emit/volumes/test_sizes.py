"""The size of every map that is drawn can be read, and in what a closed block changes it."""

from __future__ import annotations

from itertools import pairwise

from archc.emit.volumes.board import meet
from archc.emit.volumes.draw import Drawing, labels
from archc.emit.volumes.layout import TEXT
from archc.emit.volumes.model import MARKS
from archc.emit.volumes.scene import Label, Polygon
from archc.emit.volumes.solid import Solid
from tests.each import each
from tests.emit.volumes.drawn import NETWORKS, placed

SOME = ("mobilenetv2", "deeplabv3", "hourglass", "wavenet", "googlenet:GoogLeNet",
        "resnet:ResNet50", "densenet:DenseNet121", "vgg16:VGG16")  # fmt: skip
NEAR = 30.0  # pixels around a volume within which a number is its own


def numbers(found: Drawing) -> list[Label]:
    return [one for one in labels(found.scene) if one.text.isdigit()]


def beside(solid: Solid, label: Label) -> bool:
    """Whether a number stands at the right of a volume, or above it."""
    right = solid.right + solid.depth
    return abs(label.x - right) < NEAR and solid.summit - NEAR < label.y < solid.bottom


@each("name, where", [(name, where) for name in SOME for where in ("column", "page")])
def test_every_size_of_a_map_is_written(name: str, where: str) -> None:
    found = placed(name, where)
    written = {one.text for one in numbers(found)}
    for unit in found.picture.units:
        if unit.kind not in MARKS and unit.shape is not None and set(unit.shape[1:]) - {1}:
            assert {str(axis) for axis in unit.shape[1:]} <= written, unit.path


@each("name, where", [(name, where) for name in SOME for where in ("column", "page")])
def test_single_digits_are_never_turned(name: str, where: str) -> None:
    single = [one for one in numbers(placed(name, where)) if len(one.text) == 1]
    assert not any(one.angle for one in single)


def test_a_closed_block_that_changes_the_size_of_its_maps_says_it() -> None:
    found = placed("deeplabv3", "column")
    (place,) = (n for n, unit in enumerate(found.picture.units) if unit.name == "layer2")
    near = [one.text for one in numbers(found) if beside(found.layout.solids[place], one)]
    assert "65" in near  # 520 by 8, as the paper's output stride


@each("where", ["column", "page"])
def test_a_block_with_a_projection_among_others_says_so(where: str) -> None:
    graph = NETWORKS["hourglass"].graph
    found = placed("hourglass", where)
    units = found.picture.units
    closed = [unit for unit in units if unit.called == "Residual"]
    for unit in closed:
        kernels = sum(graph.nodes[index].kind == "conv" for index in unit.nodes)
        assert ("projection" in unit.lines) == (kernels == 4), unit.path
    assert any("projection" in unit.lines for unit in closed)
    said = [run.lines for run in found.layout.runs if "projection" in run.lines]
    assert all("Residual" in lines for lines in said)  # alone it would be taken for a layer


def test_a_closed_block_of_one_size_says_it_no_second_time() -> None:
    found = placed("wavenet", "column")
    (place,) = (n for n, unit in enumerate(found.picture.units) if unit.name == "rounds 1\u201318")
    assert not [one for one in numbers(found) if beside(found.layout.solids[place], one)]


@each("name, where", [
    (name, where) for name in ("siamese", "deeplabv3") for where in ("column", "page")
])  # fmt: skip
def test_sizes_stand_apart_from_the_titles_and_the_borders_of_frames(name: str, where: str) -> None:
    """In the line of a title a number would be read as its end: `tower 96`."""
    found = placed(name, where)
    shapes = [shape for group in found.scene.groups for shape in group.shapes]
    frames = [one for one in shapes if isinstance(one, Polygon) and one.stroke == "outline"]
    channels = {one.y for one in numbers(found)} & {
        solid.bottom + 10 for solid in found.layout.solids
    }  # below volumes, where the words of their captions are as near to a border as they
    sizes = [one for one in numbers(found) if one.y not in channels]
    assert frames
    for frame in frames:
        (left, top), _, (right, bottom), _ = frame.points
        titles = [one for one in labels(found.scene) if one.y == top + 9 and left < one.x < right]
        for size in sizes:
            for title in titles:
                in_line = abs(size.y - title.y) < TEXT and left < size.x < right
                assert not in_line or abs(size.x - title.x - title.wide) > 2 * TEXT, size.text
            box = size.corners(2.9)
            corners = (left, top), (right, top), (right, bottom), (left, bottom), (left, top)
            assert not any(meet(box, side) for side in pairwise(corners)), size.text
