"""Pictures for a place: nothing is smaller than 6 points there, or a note says so."""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from struct import unpack

import pytest

from archc.emit import sizing
from archc.emit.diagram import Options
from archc.emit.diagram.fit import fitted
from archc.emit.diagram.render import render
from archc.emit.png import printed
from archc.emit.volumes import draw
from archc.emit.volumes.board import Places
from archc.emit.volumes.crossings import crossings, merged, struck
from archc.emit.volumes.draw import labels as in_scene
from archc.emit.volumes.scene import Label, Polygon
from tests.cli.conftest import archc as archc
from tests.each import each
from tests.emit.diagram.dots import labels
from tests.emit.diagram.placed import NETWORKS, dot_for
from tests.emit.once import once
from tests.emit.volumes.drawn import placed, volumes
from tests.emit.volumes.reading import joined

SET = (
    "lenet5:LeNet5", "alexnet:AlexNetTowers", "vgg16:VGG16", "googlenet:GoogLeNet",
    "resnet:ResNet18", "resnet:ResNet50", "resnet:ResNet152", "densenet:DenseNet121", "dpn:DPN92",
    "unet", "fpn", "hourglass", "hrnet", "mobilenetv2", "se_resnet", "wavenet", "deeplabv3", "c3d",
    "siamese",
)  # fmt: skip
NAMES = (
    "lenet5:LeNet5", "alexnet:AlexNetTowers", "vgg16:VGG16", "resnet:ResNet50", "unet", "fpn",
    "hourglass", "hrnet", "mobilenetv2", "c3d", "siamese",
)  # fmt: skip


@once
def pictured(name, place):
    """Boxes and arrows for a place: DOT, what became of it, SVG."""
    dot, sized = dot_for(name, place)
    return dot, sized, render(dot, "svg").decode("utf-8")


PLACES = ("column", "page", "slide", "poster")


