"""Parameters, buffers and work of every node.

Parameters are the learnable numbers, each tensor once; buffers the kept ones that are not learned
(running statistics); counters (`num_batches_tracked`) count nowhere.
A module that runs at several nodes has its weights at one of them and its work at each.
"""

from __future__ import annotations

from archc.graph.graph import Graph
from archc.layers.base import Layer, Work
from archc.named import NamedTuple
from archc.shapes import Shape, any_open, count


class Cost(NamedTuple):
    """One node's numbers; None where an open or unknown size hides them."""

    params: int | None
    buffers: int | None
    work: Work | None


NOTHING = Cost(0, 0, Work())
UNKNOWN = Cost(None, None, None)


def costs(graph: Graph, batch: int = 1) -> list[Cost]:
    """The cost of every node, parallel to `graph.nodes`; work is that of `batch` images.

    Equal layers on equal shapes are asked once. Weights that several nodes share stand at the first
    of them, at the first that also runs at inference where there is one; the others have 0.
    """
    nodes = graph.nodes
    shapes = [node.shape for node in nodes]
    memo: dict[object, Cost] = {}
    owners: dict[str, int] = {}
    result = []
    for node in nodes:
        layer = node.layer
        if layer is None:
            result.append(NOTHING)
            continue
        inputs = tuple([shapes[i] for i in node.inputs])
        key = (layer, inputs, node.shape)
        cost = memo.get(key)
        if cost is None:
            cost = _cost(layer, inputs, node.shape)
            if batch != 1 and cost.work is not None:
                cost = cost._replace(work=Work(*[number * batch for number in cost.work]))
            memo[key] = cost
        if cost.params != 0 or cost.buffers != 0:
            owner = owners.setdefault(node.module, node.index)
            if owner != node.index:
                if nodes[owner].training and not node.training:
                    owners[node.module] = node.index
                    result[owner] = result[owner]._replace(params=0, buffers=0)
                else:
                    cost = cost._replace(params=0, buffers=0)
        result.append(cost)
    return result


def _cost(layer: Layer, inputs: tuple[Shape | None, ...], output: Shape | None) -> Cost:
    known = [shape for shape in inputs if shape is not None]
    if len(known) != len(inputs) or output is None:
        return UNKNOWN
    params: int | None = 0
    buffers: int | None = 0
    for weight in layer.weights(known):
        if weight.kind == "counter":
            continue
        numbers = count(weight.shape)
        if weight.kind == "parameter":
            params = None if numbers is None or params is None else params + numbers
        else:
            buffers = None if numbers is None or buffers is None else buffers + numbers
    return Cost(params, buffers, None if any_open((*known, output)) else layer.work(known, output))
