"""Several networks, one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit import figures
from archc.emit.style import PLAIN, Style
from archc.emit.text import clean, left, right, width

if TYPE_CHECKING:
    from archc.check import Network

_TITLES = (
    *("network", "input", "output", "params", "MACs", "peak"),
    *("field", "expectations", "file", "time \u2265"),
)
_LEFT = (0, 1, 2, 7, 8)
_ORDER = (0, 1, 2, 3, 4, 5, 9, 6, 7, 8)
_DISPENSABLE = (6, 5, 1, 7, 2, 8)  # columns that give way on a narrow terminal, in this order
_GAP = "  "


def summary(networks: list[Network], style: Style = PLAIN) -> str:
    """One line each: what goes in and out, parameters, work, peak memory, field, expectations.

    A column that would be empty is left out, and so is the file where all share one.
    """
    rows = [_row(network, style) for network in networks]
    heads = [style.sign(title, title.replace("\u2265", ">=")) for title in _TITLES]
    widths = [max(map(width, column)) for column in zip(heads, *rows, strict=True)]
    files = {network.graph.program.source.name for network in networks}
    shown = [i for i in _ORDER if any(row[i] for row in rows) and (i != 8 or len(files) > 1)]
    for column in _DISPENSABLE:
        if column in shown and sum(widths[i] + len(_GAP) for i in shown) > style.width:
            shown.remove(column)

    def line(row: list[str]) -> list[str]:
        return [(left if i in _LEFT else right)(row[i], widths[i]) for i in shown]

    rule = style.rule * (sum(widths[i] + len(_GAP) for i in shown) - len(_GAP))
    result = [
        "  " + style.paint(_GAP.join(line(heads)).rstrip(), "dim"),
        "  " + style.paint(rule, "dim"),
    ]
    for row in rows:
        name, *cells = line(row)
        result.append(("  " + _GAP.join([style.paint(name, "bold"), *cells])).rstrip())
    return "\n".join(result) + "\n"


def _row(network: Network, style: Style) -> list[str]:
    facts, mark = network.facts, figures.bound(network, style)
    taken = ", ".join(figures.shape(node.shape) for node in figures.inputs(network.graph))
    found = figures.local_field(network)
    return [
        clean(network.name),
        taken or figures.UNKNOWN,
        figures.shape(figures.output(network.graph)),
        mark + figures.number(facts.totals.params),
        mark + figures.number(figures.macs(facts.totals.work)),
        figures.size(facts.memory.peak),
        "" if found is None else figures.axes(found.size),
        expectations(network, style),
        clean(network.graph.program.source.name),
        "" if network.answers is None else _least_time(network, style),
    ]


def _least_time(network: Network, style: Style) -> str:
    from archc.emit.roofline import all_in_all

    return all_in_all(network, style)


def expectations(network: Network, style: Style) -> str:
    """How they stand: `3 hold`, `1 of 3 broken`."""
    verdicts = [verdict.holds for verdict in network.expectations]
    held, broken, idle = verdicts.count(True), verdicts.count(False), verdicts.count(None)
    parts = []
    if broken:
        cross = style.paint(style.sign("\u2717", "x"), "red")
        parts.append(f"{cross} {broken} of {len(verdicts)} broken")
    elif held:
        tick = style.paint(style.sign("\u2713", "ok"), "green")
        parts.append(f"{tick} {held} hold" if held > 1 else f"{tick} 1 holds")
    if idle:
        parts.append(f"{idle} not applicable")
    return ", ".join(parts)
