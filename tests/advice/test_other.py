"""Fields, groups and activations: figures against PyTorch, and what must be let pass."""

from __future__ import annotations

import math
import re

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

import archc  # noqa: E402
from archc.advice.case import written  # noqa: E402
from archc.advice.groups import most_seen  # noqa: E402
from archc.layers.registry import KINDS  # noqa: E402
from tests.advice.asked import advice, codes, figures, only  # noqa: E402
from tests.each import each  # noqa: E402
from tests.layers.examples import EXAMPLES, Example  # noqa: E402
from tests.layers.torch_form import runner  # noqa: E402

STEPS = "conv 16 3x3 stride=2 pad=1; conv 32 3x3 stride=2 pad=1; conv 64 3x3 stride=2 pad=1"
HEAD = "global_avgpool; flatten; linear 10"


def test_field_past_input() -> None:
    """r grows by (k - 1) times the product of the strides before: 3, 7, 15, 31, 47."""
    body = (
        f"input 3x20x20; {STEPS}; a: conv 64 3x3 pad=1; b: conv 8 1x1; c: conv 8 3x3 pad=1; {HEAD}"
    )
    found = only(body, "field-past-input")
    fields, jump = [1], 1
    for kernel, stride in ((3, 2), (3, 2), (3, 2), (3, 1), (1, 1), (3, 1)):
        fields.append(fields[-1] + (kernel - 1) * jump)
        jump *= stride
    assert [seen > 20 for seen in fields] == [False] * 4 + [True] * 3
    channels = (3, 16, 32, 64, 64, 8, 8)
    kernels = (3, 3, 3, 3, 1, 3)
    pairs = zip(channels, channels[1:], kernels, strict=False)
    modules: list[nn.Conv2d | nn.Linear] = [nn.Conv2d(*one) for one in pairs]
    modules.append(nn.Linear(8, 10))
    params = [sum(one.numel() for one in module.parameters()) for module in modules]
    positions = [100, 25, 9, 9, 9, 9, 1]
    macs = [m.weight.numel() * n for m, n in zip(modules, positions, strict=True)]
    share = [f"{100 * all_[5] / sum(all_):.1f}" for all_ in (params, macs)]
    assert "before `c` the receptive field, 31x31, is larger than the 20x20 input" in found.message
    assert "from here on 1 convolution widens it further" in found.message
    assert figures(found.message) == [1, params[5], float(share[0]), macs[5], float(share[1])]


@pytest.mark.parametrize(
    "body",
    [
        f"input 3x32x32; {STEPS}; conv 64 3x3 pad=1; {HEAD}",  # 15 before the last
        f"input 3x12x12; {STEPS}; conv 64 1x1; {HEAD}",  # no window looks further
        f"input 3x15x15; {STEPS}; conv 64 3x3 pad=1; {HEAD}",  # as large as the input, not larger
        f"input 3x12x12; {STEPS}; conv 64 3x3 pad=1; upsample 8; conv 2 3x3 pad=1",  # a map
        f"input 3x12x100; {STEPS}; conv 64 3x3 pad=1; {HEAD}",  # one axis alone
        f"input 3x12x12; {STEPS}; maxpool 2x2; {HEAD}",
        "input 3x8x8; global_avgpool; conv 8 1x1; flatten; linear 10",
        "input 3xHxW; conv 8 3x3; global_avgpool; flatten; linear 10",
    ],
)
def test_fields_that_are_let_pass(body: str) -> None:
    assert "field-past-input" not in codes(body)


@each("first", [2, 3, 4, 6, 12])
@each("second", [2, 3, 4, 6, 12])
def test_groups_apart(first: int, second: int) -> None:
    """The channels that reach an output, by the gradient of two convolutions."""
    x = torch.rand(1, 24, 1, 1, requires_grad=True)
    between = nn.Conv2d(24, 36, 1, groups=first)(x)
    out = nn.Conv2d(36, 24, 1, groups=second)(between)
    seen = [
        int((torch.autograd.grad(out[0, c, 0, 0], x, retain_graph=True)[0] != 0).sum())
        for c in range(24)
    ]
    assert most_seen(24, 36, first, second) == max(seen)
    body = f"input 24x8x8; conv 36 3x3 groups={first}; batchnorm; relu; conv 24 1x1 groups={second}"
    found = [one for one in advice(body) if one.code == "groups-apart"]
    assert bool(found) == (max(seen) < 24)
    for one in found:
        assert figures(one.message) == [max(seen), 24]


