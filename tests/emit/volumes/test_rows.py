"""Long pictures in rows: where they break, and what is said there."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from archc.emit import sizing
from archc.emit.diagram import Options
from archc.emit.volumes.board import Places
from archc.emit.volumes.draw import Drawing, drawing
from archc.emit.volumes.model import CONTINUED, MARKS, SHORT
from archc.emit.volumes.scene import Label, Polygon
from tests.each import each
from tests.emit.networks import checked
from tests.emit.volumes.drawn import placed
from tests.robustness.guard import guard, guarded


def labels_of(found: Drawing) -> list[str]:
    shapes = (shape for group in found.scene.groups for shape in group.shapes)
    return [shape.text for shape in shapes if isinstance(shape, Label)]


@pytest.mark.parametrize(
    "name", ["mobilenetv2", "dpn:DPN92", "deeplabv3", "resnet:ResNet18", "se_resnet"]
)
def test_rows_break_between_blocks(name):
    """A block that has room in one row is in one; what began in a row above is called continued."""
    found = placed(name, "column")
    solids, rows = found.layout.solids, found.layout.rows
    texts = labels_of(found)
    assert max(rows) > 0
    for frame in found.picture.clusters:
        if frame.cut and frame.call:
            wide = 0.0
            for row in set(rows[frame.first : frame.last + 1]):
                own = [solids[n] for n in range(frame.first, frame.last + 1) if rows[n] == row]
                wide += max(one.right for one in own) - min(one.x for one in own)
            assert wide > 200
        if frame.continued:
            assert any(text.endswith((CONTINUED, SHORT)) for text in texts), frame.name
    for frame in (one for one in found.picture.clusters if one.cut and not one.continued):
        assert any(frame.name.rpartition(".")[2] in text for text in texts), frame.name


@pytest.mark.parametrize(
    "name",
    ["resnet:ResNet18", "resnet:ResNet50", "dpn:DPN92", "mobilenetv2", "googlenet:GoogLeNet"],
)
@pytest.mark.parametrize("place", ["column", "page"])
def test_no_words_stand_on_a_border(name, place):
    found = placed(name, place)
    shapes = [shape for group in found.scene.groups for shape in group.shapes]
    borders = Places(
        side
        for one in shapes
        if isinstance(one, Polygon) and one.stroke == "outline"
        for side in pairwise((*one.points, one.points[0]))
    )
    words = [one for one in shapes if isinstance(one, Label)]
    assert not [one.text for one in words if borders.met(one.corners(-1.0))]


@pytest.mark.parametrize(
    "name", ["lenet5:LeNet5", "dpn:DPN92", "fpn", "hrnet", "hourglass", "se_resnet"]
)
def test_the_first_row_fills_most_of_a_column(name):
    found = placed(name, "column")
    ends = [0.0] * len(found.layout.bottoms)
    for solid, row in zip(found.layout.solids, found.layout.rows, strict=True):
        ends[row] = max(ends[row], solid.right)
    assert len(ends) > 1
    assert ends[0] > 0.75 * max(ends)


@each("name", ["deeplabv3", "mobilenetv2", "dpn:DPN92", "resnet:ResNet50", "se_resnet", "c3d"])
def test_no_volume_stands_alone_in_a_row(name):
    """Rather a group goes on in the next row than that the input has one of its own."""
    found = placed(name, "column")
    pairs = zip(found.picture.units, found.layout.rows, strict=True)
    volumes = Counter(row for unit, row in pairs if unit.kind not in MARKS)
    assert len(volumes) > 1
    assert min(volumes.values()) > 1


@each("name, most", [("mobilenetv2", 3), ("c3d", 3), ("resnet:ResNet50", 3)])
def test_rows_are_no_more_than_are_needed(name, most):
    """What is hardly too long for a column is not cut once more."""
    assert len(placed(name, "column").layout.bottoms) <= most


@guarded
def test_a_chain_of_many_volumes_is_cut_in_time():
    """Each of them may begin a row: what is longer than the limit is not looked at."""
    layers = "".join(f"conv {8 + number} 3x3 pad=1\n" for number in range(150))
    network = checked(f"network N {{\ninput 3x32x32\n{layers}}}").networks[0]
    with guard():
        found = drawing(network, Options(expand=("all",), room=sizing.place("column")))
    assert len(found.layout.bottoms) > 5


@pytest.mark.parametrize(("name", "place"), [("wavenet", "column"), ("hrnet", "column")])
def test_a_short_row_stands_in_the_middle(name, place):
    found = placed(name, place)
    ends: dict[int, tuple[float, float]] = {}
    for solid, row in zip(found.layout.solids, found.layout.rows, strict=True):
        left, right = ends.get(row, (solid.x, solid.right))
        ends[row] = min(left, solid.x), max(right, solid.right)
    left, right = (side([one[n] for one in ends.values()]) for n, side in ((0, min), (1, max)))
    short = [one for one in ends.values() if one[1] - one[0] < 0.6 * (right - left)]
    assert short
    assert all(abs(sum(one) - left - right) < 0.15 * (right - left) for one in short)


@pytest.mark.parametrize(
    ("name", "place", "gone"),
    [("mobilenetv2", "column", "features"), ("deeplabv3", "page", "backbone"),
     ("se_resnet", "page", "layer1"), ("densenet:DenseNet121", "column", "features")],
)  # fmt: skip
def test_what_is_around_nearly_all_has_no_frame(name, place, gone):
    """Of frames three deep, or in many rows, the outer one; where others stand beside what is in
    it, its name stands before theirs."""
    found = placed(name, place)
    clusters = found.picture.clusters
    assert max(one.depth for one in clusters if one.drawn(False)) < 2
    assert gone not in {one.name for one in clusters}
    named = {one.name for one in clusters if one.name.startswith(f"{gone}.layer")}
    assert bool(named) == (gone == "backbone")


def test_parallel_branches_stand_around_the_trunk():
    found = placed("deeplabv3", "column")
    (bar,) = found.bars
    axis = found.layout.solids[bar.head].axis
    heights = [one.points[-1][1] - axis for one in found.routes if one.head == bar.head]
    assert sorted((y > 1) - (y < -1) for y in heights) == [-1, -1, 0, 1, 1]


def test_even_rows_keep_close_volumes_together():
    found = placed("vgg16:VGG16", "column")
    touching = [route for route in found.routes if not route.points]
    assert len(touching) >= 8
    for route in touching:
        one, two = found.layout.solids[route.tail], found.layout.solids[route.head]
        assert two.x - one.right < one.depth + 6
