"""The line of figures above a picture, and what its colours and lines mean below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit import figures
from archc.emit.diagram import heat, labels, words
from archc.emit.diagram.parts import Box
from archc.emit.diagram.theme import KINDS, STRIPES, TITLES, mix

if TYPE_CHECKING:
    from archc.check import Network
    from archc.emit.diagram.dot import Picture


def heading(network: Network) -> str:
    """`3x224x224 -> 1000, 25.56 M parameters, 4.09 G MACs`."""
    graph, totals = network.graph, network.facts.totals
    taken = ", ".join(figures.shape(node.shape) for node in figures.inputs(graph)) or "?"
    parts = [f"{taken} \u2192 {figures.shape(figures.output(graph))}"]
    if totals.params is not None:
        parts.append(f"{figures.compact(totals.params)} parameters")
    macs = figures.macs(totals.work)
    if macs is not None:
        parts.append(f"{figures.compact(macs)} MACs")
    return " \u00b7 ".join(parts)


def legend(picture: Picture) -> str:
    """An HTML-like label with one swatch for each colour and line that occurs."""
    theme = picture.theme
    entries: list[str] = []
    kinds: dict[str, None] = {}
    for part in picture.drawn:
        if isinstance(part, Box):
            kinds["block"] = None
            continue
        if part.main.layer is not None:
            kinds[words.kind_of(part.main.layer)] = None
        for node in (*part.before, *part.after):
            kinds[words.kind_of(node.layer)] = None
    ordered = [kind for kind in TITLES if kind in kinds]
    if picture.costs:
        entries.append(_heat(picture))
        ordered = [kind for kind in ordered if kind in STRIPES]
    for kind in ordered:
        share = theme.stripe if kind in STRIPES else theme.tint
        entries.append(_swatch(picture, mix(KINDS[kind], theme.paper, share), KINDS[kind], TITLES[kind]))
    if any(edge.skip and not edge.wrong for edge in picture.arrows):
        entries.append(_sign(picture, "\u2192", theme.skip, "skip"))
    if any(result.training for result in picture.graph.results):
        entries.append(_sign(picture, "- -", theme.edge, "in training only"))
    if picture.mistakes.nodes:
        entries.append(_sign(picture, "\u2717", theme.error, "does not fit"))
    rows = [entries[i : i + 4] for i in range(0, len(entries), 4)]
    return f"<{labels.table(labels.empty(10, 6), *(_row(row) for row in rows))}>" if rows else '""'


def _row(entries: list[str]) -> str:
    return "<TD>" + labels.table("".join(f"<TD>{entry}</TD>" for entry in entries)) + "</TD>"


def _swatch(picture: Picture, fill: str, border: str, text: str) -> str:
    width = labels.text_width(text, 8) + 8
    ink = picture.theme.faint
    box = (
        f'<TD FIXEDSIZE="TRUE" WIDTH="12" HEIGHT="9" BORDER="1" COLOR="{border}" '
        f'BGCOLOR="{fill}"></TD>'
    )
    return labels.table(box + labels.empty(4, 13) + labels.cell(text, width, 13, 8, ink))


def _sign(picture: Picture, sign: str, colour: str, text: str) -> str:
    width = labels.text_width(text, 8) + 8
    return labels.table(
        labels.cell(sign, 16, 13, 10, colour, "CENTER", True)
        + labels.cell(text, width, 13, 8, picture.theme.faint)
    )


def _heat(picture: Picture) -> str:
    theme, what = picture.theme, picture.options.color
    cells = ""
    title = heat.TITLES[what] + ": 0"
    cells += labels.cell(title, labels.text_width(title, 8) + 4, 13, 8, theme.faint)
    for step in range(8):
        cells += labels.empty(8, 9, mix(theme.heat[0], theme.heat[1], step / 7))
    text = heat.shown(picture.most, what)
    cells += labels.empty(4, 13) + labels.cell(text, labels.text_width(text, 8) + 10, 13, 8, theme.faint)
    return labels.table(cells)
