"""Receptive field, effective stride and padding of every layer, in one forward pass.

Names and formulas of Araujo, Norris and Sim, *Computing Receptive Fields of Convolutional Neural
Networks* (Distill, 2019), per axis, in pixels of the input. Position y of a layer sees the pixels
y*S - P to y*S - P + r - 1. Behind a window of size k, stride s and padding p:

    S' = S*s      P' = P + p*S      r' = r + (k - 1)*S        centre of the first -P + (r - 1)/2

Where branches meet the field is the hull of all of them, `[min(-P), max(r - 1 - P)]`, and the
misalignment the largest distance between the centres of two ways from the input.

What sees the whole input (behind a global pooling or a dense layer) has no geometry of its own: it
carries that of the map it was made from, marked `whole`, and adds nothing to a map it meets again
(the gate of squeeze-and-excite, a pooled branch) but that mark. Several inputs count each in its
own pixels; where they differ in the number of axes there is no field.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from archc.analysis.facts import Field, Mismatch, Number
from archc.graph.graph import Graph, Node
from archc.layers.base import Window
from archc.shapes import Shape

# first pixel, last pixel, stride, twice the least and the greatest centre, for position 0
AxisState = tuple[Number, Number, Number, Number, Number]
State = tuple[AxisState, ...]

LOCAL, GATED, GLOBAL = 0, 1, 2  # sees its window, also the whole input beside it, only the whole
START: AxisState = (0, 0, 1, 0, 0)


class Fields(NamedTuple):
    """`fields` runs parallel to the nodes; `last` is the last local one towards the result."""

    fields: list[Field | None]
    last: int | None
    mismatches: tuple[Mismatch, ...]


def receptive_fields(graph: Graph) -> Fields:
    """The field of every node; None where it is not defined."""
    nodes = graph.nodes
    states: list[State | None] = []
    reaches: list[int] = []
    fields: list[Field | None] = []
    made: dict[tuple[int, int], Field] = {}
    mismatches: list[Mismatch] = []
    for node in nodes:
        state, reach = _step(node, nodes, states, reaches, mismatches)
        states.append(state)
        reaches.append(reach)
        if not state:
            fields.append(None)
            continue
        key = (id(state), reach)
        field = made.get(key)
        if field is None:
            field = made[key] = _field(state, reach != LOCAL)
        fields.append(field)
    return Fields(fields, _last_map(graph, states, reaches), tuple(mismatches))


def _step(
    node: Node,
    nodes: tuple[Node, ...],
    states: list[State | None],
    reaches: list[int],
    mismatches: list[Mismatch],
) -> tuple[State | None, int]:
    layer, shape = node.layer, node.shape
    if shape is None:
        return None, LOCAL
    if layer is None:
        return (START,) * (len(shape) - 1), LOCAL
    shapes = [nodes[i].shape for i in node.inputs]
    known = [one for one in shapes if one is not None]
    if len(known) != len(shapes) or not shapes:
        return None, LOCAL
    if layer.many_inputs and len(known) > 1:
        return _join(node, known, shape, states, reaches, mismatches)
    source = node.inputs[0]
    state, reach = states[source], reaches[source]
    windows = layer.windows(known)
    if isinstance(windows, tuple):
        if state is None or len(windows) != len(state):
            return None, reach
        return _slide(state, windows), reach
    if windows == "unknown":
        return None, reach
    if windows == "global" and reach != GLOBAL:
        # statistics over the map (group norm) are seen beside the position, a pooling hides it
        kept = len(shape) > 1 and shape[1:] == known[0][1:] and any(n != 1 for n in shape[1:])
        return state, GATED if kept else GLOBAL
    return state, reach


def _slide(state: State, windows: tuple[Window, ...]) -> State:
    result: list[AxisState] = []
    for i, (axis, window) in enumerate(zip(state, windows, strict=True)):
        if i and axis is state[i - 1] and window == windows[i - 1]:
            result.append(result[-1])
            continue
        low, high, stride, least, greatest = axis
        size, step, padding = window
        shift = stride * (size - 1 - 2 * padding)
        start = -padding * stride
        end = (size - 1 - padding) * stride
        moved = (low + start, high + end, stride * step, least + shift, greatest + shift)
        if type(stride) is int and type(step) is int and type(size) is int and type(padding) is int:
            result.append(moved)
        else:
            result.append(tuple([_plain(number) for number in moved]))  # type: ignore[arg-type]
    new = tuple(result)
    return state if new == state else new


def _join(
    node: Node,
    shapes: list[Shape],
    output: Shape,
    states: list[State | None],
    reaches: list[int],
    mismatches: list[Mismatch],
) -> tuple[State | None, int]:
    local: list[int] = []
    rest: list[int] = []
    reach = LOCAL
    for i, shape in zip(node.inputs, shapes, strict=True):
        stretched = shape[1:] != output[1:] and any(
            mine == 1 != axis for mine, axis in zip(shape[1:], output[1:], strict=False)
        )
        if reaches[i] == GLOBAL or stretched:
            rest.append(i)
        else:
            local.append(i)
            reach = max(reach, reaches[i])
    if not local:
        local, reach = rest, GLOBAL
    elif rest:
        reach = GATED
    found = [states[i] for i in local]
    first = found[0]
    if first is None or any(one is None or len(one) != len(first) for one in found):
        return None, reach
    if all(one is first or one == first for one in found):
        return first, reach
    paths = [one for one in found if one is not None]
    if reach != GLOBAL and len(output) == len(first) + 1 and _differ(paths, output):
        strides = tuple([tuple([axis[2] for axis in path]) for path in paths])
        mismatches.append(Mismatch(node.index, tuple(local), strides))
    return tuple([_hull([path[a] for path in paths]) for a in range(len(first))]), reach


def _differ(paths: list[State], output: Shape) -> bool:
    """Whether strides differ by half or more; less is what rounding odd sizes up or down leaves."""
    for a, size in enumerate(output[1:]):
        strides = [path[a][2] for path in paths]
        if size != 1 and 2 * max(strides) >= 3 * min(strides):
            return True
    return False


def _hull(axes: list[AxisState]) -> AxisState:
    low = min([axis[0] for axis in axes])
    high = max([axis[1] for axis in axes])
    strides = [axis[2] for axis in axes]
    stride = max([one for one in strides if isinstance(one, int)], default=max(strides))
    return low, high, stride, min([axis[3] for axis in axes]), max([axis[4] for axis in axes])


def _field(state: State, whole: bool) -> Field:
    first = state[0]
    if all(axis is first or axis == first for axis in state):
        columns = [(number,) * len(state) for number in _figures(first)]
    else:
        columns = list(zip(*[_figures(axis) for axis in state], strict=True))
    return Field(columns[0], columns[1], columns[2], columns[3], columns[4], whole)


def _figures(axis: AxisState) -> tuple[Number, ...]:
    low, high, stride, least, greatest = axis
    return high - low + 1, stride, -low, _half(low + high), _half(greatest - least)


def _half(number: Number) -> Number:
    if isinstance(number, int) and number % 2 == 0:
        return number // 2
    return _plain(Fraction(number) / 2)


def _plain(number: Number) -> Number:
    """A whole fraction as a plain number."""
    if isinstance(number, Fraction) and number.denominator == 1:
        return number.numerator
    return number


def _last_map(graph: Graph, states: list[State | None], reaches: list[int]) -> int | None:
    """The last node on the way to the main result that is a map with a field of its own."""
    nodes = graph.nodes
    out = next((result.node for result in graph.results if result.name == "out"), None)
    if out is None:
        return None
    wanted = {out}
    for index in range(out, -1, -1):
        if index not in wanted:
            continue
        node, state = nodes[index], states[index]
        local = node.layer is not None and reaches[index] != GLOBAL
        if state and local and len(node.shape or ()) == len(state) + 1:
            return index
        wanted.update(node.inputs)
    return None
