"""Memory at inference, in bytes of tensors alone: weights, activations and the peak.

A value is born at its layer and dies after its last reader; a layer's inputs and output are alive
together; results stay. A view and an activation in place live in their input's storage, `concat`
copies. An argument of a block, or of a group that is a plain sequence, stays alive until the call
ends, because the code that called the module holds it; the network's own input is its user's and
dies after its last reader. Layers that run only in training do not run.

One sweep over the nodes, with the bytes born and freed at each: the time is linear in the graph.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from archc.analysis.holding import calls, variables
from archc.analysis.layout import NONE, Copies, copies
from archc.analysis.mixed import FULL, HALF, Widths, weight_casts
from archc.analysis.texts import Texts
from archc.graph.graph import Graph, Node, Scope
from archc.named import NamedTuple
from archc.shapes import count

if TYPE_CHECKING:
    from archc.analysis.names import Hold

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
    order, last, copied_values, stepped = last_uses(graph, root, root)
    born = [0] * total
    births = [0] * total  # of copies
    late = [0] * total  # what goes only when they are made
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
    live: list[int | None] = [None] * total
    now = peak = 0
    at = NEVER
    scratch = scratch_bytes(nodes, in_place, images, width)
    casts = [0] * total
    if mixed is not None:
        scratch, casts = _while_mixed(graph, in_place, images, mixed, outputs)
    for index in stepped:
        scratch[index] = 0
    for one in copied_values:
        size = outputs[one.value] or 0
        births[one.made] += size
        freed[one.until] += size
        if one.until == one.made:
            late[one.made] += size
        late[one.made] += sum(outputs[r] or 0 for r in one.late)
    for index in copied.inputs:
        scratch[index] += outputs[nodes[index].inputs[0]] or 0
    for place, (index, death) in enumerate(zip(order, freed, strict=True)):
        now += born[index] + casts[index]
        most = now + scratch[index]
        now += births[place] - death
        if births[place]:
            most = max(most, now + late[place])
        if most > peak:
            peak, at = most, place
        live[index] = None if nodes[index].training else most
    if at == NEVER:
        return Liveness(outputs, live, activations, 0, None, ())
    alive = [nodes[r].path for r in sorted(order[: at + 1]) if born[r] and last[r] >= at]
    most_at = order[at]
    path, passing = nodes[most_at].path, scratch[most_at]
    return Liveness(outputs, live, activations, peak, path, tuple(alive), passing)


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


class Copy(NamedTuple):
    """Another copy of a value: made at the end of one place, dropped at the end of another.

    `named` is how long variables hold the value that was copied; `late` are the storages that go
    only when the copy is there.
    """

    value: int
    made: int
    until: int
    named: int
    late: tuple[int, ...]


class Uses(NamedTuple):
    """The nodes in the order in which they run, and for each storage the last that needs it.

    `last` are places in the order: `len(nodes)` where a storage outlives them all. `stepped` are
    sums that take no memory between their steps.
    """

    order: Sequence[int]
    last: list[int]
    copies: list[Copy]
    stepped: Sequence[int]


def last_uses(graph: Graph, code: list[int], root: Sequence[int], training: bool = False) -> Uses:
    """The last node that needs each storage, by readers, calls and variables.

    `root` has the node that made each value's storage; `code` has those of inference, by which the
    code joins its lines.
    """
    nodes = graph.nodes
    last = [NEVER] * len(nodes)
    texts = Texts(graph)
    called = calls(graph, texts)
    held, order, stepped = variables(graph, texts, called, code)
    place = order if isinstance(order, range) else _places(order)
    running = _Held(last, called)
    for now, index in enumerate(order):
        node = nodes[index]
        if node.training and not training:
            continue
        last[root[index]] = now
        if node.scope is not running.scope:
            running.enter(node.scope, now)
        for i in node.inputs:
            r = root[i]
            if last[r] < now:
                last[r] = now
            if place[i] < running.start and nodes[r].layer is not None:
                running.hold(place[i], r)
    running.enter(None, len(nodes))
    copied: dict[tuple[int, int], Hold] = {}
    named: dict[int, int] = {}
    for one in held:
        if one.copied is not None:  # a view of the copy may hold it longer
            copied[one.value, one.copied] = one
            continue
        r, until = root[one.value], place[one.until]
        named[one.value] = max(named.get(one.value, NEVER), until)
        if NEVER < last[r] < until and nodes[r].layer is not None:
            last[r] = until
    for result in graph.results:
        if training or not result.training:
            last[root[result.node]] = len(nodes)
    copies = [_copy(one, root, place, last, named) for one in copied.values()]
    return Uses(order, last, copies, stepped)


def _copy(
    hold: Hold, root: Sequence[int], place: Sequence[int], last: list[int], named: dict[int, int]
) -> Copy:
    """The storages that go late are those that variables hold, here or in the code that called."""
    assert hold.copied is not None
    made = place[hold.copied]
    beside = {root[i] for i in hold.beside}
    late = [
        r
        for r, end in enumerate(last)
        if end == made and (r in beside or place[r] < place[hold.first])
    ]
    return Copy(
        hold.value, made, place[hold.until], max(made, named.get(hold.value, made)), tuple(late)
    )


def _places(order: Sequence[int]) -> list[int]:
    """For every node its place in an order."""
    result = [0] * len(order)
    for place, index in enumerate(order):
        result[index] = place
    return result


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
