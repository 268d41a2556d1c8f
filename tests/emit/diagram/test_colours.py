"""Kinds of boxes differ in grey and without green cones, and the legend has all of them."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from archc.emit.diagram import Options
from archc.emit.diagram.dot import Picture
from archc.emit.diagram.options import ThemeName
from archc.emit.diagram.theme import READABLE, THEMES, contrast, ground, stripe
from tests.emit.colours import lightness, without_green
from tests.emit.diagram.dots import read
from tests.emit.networks import bundled_networks, drawn_networks

NETWORKS = dict((*bundled_networks(), *drawn_networks()))
LIGHT = THEMES["light"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("one", "two"), [("convolution", "dense"), ("convolution", "pooling"), ("pooling", "dense")]
)
def test_boxes_differ_in_lightness_and_without_green_cones(
    one: str, two: str, theme: ThemeName
) -> None:
    first, second = (ground(kind, THEMES[theme]) for kind in (one, two))
    assert abs(lightness(first) - lightness(second)) > 6
    assert without_green(first, second) > 10


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_closed_block_and_an_activation_differ(theme: ThemeName) -> None:
    block, activation = ground("block", THEMES[theme]), stripe("activation", THEMES[theme])
    assert abs(lightness(block) - lightness(activation)) > 8


def test_text_can_be_read_on_every_box() -> None:
    for theme in THEMES.values():
        for kind in ("convolution", "dense", "pooling", "merge", "shape", "block"):
            assert contrast(theme.ink, ground(kind, theme)) >= READABLE


def fills(line: str) -> set[str]:
    """The colours of boxes and stripes, in a line of DOT text."""
    found = set(re.findall(r'BGCOLOR="(#\w+)"', line))
    return found - {LIGHT.paper, LIGHT.faint, LIGHT.error}


@pytest.mark.parametrize(
    "name",
    ["lenet5:LeNet5", "googlenet:GoogLeNet", "resnet:ResNet50", "unet", "siamese", "deeplabv3",
     "wavenet", "alexnet:AlexNetTowers", "densenet:DenseNet121"],
)  # fmt: skip
@pytest.mark.parametrize("fuse", [True, False])
def test_the_legend_has_what_occurs_and_no_more(name: str, fuse: bool) -> None:
    lines = Picture(NETWORKS[name], Options(fuse=fuse)).text().splitlines()
    (legend,) = [line for line in lines if line.lstrip().startswith("legend [")]
    boxes = [line for line in lines if re.match(r"\s*n\d+ \[", line)]
    borders = {color for line in boxes for color in re.findall(r' COLOR="(#\w+)" BGCOLOR', line)}
    used = {color for line in boxes for color in fills(line)} - borders
    shown = fills(legend) - {LIGHT.skip, LIGHT.edge, LIGHT.outline}
    assert shown == used
    for color, word in ((LIGHT.skip, "skip"), (LIGHT.outline, "the size alone")):
        drawn = any(f'color="{color}"' in line for line in lines if " -> " in line)
        assert (f">{word}<" in legend) is drawn


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_kinds_of_closed_blocks_differ(theme: ThemeName) -> None:
    grounds = THEMES[theme].closed
    assert grounds[0] == ground("block", THEMES[theme])
    for one, two in combinations(grounds, 2):
        assert abs(lightness(one) - lightness(two)) > 6
        assert without_green(one, two) > 10
    assert all(contrast(THEMES[theme].ink, one) >= READABLE for one in grounds)


@pytest.mark.parametrize(
    ("name", "shown", "blocks"),
    [
        ("googlenet:GoogLeNet", frozenset(), ["Inception", "AuxHead"]),
        ("se_resnet", None, ["Bottleneck", "Gate"]),
        (
            "deeplabv3",
            frozenset({"backbone", "backbone.layer1", "classifier"}),
            ["Bottleneck", "ASPP", "Head"],
        ),
    ],
)
def test_each_kind_of_closed_block_has_its_own_ground(
    name: str, shown: frozenset[str] | None, blocks: list[str]
) -> None:
    dot = Picture(NETWORKS[name], Options(shown=shown)).text()
    boxes = read(dot).boxes
    found = {}
    for block in blocks:
        names = [box for box, texts in boxes.items() if block in texts]
        (found[block],) = {closed_ground(dot, box) for box in names}
        assert f"closed {block}" in boxes["legend"]
    assert len(set(found.values())) == len(blocks)


def test_a_single_kind_of_closed_block_is_no_kind() -> None:
    drawn = read(Picture(NETWORKS["resnet:ResNet50"], Options()).text())
    assert "closed block" in drawn.boxes["legend"]


def closed_ground(dot: str, box: str) -> str:
    """The ground of a box with a double border."""
    (line,) = [line for line in dot.splitlines() if line.lstrip().startswith(f"{box} [label")]
    colours = re.findall(r'<TABLE BORDER="1"[^>]*BGCOLOR="(#\w+)"', line)
    return str(colours[0])
