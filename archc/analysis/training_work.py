"""Multiply-accumulates of a training step, layer by layer.

Forward; as much again for the gradients of the weights, where they learn; as much again for the
gradients of the inputs, where something before the layer learns. Each of the three meets every
weight once at every position, so groups cost what they cost forward.
"""

from __future__ import annotations

from archc.analysis.saved import flows
from archc.graph.graph import Graph
from archc.layers.base import Work


def training_macs(graph: Graph, works: list[Work | None], learns: list[bool]) -> list[int | None]:
    """Parallel to the nodes; `works` is that of inference, for as many images as are meant."""
    gradient = flows(graph, learns)
    result: list[int | None] = []
    for node, work in zip(graph.nodes, works, strict=True):
        if work is None:
            result.append(None)
            continue
        passes = 1
        if gradient[node.index]:
            passes += learns[node.index] + any(gradient[i] for i in node.inputs)
        result.append(work.macs * passes)
    return result