@pytest.mark.parametrize(
    "body",
    [
        "input 24x8x8; conv 24 3x3; conv 24 3x3 groups=4",
        "input 24x8x8; conv 24 3x3 groups=4; conv 24 1x1; conv 24 3x3 groups=4",
        "input 24x8x8; conv 24 3x3 groups=4; channel_shuffle 4; conv 24 3x3 groups=4",
        "input 24x8x8; conv 24 3x3 groups=4; layernorm; conv 24 3x3 groups=4",
        "input 24x8x8; conv 24 3x3 groups=24; conv 24 3x3 groups=24",  # depthwise
        "input 24x8x8; conv 24 3x3 groups=24; conv 24 1x1 groups=4",
        "input 24x8x8; conv 24 3x3 groups=4; conv 24 3x3 groups=24",
        "input 24x8x8; conv 24 3x3 groups=4",
        "input 24x8x8; conv 24 1x1 groups=2; add { identity; conv 24 1x1 }; conv 24 1x1 groups=2",
    ],
)
def test_groups_that_meet(body: str) -> None:
    assert "groups-apart" not in codes(body)


ACTIVATIONS = [one for one in EXAMPLES if KINDS[one.kind].group == "activation"]


@each("example", ACTIVATIONS)
def test_what_activations_give_and_leave(example: Example) -> None:
    """Against PyTorch, from -30 to 30."""
    run, module = runner(example.layer, example.inputs)
    if module is not None:
        module.double().eval()
    shape = [axis for axis in example.inputs[0] if isinstance(axis, int)]
    torch.default_generator.manual_seed(0)
    low, high = example.layer.gives
    kept = example.layer.unchanged
    for spread in (0.1, 1.0, 10.0, 30.0):
        x = torch.rand(200, *shape, dtype=torch.float64) * 2 * spread - spread
        with torch.no_grad():
            y = run(x)
        assert low - 1e-9 <= float(y.min())
        assert float(y.max()) <= high + 1e-9
        if kept is not None:
            inside = (x >= kept[0]) & (x <= kept[1])
            assert torch.equal(x[inside], y[inside])


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("conv 4 3x3; relu; relu", "at least 0"),
        ("conv 4 3x3; relu; maxpool 2; relu", "at least 0"),
        ("conv 4 3x3; sigmoid; flatten; relu6", "from 0 to 1"),
        ("conv 4 3x3; relu; dropout 0.5; leaky_relu", "at least 0"),
        ("add { { conv 4 3x3; relu }; { conv 4 3x3; relu6 } }; relu", "at least 0"),
        ("concat { { conv 4 3x3; relu }; { conv 4 3x3; softmax } }; prelu", "at least 0"),
        ("conv 4 3x3; sigmoid; upsample 2 mode=bilinear; pad 1; hardtanh", "from 0 to 1"),
        ("mul { { conv 4 3x3; relu }; { conv 4 3x3; softplus } }; absolute", "at least 0"),
        ("conv 4 3x3; sigmoid; sum; relu", "at least 0"),
    ],
)
def test_activations_that_change_nothing(body: str, said: str) -> None:
    """The network computes the same without it."""
    from archc.emit.pytorch.verify import load
    from tests.emit.pytorch.compiled import compile_text

    text = f"network N {{ input 3x8x8; {body} }}"
    found = only(text, "doubled-activation")
    assert f"what it reads is {said} already" in found.message
    last = archc.load(text).network.graph.nodes[-1]
    values = math.prod(axis for axis in last.shape or () if isinstance(axis, int))
    assert figures(found.message)[-1] == values  # an operation a value
    whole, less = (compile_text(t).code for t in (text, text.rpartition(";")[0] + "}"))
    assert whole is not None
    assert less is not None
    torch.default_generator.manual_seed(0)
    module = load(whole).N().eval()
    torch.default_generator.manual_seed(0)
    short = load(less).N().eval()
    x = torch.randn(4, 3, 8, 8)
    with torch.no_grad():
        assert torch.equal(module(x.clone()), short(x.clone()))


