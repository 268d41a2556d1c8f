"""What a training step holds, from the first layer to the update of the weights.

A step runs forward, works out a loss, goes backward and lets the optimizer change the weights; what
is alive is followed through all four. Autograd goes backward in the reverse order of the layers: a
node makes the gradients of its inputs and of its weights while its output's gradient is alive, and
drops what it kept. Gradients of views, sums and concatenations lie in their output's.

The loss is the cross-entropy of each result with a label for each position. The batch, its labels
and the results stay with the caller until the end of the step. Gradients are dropped before the
next step (`zero_grad`, as PyTorch does by default), the optimizer's state stays.
"""

from __future__ import annotations

from archc.analysis.layout import copies
from archc.analysis.memory import last_uses, scratch_bytes, storages
from archc.analysis.mixed import FULL, widths
from archc.analysis.optimizers import OPTIMIZERS
from archc.analysis.saved import Keeping, keeping, learning
from archc.graph.graph import Graph, Node
from archc.layers.base import Layer
from archc.named import NamedTuple
from archc.shapes import Shape, count

LABEL = 8  # bytes of a class number


class TrainingStep(NamedTuple):
    """Bytes. `phase` is when most is alive: forward, loss, backward or update; `at` the layer."""

    weights: int
    gradients: int
    state: int
    saved: int
    peak: int
    phase: str
    at: str | None


class _Meter:
    """Bytes that are alive now, and the most so far with its place."""

    def __init__(self, now: int) -> None:
        self.now = self.peak = now
        self.phase = "forward"
        self.at: str | None = None

    def moment(self, passing: int, phase: str, node: Node | None = None) -> None:
        """Something holds so many bytes for a while."""
        if self.now + passing > self.peak:
            self.peak = self.now + passing
            self.phase, self.at = phase, None if node is None else node.path


def training_step(
    graph: Graph,
    in_place: frozenset[int],
    learned: list[int],
    fixed: int,
    optimizer: str,
    batch: int = 1,
    width: int = 4,
    mixed: bool = False,
) -> TrainingStep | None:
    """A step of `batch` images; `learned` has for every node the parameters that are its own.

    A parameter that several nodes share stands at one of them, one that is frozen nowhere; `fixed`
    are the numbers that no step changes: buffers and frozen parameters. In mixed precision weights,
    their gradients and the optimizer's state are float32. None where a size is open.
    """
    nodes = graph.nodes
    learns = learning(nodes, learned)
    held = FULL if mixed else width
    found = keeping(graph, in_place, learns, batch, width, widths(graph) if mixed else None)
    if any(node.shape is None or count(node.shape) is None for node in nodes):
        return None
    rule = OPTIMIZERS[optimizer]
    weights = (sum(learned) + fixed) * held
    born = _born(nodes, found, learned)
    params = sum(born) * held
    state = rule.state * (sum(learned) * held if rule.every else params)
    ends = [result.node for result in graph.results]
    given = sum(found.size[node.index] for node in nodes if node.layer is None)
    labels = sum(_positions(nodes[end]) for end in ends) * batch * LABEL
    meter = _Meter(weights + state + given + labels)
    trained = [a and b for a, b in zip(learns, found.flows, strict=True)]
    scratch = scratch_bytes(nodes, in_place, batch, width, training=True)
    code = storages(nodes, in_place, copies(graph, in_place, batch, training=False))
    saved, order = _forward(graph, code, found, scratch, batch * width, meter)
    _backward(graph, order, in_place, found, [own * held for own in born], batch * width, meter)
    meter.moment(rule.passing * _largest(nodes, trained) * held, "update")
    return TrainingStep(weights, params, state, saved, meter.peak, meter.phase, meter.at)


def _born(nodes: tuple[Node, ...], found: Keeping, learned: list[int]) -> list[int]:
    """The parameters whose gradient the backward pass begins at each node.

    It comes to the last run of a layer first, and to none that no result is made of.
    """
    last = {node.module: node.index for node in nodes if found.flows[node.index]}
    result = [0] * len(nodes)
    for node, own in zip(nodes, learned, strict=True):
        if own and node.module in last:
            result[last[node.module]] += own
    return result


