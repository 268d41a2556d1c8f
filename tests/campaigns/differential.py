"""Random programs, each held to independent oracles.

A comparison takes a program, raises an error where archc and the oracle differ, and gives the
number of things that it compared. `python -m tests.campaigns.run` compares programs by their seeds;
what is found is shrunk to a small file, which is kept under `cases/` and compared ever after.
"""

from __future__ import annotations

import sys
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
from archc.language.source import Source
from tests.analysis import live
from tests.analysis.test_seen import hold as hold_fields
from tests.analysis.test_sizes import compare as compare_sizes
from tests.analysis.test_training_step import alive
from tests.analysis.test_training_step import peak as step_peak
from tests.emit.pytorch import reference
from tests.emit.pytorch.compiled import compile_text
from tests.emit.pytorch.fresh import is_open
from tests.emit.pytorch.holding import Held, Refused, hold_file, nothing

SIZES = 40  # square sizes from 1 on that are tried
STEP = 64  # images of a training step: small ones are ruled by what names hold a little longer
WEIGHTS = 10_000_000  # of a network that is run
LARGE = 400  # layers; of larger networks positions are not followed one by one

Comparison = Callable[[str, Compiled], int]


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


def state(text: str, result: Compiled) -> int:
    """Names, shapes, parameters, frozen ones, FLOPs: PyTorch's own, on the meta device."""
    return len(verify(result.code or "", closed(result)))


def arguments(text: str, result: Compiled) -> int:
    """Every class with other arguments, held to the text with these in names and shapes."""
    return sum(held(text, result, values=False))


def computed(text: str, result: Compiled) -> int:
    """The same in values: those of a fresh elaboration, by the formulas of the layers."""
    return sum(held(text, result, values=True))


def held(text: str, result: Compiled, values: bool) -> Held:
    found = hold_file(Source(text, "net.arch"), nothing, result, values)
    assert found is not None
    return found


def values(text: str, result: Compiled) -> int:
    """Values, gradients and running statistics, held to the formulas of the layers."""
    found = runnable(result)
    reference.hold(result, 2, found)
    return len(found)


def saved(text: str, result: Compiled) -> int:
    """Saved bytes, held to autograd's hooks, for one image, and from two to four."""
    with module_of(result) as module:
        for network in runnable(result):
            made = getattr(module, network.name)()
            for images in (2, 4):
                memory = analyse(network.graph, images).memory
                found = live.saved_for_backward(made, inputs(network, images))
                told = memory.saved_for_backward
                assert told == found, f"{network.name} saves {found}, not {told}"
    return len(runnable(result))


def peak(text: str, result: Compiled) -> int:
    """The peak at inference, held to a walk over live storages, for one image, two and four."""
    with module_of(result) as module:
        for network in runnable(result):
            made = getattr(module, network.name)()
            for images in (1, 2, 4):
                told = analyse(network.graph, images).memory.peak
                found = live.peak(made, inputs(network, images))
                assert told == found, f"{network.name} holds {found}, not {told}"
    return len(runnable(result))


def step(text: str, result: Compiled) -> int:
    """The peak of a training step, within 0.1 % of a walk over live storages under fake tensors."""
    trained = [one for one in runnable(result) if one.facts.totals.trainable]
    for network in trained:
        found, told = alive(result, network, STEP, "adam"), step_peak(network, STEP, "adam")
        assert abs(told - found) <= 0.001 * found, f"{network.name} takes {found}, not {told}"
    return len(trained)


def sizes(text: str, result: Compiled) -> int:
    """The sizes a network accepts, held to trying each."""
    count = 0
    for network in closed(result):
        if len(network.graph.nodes[0].shape or ()) > 1 and len(network.graph.nodes) < LARGE:
            try:
                compare_sizes(network.graph, SIZES, every=False)
            except Untold:
                continue
            count += 1
    return count


def fields(text: str, result: Compiled) -> int:
    """Receptive fields, held to what each position of each map can see."""
    count = 0
    for network in closed(result):
        first = [node for node in network.graph.nodes if node.layer is None]
        if len(first) == 1 and len(first[0].shape or ()) > 1 and len(network.graph.nodes) < LARGE:
            hold_fields(network.graph, 10**9)
            count += 1
    return count


EACH: dict[str, Comparison] = {
    "state": state,
    "saved": saved,
    "peak": peak,
    "sizes": sizes,
    "fields": fields,
}
SOME: dict[str, tuple[Comparison, int]] = {"values": (values, 3), "arguments": (arguments, 16)}
"""What takes longer: one program of so many is compared in this way."""
MEASURED: dict[str, tuple[Comparison, int]] = {"step": (step, 8)}
"""What is not exact to the byte, and left to the campaign."""


HELD: dict[str, Comparison] = {"state": state, "computed": computed, "values": values}
"""What generated code is held to where nothing but code is looked at."""


def comparisons(seed: int) -> dict[str, Comparison]:
    """The ways in which the program of a seed must agree."""
    return EACH | _some(SOME, seed)


def taking_turns(seed: int) -> dict[str, Comparison]:
    """What takes long, for fewer programs: the suite has five minutes, a campaign has its time."""
    turn = seed // 2
    every = {"saved": 4, "peak": 4, "values": 6, "arguments": 48}
    left_out = {name for name, one in every.items() if (turn + (name == "peak")) % one}
    return {name: one for name, one in comparisons(seed).items() if name not in left_out}


def measured_too(seed: int) -> dict[str, Comparison]:
    """Those, and what is not exact."""
    return comparisons(seed) | _some(MEASURED, seed)


def _some(known: dict[str, tuple[Comparison, int]], seed: int) -> dict[str, Comparison]:
    turn = seed // 2  # files of both sorts take turns
    return {name: one for name, (one, every) in known.items() if turn % every == 0}


def checking(name: str) -> Callable[[str], None]:
    """A comparison of a text by itself; one that is no program passes."""
    comparison = (measured_too(0) | HELD)[name]

    def check(text: str) -> None:
        result = compiled(text)
        if result is not None:
            comparison(text, result)

    return check
