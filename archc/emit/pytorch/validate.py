"""Holds a module's tree to the graphs it stands for, before a line of it leaves."""

from __future__ import annotations

from archc.emit.pytorch import ir
from archc.emit.pytorch.frozen import check_frozen
from archc.emit.pytorch.module import Module
from archc.emit.pytorch.run import Machine
from archc.graph.graph import Graph


def classes_of(module: Module) -> dict[str, ir.Class | ir.Member]:
    """Every class by its name."""
    found: dict[str, ir.Class | ir.Member] = {}
    for plan in module.plans:
        if plan.code is not None:
            found[plan.code.name] = plan.code
    for member in module.members:
        found[member.name] = member
    return found


def validate(module: Module) -> None:
    """Runs every network of the module on its graph; raises `Different`."""
    classes = classes_of(module)
    for network in module.networks:
        hold(classes, network.name, network.graph)


def hold(classes: dict[str, ir.Class | ir.Member], name: str, graph: Graph) -> None:
    """Runs one network on a graph; raises `Different`."""
    check_frozen(Machine(classes, graph).check(name), graph)
