"""What is opened first where room is scarce carries the idea of the network."""

from __future__ import annotations

from functools import cache

import pytest

from archc.emit import sizing
from archc.emit.diagram import Options, draw
from archc.emit.diagram.build import view
from archc.emit.diagram.dot import Picture
from archc.emit.diagram.ideas import ideas
from archc.emit.diagram.parts import Part
from tests.emit.diagram.dots import Drawn, checked, read
from tests.emit.diagram.placed import NETWORKS, Placed, dot_for


@cache
def printed(name: str, place: str) -> tuple[Drawn, sizing.Sized]:
    dot, sized = dot_for(name, place, "LR", True) if place == "slide" else dot_for(name, place)
    return read(dot), sized


@pytest.mark.parametrize(
    ("name", "place", "opened", "closed"),
    [
        ("mobilenetv2", "column", "features.5", "features.4"),  # with its skip, not without
        ("resnet:ResNet18", "column", "layer1.0\u20131", "layer2.0"),
        ("densenet:DenseNet121", "column", "features.denseblock1.denselayer1", ""),
        ("googlenet:GoogLeNet", "page", "inception3a", "aux1"),  # not the head for training
        ("hourglass", "column", "hourglass", "Residual1"),
        ("hourglass", "page", "hourglass", "Residual1"),
        ("hourglass", "slide", "hourglass", "Residual1"),
        ("wavenet", "page", "for1.0", ""),
        ("deeplabv3", "column", "backbone", "aux_classifier"),
    ],
)
def test_what_is_open(name: str, place: str, opened: str, closed: str) -> None:
    _, sized = printed(name, place)
    assert sized.text >= sizing.SMALLEST
    assert opened not in sized.closed
    assert not closed or closed in sized.closed


def test_a_block_within_may_be_open_where_its_block_is() -> None:
    """The gate of a residual block: it was drawn first in another one, which may be closed."""
    found = ideas(NETWORKS["se_resnet"].graph, _parts("se_resnet"))
    assert any({"layer1.0.se", "layer1.1.se"} <= one.paths for one in found)
    shown = frozenset({"layer1", "layer1.1", "layer1.1.se"})
    picture = read(draw(NETWORKS["se_resnet"], Options(shown=shown)))
    assert any("Gate" in texts for texts in picture.clusters)
    picture, _ = printed("se_resnet", "page")
    assert any("Gate" in texts for texts in picture.clusters)


def test_a_head_for_training_waits_for_all_else() -> None:
    found = ideas(NETWORKS["googlenet:GoogLeNet"].graph, _parts("googlenet:GoogLeNet"))
    assert [one.training for one in found] == [False] * (len(found) - 1) + [True]
    assert found[-1].paths == {"aux1", "aux2"}
    assert "inception3a" in found[0].paths


def test_blocks_that_part_come_before_their_variants() -> None:
    """And what parts into many ways before residuals."""
    found = ideas(NETWORKS["deeplabv3"].graph, _parts("deeplabv3"))
    first = [next(iter(sorted(one.paths))) for one in found]
    assert first.index("classifier.aspp") < first.index("backbone.layer1.1")
    assert first.index("backbone.layer1.1") < first.index("backbone.layer1.0")


def test_a_closed_group_says_which_blocks_it_is_of() -> None:
    text = """block B(w) { add { conv w 3x3 pad=1; identity } }
    network N {
        input 4x8x8
        pure: repeat 3 { B 4 }
        mixed: { B 4; conv 4 1x1 }
    }"""
    (network,) = checked(text).networks
    picture = read(draw(network, Options(expand=("none",))))
    assert picture.find("pure", "3 \u00d7 B")
    assert not picture.find("mixed", "\u00d7 B")


@pytest.mark.parametrize("place", ["column", "page"])
def test_there_is_room_for_a_caption(place: str) -> None:
    for name in ("hourglass", "mobilenetv2"):
        high = float(
            printed(name, place)[0].dot.partition('size="')[2].partition("!")[0].split(",")[1]
        )
        assert high * 25.4 <= 225.1


def _parts(name: str) -> tuple[Part, ...]:
    return view(NETWORKS[name].graph, Options()).parts


def test_a_box_for_the_output_is_spared_rather_than_a_group_closed() -> None:
    dot, sized = dot_for("alexnet:AlexNetTowers", "column")
    assert "lower2" not in sized.closed
    assert "output" in dot
    assert sized.text >= sizing.SMALLEST


def test_a_u_begins_at_the_left_of_where_it_ends() -> None:
    """Else the ways into the hourglass and out of it would cross."""
    dot, _ = dot_for("hourglass", "column")
    placed = Placed(dot)
    boxes = [name for name in placed.middles if name[1:].isdigit() and name[0] == "n"]
    last = max(boxes, key=lambda name: int(name[1:]))
    assert placed.middles["n0"][0] < placed.middles[last][0]


def test_all_outputs_are_told_in_one_way() -> None:
    """Four of the pyramid's have the names of their layers; the last one has none."""
    dot, _ = dot_for("fpn", "column")
    assert dot.count(">output ") == 5
    assert "result" not in dot


def test_layers_keep_their_names_where_that_takes_no_room() -> None:
    """Beside what they say, and on a level of a U where others are higher."""
    said = {text.text for text in Placed(dot_for("fpn", "column")[0]).texts}
    outputs, laterals = {"p2", "p3", "p4", "p5", "p6"}, {"lateral2", "lateral3", "lateral4"}
    assert outputs | laterals <= said


def test_where_an_output_is_read_each_has_a_box() -> None:
    text = "network N { input 3x8x8; first: output conv 4 3x3; from first; conv 2 1x1 }"
    (network,) = checked(text).networks
    dot = Picture(network, Options(room=sizing.place("column"), brief=True)).text()
    assert dot.count('tooltip="result ') == len(network.graph.results) == 2
