"""The layers that are asked at every size say what all layers say."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from archc import load
from archc.analysis.sizes.walk import Walk
from archc.graph.graph import Graph
from tests.analysis.test_sizes import nets

STRETCHED = """network N {
    input x 3x20x20
    few: maxpool 20
    conv 3 3x3 stride=2 pad=1
    m: mul { from few; from x }
    conv 3 3x3 stride=2 pad=1
    maxpool 5
}"""
"""The product is as large as the input, whatever the formula of its first factor says."""


def agree(graph: Graph, most: int) -> None:
    walk = Walk(graph)
    for letter in walk.letters:
        for size in range(1, most):
            every, asked = walk.at({letter: size}), walk.asked_at({letter: size})
            assert every.refusal == asked.refusal
            assert asked.shapes.items() <= every.shapes.items()


@settings(max_examples=40, deadline=None)
@given(nets(2))
def test_random_programs(graph: Graph) -> None:
    if Walk(graph).open.refusal is None:
        agree(graph, 40)


@pytest.mark.parametrize("name", ["googlenet:GoogLeNet", "mlp_and_cnn:SmallCNN"])
def test_bundled_networks(name: str) -> None:
    agree(load(name).network.graph, 40)


def test_a_product_is_as_large_as_its_largest_factor() -> None:
    network = load(STRETCHED).network
    agree(network.graph, 60)
    assert network.sizes.takes({"H": 20, "W": 20})


@pytest.mark.parametrize(("name", "most"), [("densenet:DenseNet201", 30), ("resnet152", 30)])
def test_hundreds_of_layers_do_as_a_few(name: str, most: int) -> None:
    graph = load(name).network.graph
    assert len(graph.nodes) > 500
    assert len(Walk(graph).asked) < most
