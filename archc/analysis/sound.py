"""The part of an unfinished graph that analyses can rely on."""

from __future__ import annotations

from archc.graph.graph import Graph


def sound(graph: Graph) -> Graph:
    """The graph, where a file is broken without edges to layers that could not be made.

    What stands behind such an edge has a shape only by a guess: it counts as unknown.
    """
    if graph.complete:
        return graph
    nodes = tuple(
        [
            node
            if all(i >= 0 for i in node.inputs)
            else node._replace(inputs=tuple(i for i in node.inputs if i >= 0), shape=None)
            for node in graph.nodes
        ]
    )
    results = tuple(result for result in graph.results if result.node >= 0)
    return graph._replace(nodes=nodes, results=results)
