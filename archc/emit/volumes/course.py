"""What a closed block hides of a U: maps that get smaller and larger inside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit.axes import area, size
from archc.emit.diagram.scene import reads

if TYPE_CHECKING:
    from archc.graph.graph import Graph, Node
    from archc.shapes import Shape

_STEPS = 2  # an up-convolution alone, with what it is merged with, hides nothing


def course_of(graph: Graph, nodes: tuple[Node, ...]) -> tuple[int, ...]:
    """The heights of the maps where they enter, are smallest, and leave, each once: (64, 4, 64).

    () for nodes whose maps do not grow at least twice on their way.
    """
    inside = {node.index for node in nodes}
    shapes = [node.shape for node in nodes if _map(node.shape)]
    grown: dict[int, int] = {}
    for node in nodes:
        before = max((grown.get(index, 0) for _, index in reads(graph, node)), default=0)
        grown[node.index] = before + _grows(graph, node)
    if max(grown.values(), default=0) < _STEPS:
        return ()
    entered = [
        size(shape[1])
        for node in nodes
        for _, index in reads(graph, node)
        if index not in inside and _map(shape := graph.nodes[index].shape) and shape is not None
    ]
    heights = [size(shape[1]) for shape in shapes if shape is not None]
    several = (*entered[:1], min([*entered[:1], *heights]), heights[-1])
    return tuple(one for n, one in enumerate(several) if not n or one != several[n - 1])


def _map(shape: Shape | None) -> bool:
    return shape is not None and len(shape) > 1 and area(shape) > 1


def _grows(graph: Graph, node: Node) -> bool:
    read = [graph.nodes[index].shape for _, index in reads(graph, node)]
    known = [area(one) for one in read if one is not None and _map(one)]
    return _map(node.shape) and node.shape is not None and bool(known) and (
        area(node.shape) > 2 * min(known)
    )  # fmt: skip
