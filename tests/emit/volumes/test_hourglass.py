"""A U in a column: its skips stay, and what is closed does not hide it."""

from __future__ import annotations

from itertools import pairwise

import pytest

from archc.emit import sizing
from archc.emit.diagram import Options
from archc.emit.volumes.draw import Drawing, drawing
from archc.emit.volumes.marks import enlarges
from archc.emit.volumes.scene import Label, Line, Polygon
from tests.emit.networks import checked
from tests.emit.volumes.drawn import NETWORKS, placed, volumes
from tests.emit.volumes.reading import hold_fused, hold_merges

STRIDED = """
block Two(width) {
    concat {
        conv width 1x1 stride=2
        { conv width 1x1; conv width 3x3 stride=2 pad=1 }
    }
}
network N { input 8x32x32; a: Two 8; b: Two 16 }
"""


def skips(found: Drawing) -> int:
    """How many sums read a map of their own size and one that was smaller."""
    return sum(
        unit.kind == "sum" and (bool(unit.enlarged) or any(
            found.picture.units[arrow.tail].kind == "up"
            for arrow in found.picture.arrows if arrow.head == place
        ))
        for place, unit in enumerate(found.picture.units)
    )  # fmt: skip


@pytest.mark.parametrize("name", ["hourglass", "skips"])
def test_an_hourglass_fits_a_column_with_its_skips(name):
    found = placed(name, "column")
    assert found.layout.levels
    assert found.sized.text >= sizing.SMALLEST
    assert skips(found) == 4
    hold_fused(NETWORKS[name].graph, found)
    hold_merges(found)


def test_what_is_made_larger_on_its_way_has_a_mark():
    """A square on the arrow that carries it, and an entry in the legend."""
    found = placed("hourglass", "column")
    ways = [
        route.points
        for arrow, route in zip(found.picture.arrows, found.routes, strict=True)
        if enlarges(found.picture, arrow)
    ]
    assert len(ways) == 4
    *drawn, legend = found.scene.groups
    shapes = [shape for group in drawn for shape in group.shapes]
    squares = [one for one in shapes if isinstance(one, Polygon) and one.fill == "up.front"]
    assert len(squares) == 4
    lines = [one.points[0] for one in shapes if isinstance(one, Line) and one.stroke == "line"]
    for square in squares:  # with lines across, as in the legend
        (left, top), _, (right, low), _ = square.points
        assert any(left <= x <= right and top <= y <= low for x, y in lines)
    texts = {one.text for one in legend.shapes if isinstance(one, Label)}
    assert "upsampling nearest" in texts


@pytest.mark.parametrize(
    ("name", "place"), [("fpn", "column"), ("hourglass", "page"), ("se_resnet", "page")]
)
def test_arrows_that_come_down_to_a_circle_have_a_shaft(name, place):
    found = placed(name, place)
    lengths = [
        abs(one.points[-1][1] - one.points[-2][1])
        for one in found.routes
        if one.points and found.picture.units[one.head].kind == "sum"
        and one.points[-1][0] == one.points[-2][0]
    ]  # fmt: skip
    assert lengths
    assert min(lengths) > 13  # two heads


def test_levels_are_as_far_apart_as_what_is_below_each_other():
    """Words far to the left of what stands on the next level need no room above it."""
    found = placed("hourglass", "page")
    axes = sorted({round(solid.axis, 1) for solid in found.layout.solids})
    steps = [two - one for one, two in pairwise(axes)]
    assert len(steps) == 4
    assert max(steps) < 2 * min(steps)


def test_a_line_over_volumes_keeps_away_from_arrows():
    *groups, _ = placed("hourglass", "page").scene.groups
    lines = [one for group in groups for one in group.shapes if isinstance(one, Line)]
    over = [one.points[1:3] for one in lines if one.stroke == "faint"]
    flat = [piece for one in lines if one.arrow for piece in pairwise(one.points)]
    assert over
    for (left, y), (right, _) in over:
        near = [low for (x, low), (end, at) in flat if low == at and x < right and left < end]
        assert min(abs(low - y) for low in near) > 6


def test_a_closed_u_says_what_it_holds():
    found = volumes("hourglass", Options(expand=("none",)))
    (closed,) = (unit for unit in found.picture.units if unit.course)
    assert closed.course == (64, 4, 64)
    assert any("64 \u2192 4 \u2192 64" in line for line in closed.lines)


def test_the_values_of_a_closed_encoder_leave_it_beside_each_other():
    found = volumes("unet", Options(expand=("none",)))
    (closed,) = (n for n, unit in enumerate(found.picture.units) if unit.lines[0] == "8 conv,")
    ways = [route.points for route in found.routes if route.tail == closed]
    assert len({points[0][1] for points in ways}) == len(ways) == 5
    hold_merges(found)


def test_branches_that_stride_sooner_and_later_are_no_u():
    """The map that parts in front of a block is the one that each branch makes smaller."""
    assert not drawing(checked(STRIDED).networks[0], Options(expand=("all",))).layout.levels