def test_operations_of_an_open_size_are_not_counted() -> None:
    found = only("input 3xHxW; conv 4 3x3; relu; relu", "doubled-activation")
    assert found.message.endswith("at least 0 already, and operations leave it so")


def test_activations_that_stand_twice() -> None:
    found = only("input 3x8x8; conv 4 3x3; tanh; flatten; tanh", "doubled-activation")
    assert found.message.startswith("`tanh` reads what `tanh` gives")
    assert figures(found.message) == [2 * 144]  # an operation and an exponential a value
    found = only("input 3x8x8; conv 4 3x3; softmax; log_softmax", "doubled-activation")
    assert figures(found.message) == [3 * 144]


@pytest.mark.parametrize(
    "body",
    [
        "input 3x8x8; conv 4 3x3; relu; conv 4 3x3; relu",
        "input 3x8x8; relu",  # who knows what the data is
        "input 3x8x8; conv 4 3x3; relu; batchnorm; relu",
        "input 3x8x8; conv 4 3x3; leaky_relu; relu",
        "input 3x8x8; conv 4 3x3; tanh; relu",
        "input 3x8x8; conv 4 3x3; relu; sigmoid",
        "input 3x8x8; conv 4 3x3; sigmoid; dropout 0.5; relu6",  # dropout makes values larger
        "input 3x8x8; conv 4 3x3; relu; relu6",
        "input 3x8x8; conv 4 3x3; sigmoid; sum; relu6",  # up to 4
        "input 3x8x8; conv 4 3x3; relu; upsample 2 mode=bicubic; relu",  # below 0 beside an edge
        "input 3x8x8; mul { { conv 4 3x3; tanh }; { conv 4 3x3; sigmoid } }; relu",
        "input 3x8x8; add { conv 3 3x3 pad=1; identity }; relu",
        "input 3x8x8; conv 4 3x3; relu; mul { identity; conv 4 1x1 }; relu",
        "block Pre { relu -> conv 4 3x3 pad=1 }\n"
        "network N { input 3x8x8; conv 4 3x3 -> relu; Pre; Pre }",  # needed by the second call
    ],
)
def test_activations_that_are_let_pass(body: str) -> None:
    assert "doubled-activation" not in codes(body)


@pytest.mark.parametrize("classes", [2, 10, 1000])
def test_doubled_softmax(classes: int) -> None:
    """The least loss over all probabilities, found by PyTorch from the best there is."""
    found = only(f"input 3x8x8; flatten; linear {classes}; softmax", "doubled-softmax")
    right = torch.zeros(1)[0].long()[None]
    best = F.cross_entropy(F.one_hot(right, classes).float(), right)
    guess = F.cross_entropy(torch.zeros(1, classes), right)
    many = torch.rand(500, classes).softmax(1)
    assert bool((F.cross_entropy(many, right.expand(500), reduction="none") >= best).all())
    assert figures(found.message) == [round(float(best), 2), classes, round(float(guess), 2)]


def test_softmax_of_a_training_output_is_named() -> None:
    body = "input 3x8x8; aux: output training { flatten; linear 10; softmax }; conv 3 1x1"
    assert "makes the output `aux`" in only(body, "doubled-softmax").message


@pytest.mark.parametrize(
    "body",
    [
        "input 3x8x8; flatten; linear 10",
        "input 3x8x8; flatten; linear 10; log_softmax",
        "input 3x8x8; flatten; linear 1; sigmoid",
        "input 3x8x8; mul { identity; { conv 3 1x1 -> softmax } }; flatten; linear 10",
        "input 3x8x8; flatten; linear 1; softmax",
    ],
)
def test_softmaxes_that_are_let_pass(body: str) -> None:
    assert "doubled-softmax" not in codes(body)


WRITTEN = {"conv", "linear", "avgpool", "global_avgpool", *(one.kind for one in ACTIVATIONS)}


@each("example", [e for e in EXAMPLES if e.kind in WRITTEN and "connect" not in e.named])
def test_layers_are_written_as_the_language_has_them(example: Example) -> None:
    call = written(example.layer)
    shape = "x".join(map(str, example.inputs[0]))
    node = archc.load(f"network N {{ input {shape}; {call} }}").network.graph.nodes[-1]
    assert node.layer == example.layer
    assert not re.search(r"bias=true|dilation=1\b|groups=1\b", call)
