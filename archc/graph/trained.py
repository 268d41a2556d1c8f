"""A network of which a caller trains a part alone: the rest is frozen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from archc.graph.graph import Graph, Node


def train_alone(graph: Graph, paths: Sequence[str]) -> Graph:
    """The graph with all frozen but what is at or below one of the paths."""
    return graph._replace(
        nodes=tuple([one._replace(frozen=not _below(one, paths)) for one in graph.nodes])
    )


def nowhere(graphs: Iterable[Graph], paths: Sequence[str]) -> tuple[str | None, list[str]]:
    """The first path at which no network has a layer, and the paths there are."""
    nodes = [one for graph in graphs for one in graph.nodes if one.layer is not None]
    for path in paths:
        if not any(_below(one, (path,)) for one in nodes):
            known: dict[str, None] = {}
            for one in nodes:
                known |= dict.fromkeys(upwards(one.module))
            return path, list(known)
    return None, []


def upwards(path: str) -> Iterator[str]:
    """A module's path, and those of the modules around it."""
    while path:
        yield path
        path = path.rpartition(".")[0]


def _below(node: Node, paths: Sequence[str]) -> bool:
    return any(node.module == path or node.module.startswith(f"{path}.") for path in paths)
