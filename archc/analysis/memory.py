"""Memory at inference, in bytes of tensors alone: weights, activations and the peak.

A value is born at its layer and dies after its last reader; a layer's inputs and output are alive
together; results stay. A view and an activation in place live in their input's storage, `concat`
copies. An argument of a block, or of a group that is a plain sequence, stays alive until the call
ends, because the code that called the module holds it; the network's own input is its user's and
dies after its last reader. Layers that run only in training do not run.

One sweep over the nodes, with the bytes born and freed at each: the time is linear in the graph.
"""

from __future__ import annotations

from archc.analysis.layout import NONE, Copies, copies
from archc.analysis.mixed import FULL, HALF, Widths, weight_casts
from archc.analysis.uses import NEVER, ByPlace, Followed, Uses, last_uses, while_copied
from archc.graph.graph import Graph, Node
from archc.named import NamedTuple
from archc.shapes import count


class Liveness(NamedTuple):
    """Bytes. `outputs` and `live` run parallel to the nodes; None is unknown, or training only."""

    outputs: list[int | None]
    live: list[int | None]
    activations: int | None
    peak: int | None
    peak_at: str | None
    alive: tuple[str, ...]  # at the peak: the paths of the layers that made the storages
    scratch: int | None = 0  # of the peak: what the layer there holds while it runs
    uses: Uses | None = None


def liveness(
    graph: Graph,
    in_place: frozenset[int],
    images: int = 1,
    width: int = 4,
    mixed: Widths | None = None,
    followed: Followed | None = None,
) -> Liveness:
    """What is alive while each layer runs, for so many images and `width` bytes a value.

    `followed` is remembered by a caller that asks for several batches.
    """
    nodes = graph.nodes
    total = len(nodes)
    outputs = _output_bytes(nodes, images * width)
    if mixed is not None:
        outputs = [
            None if size is None else size // width * one
            for size, one in zip(outputs, mixed.values, strict=True)
        ]
    copied = copies(graph, in_place, images, training=False)
    root = storages(nodes, in_place, copied)
    run = [node for node in nodes if not node.training]
    if any(outputs[node.index] is None and node.shape is not None for node in run):
        return Liveness(outputs, [None] * total, None, None, None, ())
    uses = last_uses(followed or Followed(graph), root, root)
    order, last, others, stepped = uses
    born = [0] * total
    freed = [0] * total
    activations = 0
    for r, own in enumerate(root):
        size = outputs[r]
        if own != r or size is None or last[r] == NEVER:
            continue
        born[r] = size
        if nodes[r].layer is not None:
            activations += size
        if last[r] < total:
            freed[last[r]] += size

    def stored(node: int) -> int:
        return outputs[node] or 0

    live: list[int | None] = [None] * total
    now = peak = 0
    at = NEVER
    scratch = scratch_bytes(nodes, in_place, images, width)
    casts = [0] * total
    if mixed is not None:
        scratch, casts = _while_mixed(graph, in_place, images, mixed, outputs)
    for index in stepped:
        scratch[index] = 0
    by_place = ByPlace(others)
    for one in others:
        if one.until < total:
            freed[one.until] += outputs[one.value] or 0
    for index in copied.inputs:
        scratch[index] += outputs[nodes[index].inputs[0]] or 0
    for index in copied.outputs:
        scratch[index] += (
            ordering(nodes[index]) * images * (mixed.values[index] if mixed else width)
        )
    for place, (index, death) in enumerate(zip(order, freed, strict=True)):
        now += born[index] + casts[index]
        most = now + scratch[index]
        now -= death
        if place in by_place.made:
            now += sum([outputs[one.value] or 0 for one in by_place.made[place]])
            most = max(most, now + while_copied(place, by_place, outputs, stored))
        if most > peak:
            peak, at = most, place
        live[index] = None if nodes[index].training else most
    if at == NEVER:
        return Liveness(outputs, live, activations, 0, None, ())
    alive = [nodes[r].path for r in sorted(order[: at + 1]) if born[r] and last[r] >= at]
    most_at = order[at]
    path, passing = nodes[most_at].path, scratch[most_at]
    return Liveness(outputs, live, activations, peak, path, tuple(alive), passing, uses)


def _while_mixed(
    graph: Graph,
    in_place: frozenset[int],
    images: int,
    mixed: Widths,
    outputs: list[int | None],
) -> tuple[list[int], list[int]]:
    """What each layer holds while it runs, casts of its input too, and the casts that stay."""
    nodes = graph.nodes
    half = scratch_bytes(nodes, in_place, images, HALF)
    full = scratch_bytes(nodes, in_place, images, FULL)
    scratch: list[int] = []
    casts: list[int] = []
    seen: set[str] = set()
    for node in nodes:
        index = node.index
        held = full[index] if mixed.values[index] == FULL else half[index]
        if mixed.cast[index]:
            held += (outputs[node.inputs[0]] or 0) // FULL * HALF
        scratch.append(held)
        casts.append(0 if node.module in seen or node.training else weight_casts(graph, node)[0])
        seen.add(node.module)
    return scratch, casts


def storages(nodes: tuple[Node, ...], in_place: frozenset[int], copied: Copies = NONE) -> list[int]:
    """For every value the node that allocated its storage at inference."""
    root: list[int] = []
    for node in nodes:
        layer = node.layer
        index, sources = node.index, node.inputs
        if (
            layer is not None
            and sources
            and (index in in_place or layer.shares(len(sources), training=False))
            and index not in copied.views
        ):
            root.append(root[sources[0]])
        else:
            root.append(node.index)
    return root


def _output_bytes(nodes: tuple[Node, ...], bytes_per_value: int) -> list[int | None]:
    memo: dict[object, int | None] = {None: None}
    result = []
    for node in nodes:
        shape = node.shape
        if shape not in memo:
            values = count(shape) if shape is not None else None
            memo[shape] = None if values is None else values * bytes_per_value
        result.append(memo[shape])
    return result


def ordering(node: Node) -> int:
    """Values for one image that a layer holds while it puts in order what it worked out."""
    return 0 if node.layer is None else node.layer.scratch_ordering(node.shape or ())


def scratch_bytes(
    nodes: tuple[Node, ...],
    in_place: frozenset[int],
    images: int,
    width: int,
    training: bool = False,
) -> list[int]:
    """What each layer holds only while it runs; equal layers on equal shapes are asked once."""
    memo: dict[object, int] = {}
    result = []
    for node in nodes:
        layer, shape = node.layer, node.shape
        idle = node.training and not training
        if layer is None or shape is None or idle or node.index in in_place:
            result.append(0)
            continue
        inputs = tuple([nodes[i].shape for i in node.inputs])
        key = (layer, inputs)
        if key not in memo:
            known = [one for one in inputs if one is not None]
            memo[key] = (
                layer.scratch(known, shape, images, width) if len(known) == len(inputs) else 0
            )
        result.append(memo[key])
    return result
