"""`--format markdown`: a table for a README or a pull request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from archc.emit import figures
from archc.emit.labels import node_text, scope_text
from archc.emit.style import PLAIN
from archc.emit.text import clean, left, right, width
from archc.emit.totals import value
from archc.graph.fold import Row, fold, tree

if TYPE_CHECKING:
    from archc.check import Network

_TITLES = ("layer", "", "output", "params", "MACs", "field")
_RIGHT = (3, 4, 5)


def markdown(networks: Sequence[Network], expand: bool = False) -> str:
    """A section for each network: layers, totals, expectations."""
    return "\n".join(_network(network, expand) for network in networks)


def _network(network: Network, expand: bool) -> str:
    graph, facts = network.graph, network.facts
    root = tree(graph) if expand else fold(tree(graph), graph)
    rows = [list(_TITLES)]
    outer: list[Row] = []
    for depth, row in root.walk():
        outer[depth:] = [row]
        if depth and (row.node is None or row.node.layer is not None):
            rows.append(_cells(network, row, outer[depth - 1], depth))
    lines = [f"## {escape(network.name)}", "", figures.signature(network, PLAIN), ""]
    lines += _table(rows)
    mark = figures.bound(network, PLAIN)
    macs, flops = figures.macs(facts.totals.work), figures.flops(facts.totals.work)
    memory = facts.memory
    lines += [
        "",
        f"- parameters: **{mark}{figures.number(facts.totals.params)}**",
        f"- MACs: **{mark}{figures.number(macs)}**; FLOPs: {mark}{figures.number(flops)}",
        f"- memory: weights {figures.size(memory.weights)}, peak {figures.size(memory.peak)}, "
        f"kept for the backward pass {figures.size(memory.saved_for_backward)}",
    ]
    found = figures.local_field(network)
    if found is not None:
        stride, padding = figures.axes(found.stride), figures.axes(found.padding)
        lines.append(
            f"- receptive field: {figures.axes(found.size)} px, stride {stride}, padding {padding}"
        )
    lines.append(f"- status: {facts.status}")
    for verdict in network.expectations:
        box = {True: "[x]", False: "[ ]", None: "[ ]"}[verdict.holds]
        note = "" if verdict.holds else ": not applicable"
        if verdict.holds is False:
            note = f": is {escape(value(verdict.actual))}"
        source = f" ({escape(verdict.source)})" if verdict.source else ""
        lines.append(f"- {box} {_code(' '.join(verdict.text.split()))}{note}{source}")
    lines += ["", f"{figures.basis(network)}. {figures.MACS}. {figures.FLOPS}.", ""]
    return "\n".join(lines)


def _cells(network: Network, row: Row, outer: Row, depth: int) -> list[str]:
    graph, facts = network.graph, network.facts
    if row.node is not None:
        text, last = node_text(row.node), row.node.index
    else:
        text = scope_text(row.scope) if row.scope is not None else ""
        last = graph.values.get(row.paths[-1], row.members[-1][-1])
    if row.count > 1:
        text = f"{text} {PLAIN.times} {row.count}"
    own = [facts.layers[index] for index in row.nodes]
    shape = graph.nodes[last].shape
    indent = "&nbsp;&nbsp;" * (depth - 1)
    return [
        indent + escape(row.name(outer)),
        escape(text.strip()),
        escape(figures.shape(shape)),
        figures.number(figures.total_params(own)),
        figures.number(figures.total_macs(own)),
        figures.field(facts.layers[last].field, shape),
    ]


def _table(rows: list[list[str]]) -> list[str]:
    widths = [max(3, *map(width, column)) for column in zip(*rows, strict=True)]

    def line(cells: list[str]) -> str:
        padded = [(right if i in _RIGHT else left)(cell, widths[i]) for i, cell in enumerate(cells)]
        return f"| {' | '.join(padded)} |"

    rule = [
        "-" * (widths[i] - 1) + ":" if i in _RIGHT else "-" * widths[i] for i in range(len(widths))
    ]
    return [line(rows[0]), f"| {' | '.join(rule)} |", *map(line, rows[1:])]


def escape(text: str) -> str:
    """Text that Markdown shows as it is."""
    text = clean(text).replace("\\", "\\\\").replace("&", "&amp;").replace("<", "&lt;")
    for sign in "|*_`[]#":
        text = text.replace(sign, "\\" + sign)
    return text


def _code(text: str) -> str:
    text = clean(text)
    fence = "``" if "`" in text else "`"
    return f"{fence}{text}{fence}"
