"""What autograd keeps for the backward pass.

Every layer kind says what its backward pass needs: inputs, its output, numbers of its own. Each
storage counts once, at the first layer that keeps it: a ReLU's output is the next convolution's
input. Nothing is kept where nothing needs a gradient: before the first layer with parameters.
"""

from __future__ import annotations

from collections.abc import Sequence

from archc.analysis.copied import read_in
from archc.analysis.layout import copies
from archc.analysis.mixed import FULL, HALF, Widths, weight_casts
from archc.graph.graph import Graph, Node
from archc.layers.base import Layer, Saved
from archc.named import NamedTuple
from archc.shapes import Shape, any_open, count


class Kept(NamedTuple):
    """What one node keeps: storages, and bytes of its own."""

    storages: tuple[int, ...] = ()
    own: int = 0


NOTHING = Kept()


class Keeping(NamedTuple):
    """What every node keeps, None where a size is open or unknown; parallel to the nodes.

    `root` is the node that made each value's storage in training, and `lies` the storage itself,
    which may be a copy. `size` are the bytes of each value and of each copy behind them, `flows`
    tells whose value has a gradient. `idle` is what is kept for values that no result is made of:
    it goes with them.
    """

    kept: list[Kept | None]
    root: list[int]
    lies: Sequence[int]
    size: list[int]
    flows: list[bool]
    idle: dict[int, Kept]


def saved_bytes(
    graph: Graph,
    in_place: frozenset[int],
    learns: list[bool],
    batch: int,
    dtype_bytes: int,
    mixed: Widths | None = None,
) -> list[int | None]:
    """The bytes each node adds to what is kept, each storage once."""
    found = keeping(graph, in_place, learns, batch, dtype_bytes, mixed)
    seen: set[int] = set()
    result: list[int | None] = []
    for kept in found.kept:
        if kept is None:
            result.append(None)
            continue
        bytes_ = kept.own
        for made in kept.storages:
            if made not in seen:
                seen.add(made)
                bytes_ += found.size[made]
        result.append(bytes_)
    return result


def keeping(
    graph: Graph,
    in_place: frozenset[int],
    learns: list[bool],
    batch: int,
    dtype_bytes: int,
    mixed: Widths | None = None,
) -> Keeping:
    """What every node keeps; `learns` tells which have parameters that training changes.

    In mixed precision numbers differ in size, and the casts of weights are kept as well.

    An activation in place whose backward needs its input keeps a copy of it, made before it is
    overwritten, or where it can do with it its output.
    """
    nodes = graph.nodes
    shapes = [node.shape for node in nodes]
    memo: dict[object, Saved | None] = {}
    root: list[int] = []
    lies: list[int] = []
    needs: list[bool] = []
    useful = _useful(graph)
    copied = copies(graph, in_place, batch, training=True)
    each = [dtype_bytes] * len(nodes) if mixed is None else mixed.values
    values_of = {shape: (count(shape or ()) or 0) * batch for shape in set(shapes)}
    size = [values_of[shape] * one for shape, one in zip(shapes, each, strict=True)]
    size += [size[one.value] for one in graph.copied]
    casts: set[str] = set()  # the modules whose cast weights are kept
    result: list[Kept | None] = []
    idle: dict[int, Kept] = {}
    for node in nodes:
        layer, sources, index = node.layer, node.inputs, node.index
        root.append(index)
        lies.append(index)
        if layer is None:
            needs.append(False)
            result.append(NOTHING)
            continue
        inputs = tuple([shapes[i] for i in sources])
        rests = node.frozen and layer.rests
        key = (layer, inputs, shapes[index], rests)
        if key in memo:
            saved = memo[key]
        else:
            saved = memo[key] = _ask(layer, inputs, shapes[index], rests)
        shares = index in in_place or layer.shares(len(sources), training=True)
        if sources and shares and index not in copied.views:
            root[index] = root[sources[0]]
            lies[index] = read_in(graph, lies, node)[0]
        flows = True in [needs[i] for i in sources]
        needs.append(learns[index] or flows)
        if saved is None:
            result.append(None)
        elif not needs[index]:
            result.append(NOTHING)
        else:
            if index in in_place and layer.needs_output:
                saved = Saved(output=True)
            serves = {"any": True, "weights": learns[index], "inputs": flows}
            apart = index in in_place or index in copied.inputs
            places = [
                position
                for position in (saved.inputs if serves[saved.inputs_serve] else ())
                if not layer.many_inputs or _needed_by_others(node, position, needs)
            ]
            values = [sources[position] for position in places]
            if mixed is not None and mixed.cast[index]:
                own = sum([size[value] // FULL * HALF for value in values])
                apart = True
            else:
                own = sum([size[value] for value in values]) if apart else 0
            if mixed is not None and (flows or saved.inputs_serve == "any"):
                own += 0 if node.module in casts else weight_casts(graph, node)[1]
                casts.add(node.module)
            read = read_in(graph, lies, node)
            storages = [] if apart else [read[position] for position in places]
            if saved.output:
                storages.append(lies[index])
            for extra in saved.extra:
                if serves[extra.purpose]:
                    images = batch if extra.each_image else 1
                    width = extra.width or (HALF if mixed and mixed.cast[index] else each[index])
                    own += extra.values * (FULL if mixed and extra.precise else width) * images
            result.append(Kept(tuple(storages), own))
            if index not in useful:
                idle[index] = result[-1] or NOTHING
                result[-1] = NOTHING
    flows_back = [need and i in useful for i, need in enumerate(needs)]
    return Keeping(result, root, lies, size, flows_back, idle)


def learning(nodes: Sequence[Node], params: Sequence[int | None]) -> list[bool]:
    """Which nodes have parameters that training changes; `params` has them where they are counted.

    A parameter that several nodes share stands at one of them.
    """
    modules = {node.module for node, own in zip(nodes, params, strict=True) if own != 0}
    return [node.layer is not None and node.module in modules and not node.frozen for node in nodes]


def flows(graph: Graph, learns: list[bool]) -> list[bool]:
    """Whose value has a gradient: made with weights that learn, and a result is made of it."""
    useful = _useful(graph)
    needs: list[bool] = []
    for node in graph.nodes:
        needs.append(learns[node.index] or any(needs[i] for i in node.inputs))
    return [need and i in useful for i, need in enumerate(needs)]


def _useful(graph: Graph) -> set[int]:
    """The nodes that a result is made of; what others would keep goes when their value goes.

    A layer that takes the size of a second input reads no values of it.
    """
    found: set[int] = set()
    waiting = [result.node for result in graph.results]
    while waiting:
        index = waiting.pop()
        if index in found:
            continue
        found.add(index)
        node = graph.nodes[index]
        several = node.layer is not None and node.layer.many_inputs
        waiting += node.inputs if several else node.inputs[:1]
    return found


def _ask(
    layer: Layer, inputs: tuple[Shape | None, ...], output: Shape | None, rests: bool
) -> Saved | None:
    known = [shape for shape in inputs if shape is not None]
    if output is None or len(known) != len(inputs):
        return None
    if any_open((*known, output)):
        return None
    return layer.saved_resting(known, output) if rests else layer.saved(known, output)


def _needed_by_others(node: Node, position: int, needs: list[bool]) -> bool:
    """A factor of a product is kept for the gradients of the others."""
    return any(needs[i] for other, i in enumerate(node.inputs) if other != position)
