"""Values, gradients and running statistics of bundled networks, against the reference."""

from __future__ import annotations

import pytest
import torch

from archc.emit.pytorch.verify import load, verify
from archc.layers.registry import KINDS
from tests.emit.pytorch.compiled import compile_text, reduced
from tests.emit.pytorch.reference import FORMULAS, agree, close, hold

SPECS = [
    ("lenet5", "LeNet5", None, None),
    ("lenet5", "LeNet5Modern", None, None),
    ("alexnet", "AlexNet", "3x67x67", 32),
    ("alexnet", "AlexNetTowers", "3x67x67", 32),
    ("alexnet", "AlexNetTextbook", "3x63x63", 32),
    ("alexnet", "AlexNetTorchvision", "3x63x63", 32),
    ("densenet", "DenseNet121", "3x32x32", None),
    pytest.param("dpn", "DPN68", "3x32x32", None, marks=pytest.mark.campaign),
    ("dilated", "DilatedStack", "1x16x16", None),
    ("dilated", "ContextModule", None, None),
    ("dilated", "CausalStack", "1x300", None),
    ("googlenet", "GoogLeNetTorchvision", "3x64x64", None),
    ("inception_arithmetic", "Direct5x5", "192x5x5", None),
    ("inception_arithmetic", "Reduced5x5", "192x5x5", None),
    ("mlp_and_cnn", "MLP", "1x16x16", None),
    ("mlp_and_cnn", "SmallCNN", "1x32x32", None),
    ("resnet", "ResNet18", "3x32x32", None),
    pytest.param("resnet", "ResNet50_v1", "3x32x32", None, marks=pytest.mark.campaign),
    pytest.param("resnext", "ResNeXt50_32x4d", "3x32x32", None, marks=pytest.mark.campaign),
    ("stacked_3x3", "Three3x3", "64x9x9", None),
    ("stacked_3x3", "One7x7", "64x9x9", None),
    ("stochastic_pooling", "StochasticPooling", None, None),
    ("typical_cnn", "TypicalCNN", None, None),
    pytest.param("vgg", "VGG11_LRN", "3x32x32", 32, marks=pytest.mark.campaign),
    pytest.param("vgg", "VGG16_1x1", "3x32x32", 32, marks=pytest.mark.campaign),
    ("vgg", "VGG11_BN", "3x32x32", 32),
]

LIKE = """
network Net {
    input 4x8x8
    a: conv 4 3x3 pad=1
    b: conv 4 3x3 pad=1
    concat { from a; from b }
    norm: batchnorm momentum=none
    output training conv 2 1x1
    conv 2 1x1
}
"""


def test_every_layer_has_a_formula() -> None:
    assert set(FORMULAS) == set(KINDS)


@pytest.mark.parametrize(("spec", "network", "input", "width"), SPECS)
def test_networks_compute_what_their_graph_says(
    spec: str, network: str, input: str | None, width: int | None
) -> None:
    hold(reduced(spec, network, input, width))


@pytest.mark.campaign
def test_the_largest_compute_what_their_graph_says() -> None:
    hold(reduced("googlenet", "GoogLeNet"))
    hold(reduced("dpn", "DPN92", "3x32x32"))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("self.b(a)", "self.b(x)"), ("[a, b]", "[b, a]"), ("momentum=None", "momentum=0.2")],
)
def test_what_only_values_tell_is_found(right: str, wrong: str) -> None:
    """The code is wrong, and the shapes are right."""
    result = compile_text(LIKE)
    assert result.code is not None
    hold(result)
    code = result.code.replace(right, wrong)
    assert code != result.code
    network = result.checked.networks[0]
    if "momentum" not in wrong:
        verify(code, [network])
    model = load(code).Net()
    with pytest.raises(AssertionError):
        agree(network.graph, model)


def test_gradients_are_compared() -> None:
    result = compile_text("network Net {\n input 3x8x8\n conv 4 3x3\n tanh\n}\n")
    model = load(result.code or "").Net()
    model[1].register_full_backward_hook(lambda _, given, __: (2 * given[0],))
    with pytest.raises(AssertionError, match="gradient"):
        agree(result.checked.networks[0].graph, model)


def test_an_input_that_is_written_over_is_found() -> None:
    result = compile_text("network Net {\n input 3x8x8\n relu\n conv 4 3x3\n}\n")
    model = load(result.code or "").Net()
    model[0].inplace = True
    with pytest.raises(AssertionError, match="changes its input"):
        agree(result.checked.networks[0].graph, model)


def test_a_training_pass_moves_the_running_statistics() -> None:
    result = compile_text("network Net {\n input 3x8x8\n batchnorm\n}\n")
    model = load(result.code or "").Net()
    model[0].momentum = 0.2
    with pytest.raises(AssertionError, match=r"running_mean|running_var"):
        agree(result.checked.networks[0].graph, model)
    assert torch.equal(model[0].num_batches_tracked, torch.tensor(1))


def test_what_nudged_weights_come_to_is_rounding() -> None:
    """A gradient that is 0 but for rounding is held to how much of it there is."""
    nothing, some = torch.zeros(1), torch.full((1,), 1e-7)
    close(some, nothing, "a bias", 1e-6, lambda: some / 10)
    for rounding in (lambda: some / 1000, lambda: None):
        with pytest.raises(AssertionError, match="a bias differs by"):
            close(some, nothing, "a bias", 1e-6, rounding)
