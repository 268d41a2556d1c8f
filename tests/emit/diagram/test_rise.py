"""A U is drawn as one: down at the left, up at the right, what meets at one height."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest

from archc.emit import sizing
from archc.emit.diagram import NoRenderer, Options, RenderError, render
from archc.emit.diagram.dot import Picture
from archc.emit.diagram.rise import abreast, meeting
from tests.emit.diagram.dots import checked
from tests.emit.diagram.placed import NETWORKS, Placed, border, dot_for


def places(picture: Picture) -> dict[str, tuple[float, float]]:
    """Where the middle of each box is, without what is written below it; y upwards."""
    try:
        found: dict[str, Any] = json.loads(render(picture.text(), "json"))
    except (NoRenderer, RenderError):
        pytest.skip("Graphviz is not installed")
    borders = {one["name"]: border(one) for one in found["objects"] if one["name"][0] == "n"}
    return {
        name: ((left + right) / 2, (low + high) / 2)
        for name, (left, low, right, high) in borders.items()
    }


@pytest.mark.parametrize(
    ("name", "levels", "expand"),
    [("unet", 4, ()), ("unet", 4, ("all",)), ("fpn", 3, ()), ("hourglass", 4, ())],
)
def test_down_and_up_meet_at_one_height(name: str, levels: int, expand: tuple[str, ...]) -> None:
    picture = Picture(NETWORKS[name], Options(expand=expand))
    place = places(picture)
    pairs = meeting(picture.plan.arrows, picture.up)
    assert len(pairs) == levels
    for one, two in pairs:
        (left, high), (right, same) = place[f"n{one}"], place[f"n{two}"]
        assert left < right
        assert abs(high - same) < 1
    rows = abreast(picture.plan.arrows, picture.up)
    for row in rows:
        along = [place[f"n{number}"] for number in row]
        assert along == sorted(along)
        assert max(high for _, high in along) - min(high for _, high in along) < 1
    beside = {pair for row in rows for pair in pairwise(row)}
    for edge in picture.plan.arrows:
        tail, head = place[f"n{edge.tail}"], place[f"n{edge.head}"]
        level = (edge.tail, edge.head) in beside
        if not edge.size and not level:
            assert (head[1] > tail[1]) == (edge.head in picture.up), edge


def test_every_arrow_has_its_head() -> None:
    """Graphviz leaves it out between ports of one rank; also where a size alone is read."""
    picture = Picture(NETWORKS["unet"], Options())
    try:
        drawing = json.loads(render(picture.text(), "json"))
    except (NoRenderer, RenderError):
        pytest.skip("Graphviz is not installed")
    heads = [edge for edge in drawing["edges"] if "_hdraw_" in edge or "_tdraw_" in edge]
    shown = [edge for edge in drawing["edges"] if edge.get("style") != "invis"]
    assert any(edge.size for edge in picture.plan.arrows)
    assert len(heads) == len(shown)


def test_what_is_cut_for_a_merge_stands_on_the_near_side() -> None:
    """Else what it is cut from would cross the way up; its shape is struck by no arrow."""
    picture = Picture(NETWORKS["unet"], Options())
    place, placed = places(picture), Placed(picture)
    crops = [n for n, part in enumerate(picture.drawn) if part.nodes[0].kind == "crop"]
    assert crops
    for edge in picture.plan.arrows:
        if edge.tail in crops:
            assert place[f"n{edge.tail}"][0] < place[f"n{edge.head}"][0]
    for text in placed.texts:
        if text.owner in {f"n{number}" for number in crops}:
            assert not any(text.holds(point) for points in placed.arrows for point in points), text
    lefts = {name: x for name, x in _lefts(placed).items() if int(name[1:]) in crops}
    ends = [way[-1] for way in placed.arrows]
    for name, left in lefts.items():
        _, high = place[name]
        assert any(0 < left - x < 8 and abs(y - high) < 1 for x, y in ends)


def _lefts(placed: Placed) -> dict[str, float]:
    """Where each box begins at the left, without what is written beside its arrow."""
    boxes = (one for one in placed.objects if one["name"][0] == "n" and one["name"][1:].isdigit())
    return {one["name"]: border(one)[0] for one in boxes}


def test_lateral_layers_stand_between_down_and_up() -> None:
    picture = Picture(NETWORKS["fpn"], Options())
    rows = abreast(picture.plan.arrows, picture.up)
    names = [[picture.drawn[number].name for number in row] for row in rows]
    assert [row[1] for row in names] == ["lateral2", "lateral3", "lateral4"]
    assert all(len(row) == 3 for row in names)


def test_what_leads_furthest_is_straight() -> None:
    """The ways down and up of a pyramid stand in a line each, what leaves them between the two."""
    picture = Picture(NETWORKS["fpn"], Options(expand=("none",)))
    place = places(picture)
    number = {part.name: f"n{n}" for n, part in enumerate(picture.drawn)}
    down = [place[number[name]][0] for name in ("c2", "c3", "c4", "c5")]
    assert max(down) - min(down) < 12
    for name in ("p3", "p4"):
        assert max(down) < place[number[name]][0] < place[number["p2"]][0] + 1


def test_what_only_grows_or_exchanges_is_none() -> None:
    """DeepLab meets nothing on its way up, and the streams of HRNet go down again."""
    names = ("unet", "fpn", "hourglass", "deeplabv3", "hrnet", "resnet:ResNet18", "wavenet")
    found = {name for name in names if Picture(NETWORKS[name], Options()).up}
    assert found == {"unet", "fpn", "hourglass"}


def test_what_goes_down_again_is_none() -> None:
    text = """network N {
        input 4x64x64
        a: conv 4 3x3 pad=1
        b: maxpool 2x2
        c: maxpool 2x2
        u: upsample 2
        d: add { identity; from b }
        v: upsample 2
        e: add { identity; from a }
        LAST
    }"""
    for last, rises in (("conv 4 1x1", True), ("maxpool 2x2", False)):
        (network,) = checked(text.replace("LAST", last)).networks
        assert bool(Picture(network, Options()).up) is rises


def test_towers_of_one_set_of_weights() -> None:
    """Inputs stand in the order of the text; letters tie what runs the same weights."""
    picture = Picture(NETWORKS["siamese"], Options())
    place = places(picture)
    number = {part.nodes[0].path: f"n{n}" for n, part in enumerate(picture.drawn)}
    assert place[number["left"]][0] < place[number["right"]][0]
    assert place[number["left"]][1] == place[number["right"]][1]
    badges = [face.badge for face in picture.faces if face.badge]
    assert badges == [*"ABCDE", *"ABCDE"]
    assert "the same letter, the same weights" in picture.text()
    assert "@2" not in "".join(line.name for face in picture.faces for line in face.lines)
    plain = Picture(NETWORKS["resnet:ResNet18"], Options())
    assert "the same letter" not in plain.text()


@pytest.mark.parametrize(
    ("name", "place", "opened"),
    [
        ("resnet:ResNet50", "column", {"layer1.1\u20132"}),  # not all of the details, nor none
        ("alexnet:AlexNetTowers", "column", {"classifier"}),  # the towers are told in words
        ("unet", "column", {"for1"}),  # and so are its blocks
        ("hourglass", "page", {"hourglass"}),  # with its loops, which have no frame of their own
    ],
)
def test_a_page_shows_what_it_has_room_for(name: str, place: str, opened: set[str]) -> None:
    _, sized = dot_for(name, place)
    assert sized.text >= sizing.SMALLEST
    assert sized.closed
    assert not opened.intersection(sized.closed)


def test_what_a_block_holds_without_a_frame_is_open_with_it() -> None:
    """The loops of an hourglass: closed they would hide that it is one."""
    shown = frozenset({"hourglass"})
    picture = Picture(NETWORKS["hourglass"], Options(shown=shown))
    assert len(meeting(picture.plan.arrows, picture.up)) == 4
    assert "for1" not in {part.name for part in picture.drawn}


def test_where_there_is_more_room_across_the_ends_lead_aside() -> None:
    """On a slide what leads to a pyramid stands at its left, and its results at their levels."""
    picture = Picture(NETWORKS["fpn"], Options(expand=("none",), room=sizing.place("slide")))
    place = places(picture)
    number = {part.name: f"n{n}" for n, part in enumerate(picture.drawn)}
    for row in (("conv1", "c2", "lateral2", "p2"), ("c3", "lateral3", "p3"), ("c5", "lateral5")):
        along = [place[number[name]] for name in row]
        assert along == sorted(along)
        assert max(high for _, high in along) - min(high for _, high in along) < 1


@pytest.mark.parametrize("name", ["unet", "fpn"])
def test_on_a_slide_a_pyramid_goes_down_and_up(name: str) -> None:
    """From left to right it would be too long; unless that is asked for."""
    dot, sized = dot_for(name, "slide", "LR", turns=True)
    assert "rankdir=TB" in dot
    assert sized.text >= sizing.SMALLEST
    assert "rankdir=LR" in dot_for(name, "slide", "LR")[0]


def test_arrows_on_a_level_reach_their_heads() -> None:
    """Graphviz leaves room for a larger head than it draws where arrows have ports there."""
    picture = Picture(NETWORKS["fpn"], Options())
    try:
        drawing = json.loads(render(picture.text(), "json"))
    except (NoRenderer, RenderError):
        pytest.skip("Graphviz is not installed")
    names = [one["name"] for one in drawing["objects"]]
    beside = {(f"n{a}", f"n{b}") for row in picture.rows for a, b in pairwise(row)}
    shown = [
        edge["pos"].split()
        for edge in drawing["edges"]
        if (names[edge["tail"]], names[edge["head"]]) in beside
    ]
    assert len(shown) == len(beside)
    for end, *points in shown:
        tip, last = (float(one.split(",")[-2]) for one in (end, points[-1]))
        assert 0 < tip - last < 7


def test_arrows_on_a_level_begin_at_their_boxes() -> None:
    """Also where the shape below a box is wider than the box."""
    picture = Picture(NETWORKS["fpn"], Options())
    placed = Placed(picture)
    ends = {
        one["name"]: max(x for stroke in one["_ldraw_"] if stroke["op"] in "pPbB"
                         for x, _ in stroke["points"])
        for one in placed.objects if one["name"].startswith("n")
    }  # fmt: skip
    starts = [way[0] for way in placed.arrows]
    for row in picture.rows:
        for tail, _ in pairwise(row):
            _, high = placed.middles[f"n{tail}"]
            near = (x - ends[f"n{tail}"] for x, y in starts if abs(y - high) < 30)
            assert min(map(abs, near)) < 3


@pytest.mark.parametrize("direction", ["TB", "LR"])
def test_streams_that_exchange_stand_in_the_order_of_the_text(direction: str) -> None:
    options = Options(expand=("none",), direction=direction)  # type: ignore[arg-type]
    picture = Picture(NETWORKS["hrnet"], options)
    place = places(picture)
    number = {part.name: f"n{n}" for n, part in enumerate(picture.drawn)}
    assert [len(one.tails) for one in picture.exchanges] == [2, 3]
    for row in (("a1", "b1"), ("a2", "b2"), ("a3", "b3", "c3"), ("a4", "b4", "c4")):
        along = [place[number[name]] for name in row]
        if direction == "TB":
            assert along == sorted(along)
        else:
            assert along == sorted(along, key=lambda one: -one[1])


def test_what_each_reads_of_all_is_no_exchange_where_one_reads_the_other() -> None:
    text = """network N {
        input 4x8x8
        a: conv 4 1x1
        b: conv 4 1x1
        c: add { from a; from b }
        d: add { from a; from b; from c }
    }"""
    (network,) = checked(text).networks
    assert Picture(network, Options()).exchanges == []


def test_a_loop_without_a_name_has_no_frame() -> None:
    for name, frames in (("unet", {"enc0", "dec0"}), ("c3d", set())):
        text = Picture(NETWORKS[name], Options()).text()
        shown = {line for line in text.splitlines() if "tooltip=" in line and "labeljust" in line}
        assert len(shown) == len(frames)
        assert all(any(f'"{frame} ' in line for line in shown) for frame in frames)


def test_a_round_that_stands_open_before_closed_ones_has_its_name() -> None:
    texts = [text.text for text in Placed(dot_for("wavenet", "page")[0]).texts]
    assert {"20 rounds", "round 0", "rounds 1\u201318", "round 19"} <= set(texts)
