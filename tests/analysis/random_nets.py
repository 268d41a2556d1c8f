"""Small random networks for property tests."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from archc.graph.graph import Graph
from tests.analysis.build import Net

UNARY = (
    "conv",
    "conv1x1",
    "batchnorm",
    "relu",
    "leaky_relu",
    "silu",
    "hardswish",
    "sigmoid",
    "dropout",
    "identity",
    "relu6",
    "elu",
)


@st.composite
def nets(
    draw: st.DrawFn,
    unary: Sequence[str] = UNARY,
    merges: Sequence[str] = ("add", "mul", "concat"),
    blocks: bool = False,
    most: int = 14,
) -> Graph:
    """A graph of maps that keep their size; every value nobody reads is a result or dead."""
    net = Net(2, 6, 6)
    values = [0]
    for step in range(draw(st.integers(1, most))):
        kinds = [*unary, *merges] if len(values) > 1 else list(unary)
        kind = draw(st.sampled_from(kinds))
        source = values[-1] if draw(st.booleans()) else draw(st.sampled_from(values))
        inside = blocks and draw(st.booleans())
        if kind in merges:
            channels = net.nodes[source].shape
            others = [v for v in values if kind == "concat" or net.nodes[v].shape == channels]
            other = draw(st.sampled_from(others))
            if kind == "concat" and _channels(net, source) + _channels(net, other) > 12:
                continue
            values.append(net.add(kind, inputs=(source, other)))
            continue
        net.at = source
        if inside:
            with net.inside(f"block{step}", "block"):
                net.add("conv", 2, 1)
                values.append(_unary(net, kind))
        else:
            values.append(_unary(net, kind))
    if draw(st.booleans()):
        net.at = draw(st.sampled_from(values))
        net.result("extra")
    net.at = values[-1]
    return net.graph()


def _channels(net: Net, value: int) -> int:
    shape = net.nodes[value].shape
    assert shape is not None
    assert isinstance(shape[0], int)
    return shape[0]


def _unary(net: Net, kind: str) -> int:
    if kind == "conv":
        return net.add("conv", 3, 3, pad=1)
    if kind == "conv1x1":
        return net.add("conv", 2, 1)
    if kind == "slice":
        return net.add("slice", 0, 1)
    return net.add(kind)
