"""Cost as heat: how much of the network's parameters, work or memory a box takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit import figures
from archc.emit.diagram.theme import Theme, mix
from archc.emit.diagram.words import TIMES

if TYPE_CHECKING:
    from archc.check import Network
    from archc.emit.diagram.options import Colors
    from archc.graph.graph import Node

TITLES = {"params": "parameters", "macs": "MACs", "memory": "memory of outputs"}


def amount(network: Network, nodes: list[Node], what: Colors) -> int | None:
    """What several layers cost together; None where one is unknown."""
    total = 0
    for node in nodes:
        facts = network.facts.layers[node.index]
        if what == "memory" and _shares(network, node):
            continue
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


def _shares(network: Network, node: Node) -> bool:
    """Whether a layer's output takes no memory of its own."""
    return node.index in network.facts.in_place or (
        node.layer is not None and node.layer.view != ""
    )


def shown(value: int | None, what: Colors, instances: int = 1) -> str:
    """The cost as text; nothing where there is none. That of one of several equal `instances`."""
    if not value:
        return "" if value == 0 else "?"
    if instances > 1:
        if value % instances:
            return f"{shown(value, what)} in all"
        return f"{instances} {TIMES} {shown(value // instances, what)}"
    if what == "memory":
        return figures.size(value)
    unit = "parameters" if what == "params" else "MACs"
    return f"{figures.compact(value)} {unit}"


def warmth(value: int | None, most: int) -> float:
    """From 0 to 1. Half the warmth is a quarter of the cost, so that small ones still differ."""
    return (value / most) ** 0.5 if value and most else 0.0


def colour(share: float, theme: Theme) -> str:
    """The colour of a warmth."""
    return mix(theme.heat[0], theme.heat[1], share)
