"""The classes for layers that PyTorch lacks: their formulas, and their gradients."""

from __future__ import annotations

from types import ModuleType

import pytest
import torch
from torch import Tensor, nn

from tests.emit.pytorch.compiled import code_of, compile_text, module_of
from tests.emit.pytorch.reference import hold


def layer(line: str, size: str = "4x6x6", extra: str = "") -> nn.Module:
    """The first module of a network that is one chain."""
    module: ModuleType = module_of(f"network Net {{\n input {size}\n {line}\n {extra}\n}}\n")
    net = module.Net()
    assert isinstance(net, nn.Sequential)
    torch.default_generator.manual_seed(1)
    return net[0].double()


def positive(*size: int) -> Tensor:
    torch.default_generator.manual_seed(0)
    return torch.rand(*size, dtype=torch.float64) + 0.1


@pytest.mark.parametrize(
    ("line", "size"),
    [
        ("scaled_tanh", "4x6x6"),
        ("subsample 2x2", "4x6x6"),
        ("subsample 2", "4x6"),
        ("conv 3 3x3 connect=[[0], [1, 3], [0, 2]]", "4x5x5"),
        ("conv 3 3x3 stride=2 pad=[[0, 1], [1, 1]] connect=[[0], [1, 3], [0, 2]]", "4x6x6"),
        ("layernorm", "4x6x6"),
        ("conv 3 3x3 stride=2 pad=same", "4x5x6"),
        ("conv 3 4x4 pad=same", "4x5x6"),
        ("conv 3 3x3 pad=[[0, 1], [2, 0]]", "4x5x6"),
        ("avgpool 2x2 stride=1 pad=same", "4x5x6"),
        ("maxpool 3x3 stride=2 pad=same", "4x5x6"),
        ("pad 1", "4x5x6"),
        ("slice 1 3", "4x5x6"),
        ("reshape 2x10x6", "4x5x6"),
        ("permute [1, 0, 2]", "4x5x6"),
        ("crop 3x3", "4x5x6"),
        ("channel_shuffle 2", "4x6x6"),
    ],
)
@pytest.mark.filterwarnings("ignore:Using padding='same'")
def test_gradients(line: str, size: str) -> None:
    module = layer(line, size).eval()
    x = positive(2, *map(int, size.split("x"))).requires_grad_()
    parameters = [one for one in module.parameters() if one.requires_grad]
    assert torch.autograd.gradcheck(lambda x, *_: module(x), (x, *parameters))


@pytest.mark.parametrize("training", [False, True], ids=["evaluation", "training"])
@pytest.mark.parametrize(
    ("line", "size"),
    [
        ("rbf 3", "5"),
        ("stochastic_pool 2x2", "2x6x6"),
        ("stochastic_pool 3x3 stride=2", "2x5x5"),
        ("stochastic_pool 3 stride=2", "2x7"),
        ("stochastic_pool 2x2x2", "2x4x4x4"),
        ("stochastic_depth 0.4", "2x3x3"),
        ("stochastic_depth 0.4", "6"),
    ],
)
def test_gradients_where_modes_differ(line: str, size: str, training: bool) -> None:
    """The same draw every time, so that the function is one."""
    module = layer(line, size).train(training)
    x = positive(2, *map(int, size.split("x"))).requires_grad_()

    def run(x: Tensor) -> Tensor:
        torch.default_generator.manual_seed(5)
        result: Tensor = module(x)
        return result

    assert torch.autograd.gradcheck(run, (x,))


@pytest.mark.parametrize(
    ("line", "size"),
    [
        ("scaled_tanh", "4x6"),
        ("subsample 2", "4x7"),
        ("subsample 2x3", "4x6x6"),
        ("subsample 2x2x2", "2x4x4x4"),
        ("conv 3 3 connect=[[0], [1, 3], [0, 2]]", "4x6"),
        ("conv 3 3x2 stride=2 pad=1 dilation=2 connect=[[0], [1, 3], [0, 2]]", "4x7x6"),
        ("conv 3 2x2x2 bias=false connect=[[0], [1, 3], [0, 2]]", "4x4x4x4"),
        ("conv 2 3x3 pad=[[0, 1], [2, 1]] connect=[[1], [0, 3]]", "4x6x6"),
        ("rbf 3", "5"),
        ("stochastic_pool 3 stride=2", "2x7"),
        ("stochastic_pool 3x2", "2x7x6"),
        ("stochastic_pool 2x2x2", "2x4x4x4"),
        ("stochastic_depth 0.4", "2x3x3"),
        ("layernorm", "4x5x6"),
        ("conv 3 4x3 stride=2 pad=same", "4x5x6"),
        ("maxpool 3x3 stride=2 pad=same", "4x5x6"),
        ("maxpool 3 pad=[[0, 1]]", "4x5"),
        ("avgpool 2x2 stride=1 pad=same", "4x5x6"),
        ("avgpool 3x3 stride=2 ceil=true pad=1", "4x5x6"),
        ("avgpool 3x3 stride=2 pad=1 count_include_pad=false", "4x5x6"),
        ("conv_transpose 3 3x2 stride=2 pad=1 output_pad=[1, 0] groups=1", "4x5x6"),
        ("upsample 7x9", "4x5x6"),
        ("upsample [7, 9] mode=bilinear", "4x5x6"),
        ("upsample 2 mode=bilinear align_corners=true", "4x5x6"),
        ("crop 3x3", "4x5x6"),
        ("pad 1 channels=[1, 2]", "4x5x6"),
        ("channel_shuffle 2", "4x6x6"),
    ],
)
@pytest.mark.filterwarnings("ignore:Using padding='same'")
def test_layers_compute_their_formula(line: str, size: str) -> None:
    """The reference knows the formulas of docs/layers.md; inputs are positive and negative."""
    before = "" if "stochastic_pool" not in line else "relu\n "
    hold(compile_text(f"network Net {{\n input {size}\n {before}{line}\n}}\n"))


