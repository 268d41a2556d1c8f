"""Mixed precision against `torch.autocast`, and the bytes of int8."""

# mypy: disallow-subclassing-any=False

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch import Tensor, nn  # noqa: E402

from archc import load as read  # noqa: E402
from archc.analysis.analyse import analyse  # noqa: E402
from archc.analysis.answers import Asked, answers  # noqa: E402
from archc.check import OptionError, Options, check  # noqa: E402
from archc.language.source import Source  # noqa: E402
from tests.analysis import test_training_step as steps  # noqa: E402
from tests.analysis.live import peak, saved_for_backward  # noqa: E402
from tests.analysis.test_every_layer import alone, known  # noqa: E402
from tests.each import each  # noqa: E402
from tests.emit.pytorch.compiled import compile_text  # noqa: E402
from tests.layers.examples import EXAMPLES, Example  # noqa: E402

# What autocast on a CPU runs in float32, and a GPU does not; layers made of several operations.
APART = ("lrn", "subsample", "std_conv", "grn", "blurpool", "rmsnorm")


def apart(example: Example) -> bool:
    pooled = example.layer.group == "pooling" and len(example.inputs[0]) == 4
    odd = example.named.get("mode") in ("reflect", "replicate") or "replicate" in str(example)
    return example.kind in APART or pooled or odd or "connect" in example.named


class Autocast(nn.Module):
    """A module under autocast, in bfloat16, which is what a CPU has."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, *inputs: Tensor) -> Any:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return self.module(*inputs)


@pytest.mark.filterwarnings("ignore")
@each("example", [one for one in EXAMPLES if not apart(one)])
def test_every_kind_of_layer_under_autocast(example: Example) -> None:
    """Peak and saved bytes, to the byte."""
    found = alone(example)
    graph = found.checked.networks[0].graph
    module = Autocast(steps.module_of(found, "N"))
    inputs = [torch.rand(2, *known(node.shape)) for node in graph.nodes if node.layer is None]
    memory = analyse(graph, 2, mixed=True).memory
    assert memory.saved_for_backward == saved_for_backward(module, inputs)
    assert memory.peak == peak(module, inputs)


CHAIN = """network N {
    input 3x32x32
    conv 16 3x3 pad=1 bias=false -> batchnorm -> relu
    maxpool 2
    add { conv 16 3x3 pad=1; identity }
    conv 32 3x3 stride=2 -> relu
    global_avgpool -> flatten
    linear 10
}
"""


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_step_under_autocast(optimizer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = compile_text(CHAIN)
    made = steps.module_of
    monkeypatch.setattr(steps, "module_of", lambda *given: Autocast(made(*given)))
    network = found.checked.networks[0]
    told = answers(network.graph, network.facts, Asked(optimizer), 32, "mixed", 2).training
    assert told is not None
    assert told.step is not None
    wanted = steps.measured(found, network, 32, optimizer)
    assert told.step.peak == pytest.approx(wanted, rel=0.02)


def test_weights_are_float32_and_most_values_half_of_that() -> None:
    whole, mixed = (read("vgg16", dtype=dtype).network for dtype in ("float32", "mixed"))
    assert mixed.memory.weights == whole.memory.weights
    assert whole.memory.activations == 2 * (mixed.memory.activations or 0)
    casts = 2 * (whole.params or 0)
    kept = (mixed.memory.saved_for_backward or 0) - casts
    assert 0 < kept < (whole.memory.saved_for_backward or 0)


def test_int8_has_bytes_and_no_training() -> None:
    whole, short = (read("resnet18", dtype=dtype).network for dtype in ("float32", "int8"))
    assert short.memory.weights == (short.params or 0) + (short.buffers or 0)
    assert whole.memory.activations == 4 * (short.memory.activations or 0)
    assert short.memory.saved_for_backward is None
    options = Options(dtype="int8", optimizer="sgd")
    with pytest.raises(OptionError, match="int8 numbers have no gradients"):
        check(Source(CHAIN, "net.arch"), options, lambda path, importer: importer)
