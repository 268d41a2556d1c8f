"""Where arrows begin and end: at boxes, in their middle, not at what is written beside them."""

from __future__ import annotations

from collections import Counter

import pytest

from archc.emit.diagram.laid import Laid
from archc.emit.diagram.level import LEVEL
from tests.emit.diagram.placed import border, dot_for, drawn

# Pictures with boxes narrower than the shapes below them, where room is scarce.
DRAWN = (
    "alexnet:AlexNetTowers", "fpn", "googlenet:GoogLeNet", "hourglass", "se_resnet", "unet",
    "wavenet",
)  # fmt: skip


def page(name: str) -> Laid:
    return Laid(drawn(dot_for(name, "page")[0]))


@pytest.mark.parametrize("name", DRAWN)
def test_arrows_begin_and_end_at_boxes(name: str) -> None:
    """Not in the air, below a shape."""
    laid = page(name)
    assert len(laid.ways) > 15
    for way in laid.ways:
        for number, (x, y) in zip((way.tail, way.head), way.ends, strict=True):
            left, low, right, high = border(laid.places[number].said)
            assert max(left - x, x - right, low - y, y - high) < 2.5, way.said.get("tooltip")


@pytest.mark.parametrize("name", DRAWN)
def test_arrows_leave_the_middle_of_boxes(name: str) -> None:
    """However wide their texts made them."""
    laid = page(name)
    found = 0
    for way in laid.ways:
        (x, y), _ = way.ends
        left, low, right, high = border(laid.places[way.tail].said)
        down = min(abs(y - low), abs(y - high)) < 2.5 and left + 2 < x < right - 2
        if down and not way.tips.get("s") and laid.places[way.tail].name.startswith("n"):
            assert x == pytest.approx((left + right) / 2, abs=0.1), way.said.get("tooltip")
            found += 1
    assert found > 5


@pytest.mark.parametrize("name", DRAWN)
def test_what_goes_on_has_no_kink(name: str) -> None:
    """Where something leaves it aside as well: it is straight, or leads far aside."""
    laid = page(name)
    into = Counter(way.head for way in laid.ways if way.seen)
    found = 0
    for way in laid.ways:
        sides = str(way.said.get("tailport"))[-1:] + str(way.said.get("headport"))[-1:]
        alone = into[way.head] == 1 or "s" in way.tips
        if int(way.said.get("weight", 1)) >= 60 and not set(sides) & set("ew") and alone:
            (first, _), (last, _) = way.ends
            assert abs(first - last) < 0.3 or abs(first - last) > 20, way.said.get("tooltip")
            found += 1
    assert found > 3


@pytest.mark.parametrize("name", ["fpn", "hourglass", "unet"])
def test_arrows_across_a_u_join_the_middles_of_boxes(name: str) -> None:
    """Though the shape of one stands below it, and that of the other above."""
    laid = page(name)
    across = [way for way in laid.ways if way.said.get("class") == LEVEL]
    assert len(across) >= 4
    for way in across:
        for number, (_, y) in zip((way.tail, way.head), way.ends, strict=True):
            _, low, _, high = border(laid.places[number].said)
            assert y == pytest.approx((low + high) / 2, abs=1)
