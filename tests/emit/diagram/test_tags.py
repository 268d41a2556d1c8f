"""What is written at arrows stands clear of all else, and arrows of what they pass."""

from __future__ import annotations

import json

import pytest

from archc.emit.diagram.curves import past, sampled, strikes
from archc.emit.diagram.laid import Laid
from tests.emit.diagram.placed import Placed, dot_for, drawn, texts


@pytest.mark.parametrize("place", ["page", "column"])
def test_nothing_passes_through_what_is_written_at_an_arrow(place: str) -> None:
    dot, _ = dot_for("wavenet", place)
    edges = [one for one in json.loads(drawn(dot))["edges"] if "_ldraw_" in one]
    tags = [text for one in edges for text in texts({**one, "name": ""})]
    assert {"18 products", "\u00d7 18"} <= {text.text for text in tags}
    placed = Placed(dot)
    for tag in tags:
        assert not any(tag.holds(point) for points in placed.arrows for point in points), tag.text
        for other in placed.texts:
            over = other.left < tag.right and tag.left < other.right
            assert not (over and other.low < tag.high and tag.low < other.high), other.text


@pytest.mark.parametrize("place", ["page", "column"])
def test_arrows_keep_clear_of_what_they_pass(place: str) -> None:
    laid = Laid(drawn(dot_for("wavenet", place)[0]))
    for way in laid.ways:
        for number, one in laid.places.items():
            if way.seen and number not in (way.tail, way.head):
                assert not strikes(sampled(way.points), one.rect, 1), (way.said, one.name)


def test_an_arrow_passes_what_is_in_its_way_at_either_side() -> None:
    start, stop, box = (50.0, 300.0), (40.0, 0.0), (0.0, 100.0, 90.0, 180.0)
    right, left = past(start, stop, [box], 5, 40)
    for points, lane in ((right, 95.0), (left, -5.0)):
        curve = sampled(points)
        assert (points[0], points[-1]) == (start, stop)
        assert not strikes(curve, box, 4)
        assert any(abs(x - lane) < 0.01 for x, _ in curve)
    assert past(start, (40.0, 98.0), [box], 5, 40) == []
