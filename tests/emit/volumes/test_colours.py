"""Kinds of volumes can be told apart in grey and without green cones."""

from __future__ import annotations

import pytest

from archc.emit.diagram import Options
from archc.emit.volumes.draw import drawing
from archc.emit.volumes.palette import palette
from archc.emit.volumes.scene import Polygon
from tests.emit.colours import lightness, without_green
from tests.emit.networks import bundled_networks, drawn_networks

NETWORKS = dict((*bundled_networks(), *drawn_networks()))

PAIRS = (("pool", "up"), ("conv", "dense"), ("block", "activation"))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("pair", PAIRS)
def test_kinds_differ_in_lightness_and_without_green_cones(pair, theme):
    one, two = (palette(theme)[f"{kind}.front"] for kind in pair)
    assert abs(lightness(one) - lightness(two)) > 8
    assert without_green(one, two) > 20


@pytest.mark.parametrize(
    "name",
    ["lenet5:LeNet5", "alexnet:AlexNetTowers", "googlenet:GoogLeNet", "densenet:DenseNet121",
     "dpn:DPN92", "unet", "fpn", "hrnet", "wavenet", "deeplabv3", "siamese"],
)  # fmt: skip
def test_the_legend_has_what_occurs_and_no_more(name):
    *drawn, legend = drawing(NETWORKS[name], Options()).scene.groups
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
