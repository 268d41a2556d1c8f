"""A network as a graph of NetworkX: for cut points, longest paths, and what else is known there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archc.emit import figures
from archc.emit.labels import node_text

if TYPE_CHECKING:
    from networkx import DiGraph

    from archc.check import Network


def to_networkx(network: Network) -> DiGraph[str]:
    """A directed graph with a node for each layer and input, an edge for each value that is read.

    Nodes are paths, in the order of execution, with `kind`, `text`, `label`, `line`, `training`,
    `shape`, and the figures `params`, `buffers`, `macs`, `flops`, `bytes` (of the output). An edge
    has the `shape` and `bytes` of what flows, and `places`: which inputs of the reader it is. An
    unknown figure is None. Raises `ModuleNotFoundError` where NetworkX is not installed.
    """
    try:
        from networkx import DiGraph
    except ModuleNotFoundError as error:
        from archc.install import hint

        told = f"this needs networkx, which is not installed. {hint('networkx')}"
        raise ModuleNotFoundError(told, name=error.name) from None

    graph: DiGraph[str] = DiGraph(name=network.name, batch=network.batch, dtype=network.dtype)
    nodes = network.graph.nodes
    facts = network.facts.layers
    for node, own in zip(nodes, facts, strict=True):
        graph.add_node(
            node.path,
            kind=node.kind,
            text=node_text(node),
            label=node.label,
            line=node.span.line,
            training=node.training,
            frozen=node.frozen,
            shape=node.shape,
            params=own.params,
            buffers=own.buffers,
            macs=figures.macs(own.work),
            flops=figures.flops(own.work),
            bytes=own.output_bytes,
        )
    for node in nodes:
        read: dict[int, list[int]] = {}
        for place, index in enumerate(node.inputs):
            if index >= 0:  # below it, a mistake hides what is read
                read.setdefault(index, []).append(place)
        for index, places in read.items():
            source: dict[str, Any] = {
                "shape": nodes[index].shape,
                "bytes": facts[index].output_bytes,
                "places": tuple(places),
            }
            graph.add_edge(nodes[index].path, node.path, **source)
    return graph
