"""What is in line stands in line, merges in the middle of what they merge, and nothing is struck.

All of it is read back from the drawing that Graphviz makes of the places it is given.
"""

from __future__ import annotations

import re
from functools import cache

import pytest

from archc.emit.diagram import NoRenderer, Options, RenderError, render
from archc.emit.diagram.curves import sampled, strikes
from archc.emit.diagram.dot import Picture
from archc.emit.diagram.laid import Laid, Way
from archc.emit.diagram.level import LINE
from archc.emit.diagram.routes import Routes
from tests.emit.diagram.dots import checked, labels
from tests.emit.diagram.placed import dot_for
from tests.emit.diagram.placed import drawn as placed_drawn
from tests.emit.diagram.test_draw import network
from tests.emit.networks import bundled_networks, drawn_networks

NETWORKS = dict((*bundled_networks(), *drawn_networks()))
DRAWN = [
    "alexnet:AlexNetTowers", "densenet:DenseNet121", "dpn:DPN92", "googlenet:GoogLeNet",
    "googlenet:GoogLeNetTorchvision", "lenet5:LeNet5", "resnet:ResNet18", "resnet:ResNet50",
    "resnet:ResNet152", "transfer_learning:Tuned", "vgg:VGG16", *sorted(dict(drawn_networks())),
]  # fmt: skip
BENT = {"hourglass": 2}  # where a group and its lateral layers leave no room
PIXEL = 0.36  # points of one, at 200 to the inch


@cache
def laid(name: str, *expand: str) -> Laid:
    try:
        return Laid(render(Picture(NETWORKS[name], Options(expand=expand)).text(), "json"))
    except (NoRenderer, RenderError):
        pytest.skip("Graphviz is not installed")


def main(drawing: Laid) -> list[Way]:
    routes = Routes(drawing)
    return [way for way in drawing.ways if routes.main(way)]


@pytest.mark.parametrize("name", DRAWN)
def test_neighbours_in_a_chain_share_an_axis(name: str) -> None:
    drawing = laid(name)
    ways, routes = main(drawing), Routes(drawing)
    tails = [way.tail for way in ways]
    heads = [way.head for way in drawing.ways if routes.main(way) or routes.skip(way)]
    chain = [way for way in ways if tails.count(way.tail) == heads.count(way.head) == 1]
    assert chain
    slants = []
    for way in chain:
        (x1, _), (x2, _) = way.ends
        if abs(x1 - x2) < PIXEL:
            assert all(abs(x - x1) < PIXEL for x, _ in sampled(way.points))
        else:
            slants.append(way.said["tooltip"])
    assert len(slants) <= BENT.get(name, 0), slants


@pytest.mark.parametrize("name", DRAWN)
def test_no_arrow_passes_through_a_box_or_a_heading(name: str) -> None:
    """So it strikes no badge either: these stand in boxes and headings."""
    drawing = laid(name)
    for way in drawing.ways:
        if not way.seen:
            continue
        curve = sampled(way.points)
        for number, place in drawing.places.items():
            if number not in (way.tail, way.head):
                assert not strikes(curve, place.rect, -1), (way.said["tooltip"], place.name)
        for frame in drawing.frames.values():
            assert frame.title is None or not strikes(curve, frame.title), frame.name


@pytest.mark.parametrize(
    ("name", "merges"),
    [("resnet:ResNet18", 1), ("resnet:ResNet50", 1), ("alexnet:AlexNetTowers", 2), ("siamese", 1),
     ("se_resnet", 1), ("googlenet:GoogLeNet", 1), ("wavenet", 1)],
)  # fmt: skip
def test_a_merge_stands_in_the_middle_below_its_branches(name: str, merges: int) -> None:
    drawing = laid(name)
    routes = Routes(drawing)
    found = 0
    into: dict[int, list[Way]] = {}
    for way in main(drawing):
        into.setdefault(way.head, []).append(way)
    for head, ways in into.items():
        starts = [way.ends[0][0] for way in ways]
        middle = (min(starts) + max(starts)) / 2
        tops = [way.ends[1][0] for way in ways]
        if len(ways) > 1 and abs((min(tops) + max(tops)) / 2 - middle) < 2 * PIXEL:
            assert abs(drawing.places[head].x - middle) < 30  # its shape may stand out at a side
            found += 1
    assert routes
    assert found >= merges


