"""What a training step holds, from the first layer to the update of the weights.

A step runs forward, works out a loss, goes backward (`backward.py`) and lets the optimizer change
the weights; what is alive is followed through all four.

The loss is the cross-entropy of each result with a label for each position. The batch, its labels
and the results stay with the caller until the end of the step. Gradients are dropped before the
next step (`zero_grad`, as PyTorch does by default), the optimizer's state stays.
"""

from __future__ import annotations

from archc.analysis.backward import Backward, Meter, shapes_of
from archc.analysis.copied import given_in
from archc.analysis.layout import copies
from archc.analysis.memory import ordering, scratch_bytes, storages
from archc.analysis.mixed import FULL, widths
from archc.analysis.optimizers import OPTIMIZERS
from archc.analysis.saved import Keeping, keeping, learning
from archc.analysis.uses import NEVER, ByPlace, Followed, Uses, last_uses, while_copied
from archc.graph.graph import Graph, Node
from archc.layers.gradients import Gradients
from archc.named import NamedTuple
from archc.shapes import count

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


def training_step(
    graph: Graph,
    in_place: frozenset[int],
    learned: list[int],
    fixed: int,
    optimizer: str,
    batch: int = 1,
    width: int = 4,
    mixed: bool = False,
    followed: Followed | None = None,
) -> TrainingStep | None:
    """A step of `batch` images; `learned` has for every node the parameters that are its own.

    A parameter that several nodes share stands at one of them, one that is frozen nowhere; `fixed`
    are the numbers that no step changes: buffers and frozen parameters. In mixed precision weights,
    their gradients and the optimizer's state are float32. None where a size is open.
    `followed` is remembered by a caller that asks for several batches.
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
    meter = Meter(weights + state + given + labels)
    trained = [a and b for a, b in zip(learns, found.flows, strict=True)]
    scratch = scratch_bytes(nodes, in_place, batch, width, training=True)
    copied = copies(graph, in_place, batch, training=True)
    for index in copied.inputs:
        scratch[index] += found.size[nodes[index].inputs[0]]
    for index in copied.outputs:
        scratch[index] += ordering(nodes[index]) * batch * width
    code = storages(nodes, in_place, copies(graph, in_place, batch, training=False))
    followed = followed or Followed(graph)
    saved, uses = _forward(followed, code, found, scratch, copied.outputs, batch * width, meter)
    backward = Backward(graph, uses, in_place, copied, found, batch * width, meter)
    backward.run([own * held for own in born])
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
    followed: Followed,
    code: list[int],
    found: Keeping,
    scratch: list[int],
    ordered: frozenset[int],
    per_value: int,
    meter: Meter,
) -> tuple[int, Uses]:
    """Runs all layers; what autograd keeps and the results are alive behind it.

    Gives the bytes that are kept, and in which order the layers ran.
    """
    graph = followed.graph
    nodes = graph.nodes
    uses = last_uses(followed, code, found.root, training=True)
    order, last, copied, stepped = uses
    for index in stepped:
        scratch[index] = 0
    stays = {made for kept in found.kept if kept is not None for made in kept.storages}
    stays.update(given_in(graph, found.lies, result) for result in graph.results)
    stays.update(node.index for node in nodes if node.layer is None)  # the batch
    dying: dict[int, int] = {}
    read = last if not found.idle else list(last)
    idle = _idle(followed, code, found) if found.idle else {}
    kept: dict[int, int] = {}  # until when autograd keeps storages: first those of such values
    for index, end in idle.items():
        for storage in found.idle[index].storages:
            kept[storage] = max(kept.get(storage, NEVER), end)
    for storage, end in kept.items():
        if storage < len(last):
            last[storage] = max(last[storage], end)
    kept |= dict.fromkeys(stays, len(nodes))
    for index, end in idle.items():
        dying[end] = dying.get(end, 0) + found.idle[index].own
    for maker, end in enumerate(last):
        if found.root[maker] == maker and maker not in stays:
            dying[end] = dying.get(end, 0) + found.size[maker]
    copied = [
        one._replace(
            until=max(one.until, kept.get(one.storage, NEVER)),
            gone=one.gone and one.storage not in stays,
        )
        for one in copied
    ]
    for one in copied:
        dying[one.until] = dying.get(one.until, 0) + found.size[one.value]
    by_place = ByPlace(copied)

    def stored(node: int) -> int:
        stay = node in stays or last[node] > read[node]
        return 0 if stay else found.size[node]

    own_bytes = 0
    for place, index in enumerate(order):
        node = nodes[index]
        if node.layer is not None:
            keeps = found.kept[index]
            own = 0 if keeps is None else keeps.own
            own_bytes += own
            own += found.idle[index].own if index in idle else 0
            meter.now += own + (found.size[index] if found.root[index] == index else 0)
            shapes = shapes_of(graph, node)
            wanted = any(found.flows[i] for i in node.inputs)
            asked = Gradients(wanted, not node.frozen, ordered=index in ordered)
            drawing = node.layer.scratch_drawing(*shapes, asked) * per_value - own
            keeping = node.layer.scratch_keeping(*shapes, asked) * per_value
            meter.moment(max(scratch[index] - own, drawing, keeping, 0), "forward", node)
        meter.now -= dying.get(place, 0)
        if place in by_place.made:
            meter.now += sum(found.size[one.value] for one in by_place.made[place])
            meter.moment(while_copied(place, by_place, found.size, stored), "forward", node)
    kept_storages = {made for kept in found.kept if kept is not None for made in kept.storages}
    saved = own_bytes + sum(found.size[made] for made in kept_storages)
    return saved, uses


def _idle(followed: Followed, code: list[int], found: Keeping) -> dict[int, int]:
    """Until when autograd keeps what values need that no result is made of.

    It is the last place at which one of them, or of those made of them, is held.
    """
    values = last_uses(followed, code, range(len(found.root)), training=True)
    until = {index: values.last[index] for index in found.idle}
    for one in values.copies:
        if one.value in until:
            until[one.value] = max(until[one.value], one.until)
    for index in reversed(list(found.idle)):
        for source in followed.graph.nodes[index].inputs:
            if source in until:
                until[source] = max(until[source], until[index])
    return until


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
