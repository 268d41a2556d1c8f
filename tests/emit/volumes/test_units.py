"""Which volumes stand for a network, and where."""

from __future__ import annotations

from itertools import pairwise

import pytest

from archc.emit import sizing
from archc.emit.diagram import Options
from archc.emit.volumes.crossings import merged, struck
from archc.emit.volumes.draw import Drawing
from archc.emit.volumes.model import MARKS, Unit
from archc.emit.volumes.ranks import levels, ways
from archc.emit.volumes.route import Route
from archc.emit.volumes.scales import scales
from archc.emit.volumes.scene import Group, Label, Line, framed
from archc.emit.volumes.solid import in_proportion, window
from tests.emit.volumes.drawn import NETWORKS, PLAIN, pictured, volumes


def drawn(name: str, options: Options = PLAIN) -> Drawing:
    return volumes(name, options) if name in NETWORKS else pictured(name, options)


def found(name: str) -> list[Unit]:
    return [unit for unit in drawn(name).picture.units if unit.kind not in ("turn", "door")]


def test_layers_with_what_is_fused():
    units = found("alexnet:AlexNet")
    assert [unit.kind for unit in units] == [
        "input", "conv", "pool", "conv", "pool", "conv", "conv", "conv", "pool",
        "dense", "dense", "dense",
    ]  # fmt: skip
    assert [stripe.word for stripe in units[1].stripes] == ["ReLU", "LRN"]
    assert units[1].shape == (96, 55, 55)
    assert units[1].window == (11, 11)
    assert units[-1].groups == ("classifier",)


def test_what_is_fused_stands_before_its_layer_or_behind_it():
    units = found("preact")
    first = next(unit for unit in units if unit.leading)
    assert [stripe.word for stripe in first.leading] == ["batch norm", "ReLU"]
    assert first.stripes == ()
    post = next(unit for unit in units if unit.name == "post")
    assert post.leading == ()
    words = ["batch norm", "ReLU", "dropout", "GELU", "batch norm", "ReLU"]
    assert [stripe.word for stripe in post.stripes] == words


def test_each_activation_has_its_own_colour():
    stripes = {s for unit in found("wavenet") for s in (*unit.leading, *unit.stripes)}
    assert sorted(stripe.word for stripe in stripes) == ["ReLU", "sigmoid", "softmax", "tanh"]
    assert len({stripe.kind for stripe in stripes}) == 4


def test_a_group_of_one_volume_gives_it_its_name():
    blocks = [unit for unit in found("densenet:DenseNet121") if unit.kind == "block"]
    assert [unit.name for unit in blocks] == [
        "denselayer2\u20136", "denseblock2", "transition2", "denseblock3", "transition3",
        "denseblock4",
    ]  # fmt: skip


def test_a_concatenation_is_called_so():
    (aspp,) = (unit for unit in found("deeplabv3") if len(unit.parts) == 5)
    assert aspp.lines == ("concat",)
    ups = [unit for unit in found("unet") if unit.kind == "up"]
    assert all(unit.lines[-1] == "concat" for unit in ups)


@pytest.mark.parametrize(
    ("name", "blocks"),
    [
        ("resnet50", [1, 3, 1, 5, 1, 2]),
        ("resnet152", [1, 7, 1, 35, 1, 2]),
        ("densenet:DenseNet121", [5, 12, 1, 24, 1, 16]),
        ("googlenet:GoogLeNet", [1] * 9),
    ],
)
def test_what_was_drawn_before_stays_closed(name, blocks):
    units = [unit for unit in found(name) if unit.kind == "block"]
    assert [unit.slices for unit in units] == blocks


def test_blocks_are_drawn_open_once():
    sums = [unit for unit in found("resnet50") if unit.kind == "sum"]
    assert len(sums) == 2  # with a projection, and without
    assert [stripe.word for stripe in sums[0].stripes] == ["ReLU"]
    shown = [unit for unit in found("googlenet:GoogLeNet") if unit.kind == "merge"]
    assert [part.channels for part in shown[0].parts] == [64, 128, 32, 32]


def test_a_u_is_drawn_whole():
    whole = drawn("unet")
    ups = [unit for unit in whole.picture.units if unit.kind == "up"]
    assert [[(part.kind, part.channels) for part in unit.parts] for unit in ups] == [
        [("copied", width), ("up", width)] for width in (512, 256, 128, 64)
    ]
    assert whole.layout.levels
    assert not any(unit.kind == "block" for unit in whole.picture.units)


@pytest.mark.parametrize(
    ("name", "deepest"), [("unet", 4), ("fpn", 4), ("hourglass", 4), ("hrnet", 2)]
)
def test_levels_are_resolutions(name, deepest):
    picture = drawn(name).picture
    level = levels(picture, ways(picture))
    assert level is not None
    assert max(level) == deepest


@pytest.mark.parametrize("name", ["resnet50", "googlenet:GoogLeNet", "deeplabv3", "se_resnet"])
def test_without_ways_back_up_there_are_no_levels(name):
    picture = drawn(name).picture
    assert levels(picture, ways(picture)) is None


