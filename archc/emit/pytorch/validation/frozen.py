"""What is frozen in the graph is frozen in the code, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator

from archc.emit.pytorch.reading.resting import module_of, rests
from archc.emit.pytorch.validation.things import Different, Module
from archc.graph.graph import Graph, entering


def check_frozen(network: Module, graph: Graph) -> None:
    """Raises `Different` where the code trains what is frozen, or freezes what is trained."""
    made = {path: (frozen, resting) for path, frozen, resting in _modules(network, "", ())}
    for node in graph.nodes:
        shapes = entering(graph.nodes, node)
        if node.layer is None or shapes is None or node.module not in made:
            continue
        if not any(one.kind == "parameter" for one in node.layer.weights(shapes)):
            continue
        frozen, resting = made[node.module]
        if frozen != node.frozen:
            does, wants = ("freezes", "trained") if frozen else ("trains", "frozen")
            raise Different(f"the code {does} `{node.module}`, which is {wants}", node.span)
        if rests(node) and module_of(graph.nodes, node) not in resting:
            raise Different(f"the code lets the statistics of `{node.module}` move", node.span)


def _modules(
    module: Module, path: str, resting: tuple[str, ...]
) -> Iterator[tuple[str, bool, tuple[str, ...]]]:
    """Every module by its path, whether it is frozen, and which batch norms rest in it."""
    resting = (*resting, *module.resting)
    yield path, module.frozen, resting
    for name, child in module.children.items():
        if isinstance(child, Module):
            yield from _modules(child, f"{path}.{name}" if path else name, resting)