@each(
    "name, place",
    [
        (name, place)
        for turn, name in enumerate(NAMES)
        for place in (PLACES[turn % 4], PLACES[(turn + turn // 4 + 1) % 4])
    ],
)
def test_volumes_can_be_read_where_they_are_printed(name, place):
    room = sizing.place(place)
    found = placed(name, place)
    unit = found.scene.unit
    assert found.scene.width * unit <= room.width + 0.01
    assert found.scene.height * unit <= sizing.captioned(room).height + 0.01
    smallest = min(label.size for label in in_scene(found.scene)) * unit
    assert smallest == pytest.approx(found.sized.text)
    if not sizing.said(found.sized._replace(closed=()), room):
        assert found.sized.text >= room.smallest


@each("name, place", [(name, place) for name in SET for place in ("column", "page")])
def test_all_text_of_volumes_has_six_points(name, place):
    """The words of the legend, of frames and in circles as well."""
    found = placed(name, place)
    assert min(label.size for label in in_scene(found.scene)) * found.scene.unit >= sizing.SMALLEST


@pytest.mark.parametrize(("name", "place"), [("unet", "column"), ("hourglass", "page")])
def test_a_u_stays_in_one_piece(name, place):
    """Rather with its blocks closed than in rows, or hidden in a block itself."""
    layout = placed(name, place).layout
    assert layout.levels
    assert len(layout.bottoms) == 1


@pytest.mark.parametrize(("name", "place"), [("fpn", "page"), ("hourglass", "slide")])
def test_a_kind_of_block_is_open_or_closed_in_a_u(name, place):
    picture = placed(name, place).picture
    closed = {unit.lines[0] for unit in picture.units if unit.kind == "block"}
    assert closed
    assert not closed & {frame.call for frame in picture.clusters}


def test_what_is_particular_is_open_before_what_repeats():
    picture = placed("deeplabv3", "column").picture
    assert "aspp" in {frame.name for frame in picture.clusters}


def test_a_closed_loop_without_a_name_has_none():
    found = volumes("deeplabv3", Options(depth=3))
    assert any(unit.lines[:2] == ("3 conv,", "dilation") for unit in found.picture.units)
    assert not [text for text in labels_of(found) if text.startswith("for")]


def test_towers_stand_open_in_a_column():
    units = placed("siamese", "column").picture.units
    assert sum(unit.kind == "conv" for unit in units) == 8
    letters = sorted(unit.shared for unit in units if unit.shared)
    assert letters == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


@pytest.mark.parametrize("name", ["lenet5:LeNet5", "resnet:ResNet50", "dpn:DPN92", "unet"])
def test_a_poster_is_seen_from_afar(name):
    room = sizing.place("poster")
    found = placed(name, "poster")
    assert found.sized.text >= room.smallest == 18
    assert found.scene.width * found.scene.unit >= 0.75 * room.width
    assert not sizing.said(found.sized, room)


@pytest.mark.parametrize("name", ["unet", "wavenet"])
def test_volumes_are_lower_where_there_is_little_height(name):
    assert placed(name, "slide").sized.text >= 9


@pytest.mark.parametrize("name", ["dpn:DPN92", "se_resnet"])
def test_no_border_passes_through_a_number_of_channels(name):
    found = placed(name, "column")
    shapes = [shape for group in found.scene.groups for shape in group.shapes]
    frames = [one for one in shapes if isinstance(one, Polygon) and one.stroke == "outline"]
    borders = Places(
        (start, end) for one in frames for start, end in pairwise((*one.points, one.points[0]))
    )
    known = {str(unit.shape[0]) for unit in found.picture.units if unit.shape is not None}
    numbers = [one for one in shapes if isinstance(one, Label) and one.text in known]
    struck = [one.text for one in numbers if borders.met(one.corners(-1.0))]
    assert frames
    assert not struck


@pytest.mark.parametrize(
    ("name", "place"),
    [("deeplabv3", "page"), ("mobilenetv2", "page"), ("dpn:DPN92", "page"), ("se_resnet", "page")],
)
def test_frames_are_nested_or_apart(name, place):
    found = placed(name, place)
    shapes = [shape for group in found.scene.groups for shape in group.shapes]
    boxes = [
        (*one.points[0], *one.points[2])
        for one in shapes
        if isinstance(one, Polygon) and one.stroke == "outline"
    ]
    for (l1, t1, r1, b1), (l2, t2, r2, b2) in combinations(boxes, 2):
        apart = r1 + 6 <= l2 or r2 + 6 <= l1 or b1 + 6 <= t2 or b2 + 6 <= t1
        inside = l1 <= l2 and t1 <= t2 and r2 <= r1 and b2 <= b1
        around = l2 <= l1 and t2 <= t1 and r1 <= r2 and b1 <= b2
        assert apart or inside or around


@each("name", ["dpn:DPN92", "fpn", "wavenet", "vgg16:VGG16", "lenet5:LeNet5"])
def test_large_text_does_not_fill_a_page(name):
    """A picture that would be higher is smaller, as long as its text is still large."""
    found = placed(name, "page")
    high = found.scene.height * found.scene.unit / sizing.captioned(sizing.place("page")).height
    assert high < 0.65 or found.sized.text < 7.01
    assert found.sized.text > 6.99


def test_frames_part_only_what_is_in_one_of_them():
    found = placed("resnet:ResNet50", "page")
    units, solids = found.picture.units, found.layout.solids
    above = next(n for n, unit in enumerate(units) if unit.path == "layer1.0.conv1")
    below = next(n for n, unit in enumerate(units) if unit.name == "downsample")
    (run,) = (run for run in found.layout.runs if run.first == above)
    assert 0 < solids[below].summit - (run.top + 15 * (len(run.lines) - 0.5)) < 20
    (loop,) = (n for n, frame in enumerate(found.picture.clusters) if frame.times > 1)
    first = found.picture.clusters[loop].first
    (lane,) = (y for (tail, _), y in found.layout.lanes.items() if tail == first)
    assert 0 < min(solid.summit for solid in solids[first + 1 : first + 4]) - lane < 20


def test_the_svg_is_as_wide_as_its_place():
    room = sizing.width("84mm")
    text = draw(NETWORKS["vgg16:VGG16"], Options(room=room))
    found = re.search(r'width="([\d.]+)"', text)
    assert found is not None
    assert float(found[1]) * 0.75 <= room.width + 0.01


@pytest.mark.parametrize(
    ("name", "place"),
    [("resnet:ResNet50", "page"), ("unet", "page"), ("unet", "column"), ("siamese", "column"),
     ("fpn", "column"), ("alexnet:AlexNetTowers", "column")],
)  # fmt: skip
def test_boxes_and_arrows_for_a_place(name, place):
    room = sizing.place(place)
    dot, sized, text = pictured(name, place)
    assert sized.text >= sizing.SMALLEST
    assert not any("\u2026" in label for label in labels(dot))  # nothing is cut
    found = re.search(r'width="([\d.]+)pt" height="([\d.]+)pt"', text)
    assert found is not None
    assert float(found[1]) <= room.width + 1
    assert float(found[2]) <= room.height + 1


@pytest.mark.campaign
@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("place", sizing.PLACES)
def test_every_network_can_be_read_at_every_place(name, place):
    """In both styles. In the suite those that hardly fit: `diagram/test_ideas.py`."""
    room = sizing.place(place)
    assert placed(name, place).sized.text >= room.smallest
    options = Options(room=room, direction="LR" if place == "slide" else "TB")
    _, sized = fitted(NETWORKS[name], options, (), room, turns=True)
    assert sized.text >= room.smallest


@pytest.mark.campaign
@pytest.mark.parametrize("name", SET)
@pytest.mark.parametrize("place", sizing.PLACES)
def test_nothing_is_cut_and_no_arrow_misleads_at_any_place(name, place):
    room = sizing.place(place)
    found = placed(name, place)
    assert not faults(found)
    assert not [text for text in labels_of(found) if "\u2026" in text]
    options = Options(room=room, direction="LR" if place == "slide" else "TB")
    dot, _ = fitted(NETWORKS[name], options, (), room, turns=True)
    assert not any("\u2026" in label for label in labels(dot))


def faults(found):
    """Arrows through volumes, through texts, and such as run along one line or join."""
    return [
        *joined(found),
        *crossings(found.layout, found.routes, found.bars),
        *struck(found.scene),
        *merged(found.routes),
    ]


def labels_of(found):
    return [
        shape.text
        for group in found.scene.groups
        for shape in group.shapes
        if isinstance(shape, Label)
    ]


@pytest.mark.parametrize(
    ("name", "place"),
    [("hrnet", "column"), ("hrnet", "page"), ("fpn", "column"), ("densenet:DenseNet121", "page"),
     ("deeplabv3", "column"), ("hourglass", "page")],
)  # fmt: skip
def test_no_arrow_of_volumes_misleads(name, place):
    found = placed(name, place)
    assert not faults(found)
    assert not [text for text in labels_of(found) if "\u2026" in text]  # nothing is cut


def test_a_poster_is_read_from_afar():
    """Its smallest text has 18 points, and where there is room all of it is larger."""
    room = sizing.place("poster")
    for name, least in (("lenet5:LeNet5", 32.0), ("googlenet:GoogLeNet", 18.0)):
        _, sized, text = pictured(name, "poster")
        assert sized.text >= least
        assert sized.scale > 2.2
        found = re.search(r'width="([\d.]+)pt" height="([\d.]+)pt"', text)
        assert found is not None
        assert float(found[1]) <= room.width + 1
        assert float(found[2]) <= room.height + 1


def test_a_result_with_the_name_of_its_layer_needs_no_box():
    dot, _, _ = pictured("siamese", "column")
    assert "r0 [label" in dot
    dot, _, _ = pictured("fpn", "column")
    assert dot.count("output 256") == 5  # p2 to p6, in one way
    assert "r0 [label" not in dot


def test_a_closed_block_says_that_others_stand_with_it():
    dot, _, _ = pictured("googlenet:GoogLeNet", "column")
    assert "inception4b\u2013d" in dot
    assert "3 in a row" in dot


def test_what_was_folded_is_said():
    small = sizing.Sized(0.5, 4.5, ("stem", "layer1"))
    assert sizing.said(small, sizing.width("84mm")) == [
        "to fit 84 mm, stem, layer1 stay closed",
        "the smallest text has 4.5 pt at 84 mm; it should have 6",
    ]


def test_nearly_readable_is_not_readable():
    small = sizing.Sized(0.75, 5.99, ())
    assert sizing.said(small, sizing.width("84mm")) == [
        "the smallest text has 5.9 pt at 84 mm; it should have 6"
    ]
    assert not sizing.said(small._replace(text=6.0), sizing.width("84mm"))


@pytest.mark.parametrize(
    ("text", "points"), [("84mm", 238.11), ("8.4cm", 238.11), ("3.3in", 237.6), ("240pt", 240)]
)
def test_lengths(text, points):
    assert sizing.width(text).width == pytest.approx(points, abs=0.01)


@pytest.mark.parametrize(
    "flags",
    [["--width", "84"], ["--width", "mm"], ["--width", "0mm"], ["--width", "1e9mm"],
     ["--width", "nanmm"], ["--width", "84mm", "--for", "page"], ["--dpi", "300"],
     ["--fragment"]],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(archc, tmp_path, flags):
    done = archc("diagram", "vgg16", "--style", "volumes", *flags, "-o", tmp_path / "a.svg")
    assert done.status == 2
    assert done.err.startswith("error: ")
    assert not list(tmp_path.iterdir())


def test_a_png_says_its_density(archc, tmp_path):
    pytest.importorskip("resvg_py")
    path = tmp_path / "a.png"
    flags = ("--style", "volumes", "--width", "84mm", "--dpi", "300")
    assert archc("diagram", "lenet5:LeNet5", *flags, "-o", path).status == 0
    data = path.read_bytes()
    assert data[37:41] == b"pHYs"
    across, down, unit = unpack(">IIB", data[41:50])
    assert across == down == round(300 / 0.0254)
    assert unit == 1
    (pixels,) = unpack(">I", data[16:20])
    assert pixels <= 84 / 25.4 * 300 + 1
    assert printed(data, 300) == data
