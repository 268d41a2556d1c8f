"""Receptive field, effective stride and padding of every layer, in one forward pass.

Names of Araujo, Norris and Sim, *Computing Receptive Fields of Convolutional Neural Networks*
(Distill, 2019), per axis, in pixels of the input. Position y of a layer sees the pixels y*S - P to
y*S - P + r - 1. Behind a window of size k, stride s and padding p:

    S' = S*s      P' = P + p*S      r' = r + (k - 1)*S        centre of the first -P + (r - 1)/2

Behind a fractional stride the positions differ, and `views.py` follows each: the size is what the
one sees that sees most, padding and centre are those of the hull, the window that holds all of
them. Where branches meet, a position sees what it sees on any of them, and the misalignment is the
largest distance between the centres of two ways from the input.

What sees the whole input (behind a global pooling or a dense layer) has no geometry of its own: it
carries that of the map it was made from, marked `whole`, and adds nothing to a map it meets again
(the gate of squeeze-and-excite, a pooled branch) but that mark. What sees some axes whole sees
them from end to end, as by any other window. Several inputs count each in its own pixels; where
they differ in the number of axes there is no field.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import is_

from archc.analysis.facts import Field, Mismatch, Number
from archc.analysis.views import START, View, constant, figures, hull, slide
from archc.graph.graph import Graph, Node
from archc.layers.reads import ALL, BESIDE, OWN, Moved, Span, Window
from archc.named import NamedTuple
from archc.shapes import Axis, Shape

MOST_DEEP = 200  # windows and joins on the way back to the branches that a `slice` reads
LOCAL, GATED, GLOBAL = 0, 1, 2  # sees its window, also the whole input beside it, only the whole


class State(NamedTuple):
    """For each axis of the input what is seen along it, and the axis of the map it lies in.

    Axes that a `flatten` joined lie in the same one; there they are no longer a row of pixels.
    """

    views: tuple[View, ...]
    axes: tuple[int, ...]


Seen = tuple[State | None, int]
"""What is seen, None where that is not defined, and how far it reaches."""


class Fields(NamedTuple):
    """`fields` runs parallel to the nodes; `last` is the last local one towards the result."""

    fields: list[Field | None]
    last: int | None
    mismatches: tuple[Mismatch, ...]


def receptive_fields(graph: Graph) -> Fields:
    """The field of every node; None where it is not defined."""
    walk = _Walk(graph)
    fields: list[Field | None] = []
    made: dict[tuple[int, int], Field] = {}
    for node in graph.nodes:
        state, reach = walk.step(node)
        if state is None or (not state.views and reach == LOCAL):
            fields.append(None)
            continue
        key = (id(state), reach)
        field = made.get(key)
        if field is None:
            pixels = walk.extents.get(len(state.axes), ())
            field = made[key] = _field(state, pixels, reach != LOCAL)
        fields.append(field)
    return Fields(fields, _last_map(graph, walk.states, walk.reaches), tuple(walk.mismatches))


class _Walk:
    """What is known of the nodes so far."""

    def __init__(self, graph: Graph) -> None:
        self.nodes = graph.nodes
        self.states: list[State | None] = []
        self.reaches: list[int] = []
        self.mixed: dict[int, int] = {}
        """The nodes of which some channels may see less than all: `concat`, and what follows.

        Each with the node, itself or one before it, whose channels see the same.
        """
        self.mismatches: list[Mismatch] = []
        inputs = [node.shape for node in graph.nodes if node.layer is None and node.shape]
        self.starts: dict[int, State] = {}
        self.extents: dict[int, Shape] = {}
        """The largest input along each axis, by the number of axes."""
        for shape in inputs:
            axes = tuple(range(1, len(shape)))
            if len(shape) not in self.starts:
                alike = [one for one in inputs if len(one) == len(shape)]
                self.starts[len(shape)] = State((START,) * len(axes), axes)
                self.extents[len(axes)] = tuple(
                    [_largest([one[axis] for one in alike]) for axis in axes]
                )

    def step(self, node: Node) -> Seen:
        """Works out the state behind a node, and how far it reaches."""
        came = [(self.states[i], self.reaches[i]) for i in node.inputs]
        if node.layer is None or self.mixed.keys().isdisjoint(node.inputs):
            found = self._behind(node, node.inputs, came)
        else:
            found = self._behind_mixed(node, node.layer.across, came)
        self.states.append(found[0])
        self.reaches.append(found[1])
        return found

    def _behind_mixed(self, node: Node, across: Span, came: list[Seen]) -> Seen:
        first, channels = node.inputs[0], _channels(node)
        fewer = isinstance(across, Window) and channels < _channels(self.nodes[first])
        if fewer:
            came = [self._part(*one) for one in self._needed(node, range(channels))] or came
        found = self._behind(node, node.inputs, came)
        if across != ALL:
            same = across == OWN and not fewer and len(came) == 1 and found[0] is came[0][0]
            self.mixed[node.index] = self.mixed.get(first, first) if same else node.index
        return found

    def _part(self, index: int, channels: range, depth: int = 0) -> Seen:
        """What these channels of a node see: no more than the branches that they came from."""
        index = self.mixed.get(index, index)
        node, seen = self.nodes[index], (self.states[index], self.reaches[index])
        every = len(channels) == _channels(node) or seen[0] is None or 0 in seen[0].axes
        if index not in self.mixed or every or depth == MOST_DEEP:
            return seen
        needed = self._needed(node, channels)
        came = [self._part(*one, depth + 1) for one in needed]
        return self._behind(node, [one for one, _ in needed], came) if came else seen

    def _needed(self, node: Node, channels: range) -> list[tuple[int, range]]:
        """The inputs that these channels of a node are made of, with the channels of each."""
        assert node.layer is not None
        counts = [(source, _channels(self.nodes[source])) for source in node.inputs]
        if not channels or not all(n for _, n in counts):
            return [(source, range(n)) for source, n in counts]
        across, found, first = node.layer.across, [], 0
        for source, n in counts:
            if across == ALL:  # branches put behind one another
                low, high = channels.start - first, channels.stop - first
                first += n
            elif isinstance(across, Window) and n > 1:
                read = across.phases[0]
                low, high = channels.start + read[0], channels.stop + read[-1]
            else:
                low, high = 0, n
            if max(low, 0) < min(high, n):
                found.append((source, range(max(low, 0), min(high, n))))
        return found

    def _behind(self, node: Node, inputs: Sequence[int], came: list[Seen]) -> Seen:
        """The state behind a node that reads so of these of its inputs."""
        layer, shape = node.layer, node.shape
        if shape is None:
            return None, LOCAL
        if layer is None:
            return self.starts[len(shape)], LOCAL
        shapes = [self.nodes[i].shape for i in node.inputs]
        known = [one for one in shapes if one is not None]
        if len(known) != len(shapes) or not shapes:
            return None, LOCAL
        reads = layer.windows(known)
        if layer.many_inputs and len(known) > 1 and reads != "global":
            return self._join(node, inputs, came)
        state, reach = came[0]
        if state is None or reads == "unknown":
            return None, reach
        if reads == "pointwise" and state.axes and 0 not in state.axes:
            return state, reach
        if reads == "global" or (not state.axes and layer.across == ALL):
            # statistics over the map (group norm) are seen beside the position, a pooling hides it
            if any(axis >= len(shape) for axis in state.axes):
                state = state._replace(axes=(0,) * len(state.axes))
            kept = len(shape) > 1 and shape[1:] == known[0][1:] and any(n != 1 for n in shape[1:])
            return state, max(reach, GATED if kept else GLOBAL)
        if isinstance(reads, Moved):
            new = {old: axis for axis, olds in enumerate(reads.axes) for old in olds}
            spans: list[Span] = [OWN if axis in new else ALL for axis in state.axes]
            state = state._replace(axes=tuple([new.get(axis, 0) for axis in state.axes]))
            return self._seen(state, reach, spans, shape)
        along = reads if isinstance(reads, tuple) else (OWN,) * (len(shape) - 1)
        along = (layer.across if 0 in state.axes else OWN, *along)
        return self._seen(state, reach, [along[axis] for axis in state.axes], shape)

    def _seen(self, state: State, reach: int, spans: list[Span], shape: Shape) -> Seen:
        """The state behind a layer that reads so along each axis of the input."""
        if all(span == OWN for span in spans):
            return state, reach
        axes = state.axes
        if len(set(axes)) < len(axes):
            for a, span in enumerate(spans):
                joined = axes.count(axes[a]) > 1
                if joined and isinstance(span, Window) and span.size != 1:
                    spans[a] = ALL
        whole = [not isinstance(span, Window) for span in spans]
        rows = list(zip(state.views, whole, self.extents[len(axes)], strict=True))
        if any(whole) and all(one or _covers(view, size) for view, one, size in rows):
            return state, max(reach, GATED if BESIDE in spans else GLOBAL)
        views: list[View] = []
        for a, (span, (view, _, size)) in enumerate(zip(spans, rows, strict=True)):
            same = a and view is state.views[a - 1] and span == spans[a - 1]
            if same and shape[axes[a]] == shape[axes[a - 1]]:
                views.append(views[-1])
                continue
            behind: View | None = view
            if isinstance(span, Window):
                behind = slide(view, span, shape[axes[a]])
            elif isinstance(size, int):
                ends = constant(0, size - 1)
                behind = ends if span == ALL else hull([view, ends], shape[axes[a]])
            else:
                behind = None
            if behind is None:
                return None, reach
            views.append(behind)
        return State(tuple(views), axes), reach

    def _join(self, node: Node, inputs: Sequence[int], came: list[Seen]) -> Seen:
        """Where branches meet: what one of them sees whole is a mark beside the others."""
        assert node.layer is not None
        output = node.shape or ()
        stacked = node.layer.across == ALL
        local = [one for one in zip(inputs, came, strict=True) if one[1][1] != GLOBAL]
        reach = GATED if 0 < len(local) < len(inputs) else max([one[1] for one in came])
        local = local or list(zip(inputs, came, strict=True))
        found = [state for _, (state, _) in local if state is not None]
        ranks = {len(state.axes) for state, _ in came if state}
        if len(found) < len(local) or len(ranks) > 1:
            return None, reach
        first = found[0]
        axes = first.axes
        if any(state.axes != axes for state in found):
            return None, reach
        shapes = [self.nodes[i].shape or () for i, _ in local]
        alike = all(state is first for state in found)
        if stacked and not (alike and self.mixed.keys().isdisjoint(inputs)):
            self.mixed[node.index] = node.index
        if alike and all(one == shapes[0] for one in shapes):
            return first, reach
        if 0 in axes and stacked and len(set(axes)) == len(axes):
            return None, reach  # pixels that lie in the channels are put behind one another
        rows = []
        for a, axis in enumerate(axes):
            stretched = [shape[axis] == 1 != output[axis] for shape in shapes]
            row = [state.views[a] for state in found]
            rows.append([_alike(v) if one else v for v, one in zip(row, stretched, strict=True)])
        strides = [[view.stride for view in row if view.stride] for row in rows]
        if reach != GLOBAL and len(output) == len(axes) + 1 and _differ(strides, output):
            each = tuple([tuple([view.stride for view in state.views]) for state in found])
            if node.index == len(self.states):  # not some of its channels, asked for later
                told = tuple([index for index, _ in local])
                self.mismatches.append(Mismatch(node.index, told, each))
        extent = self.extents[len(axes)]
        if all(self._gated(row, size) for row, size in zip(rows, extent, strict=True)):
            reach = max(reach, GATED)
            rows = [[view for view in row if view.stride] for row in rows]
        views: list[View | None] = []
        for a, (row, axis) in enumerate(zip(rows, axes, strict=True)):
            same = a and output[axis] == output[axes[a - 1]] and _same(row, rows[a - 1])
            views.append(views[-1] if same else _meet(row, output[axis]))
        known = tuple([view for view in views if view is not None])
        if len(known) < len(views):
            return (first if reach == GLOBAL else None), reach
        return State(known, axes), reach

    @staticmethod
    def _gated(row: list[View], size: Axis) -> bool:
        """Whether one branch sees an axis whole while others go along it."""
        return any(view.stride for view in row) and any(_covers(view, size) for view in row)


def _channels(node: Node) -> int:
    """The channels of a map; 0 where they are open."""
    first = node.shape[0] if node.shape else 0
    return first if isinstance(first, int) else 0


def _largest(sizes: list[Axis]) -> Axis:
    """The largest of the inputs' sizes; an open one where there is one."""
    known = [n for n in sizes if isinstance(n, int)]
    return max(known) if len(known) == len(sizes) else next(n for n in sizes if n not in known)


