"""Parameters, buffers and work, and their sums."""

from __future__ import annotations

import pytest

from archc.analysis.analyse import analyse
from archc.analysis.facts import LayerFacts, Totals
from archc.analysis.totals import group_totals, members
from archc.shapes import Open
from tests.analysis import networks
from tests.analysis.build import Net, layer


@pytest.fixture(scope="module")
def vgg():
    graph = networks.vgg(adaptive=False)
    return graph, analyse(graph)


@pytest.fixture(scope="module")
def resnet():
    graph = networks.resnet()
    return graph, analyse(graph)


def macs(figures: Totals | LayerFacts) -> int:
    assert figures.work is not None
    return figures.work.macs


def test_vgg16(vgg):
    facts = vgg[1]
    totals = facts.totals
    assert (totals.params, totals.buffers, totals.depth) == (138_357_544, 0, 16)
    assert macs(totals) == 15_470_264_320
    assert facts.status == "exact"
    assert facts.uncounted == ()
    assert facts.training == totals


def test_the_rows_of_the_often_quoted_vgg16_table(vgg):
    """Its rows are the input, the convolutions, pools and linear layers: no ReLU, no flatten."""
    graph, facts = vgg
    rows = [node for node in graph.nodes if node.kind in ("input", "conv", "maxpool", "linear")]
    assert len(rows) == 1 + 13 + 5 + 3
    assert facts.totals.activations == 15_087_080
    assert facts.totals.activations + 3 * 224 * 224 == 15_237_608
    assert facts.totals.conv_linear_activations == 13_547_520 + 9_192
    assert facts.memory.activations == 15_087_080 * 4


def test_resnet50(resnet):
    totals = resnet[1].totals
    assert (totals.params, totals.buffers, totals.depth) == (25_557_032, 53_120, 50)
    assert macs(totals) == 4_089_184_256


def test_groups(resnet):
    graph, facts = resnet
    first = group_totals(graph, facts, "layer1.0")
    assert first.params == 75_008
    assert first.depth == 3
    assert group_totals(graph, facts, "layer1.0.downsample").params == 64 * 256 + 512
    assert group_totals(graph, facts, "layer1").depth == 9
    parts = [group_totals(graph, facts, f"layer{i}").params for i in range(1, 5)]
    parts += [group_totals(graph, facts, path).params for path in ("conv1", "bn1", "fc")]
    assert sum(part or 0 for part in parts) == 25_557_032
    assert group_totals(graph, facts, "") == facts.totals
    assert group_totals(graph, facts, "layer").params == 0  # no prefix of a name
    assert macs(group_totals(graph, facts, "layer1.0")) == sum(
        macs(facts.layers[node.index]) for node in members(graph, "layer1.0")
    )


def test_the_longest_way_decides_the_depth():
    net = Net(4, 8, 8)
    net.add("conv", 4, 1)
    a = net.add("conv", 4, 1)
    net.at = 0
    b = net.add("conv", 4, 1)
    net.add("add", inputs=(a, b))
    graph = net.graph()
    assert analyse(graph).totals.depth == 2
    net.add("conv", 4, 1)
    longer = net.graph()._replace(results=graph.results)
    assert analyse(longer).totals.depth == 2  # the last leads to no result


def test_a_shared_layer_has_its_weights_once_and_its_work_each_time():
    net = Net(3, 8, 8)
    net.add("conv", 3, 3, pad=1, name="c")
    net.add("conv", 3, 3, pad=1, name="c@2", module="c")
    graph = net.graph()
    facts = analyse(graph)
    assert [one.params for one in facts.layers] == [0, 84, 0]
    assert [one.weight_bytes for one in facts.layers] == [0, 336, 0]
    assert facts.totals.params == 84
    assert macs(facts.totals) == 2 * 9 * 9 * 64
    assert facts.totals.depth == 2
    assert macs(group_totals(graph, facts, "c")) == 2 * 9 * 9 * 64
    assert facts.layers[2].saved_bytes == 3 * 64 * 4


