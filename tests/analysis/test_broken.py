"""A broken file: every analysis answers, none raises."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from archc.analysis.analyse import analyse
from archc.analysis.findings import findings
from archc.graph.graph import Graph
from archc.shapes import Open
from tests.analysis.build import Net
from tests.analysis.random_nets import UNARY, nets


@st.composite
def broken(draw: st.DrawFn) -> Graph:
    """A graph as errors leave it: shapes unknown, without edges to layers never made."""
    graph = draw(nets(unary=(*UNARY, "slice"), blocks=True))
    nodes = list(graph.nodes)
    for index, node in enumerate(nodes):
        harm = draw(st.sampled_from(("none", "none", "shape", "edge")))
        if node.layer is not None and harm == "edge":
            gone = draw(st.integers(0, len(node.inputs) - 1))
            inputs = tuple(i for k, i in enumerate(node.inputs) if k != gone)
            nodes[index] = node._replace(inputs=inputs, shape=None)
        elif node.layer is not None and harm == "shape":
            nodes[index] = node._replace(shape=None)
    results = graph.results if draw(st.booleans()) else ()
    return graph._replace(nodes=tuple(nodes), results=results, complete=False)


@settings(max_examples=200, deadline=None)
@given(broken())
def test_any_broken_graph_has_facts(graph):
    facts = analyse(graph)
    assert len(facts.layers) == len(graph.nodes)
    assert facts.status == "unknown"
    assert set(facts.totals) == {None}
    assert set(facts.memory) == {None, ()}
    findings(graph, facts)


def test_a_graph_of_nothing():
    graph = Net(3, 8, 8).graph()._replace(nodes=(), results=(), complete=False)
    facts = analyse(graph)
    assert facts.status == "unknown"
    assert facts.memory.peak is None
    assert findings(graph, facts) == []


def test_products_of_open_and_known_sizes():
    net = Net(2, Open("H"), Open("W"))
    x = net.add("conv", 2, 1)
    net.add("upsample", size=(9, 9))
    y = net.at
    net.add("mul", inputs=(x, y, y))
    net.add("relu")
    facts = analyse(net.graph())
    assert facts.totals.params == 6
    assert facts.totals.work is None