def _covers(view: View, size: Axis) -> bool:
    """Whether every position sees all of an axis of the input; so it is taken for an open one."""
    if view.stride:
        return False
    seen = view.at(0)
    return seen is not None and (not isinstance(size, int) or seen[0] <= 0 <= size <= seen[1] + 1)


def _alike(view: View) -> View:
    """What an axis of 1 sees, stretched to any length."""
    return constant(*(view.at(0) or (0, -1)))


def _same(row: list[View], other: list[View]) -> bool:
    return len(row) == len(other) and all(map(is_, row, other))


def _meet(row: list[View], size: Axis) -> View | None:
    return row[0] if all(view == row[0] for view in row) else hull(row, size)


def _differ(strides: list[list[Number]], output: Shape) -> bool:
    """Whether strides differ by half or more; less is what rounding odd sizes up or down leaves."""
    return any(
        size != 1 and row and 2 * max(row) >= 3 * min(row)
        for row, size in zip(strides, output[1:], strict=True)
    )


def _field(state: State, pixels: Shape, whole: bool) -> Field:
    views = state.views
    first = views[0] if views else None
    if all(view is first or view == first for view in views[1:]) and len(set(pixels)) <= 1:
        columns = [(n,) * len(views) for n in figures(first, pixels[0])] if first else [()] * 6
    else:
        columns = list(zip(*map(figures, views, pixels), strict=True))
    size, stride, padding, center, misalignment, hull_size = columns
    return Field(size, stride, padding, center, misalignment, whole, hull_size)


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
        if state and state.views and local and len(node.shape or ()) == len(state.views) + 1:
            return index
        wanted.update(node.inputs)
    return None
