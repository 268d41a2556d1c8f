"""Receptive fields of some channels of a map: those of the branches that they came from."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from archc import load  # noqa: E402
from tests.analysis.seen import seen  # noqa: E402
from tests.analysis.test_seen import hold  # noqa: E402
from tests.emit.pytorch.compiled import module_of  # noqa: E402

WIDE = "concat { identity; conv 2 9x9 pad=4 }"
THREE = "concat { conv 2 3x3 pad=1; conv 2 5x5 pad=2; conv 2 7x7 pad=3 }"
HALVES = "concat { conv 2 3x3 stride=2 pad=1; { maxpool 2; conv 3 5x5 pad=2 } }"
PARTS = {
    "a branch": (f"{WIDE}; slice 0 2", 1),
    "the other branch": (f"{WIDE}; slice 2", 9),
    "both": (f"{WIDE}; slice 1 3", 9),
    "what follows": (f"{WIDE}; slice 0 2; conv 4 3x3 pad=1", 3),
    "windows between": (f"{THREE}; batchnorm; relu; maxpool 3 stride=1 pad=1; slice 0 2", 5),
    "the middle": (f"{THREE}; relu; slice 2 4", 5),
    "two of three": (f"{THREE}; slice 1 4", 5),
    "nested": (f"{WIDE}; concat {{ identity; conv 2 5x5 pad=2 }}; slice 0 2", 1),
    "twice the same": (f"{WIDE}; concat {{ identity; identity }}; slice 4 6", 1),
    "a sum": (f"{WIDE}; add {{ identity; slice 0 4 }}; slice 0 2", 1),
    "a sum with all": (f"{WIDE}; add {{ identity; conv 4 1x1 }}; slice 0 2", 9),
    "neighbours": (f"{WIDE}; lrn 3; slice 0 1", 1),
    "a neighbour of the branch": (f"{WIDE}; lrn 3; slice 1 2", 9),
    "moved by channels of zeros": (f"{WIDE}; pad 0 channels=[2, 3]; slice 2 4", 1),
    "all channels first": (f"{WIDE}; softmax; slice 0 2", 9),
    "a slice of a slice": (f"{THREE}; slice 1 6; slice 0 1", 3),
    "windows behind": (f"{WIDE}; dropout 0.1; gelu; slice 0 2; conv 4 5x5 pad=2", 5),
    "a convolution reads all": (f"{WIDE}; conv 4 1x1; slice 0 2", 9),
    "other strides": (f"{HALVES}; upsample 2; slice 2", 10),
}


@pytest.mark.parametrize("name", PARTS)
def test_some_channels_see_what_their_branches_see(name: str) -> None:
    body, size = PARTS[name]
    network = load(f"network N {{ input 2x40x40; {body} }}").raise_for_errors().network
    last = list(network.layers.values())[-1]
    assert last.shape is not None
    assert last.receptive_field is not None
    assert last.receptive_field.size == (size, size)
    assert {len(last.sees(y, y)["input"][0]) for y in (18, 19)} == {size}


@pytest.mark.parametrize("name", PARTS)
def test_the_measure_and_pytorch_see_the_same(name: str) -> None:
    """Image i has no numbers in its column i: what it can change are no numbers either."""
    text = f"network N {{ input 2x40x40; {PARTS[name][0]} }}"
    graph = load(text).network.graph
    hold(graph, 2)
    image = torch.rand(40, 2, 40, 40, dtype=torch.float64)
    for column in range(40):
        image[column, :, :, column] = torch.nan
    lost = module_of(text).N().double().eval()(image).isnan().any(1).any(1)
    for y, one in enumerate(seen(graph, 1)[-1]):
        columns = lost[:, y].nonzero().flatten().tolist()
        assert (columns[0], columns[-1]) == (one.first, one.last)


def test_millions_of_channels_are_followed() -> None:
    double = "repeat 20 { concat { conv in.channels 1x1; maxpool 3 stride=1 pad=1 } }"
    graph = load(f"network N {{ input 2x50x1; {double}; lrn 5; slice 0 4; lrn 3 }}").network.graph
    assert hold(graph, 2, axes=1) == len(graph.nodes)


def test_open_sizes() -> None:
    field = load(f"network N {{ input 2xHxW; {WIDE}; slice 0 2 }}").network.receptive_field
    assert field is not None
    assert field.size == (1, 1)


@pytest.mark.parametrize(
    ("between", "size"),
    [
        ("repeat 3000 { relu }", 1),
        ("repeat 1000 { concat { identity; conv 1 1x1 } }", 9),  # no more is looked for so far back
    ],
)
def test_chains_of_thousands(between: str, size: int) -> None:
    field = load(
        f"network N {{ input 2x40x40; {WIDE}; {between}; slice 0 2 }}"
    ).network.receptive_field
    assert field is not None
    assert field.size == (size, size)
