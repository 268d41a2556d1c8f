"""Memory at inference, in bytes of tensors alone: weights, activations and the peak.

A value is born at its layer and dies after its last reader; a layer's inputs and output are alive
together; results stay. A view and an activation in place live in their input's storage, `concat`
copies. An argument of a block, or of a group that is a plain sequence, stays alive until the call
ends, because the code that called the module holds it; the network's own input is its user's and
dies after its last reader. Layers that run only in training do not run.

One sweep over the nodes, with the bytes born and freed at each: the time is linear in the graph.
"""

from __future__ import annotations

from archc.analysis.holding import calls, variables
from archc.analysis.layout import NONE, Copies, copies
from archc.analysis.mixed import FULL, HALF, Widths, weight_casts
from archc.graph.graph import Graph, Node, Scope
from archc.named import NamedTuple
from archc.shapes import count

NEVER = -1


class Liveness(NamedTuple):
    """Bytes. `outputs` and `live` run parallel to the nodes; None is unknown, or training only."""

    outputs: list[int | None]
    live: list[int | None]
    activations: int | None
    peak: int | None
    peak_at: str | None
    alive: tuple[str, ...]  # at the peak: the paths of the layers that made the storages
    scratch: int | None = 0  # of the peak: what the layer there holds while it runs


def liveness(
    graph: Graph,
    in_place: frozenset[int],
    images: int = 1,
    width: int = 4,
    mixed: Widths | None = None,
) -> Liveness:
    """What is alive while each layer runs, for so many images and `width` bytes a value."""
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
    last = last_uses(graph, root)
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
    live: list[int | None] = []
    now = peak = 0
    at = NEVER
    scratch = scratch_bytes(nodes, in_place, images, width)
    casts = [0] * total
    if mixed is not None:
        scratch, casts = _while_mixed(graph, in_place, images, mixed, outputs)
    for index in copied.inputs:
        scratch[index] += outputs[nodes[index].inputs[0]] or 0
    for node, birth, passing, death in zip(nodes, born, scratch, freed, strict=True):
        now += birth + casts[node.index]
        most = now + passing
        if most > peak:
            peak, at = most, node.index
        live.append(None if node.training else most)
        now -= death
    if at == NEVER:
        return Liveness(outputs, live, activations, 0, None, ())
    alive = [nodes[r].path for r in range(at + 1) if born[r] and last[r] >= at]
    return Liveness(outputs, live, activations, peak, nodes[at].path, tuple(alive), scratch[at])


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


def last_uses(graph: Graph, root: list[int], training: bool = False) -> list[int]:
    """The last node that needs each storage; `len(nodes)` where it outlives them all."""
    nodes = graph.nodes
    last = [NEVER] * len(nodes)
    called = calls(graph)
    held = _Held(last, called)
    for node in nodes:
        if node.training and not training:
            continue
        index = node.index
        last[root[index]] = index
        if node.scope is not held.scope:
            held.enter(node.scope, index)
        for i in node.inputs:
            r = root[i]
            if last[r] < index:
                last[r] = index
            if i < held.start and nodes[r].layer is not None:
                held.hold(i, r)
    held.enter(None, len(nodes))
    for i, until in variables(graph, called, root):
        r = root[i]
        if NEVER < last[r] < until and nodes[r].layer is not None:
            last[r] = until
    for result in graph.results:
        if training or not result.training:
            last[root[result.node]] = len(nodes)
    return last


class _Held:
    """The calls that are running, and the arguments each keeps alive until it ends."""

    def __init__(self, last: list[int], calls: frozenset[Scope]) -> None:
        self._calls = calls
        self.scope: Scope | None = None
        self.start = 0
        self._last = last
        self._running: list[tuple[Scope, int, list[int]]] = []  # outermost first

    def enter(self, scope: Scope | None, index: int) -> None:
        """Node `index` runs in `scope`: ends the calls that are over, begins those around it."""
        chain = []
        inner = scope
        while inner is not None:
            chain.append(inner)
            inner = inner.parent
        chain.reverse()
        running = self._running
        common = 0
        for (one, _, _), other in zip(running, chain, strict=False):
            if one is not other:
                break
            common += 1
        while len(running) > common:
            for r in running.pop()[2]:
                if self._last[r] < index - 1:
                    self._last[r] = index - 1
        running.extend([(one, index, []) for one in chain[common:]])
        self.scope = scope
        self.start = running[-1][1] if running else 0

    def hold(self, value: int, storage: int) -> None:
        """A value from before the innermost call: the outermost call that was given it keeps it."""
        for scope, start, kept in self._running:
            if start > value and scope in self._calls:
                kept.append(storage)
                return
