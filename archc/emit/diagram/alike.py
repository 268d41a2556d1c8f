"""Parts of one structure, and in what the first of several differs from the others.

What stands as one box "3 in a row" must be three of the same; where the first has a stride, or a
convolution on its shortcut, the box says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from archc.emit.diagram.scene import only_size, source
from archc.emit.diagram.words import TIMES, grouping, of_axes, size_text

if TYPE_CHECKING:
    from archc.graph.graph import Graph, Node

UNDILATED = ("kernel", "stride")
WINDOW = (*UNDILATED, "dilation")
LEAST = 2  # parts that may stand as one
FEW = 4  # dilations that are said one by one


class Alike:
    """Compares parts of a graph."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._known: dict[tuple[int, int], Hashable] = {}

    def structure(self, nodes: Sequence[Node]) -> Hashable:
        """Equal for parts, whose nodes run without a break, with the same layers, windows,
        factors and connections, whatever their widths."""
        key = nodes[0].index, len(nodes)
        if key not in self._known:
            self._known[key] = self._looks(nodes, WINDOW)
        return self._known[key]

    def again(self, one: Sequence[Node], other: Sequence[Node]) -> bool:
        """Whether a part is another one again, with the same widths, but for its dilations."""
        looks = (self._looks(nodes, UNDILATED) for nodes in (one, other))
        shapes = ([node.shape for node in nodes] for nodes in (one, other))
        return len(set(looks)) == 1 and next(shapes) == next(shapes)

    def _looks(self, nodes: Sequence[Node], window: tuple[str, ...]) -> Hashable:
        inside = {node.index: number for number, node in enumerate(nodes)}
        return tuple(self._look(node, inside, window) for node in nodes)

    def _look(self, node: Node, inside: dict[int, int], names: tuple[str, ...]) -> Hashable:
        values = {} if node.layer is None else node.layer.values
        window = (*(repr(values.get(name)) for name in names), _factor(values))
        inputs = tuple(inside.get(one, -1) for one in node.inputs)
        said = grouping(self._graph, node), node.training, node.frozen
        return (node.kind, window, inputs, *said)

    def exception(self, parts: Sequence[Sequence[Node]]) -> str | None:
        """What is to be said of several parts that differ: `first: stride 2, projection`; ""
        where they are equal, None where there are no words for it.

        Of two neither is the usual one: there a stride, a dilation or a skip alone may differ.
        """
        first, *others = map(self.structure, parts)
        if len(set(others)) > 1:
            return None
        if not others or others[0] == first:
            return ""
        words = list(_differences(self._graph, parts[0], parts[-1]))
        if not words or (len(parts) == LEAST and any(one.startswith("with") for one in words)):
            return None
        return f"first: {', '.join(words)}"


def spread(nodes: Sequence[Node]) -> str:
    """What is said of dilated convolutions: `dilation 2`, `dilations 1, 2, 4`; of many that double
    `dilations 1...512`, also in several turns, else `dilations 1 to 30`; "" where there are none.
    """
    said = dilations(nodes)
    return f"dilation{'s' * (not said.replace(TIMES, '').isdigit())} {said}" if said else ""


def dilations(nodes: Iterable[Node]) -> str:
    """The dilations alone, in the order in which they are met; a window of one pixel has none."""
    met: list[tuple[int, ...]] = []
    for node in nodes:
        values = {} if node.layer is None else node.layer.values
        dilation = values.get("dilation")
        wide = max(values.get("kernel") or (1,)) > 1
        if dilation and wide and met[-1:] != [dilation]:
            met.append(dilation)
    found = list(dict.fromkeys(met))
    if all(max(one) == 1 for one in found):
        return ""
    if len(found) <= FEW:
        return ", ".join(map(of_axes, found))
    turns = _turns(met)
    if len(turns) * FEW <= len(met):
        shown = [f"{of_axes(one[0])}\u2026{of_axes(one[-1])}" for one in turns]
        if len(turns) > 1 and len(set(shown)) == 1:
            return f"{shown[0]}, {len(turns)} {TIMES}"
        return ", ".join(shown)
    return f"{of_axes(min(found))} to {of_axes(max(found))}"


def _turns(met: Sequence[tuple[int, ...]]) -> list[list[tuple[int, ...]]]:
    """Runs in which each dilation is twice the one before."""
    turns: list[list[tuple[int, ...]]] = []
    for one in met:
        if turns and tuple(2 * axis for axis in turns[-1][-1]) == one:
            turns[-1].append(one)
        else:
            turns.append([one])
    return turns


def stride(nodes: Sequence[Node]) -> str:
    """The largest stride of a part's windows: `stride 2`; "" where there is none."""
    found = [node.layer.values.get("stride") for node in nodes if node.layer is not None]
    largest = max((one for one in found if one), key=max, default=(1,))
    return f"stride {of_axes(largest)}" if max(largest) > 1 else ""


def _factor(values: Mapping[str, Any]) -> Hashable:
    """By how much a layer resizes, where it does so by a factor: not to a size."""
    size = values.get("size")
    return values.get("factor"), values.get("scale"), size if isinstance(size, int) else None


def _differences(graph: Graph, one: Sequence[Node], other: Sequence[Node]) -> Iterator[str]:
    """What the one has and the other has not, in the field's words."""
    if stride(one) != stride(other):
        yield stride(one) or "no stride"
    if spread(one) != spread(other):
        yield spread(one) or "dilation 1"
    kernels, usual = _kernels(one), _kernels(other)
    if _direct(graph, other) > _direct(graph, one):  # the other adds what it was given as it is
        projected = kernels - usual
        yield "projection" if projected else "no skip"
        kernels -= projected
    if _direct(graph, other) < _direct(graph, one):
        yield "skip"
    less, more = usual - kernels, kernels - usual
    if less:
        yield f"without {', '.join(less)}"
    if more:
        yield f"with {', '.join(more)}"


def _kernels(nodes: Sequence[Node]) -> Counter[str]:
    values = (node.layer.values for node in nodes if node.layer and node.layer.counted)
    return Counter(size_text(one["kernel"]) for one in values if "kernel" in one)


def _direct(graph: Graph, nodes: Sequence[Node]) -> int:
    """How often what enters a part is merged as it is, or after a slice of its channels alone."""
    inside = {node.index for node in nodes}
    count = 0
    for node in nodes:
        if node.layer is None or not node.layer.many_inputs:
            continue
        for position, index in enumerate(node.inputs):
            before = graph.nodes[source(graph, index)]
            while before.index in inside and before.layer and "begin" in before.layer.arguments:
                before = graph.nodes[source(graph, before.inputs[0])]
            count += before.index not in inside and not only_size(node, position)
    return count


def several(nodes: tuple[Node, ...], number: int) -> tuple[tuple[Node, ...], ...]:
    """The nodes of equal parts, part by part."""
    size = len(nodes) // number
    return tuple(nodes[start : start + size] for start in range(0, number * size, size))
