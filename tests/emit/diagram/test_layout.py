"""Nothing is struck through, cut or lost on the page, and branches keep their order."""

from __future__ import annotations

import pytest

from archc.emit import sizing
from archc.emit.diagram import Options
from archc.emit.diagram.dot import Picture
from archc.emit.diagram.fit import fitted
from tests.emit.diagram.dots import checked, labels, texts
from tests.emit.diagram.placed import Placed
from tests.emit.networks import bundled_networks, drawn_networks

NETWORKS = dict((*bundled_networks(), *drawn_networks()))


@pytest.mark.parametrize(
    "name",
    ["deeplabv3", "googlenet:GoogLeNet", "resnet:ResNet18", "unet", "siamese", "wavenet",
     "dpn:DPN92", "se_resnet", "alexnet:AlexNetTowers"],
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


def test_without_a_legend_the_page_is_smaller() -> None:
    for name in ("siamese", "alexnet:AlexNetTowers", "unet"):
        with_legend = Placed(Picture(NETWORKS[name], Options()))
        without = Placed(Picture(NETWORKS[name], Options(legend=False)))
        assert without.height < with_legend.height - 20


def test_the_legend_stands_where_there_is_room() -> None:
    placed = Placed(Picture(NETWORKS["resnet:ResNet18"], Options()))
    assert placed.middles["legend"][0] < placed.width / 2


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
    room = sizing.place(place)
    dot, _ = fitted(NETWORKS[name], Options(room=room), (), room)
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
