"""Equal layers beside each other as one box: it says that they are in parallel, and what each is
given; what runs in a row is never said to be in parallel."""

from __future__ import annotations

import pytest

from archc.emit import sizing
from archc.emit.diagram import NoRenderer, Options, RenderError, draw
from archc.emit.diagram.dot import Picture
from archc.emit.diagram.fit import fitted
from archc.emit.diagram.parts import Box
from tests.emit.diagram.dots import Drawn, checked, read

POOLING = """network N {
    input 16x33x33
    aspp: concat {
        conv 8 1x1 -> relu
        for d in [6, 12, 18] { conv 8 3x3 pad=d dilation=d -> relu }
        { global_avgpool -> conv 8 1x1 -> relu; upsample [33, 33] mode=bilinear }
    }
    conv 4 1x1
}"""


def gathered(text: str, **choice: object) -> Drawn:
    (network,) = checked(text).networks
    return read(draw(network, Options(**choice)))  # type: ignore[arg-type]


def boxes(text: str) -> list[Box]:
    (network,) = checked(text).networks
    drawn = Picture(network, Options(parallel=True)).drawn
    return [part for part in drawn if isinstance(part, Box)]


@pytest.mark.parametrize("choice", [{"parallel": True}, {"shown": frozenset()}])
def test_dilated_layers_are_in_parallel(choice: dict[str, object]) -> None:
    """Also where their loop is closed."""
    picture = gathered(POOLING, **choice)
    (name,) = picture.find("conv 3\u00d73, 8")
    said = " ".join(picture.boxes[name])
    assert "3 in parallel: dilation 6, 12, 18" in said
    assert "ReLU" in said
    (merge,) = picture.find("concat")
    assert picture.dot.count(f"{name}:f:s -> {merge}") == 3


def test_they_stand_apart_where_there_is_room() -> None:
    picture = gathered(POOLING)
    assert len(picture.find("conv 3\u00d73, 8")) == 3
    assert "in parallel" not in picture.text


def test_in_a_column_nothing_is_lost() -> None:
    (network,) = checked(POOLING.replace("16x33x33", "512x33x33")).networks
    room = sizing.width("50mm")
    try:
        dot, _ = fitted(network, Options(room=room), (), room)
    except (NoRenderer, RenderError):
        pytest.skip("Graphviz is not installed")
    said = read(dot).text
    assert "parallel:" in said
    assert all(number in said for number in ("6,", "12,", "18"))


@pytest.mark.parametrize(
    "inner",
    [
        "conv 8 3x3 pad=1; conv 8 3x3 pad=2 dilation=2",  # in a row
        "concat { conv 8 3x3 pad=1; conv 4 3x3 pad=1 }",  # of other widths
        "concat { conv 8 3x3 pad=1; { conv 8 3x3 pad=1; relu; conv 8 1x1 } }",
        "concat { a: conv 8 3x3 pad=1; b: conv 8 3x3 pad=1 }; add { from a; identity }",
    ],
)
def test_what_is_not_in_parallel_is_not_said_to_be(inner: str) -> None:
    text = f"network N {{ input 8x16x16\n{inner.replace('; add', chr(10) + 'add')}\n}}"
    (network,) = checked(text).networks
    if network.graph.complete:
        assert boxes(text) == []


def test_of_layers_that_differ_in_pads_these_are_said() -> None:
    text = """network N { input 8x16x16
        concat { conv 8 3x3 pad=1 stride=2; conv 8 3x3 pad=[[1, 1], [1, 1]] stride=2 } }"""
    picture = gathered(text, parallel=True)
    assert picture.find("2 in parallel") or len(picture.find("conv 3\u00d73, 8")) == 2
