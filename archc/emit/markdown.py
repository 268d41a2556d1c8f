"""`--format markdown`: a table for a README or a pull request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from archc.emit import figures
from archc.emit.lines import Line
from archc.emit.lines import lines as all_lines
from archc.emit.style import PLAIN
from archc.emit.text import clean, left, right, width
from archc.emit.totals import idle, value

if TYPE_CHECKING:
    from archc.check import Network

_TITLES = ("layer", "", "output", "params", "MACs", "field")
_RIGHT = (3, 4, 5, 6, 7)


def markdown(networks: Sequence[Network], expand: bool = False) -> str:
    """A section for each network: layers, totals, expectations."""
    return "\n".join(_network(network, expand) for network in networks)


def _network(network: Network, expand: bool) -> str:
    facts = network.facts
    rows = [list(_TITLES)]
    shown = [line for line in all_lines(network, expand) if not _is_input(line)]
    rows += [_cells(line) for line in shown]
    asked = network.answers.roofline if network.answers is not None else None
    if asked is not None:
        from archc.emit import roofline

        rows[0] += roofline.titles(PLAIN)
        for row, line in zip(rows[1:], shown, strict=True):
            row += roofline.cells(asked, [network.graph.nodes[i] for i in line.row.nodes], PLAIN)
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
    if asked is not None:
        bounds = [f"{value} {note}" for _, value, note in roofline.rows(asked, PLAIN)]
        lines.append(f"- time: {escape('; '.join(bounds))}")
    found = figures.local_field(network)
    if found is not None:
        stride, padding = figures.axes(found.stride), figures.axes(found.padding)
        lines.append(
            f"- receptive field: {figures.axes(found.size)} px, stride {stride}, padding {padding}"
        )
    lines.append(f"- status: {facts.status}")
    for verdict in network.expectations:
        box = {True: "[x]", False: "[ ]", None: "[ ]"}[verdict.holds]
        note = "" if verdict.holds else f": {escape(idle(verdict))}"
        if verdict.holds is False:
            note = f": is {escape(value(verdict.actual))}"
        source = f" ({escape(verdict.source)})" if verdict.source else ""
        lines.append(f"- {box} {_code(' '.join(verdict.text.split()))}{note}{source}")
    lines += ["", f"{figures.basis(network)}. {figures.MACS}. {figures.FLOPS}.", ""]
    return "\n".join(lines)


def _is_input(line: Line) -> bool:
    return line.row.node is not None and line.row.node.layer is None


def _cells(line: Line) -> list[str]:
    text = line.text
    if line.row.count > 1:
        text = f"{text} {PLAIN.times} {line.row.count}"
    return [
        "&nbsp;&nbsp;" * (line.depth - 1) + escape(line.name),
        escape(text.strip()),
        escape(figures.shape(line.shape)),
        figures.number(line.params),
        figures.number(line.macs),
        figures.field(line.field, line.shape),
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
