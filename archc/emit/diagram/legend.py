"""The line of figures above a picture, and what its colours and lines mean below it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from archc.emit import figures
from archc.emit.diagram import borders, closed, faces, heat, labels, metrics, words
from archc.emit.diagram.cells import cell, empty, table
from archc.emit.diagram.columns import page
from archc.emit.diagram.contents import wrapped
from archc.emit.diagram.parts import Box
from archc.emit.diagram.shared import SAID
from archc.emit.diagram.standing import feet
from archc.emit.diagram.theme import DOUBLE, KINDS, MARKS, TITLES, Theme, ground, ink_on
from archc.emit.style import PLAIN

if TYPE_CHECKING:
    from archc.check import Network
    from archc.emit.diagram.dot import Picture

_COLUMNS = 2
_SIZE, _HEIGHT, _MARK = 8.0, 14, 21
_LINE, _LONG, _LONGEST = 11, 150.0, 420.0  # points of lines that say what is in blocks
_MANY = 12  # such lines, at most
_INDENT, _APART = 8.0, 14.0  # points in front of all but the first, and between two blocks
_AROUND = 29  # points around a line above a picture


def heading(network: Network) -> str:
    """`3x224x224 -> 1000, 25.56 M parameters, 4.09 G MACs`."""
    graph, totals = network.graph, network.facts.totals
    taken = ", ".join(words.shape(node.shape) for node in figures.inputs(graph)) or "?"
    given = words.shape(figures.output(graph)) if graph.complete else figures.UNKNOWN
    outputs = [one for one in graph.results if not one.training]
    given = f"{len(outputs)} outputs" if len(outputs) > 1 and graph.complete else given
    parts = [f"{taken} \u2192 {given}"]
    mark = figures.bound(network, PLAIN)
    for value, unit in ((totals.params, "parameters"), (figures.macs(totals.work), "MACs")):
        shown = figures.UNKNOWN if value is None else f"{mark}{figures.compact(value)}"
        parts.append(f"{shown} {unit}")
    return " \u00b7 ".join(parts)


def title(picture: Picture) -> str:
    """The name of a network and its figures, as an HTML-like label; the legend below them where it
    stands above the picture."""
    network, theme = picture.network, picture.theme
    head, said = network.name, [heading(network)]
    wide = metrics.text_width(said[0], 9) + _AROUND
    if faces.slender(picture.options) and wide > _across(picture):
        shapes, *costs = said[0].split(" \u00b7 ")
        said = [shapes, " \u00b7 ".join(costs)]
    texts = (metrics.text_width(line, 9) for line in said)
    wide = max(metrics.text_width(head, labels.HEAD, True), *texts) + 8
    rows = [cell(head, wide, 20, labels.HEAD, theme.ink, "CENTER", True, theme.paper)]
    for line in said:
        rows.append(cell(line, wide, 15, 9, theme.faint, "CENTER", False, theme.paper))
    if picture.above:
        below = _table(picture, _columns(picture, _entries(picture)), wide, _across(picture))
        rows = [f"<TD>{table(*rows)}</TD>", *([f"<TD>{below}</TD>"] if below else [])]
    return f"<{table(*rows)}>"


def legend(picture: Picture) -> str:
    """An HTML-like label with a mark for each colour and line that occurs."""
    most = 1 if picture.options.listed else _COLUMNS
    said = _table(picture, min(most, len(_entries(picture))))
    return f"<{said}>" if said else ""


def placed(picture: Picture, column: int) -> Iterator[str]:
    """The lines of DOT text for a legend in a column: below what stands lowest in it; aside in a
    U, beside its beginning, or where there is more room across beside its turn."""
    said = legend(picture)
    if not said:
        return
    yield f'legend [label={said} tooltip="legend"]'
    if not picture.options.aside:
        for foot in feet(picture, column):
            yield f"{foot} -> legend [style=invis weight=0]"
    elif picture.spreads:
        yield f"{{rank=same legend -> n{picture.rows[-1][0]} [style=invis]}}"
    else:
        yield "{rank=same n0 -> legend [style=invis weight=1]}"


def _entries(picture: Picture) -> list[tuple[str, str]]:
    """The marks, and what they stand for."""
    theme = picture.theme
    entries: list[tuple[str, str]] = []
    for kind in _kinds(picture):
        if kind != "block":
            entries.append(
                (_swatch(ground(kind, theme), KINDS[kind], MARKS.get(kind, "")), TITLES[kind])
            )
            continue
        for number, said in closed.said(picture.shut, theme):
            entries.append((_swatch(*closed.colours(number, theme), DOUBLE), said))
    if any(map(_parted, picture.faces)) or any(map(_barred, picture.defined)):
        entries.append((_bar(theme), "parallel"))
    if any(edge.passes for edge in picture.plan.arrows):
        entries.append((_stroke(theme.skip), "skip"))
    if any(edge.size for edge in picture.plan.arrows):
        entries.append((_stroke(theme.faint, True), "the size alone"))
    if any(result.training for result in picture.graph.results):
        entries.append((_stroke(theme.edge, True), "in training only"))
    if picture.shared:
        entries.append((_letter(theme), SAID))
    if picture.mistakes.texts:
        entries.append((_stroke(theme.error), "does not fit"))
    elif picture.mistakes.end:
        entries.append((_stroke(theme.error, True), "a mistake in the text"))
    return entries


def _columns(picture: Picture, entries: list[tuple[str, str]]) -> int:
    """How many entries stand beside each other above a picture: in as few rows as its width has
    room for, and these of about one length."""
    room = _across(picture)
    fitting = (
        columns
        for columns in range(len(entries), _COLUMNS, -1)
        if sum(_widths(entries, columns)) + _MARK * columns <= room
    )
    most = next(fitting, min(_COLUMNS, len(entries)))
    rows = math.ceil(len(entries) / most) if most else 0
    return math.ceil(len(entries) / rows) if rows else 0


def _across(picture: Picture) -> float:
    """How wide a line above a picture may be that makes it no wider."""
    room = page(picture.options)[0] if picture.options.room is not None else math.inf
    return room if picture.up else min(picture.across, room)


def _widths(entries: list[tuple[str, str]], columns: int) -> list[float]:
    return [
        max(metrics.text_width(text, _SIZE) for _, text in entries[column::columns]) + 10
        for column in range(columns)
    ]


def _table(picture: Picture, columns: int, least: float = 0.0, room: float = 0.0) -> str:
    """The legend in so many columns, amid what is at `least` so wide; "" where there is nothing to
    be said. What is said of blocks has the `room` that there is, or that of the columns."""
    entries = _entries(picture)
    widths = _widths(entries, columns)
    rows = [(empty(8, 8), 8.0)]
    if picture.costs:
        rows.append(_heat(picture))
    for start in range(0, len(entries), columns or 1):
        rows.append(_row(entries[start : start + columns], widths, picture.theme.faint))
    wide = max(width for _, width in rows)
    long = faces.widest(picture.options) if picture.options.listed else _LONG
    rows += _definitions(picture, max(wide, min(room, _LONGEST) or long))
    wide = max(width for _, width in rows)
    side = empty(max(0.0, least - wide) / 2, 8)  # else Graphviz would stretch what is narrower
    filled = (
        f"<TD>{table(side + cells + empty(wide - width, 8) + side)}</TD>" for cells, width in rows
    )
    return table(*filled) if len(rows) > 1 else ""


def _definitions(picture: Picture, room: float) -> list[tuple[str, float]]:
    """What is in the blocks that closed boxes name, beside each other where there is room."""
    ink, faint = picture.theme.ink, picture.theme.faint
    rows: list[tuple[str, float]] = [(empty(8, 3), 8.0)] if picture.defined else []
    left = 0.0  # points of the last row that are free
    for name, pieces in picture.defined:
        first, *more = wrapped([name, *pieces], room - _INDENT, _MANY)
        head = metrics.text_width(name, _SIZE, True) + 5
        first = first.removeprefix(name).lstrip()
        wide = metrics.text_width(first, _SIZE) + 2
        cells = cell(name, head, _LINE, _SIZE, ink, "LEFT", True)
        cells += cell(first, wide, _LINE, _SIZE, faint)
        wide += head
        if not more and wide + _APART <= left:
            before, taken = rows.pop()
            cells, wide = before + empty(_APART, _LINE) + cells, taken + _APART + wide
        rows.append((cells, wide))
        left = 0.0 if more else room - wide
        for line in more:
            wide = metrics.text_width(line, _SIZE) + 2
            said = empty(_INDENT, _LINE) + cell(line, wide, _LINE, _SIZE, faint)
            rows.append((said, _INDENT + wide))
    return rows


def _kinds(picture: Picture) -> list[str]:
    boxes: set[str] = set()
    stripes: set[str] = set()
    for part in picture.drawn:
        if isinstance(part, Box) or part.main.layer is not None:
            boxes.add(faces.kind(part))
        if isinstance(part, Box):
            stripes |= {words.kind_of(node.layer) for node in part.after}
        for unit in part.parallel[:1] if isinstance(part, Box) else (part,):
            stripes |= {words.kind_of(node.layer) for node in (*unit.before, *unit.after)}
    if picture.costs:  # the colour of a box is its cost
        boxes = set()
    return [kind for kind in TITLES if kind in boxes | stripes]


def _row(entries: list[tuple[str, str]], widths: list[float], ink: str) -> tuple[str, float]:
    """Marks with their texts, and how wide they are together."""
    cells, used = "", 0.0
    for (mark, text), width in zip(entries, widths, strict=False):
        cells += mark + cell(text, width, _HEIGHT, _SIZE, ink)
        used += width + _MARK
    return cells, used


def _swatch(fill: str, border: str, mark: str = "") -> str:
    """A small box of a kind."""
    sign = borders.sign(14, 9, borders.Paint(fill, border, "", mark=mark))
    return f"<TD>{table(empty(14, 2), f'<TD>{sign}</TD>', empty(14, 3))}</TD>" + _gap()


def _stroke(colour: str, dashed: bool = False) -> str:
    """A piece of line."""
    bars = (empty(4, 2, colour) + empty(1, 2)) * 3 if dashed else ""
    line = bars or empty(15, 2, colour)
    rows = table(empty(14, 6), f"<TD>{table(line)}</TD>", empty(14, 6))
    return f"<TD>{rows}</TD>" + _gap()


def _parted(face: labels.Face) -> bool:
    """Whether a closed box tells ways beside each other."""
    said = (text for line in face.lines if not line.bold for text in (line.text, *line.said))
    return any(" | " in f"{one} " for one in said)


def _barred(said: tuple[str, list[str]]) -> bool:
    """Whether what is said of a block has ways beside each other."""
    return any(" | " in f"{piece} " for piece in said[1])


def _bar(theme: Theme) -> str:
    """The mark between ways in a closed box."""
    return cell("|", 14, 11, 8, theme.ink, "CENTER", True) + _gap()


def _letter(theme: Theme) -> str:
    """The mark of weights that several share."""
    mark = cell("A", 14, 11, 8, ink_on(theme.faint), "CENTER", True, theme.faint)
    return mark + _gap()


def _gap() -> str:
    return empty(5, _HEIGHT)


def _heat(picture: Picture) -> tuple[str, float]:
    """A scale from nothing to the most, and how wide it is."""
    theme, what = picture.theme, picture.options.color
    title, most = f"{heat.TITLES[what]} 0", heat.shown(picture.most, what) or "0"
    first, last = (metrics.text_width(text, _SIZE) + 6 for text in (title, most))
    cells = cell(title, first, 11, _SIZE, theme.faint)
    for step in range(12):
        cells += empty(9, 11, heat.colour(step / 11, theme))
    cells += empty(6, 11) + cell(most, last, 11, _SIZE, theme.faint)
    return cells, first + 12 * 9 + 6 + last
