"""All figures of a network."""

from __future__ import annotations

from archc.analysis.cost import costs
from archc.analysis.facts import Facts, LayerFacts, Memory, Status, Totals
from archc.analysis.in_place import in_place
from archc.analysis.memory import liveness
from archc.analysis.mixed import FULL, HALF, widths
from archc.analysis.receptive_field import receptive_fields
from archc.analysis.saved import learning, saved_bytes
from archc.analysis.totals import network_totals
from archc.graph.graph import Graph


def analyse(
    graph: Graph, batch: int = 1, dtype_bytes: int = 4, mixed: bool = False, trains: bool = True
) -> Facts:
    """Everything that can be said about a graph, for `batch` images at once.

    A number takes `dtype_bytes`; `mixed` is mixed precision, whatever these. What is kept for a
    backward pass is unknown where there is none (`trains`).

    `status` is exact; or lower bound, because an operation is `opaque`; or unknown, where a total
    is None because it depends on an open size, or all are because an error left a part of the
    network out. `uncounted` names the layers with such gaps.
    """
    nodes = graph.nodes
    writing = in_place(graph)
    cost = costs(graph, batch)
    learns = learning(nodes, [one.params for one in cost])
    totals = network_totals(graph, cost, writing, False, batch)
    if any(node.training for node in nodes):
        training = network_totals(graph, cost, writing, True, batch)
    else:
        training = totals
    types = widths(graph) if mixed else None
    live = liveness(graph, writing, batch, HALF if mixed else dtype_bytes, types)
    saved: list[int | None] = [None] * len(nodes)
    if trains:
        width = HALF if mixed else dtype_bytes
        saved = saved_bytes(graph, writing, learns, batch, width, types)
    held = FULL if mixed else dtype_bytes
    fields = receptive_fields(graph)
    layers = []
    uncounted = []
    rows = zip(nodes, cost, live.outputs, live.live, saved, fields.fields, strict=True)
    for node, (params, buffers, work), output, alive, kept, field in rows:
        weights = None if params is None or buffers is None else (params + buffers) * held
        layers.append(LayerFacts(params, buffers, work, weights, output, alive, kept, field))
        opaque = node.layer is not None and not node.layer.understood
        if work is None or weights is None or node.shape is None or opaque:
            uncounted.append(node.path)
    total = totals.params, totals.buffers
    memory = Memory(
        None if None in total else sum(one or 0 for one in total) * held,
        live.activations,
        live.peak,
        live.peak_at,
        live.alive,
        _sum(graph, saved) if trains else None,
    )
    status = _status(graph)
    if status == "unknown":
        totals = training = Totals(*[None] * 7)
        memory = Memory(None, None, None, None, (), None)
    elif None in totals:
        status = "unknown"  # an open size hides a total; what is given is exact all the same
    at = None if fields.last is None else nodes[fields.last].path
    return Facts(
        tuple(layers),
        totals,
        training,
        memory,
        at,
        status,
        tuple(uncounted),
        writing,
        fields.mismatches,
        batch,
    )


def _sum(graph: Graph, saved: list[int | None]) -> int | None:
    """None where an open size hides a part; what has no shape at all is left out."""
    total = 0
    for node, kept in zip(graph.nodes, saved, strict=True):
        if kept is not None:
            total += kept
        elif node.shape is not None and all(graph.nodes[i].shape is not None for i in node.inputs):
            return None
    return total


def _status(graph: Graph) -> Status:
    if not graph.complete or any(node.shape is None for node in graph.nodes):
        return "unknown"  # a sum of the rest would look like the answer
    known = all(node.layer is None or node.layer.understood for node in graph.nodes)
    return "exact" if known else "lower bound"
