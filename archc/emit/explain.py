"""The arithmetic behind a layer's figures, as a teacher writes it: `(5 x 5 x 1 + 1) x 6 = 156`."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from archc.emit import figures
from archc.emit.labels import node_text
from archc.emit.style import PLAIN, Style
from archc.emit.text import clean, left, width
from archc.layers.base import LayerError
from archc.layers.reads import Span, Window
from archc.shapes import count, show

if TYPE_CHECKING:
    from archc.analysis.facts import Field
    from archc.check import Network
    from archc.graph.fold import Row
    from archc.graph.graph import Node

WORDS = {1: ["places"], 2: ["rows", "columns"], 3: ["planes", "rows", "columns"]}
_LISTED = 12  # the largest parts of a group that are listed
Lines = list[tuple[str, str]]


def paths(network: Network) -> list[str]:
    """What can be explained: layers and groups."""
    layers = [node.path for node in network.graph.nodes if node.layer is not None]
    groups = {scope.path: None for scope in network.graph.scopes} | dict.fromkeys(_rows(network))
    return [*layers, *filter(None, groups)]


def _rows(network: Network) -> dict[str, Row]:
    """The groups in which something ran; `g@2` is a second run of a shared one, without a label."""
    from archc.graph.fold import tree

    rows = (row for _, row in tree(network.graph).walk())
    return {row.address: row for row in rows if row.node is None}


def explain(
    network: Network, path: str, style: Style = PLAIN, at: Sequence[int] | None = None
) -> str:
    """A layer or a group of a network, by its path; `at` asks what that position of it sees.

    Raises `Unseen` where no answer can be given for the position.
    """
    nodes = network.graph.nodes
    node = next((node for node in nodes if node.path == path and node.layer is not None), None)
    row = None if node is not None else _rows(network).get(path)
    if node is not None:
        head, lines = _layer(network, node, style)
    elif row is not None:
        head, lines = _group(network, row, style)
        node = nodes[row.result(network.graph)]
    else:
        head, lines = _empty(network, path, style)
    if at is not None and node is not None:
        lines += _sight(network, node, at)
    column = max(width(name) for name, _ in lines)
    result = [head, ""]
    previous = ""
    for name, text in lines:
        shown = "" if name == previous else name
        previous = name
        result.append(f"  {style.paint(left(shown, column), 'bold')}  {text}")
    return "\n".join(result) + "\n"


def _head(network: Network, path: str, what: str, line: int, file: str, style: Style) -> str:
    place = style.paint(f"{clean(file)}:{line}", "dim")
    return f"{style.paint(clean(path), 'bold')} of {clean(network.name)}: {clean(what)}  {place}"


def _layer(network: Network, node: Node, style: Style) -> tuple[str, Lines]:
    head = _head(network, node.path, node_text(node), node.span.line, node.span.source.name, style)
    return head, arithmetic(network, node)


def arithmetic(network: Network, node: Node) -> Lines:
    """What a layer reads and gives, and each of its figures as a name and a calculation."""
    graph = network.graph
    layer = node.layer
    assert layer is not None
    reads = [graph.nodes[index] for index in node.inputs]
    lines = [("reads", f"{clean(one.path)}, {figures.shape(one.shape)}") for one in reads]
    lines.append(("gives", figures.shape(node.shape)))
    shapes = [one.shape for one in reads if one.shape is not None]
    if len(shapes) != len(reads) or node.shape is None:
        return [*lines, ("figures", "unknown: an error came before")]
    lines += [(step.figure, step.text) for step in layer.explain(shapes, node.shape)]
    lines += _figures(network, node)
    lines += _field(network, node)
    return lines


def _figures(network: Network, node: Node) -> Lines:
    """Parameters where the layer's steps gave none, and memory."""
    own = network.facts.layers[node.index]
    lines: Lines = []
    if node.path != node.module:
        lines.append(("shared", _shared(node.module)))
    if node.frozen and node.layer is not None and node.layer.stateful:
        rests = "; in training too it runs as at inference" if node.layer.rests else ""
        lines.append(("frozen", f"training leaves it as it is{rests}"))
    work = own.work
    if work is not None:
        others = [f"{number:,} {name}" for name, number in figures.others(work)]
        if work.macs and others:
            lines.append(("FLOPs", f"2 x {work.macs:,} + {' + '.join(others)} = {work.flops:,}"))
        elif others:
            lines.append(("FLOPs", " + ".join(others)))
    elements = count(node.shape) if node.shape is not None else None
    if node.layer is not None and node.layer.view:
        lines.append(("memory", "none of its own: the output shares its input's"))
    elif elements and own.output_bytes is not None:
        each = own.output_bytes // (elements * network.batch)
        factors = " x ".join(str(axis) for axis in node.shape or ())
        batch = f" x {network.batch} images" if network.batch != 1 else ""
        lines.append(("memory", f"{factors}{batch} x {each} bytes = {own.output_bytes:,} bytes"))
    if own.live_bytes is not None:
        lines.append(("alive", f"{own.live_bytes:,} bytes while it runs at inference"))
    if own.saved_bytes == 0:
        lines.append(("kept", "nothing that is not kept already, for the backward pass"))
    elif own.saved_bytes is not None:
        lines.append(("kept", f"{own.saved_bytes:,} bytes for the backward pass because of it"))
    return lines


