"""Memory at inference: published figures, a brute-force walk, and PyTorch's own storages."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from archc.analysis.analyse import analyse
from archc.analysis.in_place import in_place
from archc.analysis.memory import liveness, storages
from archc.check import Options, check
from archc.graph.graph import Graph, Scope
from archc.language.source import Source
from archc.shapes import Open, count
from tests.analysis import networks
from tests.analysis.build import Net
from tests.analysis.random_nets import nets
from tests.analysis.torch_run import peak


def walk(graph: Graph, writing: frozenset[int]) -> list[int]:
    """Live bytes at every node, straight from the definition: quadratic, no sharing of code."""
    nodes = graph.nodes
    made = storages(nodes, writing)
    live = []
    for now in range(len(nodes)):
        alive = set()
        for value in range(now + 1):
            readers = [node.index for node in nodes if value in node.inputs]
            ends = [result.node for result in graph.results]
            until = max([value, *readers])
            scope = nodes[value].scope
            for reader in readers:
                inner: Scope | None = nodes[reader].scope
                chain = []
                while inner is not None:
                    chain.append(inner)
                    inner = inner.parent
                for one in chain:
                    outside: Scope | None = scope
                    while outside is not None and outside is not one:
                        outside = outside.parent
                    if one.kind == "block" and outside is None and nodes[made[value]].layer:
                        inside = [
                            node.index
                            for node in nodes
                            if node.scope is one or node.scope.parent is one
                        ]
                        until = max(until, *inside)
            if value in ends or now <= until:
                alive.add(made[value])
        live.append(sum((count(nodes[r].shape or ()) or 0) * 4 for r in alive))
    return live


@settings(max_examples=120, deadline=None)
@given(nets(blocks=True, merges=()))
def test_a_walk_over_storages_agrees(graph):
    writing = in_place(graph)
    found = liveness(graph, writing)
    assert found.live == walk(graph, writing)
    assert found.peak == max(live for live in found.live if live is not None)


@settings(max_examples=60, deadline=None)
@given(nets(merges=()))
def test_pytorch_allocates_what_is_alive(graph):
    writing = in_place(graph)
    assert liveness(graph, writing).peak == peak(graph, writing)


def test_vgg16():
    memory = analyse(networks.vgg()).memory
    assert memory.weights == 553_430_176
    assert memory.peak == 25_690_112
    assert (memory.peak_at, memory.live) == ("features.2", ("features.0", "features.2"))
    assert memory.activations == (15_087_080 + 25_088) * 4  # the adaptive pool's output too


def test_resnet50_keeps_the_input_of_a_block_while_it_runs():
    memory = analyse(networks.resnet()).memory
    assert memory.peak == 10_436_608
    assert memory.peak_at == "layer1.0.downsample.1"
    assert memory.live == (
        "maxpool",
        "layer1.0.bn3",
        "layer1.0.downsample.0",
        "layer1.0.downsample.1",
    )


def test_batch_and_number_type_scale_values_and_only_the_type_the_weights():
    graph = networks.resnet(size=64)
    one, many = analyse(graph).memory, analyse(graph, 8, 2).memory
    assert one.peak is not None
    assert one.activations is not None
    assert one.weights is not None
    assert (many.peak, many.activations) == (4 * one.peak, 4 * one.activations)
    assert many.weights == one.weights // 2


def test_views_and_activations_in_place_take_no_memory():
    net = Net(3, 8, 8)
    net.add("conv", 4, 3)
    net.add("relu")
    net.add("identity")
    net.add("dropout")
    net.add("flatten")
    graph = net.graph()
    found = liveness(graph, in_place(graph))
    assert found.live == [3 * 64 * 4, (3 * 64 + 4 * 36) * 4, *[4 * 36 * 4] * 4]
    assert found.activations == 4 * 36 * 4


def test_concat_copies():
    net = Net(2, 4, 4)
    a = net.add("conv", 2, 1)
    net.at = 0
    b = net.add("conv", 3, 1)
    net.add("concat", inputs=(a, b))
    assert analyse(net.graph()).layers[3].live_bytes == (2 + 3 + 5) * 16 * 4


def test_results_stay():
    net = Net(2, 4, 4)
    net.add("conv", 5, 1)
    net.result("side")
    net.add("conv", 1, 1)
    net.add("conv", 1, 1)
    facts = analyse(net.graph())
    assert [layer.live_bytes for layer in facts.layers] == [128, 448, 384, 448]
    assert facts.memory.live == ("input", "conv1")


@pytest.mark.parametrize(
    ("first", "group", "live"),
    [
        ("", "{ conv 2 1; conv 2 1 }", [128, 256, 256]),  # the network's input is its user's
        ("conv 2 1", "{ conv 2 1; conv 2 1 }", [128, 256, 256, 384]),
        ("conv 2 1", "{ a: conv 2 1; b: conv 2 1 }", [128, 256, 256, 384]),
        ("conv 2 1", "if true { conv 2 1; conv 2 1 }", [128, 256, 256, 384]),
        ("conv 2 1", "repeat 2 { conv 2 1 }", [128, 256, 256, 384]),
        ("conv 2 1", "{ conv 2 1; a: conv 2 1; from a }", [128, 256, 256, 256]),
    ],
)
def test_a_chain_in_braces_is_called_and_its_caller_keeps_what_it_is_given(first, group, live):
    text = f"network N {{\n input 2x4x4\n {first}\n g: {group}\n}}\n"
    (network,) = check(Source(text, "n.arch"), Options(), lambda path, importer: importer).networks
    assert [one.live_bytes for one in network.facts.layers] == live


def test_training_only_layers_do_not_run():
    net = Net(2, 4, 4)
    net.add("conv", 2, 1)
    trunk = net.at
    net.training = True
    net.add("conv", 90, 1)
    net.result("aux", training=True)
    net.training = False
    net.at = trunk
    net.add("conv", 2, 1)
    facts = analyse(net.graph())
    assert facts.memory.peak == 256
    assert facts.layers[2].live_bytes is None
    assert facts.memory.activations == 256


def test_an_open_size_leaves_memory_unknown_but_not_the_weights():
    net = Net(3, Open("H"), Open("W"))
    net.add("conv", 8, 3, pad=1)
    net.add("global_avgpool")
    net.add("flatten")
    net.add("linear", 10)
    memory = analyse(net.graph()).memory
    assert memory.weights == (8 * 28 + 90) * 4
    assert (memory.peak, memory.activations, memory.saved_for_backward) == (None, None, None)
    assert memory.live == ()


@pytest.mark.parametrize("batch", [1, 3])
def test_output_bytes(batch):
    net = Net(2, 4, 4)
    net.add("conv", 5, 1)
    assert analyse(net.graph(), batch).layers[1].output_bytes == 5 * 16 * 4 * batch


def test_what_a_copied_sum_waits_for_is_alive_while_it_is_made():
    text = """network N {
    input 3x32x32
    concat {
        for w in [4, 8] { conv w 1x1 }
        if in.channels == 3 { conv 2 1x1; conv 1 1x1 }
        { conv 8 1x1; relu }
        conv 8 1x1 -> relu
    }
    concat { if in.channels == 31 { conv 8 1x1 } }
    add { identity; if in.channels == 99 { relu } }
}
"""
    (network,) = check(Source(text, "n.arch"), Options(), lambda path, importer: importer).networks
    live = [one.live_bytes for one in network.facts.layers if one.live_bytes is not None]
    assert max(live) == network.facts.memory.peak
