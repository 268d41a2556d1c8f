"""What is counted over all positions of a map is worked out, however large the map is."""

from __future__ import annotations

from itertools import product

import pytest

from archc.analysis import roofline
from archc.analysis.roofline import places_read
from archc.layers.reads import Window
from tests.robustness.guard import guard, guarded
from tests.robustness.hostile import network
from tests.robustness.sound import checked


def pooled(layer: str, size: int) -> int:
    """The values that a pool of one channel reads along an axis."""
    (found,) = checked(network(layer, f"1x{size}")).networks
    image, pool = found.graph.nodes
    assert image.shape is not None
    assert pool.shape is not None
    assert pool.layer is not None
    return pool.layer.work([image.shape], pool.shape).pooling


@pytest.mark.parametrize("size", [5, 8, 13, 22])
def test_windows_that_hang_over(size: int) -> None:
    for kernel, stride, dilation in product((1, 2, 3, 5), (1, 2, 3, 7), (1, 2)):
        reach = dilation * (kernel - 1) + 1
        if reach > size:
            continue
        out = -(-(size - reach) // stride) + 1
        out -= (out - 1) * stride >= size
        places = [y * stride + u * dilation for y in range(out) for u in range(kernel)]
        layer = f"maxpool [{kernel}] stride=[{stride}] dilation=[{dilation}] ceil=true"
        assert pooled(layer, size) == sum(place < size for place in places), layer


@pytest.mark.parametrize(("size", "out"), [(7, 7), (7, 3), (3, 7), (12, 8), (100, 1)])
def test_windows_that_share_the_axis(size: int, out: int) -> None:
    read = sum(-(-(y + 1) * size // out) - y * size // out for y in range(out))
    assert pooled(f"adaptive_avgpool [{out}]", size) == read


def test_places_beyond_those_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    window = Window((range(-3, 12, 7),), 5)
    exact = places_read(window, 10**6, 4_000)
    monkeypatch.setattr(roofline, "MOST_WINDOWS", 100)
    assert places_read(window, 10**6, 4_000) == pytest.approx(exact, rel=0.02)


@guarded
@pytest.mark.parametrize(
    "layer",
    [
        "maxpool 3 stride=2 ceil=true",
        "maxpool 10**6 stride=7 ceil=true",
        "adaptive_avgpool 10**9",
        "conv 3 3x3 dilation=7 stride=5",
    ],
)
def test_huge_maps(layer: str) -> None:
    with guard():
        checked(network(layer, "[3, 10**12, 10**12]"))
