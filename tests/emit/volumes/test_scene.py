"""Text never meets text, volumes do not overlap, everything lies on the page."""

from __future__ import annotations

import pytest

from archc.emit.diagram import Options
from archc.emit.diagram.metrics import text_width
from archc.emit.volumes.arrange import WIDEST
from archc.emit.volumes.board import meet
from archc.emit.volumes.palette import palette
from archc.emit.volumes.scene import Label, Line, Polygon, Scene, points_of
from tests.each import each
from tests.emit.volumes.drawn import pictured
from tests.emit.volumes.pictures import BUNDLED, TEXTS, network

ALL = (*BUNDLED, *TEXTS)


def labels(picture: Scene) -> list[Label]:
    return [s for group in picture.groups for s in group.shapes if isinstance(s, Label)]


def texts(picture: Scene) -> list[str]:
    return [label.text for label in labels(picture)]


def drawn(name: str) -> Scene:
    return pictured(name).scene


@each("name", ALL)
def test_no_text_on_text(name):
    found = labels(drawn(name))
    for place, one in enumerate(found):
        for two in found[place + 1 :]:
            assert not meet(one.corners(), two.corners()), (one.text, two.text)


@each("name", ALL)
def test_all_on_the_page(name):
    picture = drawn(name)
    for group in picture.groups:
        for shape in group.shapes:
            for x, y in points_of(shape):
                assert 0 <= x <= picture.width
                assert 0 <= y <= picture.height


@each("name", ALL)
def test_fits_a_page(name):
    picture = drawn(name)
    assert picture.width <= 1.02 * WIDEST
    assert picture.width / picture.height > 0.7


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_role_has_a_color(theme):
    colors = palette(theme)
    for name in ALL:
        for group in drawn(name).groups:
            for shape in group.shapes:
                if isinstance(shape, Polygon):
                    assert not shape.fill or shape.fill in colors
                    assert not shape.stroke or shape.stroke in colors
                elif isinstance(shape, Line):
                    assert shape.stroke in colors
                else:
                    assert shape.color in colors


def test_sizes_are_written():
    found = texts(drawn("lenet5:LeNet5"))
    assert found.count("28") == 2  # height and width
    assert found.count("6") == 2  # channels of C1 and S2
    assert {"C1", "S2", "F6", "OUTPUT", "120", "84", "10"} <= set(found)


def test_names_and_kernels():
    found = texts(drawn("alexnet:AlexNet"))
    assert {"conv1", "11\u00d711", "stride 4", "2 groups", "fc6", "classifier"} <= set(found)


def test_what_all_have_stands_in_the_legend():
    found = texts(drawn("vgg16"))
    assert "convolution 3\u00d73" in found
    assert "max pooling 2\u00d72" in found
    assert "3\u00d73" not in found


def test_scale_is_told():
    words = drawn("vgg16").description
    assert "by \u221apixels" in words
    assert "height and width by pixels" in drawn("lenet5:LeNet5").description


def test_mistake_is_drawn():
    picture = drawn("broken")
    found = texts(picture)
    assert "32\u00d732\u00d732 \u2260 16\u00d762\u00d762" in found
    assert any("mistake" in text for text in found)
    roles = {s.stroke for g in picture.groups for s in g.shapes if isinstance(s, Polygon | Line)}
    assert "error" in roles
    assert "what follows is unknown" in picture.description


def test_no_legend():
    picture = pictured("vgg16", Options(legend=False)).scene
    assert "ReLU" not in texts(picture)
    assert "3\u00d73" in texts(picture)


def test_arrows_of_auxiliary_outputs():
    picture = drawn("googlenet:GoogLeNet")
    assert {"aux1", "aux2"} <= set(texts(picture))
    assert any(s.dashed for g in picture.groups for s in g.shapes if isinstance(s, Line))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("unknown", "there is no layer conf"),
        ("unfinished", "expected a value after =, found }"),
    ],
)
def test_what_cannot_be_worked_out_is_a_stub(name, message):
    picture = drawn(name)
    assert message in texts(picture)
    assert "?" in texts(picture)
    assert f"What is known of {network(name).name}: " in picture.description
    assert "\u2192 ?, ? parameters" in picture.description


def test_caption_says_what_is_unknown():
    assert "? MACs" in drawn("open").description


def test_slices_of_a_row_of_blocks():
    lines = [
        sum(isinstance(shape, Line) and shape.stroke == "line" for shape in group.shapes)
        for group in drawn("resnet50").groups
    ]
    assert 4 in lines  # layer3.1 to layer3.5


@each("name", ALL)
def test_the_legend_has_what_occurs_and_nothing_else(name):
    picture = drawn(name)
    start = f"{picture.title}: "
    mark = next(
        n
        for n, group in enumerate(picture.groups)
        for shape in group.shapes
        if isinstance(shape, Label)
        and shape.text.removeprefix("What is known of ").startswith(start)
    )
    below, above = picture.groups[mark], picture.groups[:mark]

    def looks(groups):
        found = set()
        for shape in (shape for group in groups for shape in group.shapes):
            if isinstance(shape, Polygon):
                told = shape.fill.endswith(".front") or shape.fill in ("window", "fan")
                found |= {shape.fill} if told else set()
            elif isinstance(shape, Line) and shape.arrow and shape.stroke != "error":
                found.add("dashed" if shape.dashed else shape.stroke)
        return found - {"wire"}

    assert looks([below]) == looks(above)


@each("name", ALL)
def test_the_legend_wastes_no_line(name):
    """No entry stands in a later line than one that has room for it."""
    picture = drawn(name)
    entries = [
        shape
        for shape in picture.groups[-1].shapes
        if isinstance(shape, Label) and shape.anchor == "start" and shape.color == "ink"
    ]
    ends: dict[float, float] = {}
    for one in entries:
        wide = text_width(one.text, one.size)
        for y, end in ends.items():
            if y < one.y - 1:
                assert end + 20 + 22 + wide > picture.width - 16, one.text
        ends[one.y] = max(ends.get(one.y, 0.0), one.x + wide)
