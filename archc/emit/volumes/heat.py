"""Cost as heat: volumes in the colour of what they take of parameters, work or memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit.diagram import heat
from archc.emit.volumes.model import MARKS, Part, Unit

if TYPE_CHECKING:
    from archc.check import Network
    from archc.emit.diagram.options import Colors

STEPS = 12  # colours from nothing to the most


def heated(
    network: Network,
    units: list[Unit],
    folds: tuple[tuple[tuple[int, ...], ...], ...],
    what: Colors,
) -> list[Unit]:
    """The units in the colour of their cost, and with it in words."""
    nodes = network.graph.nodes
    costs: list[int | None] = []
    times = []
    for unit in units:
        number = 1
        for rounds in folds:
            number *= len(rounds) if unit.nodes and unit.nodes[0] in rounds[0] else 1
        own = heat.amount(network, [nodes[index] for index in unit.nodes], what)
        costs.append(None if own is None else own * number)
        times.append(number)
    most = max((cost for cost in costs if cost is not None), default=0)
    return [
        _warm(unit, cost, heat.warmth(cost, most), heat.shown(cost, what, number))
        for unit, cost, number in zip(units, costs, times, strict=True)
    ]


def _warm(unit: Unit, cost: int | None, warmth: float, words: str) -> Unit:
    if unit.kind in (*MARKS, "input") or unit.shape is None:
        return unit
    step = "unknown" if cost is None else f"heat{round(warmth * (STEPS - 1))}"
    parts = (Part(step, sum(part.channels for part in unit.parts)),)
    return unit._replace(
        parts=parts, leading=(), stripes=(), lines=(*unit.lines, *filter(None, (words,)))
    )
