"""Figures that are worked out only where somebody asks for them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property
from typing import TYPE_CHECKING

from archc.analysis.facts import Facts
from archc.analysis.memory import liveness
from archc.analysis.mixed import widths
from archc.analysis.saved import learning
from archc.analysis.training_step import TrainingStep, training_step
from archc.analysis.training_work import training_macs
from archc.analysis.uses import Followed
from archc.graph.graph import Graph
from archc.named import NamedTuple

if TYPE_CHECKING:
    from archc.analysis.roofline import Device, Roofline

MOST = 1 << 40  # images; what fits that many times has no limit


class Asked(NamedTuple):
    """`optimizer` is one of `training_step.OPTIMIZERS`; `room` is bytes of memory to fit into."""

    optimizer: str | None = None
    room: int | None = None
    tool: str | None = None  # one of `counters.COUNTERS`
    device: Device | None = None


class Training(NamedTuple):
    """A step of training with an optimizer; multiply-accumulates of every node and in all."""

    optimizer: str
    step: TrainingStep | None
    layer_macs: tuple[int | None, ...]
    macs: int | None


class Fits(NamedTuple):
    """The largest batch that fits into `room` bytes, 0 where a single image does not.

    `least` pairs the bytes that one image takes: at inference, and in training.
    """

    room: int
    inference: int
    training: int
    least: tuple[int, int]


class Counted(NamedTuple):
    """The work of the network as another program counts it."""

    tool: str
    total: int | None
    says: str
    differs: str


class Answers(NamedTuple):
    training: Training | None = None
    fits: Fits | None = None
    counted: Counted | None = None
    roofline: Roofline | None = None


def answers(
    graph: Graph, facts: Facts, asked: Asked, batch: int, dtype: str, width: int
) -> Answers:
    """What was asked for; figures are None where a size is open. `width` is the dtype's bytes."""
    network = _Network(graph, facts, width, dtype == "mixed")
    training = None
    if asked.optimizer is not None:
        works = [layer.work for layer in facts.layers]
        macs = training_macs(graph, works, network.learns)
        step = network.step(asked.optimizer, batch)
        total = None if None in macs else sum(one or 0 for one in macs)
        training = Training(asked.optimizer, step, tuple(macs), total)
    fits = None
    if asked.room is not None and facts.memory.peak is not None:
        fits = network.fits(asked.room, asked.optimizer or "sgd")
    counted = None if asked.tool is None else _counted(graph, facts, asked.tool)
    bounds = None
    if asked.device is not None:
        from archc.analysis.roofline import roofline

        bounds = roofline(graph, facts, asked.device, dtype, width)
    return Answers(training, fits, counted, bounds)


def _counted(graph: Graph, facts: Facts, tool: str) -> Counted:
    from archc.analysis.counters import COUNTERS, counted

    works = [None if one.work is None else one.work.macs // facts.batch for one in facts.layers]
    rule = COUNTERS[tool]
    return Counted(tool, counted(graph, tool, works, facts.batch), rule.says, rule.differs)


class _Network:
    def __init__(self, graph: Graph, facts: Facts, width: int, mixed: bool) -> None:
        self.graph = graph
        self.facts = facts
        self.width = width
        self.mixed = mixed
        self.types = widths(graph) if mixed else None
        pairs = list(zip(graph.nodes, facts.layers, strict=True))
        self.learned = [0 if node.frozen else layer.params or 0 for node, layer in pairs]
        self.learns = learning(graph.nodes, self.learned)
        frozen = sum(layer.params or 0 for node, layer in pairs if node.frozen)
        self.fixed = frozen + sum(layer.buffers or 0 for layer in facts.layers)

    @cached_property
    def followed(self) -> Followed:
        return Followed(self.graph)

    def step(self, optimizer: str, batch: int) -> TrainingStep | None:
        return training_step(
            self.graph,
            self.facts.in_place,
            self.learned,
            self.fixed,
            optimizer,
            batch,
            self.width,
            self.mixed,
            self.followed,
        )

    def fits(self, room: int, optimizer: str) -> Fits | None:
        if self.step(optimizer, 1) is None:
            return None

        @cache
        def inference(batch: int) -> int:
            live = liveness(
                self.graph, self.facts.in_place, batch, self.width, self.types, self.followed
            )
            return (self.facts.memory.weights or 0) + (live.peak or 0)

        @cache
        def training(batch: int) -> int:
            step = self.step(optimizer, batch)
            assert step is not None
            return step.peak

        return Fits(
            room,
            largest(inference, room),
            largest(training, room),
            (inference(1), training(1)),
        )


def largest(bytes_of: Callable[[int], int], room: int) -> int:
    """The largest batch within the room: bytes never fall as the batch grows.

    They are the most of many lines, so a few guesses along a straight one find it.
    """
    low, high = (1, bytes_of(1)), (2, bytes_of(2))
    if low[1] > room:
        return 0
    while high[1] <= room:
        if high[0] == MOST:
            return MOST
        guess = _crossing(low, high, room) + 1
        low, batch = high, min(guess if guess > high[0] else 2 * high[0], MOST)
        high = batch, bytes_of(batch)
    halve = False
    while high[0] - low[0] > 1:
        middle = (low[0] + high[0]) // 2 if halve else _crossing(low, high, room)
        batch = min(max(middle, low[0] + 1), high[0] - 1)
        found = batch, bytes_of(batch)
        before = high[0] - low[0]
        low, high = (found, high) if found[1] <= room else (low, found)
        halve = not halve and 2 * (high[0] - low[0]) > before
    return low[0]


def _crossing(one: tuple[int, int], other: tuple[int, int], room: int) -> int:
    """The last batch within the room on the line through two of them."""
    slope = other[1] - one[1]
    return one[0] + (room - one[1]) * (other[0] - one[0]) // slope if slope else MOST