def test_arrows_between_streams_are_straight_lines() -> None:
    drawing = laid("hrnet", "none")
    lines = [way for way in drawing.ways if way.said.get("class") == LINE]
    assert len(lines) == 4 + 9
    for way in lines:
        start, *between = way.points[-4:]
        stop = between[-1]
        for x, y in between:
            along = (y - start[1]) / (stop[1] - start[1])
            assert x == pytest.approx(start[0] + along * (stop[0] - start[0]), abs=0.1)


@pytest.mark.parametrize("name", ["resnet:ResNet50", "se_resnet", "resnet:ResNet18"])
def test_branches_of_one_value_begin_at_one_height(name: str) -> None:
    drawing = laid(name)
    fans: dict[int, list[float]] = {}
    for way in main(drawing):
        if drawing.places[way.tail].name.startswith("j"):
            fans.setdefault(way.tail, []).append(drawing.places[way.head].y)
    pairs = [found for found in fans.values() if len(found) > 1]
    assert pairs
    assert all(max(found) - min(found) < 1 for found in pairs)


def test_arrows_begin_at_their_boxes() -> None:
    """Beside the shape, also where they part."""
    drawing = laid("alexnet:AlexNetTowers")
    routes = Routes(drawing)
    parting = [way for way in main(drawing) if str(way.said.get("tailport")) == "f:s"]
    assert parting
    for way in parting:
        foot = drawing.places[way.tail].rect[1]
        assert way.points[0][1] == pytest.approx(foot + 11, abs=1.5)
        assert way.points[0][0] == pytest.approx(way.points[3][0], abs=0.01)
    assert routes


@pytest.mark.parametrize(
    "name", ["resnet:ResNet18", "resnet:ResNet50", "resnet:ResNet152", "densenet:DenseNet121"]
)
def test_a_skip_keeps_clear_of_the_corners_of_what_it_passes(name: str) -> None:
    """Also of a wide box, at whose far corner it is about to turn down."""
    drawing = Laid(placed_drawn(dot_for(name, "page")[0]))
    skips = [way for way in drawing.ways if way.seen and Routes(drawing).skip(way)]
    assert skips
    for way in skips:
        for number, place in drawing.places.items():
            if number not in (way.tail, way.head) and place.said.get("style") != "invis":
                assert not strikes(sampled(way.points), place.rect, 3), place.name


def test_what_leaves_a_group_leaves_its_axis_alone() -> None:
    text = """network N {
        input 4x16x16
        g: { a: conv 4 3x3 pad=1; b: conv 4 3x3 pad=1; c: conv 4 3x3 pad=1 }
        side: from b -> conv 8 1x1
        add { from c -> conv 8 1x1; from side }
    }"""
    (one,) = checked(text).networks
    drawing = Laid(render(Picture(one, Options()).text(), "json"))
    place = {place.said["tooltip"].partition(":")[0]: place for place in drawing.places.values()}
    assert place["g.b"].x == pytest.approx(place["g.c"].x, abs=PIXEL)


def test_a_badge_holds_its_text_in_the_middle() -> None:
    """Nor does it reach the line below it."""
    dot = Picture(network("ResNet50"), Options()).text()
    svg = render(dot, "svg").decode("utf-8")
    pattern = r'points="([^"]*)"/>\n<text [^>]*y="([^"]*)"[^>]*font-size="9[^>]*>\u00d7 \d+<'
    found = re.findall(pattern, svg)
    assert len(found) >= 3
    for points, base in found:
        heights = [float(point.split(",")[1]) for point in points.split()]
        middle = float(base) - 0.36 * 9  # half of the height of a digit above its foot
        assert middle == pytest.approx((min(heights) + max(heights)) / 2, abs=3)
    assert any("\u00d7" in label for label in labels(dot))


def test_places_survive_the_way_through_dot() -> None:
    """What is written back is drawn where it was."""
    drawing = laid("unet")
    again = Laid(render(drawing.text(), "json"))
    for number, place in drawing.places.items():
        other = again.places[number]
        assert (other.name, other.said["tooltip"]) == (place.name, place.said["tooltip"])
