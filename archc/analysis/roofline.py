"""Where time goes: what a device can do at most, held to what every layer has to do and to move.

The roofline model: a piece of work that does W operations and moves Q bytes takes at least
max(W / peak rate, Q / bandwidth). Source: Williams, Waterman and Patterson, *Roofline: an
insightful visual performance model for multicore architectures*, 2009.

Bytes are those that each layer has to move by itself: of its inputs what its windows read, each
value once; its weights and buffers, once in a run, whatever the batch; its output, written once. A
view moves nothing. What caches keep between layers is not known here, so a layer alone may be
faster than this; `fused` holds for whatever keeps values out of memory.
"""

from __future__ import annotations

from archc.analysis.facts import Facts
from archc.analysis.layout import copies
from archc.analysis.memory import storages
from archc.graph.graph import Graph, Node, entering
from archc.layers.base import Layer
from archc.layers.reads import Window
from archc.named import NamedTuple
from archc.shapes import Shape, count

MOST_WINDOWS = 10_000  # whose places are counted one by one


class Rate(NamedTuple):
    """Operations in a second, a multiply-add being two; `note` says by which units."""

    flops: float
    note: str


class Device(NamedTuple):
    """What a device does at most: operations in a second by dtype, bytes in a second."""

    name: str
    title: str
    bandwidth: float
    rates: dict[str, Rate]
    source: str


class Traffic(NamedTuple):
    """The operations of a layer, and the bytes that it has to move."""

    flops: int
    bytes: int

    @property
    def intensity(self) -> float | None:
        """Operations for each byte; None where nothing is moved."""
        return self.flops / self.bytes if self.bytes else None


class Bound(NamedTuple):
    """What a layer has to do and to move, and the time that it takes at least, in seconds."""

    traffic: Traffic
    seconds: float
    waits: bool  # for memory; else for the operations


class Roofline(NamedTuple):
    """`layers` run parallel to the nodes: None is unknown, an input, or runs only in training.

    `seconds` is the sum, layer after layer. `fused` is a bound for any schedule: the multiply-adds
    of all layers, or inputs, weights and results, moved once. None where a size is open.
    """

    device: Device
    dtype: str
    rate: Rate
    layers: tuple[Bound | None, ...]
    seconds: float | None
    fused: float | None

    @property
    def ridge(self) -> float:
        """The operations a byte from which on a layer no longer waits for memory."""
        return self.rate.flops / self.device.bandwidth


def roofline(graph: Graph, facts: Facts, device: Device, dtype: str, width: int) -> Roofline:
    """The bounds of all layers at inference, for the images that the facts are for.

    `width` is the bytes of a value; raises `KeyError` where the device has no rate for the dtype.
    """
    rate = device.rates[dtype]
    moved = _Moved(graph, facts, width)
    layers = tuple([_bound(device, rate, moved.of(node)) for node in graph.nodes])
    run = [node for node in graph.nodes if _runs(node)]
    known = [bound for node in run if (bound := layers[node.index]) is not None]
    if len(known) != len(run):
        return Roofline(device, dtype, rate, layers, None, None)
    macs = sum(one.macs for node in run if (one := facts.layers[node.index].work))
    fused = max(2 * macs / rate.flops, moved.ends() / device.bandwidth)
    return Roofline(device, dtype, rate, layers, sum(one.seconds for one in known), fused)


def traffic(graph: Graph, facts: Facts, width: int) -> tuple[Traffic | None, ...]:
    """Of every node, as `Roofline.layers` have it; `width` is the bytes of a value."""
    moved = _Moved(graph, facts, width)
    return tuple([moved.of(node) for node in graph.nodes])


def together(bounds: list[Bound | None]) -> Bound | None:
    """Several layers one after the other; None where one is unknown."""
    known = [one for one in bounds if one is not None]
    if len(known) != len(bounds):
        return None
    seconds = sum(one.seconds for one in known)
    waiting = sum(one.seconds for one in known if one.waits)
    flops = sum(one.traffic.flops for one in known)
    moved = sum(one.traffic.bytes for one in known)
    return Bound(Traffic(flops, moved), seconds, 2 * waiting > seconds)


def _runs(node: Node) -> bool:
    return node.layer is not None and not node.training


