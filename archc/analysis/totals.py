"""Sums over a network, at inference and in training, or over what a path names.

A figure is None where an open axis hides one of its parts: a sum without them would look like the
answer. Where a broken part of the file has no shape at all, the sum is a lower bound, and the
status says so.

Activations are the values the layers write, in elements: an output that lies in its
input's memory (a view, an activation in place) writes none, and the network's input is nobody's
output. So VGG-16 has 15,087,080; with its 150,528 input values these are the 15,237,608 that the
rows of its often quoted table sum to.
"""

from __future__ import annotations

from archc.analysis.cost import Cost
from archc.analysis.facts import Facts, Totals
from archc.graph.graph import Graph, Node
from archc.layers.base import Work
from archc.shapes import count


def network_totals(
    graph: Graph, cost: list[Cost], in_place: frozenset[int], training: bool, batch: int = 1
) -> Totals:
    """Inference, or with `training` also what only training runs."""
    nodes = [node for node in graph.nodes if training or not node.training]
    ends = [result.node for result in graph.results if training or not result.training]
    if not graph.complete:
        ends += [node.index for node in nodes]
    chain = _chains(graph)
    depth = max([chain[end] for end in ends], default=0)
    return _sum(graph, nodes, cost, in_place, depth, batch)


def group_totals(
    graph: Graph, facts: Facts, path: str, training: bool = False, inside: list[Node] | None = None
) -> Totals:
    """Of the layer, block or group called `path`; "" is the network.

    Training-only layers count where `training` asks for them, or where the path names nothing else
    (`aux1.params`). Depth is the longest chain of convolution and linear layers inside. `inside`
    are the path's members, where they are known.
    """
    inside = members(graph, path) if inside is None else inside
    if not training and any(not node.training for node in inside):
        inside = [node for node in inside if not node.training]
    layers = facts.layers
    indices = [node.index for node in inside]
    depth = _longest(graph, indices)
    if not path and facts.status == "exact":
        return (facts.training if training else facts.totals)._replace(depth=depth)
    cost = {i: Cost(layers[i].params, layers[i].buffers, layers[i].work) for i in indices}
    return _sum(graph, inside, cost, facts.in_place, depth, facts.batch)


def members(graph: Graph, path: str) -> list[Node]:
    """The nodes at or below a path, second runs of shared layers (`conv1@2`) included."""
    if not path:
        return list(graph.nodes)
    below = (path + ".", path + "@")
    return [node for node in graph.nodes if node.path == path or node.path.startswith(below)]


def _sum(
    graph: Graph,
    nodes: list[Node],
    cost: list[Cost] | dict[int, Cost],
    in_place: frozenset[int],
    depth: int,
    batch: int,
) -> Totals:
    params: int | None = 0
    trainable: int | None = 0
    buffers: int | None = 0
    activations: int | None = 0
    neurons: int | None = 0
    works: dict[int, Work] = {}
    times: dict[int, int] = {}
    open_work = False
    counts = {shape: count(shape or ()) for shape in {node.shape for node in nodes}}
    for node in nodes:
        layer, shape = node.layer, node.shape
        if layer is None or shape is None:
            continue
        if not graph.complete and any(graph.nodes[i].shape is None for i in node.inputs):
            continue
        index = node.index
        own = cost[index]
        if own.params != 0:
            params = _plus(params, own.params)
            if not node.frozen:
                trainable = _plus(trainable, own.params)
        if own.buffers != 0:
            buffers = _plus(buffers, own.buffers)
        work = own.work
        if work is None:
            open_work = True
        else:
            key = id(work)
            times[key] = times.get(key, 0) + 1
            works[key] = work
        if layer.view or index in in_place:
            continue
        values = counts[shape]
        if values is None:
            activations = neurons = None
            continue
        values *= batch
        if activations is not None:
            activations += values
        if layer.counted and neurons is not None:
            neurons += values
    total = None if open_work else _add(works, times)
    return Totals(params, buffers, total, activations, neurons, depth, trainable)


def _plus(total: int | None, part: int | None) -> int | None:
    return None if total is None or part is None else total + part


def _add(works: dict[int, Work], times: dict[int, int]) -> Work:
    """Equal layers share one record, so few are added."""
    if not works:
        return Work()
    scaled = [[number * times[key] for number in work] for key, work in works.items()]
    return Work(*map(sum, zip(*scaled, strict=True)))


def _longest(graph: Graph, indices: list[int]) -> int:
    """The most counted layers of a part of the graph on one way, also where it leaves the part."""
    if not indices:
        return 0
    inside = set(indices)
    first = min(inside)
    chain: list[int] = []
    for node in graph.nodes[first : max(inside) + 1]:
        longest = max([chain[i - first] for i in node.inputs if i >= first], default=0)
        counts = node.layer is not None and node.layer.counted and node.index in inside
        chain.append(longest + counts)
    return max([chain[index - first] for index in indices], default=0)


def _chains(graph: Graph) -> list[int]:
    """For every node the most counted layers on a way to it, itself included."""
    chain: list[int] = []
    append = chain.append
    for node in graph.nodes:
        inputs = node.inputs
        if len(inputs) == 1:
            longest = chain[inputs[0]]
        else:
            longest = max([chain[i] for i in inputs], default=0)
        layer = node.layer
        if layer is not None and layer.counted:
            longest += 1
        append(longest)
    return chain
