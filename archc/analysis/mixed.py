"""Mixed precision, as `torch.autocast` runs it: weights in float32, most values in half of that.

Convolutions and linear layers cast their input and weights to the shorter type, and give it; the
casts of weights stay until the step is over. Other layers take the type that comes in, and one
whose own parameters multiply or add to it gives float32, as does what reads the network's input
without a cast. Statistics of norms are float32.
"""

from __future__ import annotations

from archc.graph.graph import Graph, Node, entering
from archc.named import NamedTuple
from archc.shapes import count

HALF, FULL = 2, 4  # bytes of a number


class Widths(NamedTuple):
    """For every node the bytes of a number of its value, and whether its input is cast for it."""

    values: list[int]
    cast: list[bool]


def widths(graph: Graph) -> Widths:
    """What runs in which type."""
    values: list[int] = []
    cast: list[bool] = []
    for node in graph.nodes:
        layer = node.layer
        full = any(values[i] == FULL for i in node.inputs)
        if layer is None or layer.autocast == "full":
            values.append(FULL)
        elif layer.autocast == "half":
            values.append(HALF)
        else:
            values.append(FULL if full else HALF)
        cast.append(layer is not None and layer.autocast == "half" and full)
    return Widths(values, cast)


def weight_casts(graph: Graph, node: Node) -> tuple[int, int]:
    """The bytes of the casts of a layer's weights: of all of them, and of the weight alone."""
    shapes = entering(graph.nodes, node)
    if node.layer is None or node.layer.autocast != "half" or shapes is None:
        return 0, 0
    sizes = [
        (weight.name, HALF * (count(weight.shape) or 0)) for weight in node.layer.weights(shapes)
    ]
    return sum(size for _, size in sizes), sum(size for name, size in sizes if name == "weight")
