"""What a file means with other arguments, and a model held to it.

A fresh elaboration knows nothing of the emitter. Names and shapes of the state and the shapes of
the results must be its own, values those of the formulas in `reference.py`; a backward pass tells
where an activation writes over a value too many.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from functools import lru_cache
from math import prod
from typing import NamedTuple

import torch
from torch import Tensor as Values
from torch import nn

from archc.check import OptionError, Options, Reader, elaborate, linked
from archc.emit.pytorch.verify import expected_state
from archc.graph.graph import Graph
from archc.graph.modules import Module
from archc.language.source import Source
from archc.shapes import Open
from tests.emit.pytorch import reference

SMALL = 300_000  # so many parameters are computed with, more are only made
LARGEST = 500  # nodes of a graph that is compared
PROBE = "Probe_"


class File(NamedTuple):
    """A text with the files that it may import."""

    source: Source
    read: Reader

    def fresh(
        self, network: str, settings: dict[str, str] | None = None, input: str | None = None
    ) -> Graph | None:
        """What a network is with other arguments; None where they do not suit it."""
        options = Options(network, tuple((settings or {}).items()), input, claims=False)
        try:
            graph = elaborate(_linked(self), options)
        except OptionError:
            return None
        return graph if graph is not None and len(graph.nodes) <= LARGEST else None

    def behind(self, probe: str) -> Graph | None:
        """What the network `PROBE` is, which stands behind the text."""
        text = f"{self.source.text}\n{probe}\n"
        return File(Source(text, self.source.name), self.read).fresh(PROBE)


@lru_cache(4)
def _linked(file: File) -> Module:
    return linked(file.source, file.read)


def compare(graph: Graph, make: Callable[[], nn.Module], what: str, values: bool = True) -> None:
    """Holds a model to a graph."""
    wanted = expected_state(graph)
    values = values and sum(prod(shape) for _, shape in wanted) <= SMALL
    torch.default_generator.manual_seed(0)
    try:
        with nullcontext() if values else torch.device("meta"):
            model = make()
    except Exception as error:
        raise AssertionError(f"{what} cannot be made: {type(error).__name__}: {error}") from error
    found = sorted((name, tuple(one.shape)) for name, one in model.state_dict().items())
    wanted = sorted(wanted)  # their order is held by `verify`
    assert found == wanted, f"{what} has the state {found}, not {wanted}"
    if values:
        reference.disturb(model.double())
    try:
        for training in (False, True):
            _results(graph, model.train(training), training, f"{what}", values)
    except AssertionError:
        raise
    except Exception as error:
        raise AssertionError(f"{what} cannot run: {type(error).__name__}: {error}") from error


def _results(graph: Graph, model: nn.Module, training: bool, what: str, values: bool) -> None:
    for module in model.modules():
        if type(module).__name__.startswith(reference.DRAWING):
            module.eval()
        if not values and getattr(module, "momentum", 0) is None:
            module.momentum = 0.1  # the plain average needs a number, which `meta` has not
    device = "cpu" if values else "meta"
    shapes = [node.shape or () for node in graph.nodes if node.layer is None]
    inputs = [torch.rand(2, *shape, dtype=torch.float64, device=device) - 0.3 for shape in shapes]
    if not values:
        inputs = [one.float() for one in inputs]
    state = model.state_dict()
    before = {name: state[name].clone() for name, _ in expected_state(graph)}
    result = model(*[one.clone() for one in inputs])
    found = [result] if isinstance(result, Values) else [r for r in result if r is not None]
    ends = [one for one in graph.results if training or not one.training]
    sizes = [graph.nodes[one.node].shape for one in ends]
    mode = f"{what} in {'training' if training else 'evaluation'}"
    assert [tuple(one.shape[1:]) for one in found] == sizes, mode
    if training:
        loss = sum((one.sum() for one in found), start=torch.zeros((), device=device))
        if loss.requires_grad:
            loss.backward()
    if values:
        wanted = reference.evaluate(graph, inputs, before, training)
        for number, (left, right) in enumerate(zip(found, wanted, strict=True)):
            reference.close(left, right, f"result {number} of {mode}", 1e-7)


def is_open(graph: Graph) -> bool:
    shapes = [node.shape or () for node in graph.nodes if node.layer is None]
    return any(isinstance(axis, Open) for shape in shapes for axis in shape)
