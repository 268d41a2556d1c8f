"""A training step against PyTorch: its memory under fake tensors, its multiply-accumulates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch import Tensor, nn  # noqa: E402
from torch._subclasses.fake_tensor import FakeTensorMode  # noqa: E402
from torch.nn import functional as F  # noqa: E402
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402

from archc.analysis.answers import Asked, Fits, Training, answers  # noqa: E402
from archc.analysis.optimizers import OPTIMIZERS  # noqa: E402
from archc.check import Network  # noqa: E402
from archc.emit.pytorch.compile import Compiled  # noqa: E402
from archc.emit.pytorch.verify import load  # noqa: E402
from archc.layers import registry  # noqa: E402
from tests.analysis import live_step  # noqa: E402
from tests.analysis.test_every_layer import known, line, spec  # noqa: E402
from tests.emit.pytorch.compiled import compile_text, compiled  # noqa: E402
from tests.layers.examples import EXAMPLES, Example, few  # noqa: E402

MAKERS: dict[str, Any] = {
    "sgd": lambda weights: torch.optim.SGD(weights, 0.1),
    "momentum": lambda weights: torch.optim.SGD(weights, 0.1, momentum=0.9),
    "nag": lambda weights: torch.optim.SGD(weights, 0.1, momentum=0.9, nesterov=True),
    "adagrad": torch.optim.Adagrad,
    "adadelta": torch.optim.Adadelta,
    "rmsprop": torch.optim.RMSprop,
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
}


def module_of(found: Compiled, name: str) -> nn.Module:
    assert found.code is not None, found.diagnostics
    made = getattr(load(found.code), name)()
    assert isinstance(made, nn.Module)
    return made


def inputs_of(network: Network, batch: int) -> list[Tensor]:
    shapes = [known(node.shape) for node in network.graph.nodes if node.layer is None]
    return [torch.rand(batch, *shape) for shape in shapes]


def results_of(module: nn.Module, inputs: list[Tensor]) -> list[Tensor]:
    out = module(*inputs)
    return [one for one in (out if isinstance(out, tuple) else (out,)) if one is not None]


def measured(found: Compiled, network: Network, batch: int, optimizer: str) -> int:
    """The most bytes of tensors alive in the second of two steps."""
    from torch.distributed._tools.mem_tracker import MemTracker  # takes a second to load

    with FakeTensorMode():
        module = module_of(found, network.name)
        frozen_as_buffers(module)
        inputs = inputs_of(network, batch)
        shapes = [one.shape for one in results_of(module, inputs)]
        labels = [torch.zeros((s[0], *s[2:]), dtype=torch.int64) for s in shapes]
        update = MAKERS[optimizer](module.parameters())
        tracker: Any = MemTracker()
        tracker.track_external(module, update, *inputs, *labels)
        with tracker:
            for step in range(2):
                out = results_of(module, inputs)
                pairs = zip(out, labels, strict=True)
                loss = torch.stack([F.cross_entropy(one, label) for one, label in pairs]).sum()
                loss.backward()
                update.step()
                update.zero_grad()
                del out, pairs, loss
                if step == 0:
                    tracker.reset_mod_stats()
    (snapshot,) = tracker.get_tracker_snapshot("peak").values()
    return int(sum(bytes_ for kind, bytes_ in snapshot.items() if kind != "Total"))


def alive(found: Compiled, network: Network, batch: int, optimizer: str) -> int:
    """The same by a walk over live storages: the tracker holds what it should only watch."""
    return live_step.step(
        lambda: (module_of(found, network.name), inputs_of(network, batch)),
        results_of,
        MAKERS[optimizer],
    )


def frozen_as_buffers(module: nn.Module) -> None:
    """The tracker hooks the gradient of every parameter, and so refuses those that have none."""
    for one in module.modules():
        for name, weight in list(one.named_parameters(recurse=False)):
            if not weight.requires_grad:
                delattr(one, name)
                one.register_buffer(name, weight.data)


def asked(network: Network, asked: Asked, batch: int = 1) -> tuple[Training | None, Fits | None]:
    found = answers(network.graph, network.facts, asked, batch, "float32", 4)
    return found.training, found.fits


def peak(network: Network, batch: int, optimizer: str) -> int:
    training, _ = asked(network, Asked(optimizer), batch)
    assert training is not None
    assert training.step is not None
    return training.step.peak


def _distinct() -> list[Example]:
    """Each call once, on its first input."""
    found: dict[str, Example] = {}
    for example in EXAMPLES:
        found.setdefault(line(example) + str(len(example.inputs)), example)
    return list(found.values())


def test_every_kind_of_layer_is_followed_through_a_step() -> None:
    assert {example.kind for example in _distinct()} >= set(registry.KINDS) - {"opaque"}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("example", few(_distinct(), 2))
def test_a_step_of_every_kind_of_layer(example: Example) -> None:
    head = "flatten\n" if len(example.layer.output(example.inputs)) > 1 else ""
    found = compile_text(f"network N {{\n{spec(example)}\n{head}linear 3\n}}\n")
    network = found.checked.networks[0]
    wanted = alive(found, network, 64, "sgd")
    assert peak(network, 64, "sgd") == pytest.approx(wanted, rel=0.001, abs=256)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("name", "network", "batch", "optimizer"),
    [
        *(("typical_cnn", None, 8, optimizer) for optimizer in OPTIMIZERS),
        *(("vgg16", None, 4, optimizer) for optimizer in ("momentum", "adam")),
        ("alexnet", "AlexNet", 4, "sgd"),
        ("lenet5", "LeNet5", 16, "adadelta"),
        pytest.param("googlenet", "GoogLeNet", 2, "sgd", marks=pytest.mark.campaign),
        ("resnet18", None, 4, "adamw"),
        ("stochastic_pooling", None, 2, "momentum"),
        ("dilated", "ContextModule", 2, "sgd"),
        ("mlp_and_cnn", "MLP", 3, "nag"),
    ],
)
def test_a_step_of_a_network(name: str, network: str | None, batch: int, optimizer: str) -> None:
    found = compiled(name, network)
    (own, *_) = found.checked.networks
    wanted = measured(found, own, batch, optimizer)
    assert peak(own, batch, optimizer) == pytest.approx(wanted, rel=0.02)


def test_the_measures_agree_where_all_is_read_once() -> None:
    found = compiled("typical_cnn")
    (own,) = found.checked.networks
    assert alive(found, own, 8, "adam") == measured(found, own, 8, "adam")


KINDS = {
    "values that nobody reads": (
        "a: conv 8 3x3 pad=1; conv 32 3x3 pad=1; dropout 0.5; softmax; from a; tanh"
    ),
    "values that nobody reads, one by one": (
        "a: conv 8 3x3 pad=1; gelu; from a; conv 64 1x1; from a; b: conv 64 1x1; from a; tanh"
    ),
    "a gradient from two layers": (
        "a: conv 64 1x1; conv 8 1x1; b: tanh; add { from b; { from a; conv 8 1x1 } }"
    ),
    "a gradient that another has": (
        "conv 64 1x1; a: tanh; add { identity; { tanh; tanh }; conv 64 1x1 }; global_avgpool"
    ),
    "a gradient behind a view": (
        "conv 64 1x1; a: tanh; concat { from a; conv 8 1x1 }; global_avgpool"
    ),
    "a layer that runs again": (
        "conv 8 1x1; a: conv 8 3x3 pad=1; tanh; share a; tanh; share a; conv 64 1x1; tanh"
    ),
    "a mask that nobody needs": "frozen conv 64 1x1; dropout 0.5; maxpool 2",
    "a product that is scaled up": "conv 64 1x1; stochastic_depth 0.5; maxpool 2",
    "an activation over a view": "conv 64 1x1; instancenorm; leaky_relu; global_avgpool",
    "a norm of a slice": "conv 64 1x1; dropout 0.5; slice 0 32; groupnorm 2; global_avgpool",
    "terms in another order": (
        "let wide = 64; conv wide 1x1; add { if wide > 8 { scale }; conv 64 1x1 }; global_avgpool"
    ),
    "a copy of one branch": (
        "let wide = 64; conv 64 1x1; concat { if wide > 99 { scale }; conv 64 1x1 }; global_avgpool"
    ),
    "a copy beside what is kept": (
        "let wide = 64; conv 8 1x1; concat { if wide > 99 { scale }; { conv 64 1x1; tanh } }; "
        "b: global_avgpool; from input; frozen conv 2 1x1; frozen conv 2 1x1; frozen conv 512 1x1; "
        "from b"
    ),
    "a copy in what nobody reads": (
        "let wide = 64; a: conv 4 1x1; concat { if wide > 99 { scale }; conv 64 1x1 }; "
        "z: conv 4 1x1; from input; frozen conv 2 1x1; frozen conv 512 1x1; conv 4 1x1; "
        "add { from z; identity }; from a"
    ),
    "a frozen product behind permute": (
        "conv 64 1x1; permute [1, 2, 0]; frozen linear 256 axis=-1"
    ),
    "roots that nobody keeps": "rmsnorm; global_avgpool",
    "strengths that nobody keeps": "grn; global_avgpool",
    "factors of means": "conv 64 1x1; subsample 2; conv 64 1x1",
    "a second run that nobody reads": (
        "conv 8 1x1; a: conv 8 3x3 pad=1; b: tanh; share a; c: conv 64 1x1; gelu; from b; tanh"
    ),
}


def in_turn() -> Iterator[Any]:
    """Each kind with two optimizers in turn; the third goes with the campaign."""
    for turn, kind in enumerate(KINDS):
        for place, optimizer in enumerate(("sgd", "adam", "adagrad")):
            marks = pytest.mark.campaign if place == turn % 3 else ()
            yield pytest.param(kind, optimizer, id=f"{kind}-{optimizer}", marks=marks)


@pytest.mark.parametrize(("kind", "optimizer"), list(in_turn()))
def test_a_step_holds_what_autograd_holds(kind: str, optimizer: str) -> None:
    body = KINDS[kind].replace("; ", "\n")
    found = compile_text(f"network N {{\ninput 4x16x16\n{body}\nflatten\nlinear 3\n}}\n")
    (own,) = found.checked.networks
    wanted = alive(found, own, 64, optimizer)
    assert peak(own, 64, optimizer) == pytest.approx(wanted, rel=0.001)


@pytest.mark.parametrize(
    ("body", "split"),
    [
        ("input 3x16x16; conv 8 3x3 pad=1; relu; conv 4 3x3 stride=2; flatten; linear 5", False),
        ("input 4x8x8; conv_transpose 6 2x2 stride=2; conv 2 1x1; global_avgpool", False),
        ("input 4x8x8; conv 8 3x3 groups=4; conv 8 3x3 groups=2 pad=1; conv 2 1x1", True),
        ("input 6; linear 5; add { linear 5; identity }; linear 3", False),
    ],
)
def test_macs_of_a_step(body: str, split: bool) -> None:
    """PyTorch counts two for each; with groups it is asked about each group by itself."""
    found = compile_text("network N {\n" + body.replace("; ", "\n") + "\n}\n")
    network = found.checked.networks[0]
    training, _ = asked(network, Asked("sgd"))
    assert training is not None
    module, inputs = module_of(found, "N"), inputs_of(network, 1)
    if split:
        module = apart(module)
    counter = FlopCounterMode(display=False)
    with counter:
        torch.stack([one.sum() for one in results_of(module, inputs)]).sum().backward()
    assert training.macs == counter.get_total_flops() // 2


def apart(module: nn.Module) -> nn.Module:
    """The same chain with a convolution of its own for each group."""

    class Groups(nn.Module):
        def __init__(self, one: nn.Conv2d) -> None:
            super().__init__()
            sizes = one.in_channels // one.groups, one.out_channels // one.groups
            made = [
                nn.Conv2d(*sizes, one.kernel_size, one.stride, one.padding)
                for _ in range(one.groups)
            ]
            self.parts = nn.ModuleList(made)

        def forward(self, x: Tensor) -> Tensor:
            chunks = x.chunk(len(self.parts), 1)
            return torch.cat([part(one) for part, one in zip(self.parts, chunks, strict=True)], 1)

    convolutions = [one for one in module.modules() if isinstance(one, nn.Conv2d)]
    return nn.Sequential(*map(Groups, convolutions))


@pytest.mark.parametrize("room", [2_000_000, 20_000_000, 10**9])
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_one_more_image_would_not_fit(room: int, optimizer: str) -> None:
    network = compiled("lenet5", "LeNet5").checked.networks[0]
    _, fits = asked(network, Asked(optimizer, room))
    assert fits is not None
    assert peak(network, fits.training, optimizer) <= room
    assert peak(network, fits.training + 1, optimizer) > room


def test_nothing_fits_into_a_thimble() -> None:
    network = compiled("lenet5", "LeNet5").checked.networks[0]
    _, fits = asked(network, Asked(None, 1000))
    assert fits is not None
    assert (fits.inference, fits.training) == (0, 0)
    assert fits.least[0] == (60_000 + 840) * 4 + (network.facts.memory.peak or 0)
