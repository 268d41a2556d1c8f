"""The analyses take time in proportion to the graph."""

from __future__ import annotations

import time

from archc.analysis.analyse import analyse
from archc.analysis.findings import findings
from archc.graph.graph import Graph
from tests.analysis import networks
from tests.analysis.build import Net


def seconds(graph: Graph, times: int = 3) -> float:
    """Processor time of the best run."""
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        findings(graph, analyse(graph))
        best = min(best, time.process_time() - start)
    return best


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


def test_resnet152_in_twenty_milliseconds():
    assert seconds(networks.resnet((3, 8, 36, 3)), 7) < 0.02 * 3  # a slow machine has three times


def test_linear_in_the_graph():
    for build in (chain, dense):
        small, large = seconds(build(3_000)), seconds(build(24_000), 2)
        assert large < 8 * 3 * small