def _field(network: Network, node: Node) -> Lines:
    """The receptive field, from the input's and the window."""
    graph, facts = network.graph, network.facts
    after = facts.layers[node.index].field
    name = "receptive field"
    if after is None or node.layer is None:
        return [(name, "unknown")]
    befores = [facts.layers[index].field for index in node.inputs]
    shapes = [graph.nodes[index].shape for index in node.inputs]
    known = [shape for shape in shapes if shape is not None]
    try:
        windows = node.layer.windows(known)
    except LayerError:
        return []
    before = befores[0] if befores else None
    if windows == "global" or not isinstance(windows, tuple) or before is None:
        if after.whole:
            return [(name, "the whole input")]
        if len(befores) > 1:
            sizes = " and ".join(figures.axes(one.size) for one in befores if one is not None)
            return [(name, f"the hull of its inputs' ({sizes}) = {figures.axes(after.size)}")]
        return [(name, f"that of its input, {figures.axes(after.size)}")]
    if len(windows) != len(before.size):
        return [(name, figures.axes(after.size))]
    if before.size != before.hull or not all(_slides(window) for window in windows):
        return _phases(after, name)
    lines = []
    axes = range(len(windows))
    slides = [window for window in windows if isinstance(window, Window)]
    texts = [_axis(before, after, window, axis) for axis, window in enumerate(slides)]
    agree = len(set(texts)) == 1
    for axis in axes[:1] if agree else axes:
        suffix = "" if agree else f", axis {axis + 1}"
        for label, text in zip((name, "  stride", "  padding"), texts[axis], strict=True):
            lines.append((label + suffix, text))
    if after.whole:
        lines.append((name, "beside it, a gate lets the layer see the whole input"))
    return lines


def _sight(network: Network, node: Node, at: Sequence[int]) -> Lines:
    """The pixels of each input that a position sees, borders included."""
    from archc.analysis.sight import sight

    found = sight(network.graph, node, at)
    name = f"at {','.join(map(str, at))}"
    lines = []
    for path, ranges in found.items():
        words = WORDS.get(len(ranges)) or [f"axis {i + 1}" for i in range(len(ranges))]
        parts = [f"{word} {one[0]} to {one[-1]}" for word, one in zip(words, ranges, strict=True)]
        lines.append((name, f"sees {', '.join(parts) or 'all'} of {clean(path)}"))
    return lines or [(name, "sees nothing but padding")]


def _slides(window: Span) -> bool:
    return isinstance(window, Window) and len(window.phases) == 1


