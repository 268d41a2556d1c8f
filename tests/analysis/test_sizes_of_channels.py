"""Sizes that became channels, and sizes that a `reshape` or learned numbers pin together."""

from __future__ import annotations

import itertools

import pytest

from archc import load
from archc.emit.sizes import said
from tests.analysis.test_sizes import Brute, compare

SWAPPED = {
    "glu": "multiples of 2",
    "channel_shuffle 3": "multiples of 3",
    "pixel_shuffle 2": "multiples of 4",
    "groupnorm 4 affine=false": "multiples of 4",
    "slice 4": "at least 5",
    "slice 3 10": "at least 10",
}


@pytest.mark.parametrize("layer", SWAPPED)
def test_what_a_layer_wants_of_channels_holds_for_a_size(layer: str) -> None:
    text = "network N {{ input 2x{}; permute [1, 0, 2]; {} }}"
    closed = load(text.format("12x9", layer)).network
    compare(closed.graph, 40)
    opened = load(text.format("HxW", layer)).raise_for_errors().network
    assert said(opened.sizes.along["H"].sizes) == SWAPPED[layer]


def test_numbers_of_a_shape_stretch_to_their_sizes_alone() -> None:
    body = "conv 4 2x2 stride=2; shift shape=[4, 16, 1]; relu"
    found = load(f"network N {{ input 3x32x20; {body} }}").network.sizes
    assert [n for n in range(1, 99) if n in found.along["H"].sizes] == [32, 33]
    assert found.along["W"].sizes.least == 2
    assert not found.along["W"].sizes.finite


def test_floors_that_do_nothing_at_the_sizes_taken_are_left_out() -> None:
    join = "concat { identity; { conv 2 3x3 stride=4 pad=1; upsample 4 } }"
    for body, output in (
        (join, "(4, 'H', 'W')"),
        (f"{join}; maxpool 2; pad 1", "(4, '(H + 4) // 2', '(W + 4) // 2')"),
        ("maxpool 2; upsample 2", "(2, '2*(H // 2)', '2*(W // 2)')"),
    ):
        ((_, shape),) = load(f"network N {{ input 2xHxW; {body} }}").network.sizes.outputs
        assert str((shape[0], *map(str, shape[1:]))) == output


@pytest.mark.parametrize(
    ("body", "formula"),
    [
        ("permute [1, 2, 0]; reshape [72, 4]; linear 3 axis=-1", "4*(H*W)"),
        ("conv 4 2x2 stride=2; reshape [4, 18]", "(4*(H // 2))*(W // 2)"),
        ("reshape [4, -1]; permute [1, 0]; shift shape=[72, 4]", "H*W"),
        ("reshape [4, -1]; linear 3 axis=-1", "H*W"),
    ],
)
def test_a_number_of_positions_ties_the_axes(body: str, formula: str) -> None:
    network = load(f"network N {{ input 4x6x12; {body} }}").network
    found, brute = network.sizes, Brute(network.graph)
    assert {str(tie.formula) for tie in found.ties} == {formula}
    for sizes in itertools.product(range(1, 40), repeat=2):
        assert found.takes(dict(zip("HW", sizes, strict=True))) == brute.takes(*sizes), sizes
