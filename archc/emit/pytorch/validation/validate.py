"""Holds a module's tree to the graphs it stands for, before a line of it leaves."""

from __future__ import annotations

from collections.abc import Iterable

from archc.check import Network
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.validation.frozen import check_frozen
from archc.emit.pytorch.validation.run import Machine
from archc.graph.graph import Graph


def validate(classes: dict[str, ir.Class | ir.Member], networks: Iterable[Network]) -> None:
    """Runs every network on its graph; raises `Different`."""
    for network in networks:
        hold(classes, network.name, network.graph)


def hold(classes: dict[str, ir.Class | ir.Member], name: str, graph: Graph) -> None:
    """Runs one network on a graph; raises `Different`."""
    check_frozen(Machine(classes, graph).check(name), graph)
