"""The analyses take work in proportion to the graph, counted in calls: load does not move them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from archc.analysis.analyse import analyse
from archc.analysis.findings import findings
from archc.graph.graph import Graph
from tests.analysis.build import Net


def calls(graph: Graph) -> int:
    """The calls of functions, built-in ones too, that it takes to analyse a graph."""
    count = 0

    def called(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        findings(graph, analyse(graph))
    finally:
        sys.setprofile(before)
    return count


def chain(length: int) -> Graph:
    net = Net(4, 16, 16)
    for _ in range(length // 3):
        net.add("conv", 4, 3, pad=1)
        net.add("batchnorm")
        net.add("relu")
    return net.graph()


def dense(length: int) -> Graph:
    """Blocks whose every value stays alive to the end."""
    net = Net(2, 8, 8)
    made = [0]
    for i in range(length // 3):
        with net.inside(f"block{i}", "block"):
            net.add("relu")
            made.append(net.add("conv", 2, 1))
            net.add("identity")
    net.add("concat", inputs=tuple(made))
    return net.graph()


@pytest.mark.parametrize("build", [chain, dense])
def test_linear_in_the_graph(build: Callable[[int], Graph]):
    assert calls(build(2_400)) < 9 * calls(build(300))