def test_towers_stand_apart():
    whole = drawn("alexnet:AlexNetTowers")
    first = [n for n, unit in enumerate(whole.picture.units) if unit.name == "conv1"]
    assert len(first) == 2
    one, two = (whole.layout.solids[n] for n in first)
    assert one.x == two.x
    assert abs(one.axis - two.axis) > one.high


def test_shared_weights_have_one_letter():
    whole = drawn("siamese").picture
    shared = [unit.shared for unit in whole.units if unit.kind in ("conv", "dense")]
    assert shared == [1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 0]
    names = [unit.name for unit in whole.units]
    assert not any("@" in name for name in names)
    assert [name for name in names if name in ("left", "right")] == ["left", "right"]


def test_further_outputs_are_drawn():
    named = {name for unit in found("fpn") for name in unit.outputs}
    assert named == {"p2", "p3", "p4", "p5", "p6"}
    heads = [unit for unit in found("googlenet:GoogLeNet") if unit.training]
    assert heads
    assert {name for unit in heads for name in unit.outputs} == {"aux1", "aux2"}


def test_the_chosen_number_of_rows():
    for number in (1, 2, 3):
        rows = drawn("vgg16", Options(columns=number)).layout.rows
        assert set(rows) == set(range(number))


def test_scale_is_monotone():
    for name in ("vgg16", "lenet5:LeNet5", "resnet50", "signal"):
        scale = scales(drawn(name).picture)
        for one in scale[:3]:
            lengths = [one(value) for value in (1, 2, 3, 7, 14, 56, 224, 1024, 4096)]
            assert lengths == sorted(lengths)
            assert lengths[0] > 0


@pytest.mark.parametrize("name", ["lenet5:LeNet5", "alexnet:AlexNet", "resnet50", "vgg16"])
def test_kernels_are_in_proportion(name):
    """A kernel's sides are to the map's as their pixels are, but for what would be too small."""
    whole = drawn(name)
    for arrow in whole.picture.arrows:
        unit, reader = (whole.picture.units[n] for n in (arrow.tail, arrow.head))
        solid = whole.layout.solids[arrow.tail]
        corners = window(unit, solid, reader)
        if corners and unit.shape is not None and in_proportion(unit, solid, reader):
            high = corners[2][1] - corners[1][1]
            assert high / solid.high == pytest.approx(
                min(1.0, reader.window[-2] / unit.shape[-2])  # type: ignore[operator]
            )
            wide = corners[1][0] - corners[0][0]
            assert wide / solid.depth == pytest.approx(
                min(1.0, reader.window[-1] / unit.shape[-1])  # type: ignore[operator]
            )


def test_volumes_stand_from_left_to_right():
    for name in ("vgg16", "alexnet:AlexNet", "long"):
        layout = drawn(name).layout
        for (one, row), (two, other) in pairwise(zip(layout.solids, layout.rows, strict=True)):
            assert two.x > one.right if row == other else two.x < one.right


def test_no_automatic_name_is_shown():
    names = {unit.name for unit in found("typical_cnn")}
    assert not any(name.startswith(("maxpool", "linear")) for name in names)


def test_a_network_with_a_mistake_has_ghosts():
    whole = drawn("broken").picture
    lost = [unit for unit in whole.units if unit.shape is None and unit.kind not in MARKS]
    assert lost
    assert whole.units[1].name == "c1"
    assert "concat" in whole.problem


def test_the_measures_know_what_misleads():
    """An arrow through a text, and two arrows that run along one line."""
    text = Label(50, 50, "conv1", 12.0)

    def scene_of(*points):
        return framed("N", "", [Group("", (text, Line(points, "wire", arrow=True)))], 0.0)

    assert struck(scene_of((0, 50), (100, 50))) == ["conv1"]
    assert struck(scene_of((0, 70), (100, 70))) == []
    one = Route(0, 3, ((0, 0), (10, 0), (10, 50), (20, 50)), False, False)
    other = Route(1, 4, ((0, 20), (10, 20), (10, 90), (20, 90)), False, False)
    assert merged([one, other]) == [(one, other)]
    assert merged([one, other._replace(head=3)])  # they would seem to be summed
    assert merged([one, other._replace(tail=0)]) == []  # one value
    assert merged([one, other._replace(tail=0, source=7)])  # two values of one block
    beside = tuple((x + 5 * (x == 10), y) for x, y in other.points)
    assert merged([one, other._replace(points=beside)]) == []


def test_of_a_title_no_word_is_cut():
    """Where it has no room the call is left out, or the path in front of the name."""
    found = drawn("mobilenetv2", Options(room=sizing.place("column")))
    texts = {s.text for g in found.scene.groups for s in g.shapes if isinstance(s, Label)}
    assert {"Inverted", "features.4 Inverted"} <= texts
    assert not any("\u2026" in text for text in texts)