def _phases(field: Field, name: str) -> Lines:
    """Behind a fractional stride no formula of windows holds: each position is followed."""
    text = f"{figures.axes(field.size)}, the most that a position sees"
    if field.hull != field.size:
        text += f"; all see within a window of {figures.axes(field.hull)}"
    stride, padding = figures.axes(field.stride), figures.axes(field.padding)
    return [(name, text), ("  stride", stride), ("  padding", padding)]


def _axis(before: Field, after: Field, window: Window, axis: int) -> tuple[str, str, str]:
    size, stride, padding = before.size[axis], before.stride[axis], before.padding[axis]
    k, s, p = _number(window.size), _number(window.stride), _number(window.padding)
    jump = _number(stride)
    return (
        f"{_number(size)} + ({k} - 1) x {jump} = {_number(after.size[axis])}",
        f"{jump} x {s} = {_number(after.stride[axis])}",
        f"{_number(padding)} + {p} x {jump} = {_number(after.padding[axis])}",
    )


def _number(value: int | Fraction) -> str:
    text = str(value)
    return f"({text})" if "/" in text or value < 0 else text


def _shared(module: str) -> str:
    return f"its weights are those of {clean(module)} and count there"


def _group(network: Network, row: Row, style: Style) -> tuple[str, Lines]:
    """A group: what its layers add up to, the largest first."""
    from archc.emit.labels import scope_text

    scope = row.scope
    span = scope.span if scope is not None else network.graph.nodes[row.nodes[0]].span
    what = (scope_text(scope) if scope is not None else "") or "a group"
    head = _head(network, row.address, what, span.line, span.source.name, style)
    nodes = [network.graph.nodes[index] for index in row.nodes]
    facts = [network.facts.layers[node.index] for node in nodes]
    last = network.graph.nodes[row.result(network.graph)]
    inside = set(row.nodes)
    before = [i for node in nodes for i in node.inputs if i not in inside]
    lines: Lines = [
        (
            "reads",
            f"{clean(network.graph.nodes[i].path)}, {figures.shape(network.graph.nodes[i].shape)}",
        )
        for i in dict.fromkeys(before)
    ]
    lines.append(("gives", "?" if last.shape is None else show(last.shape)))
    parts = list(row.rows)
    for name, total in (("parameters", figures.total_params), ("MACs", figures.total_macs)):
        sums = [
            (child.address, total([network.facts.layers[index] for index in child.nodes]))
            for child in parts
        ]
        lines += _sum(name, sums, total(facts), row.path)
    if scope is not None and scope.module != row.address:
        lines.append(("shared", _shared(scope.module)))
    field = network.facts.layers[last.index].field
    lines.append(("receptive field", figures.field(field, last.shape)))
    return head, lines


def _empty(network: Network, path: str, style: Style) -> tuple[str, Lines]:
    """A group in which nothing ran."""
    span = next(scope.span for scope in network.graph.scopes if scope.path == path)
    head = _head(network, path, "a group", span.line, span.source.name, style)
    return head, [("layers", "none")]


def _sum(name: str, parts: list[tuple[str, int | None]], total: int | None, path: str) -> Lines:
    counted = [(part.removeprefix(f"{path}."), value) for part, value in parts if value != 0]
    if not counted:
        return [(name, "0")]
    if total is None:
        return [(name, "unknown")]
    if len(counted) > _LISTED:
        counted.sort(key=lambda item: -(item[1] or 0))
        rest = sum(value or 0 for _, value in counted[_LISTED:])
        counted = [*counted[:_LISTED], (f"{len(counted) - _LISTED} others", rest)]
    column = max(len(figures.number(total)), *(len(figures.number(v)) for _, v in counted))
    lines = [(name, f"{figures.number(v):>{column}}  {clean(part)}") for part, v in counted]
    return [*lines, (name, f"{figures.number(total):>{column}}  in all")]
