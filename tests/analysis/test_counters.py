"""What other programs count: their totals for every kind of layer and for bundled networks.

`tests/data/counters.csv` holds what the programs gave for the generated modules, one image (three
of one text), in evaluation: PyTorch 2.13, fvcore 0.1.5.post20221221, torchinfo 1.8.0, ptflops 0.7.5
and thop 0.1.1.post2209072238. Where one is installed it is asked again, and `--update` writes its
answers.
"""

from __future__ import annotations

import contextlib
import csv
import inspect
import io
import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch import Tensor, nn  # noqa: E402
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402

from archc.analysis.counters import COUNTERS, counted  # noqa: E402
from archc.check import Network  # noqa: E402
from archc.cli import shared  # noqa: E402
from archc.emit.pytorch.verify import load  # noqa: E402
from tests.analysis.test_every_layer import alone, known  # noqa: E402
from tests.emit.pytorch.compiled import compile_text, compiled  # noqa: E402
from tests.layers.examples import EXAMPLES  # noqa: E402

FILE = Path(__file__).parents[1] / "data" / "counters.csv"
NETWORKS = (
    *("alexnet", "densenet", "dilated", "dpn", "googlenet", "lenet5", "mlp_and_cnn"),
    *("resnet18", "resnet50", "stochastic_pooling", "typical_cnn", "vgg16", "vgg_a"),
)
TEXTS = {
    "dead ends": """
        input 3x16x16
        dead: conv 12 3
        relu
        from dead
        maxpool 2
        from input
        conv 4 1
        size: conv 2 5
        from dead -> upsample like=size
        global_avgpool
    """,
    "three images": """
        input 8x9x9
        std_conv 8 3x3 pad=1
        lrn 5
        upsample 2
        adaptive_avgpool 5
        avgpool 2x2 pad=[0, 1]
        softmax
        flatten
        linear 3
    """,
    "windows that do not divide": """
        input 4x26x34
        relu
        adaptive_avgpool 3
        conv 10 1x1
        adaptive_avgpool 2
        flatten
        linear 3
    """,
    "attention": """
        input 8x6x6
        rows: reshape 8x36
        columns: permute [1, 0]
        matmul { from rows; from columns; from rows }
        softmax
        flatten
        linear 3
    """,
}
NAMES = (
    *(str(example) for example in EXAMPLES),
    *TEXTS,
    *(f"specs/{name}" for name in NETWORKS),
)
KINDS = {str(example): example for example in EXAMPLES}


@cache
def recorded() -> dict[tuple[str, str], int]:
    with FILE.open(encoding="utf-8", newline="") as lines:
        return {(row["network"], row["tool"]): int(row["total"]) for row in csv.DictReader(lines)}


@cache
def built(name: str) -> tuple[Network, str]:
    if name in KINDS:
        found = alone(KINDS[name])
    elif name in TEXTS:
        found = compile_text(f"network N {{\n{TEXTS[name]}\n}}\n")
    else:
        found = compiled(name.removeprefix("specs/"))
    assert found.code is not None
    return found.checked.networks[0], found.code


def images(name: str) -> int:
    return 3 if name == "three images" else 1


def ours(network: Network, tool: str, batch: int = 1) -> int | None:
    works = [None if one.work is None else one.work.macs for one in network.facts.layers]
    return counted(network.graph, tool, works, batch)


def _torch(module: nn.Module, inputs: list[Tensor]) -> Any:
    counter = FlopCounterMode(display=False)
    with counter, torch.no_grad():
        module(*inputs)
    return counter.get_total_flops()


def _fvcore(module: nn.Module, inputs: list[Tensor]) -> Any:
    analysis = import_module("fvcore.nn").FlopCountAnalysis
    found = analysis(module, tuple(inputs)).unsupported_ops_warnings(False)
    return found.uncalled_modules_warnings(False).total()


def _torchinfo(module: nn.Module, inputs: list[Tensor]) -> Any:
    summary = import_module("torchinfo").summary
    return summary(module, input_data=inputs, verbose=0, device="cpu").total_mult_adds


def _ptflops(module: nn.Module, inputs: list[Tensor]) -> Any:
    names = inspect.signature(module.forward).parameters
    with contextlib.redirect_stdout(io.StringIO()):
        found = import_module("ptflops").get_model_complexity_info(
            module,
            tuple(inputs[0].shape[1:]),
            as_strings=False,
            print_per_layer_stat=False,
            input_constructor=lambda _: dict(zip(names, inputs, strict=True)),
        )
    return found[0]


def _thop(module: nn.Module, inputs: list[Tensor]) -> Any:
    return import_module("thop").profile(module, inputs=tuple(inputs), verbose=False)[0]


TOOLS: dict[str, Callable[[nn.Module, list[Tensor]], Any]] = {
    "torch": _torch,
    "fvcore": _fvcore,
    "torchinfo": _torchinfo,
    "ptflops": _ptflops,
    "thop": _thop,
}


def asked(tool: str, name: str) -> int | None:
    """What the program says of the built network."""
    network, code = built(name)
    shapes = [known(node.shape) for node in network.graph.nodes if node.layer is None]
    # A device as context sends each function through PyTorch's dispatch a second time, and a
    # program that puts its own in the functions' place (ptflops) then counts it twice.
    with torch.device("meta") if tool == "torch" else contextlib.nullcontext():
        module = getattr(load(code), network.name)().eval()
        total = TOOLS[tool](module, [torch.rand(images(name), *shape) for shape in shapes])
    return None if total is None else int(total)


def test_the_flag_knows_every_counter() -> None:
    assert tuple(COUNTERS) == shared.TOOLS == tuple(TOOLS)


@pytest.mark.parametrize("tool", TOOLS)
def test_totals_are_those_that_the_programs_gave(tool: str) -> None:
    totals = {name: recorded().get((name, tool)) for name in NAMES}
    found = {name: total for name, total in totals.items() if total is not None}
    assert {name: ours(built(name)[0], tool, images(name)) for name in found} == found
    assert len(found) > 250


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("tool", TOOLS)
def test_the_programs_give_them_still(
    tool: str, update: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if find_spec(tool) is None:
        pytest.skip(f"{tool} is not installed")
    for name in ("torchvision", "torchvision.ops", "timm", "timm.models.vision_transformer"):
        if name not in sys.modules:  # ptflops only looks whether they are there
            monkeypatch.setitem(sys.modules, name, None)
    found = {name: asked(tool, name) for name in NAMES}
    if update:
        _write(tool, found)
    assert found == {name: recorded().get((name, tool)) for name in NAMES}


def _write(tool: str, found: dict[str, int | None]) -> None:
    rows = {key: total for key, total in recorded().items() if key[1] != tool}
    rows |= {(name, tool): total for name, total in found.items() if total is not None}
    order = list(TOOLS)
    kept = [key for key in rows if key[0] in NAMES]  # a network that has gone takes its rows along
    ordered = sorted(kept, key=lambda key: (NAMES.index(key[0]), order.index(key[1])))
    with FILE.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(["network", "tool", "total"])
        writer.writerows([*key, rows[key]] for key in ordered)
    recorded.cache_clear()
