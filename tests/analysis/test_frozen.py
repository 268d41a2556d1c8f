"""What a frozen layer costs in training, against autograd's saved tensors and PyTorch's tracker."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from archc.analysis.analyse import analyse  # noqa: E402
from archc.analysis.answers import Asked  # noqa: E402
from archc.analysis.facts import Facts  # noqa: E402
from archc.check import Network  # noqa: E402
from archc.shapes import show  # noqa: E402
from tests.analysis.live import saved_for_backward  # noqa: E402
from tests.analysis.test_every_layer import known, line, spec  # noqa: E402
from tests.analysis.test_training_step import (  # noqa: E402
    asked,
    inputs_of,
    measured,
    module_of,
    peak,
)
from tests.each import each  # noqa: E402
from tests.emit.pytorch.compiled import compile_text  # noqa: E402
from tests.layers.examples import EXAMPLES, Example, few  # noqa: E402


def learns(example: Example) -> bool:
    shapes = [known(shape) for shape in example.inputs]
    return any(one.kind == "parameter" for one in example.layer.weights(shapes))


TRUNK = """
    trunk: frozen {
        conv 8 3x3 pad=1 bias=false; batchnorm; relu
        maxpool 2
        conv 8 3x3 pad=1; leaky_relu; conv 8 1x1
        dropout 0.2
    }
"""
HEAD = "conv 6 3x3 -> batchnorm -> relu; global_avgpool; flatten; fc: linear 5"


def networks(body: str) -> tuple[Network, nn.Module]:
    found = compile_text(f"network N {{\n{body}\n}}\n")
    network = found.checked.networks[0]
    return network, module_of(found, "N")


def facts(body: str) -> Facts:
    return networks(body)[0].facts


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("first", [False, True], ids=["behind what learns", "first"])
@each("example", [one for one in EXAMPLES if learns(one)])
def test_a_frozen_layer_keeps_what_pytorch_keeps(example: Example, first: bool) -> None:
    """Behind what learns it hands gradients on; in front of it nothing is kept at all."""
    text = spec(example)
    frozen = text.replace(line(example), f"frozen {line(example)}")
    assert frozen != text
    if first:
        head, *rest = frozen.splitlines()
        kept = [one for one in rest if one.startswith("frozen")]
        frozen = "\n".join([head, *kept])
    network, module = networks(frozen)
    batch = 3
    inputs = [torch.rand(batch, *known(n.shape)) for n in network.graph.nodes if n.layer is None]
    saved = analyse(network.graph, batch).memory.saved_for_backward
    assert saved == saved_for_backward(module, inputs)
    if first:
        assert saved == 0


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("example", few([one for one in EXAMPLES if learns(one)], 1))
def test_at_the_input_a_layer_keeps_what_its_weights_need(example: Example) -> None:
    """The input has no gradient, and what serves that alone is not kept."""
    network, module = networks(f"input {show(example.inputs[0])}\n{line(example)}")
    saved = analyse(network.graph, 3).memory.saved_for_backward
    assert saved == saved_for_backward(module, [torch.rand(3, *known(example.inputs[0]))])


def test_parameters_are_counted_apart() -> None:
    network, module = networks(f"input 3x16x16\n{TRUNK}\n{HEAD}")
    trained = sum(one.numel() for one in module.parameters() if one.requires_grad)
    totals = network.facts.totals
    assert totals.trainable == trained
    assert totals.params == sum(one.numel() for one in module.parameters())
    assert 0 < trained < (totals.params or 0)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("before", ["", "stem: conv 3 3x3 pad=1"])
def test_a_step_is_that_of_pytorch(before: str, optimizer: str) -> None:
    """Also where a layer that learns stands in front of the frozen trunk."""
    found = compile_text(f"network N {{\ninput 3x32x32\n{before}\n{TRUNK}\n{HEAD}\n}}\n")
    network = found.checked.networks[0]
    assert peak(network, 16, optimizer) == pytest.approx(
        measured(found, network, 16, optimizer), rel=0.02
    )


def test_no_gradient_no_state_and_no_work_where_none_is_needed() -> None:
    body = f"input 3x32x32\n{TRUNK}\n{HEAD}"
    network, _ = networks(body)
    training, fits = asked(network, Asked("adam", 10**8), 1)
    assert training is not None
    assert training.step is not None
    assert fits is not None
    trainable = network.facts.totals.trainable or 0
    assert training.step.gradients == 4 * trainable
    assert training.step.state == 8 * trainable
    macs = dict(zip((n.path for n in network.graph.nodes), training.layer_macs, strict=True))
    rows = zip(network.graph.nodes, network.facts.layers, strict=True)
    forward = {node.path: own.work.macs for node, own in rows if own.work}
    assert macs["trunk.0"] == forward["trunk.0"]
    assert macs["conv1"] == 2 * forward["conv1"]
    assert macs["fc"] == 3 * forward["fc"]
    melted, _ = networks(body.replace("frozen", ""))
    _, more = asked(melted, Asked("adam", 10**8), 1)
    assert more is not None
    assert fits.inference == more.inference
    assert fits.training > 1.5 * more.training


def test_a_shared_layer_is_frozen_where_its_weights_are_made() -> None:
    body = "input 4x8x8\na: conv 4 3x3 pad=1\nb: frozen conv 4 3x3 pad=1\nshare a\nshare b\n"
    network, module = networks(body)
    assert [n.frozen for n in network.graph.nodes] == [False, False, True, False, True]
    assert network.facts.totals.trainable == 148
    saved = network.facts.memory.saved_for_backward
    assert saved == saved_for_backward(module, inputs_of(network, 1))
