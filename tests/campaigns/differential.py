"""Random programs, each held to independent oracles.

`python -m tests.campaigns.differential 0 10000` compares the programs of these seeds. A comparison
takes a program and raises an error where archc and the oracle differ. What is found is shrunk to a
small file, which is kept under `cases/` and compared ever after.
"""

from __future__ import annotations

import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import torch

from archc.analysis.analyse import analyse
from archc.analysis.sizes import Untold
from archc.check import Network
from archc.emit.pytorch.compile import Compiled
from archc.emit.pytorch.verify import load, verify
from tests.analysis import live
from tests.analysis.test_seen import hold as hold_fields
from tests.analysis.test_sizes import compare as compare_sizes
from tests.analysis.test_training_step import measured
from tests.analysis.test_training_step import peak as step_peak
from tests.campaigns.programs import program
from tests.emit.pytorch import reference
from tests.emit.pytorch.compiled import compile_text
from tests.emit.pytorch.fresh import is_open
from tests.emit.pytorch.holding import Refused, hold

SIZES = 40  # square sizes from 1 on that are tried
STEP = 64  # images of a training step: small ones are ruled by what names hold a little longer
WEIGHTS = 10_000_000  # of a network that is run
LARGE = 400  # layers; of larger networks positions are not followed one by one

Comparison = Callable[[str, Compiled], None]


def compiled(text: str) -> Compiled | None:
    """The program with its module; None where archc finds the text itself wrong."""
    result = compile_text(text)
    if any(one.severity == "error" for one in result.checked.diagnostics):
        return None
    if result.code is None:
        raise Refused("; ".join(one.message for one in result.diagnostics) or "no code")
    return result


@contextmanager
def module_of(result: Compiled) -> Iterator[ModuleType]:
    assert result.code is not None
    module = load(result.code)
    try:
        yield module
    finally:
        sys.modules.pop(module.__name__, None)


def closed(result: Compiled) -> list[Network]:
    """The networks whose sizes are numbers."""
    return [one for one in result.checked.networks if not is_open(one.graph)]


def runnable(result: Compiled) -> list[Network]:
    """Those of them that a small machine runs in a blink."""
    return [one for one in closed(result) if (one.facts.totals.params or 0) < WEIGHTS]


def inputs(network: Network, images: int) -> list[torch.Tensor]:
    shapes: list[Any] = [node.shape for node in network.graph.nodes if node.layer is None]
    return [torch.rand(images, *shape) for shape in shapes]


# ------------------------------------------------------------------------------- comparisons


def state(text: str, result: Compiled) -> None:
    """Names, shapes, parameters, frozen ones, FLOPs: PyTorch's own, on the meta device."""
    verify(result.code or "", closed(result))


def arguments(text: str, result: Compiled) -> None:
    """Every class with other arguments, held to the text with these."""
    hold(text, values=False)


def values(text: str, result: Compiled) -> None:
    """Values, gradients and running statistics, held to the formulas of the layers."""
    if len(runnable(result)) == len(result.checked.networks):
        reference.hold(result, images=2)


def saved(text: str, result: Compiled) -> None:
    """Saved bytes, held to autograd's hooks, for one image, and from two to four."""
    with module_of(result) as module:
        for network in runnable(result):
            made = getattr(module, network.name)()
            for images in (2, 4):
                memory = analyse(network.graph, images).memory
                found = live.saved_for_backward(made, inputs(network, images))
                told = memory.saved_for_backward
                assert told == found, f"{network.name} saves {found}, not {told}"


def peak(text: str, result: Compiled) -> None:
    """The peak at inference, held to a walk over live storages."""
    with module_of(result) as module:
        for network in runnable(result):
            memory = analyse(network.graph, 2).memory
            found = live.peak(getattr(module, network.name)(), inputs(network, 2))
            assert memory.peak == found, f"{network.name} holds {found}, not {memory.peak}"


def step(text: str, result: Compiled) -> None:
    """The peak of a training step, within 2 % of PyTorch's tracker under fake tensors."""
    for network in runnable(result):
        if not network.facts.totals.trainable:
            continue
        found, told = measured(result, network, STEP, "adam"), step_peak(network, STEP, "adam")
        assert abs(told - found) <= 0.02 * found, f"{network.name} takes {found}, not {told}"


def sizes(text: str, result: Compiled) -> None:
    """The sizes a network accepts, held to trying each."""
    for network in closed(result):
        if len(network.graph.nodes[0].shape or ()) > 1 and len(network.graph.nodes) < LARGE:
            try:
                compare_sizes(network.graph, SIZES, every=False)
            except Untold:
                continue


def fields(text: str, result: Compiled) -> None:
    """Receptive fields, held to what each position of each map can see."""
    for network in closed(result):
        first = [node for node in network.graph.nodes if node.layer is None]
        if len(first) == 1 and len(first[0].shape or ()) > 1 and len(network.graph.nodes) < LARGE:
            hold_fields(network.graph, 10**9)


EACH: dict[str, Comparison] = {"state": state, "saved": saved, "sizes": sizes, "fields": fields}
SOME: dict[str, tuple[Comparison, int]] = {"values": (values, 2), "arguments": (arguments, 16)}
"""What takes longer: one program of so many is compared in this way."""
MEASURED: dict[str, tuple[Comparison, int]] = {"peak": (peak, 1), "step": (step, 8)}
"""What is not exact for every program: the share that agrees is told."""


def comparisons(seed: int) -> dict[str, Comparison]:
    """The ways in which the program of a seed must agree."""
    return EACH | _some(SOME, seed)


def _some(known: dict[str, tuple[Comparison, int]], seed: int) -> dict[str, Comparison]:
    turn = seed // 2  # files of both sorts take turns
    return {name: one for name, (one, every) in known.items() if turn % every == 0}


def checking(name: str) -> Callable[[str], None]:
    """A comparison of a text by itself; one that is no program passes."""
    comparison = (EACH | _some(SOME, 0) | _some(MEASURED, 0))[name]

    def check(text: str) -> None:
        result = compiled(text)
        if result is not None:
            comparison(text, result)

    return check


def main(first: int, last: int) -> None:
    """Compares the programs of these seeds, and tells what differs, and how many agree."""
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    agreed: Counter[str] = Counter()
    differed: Counter[str] = Counter()
    for seed in range(first, last):
        text = program(seed)
        try:
            result = compiled(text)
        except Refused as error:
            differed["written"] += 1
            print(f"{seed} written: {error}", flush=True)
            continue
        if result is None:
            agreed["refused"] += 1
            continue
        agreed["written"] += 1
        for name, comparison in (comparisons(seed) | _some(MEASURED, seed)).items():
            try:
                comparison(text, result)
                agreed[name] += 1
            except Exception as error:
                differed[name] += 1
                words = " ".join(str(error).split())[:160]
                print(f"{seed} {name}: {type(error).__name__}: {words}", flush=True)
        if seed % 50 == 49:
            print(f"to {seed}: agreed {dict(agreed)}, differed {dict(differed)}", flush=True)
    print(f"{first} to {last - 1}: agreed {dict(agreed)}, differed {dict(differed)}")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
