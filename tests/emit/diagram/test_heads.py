"""Heads of arrows beside each other: in the order in which what they carry is read, each free."""

from __future__ import annotations

from itertools import pairwise

import pytest

from archc.emit.diagram import Options
from archc.emit.diagram.curves import sampled, strikes
from archc.emit.diagram.dot import Picture
from archc.emit.diagram.laid import Laid, Way
from archc.emit.diagram.level import LINE
from archc.emit.diagram.theme import LIGHT
from tests.emit.diagram.placed import NETWORKS, Placed, border, dot_for, drawn


def heads(laid: Laid) -> dict[str, list[Way]]:
    """The arrows from above into each part that several lead to, by its name, from the left."""
    found: dict[str, list[Way]] = {}
    for way in laid.ways:
        name = laid.places[way.head].name
        if not way.seen or "e" not in way.tips or not name.startswith("n"):
            continue
        if way.points[-1][1] > border(laid.places[way.head].said)[3]:
            found.setdefault(name, []).append(way)
    return {
        name: sorted(ways, key=lambda way: way.tips["e"][0])
        for name, ways in found.items() if len(ways) > 1
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "concats"),
    [
        ("alexnet:AlexNetTowers", 2),
        ("dpn:DPN92", 1),
        ("googlenet:GoogLeNet", 1),
        ("hrnet", 1),
        ("deeplabv3", 1),
    ],
)
def test_a_concat_is_reached_in_the_order_of_its_inputs(name: str, concats: int) -> None:
    laid = Laid(drawn(dot_for(name, "page")[0]))
    graph = NETWORKS[name].graph
    order = {
        node.path: [graph.nodes[index].path for index in node.inputs]
        for node in graph.nodes if node.kind == "concat"
    }  # fmt: skip
    found = 0
    for ways in heads(laid).values():
        said = [str(way.said["tooltip"]).partition(":")[0].split(" \u2192 ") for way in ways]
        reader = said[0][1]
        if reader in order:
            assert [source for source, _ in said] == order[reader]
            found += 1
    assert found == concats


@pytest.mark.parametrize("name", ["dpn:DPN92", "googlenet:GoogLeNet", "hrnet", "wavenet"])
def test_no_arrow_crosses_the_head_of_another(name: str) -> None:
    laid = Laid(drawn(dot_for(name, "page")[0]))
    ways = [way for way in laid.ways if way.seen]
    for way in ways:
        if "e" not in way.tips:
            continue
        (x, low), (_, high) = way.tips["e"], way.points[-1]
        head = (x - 2, low, x + 2, high)
        for other in ways:
            if (other.tail, other.head) != (way.tail, way.head):
                assert not strikes(sampled(other.points), head), (way.said, other.said)


@pytest.mark.parametrize("name", ["dpn:DPN92", "googlenet:GoogLeNet", "hrnet", "wavenet"])
def test_no_arrow_turns_back_in_front_of_its_head(name: str) -> None:
    """Also where hardly any room is left below what it passes."""
    for ways in heads(Laid(drawn(dot_for(name, "page")[0]))).values():
        for way in ways:
            heights = [y for _, y in sampled(way.points)]
            assert all(one > two - 0.1 for one, two in pairwise(heights)), way.said


def test_equal_layers_beside_each_other_lead_straight_to_a_concat() -> None:
    """Three of ASPP stand as one box: their arrows neither spread nor bend."""
    dot, _ = dot_for("deeplabv3", "page")
    laid = Laid(drawn(dot))
    ends = {(way.tail, way.head): way.ends for way in laid.ways}
    several = [pair for pair in ends if [(w.tail, w.head) for w in laid.ways].count(pair) > 2]
    assert several
    ways = [way for way in laid.ways if (way.tail, way.head) == several[0]]
    assert all(way.ends[0][0] == pytest.approx(way.ends[1][0], abs=0.1) for way in ways)
    shapes = [text for text in Placed(dot).texts if text.owner == laid.places[ways[0].tail].name]
    assert min(text.left for text in shapes if text.text == "256\u00d765\u00d765") > 1 + max(
        way.ends[0][0] for way in ways
    )


def test_what_only_cuts_the_output_of_a_layer_is_no_skip() -> None:
    laid = Laid(drawn(dot_for("dpn:DPN92", "page")[0]))
    said = [str(way.said["tooltip"]) for way in laid.ways if way.said.get("color") == LIGHT.skip]
    cut = {one.partition(":")[0].split(" \u2192 ")[1] for one in said}
    assert {"conv2.1.slice1", "conv2.1.slice3"} <= cut  # of what comes into the block
    assert not any(one.startswith("conv2.1.delta") for one in said)


@pytest.mark.parametrize(("name", "skips"), [("dpn:DPN92", False), ("resnet:ResNet18", True)])
def test_the_legend_has_a_skip_where_one_is_marked(name: str, skips: bool) -> None:
    """The block of a DPN that is drawn has a projection: nothing passes it by."""
    dot = Picture(NETWORKS[name], Options()).text()
    marked = [line for line in dot.splitlines() if " -> " in line and LIGHT.skip in line]
    assert bool(marked) is (">skip<" in dot) is skips


@pytest.mark.parametrize("place", ["column", "page"])
def test_streams_reach_boxes_beside_each_other(place: str) -> None:
    """In their order, as the box tells what becomes of each; boxes of one exchange are as high."""
    laid = Laid(drawn(dot_for("hrnet", place)[0]))
    lines = {way.head for way in laid.ways if way.said.get("class") == LINE}
    tops: dict[int, set[tuple[float, float]]] = {}
    for ways in heads(laid).values():
        if ways[0].head in lines:
            tails = [laid.places[way.tail].x for way in ways]
            assert tails == sorted(tails)
            tips = [way.tips["e"][0] for way in ways]
            assert all(two - one > 5 for one, two in pairwise(tips))
            _, low, _, high = border(laid.places[ways[0].head].said)
            tops.setdefault(round(laid.places[ways[0].tail].y), set()).add((low, high))
    assert sorted(map(len, tops.values())) == [1, 1]
