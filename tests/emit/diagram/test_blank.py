"""Columns that are much shorter than others are filled."""

from __future__ import annotations

import pytest

from archc.emit.diagram.laid import Laid
from tests.emit.diagram.dots import read
from tests.emit.diagram.placed import Placed, dot_for, drawn


def heights(laid: Laid) -> list[float]:
    """How high each column is, with the legend where it stands in it."""
    found = []
    for frame in laid.said["objects"]:
        if frame["name"].startswith("cluster_column"):
            rects = [laid.places[number].rect for number in frame["nodes"]]
            found.append(max(one[3] for one in rects) - min(one[1] for one in rects))
    return found


@pytest.mark.parametrize(
    ("name", "place"),
    [("se_resnet", "column"), ("se_resnet", "page"), ("resnet:ResNet50", "column"),
     ("resnet:ResNet18", "column")],
)  # fmt: skip
def test_no_column_is_much_shorter_than_others(name: str, place: str) -> None:
    dot, sized = dot_for(name, place)
    several = heights(Laid(drawn(dot)))
    assert len(several) > 1
    assert min(several) > 0.75 * max(several)
    assert sized.text >= 6


@pytest.mark.parametrize("place", ["page", "column"])
def test_the_legend_stands_in_a_column_that_is_blank(place: str) -> None:
    """Where the text gives nothing else that could: in a narrow one with one entry a line."""
    laid = Laid(drawn(dot_for("wavenet", place)[0]))
    numbers = {place.name: number for number, place in laid.places.items()}
    columns = [one for one in laid.said["objects"] if one["name"].startswith("cluster_column")]
    (holder,) = [one["name"] for one in columns if numbers["legend"] in one["nodes"]]
    assert holder == "cluster_column1"


def test_groups_of_the_same_blocks_are_open_together() -> None:
    """Where the last stage alone stayed closed it would seem another kind of part."""
    said = {text.text for text in Placed(dot_for("se_resnet", "column")[0]).texts}
    assert {"layer1", "layer2", "layer3", "layer4"} <= said
    closed = read(dot_for("se_resnet", "column")[0]).boxes.values()
    assert not any(texts[0].startswith("layer") for texts in closed if texts)
