"""Cost as heat: how much of the network's parameters, work or memory a box takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit import figures
from archc.emit.diagram.theme import Theme, mix

if TYPE_CHECKING:
    from archc.check import Network
    from archc.emit.diagram.options import Colors
    from archc.emit.diagram.parts import Box, Unit

TITLES = {"params": "parameters", "macs": "MACs", "memory": "output memory"}


def amount(network: Network, part: Unit | Box, what: Colors) -> int | None:
    """What a box costs, all that stands in it as one added up."""
    total = 0
    for node in part.nodes:
        facts = network.facts.layers[node.index]
        if what == "params":
            value = facts.params
        elif what == "macs":
            value = figures.macs(facts.work)
        else:
            value = facts.output_bytes
        if value is None:
            return None
        total += value
    return total


def shown(value: int | None, what: Colors) -> str:
    """The cost as text."""
    if what == "memory":
        return figures.size(value)
    return figures.compact(value)


def colour(value: int | None, most: int, theme: Theme) -> str:
    """The heat of a box; half of the way is a quarter of the cost, so that small ones still differ."""
    if not value or not most:
        return theme.heat[0]
    return mix(theme.heat[0], theme.heat[1], (value / most) ** 0.5)


def ink(fill: str, theme: Theme) -> str:
    """The colour of text on a heat."""
    from archc.emit.diagram.theme import ink_on

    return ink_on(fill)
