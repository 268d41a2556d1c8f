"""The analyses take work in proportion to the graph, in calls or lines: load moves neither."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from archc.analysis.analyse import analyse
from archc.analysis.answers import Asked, answers
from archc.analysis.findings import findings
from archc.graph.graph import Graph
from tests.analysis.build import Net
from tests.emit.networks import checked


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


def lines(work: Callable[[], object]) -> int:
    """The lines that run; a round of a comprehension is one."""
    count = 0

    def traced(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal count
        count += event == "line"
        return traced

    before = sys.gettrace()
    sys.settrace(traced)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


TERMS = "conv 8 1; if n > 0 { conv 8 1 }; if n > 1 { identity }"
MANY = {
    "sums": f"add {{ {TERMS} }}\n",
    "sums of labels": f"a@: tanh\nadd {{ {TERMS}; from a@ }}\n",
    "products": f"mul {{ {TERMS} }}\n",
    "lists": "concat { if n > 0 { conv 8 1 }; if n > 9 { conv 8 1 } }  # allow: single-branch\n",
}


@pytest.mark.parametrize("merge", MANY)
def test_many_copies_and_partial_sums(merge: str) -> None:
    def work(count: int) -> int:
        body = "".join(MANY[merge].replace("@", str(i)) for i in range(count))
        (network,) = checked(f"network N(n = 2) {{\ninput 8x4x4\n{body}}}\n").networks
        asked = Asked("adam")
        return lines(lambda: answers(network.graph, network.facts, asked, 1, "float32", 4))

    assert work(160) < 9 * work(20)


def test_one_sum_of_many_terms() -> None:
    def work(count: int) -> int:
        body = "if n > 0 { conv 8 1 }\n" * count
        text = f"network N(n = 2) {{\ninput 8x4x4\nadd {{\nidentity\n{body}}}\n}}\n"
        return lines(lambda: analyse(checked(text).networks[0].graph))

    assert work(160) < 9 * work(20)
