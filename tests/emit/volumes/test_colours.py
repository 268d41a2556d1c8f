"""Kinds of volumes can be told apart in grey and without green cones."""

from __future__ import annotations

from itertools import combinations

import pytest

from archc.emit.diagram import Options
from archc.emit.diagram.closed import GROUP
from archc.emit.volumes.draw import drawing
from archc.emit.volumes.palette import palette
from archc.emit.volumes.scene import Label, Line, Polygon
from archc.emit.volumes.shades import FUSED, shades
from archc.emit.volumes.texture import texture
from tests.emit.colours import lightness, without_green
from tests.emit.networks import checked
from tests.emit.volumes.drawn import volumes
from tests.emit.volumes.reading import boxes

VOLUMES = (
    *("input", "conv", "pool", "up", "dense", "copied", "sum"), *shades("block")
)  # fmt: skip
STRIPES = tuple(FUSED)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("one", "two"), list(combinations(VOLUMES, 2)))
def test_kinds_of_volumes_differ_in_grey_and_without_green_cones(one, two, theme):
    """By what is drawn across them, or by both measures of their colours."""
    if texture(one) == texture(two):
        first, second = (palette(theme)[f"{kind}.front"] for kind in (one, two))
        assert abs(lightness(first) - lightness(second)) > 6
        assert without_green(first, second) > 12


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "several", [(*STRIPES, "conv", "dense"), *(tuple(shades(kind)) for kind in STRIPES)]
)
def test_what_is_fused_differs_in_grey(several, theme):
    fronts = [palette(theme)[f"{kind}.front"] for kind in several]
    assert all(abs(lightness(a) - lightness(b)) > 6 for a, b in combinations(fronts, 2))


@pytest.mark.parametrize("name", ["unet", "resnet:ResNet50", "densenet:DenseNet121"])
def test_skips_are_thicker_than_other_arrows(name):
    shapes = [one for g in volumes(name).scene.groups for one in g.shapes]
    arrows = [one for one in shapes if isinstance(one, Line) and one.arrow]
    skips = {one.width for one in arrows if one.stroke == "skip"}
    assert min(skips) > 1.8 * max(one.width for one in arrows if one.stroke == "wire")


@pytest.mark.parametrize("kind", ["pool", "up", "block"])
def test_what_is_drawn_across_a_volume_stands_in_the_legend(kind):
    name = {"pool": "vgg16:VGG16", "up": "unet", "block": "googlenet:GoogLeNet"}[kind]
    found = volumes(name)
    *_, legend = found.scene.groups
    place = next(n for n, one in enumerate(legend.shapes) if fills_of(one) == f"{kind}.front")
    assert fills_of(legend.shapes[place + 1]) == ""
    drawn = [group.shapes for unit, group in boxes(found) if unit.kind == kind]
    assert any(across(one) for shapes in drawn for one in shapes)


def fills_of(shape):
    """The colour of a face, "" for what is drawn across one."""
    return shape.fill if isinstance(shape, Polygon) else ""


def across(shape):
    if isinstance(shape, Polygon):
        return not shape.fill
    return isinstance(shape, Line) and not shape.arrow


@pytest.mark.parametrize(
    ("name", "shown", "blocks"),
    [
        ("googlenet:GoogLeNet", None, {"Inception", "AuxHead"}),
        ("se_resnet", frozenset({"layer1", "layer1.1"}), {"Bottleneck", "Gate"}),
        ("hrnet", frozenset(), {"Stream", GROUP}),
        ("unet", frozenset(), {"Double", "Up"}),
    ],
)
def test_each_kind_of_closed_block_has_its_own_tone(name, shown, blocks):
    found = volumes(name, Options(shown=shown))
    tones: dict[str, set[str]] = {}
    for unit in found.picture.units:
        if unit.kind == "block":
            tones.setdefault(unit.called, set()).update(part.kind for part in unit.parts)
    assert blocks <= set(tones)
    assert all(len(several) == 1 for several in tones.values())
    assert len({next(iter(several)) for several in tones.values()}) == len(tones)
    said = [one.text for one in found.scene.groups[-1].shapes if isinstance(one, Label)]
    for block in tones:
        word = "closed group" if block == GROUP else f"block {block}"
        assert any(text.startswith(word) for text in said), block


def test_blocks_that_share_a_tone_share_its_entry():
    """More kinds than tones: the last entry names all that have its tone."""
    text = "".join(
        f"block B{n}(w) {{ conv w 3x3 pad=1 -> relu; conv w 3x3 pad=1 -> relu }}\n"
        for n in range(6)
    )
    calls = "; ".join(f"b{n}: B{n} 8" for n in range(6))
    whole = f"{text}network N {{ input 8x16x16; {calls} }}\n"
    found = drawing(checked(whole).networks[0], Options(shown=frozenset()))
    said = [one.text for one in found.scene.groups[-1].shapes if isinstance(one, Label)]
    assert "blocks B3, B4, B5" in said


@pytest.mark.parametrize(
    "name",
    ["lenet5:LeNet5", "alexnet:AlexNetTowers", "googlenet:GoogLeNet", "densenet:DenseNet121",
     "dpn:DPN92", "unet", "fpn", "hrnet", "wavenet", "deeplabv3", "siamese"],
)  # fmt: skip
def test_the_legend_has_what_occurs_and_no_more(name):
    *drawn, legend = volumes(name).scene.groups
    assert fills([legend]) == fills(drawn)


def fills(groups):
    """The colours of the fronts of volumes."""
    shapes = (shape for group in groups for shape in group.shapes)
    colours = {shape.fill for shape in shapes if isinstance(shape, Polygon)}
    return {colour for colour in colours if colour.endswith(".front")}


def test_the_measure_knows_black_white_and_grey():
    assert lightness("#000000") == pytest.approx(0, abs=0.01)
    assert lightness("#FFFFFF") == pytest.approx(100, abs=0.01)
    assert lightness("#777777") == pytest.approx(50.0, abs=0.1)
    assert without_green("#888888", "#888888") == 0


def test_the_measure_takes_red_and_green_for_one():
    """The colours of a test plate: far apart for most eyes, near without green cones."""
    assert without_green("#9DB455", "#CBA94C") < 0.6 * without_green("#9DB455", "#5593B4")
