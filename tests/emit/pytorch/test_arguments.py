"""Every constructor argument does what `--set` does, or is not there."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from archc.check import Options
from archc.emit.pytorch.compile import Compiled, broken, compile_source
from archc.emit.pytorch.vary import written
from archc.emit.pytorch.verify import expected_state, load
from archc.files import Files
from archc.graph.graph import Graph
from archc.language.source import Source
from tests.emit.pytorch import random_families, random_specs
from tests.emit.pytorch.compiled import SPECS, compile_text, compiled
from tests.emit.pytorch.reference import agree

SMALL = 300_000  # so many parameters are computed with, more are only made
KINDS = {"specs": random_specs.spec, "families": random_families.spec}
pytestmark = pytest.mark.filterwarnings(
    "ignore:input's size at dim=1", "ignore:Using padding='same' with even kernel"
)
NUMBERS = {
    "flatten": (
        "network S(size = 3x16x16, k = 3) {\n input size\n conv 4 k\n flatten\n linear 5\n}\n"
    ),
}


@pytest.mark.parametrize("what", sorted(NUMBERS))
def test_what_the_code_cannot_follow_is_no_argument(what: str) -> None:
    result = compile_text(NUMBERS[what])
    assert result.code is not None
    assert inspect.signature(load(result.code).S).parameters == {}
    assert any("`k` of `S`" in note for note in result.notes)


def another(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 4
    if isinstance(value, float):
        return value / 2
    return None


def follow(result: Compiled, source: Source, network: str | None = None) -> int:
    """Changes one argument after the other, of each network.

    Compares states, shapes of results, and where the network is small what the reference says.
    """
    assert result.code is not None
    module = load(result.code)
    held = 0
    files = Files()

    def read(path: str, importer: Source) -> Source:
        return files.source(str(SPECS / path))

    try:
        for one in result.checked.networks:
            made = getattr(module, one.name)
            for python, argument in inspect.signature(made).parameters.items():
                value = another(argument.default)
                word = python.rstrip("_")
                known = {parameter.name.id for parameter in one.graph.network.parameters}
                if value is None or word not in known:
                    continue
                options = Options(network=one.name, settings=((word, written(value)),))
                changed = compile_source(source, options, read)
                if changed.code is None:
                    continue
                with torch.device("meta"):
                    net = made(**{python: value})
                found = {key: tuple(state.shape) for key, state in net.state_dict().items()}
                graph = changed.checked.networks[0].graph
                assert found == dict(expected_state(graph)), f"{one.name}({python}={value})"
                compare_results(graph, net)
                if sum(p.numel() for p in net.parameters()) < SMALL:
                    agree(graph, made(**{python: value}), images=2)
                held += 1
    finally:
        sys.modules.pop(module.__name__, None)
    return held


def compare_results(graph: Graph, net: nn.Module) -> None:
    """Their number and shapes, by a network that lies on the meta device."""
    shapes = [node.shape or () for node in graph.nodes if node.layer is None]
    images = [torch.empty(2, *shape, device="meta") for shape in shapes]
    for training in (False, True):
        result = net.train(training)(*images)
        found = [result] if isinstance(result, Tensor) else [r for r in result if r is not None]
        wanted = [graph.nodes[r.node].shape for r in graph.results if training or not r.training]
        assert [tuple(one.shape[1:]) for one in found] == wanted


@pytest.mark.parametrize("name", ["alexnet", "lenet5", "vgg16", "resnet18", "mlp_and_cnn"])
def test_arguments_of_specs(name: str) -> None:
    text = (SPECS / f"{name}.arch").read_text(encoding="utf-8")
    follow(compiled(name), Source(text, f"specs/{name}.arch"))


def follow_random(write: Callable[[int], str], seeds: range) -> int:
    held = 0
    for seed in seeds:
        text = write(seed)
        result = compile_text(text)
        if result.code is not None:
            held += follow(result, Source(text, "net.arch"))
    return held


@pytest.mark.parametrize("write", KINDS.values(), ids=KINDS)
def test_arguments_of_random_programs(write: Callable[[int], str]) -> None:
    assert follow_random(write, range(8)) > 4


@pytest.mark.campaign
@pytest.mark.parametrize("name", sorted(path.stem for path in SPECS.glob("*.arch")))
def test_arguments_of_all_specs(name: str) -> None:
    text = (SPECS / f"{name}.arch").read_text(encoding="utf-8")
    follow(compiled(name), Source(text, f"specs/{name}.arch"))


@pytest.mark.campaign
@pytest.mark.parametrize("write", KINDS.values(), ids=KINDS)
def test_arguments_of_many_random_programs(write: Callable[[int], str]) -> None:
    follow_random(write, range(2_000, 2_300))


@pytest.mark.parametrize("name", ["ScaledTanh", "Tensor", "RBF", "NamedTuple"])
def test_networks_with_taken_names_get_a_message(name: str) -> None:
    result = compile_text(f"network {name} {{\n input 3x8x8\n scaled_tanh\n}}\n")
    assert result.code is None
    assert any(f"`{name}`" in one.message for one in result.diagnostics)


def test_tensors_called_like_the_code_s_own() -> None:
    result = compile_text(
        "block B(w, x, y) {\n conv w 1x1\n concat { identity; from x; from y }\n}\n"
        "network N {\n input 3x8x8\n s: conv 4 3x3 pad=1\n B 4 s s\n}\n"
    )
    assert result.code is not None
    assert broken(result.code) is None
    assert load(result.code).N()(torch.rand(1, 3, 8, 8)).shape == (1, 12, 8, 8)


def test_what_is_no_python_is_known() -> None:
    assert broken("x = 1\n") is None
    assert broken("def forward(self, x, x): pass\n") is not None
