"""In which storage a value is read: where it lies, or in a copy that the network makes of it.

A storage has the number of the node that made it; behind those of all nodes come the copies.
"""

from __future__ import annotations

from collections.abc import Sequence

from archc.graph.graph import Graph, Node, Result


def read_in(graph: Graph, of: Sequence[int], node: Node) -> list[int]:
    """The storage in which each input of a node is read, by those in which values lie."""
    if not node.copies:
        return [of[i] for i in node.inputs]
    pairs = zip(node.inputs, node.copies, strict=True)
    return [_copy(graph, copy) if copy else of[i] for i, copy in pairs]


def given_in(graph: Graph, of: Sequence[int], result: Result) -> int:
    """The storage of a result."""
    return _copy(graph, result.copy) if result.copy else of[result.node]


def lying(graph: Graph, root: Sequence[int]) -> Sequence[int]:
    """In which storage each value lies: views of a copy lie in it; `root` knows but nodes."""
    if not graph.copied:
        return root
    of: list[int] = []
    for node in graph.nodes:
        own = root[node.index] == node.index
        of.append(node.index if own else read_in(graph, of, node)[0])
    return of


def by_turn(graph: Graph, place: Sequence[int]) -> dict[int, list[int]]:
    """The copies of each value as they are made; of what does nothing those of what it is given."""
    last = len(graph.nodes) - 1
    every = [(place[min(one.place, last)], n) for n, one in enumerate(graph.copied, 1)]
    found: dict[int, list[int]] = {}
    for _, number in sorted(every):
        value = graph.copied[number - 1].value
        found.setdefault(bare(graph.nodes, value), []).append(_copy(graph, number))
    return found


def bare(nodes: Sequence[Node], value: int) -> int:
    """The value that layers which do nothing hand on."""
    while (layer := nodes[value].layer) is not None and layer.passes:
        value = nodes[value].inputs[0]
    return value


def _copy(graph: Graph, number: int) -> int:
    return len(graph.nodes) - 1 + number
