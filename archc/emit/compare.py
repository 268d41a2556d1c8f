"""Networks side by side: `archc compare`, and the page's own comparison.

Ratios are to the first network.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from archc.emit import figures
from archc.emit.style import PLAIN, Style
from archc.emit.text import clean, left, right, width, written_json
from archc.named import NamedTuple

if TYPE_CHECKING:
    from archc.check import Network

_GAP = "  "


class Figure(NamedTuple):
    """One quantity of every network; `shown` is for people, `values` for machines."""

    key: str
    name: str
    values: tuple[int | None, ...]
    shown: tuple[str, ...]
    short: tuple[str, ...]  # rounded to three or four digits
    whole: tuple[bool, ...] = ()  # whether a value is all of it, not a lower bound

    @property
    def ratios(self) -> tuple[float | None, ...]:
        """To the first; None where one of both is unknown or a bound, or the first is 0."""
        whole = self.whole or (True,) * len(self.values)
        first = self.values[0] if self.values and whole[0] else None
        return tuple(
            value / first if first and value is not None and exact else None
            for value, exact in zip(self.values, whole, strict=True)
        )


def _whole(network: Network) -> bool:
    return network.facts.status != "lower bound"


def _weights(network: Network) -> int | None:
    return network.facts.memory.weights


def _field(network: Network) -> int | None:
    found = figures.local_field(network) if _whole(network) else None
    if found is None or not found.size:
        return None
    size = max(found.size)
    return int(size) if size == int(size) else None


_Take = Callable[["Network"], "int | None"]
_FIGURES: tuple[tuple[str, str, _Take, Callable[[int | None], str]], ...] = (
    ("params", "parameters", lambda one: one.facts.totals.params, figures.number),
    ("buffers", "buffers", lambda one: one.facts.totals.buffers, figures.number),
    ("macs", "MACs", lambda one: figures.macs(one.facts.totals.work), figures.number),
    ("flops", "FLOPs", lambda one: figures.flops(one.facts.totals.work), figures.number),
    ("activations", "activations", lambda one: one.facts.totals.activations, figures.number),
    ("depth", "depth", lambda one: one.facts.totals.depth, figures.number),
    ("weights_bytes", "weights", _weights, figures.size),
    ("peak_bytes", "peak memory", lambda one: one.facts.memory.peak, figures.size),
    (
        "saved_bytes",
        "kept for training",
        lambda one: one.facts.memory.saved_for_backward,
        figures.size,
    ),
    ("field", "receptive field", _field, figures.number),
)


def compared(networks: Sequence[Network], style: Style = PLAIN) -> list[Figure]:
    """Every quantity that at least one network has."""
    found = []
    for key, name, take, show in _FIGURES:
        values = tuple(take(network) for network in networks)
        if not any(values):
            continue
        shown = tuple(
            figures.UNKNOWN if value is None else figures.bound(network, style) + show(value)
            for network, value in zip(networks, values, strict=True)
        )
        marks = [text[: len(text) - len(text.lstrip("\u2265 >="))] for text in shown]
        show = figures.compact if show is figures.number else show
        short = tuple(mark + show(value) for mark, value in zip(marks, values, strict=True))
        found.append(Figure(key, name, values, shown, short, _exact(networks)))
    return found


def _exact(networks: Sequence[Network]) -> tuple[bool, ...]:
    return tuple(map(_whole, networks))


def names(networks: Sequence[Network]) -> list[str]:
    """What to call each: its name, and its file where two share one."""
    every = [network.name for network in networks]
    return [
        f"{one.graph.program.source.name}:{one.name}" if every.count(one.name) > 1 else one.name
        for one in networks
    ]


def ratio(value: float | None, style: Style = PLAIN) -> str:
    """`x2.19` with a true sign; nothing where there is none."""
    if value is None:
        return ""
    digits = 2 if value < 9.995 else 1 if value < 99.95 else 0
    if 0 < value < 0.01:
        return f"{style.times}{value:.1g}"
    return f"{style.times}{value:.{digits}f}"


def _words(networks: Sequence[Network]) -> list[tuple[str, list[str]]]:
    """What goes in and comes out, and for what the figures are."""
    taken = [
        ", ".join(figures.shape(node.shape) for node in figures.inputs(one.graph))
        or figures.UNKNOWN
        for one in networks
    ]
    given = [
        figures.shape(figures.output(one.graph)) if _whole(one) else figures.UNKNOWN
        for one in networks
    ]
    rows = [("input", taken), ("output", given)]
    bases = [figures.basis(one) for one in networks]
    if len(set(bases)) > 1:
        rows.append(("figures", bases))
    return rows


def _cells(networks: Sequence[Network], style: Style) -> list[tuple[str, list[str], list[str]]]:
    """Rows: the quantity, its value in each network, its ratio in each but the first."""
    rows = [(name, values, [""] * len(values)) for name, values in _words(networks)]
    for figure in compared(networks, style):
        ratios = ["", *(ratio(one, style) for one in figure.ratios[1:])]
        rows.append((figure.name, list(figure.shown), ratios))
    return rows


def table(networks: Sequence[Network], style: Style = PLAIN) -> str:
    """A quantity a row, a network a column; several tables where the terminal is narrow."""
    rows = _cells(networks, style)
    heads = [clean(name) for name in names(networks)]
    first = max(width(name) for name, _, _ in rows)
    columns = []
    for place, head in enumerate(heads):
        values = [cells[place] for _, cells, _ in rows]
        ratios = [cells[place] for _, _, cells in rows]
        wide, beside = max(map(width, values)), max(map(width, ratios))
        gap = 1 if beside else 0
        wide = max(wide, width(head) - beside - gap)
        columns.append(
            [
                right(head, wide + gap + beside),
                *(
                    right(value, wide)
                    + (" " + style.paint(right(one, beside), "dim") if gap else "")
                    for value, one in zip(values, ratios, strict=True)
                ),
            ]
        )
    parts = []
    start = 0
    sizes = [width(column[0]) + len(_GAP) for column in columns]
    while start < len(columns):
        end, used = start + 1, 2 + first + sizes[start]
        while end < len(columns) and used + sizes[end] <= style.width:
            used += sizes[end]
            end += 1
        block = columns[start:end]
        lines = [
            "  "
            + left("", first)
            + _GAP
            + _GAP.join(style.paint(column[0], "bold") for column in block),
            "  " + style.paint(style.rule * (used - 2), "dim"),
        ]
        for number, (name, _, _) in enumerate(rows, start=1):
            cells = [column[number] for column in block]
            lines.append(("  " + left(name, first) + _GAP + _GAP.join(cells)).rstrip())
        parts.append("\n".join(lines) + "\n")
        start = end
    return "\n".join([*parts, _notes(networks, style)])


def _notes(networks: Sequence[Network], style: Style) -> str:
    bases = {figures.basis(one) for one in networks}
    notes = [f"{bases.pop()}; {figures.MACS}" if len(bases) == 1 else figures.MACS]
    if len(networks) > 1 and _whole(networks[0]):
        notes.append(f"{style.times}: in proportion to {clean(names(networks)[0])}")
    lines = [line for note in notes for line in wrap(note, style.width - 2)]
    return "".join("  " + style.paint(line, "dim") + "\n" for line in lines)


def markdown(networks: Sequence[Network]) -> str:
    """The same as a Markdown table."""
    from archc.emit.markdown import escape

    heads = ["", *(escape(name) for name in names(networks))]
    lines = [f"| {' | '.join(heads)} |", f"| --- |{' ---: |' * len(networks)}"]
    for name, values, ratios in _cells(networks, PLAIN):
        cells = [
            escape(f"{value} ({one})" if one else value)
            for value, one in zip(values, ratios, strict=True)
        ]
        lines.append(f"| {' | '.join([name, *cells])} |")
    return "\n".join([*lines, "", f"{figures.MACS}.", ""])


def latex(networks: Sequence[Network]) -> str:
    """The same for a paper; ratios stand beside the figures."""
    from archc.emit import latex as target

    rows = []
    for name, values, ratios in _cells(networks, PLAIN):
        cells = []
        for value, one in zip(values, ratios, strict=True):
            text = target.shape(value) if name in ("input", "output") else target.escape(value)
            cells.append(f"{text} ({target.escape(one)})" if one else text)
        rows.append([target.escape(name), *cells])
    heads = ["", *(target.escape(name) for name in names(networks))]
    caption = "Networks side by side."
    if len(networks) > 1 and _whole(networks[0]):
        caption += f" In brackets the ratio to {heads[1]}."
    head = "% \\usepackage{booktabs}, and \\usepackage[T1]{fontenc} for quotation marks\n"
    return head + target.table(caption, "l" + "r" * len(networks), heads, rows)


def csv(networks: Sequence[Network]) -> str:
    """A network a row: every quantity, and its ratio to the first network's."""
    from archc.emit.csv import quoted, word
    from archc.emit.rows import blank

    found = _all(networks)
    heads = ["network", "file", "input", "output", "batch", "dtype", "status"]
    heads += [key for key, _, _ in found] + [f"{key}_ratio" for key, _, _ in found]
    rows = [",".join(heads)]
    words = _words(networks)
    for place, network in enumerate(networks):
        cells = [word(network.name), word(network.graph.program.source.name)]
        cells += [quoted(words[0][1][place]), quoted(words[1][1][place])]
        cells += [str(network.batch), network.dtype, network.facts.status]
        cells += [blank(values[place]) for _, values, _ in found]
        cells += ["" if ratios[place] is None else f"{ratios[place]:.6g}" for _, _, ratios in found]
        rows.append(",".join(cells))
    return "".join(row + "\r\n" for row in rows)


def json(networks: Sequence[Network], ascii: bool = False) -> str:
    """A document of the same schema as that of `check`, with ratios instead of layers."""
    from archc._version import __version__
    from archc.emit.json import SCHEMA, network_object

    found = _all(networks)
    objects: list[dict[str, Any]] = []
    for place, network in enumerate(networks):
        one = network_object(network)
        del one["layers"]
        one["ratios"] = {key: ratios[place] for key, _, ratios in found}
        objects.append(one)
    document = {"schema": SCHEMA, "archc": __version__, "networks": objects}
    return written_json(document, ascii)


_Every = list[tuple[str, tuple["int | None", ...], tuple["float | None", ...]]]


def _all(networks: Sequence[Network]) -> _Every:
    """Every quantity, also those that no network has: the columns are always the same."""
    found = []
    for key, name, take, _ in _FIGURES:
        values = tuple(take(network) for network in networks)
        found.append((key, values, Figure(key, name, values, (), (), _exact(networks)).ratios))
    return found