def _bound(device: Device, rate: Rate, moved: Traffic | None) -> Bound | None:
    if moved is None:
        return None
    work, memory = moved.flops / rate.flops, moved.bytes / device.bandwidth
    return Bound(moved, max(work, memory), memory > work)


class _Moved:
    """The operations and bytes of each node that runs at inference."""

    def __init__(self, graph: Graph, facts: Facts, width: int) -> None:
        self._graph = graph
        self._facts = facts
        self._image = facts.batch * width
        copied = copies(graph, facts.in_place, facts.batch, training=False)
        self._root = storages(graph.nodes, facts.in_place, copied)
        self._read: dict[tuple[Layer, Shape], int | None] = {}
        self._weights: dict[str, int] = {}  # of a module, wherever it runs first
        for node, one in zip(graph.nodes, facts.layers, strict=True):
            held = self._weights.get(node.module, 0)
            self._weights[node.module] = held + (one.weight_bytes or 0)

    def of(self, node: Node) -> Traffic | None:
        """None for an input, for what only training runs, and where an open size hides it.

        Of what is not understood nothing is known that it has to do or to move.
        """
        facts, layer = self._facts.layers[node.index], node.layer
        inputs = entering(self._graph.nodes, node)
        if layer is None or node.training or inputs is None or node.shape is None:
            return None
        written = count(node.shape)
        if written is None or facts.work is None or facts.weight_bytes is None:
            return None
        if not layer.understood:
            return Traffic(0, 0)
        in_place = node.index in self._facts.in_place and not layer.view
        if self._root[node.index] != node.index and not in_place:
            return Traffic(facts.work.flops, 0)
        values = written + sum(self._values(layer, inputs, node))
        return Traffic(facts.work.flops, values * self._image + self._weights[node.module])

    def _values(self, layer: Layer, inputs: list[Shape], node: Node) -> list[int]:
        """The values that are read of each input, one that is read twice once."""
        if not layer.many_inputs:  # `like=NAME` gives a shape, and is not read
            key = (layer, inputs[0])
            if key not in self._read:
                self._read[key] = values_read(layer, inputs, node.shape)
            return [self._read[key] or 0]
        shapes = dict(zip(node.inputs, inputs, strict=True))
        return [count(shape) or 0 for shape in shapes.values()]

    def ends(self) -> int:
        """Bytes of inputs, weights and results."""
        graph = self._graph
        read = {i for node in graph.nodes if _runs(node) for i in node.inputs}
        kept = {i for i in read if graph.nodes[i].layer is None}
        kept |= {result.node for result in graph.results if not result.training}
        values = [count(graph.nodes[i].shape or ()) or 0 for i in kept]
        used = {node.module for node in graph.nodes if _runs(node)}
        return sum(values) * self._image + sum(self._weights[module] for module in used)


def values_read(layer: Layer, inputs: list[Shape], output: Shape | None) -> int | None:
    """The values of the first input that some window of the layer reads; None for open sizes."""
    shape = inputs[0]
    total = count(shape)
    windows = layer.windows(inputs)
    if total is None or output is None or not isinstance(windows, tuple):
        return total
    found = shape[0]
    for n, out, window in zip(shape[1:], output[1:], windows, strict=False):
        if not isinstance(n, int) or not isinstance(out, int):
            return total
        found *= places_read(window, n, out) if isinstance(window, Window) else n
    return found if isinstance(found, int) else total


def places_read(window: Window, n: int, out: int) -> int:
    """How many of `n` places along an axis the windows of `out` outputs read."""
    phases, advance = window
    if len(phases) == 1 and phases[0].step == 1 and 0 < advance <= len(phases[0]):
        first, end = phases[0].start, phases[0].stop + (out - 1) * advance
        return max(min(end, n) - max(first, 0), 0)
    if out > MOST_WINDOWS:  # what they read goes on as it began
        few, more = (places_read(window, n, many) for many in (MOST_WINDOWS // 2, MOST_WINDOWS))
        rest = (out - MOST_WINDOWS) * (more - few) // (MOST_WINDOWS // 2)
        return min(more + rest, n)
    places = set()
    for y in range(out):
        turn, phase = divmod(y, len(phases))
        moved = turn * advance
        places.update([place + moved for place in phases[phase] if 0 <= place + moved < n])
    return len(places)
