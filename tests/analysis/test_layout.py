"""How every kind of layer lays its output, held to the strides that PyTorch gives it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from itertools import permutations
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch.utils._python_dispatch import TorchDispatchMode  # noqa: E402

from archc.analysis.in_place import in_place  # noqa: E402
from archc.analysis.layout import lay  # noqa: E402
from archc.emit.pytorch.verify import load  # noqa: E402
from archc.shapes import Shape, show  # noqa: E402
from tests.analysis.test_every_layer import known, line, same  # noqa: E402
from tests.emit.pytorch.compiled import compile_text  # noqa: E402
from tests.layers.examples import EXAMPLES, Example  # noqa: E402

IMAGES = 3
VOLUMES = ((1, 2, 3, 0), (3, 0, 1, 2), (0, 2, 1, 3))  # some of the orders of four axes

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")


class _Watched(TorchDispatchMode):
    """Under it a max pool of a signal makes indices on a CPU too, as on a GPU and in training."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return func(*args, **(kwargs or {}))


def _examples() -> dict[str, list[Example]]:
    """Of each kind, the calls that take one map."""
    found: dict[str, dict[str, Example]] = {}
    for one in EXAMPLES:
        if len(one.inputs) == 1 and len(known(one.inputs[0])) == len(one.inputs[0]) > 1:
            found.setdefault(one.kind, {}).setdefault(f"{line(one)} {len(one.inputs[0])}", one)
    return {kind: list(calls.values()) for kind, calls in found.items()}


KINDS = _examples()


def _one_of_each_rank(examples: list[Example]) -> list[Example]:
    return list({len(one.inputs[0]): one for one in reversed(examples)}.values())


def _before(shape: Shape) -> Iterator[tuple[Shape, str]]:
    """What gives a map of this shape that does not lie in order, and the shape that it reads."""
    rank = len(shape)
    orders = VOLUMES if rank == 4 else permutations(range(rank))
    for order in orders:
        source = tuple(shape[order.index(axis)] for axis in range(rank))
        yield source, f"permute {list(order)}"
    yield (2 * shape[0], *shape[1:]), f"slice 0 {shape[0]}"
    yield shape, "layernorm"
    yield shape, "rmsnorm"


def _hold(examples: list[Example], ways: int = 99) -> None:
    texts: list[str] = []
    for one in examples:
        call = line(one) + (" { identity }" if one.layer.many_inputs else "")
        for source, before in list(_before(one.inputs[0]))[-ways:]:
            body = "\n".join((f"input {show(source)}", same(source), before, call))
            texts.append(f"network N{len(texts)} {{\n{body}\n}}\n")
    found = compile_text("".join(texts))
    assert found.code is not None, found.diagnostics
    module = load(found.code)
    for network in found.checked.networks:
        graph = network.graph
        made = getattr(module, network.name)()
        for training in (False, True):
            laid, _ = lay(graph, in_place(graph), IMAGES, training)
            with torch.set_grad_enabled(training), nullcontext() if training else _Watched():
                value = made.train(training)(torch.rand(IMAGES, *known(graph.nodes[0].shape)))
            told = laid[-1]
            assert told is not None
            assert told.shape == tuple(value.shape)
            axes = zip(value.shape, value.stride(), told.strides, strict=True)
            differ = [axis for axis, (n, wanted, got) in enumerate(axes) if n > 1 and wanted != got]
            text = texts[int(network.name[1:])]
            assert not differ, f"{text}lies as {value.stride()}, not {told.strides}"


@pytest.mark.parametrize("kind", KINDS)
def test_a_layer_of_every_kind_lies_as_pytorch_lays_it(kind: str) -> None:
    _hold(_one_of_each_rank(KINDS[kind])[:2], ways=4)


@pytest.mark.campaign
@pytest.mark.parametrize("kind", KINDS)
def test_every_call_lies_as_pytorch_lays_it(kind: str) -> None:
    _hold(KINDS[kind])
