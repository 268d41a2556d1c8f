"""What the analyses find out: figures beside the graph, never in it. Unknown is None."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from archc.layers.base import Work
from archc.named import NamedTuple

Number = int | Fraction


class Field(NamedTuple):
    """Receptive field of one position, per spatial axis of the input, in input pixels.

    Names as in Araujo, Norris and Sim (Distill, 2019). Behind a fractional stride positions differ:
    `size` is the most that one of them sees, `hull` the least window that moves by the stride and
    holds what each sees; padding and centre are the hull's. `misalignment` is the largest distance
    between the centres of paths that meet, 0 where they are aligned. `whole` is set where the layer
    sees the whole input (behind a global pooling, a dense layer or a gate); the local figure stands
    beside it.
    """

    size: tuple[Number, ...]
    stride: tuple[Number, ...]
    padding: tuple[Number, ...]
    center: tuple[Number, ...]
    misalignment: tuple[Number, ...]
    whole: bool
    hull: tuple[Number, ...]

    @property
    def aligned(self) -> bool:
        return not any(self.misalignment)


class Mismatch(NamedTuple):
    """A join whose branches step by different numbers of input pixels: `strides` per input."""

    node: int
    inputs: tuple[int, ...]
    strides: tuple[tuple[Number, ...], ...]


class LayerFacts(NamedTuple):
    """The figures of one node. Weights that several nodes share count at the first of them."""

    params: int | None
    buffers: int | None
    work: Work | None
    weight_bytes: int | None
    output_bytes: int | None
    live_bytes: int | None  # what is alive while the node runs at inference
    saved_bytes: int | None  # what training keeps because of this node, each storage once
    field: Field | None


class Memory(NamedTuple):
    """Bytes. `peak_at` is the path of the node at the peak, `live` what is alive there."""

    weights: int | None
    activations: int | None
    peak: int | None
    peak_at: str | None
    live: tuple[str, ...]
    saved_for_backward: int | None


class Totals(NamedTuple):
    """Sums over a network, a group or a layer."""

    params: int | None
    buffers: int | None
    work: Work | None
    activations: int | None  # elements of all layer outputs
    conv_linear_activations: int | None
    depth: int | None  # most convolution and linear layers on a way from input to result
    trainable: int | None  # of the parameters, those that training changes


Status = Literal["exact", "lower bound", "unknown"]


class Facts(NamedTuple):
    """`layers` runs parallel to the graph's nodes. `totals` is inference; `training` adds what only
    training runs.

    A figure that depends on an open size is None. `status` speaks of those that are given.
    """

    layers: tuple[LayerFacts, ...]
    totals: Totals
    training: Totals
    memory: Memory
    field_at: str | None  # path of the last layer whose field is local
    status: Status
    uncounted: tuple[str, ...]  # paths of what could not be counted
    in_place: frozenset[int] = frozenset()  # activations that write over their input
    mismatches: tuple[Mismatch, ...] = ()
    batch: int = 1  # how many images at once: work, values and memory are theirs
