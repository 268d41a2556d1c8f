"""Holds a module's tree to the graphs it stands for, before a line of it leaves."""

from __future__ import annotations

from collections.abc import Iterable

from archc.check import Network
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.reading.resting import module_of, rests
from archc.emit.pytorch.validation.run import Machine
from archc.emit.pytorch.validation.stand_ins import Classes, Program, runnable
from archc.emit.pytorch.validation.things import Different, Made
from archc.graph.graph import Graph, entering
from archc.graph.trained import upwards


def validate(classes: Classes, networks: Iterable[Network]) -> None:
    """Runs every network on its graph; raises `Different`."""
    program = runnable(classes)
    for network in networks:
        hold(program, network.name, network.graph)


def hold(
    program: Program, name: str, graph: Graph, arguments: dict[str, ir.Expr] | None = None
) -> None:
    """Runs one network on a graph, with other arguments than its own; raises `Different`."""
    _check_frozen(Machine(program, graph).check(name, arguments), graph)


def _check_frozen(network: Made, graph: Graph) -> None:
    """Raises `Different` where the code trains what is frozen, or freezes what is trained."""
    made = dict(network.below())
    for node in graph.nodes:
        shapes = entering(graph.nodes, node)
        if node.layer is None or shapes is None or node.module not in made:
            continue
        if not any(one.kind == "parameter" for one in node.layer.weights(shapes)):
            continue
        frozen = made[node.module].frozen
        if frozen != node.frozen:
            does, wants = ("freezes", "trained") if frozen else ("trains", "frozen")
            raise Different(f"the code {does} `{node.module}`, which is {wants}", node.span)
        if not rests(node):
            continue
        around = (made[path] for path in upwards(node.module) if path in made)
        resting = [kind for one in (network, *around) for kind in one.resting]
        if module_of(graph.nodes, node) not in resting:
            raise Different(f"the code lets the statistics of `{node.module}` move", node.span)
