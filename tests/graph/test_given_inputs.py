"""`--input` gives the letters of open sizes their numbers."""

from __future__ import annotations

import pytest

from archc.check import Checked, Options, check
from archc.language.source import Source


def checked(text: str, input: str) -> Checked:
    def read(path: str, importer: Source) -> Source:
        raise OSError(path)

    return check(Source(text, "net.arch"), Options(input=input), read)


@pytest.mark.parametrize(
    ("body", "shape"),
    [
        ("upsample [H, W]", (3, 64, 48)),
        ("conv 4 3x3 stride=2 pad=1; upsample [H, W] mode=bilinear", (4, 64, 48)),
        ("crop [H // 4, W // 4]", (3, 16, 12)),
        ("if H > 50 { maxpool 2 }", (3, 32, 24)),
        ("conv H // 8 1x1", (8, 64, 48)),
        ("flatten; linear H", (64,)),
        ("a: maxpool 2; upsample [a.height, W]", (3, 32, 48)),
    ],
)
def test_a_letter_is_the_number_that_is_given(body: str, shape: tuple[int, ...]) -> None:
    result = checked(f"network N {{ input 3xHxW; {body} }}", "3x64x48")
    assert not result.diagnostics
    (network,) = result.networks
    assert network.graph.nodes[network.graph.results[0].node].shape == shape
    assert network.facts.status == "exact"


def test_a_letter_that_stands_twice_is_one_number() -> None:
    text = "network N { input 3xHxH; maxpool 2 }"
    assert not checked(text, "3x8x8").diagnostics
    (wrong,) = checked(text, "3x8x6").diagnostics
    assert wrong.code == "wrong-shape"
    assert wrong.message == "`H` is 8, but --input gives it 6"


def test_letters_of_several_inputs() -> None:
    text = (
        "network N { input left 1xL; input right 1xL; from left; conv 2 3 -> relu; a: identity; "
        "from right; conv 2 3; add { identity; from a } }"
    )
    assert not checked(text, "1x9").diagnostics
    (wrong,) = checked(text, "left=1x9,right=1x7").diagnostics
    assert wrong.code == "wrong-shape"


def test_a_network_without_letters_takes_another_input() -> None:
    (network,) = checked("network N { input 3x8x8; maxpool 2 }", "3x6x4").networks
    assert network.graph.nodes[-1].shape == (3, 3, 2)


def test_an_input_of_other_axes_is_told_once() -> None:
    text = "network N(side = 32) { input [3, side, side]; conv 4 3x3; maxpool 2x2; conv 8 3x3 }"
    (error,) = checked(text, "3x2").diagnostics
    assert error.code == "wrong-rank"
    assert error.message == "--input gives 3x2, of 2 axes, where the file has 3x32x32"
