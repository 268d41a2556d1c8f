"""The backward pass of a training step: which gradients are alive while each layer is gone through.

Autograd goes backward in the reverse order of the layers. A layer makes the gradients of its inputs
and of its weights while its output's gradient is alive, and drops what it kept. Gradients of views,
sums and concatenations lie in their output's. What does nothing (`identity`, a branch that hands on
its input) is nothing to autograd either: the gradient is at once that of what it was given. That of
another shape, as behind `flatten`, is handed on as a view.
"""

from __future__ import annotations

from archc.analysis.copied import given_in, read_in
from archc.analysis.layout import Copies
from archc.analysis.saved import Keeping
from archc.analysis.uses import Copy, Uses
from archc.graph.graph import Graph, Node
from archc.layers.base import Layer
from archc.layers.gradients import Gradients
from archc.shapes import Shape


class Meter:
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


class _Gradients:
    """The gradients that are alive; several values may have theirs in one storage."""

    def __init__(self, meter: Meter) -> None:
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

    def held(self, storage: int) -> bool:
        """Whether more than the layer that it is given has it."""
        return self._uses[storage] > 1

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


class Backward:
    """Goes backward through the layers of a graph, in the reverse order of their `uses`."""

    def __init__(
        self,
        graph: Graph,
        uses: Uses,
        in_place: frozenset[int],
        copied: Copies,
        found: Keeping,
        per_value: int,
        meter: Meter,
    ) -> None:
        self._graph = graph
        self._nodes = graph.nodes
        self._order = uses.order
        self._in_place = in_place
        self._copied = copied
        self._found = found
        self._per_value = per_value
        self._meter = meter
        self._gradients = _Gradients(meter)
        self._given = _given(graph)
        self._partial = [one for one in uses.copies if one.terms and self._adds(one.value)]
        self._parts: dict[int, list[int]] = {}  # of each sum, its partial sums
        for number, one in enumerate(self._partial):
            self._parts.setdefault(one.value, []).append(number)
        self._stays = {given_in(graph, found.lies, result) for result in graph.results}
        self._stays.update(node.index for node in graph.nodes if node.layer is None)
        self._keepers: dict[int, int] = {}  # of each storage the first node: the last to let it go
        for index in reversed(uses.order):
            kept = found.kept[index]
            for storage in () if kept is None else kept.storages:
                self._keepers[storage] = index

    def _adds(self, index: int) -> bool:
        layer = self._nodes[index].layer
        return layer is not None and layer.operator == "+"

    def run(self, learned: list[int]) -> None:
        """The loss and its gradient, then every layer; `learned` are bytes that each adds."""
        self._loss()
        sums = list(enumerate(self._partial))
        sums.sort(key=lambda one: one[1].made)
        for place in range(len(self._order) - 1, -1, -1):
            while sums and sums[-1][1].made == place:
                self._split(*sums.pop())
            node = self._nodes[self._order[place]]
            own = self._gradients.take(node.index)
            if own is not None and node.layer is not None:
                self._meter.now += learned[node.index]
                self._layer(node, node.layer, own)

    def _loss(self) -> None:
        size, meter = self._found.size, self._meter
        ends = [one.node for one in self._graph.results if self._found.flows[one.node]]
        meter.now += sum(size[end] for end in ends)  # logarithms of the softmax
        for end in ends:
            meter.moment(2 * size[end], "loss", self._nodes[end])
            self._give(end, self._gradients.new(size[end]), self._nodes[end])
            meter.now -= size[end]

    def _give(self, value: int, storage: int, node: Node) -> None:
        self._gradients.give(self._given[value], storage, self._found.size[value], node)

    def _layer(self, node: Node, layer: Layer, own: int) -> None:
        found, gradients, meter = self._found, self._gradients, self._meter
        wanted = [i for i in node.inputs if found.flows[i]]
        if not layer.many_inputs:
            wanted = wanted[:1]
        handed = _hands_on(layer, len(node.inputs))
        if handed and layer.operator != "+":
            gradients.view(own)
        wanted = self._without_parts(node, wanted, own)
        lets_go = self._lets_go(node)
        read = read_in(self._graph, found.lies, node)
        last_kept = tuple(n for n, one in enumerate(read) if one in lets_go)
        asked = Gradients(bool(wanted), not node.frozen, gradients.held(own), last_kept)
        made = [self._made(i, node, handed, own) for i in wanted]
        kept = found.kept[node.index]
        shapes = shapes_of(self._graph, node)
        if layer.relays(shapes[0], node.index not in self._copied.strewn):
            for one in made:
                gradients.view(one)
        passing = layer.scratch_backward(*shapes, asked) * self._per_value
        if node.index in self._in_place and self._relayed(node):
            passing += 2 * found.size[node.index]  # autograd copies that of what lies around
        meter.moment(passing, "backward", node)
        gradients.drop(own)
        if kept is not None:
            meter.now -= kept.own
            meter.now -= sum(found.size[one] for one in lets_go)
        for value, storage in zip(wanted, made, strict=True):
            self._give(value, storage, node)

    def _lets_go(self, node: Node) -> set[int]:
        """The storages that autograd keeps for it, and for no layer that it comes to later."""
        kept = self._found.kept[node.index]
        return {
            one
            for one in (() if kept is None else kept.storages)
            if self._keepers[one] == node.index and one not in self._stays
        }

    def _made(self, value: int, node: Node, handed: bool, own: int) -> int:
        """The gradient of an input; that of an axis which was stretched is summed."""
        size = self._found.size
        if handed and (node.layer is None or not node.layer.operator):
            return self._gradients.share(own)
        if handed and size[value] == size[node.index]:
            return self._gradients.share(own)
        return self._gradients.new(size[value])

    def _without_parts(self, node: Node, wanted: list[int], own: int) -> list[int]:
        """The terms of a sum that is worked out in parts get their gradient part by part."""
        rest = list(wanted)
        for number in self._parts.get(node.index, ()):
            self._gradients.give(_partial(number), self._gradients.share(own), 0, node)
            for term in self._partial[number].terms:
                if term in rest:
                    rest.remove(term)
        return rest

    def _split(self, number: int, one: Copy) -> None:
        """Hands the gradient of a partial sum to its terms."""
        own = self._gradients.take(_partial(number))
        if own is None:
            return
        node = self._nodes[one.value]
        terms = [term for term in one.terms if self._found.flows[term]]
        made = [self._made(term, node, True, own) for term in terms]
        self._meter.moment(0, "backward", node)
        self._gradients.drop(own)
        for term, storage in zip(terms, made, strict=True):
            self._give(term, storage, node)

    def _relayed(self, node: Node) -> bool:
        """Whether what an activation writes over is a view of what was worked out."""
        maker = self._nodes[self._given[node.inputs[0]]]
        while maker.index in self._in_place:
            maker = self._nodes[self._given[maker.inputs[0]]]
        layer = maker.layer
        if layer is None:
            return False
        whole = layer.view == "all" and layer.shares(len(maker.inputs), training=True)
        plain = maker.index not in self._copied.strewn
        relays = layer.relays(shapes_of(self._graph, maker)[0], plain)
        return relays or (whole and not layer.passes)


def _partial(number: int) -> int:
    """Names a partial sum among the values."""
    return -1 - number


def _given(graph: Graph) -> list[int]:
    """For every value the one that it is: what does nothing hands on what it is given."""
    result: list[int] = []
    for node in graph.nodes:
        layer = node.layer
        same = (
            layer is not None
            and layer.view != "part"
            and not layer.reorders
            and layer.shares(len(node.inputs), training=True)
            and node.shape == graph.nodes[node.inputs[0]].shape
        )
        result.append(result[node.inputs[0]] if same and node.inputs else node.index)
    return result


def shapes_of(graph: Graph, node: Node) -> tuple[list[Shape], Shape]:
    inputs = [shape for i in node.inputs if (shape := graph.nodes[i].shape) is not None]
    return inputs, node.shape or ()


def _hands_on(layer: Layer, inputs: int) -> bool:
    """Whether the gradients of its inputs lie in that of its output."""
    whole = layer.view == "all" and layer.shares(inputs, training=True)
    return whole or layer.spreads or layer.operator == "+" or layer.channels_from == "sum"
