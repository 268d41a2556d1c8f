"""Nothing is struck through, cut or lost on the page, and branches keep their order."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from archc.emit import sizing
from archc.emit.diagram import Options
from archc.emit.diagram.dot import Picture
from archc.emit.diagram.labels import SHAPE
from archc.emit.diagram.metrics import text_width
from archc.emit.diagram.standing import roomiest
from tests.emit.diagram.dots import checked, labels, texts
from tests.emit.diagram.placed import NETWORKS, Placed, dot_for


@pytest.mark.parametrize(
    "name",
    ["deeplabv3", "googlenet:GoogLeNet", "resnet:ResNet18", "unet", "siamese", "wavenet",
     "dpn:DPN92", "se_resnet", "alexnet:AlexNetTowers", "hrnet"],
)  # fmt: skip
def test_no_arrow_passes_through_the_name_of_a_group(name: str) -> None:
    assert Placed(Picture(NETWORKS[name], Options())).struck() == set()


@pytest.mark.parametrize("name", ["resnet:ResNet18", "hourglass", "unet", "fpn", "siamese"])
def test_nor_from_left_to_right(name: str) -> None:
    assert Placed(Picture(NETWORKS[name], Options(direction="LR"))).struck() == set()


@pytest.mark.parametrize("name", ["fpn", "hourglass", "unet"])
def test_nor_with_every_layer(name: str) -> None:
    assert Placed(Picture(NETWORKS[name], Options(expand=("all",)))).struck() == set()


@pytest.mark.parametrize("name", ["resnet:ResNet18", "resnet:ResNet50", "hourglass"])
def test_from_left_to_right_skips_pass_below(name: str) -> None:
    """Above stand the headings."""
    picture = Picture(NETWORKS[name], Options(direction="LR"))
    placed = Placed(picture)
    for edge in picture.plan.arrows:
        if edge.skip:
            assert f"n{edge.head}:b:s" in picture.text()
    tops = [text.low for text in placed.texts if text.owner.startswith("cluster")]
    assert tops


@pytest.mark.parametrize("name", ["fpn", "googlenet:GoogLeNet", "alexnet:AlexNetTowers"])
def test_no_arrow_passes_through_a_shape(name: str) -> None:
    """Where several arrows leave a box they begin behind its shape."""
    placed = Placed(Picture(NETWORKS[name], Options()))
    shapes = [
        text for text in placed.texts
        if text.owner.startswith("n") and set(text.text) <= set("0123456789\u00d7")
    ]  # fmt: skip
    assert shapes
    for text in shapes:
        inner = text._replace(left=text.left + 2, right=text.right - 2)
        assert not any(inner.holds(point) for points in placed.arrows for point in points), text


@pytest.mark.parametrize("name", ["unet", "fpn", "hourglass"])
def test_a_shape_stands_clear_of_its_arrow_in_any_font(name: str) -> None:
    placed = Placed(Picture(NETWORKS[name], Options()))
    for text in placed.texts:
        if not re.fullmatch(r"\d+(\u00d7\d+)+", text.text):
            continue
        right = text.left + text_width(text.text, SHAPE)  # in the widest
        for points in placed.arrows:
            for (x, y), (same, end) in pairwise(points):
                beside = min(y, end) < text.high and text.low < max(y, end)
                if beside and abs(x - same) < 0.1:
                    assert not text.left - 1 < x < right + 1, text


def test_the_measure_knows_an_arrow_through_a_name() -> None:
    placed = Placed(Picture(NETWORKS["resnet:ResNet18"], Options()))
    heading = next(text for text in placed.texts if text.owner.startswith("cluster"))
    placed.arrows.append([(heading.left + 2, heading.low + 2)])
    assert placed.struck() == {heading.text}


@pytest.mark.parametrize("direction", ["TB", "LR"])
def test_the_name_of_a_group_stands_on_top(direction: str) -> None:
    picture = Picture(NETWORKS["resnet:ResNet50"], Options(direction=direction))  # type: ignore[arg-type]
    placed = Placed(picture)
    for one in placed.objects:
        for text in placed.texts:
            if text.owner == one["name"] and text.owner.startswith("cluster"):
                low, high = (float(one["bb"].split(",")[at]) for at in (1, 3))
                assert text.high > (low + high) / 2


@pytest.mark.parametrize("direction", ["TB", "LR"])
def test_branches_keep_their_order_from_module_to_module(direction: str) -> None:
    options = Options(expand=("all",), direction=direction)  # type: ignore[arg-type]
    picture = Picture(NETWORKS["googlenet:GoogLeNet"], options)
    place = Placed(picture).middles
    orders = 0
    for door in picture.doors:
        heads = sorted(edge.head for edge in door.edges)
        along = [place[f"n{head}"] for head in heads]
        if direction == "TB":
            assert along == sorted(along)  # from the left
        else:
            assert along == sorted(along, key=lambda one: -one[1])  # from the top
        orders += 1
    assert orders == 9


@pytest.mark.parametrize(("direction", "axis"), [("TB", 0), ("LR", 1)])
def test_towers_stand_in_the_order_of_the_text(direction: str, axis: int) -> None:
    """From the left, or from the top."""
    picture = Picture(NETWORKS["alexnet:AlexNetTowers"], Options(direction=direction))  # type: ignore[arg-type]
    placed = Placed(picture)
    towers = [text for text in placed.texts if text.text in ("lower1", "lower2")]
    first, second = sorted(towers, key=lambda text: text.text)
    assert (first.left < second.left) if axis == 0 else (first.low > second.low)


def test_without_a_legend_the_page_is_smaller() -> None:
    for name in ("siamese", "alexnet:AlexNetTowers", "unet"):
        with_legend = Placed(Picture(NETWORKS[name], Options()))
        without = Placed(Picture(NETWORKS[name], Options(legend=False)))
        assert without.height < with_legend.height - 20


@pytest.mark.parametrize(
    ("lengths", "column"), [([200, 400], 0), ([400, 390], 1), ([370, 400], 1), ([500, 300, 400], 1)]
)
def test_the_legend_stands_where_there_is_room(lengths: list[float], column: int) -> None:
    assert roomiest(lengths) == column


@pytest.mark.parametrize(
    "name", ["resnet:ResNet18", "resnet:ResNet50", "dpn:DPN92", "mobilenetv2", "c3d"]
)
def test_columns_are_of_about_one_length(name: str) -> None:
    """What a column holds, from its beginning to where it goes on or the network ends; without the
    legend, for which there is room in the shortest."""
    picture = Picture(NETWORKS[name], Options())
    place = Placed(picture).middles
    lengths = []
    for column in range(len(picture.columns)):
        inside = [
            place[f"n{one}"][1] for one in picture.column_of if picture.column_of[one] == column
        ]
        lengths.append(max(inside) - min(inside))
    assert len(lengths) > 1
    assert min(lengths) > 0.5 * max(lengths)


@pytest.mark.parametrize("name", ["vgg:VGG16", "vgg_d:VGG_D", "c3d", "vgg16:VGG16"])
def test_columns_end_with_a_stage(name: str) -> None:
    """In networks whose stages end in pools: behind one."""
    graph, picture = NETWORKS[name].graph, Picture(NETWORKS[name], Options())
    assert len(picture.columns) > 1
    for number in picture.first_of_columns[1:]:
        (before,) = picture.drawn[number].nodes[0].inputs
        while graph.nodes[before].kind in ("relu", "flatten"):
            (before,) = graph.nodes[before].inputs
        assert graph.nodes[before].kind == "maxpool"


def test_columns_end_with_a_group() -> None:
    """Rather than within one, where the columns are about as high by that."""
    for name, first in (("resnet:ResNet18", "layer3"), ("dpn:DPN92", "conv3")):
        picture = Picture(NETWORKS[name], Options())
        (start,) = picture.first_of_columns[1:]
        assert picture.drawn[start].nodes[0].path.split(".")[0] == first


def test_a_skip_passes_at_the_right_of_what_it_skips() -> None:
    """In each module alike, and reaches the side of the merge that it comes from."""
    picture = Picture(NETWORKS["wavenet"], Options())
    placed = Placed(picture)
    doors = [door for door in picture.doors if any(edge.skip for edge in door.edges)]
    assert len(doors) == 1
    for door in doors:
        heads = [f"n{edge.head}" for edge in door.edges if not edge.skip]
        along = [placed.middles[head][0] for head in heads]
        assert along == sorted(along)
        start = placed.middles[door.name]
        ways = [
            way
            for way in placed.arrows
            if abs(way[0][0] - start[0]) + abs(way[0][1] - start[1]) < 9
        ]
        assert len(ways) == len(door.edges)
        (last,) = (placed.middles[f"n{edge.head}"] for edge in door.edges if edge.skip)
        skip = min(ways, key=lambda way: abs(way[-1][1] - last[1]))
        assert skip[-1][0] > last[0]
        assert min(x for x, _ in skip) > min(along)


def test_where_room_is_scarce_the_legend_stands_above_in_few_rows() -> None:
    """So that what a column begins with stands straight above what it leads to."""
    dot, _ = dot_for("densenet:DenseNet121", "column")
    assert "legend [" not in dot
    (title,) = [label for label in labels(dot) if "DenseNet121" in texts(label)]
    assert {"convolution", "dense", "closed DenseLayer"} <= set(texts(title))
    placed = Placed(dot)
    assert placed.struck() == set()
    (way,) = [way for way in placed.arrows if abs(way[0][1] - placed.middles["i1"][1]) < 12]
    assert way[0][0] == pytest.approx(way[-1][0], abs=3)


def test_what_blocks_are_given_is_not_said_where_they_are_printed() -> None:
    """`width=64` is a word of the text: what is in a block says it, open or closed."""
    for name in ("resnet:ResNet50", "alexnet:AlexNetTowers"):
        dot, _ = dot_for(name, "column")
        said = [text for label in labels(dot) for text in texts(label)]
        assert not [text for text in said if "=" in text]


def test_of_a_long_path_the_end_is_shown() -> None:
    text = """network N {
        input 4x8x8
        backbone: { features: { layer_nine: {
            conv 4 3x3 pad=1; conv 4 1x1 } } }
    }"""
    (network,) = checked(text).networks
    headings = [
        text.text
        for text in Placed(Picture(network, Options())).texts
        if text.owner.startswith("cluster")
    ]
    assert "layer_nine" in headings
    assert not any("\u2026" in heading for heading in headings)


@pytest.mark.parametrize(
    ("name", "place"),
    [("resnet:ResNet50", "column"), ("densenet:DenseNet121", "column"), ("deeplabv3", "column")],
)  # fmt: skip
def test_names_are_not_divided_in_a_column(name: str, place: str) -> None:
    """They are smaller there, or their badge stands above them."""
    dot, _ = dot_for(name, place)
    said = {text for label in labels(dot) for text in texts(label)}
    names = {scope.name for scope in NETWORKS[name].graph.scopes if scope.kind == "block"}
    pieces = {text for text in said for one in names if text and one != text and text in one}
    assert not pieces
    assert said & names


def test_no_arrow_passes_through_the_shape_of_what_meets_others() -> None:
    """Where it comes aslant to a merge it begins behind the shape."""
    for name in ("hrnet", "wavenet", "alexnet:AlexNetTowers", "resnet:ResNet50"):
        placed = Placed(Picture(NETWORKS[name], Options(expand=("none",))))
        for text in placed.texts:
            if text.owner.startswith("n") and set(text.text) <= set("0123456789\u00d7"):
                inner = text._replace(left=text.left + 2, right=text.right - 2)
                assert not any(inner.holds(point) for arrow in placed.arrows for point in arrow)


def test_a_skip_stands_in_the_block_that_it_is_of() -> None:
    """What a block reads twice enters it by one point, below its heading."""
    for name, path in (("densenet:DenseNet121", "denselayer1"), ("mobilenetv2", "features.5")):
        picture = Picture(NETWORKS[name], Options())
        placed = Placed(picture)
        (door,) = [one for one in picture.doors if any(edge.skip for edge in one.edges)]
        heading = next(text for text in placed.texts if text.text == path)
        (frame,) = [one for one in placed.objects if one["name"] == heading.owner]
        left, low, right, _ = map(float, frame["bb"].split(","))
        x, y = placed.middles[door.name]
        assert left < x < right
        assert low < y < heading.low
        (skip,) = [edge for edge in door.edges if edge.skip]
        ends = (way for way in placed.arrows if abs(way[0][1] - y) < 9)
        sideways = max(ends, key=lambda way: max(across for across, _ in way))
        assert skip.head > skip.tail
        assert max(across for across, _ in sideways) < right + 20


@pytest.mark.parametrize(
    ("name", "direction"),
    [("resnet:ResNet18", "TB"), ("resnet:ResNet50", "TB"), ("densenet:DenseNet121", "TB"),
     ("mobilenetv2", "TB"), ("se_resnet", "TB"), ("hrnet", "TB"), ("resnet:ResNet18", "LR"),
     ("deeplabv3", "LR")],
)  # fmt: skip
def test_skips_stay_in_the_frames_of_their_groups(name: str, direction: str) -> None:
    """The curve of each, from the point by which it enters to its head."""
    picture = Picture(NETWORKS[name], Options(direction=direction))  # type: ignore[arg-type]
    placed = Placed(picture)
    frames = [
        tuple(map(float, one["bb"].split(",")))
        for one in placed.objects
        if re.fullmatch(r"cluster_\d+", one["name"])
    ]
    inside = 0
    for way in placed.skips:
        (x1, y1), (x2, y2) = way[0], way[-1]
        for left, low, right, high in frames:
            ends = left < min(x1, x2) and max(x1, x2) < right
            if ends and low < min(y1, y2) and max(y1, y2) < high:
                assert all(left < x < right and low < y < high for x, y in way)
                inside += 1
    assert inside


@pytest.mark.parametrize(("name", "place"), [("fpn", "poster"), ("hourglass", "page")])
def test_a_u_goes_down_at_the_left(name: str, place: str) -> None:
    """Arrows on a level lead to the right, whatever Graphviz makes of groups."""
    dot, _ = dot_for(name, place)
    level = [
        way for way in Placed(dot).arrows
        if abs(way[-1][1] - way[0][1]) < 2 and abs(way[-1][0] - way[0][0]) > 5
    ]  # fmt: skip
    assert len(level) >= 5
    assert all(way[-1][0] > way[0][0] for way in level)


def test_headings_take_the_room_that_there_is() -> None:
    dot, _ = dot_for("googlenet:GoogLeNet", "poster")
    placed = Placed(dot)
    assert placed.struck() == set()
    headings = [text.text for text in placed.texts if text.owner.startswith("cluster")]
    assert {"inception3a", "Inception"} <= set(headings)


def test_a_loop_says_how_many_rounds_it_has() -> None:
    dot, _ = dot_for("wavenet", "column")
    said = {text for label in labels(dot) for text in texts(label)}
    assert {"20", "rounds"} <= {word for text in said for word in text.split()}
    assert {"round 0", "round 19"} <= said


@pytest.mark.parametrize("place", ["column", "page"])
def test_streams_stand_beside_each_other_where_they_are_printed(place: str) -> None:
    """In the order of the text, and at one height."""
    dot, sized = dot_for("hrnet", place)
    assert sized.text >= sizing.SMALLEST
    placed = Placed(dot)
    for row in (("a2", "b2"), ("a3", "b3", "c3"), ("a4", "b4", "c4")):
        found = [next(text for text in placed.texts if text.text == name) for name in row]
        points = [placed.middles[text.owner] for text in found if text.owner in placed.middles]
        assert len(points) > 1
        assert points == sorted(points)
        assert max(y for _, y in points) - min(y for _, y in points) < 25


def test_the_main_way_is_straight_beside_a_head_for_training() -> None:
    dot, _ = dot_for("googlenet:GoogLeNet", "page")
    placed = Placed(dot)
    (aux,) = (text.owner for text in placed.texts if text.text == "aux1")
    after = f"n{int(aux[1:]) + 1}"
    before = f"n{int(aux[1:]) - 1}"
    assert abs(placed.middles[before][0] - placed.middles[after][0]) < 6
    assert abs(placed.middles[aux][0] - placed.middles[after][0]) > 40


@pytest.mark.parametrize(
    ("name", "place", "columns"),
    [("vgg:VGG16", "page", 3), ("lenet5:LeNet5", "page", 2), ("c3d", "page", 3),
     ("alexnet:AlexNet", "column", 2), ("c3d", "column", 2)],
)  # fmt: skip
def test_a_chain_takes_the_width_of_its_place(name: str, place: str, columns: int) -> None:
    """Where it is so much lower, and its text is no smaller than it may be."""
    dot, sized = dot_for(name, place)
    assert f"i{columns - 1} [" in dot
    assert f"i{columns} [" not in dot
    assert sized.text >= sizing.SMALLEST
    (size,) = re.findall(r'size="[\d.]+,([\d.]+)!"', dot)
    assert float(size) * 72 < 0.85 * sizing.captioned(sizing.place("page")).height


def test_heads_for_training_make_a_network_long() -> None:
    """So that it is set in columns: what goes on beside a head waits for it."""
    for name in ("googlenet:GoogLeNet", "googlenet:GoogLeNetTorchvision"):
        assert len(Picture(NETWORKS[name], Options()).columns) == 2
