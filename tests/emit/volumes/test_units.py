"""Which volumes stand for a network."""

from __future__ import annotations

from itertools import pairwise

import pytest

from archc.emit.volumes.layout import arrange
from archc.emit.volumes.model import Picture, Unit
from archc.emit.volumes.scales import scales
from archc.emit.volumes.units import picture
from archc.emit.volumes.ushape import levels
from tests.emit.volumes.pictures import network


def drawn(name: str) -> Picture:
    return picture(network(name))


def found(name: str) -> list[Unit]:
    return list(drawn(name).units)


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


@pytest.mark.parametrize(
    ("name", "blocks"),
    [
        ("resnet50", [3, 4, 6, 3]),
        ("resnet152", [3, 8, 36, 3]),
        ("densenet:DenseNet121", [6, 12, 24, 16]),
        ("dpn:DPN92", [3, 4, 20, 3]),
        ("googlenet:GoogLeNet", [1] * 9),
    ],
)
def test_a_block_is_a_volume(name, blocks):
    units = [unit for unit in found(name) if unit.kind == "block"]
    assert [unit.slices for unit in units] == blocks


def test_blocks_are_named():
    units = {unit.name: unit for unit in found("resnet50")}
    assert units["layer3"].lines == ("Bottleneck", "\u00d7 6")
    assert units["layer3"].shape == (1024, 14, 14)
    assert [u.name for u in found("googlenet:GoogLeNet") if u.kind == "block"][:2] == [
        "inception3a", "inception3b",
    ]  # fmt: skip


def test_every_node_in_one_volume():
    for name in ("resnet50", "densenet:DenseNet121", "unet", "vgg16"):
        nodes = [index for unit in found(name) for index in unit.nodes]
        assert len(nodes) == len(set(nodes))
    whole = network("resnet50")
    nodes = [index for unit in found("resnet50") for index in unit.nodes]
    assert len(nodes) == len(whole.graph.nodes)


def test_skips_of_a_u():
    whole = drawn("unet")
    assert [(link.source, link.target, link.text) for link in whole.links] == [
        (11, 15, "crop"), (8, 18, "crop"), (5, 21, "crop"), (2, 24, "crop"),
    ]  # fmt: skip
    joined = whole.units[15]
    assert [(part.kind, part.channels) for part in joined.parts] == [("copied", 512), ("up", 512)]
    assert joined.shape == (1024, 56, 56)


def test_levels_of_a_u():
    whole = drawn("unet")
    level = levels(whole)
    assert max(level) == 4
    assert level[0] == level[-1] == 0
    assert all(level[link.source] == level[link.target] for link in whole.links)


def test_residual_blocks_are_no_u():
    for name in ("resnet50", "densenet:DenseNet121", "googlenet:GoogLeNet", "dpn:DPN92"):
        assert drawn(name).links == ()


def test_equal_towers_become_one_row():
    units = found("alexnet:AlexNetTowers")
    assert [unit.kind for unit in units] == [unit.kind for unit in found("alexnet:AlexNet")]
    assert units[1].towers == 2
    assert units[1].shape == (96, 55, 55)
    assert units[1].groups == ("lower1, lower2",)


def test_broken_network_ends_at_its_mistake():
    whole = drawn("broken")
    assert whole.units[-1].shape is None
    assert whole.units[1].name == "c1"
    assert "concat" in whole.problem


def test_scale_is_monotone():
    for name in ("vgg16", "lenet5:LeNet5", "resnet50", "signal"):
        scale = scales(drawn(name))
        for one in scale:
            lengths = [one(value) for value in (1, 2, 3, 7, 14, 56, 224, 1024, 4096)]
            assert lengths == sorted(lengths)
            assert lengths[0] > 0


def test_long_networks_are_broken_into_rows():
    whole = drawn("long")
    layout = arrange(whole, scales(whole), {})
    assert sorted(set(layout.rows)) == [0, 1]
    assert list(layout.rows) == sorted(layout.rows)
    alex = drawn("alexnet:AlexNet")
    assert set(arrange(alex, scales(alex), {}).rows) == {0}
    dense = drawn("densenet:DenseNet121")
    rows = arrange(dense, scales(dense), {}).rows
    inner = [(unit.groups, row) for unit, row in zip(dense.units, rows, strict=True)]
    parted = {groups for (groups, row), (other, below) in pairwise(inner)
              if groups == other and row != below}  # fmt: skip
    assert all(len(groups) < 2 for groups in parted)


def test_volumes_stand_from_left_to_right():
    for name in ("vgg16", "alexnet:AlexNet", "googlenet:GoogLeNet"):
        whole = drawn(name)
        layout = arrange(whole, scales(whole), {})
        for (one, row), (two, other) in pairwise(zip(layout.solids, layout.rows, strict=True)):
            assert two.x > one.right if row == other else two.x == 0


def test_layers_behind_a_block_leave_their_mark():
    words = {
        name: [
            stripe.word for unit in found(name) if unit.kind == "block" for stripe in unit.stripes
        ]
        for name in ("densenet:DenseNet121", "dpn:DPN92")
    }
    assert words["densenet:DenseNet121"] == [*["batch norm", "ReLU"] * 3, "batch norm", "ReLU"]
    assert words["dpn:DPN92"] == ["batch norm", "ReLU"]


def test_no_automatic_name_is_shown():
    names = {unit.name for unit in found("typical_cnn")}
    assert not any(name.startswith(("maxpool", "linear")) for name in names)