def test_equal_layers_without_a_common_module_have_weights_each():
    net = Net(3, 8, 8)
    for _ in range(3):
        net.add(layer("conv", 3, 3, pad=1))
    assert analyse(net.graph()).totals.params == 3 * 84


def test_training_only_layers():
    net = Net(3, 8, 8)
    trunk = net.add("conv", 4, 1)
    net.training = True
    with net.inside("aux"):
        net.add("conv", 4, 1, name="shared", module="shared")
        net.add("conv", 5, 1, name="c")
        net.add("conv", 5, 1, name="d")
    net.result("aux", training=True)
    net.training = False
    net.at = trunk
    net.add("conv", 4, 1, name="shared")
    graph = net.graph()
    facts = analyse(graph)
    assert facts.totals.params == 16 + 20  # the shared one counts where inference runs it
    assert facts.training.params == 36 + 25 + 30
    assert macs(facts.totals) == (3 * 4 + 4 * 4) * 64
    assert macs(facts.training) == macs(facts.totals) + (16 + 20 + 25) * 64
    assert facts.totals.activations == (4 + 4) * 64
    assert facts.training.activations == (4 + 4 + 4 + 5 + 5) * 64
    assert (facts.totals.depth, facts.training.depth) == (2, 4)
    assert group_totals(graph, facts, "aux").params == 55
    assert group_totals(graph, facts, "").params == 36
    assert group_totals(graph, facts, "", training=True) == facts.training


def test_buffers_count_apart_and_counters_nowhere():
    net = Net(5, 8, 8)
    net.add("batchnorm")
    assert analyse(net.graph()).layers[1][:2] == (10, 10)


def test_open_sizes_are_unknown_and_never_zero():
    net = Net(3, Open("H"), 32)
    net.add("conv", 4, 3, pad=1, name="conv")
    net.add("batchnorm", name="norm")
    net.add("relu", name="relu")
    net.add("global_avgpool", name="pool")
    net.add("flatten", name="flatten")
    net.add("linear", 7, name="fc")
    graph = net.graph()
    facts = analyse(graph)
    assert facts.status == "unknown"
    assert facts.totals.params == 112 + 8 + 35
    assert facts.totals.work is None
    assert facts.totals.activations is None
    assert facts.totals.conv_linear_activations is None
    assert facts.totals.depth == 2
    assert facts.uncounted == ("conv", "norm", "relu", "pool")
    assert macs(facts.layers[-1]) == 28
    assert macs(group_totals(graph, facts, "fc")) == 28


def test_weights_that_depend_on_an_open_size_are_unknown():
    net = Net(3, Open("H"), 32)
    net.add("flatten")
    net.add("linear", 7)
    facts = analyse(net.graph())
    assert facts.totals.params is None
    assert facts.layers[2].params is None
    assert facts.memory.weights is None


def test_a_sum_over_a_network_with_a_broken_part_is_unknown():
    """A partial sum would look like the answer: a budget would pass on half a network."""
    net = Net(3, 8, 8)
    net.add("conv", 4, 1, name="good")
    x = net.at
    net.add("conv", 4, 20, name="bad")
    net.add("conv", 4, 1, name="behind")
    y = net.at
    net.at = x
    net.add("conv", 5, 1, name="beside")
    net.add("concat", inputs=(y, net.at), name="join")
    facts = analyse(net.graph())
    assert facts.status == "unknown"
    assert set(facts.totals) == set(facts.training) == {None}
    assert set(facts.memory) == {None, ()}
    assert facts.uncounted == ("bad", "behind", "join")
    assert [one.params for one in facts.layers[1:5:3]] == [16, 25]  # layers keep their own


def test_sums_over_an_incomplete_graph_are_unknown():
    net = Net(3, 8, 8)
    net.add("conv", 4, 1)
    net.complete = False
    facts = analyse(net.graph())
    assert facts.status == "unknown"
    assert set(facts.totals) == {None}


def test_nothing_known_at_all():
    net = Net(3, 8, 8)
    net.add("conv", 4, 20)
    facts = analyse(net.graph())
    assert facts.status == "unknown"
    assert set(facts.totals) == {None}
    assert set(facts.memory) == {None, ()}
