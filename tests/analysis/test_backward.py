"""The backward pass of every kind of layer, by itself, against PyTorch under fake tensors; the
forward pass of those that hold more than they give.

The peak of a whole step may lie elsewhere and hide it. A layer of several operations makes
gradients in between: how many are alive beside each other is ruled by whether another layer still
holds that of its output, by what is frozen, and by whether its input has one.
"""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from archc.analysis import training_step  # noqa: E402
from archc.analysis.backward import Meter  # noqa: E402
from archc.check import Network  # noqa: E402
from archc.graph.graph import Node  # noqa: E402
from archc.shapes import show  # noqa: E402
from tests.analysis import live_step  # noqa: E402
from tests.analysis.test_every_layer import known, line  # noqa: E402
from tests.analysis.test_training_step import (  # noqa: E402
    MAKERS,
    inputs_of,
    module_of,
    peak,
    results_of,
)
from tests.emit.pytorch.compiled import compile_text  # noqa: E402
from tests.layers.examples import EXAMPLES, Example, few  # noqa: E402

IMAGES = 64  # the gradient of a weight, which counts from the layer's begin on, is small then


def told(network: Network, phases: tuple[str, ...]) -> int:
    """The peak of these phases."""
    most = 0

    class Phases(Meter):
        def moment(self, passing: int, phase: str, node: Node | None = None) -> None:
            nonlocal most
            if phase in phases:
                most = max(most, self.now + passing)
            super().moment(passing, phase, node)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training_step, "Meter", Phases)
        peak(network, IMAGES, "sgd")
    return most


def hold(text: str, phase: str = "backward") -> None:
    found = compile_text(f"network N {{\n{text}\n}}\n")
    assert found.code is not None, found.diagnostics
    (network,) = found.checked.networks
    alive = live_step.phases(
        lambda: (module_of(found, "N"), inputs_of(network, IMAGES)), results_of, MAKERS["sgd"]
    )
    phases = ("loss", "backward") if phase == "backward" else (phase,)
    assert told(network, phases) == pytest.approx(alive[phase], rel=0.003, abs=256)


def called(example: Example) -> str:
    """The layer on its inputs, each a `shift`: it wants a gradient, and makes none but a sum."""
    names = "abc"[: len(example.inputs)]
    branches = "identity" if len(names) == 1 else "; ".join(f"from {name}1" for name in names)
    if example.layer.many_inputs:
        return f"from a1 -> {line(example)} {{ {branches} }}"
    return f"from a1 -> {line(example, like='b1') if len(names) > 1 else line(example)}"


def network_of(example: Example, held: bool) -> str:
    """The layer alone, or beside a `shift` that holds the gradient of their sum."""
    names = "abc"[: len(example.inputs)]
    output = known(example.layer.output(example.inputs))
    shapes = zip(names, example.inputs, strict=True)
    lines = [f"input {name} {show(shape)}" for name, shape in shapes]
    lines += [f"input z {show(output)}"] if held else []
    for name in names:
        lines += [f"from {name}", f"{name}1: shift"]
    call = called(example)
    lines.append(f"add {{ {{ from z; shift }}; {{ {call} }} }}" if held else call)
    return end(lines, len(output))


def end(lines: list[str], axes: int) -> str:
    return "\n".join([*lines, *(["flatten"] if axes > 1 else []), "linear 3"])


@pytest.mark.filterwarnings("ignore:Using padding='same'")
@pytest.mark.parametrize("example", few(EXAMPLES, 1))
def test_behind_a_gradient_that_another_layer_holds(example: Example) -> None:
    hold(network_of(example, held=True))


@pytest.mark.campaign
@pytest.mark.filterwarnings("ignore:Using padding='same'")
@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_behind_a_gradient_of_its_own(example: Example) -> None:
    hold(network_of(example, held=False))


# What is made of several operations, or pads or cuts beside them, with the shape that it gives.
LEARNED = {
    "conv 4 3 pad=same stride=2": "4x5x4",
    "conv_transpose 4 3 stride=2 pad=same": "4x18x16",
    "conv_transpose 1 4 pad=[[3, 0], [3, 0]]": "1x9x8",
    "subsample 2": "6x4x4",
    "subsample 1": "6x9x8",
    "rmsnorm": "6x9x8",
    "rmsnorm axis=-1": "6x9x8",
    "grn": "6x9x8",
    "prelu": "6x9x8",
    "scale": "6x9x8",
}
PLAIN = {
    "crop 9x4": "6x9x4",
    "scaled_tanh -> relu": "6x9x8",
    "mul { identity; tanh; sigmoid }": "6x9x8",
    "mul { identity; tanh; scale }": "6x9x8",
    "mul { identity; tanh; global_avgpool }": "6x9x8",
}


def variants() -> list[Any]:
    """A fifth of them; the others go with the campaign."""
    found: list[tuple[str, str, str, bool]] = []
    for text, shape in LEARNED.items():
        for held in (True, False):
            found += [(text, shape, "shift", held), (text, shape, "", held)]
            found.append(("frozen " + text, shape, "shift", held))
    found += [
        (text, shape, "shift", held) for text, shape in PLAIN.items() for held in (True, False)
    ]
    return [
        pytest.param(*one, id=" ".join(map(str, one)), marks=pytest.mark.campaign if n % 5 else ())
        for n, one in enumerate(sorted(found, key=lambda one: one[2:]))
    ]


@pytest.mark.parametrize(("text", "shape", "before", "held"), variants())
def test_what_is_frozen_and_what_has_no_gradient(
    text: str, shape: str, before: str, held: bool
) -> None:
    """`before`: without it the layer stands at the input, which has none."""
    call = " -> ".join(["from a", *([before] if before else []), text])
    lines = ["input a 6x9x8", *([f"input z {shape}"] if held else [])]
    lines.append(f"add {{ {{ from z; shift }}; {{ {call} }} }}" if held else call)
    hold(end(lines, 2))


# What holds more while it runs forward than its output, with an input that has no gradient too.
FORWARD = (
    "stochastic_pool 2",
    "stochastic_pool 4 stride=2",
    "stochastic_pool 5 stride=2",
    "rmsnorm",
    "rmsnorm axis=-1 affine=false",
    *(f"permute {order}; rmsnorm" for order in ("[1, 2, 0]", "[2, 0, 1]", "[1, 0, 2]")),
    *(f"permute {order}; rmsnorm affine=false" for order in ("[1, 2, 0]", "[2, 1, 0]")),
    *(f"permute {order}; rmsnorm axis=-1" for order in ("[1, 2, 0]", "[0, 2, 1]")),
    "add { linear 8 axis=-1 bias=false; identity }",
    "reshape [6, 72]; add { matmul { matmul { identity; permute [1, 0] }; identity }; identity }",
)


@pytest.mark.parametrize("before", ["", "shift; "], ids=["input", "gradient"])
@pytest.mark.parametrize("text", FORWARD)
def test_the_forward_pass_by_itself(text: str, before: str) -> None:
    hold(f"input 6x9x8; {before}{text}; flatten; linear 3", "forward")
