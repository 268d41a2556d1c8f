"""The line of figures above a picture, and what its colours and lines mean below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit import figures
from archc.emit.diagram import faces, heat, labels, metrics, words
from archc.emit.diagram.parts import Box
from archc.emit.diagram.theme import KINDS, STRIPES, TITLES, mix

if TYPE_CHECKING:
    from archc.check import Network
    from archc.emit.diagram.dot import Picture

_COLUMNS = 2
_SIZE, _HEIGHT, _MARK = 8.0, 14, 18


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
    """An HTML-like label with a mark for each colour and line that occurs."""
    theme = picture.theme
    entries: list[tuple[str, str]] = []
    for kind in _kinds(picture):
        share = theme.stripe if kind in STRIPES else theme.tint
        swatch = _swatch(mix(KINDS[kind], theme.paper, share), KINDS[kind])
        entries.append((swatch, TITLES[kind]))
    if any(edge.skip for edge in picture.plan.arrows):
        entries.append((_stroke(theme.skip), "skip"))
    if any(result.training for result in picture.graph.results):
        entries.append((_stroke(theme.edge, True), "in training only"))
    if picture.mistakes.nodes:
        entries.append((_stroke(theme.error), "does not fit"))
    rows = [_spacer()]
    if picture.costs:
        rows.append(_heat(picture))
    columns = min(_COLUMNS, len(entries))
    widths = [
        max(metrics.text_width(text, _SIZE) for _, text in entries[column::columns]) + 10
        for column in range(columns)
    ]
    for start in range(0, len(entries), columns or 1):
        rows.append(_row(entries[start : start + columns], widths, theme.faint))
    return f"<{labels.table(*rows)}>" if len(rows) > 1 else ""


def _kinds(picture: Picture) -> list[str]:
    found: set[str] = set()
    for part in picture.drawn:
        if isinstance(part, Box) or part.main.layer is not None:
            found.add(faces.kind(part))
        if not isinstance(part, Box):
            found.update(words.kind_of(node.layer) for node in (*part.before, *part.after))
    return [kind for kind in TITLES if kind in found and (kind in STRIPES or not picture.costs)]


def _row(entries: list[tuple[str, str]], widths: list[float], ink: str) -> str:
    cells = ""
    for column, width in enumerate(widths):
        if column < len(entries):
            mark, text = entries[column]
            cells += mark + labels.cell(text, width, _HEIGHT, _SIZE, ink)
        else:
            cells += labels.empty(_MARK + round(width), _HEIGHT)
    return f"<TD>{labels.table(cells)}</TD>"


def _spacer() -> str:
    return labels.empty(8, 8)


def _swatch(ground: str, border: str) -> str:
    inner = (
        f'<TD FIXEDSIZE="TRUE" WIDTH="14" HEIGHT="9" BORDER="1" COLOR="{border}" '
        f'BGCOLOR="{ground}"></TD>'
    )
    return f"<TD>{labels.table(labels.empty(14, 2), inner, labels.empty(14, 3))}</TD>" + _gap()


def _stroke(colour: str, dashed: bool = False) -> str:
    """A piece of line."""
    bars = (labels.empty(4, 2, colour) + labels.empty(1, 2)) * 3 if dashed else ""
    line = bars or labels.empty(15, 2, colour)
    rows = labels.table(labels.empty(14, 6), f"<TD>{labels.table(line)}</TD>", labels.empty(14, 6))
    return f"<TD>{rows}</TD>" + _gap()


def _gap() -> str:
    return labels.empty(5, _HEIGHT)


def _heat(picture: Picture) -> str:
    """A scale from nothing to the most."""
    theme, what = picture.theme, picture.options.color
    title, most = f"{heat.TITLES[what]}   0", heat.shown(picture.most, what) or "0"
    cells = labels.cell(title, metrics.text_width(title, _SIZE) + 6, 11, _SIZE, theme.faint)
    for step in range(12):
        cells += labels.empty(9, 11, heat.colour(step / 11, theme))
    cells += labels.empty(6, 11)
    cells += labels.cell(most, metrics.text_width(most, _SIZE) + 6, 11, _SIZE, theme.faint)
    return f"<TD>{labels.table(cells)}</TD>"
