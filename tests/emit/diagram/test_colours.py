"""Kinds of boxes differ in grey and without green cones, and the legend has all of them."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from archc.emit.diagram import Options
from archc.emit.diagram.dot import Picture
from archc.emit.diagram.options import ThemeName
from archc.emit.diagram.theme import (
    BAR,
    DOUBLE,
    END_BAR,
    FLAT,
    KINDS,
    MARKS,
    READABLE,
    ROUND,
    THEMES,
    contrast,
    ground,
)
from tests.emit.colours import lightness, without_green
from tests.emit.diagram.dots import read
from tests.emit.networks import bundled_networks, checked, drawn_networks

NETWORKS = dict((*bundled_networks(), *drawn_networks()))
LIGHT = THEMES["light"]


CLOSED = tuple(f"closed {number}" for number in range(len(LIGHT.closed)))
LOOKS = (*(kind for kind in KINDS if kind != "block"), *CLOSED)


def mark(kind: str) -> str:
    return MARKS.get("block" if kind in CLOSED else kind, "")


def tone(kind: str, theme: ThemeName) -> str:
    if kind in CLOSED:
        return THEMES[theme].closed[CLOSED.index(kind)]
    return ground(kind, THEMES[theme])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("one", "two"), list(combinations(LOOKS, 2)))
def test_kinds_differ_in_grey_and_without_green_cones(one: str, two: str, theme: ThemeName) -> None:
    """By what their borders are like, or by both measures of their grounds."""
    if mark(one) == mark(two):
        first, second = tone(one, theme), tone(two, theme)
        assert abs(lightness(first) - lightness(second)) > 6
        assert without_green(first, second) > 12


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_stripes_differ_in_grey(theme: ThemeName) -> None:
    stripes = [kind for kind, one in MARKS.items() if one == FLAT] + ["resize", "shape"]
    grounds = [ground(kind, THEMES[theme]) for kind in stripes]
    assert all(abs(lightness(a) - lightness(b)) > 6 for a, b in combinations(grounds, 2))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("kind", [kind for kind, mark in MARKS.items() if mark != FLAT])
def test_borders_of_marked_kinds_stand_out_in_grey(kind: str, theme: ThemeName) -> None:
    """Else marks are not seen."""
    border = lightness(KINDS[kind])
    assert abs(border - lightness(ground(kind, THEMES[theme]))) > 12


SPOKEN = """network N {
    input 8x16x16
    maxpool 2x2 -> batchnorm
    upsample 2
    add { conv 8 1x1; identity }
    stem: { conv 8 3x3 pad=1; conv 8 3x3 pad=1 }
    global_avgpool -> flatten -> linear 10
}
"""


def test_boxes_and_legend_have_the_same_marks() -> None:
    options = Options(shown=frozenset(), fuse=False)
    dot = Picture(checked(SPOKEN).networks[0], options).text()
    lines = dot.splitlines()
    (legend,) = [line for line in lines if line.lstrip().startswith("legend [")]
    for said, word, wanted in (
        ("max pool", "pooling", BAR), ("upsample", "resize", END_BAR), ("sum", "merge", ROUND),
        ("linear", "dense", ""), ("batch norm", "normalisation", FLAT),
        ("stem", "closed block", DOUBLE),
    ):  # fmt: skip
        box = next(one for one in lines if re.match(r"\s*n\d+ \[", one) and f">{said}" in one)
        swatch = legend.partition(f">{word}<")[0].rpartition("</FONT>")[2]
        assert (drawn_mark(box), drawn_mark(swatch)) == (wanted, wanted)


def drawn_mark(html: str) -> str:
    """What the border of a box is like, in HTML-like text."""
    if 'STYLE="ROUNDED"' in html:
        return ROUND
    if 'CELLSPACING="1"' in html:
        return DOUBLE
    if 'COLOR="#' in html and 'TABLE BORDER="1"' not in html:
        return FLAT
    bar = r'<TD WIDTH="3" BGCOLOR="#\w+"></TD>'
    if re.search("<TR>" + bar, html):
        return BAR
    return END_BAR if re.search(bar + "</TR>", html) else ""


@pytest.mark.parametrize("name", ["resnet:ResNet50", "unet"])
def test_skips_are_thicker_than_other_arrows(name: str) -> None:
    lines = Picture(NETWORKS[name], Options()).text().splitlines()
    arrows = [line for line in lines if " -> " in line and "style=invis" not in line]
    pens: dict[bool, set[float]] = {True: set(), False: set()}
    for line in arrows:
        found = re.search(r'penwidth="([\d.]+)"', line)
        pens[f'color="{LIGHT.skip}"' in line].add(float(found[1]) if found else 1.0)
    assert min(pens[True]) > 1.8 * max(pens[False])


def test_text_can_be_read_on_every_box() -> None:
    for theme in THEMES.values():
        for kind in KINDS:
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
    every = [*boxes, legend]
    borders = {color for line in every for color in re.findall(r' COLOR="(#\w+)" BGCOLOR', line)}
    used = {color for line in boxes for color in fills(line)} - borders
    shown = fills(legend) - borders - {LIGHT.skip, LIGHT.edge, LIGHT.faint}
    assert shown == used
    for color, word in ((LIGHT.skip, "skip"), (LIGHT.faint, "the size alone")):
        drawn = any(f'color="{color}"' in line for line in lines if " -> " in line)
        assert (f">{word}<" in legend) is drawn


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_kinds_of_closed_blocks_differ(theme: ThemeName) -> None:
    grounds = THEMES[theme].closed
    assert grounds[0] == ground("block", THEMES[theme])
    for one, two in combinations(grounds, 2):
        assert abs(lightness(one) - lightness(two)) > 6
        assert without_green(one, two) > 12
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