def _forward(
    graph: Graph, code: list[int], found: Keeping, scratch: list[int], per_value: int, meter: _Meter
) -> tuple[int, list[Node]]:
    """Runs all layers; what autograd keeps and the results are alive behind it.

    Gives the bytes that are kept, and the nodes as they ran.
    """
    nodes = graph.nodes
    order, last, copied, stepped = last_uses(graph, code, found.root, training=True)
    for index in stepped:
        scratch[index] = 0
    stays = {made for kept in found.kept if kept is not None for made in kept.storages}
    stays.update(found.root[result.node] for result in graph.results)
    dying: dict[int, int] = {}
    idle = _idle(graph, code, found, last) if found.idle else {}
    for index, end in idle.items():
        dying[end] = dying.get(end, 0) + found.idle[index].own
    for maker, end in enumerate(last):
        if found.root[maker] == maker and maker not in stays and nodes[maker].layer is not None:
            dying[end] = dying.get(end, 0) + found.size[maker]
    made: dict[int, int] = {}  # of what `concat` copies alone
    late: dict[int, int] = {}  # what goes only when it is there
    for one in copied:
        root = found.root[one.value]
        until = one.named if root in stays else one.until  # one of the two is kept
        made[one.made] = made.get(one.made, 0) + found.size[one.value]
        dying[until] = dying.get(until, 0) + found.size[one.value]
        gone = {r for r in one.late if r not in stays}
        late[one.made] = sum(found.size[r] for r in gone)
        late[one.made] += found.size[one.value] if until == one.made else 0
    own_bytes = 0
    for place, index in enumerate(order):
        node = nodes[index]
        if node.layer is None:
            continue
        kept = found.kept[index]
        own = 0 if kept is None else kept.own
        own_bytes += own
        own += found.idle[index].own if index in idle else 0
        meter.now += own + (found.size[index] if found.root[index] == index else 0)
        drawing = node.layer.scratch_drawing(*_shapes(graph, node)) * per_value
        meter.moment(max(scratch[index], drawing, own) - own, "forward", node)
        meter.now += made.get(place, 0) - dying.get(place, 0)
        if place in made:
            meter.moment(late[place], "forward", node)
    kept_storages = {made for kept in found.kept if kept is not None for made in kept.storages}
    saved = own_bytes + sum(found.size[made] for made in kept_storages)
    return saved, [nodes[index] for index in order]


def _idle(graph: Graph, code: list[int], found: Keeping, last: list[int]) -> dict[int, int]:
    """Until when autograd keeps what values need that no result is made of.

    It is the last place at which one of them, or of those made of them, is held. The storages that
    are kept live on until then.
    """
    values = last_uses(graph, code, range(len(found.root)), training=True).last
    until = {index: values[index] for index in found.idle}
    for index in reversed(list(found.idle)):
        for source in graph.nodes[index].inputs:
            if source in until:
                until[source] = max(until[source], until[index])
    for index, end in until.items():
        for storage in found.idle[index].storages:
            last[storage] = max(last[storage], end)
    return until


class _Gradients:
    """The gradients that are alive; several values may have theirs in one storage."""

    def __init__(self, meter: _Meter) -> None:
        self._meter = meter
        self._of: dict[int, int] = {}
        self._uses: list[int] = []
        self._size: list[int] = []
        self._seen: set[int] = set()  # through views, which hold them too

    def new(self, size: int) -> int:
        self._meter.now += size
        self._uses.append(1)
        self._size.append(size)
        return len(self._size) - 1

    def take(self, value: int) -> int | None:
        return self._of.pop(value, None)

    def share(self, storage: int) -> int:
        self._uses[storage] += 1
        return storage

    def view(self, storage: int) -> None:
        """A view of it is what is handed on, which holds it."""
        self._seen.add(storage)

    def drop(self, storage: int) -> None:
        self._uses[storage] -= 1
        if not self._uses[storage]:
            self._meter.now -= self._size[storage]

    def give(self, value: int, storage: int, size: int, node: Node) -> None:
        """A gradient for a value; two are added, where the older one is if nothing else has it."""
        other = self._of.get(value)
        if other is None:
            self._of[value] = storage
            return
        alone = self._uses[other] == 1 and other not in self._seen
        total = self.share(other) if alone else self.new(size)
        self._meter.moment(0, "backward", node)
        self.drop(other)
        self.drop(storage)
        self._of[value] = total


