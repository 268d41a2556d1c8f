"""What autograd keeps: published figures, and PyTorch's own saved tensors."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from archc.analysis.analyse import analyse
from tests.analysis import networks
from tests.analysis.build import Net
from tests.analysis.random_nets import UNARY, nets
from tests.analysis.torch_run import saved_for_backward


@settings(max_examples=150, deadline=None)
@given(nets(unary=(*UNARY, "slice", "tanh", "gelu"), blocks=True))
def test_autograd_keeps_what_is_counted(graph):
    facts = analyse(graph)
    assert facts.memory.saved_for_backward == saved_for_backward(graph, facts.in_place)


@pytest.mark.parametrize("batch", [1, 2])
def test_a_small_network_of_everything(batch):
    net = Net(3, 32, 32)
    net.add("conv", 8, 3, pad=1, stride=2)
    net.add("batchnorm")
    net.add("relu")
    net.add("maxpool", 3, stride=2, pad=1, ceil=True)
    net.add("conv_transpose", 6, 4, stride=2, pad=1)
    net.add("avgpool", 2)
    x = net.at
    gate = [net.add("global_avgpool"), net.add("conv", 6, 1), net.add("sigmoid")][-1]
    net.add("mul", inputs=(x, gate))
    net.add("adaptive_avgpool", 2)
    net.add("flatten")
    net.add("linear", 12)
    net.add("relu")
    net.add("dropout")
    net.add("linear", 5)
    net.add("log_softmax")
    graph = net.graph()
    facts = analyse(graph, batch)
    assert facts.memory.saved_for_backward == saved_for_backward(graph, facts.in_place, batch)


def test_vgg16_keeps_73_36_mb():
    facts = analyse(networks.vgg())
    assert facts.memory.saved_for_backward == 73_355_264
    by_path = dict(zip((node.path for node in networks.vgg().nodes), facts.layers, strict=True))
    assert by_path["features.0"].saved_bytes == 3 * 224 * 224 * 4
    assert by_path["features.1"].saved_bytes == 64 * 224 * 224 * 4
    assert by_path["features.2"].saved_bytes == 0  # the ReLU's output, counted there
    assert by_path["features.4"].saved_bytes == 64 * 112 * 112 * 8  # its places; its input is kept


def test_resnet50_keeps_85_91_mb_and_the_statistics_of_its_batch_norms():
    graph = networks.resnet()
    facts = analyse(graph)
    channels = sum(
        node.shape[0]  # type: ignore[index, misc]
        for node in graph.nodes
        if node.kind == "batchnorm"
    )
    assert 2 * channels * 4 == 212_480
    assert facts.memory.saved_for_backward == 85_909_504 + 212_480


def test_statistics_of_a_batch_norm_do_not_grow_with_the_batch():
    net = Net(2, 4, 4)
    net.add("conv", 3, 1)
    net.add("batchnorm")
    for batch in (1, 4):
        kept = [layer.saved_bytes for layer in analyse(net.graph(), batch).layers]
        assert kept == [0, 2 * 16 * 4 * batch, 3 * 16 * 4 * batch + 2 * 3 * 4]


def test_nothing_is_kept_before_the_first_weights():
    net = Net(2, 8, 8)
    net.add("maxpool", 2)
    net.add("relu")
    net.add("conv", 1, 1)
    assert [layer.saved_bytes for layer in analyse(net.graph()).layers] == [0, 0, 0, 2 * 16 * 4]


def test_indices_of_a_max_pool_have_eight_bytes_whatever_the_type():
    net = Net(2, 8, 8)
    net.add("conv", 2, 1)
    net.add("maxpool", 2)
    kept = [layer.saved_bytes for layer in analyse(net.graph(), dtype_bytes=2).layers]
    assert kept == [0, 2 * 64 * 2, 2 * 64 * 2 + 2 * 16 * 8]


def test_layers_of_auxiliary_outputs_are_kept_too():
    net = Net(2, 4, 4)
    trunk = net.add("conv", 3, 1)
    net.training = True
    net.add("conv", 1, 1)
    net.result("aux", training=True)
    net.training = False
    net.at = trunk
    net.add("sigmoid")
    kept = [layer.saved_bytes for layer in analyse(net.graph()).layers]
    assert kept == [0, 2 * 16 * 4, 3 * 16 * 4, 3 * 16 * 4]