def test_scaled_tanh() -> None:
    x = positive(2, 4, 6, 6)
    assert torch.allclose(layer("scaled_tanh")(x), 1.7159 * torch.tanh(x * 2 / 3))


def test_subsample_is_a_sum_times_a_factor_plus_a_bias() -> None:
    module = layer("subsample 2x2")
    x = positive(2, 4, 6, 6)
    with torch.no_grad():
        for one in module.parameters():
            one.copy_(torch.rand(4))
    weight, bias = dict(module.named_parameters()).values()
    for c in range(4):
        wanted = weight[c] * x[:, c, 2:4, 4:6].sum(dim=(1, 2)) + bias[c]
        assert torch.allclose(module(x)[:, c, 1, 2], wanted)


def test_connect_reads_only_what_the_table_says() -> None:
    module = layer("conv 3 3x3 connect=[[0], [1, 3], [0, 2]]")
    x = positive(2, 4, 6, 6)
    weight = module.get_parameter("weight")
    dense = torch.zeros(3, 4, 3, 3, dtype=torch.float64)
    for one, (row, column) in zip(weight, [(0, 0), (1, 1), (1, 3), (2, 0), (2, 2)], strict=True):
        dense[row, column] = one
    wanted = torch.conv2d(x, dense, module.get_parameter("bias"))
    assert torch.allclose(module(x), wanted)


def test_rbf_is_the_squared_distance_to_the_codes() -> None:
    module = layer("rbf 3", "5")
    x = positive(2, 5)
    codes = module.get_buffer("weight")
    assert set(codes.flatten().tolist()) <= {-1.0, 1.0}
    wanted = [[sum((x[n] - code) ** 2) for code in codes] for n in range(2)]
    assert torch.allclose(module(x), torch.tensor(wanted, dtype=torch.float64))
    assert (module(codes[:1])[0, 0] == 0).all()


def test_stochastic_pool_weights_by_its_chances_at_inference() -> None:
    module = layer("stochastic_pool 3x3 stride=2", "4x7x7").eval()
    x = positive(2, 4, 7, 7)
    window = x[0, 1, 2:5, 4:7]
    assert torch.isclose(module(x)[0, 1, 1, 2], (window**2).sum() / window.sum())
    assert (module(torch.zeros(2, 4, 7, 7, dtype=torch.float64)) == 0).all()


@pytest.mark.parametrize(
    "values", [(1.0, 2.0, 3.0, 4.0), (0.0, 5.0, 0.0, 5.0), (7.0, 0.0, 2.0, 0.0)]
)
def test_stochastic_pool_draws_by_its_chances_in_training(values: tuple[float, ...]) -> None:
    """Zeiler and Fergus, equation 2: with chance p = x / sum of the window, so never a zero."""
    module = layer("stochastic_pool 2x2", "1x2x2").train()
    x = torch.tensor(values, dtype=torch.float64).view(1, 1, 2, 2).expand(20_000, 1, 2, 2)
    drawn = module(x).flatten()
    for value in set(values):
        chance = value * values.count(value) / sum(values)
        assert abs((drawn == value).double().mean().item() - chance) < 0.02
    assert not (drawn == 0).any()


def test_stochastic_pool_draws_for_each_window_by_itself() -> None:
    module = layer("stochastic_pool 3x3 stride=2", "4x7x7").train()
    x = positive(2, 4, 7, 7).requires_grad_()
    y = module(x)
    for i in range(3):
        for j in range(3):
            window = x[:, :, 2 * i : 2 * i + 3, 2 * j : 2 * j + 3].flatten(2)
            assert (window == y[:, :, i, j, None]).any(-1).all()
    (slope,) = torch.autograd.grad(y.sum(), x)
    assert slope.sum() == y.numel()  # all of it goes to the values that were drawn
    assert (module(torch.zeros(2, 4, 7, 7, dtype=torch.float64)) == 0).all()


def test_stochastic_depth_drops_whole_images() -> None:
    module = layer("stochastic_depth 0.25", "4x3x3")
    x = torch.ones(4_000, 4, 3, 3, dtype=torch.float64)
    assert (module.eval()(x) == x).all()
    y = module.train()(x).flatten(1)
    assert (y == y[:, :1]).all()
    assert set(y[:, 0].tolist()) == {0.0, 1 / 0.75}
    assert abs((y[:, 0] == 0).double().mean().item() - 0.25) < 0.03
    x.requires_grad_()
    torch.default_generator.manual_seed(3)
    y = module(x)
    (slope,) = torch.autograd.grad(y.sum(), x)
    assert torch.equal(slope, y.detach())  # of ones: the mask over 1 - p
    assert (layer("stochastic_depth 1", "4x3x3").train()(x) == 0).all()


def test_lrn_takes_the_alpha_of_the_papers() -> None:
    module = layer("lrn 5 alpha=0.1 beta=0.75 k=2", "8x3x3")
    x = positive(2, 8, 3, 3)
    near = (x[:, 2:7] ** 2).sum(dim=1)
    assert torch.allclose(module(x)[:, 4], x[:, 4] / (2 + 0.1 * near) ** 0.75)


def test_classes_are_there_only_when_used() -> None:
    code = code_of("network Net {\n input 3x8x8\n conv 4 3x3\n}\n")
    assert "class Net" in code
    assert code.count("class ") == 1