def _backward(
    graph: Graph,
    order: list[Node],
    in_place: frozenset[int],
    found: Keeping,
    learned: list[int],
    per_value: int,
    meter: _Meter,
) -> None:
    """The loss and its gradient, then every layer from the last to the first."""
    nodes = graph.nodes
    gradients = _Gradients(meter)
    stays = {found.root[result.node] for result in graph.results}
    stays.update(node.index for node in nodes if node.layer is None)
    keepers: dict[int, int] = {}  # of each storage the first node: the last to let it go
    for node in reversed(order):
        kept = found.kept[node.index]
        for storage in () if kept is None else kept.storages:
            keepers[storage] = node.index
    ends = [result.node for result in graph.results if found.flows[result.node]]
    meter.now += sum(found.size[end] for end in ends)  # logarithms of the softmax
    for end in ends:
        meter.moment(2 * found.size[end], "loss", nodes[end])
        gradients.give(end, gradients.new(found.size[end]), found.size[end], nodes[end])
        meter.now -= found.size[end]
    for node in reversed(order):
        index, layer = node.index, node.layer
        own = gradients.take(index)
        if layer is None or own is None:
            continue
        meter.now += learned[index]
        wanted = [i for i in node.inputs if found.flows[i]]
        if not layer.many_inputs:
            wanted = wanted[:1]
        handed = _hands_on(layer, len(node.inputs))
        if handed and layer.operator != "+":
            gradients.view(own)
        made = [  # that of an axis which was stretched is summed
            gradients.share(own)
            if handed and (not layer.operator or found.size[i] == found.size[index])
            else gradients.new(found.size[i])
            for i in wanted
        ]
        kept = found.kept[index]
        shapes = _shapes(graph, node)
        if layer.relays(shapes[0]):
            for one in made:
                gradients.view(one)
        passing = layer.scratch_backward(*shapes) * per_value
        if index in in_place and _relayed(graph, in_place, node):
            passing += 2 * found.size[index]  # autograd copies the gradient of what lies around
        meter.moment(passing, "backward", node)
        gradients.drop(own)
        if kept is not None:
            meter.now -= kept.own
            for one in set(kept.storages):
                if keepers[one] == index and one not in stays:
                    meter.now -= found.size[one]
        for value, storage in zip(wanted, made, strict=True):
            gradients.give(value, storage, found.size[value], node)


def _relayed(graph: Graph, in_place: frozenset[int], node: Node) -> bool:
    """Whether what an activation writes over is a view of what was worked out."""
    maker = graph.nodes[node.inputs[0]]
    while maker.index in in_place:
        maker = graph.nodes[maker.inputs[0]]
    layer = maker.layer
    if layer is None:
        return False
    whole = layer.view == "all" and layer.shares(len(maker.inputs), training=True)
    return layer.relays(_shapes(graph, maker)[0]) or (whole and not layer.passes)


def _shapes(graph: Graph, node: Node) -> tuple[list[Shape], Shape]:
    inputs = [shape for i in node.inputs if (shape := graph.nodes[i].shape) is not None]
    return inputs, node.shape or ()


def _hands_on(layer: Layer, inputs: int) -> bool:
    """Whether the gradients of its inputs lie in that of its output."""
    whole = layer.view == "all" and layer.shares(inputs, training=True)
    return whole or layer.operator == "+" or layer.channels_from == "sum"


def _positions(node: Node) -> int:
    """The labels of a result: one for a row of scores, one a position for a map of them."""
    return (count(node.shape[1:]) if node.shape else None) or 1


def _largest(nodes: tuple[Node, ...], learns: list[bool]) -> int:
    """The values of the largest parameter that has a gradient."""
    most = 0
    for node in nodes:
        if node.layer is None or not learns[node.index]:
            continue
        shapes = [shape for i in node.inputs if (shape := nodes[i].shape) is not None]
        for weight in node.layer.weights(shapes):
            if weight.kind == "parameter":
                most = max(most, count(weight.shape) or 0)
    return most
