"""The table of `archc check`: one network, layer by layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit import figures
from archc.emit.labels import node_text, scope_text
from archc.emit.style import PLAIN, Style
from archc.emit.text import clean, left, right, shorten, width
from archc.emit.totals import totals
from archc.graph.fold import Row, fold, tree
from archc.graph.series import Series, series

if TYPE_CHECKING:
    from archc.check import Network

_BLOCKS = " \u258f\u258e\u258d\u258c\u258b\u258a\u2589\u2588"
_BAR = 6  # cells of a full bar
_GAP = "  "
# What happens to which column on a narrow terminal: shortened to so many cells, or left out (0).
_GIVING_WAY = ((1, 28), (4, 0), (6, 0), (1, 20), (0, 20), (7, 0), (1, 12), (0, 12), (2, 12))
_FURTHER_WAY = ((8, 0), (10, 0), (3, 0))  # where there are bounds of time, which are kept


class _Line:
    """One row of the table; `total` marks a scope, whose figures are sums of those below."""

    __slots__ = (
        "bound",
        *("field", "layer", "macs", "name", "params", "series", "shape", "total", "training"),
    )

    def __init__(
        self, name: str, layer: str, shape: str, params: int | None, macs: int | None, field: str
    ) -> None:
        self.name = name
        self.layer = layer
        self.shape = shape
        self.params = params
        self.macs = macs
        self.field = field
        self.bound: tuple[str, ...] = ()  # what a device takes for it, where one is given
        self.total = False
        self.series = False
        self.training = False


def table(
    network: Network, style: Style = PLAIN, expand: bool = False, depth: int | None = None
) -> str:
    """A network's header, layers, totals and expectations."""
    root = tree(network.graph)
    if not expand:
        root = fold(root, network.graph)
    lines: list[_Line] = []
    _collect(network, root, "", depth or 10**6, style, not expand, lines)
    folded = any(row.count > 1 for _, row in root.walk())
    parts = [header(network, style), _grid(network, lines, style)]
    if not network.graph.complete:
        note = "an error left a part of this network out"
        parts.append("  " + style.paint(note, "yellow"))
    parts.append(totals(network, style, folded, any(line.series for line in lines)))
    return "\n\n".join(parts) + "\n"


def header(network: Network, style: Style) -> str:
    """The name, the file, what goes in and comes out, and the author's own line."""
    name = style.paint(clean(network.name), "bold")
    file = style.paint(clean(network.graph.program.source.name), "dim")
    lines = [f"{name}{_GAP}{figures.signature(network, style)}{_GAP}{file}"]
    said = figures.docstring(network)
    if said:
        lines.append(shorten(clean(said), style.width))
    return "\n".join(lines)


def _collect(
    network: Network,
    row: Row,
    indent: str,
    depth: int,
    style: Style,
    short: bool,
    lines: list[_Line],
) -> None:
    """The rows below `row`, and those below them, as lines."""
    branch = style.sign("\u2502 ", "| ")
    last_branch = "  "
    rows = series(row, network.graph) if short else row.rows
    for position, child in enumerate(rows):
        final = position == len(rows) - 1
        lines.append(_line(network, row, child, indent, style))
        if child.rows and depth > 1:
            below = indent + (last_branch if final or not row.path else branch)
            _collect(network, child, below, depth - 1, style, short, lines)


def _line(network: Network, outer: Row, row: Row, indent: str, style: Style) -> _Line:
    graph, facts = network.graph, network.facts
    node = row.node
    if node is not None:
        layer, shape, last = node_text(node), node.shape, node.index
        if node.training:
            layer += " (training only)"
    else:
        scope = row.scope
        layer = scope_text(scope) if scope is not None else ""
        last = row.result(graph)
        shape = graph.nodes[last].shape
    name = f"{indent}{clean(row.name(outer))}"
    in_a_row = isinstance(row, Series)
    if in_a_row:
        layer = f"{row.count} in a row, {layer}" if row.count > 1 else f"alike, {layer}"
    elif row.count > 1:
        name = f"{name} {style.times} {row.count}"
    if node is not None and node.layer is None:
        return _Line(name, "input", figures.shape(shape), 0, 0, "")
    own = [facts.layers[index] for index in row.nodes]
    line = _Line(
        name,
        clean(layer),
        figures.shape(shape),
        figures.total_params(own),
        figures.total_macs(own),
        figures.field(facts.layers[last].field, shape),
    )
    answers = network.answers
    if answers is not None and answers.roofline is not None:
        from archc.emit.roofline import cells

        line.bound = cells(answers.roofline, [network.graph.nodes[i] for i in row.nodes], style)
    line.total = node is None
    line.series = in_a_row
    line.training = all(graph.nodes[index].training for index in row.nodes)
    return line


def _grid(network: Network, lines: list[_Line], style: Style) -> str:
    """The lines in columns; where the terminal is narrow they give way."""
    all_params = network.facts.totals.params
    all_work = figures.macs(network.facts.totals.work)
    titles = ["layer", "", "output", "params", "%", "MACs", "%", "field"]
    further = max((len(line.bound) for line in lines), default=0)
    if further:
        from archc.emit.roofline import titles as bound_titles

        titles += bound_titles(style)
    rows = [
        [
            line.name,
            line.layer,
            line.shape,
            figures.number(line.params),
            "" if line.training else figures.share(line.params, all_params),
            figures.number(line.macs),
            "" if line.training else figures.share(line.macs, all_work),
            line.field,
            *(line.bound or ("",) * further),
        ]
        for line in lines
    ]
    widths = [max(map(width, column)) for column in zip(titles, *rows, strict=True)]
    bar = _BAR + 1
    room = style.width - 2
    needed = sum(widths) + len(_GAP) * (len(widths) - 1)
    if needed + 2 * bar > room:
        bar = 0
    shown = list(range(len(titles)))
    for column, least in _GIVING_WAY + (_FURTHER_WAY if further else ()):
        if needed <= room:
            break
        if least:  # shorten the texts
            spare = min(max(widths[column] - least, 0), needed - room)
            widths[column] -= spare
            needed -= spare
        else:  # leave the column out
            shown.remove(column)
            needed -= widths[column] + len(_GAP)

    def cells(texts: list[str]) -> list[str]:
        return [
            left(shorten(text, widths[i], style.sign("\u2026", "~")), widths[i])
            if i < 3
            else right(text, widths[i])
            for i, text in enumerate(texts)
        ]

    head = cells(titles)
    if bar:
        head[4] += " " * bar
        head[6] += " " * bar
    leaves = [line for line in lines if not line.total and not line.training]
    most = (
        max((line.params or 0 for line in leaves), default=0),
        max((line.macs or 0 for line in leaves), default=0),
    )
    result = ["  " + style.paint(_GAP.join(head[i] for i in shown).rstrip(), "dim")]
    result.append("  " + style.paint(style.rule * width(_GAP.join(head[i] for i in shown)), "dim"))
    for line, row in zip(lines, rows, strict=True):
        texts = cells(row)
        bold: tuple[str, ...] = ("bold",) if line.total else ()
        tones: list[tuple[str, ...]] = [bold, bold, *[()] * (len(titles) - 2)]
        for i, value in ((3, line.params), (5, line.macs)):
            tones[i] = tones[i + 1] = ("dim",) if line.total or not value else ()
        texts = [style.paint(text, *tones[i]) for i, text in enumerate(texts)]
        if bar:
            for i, part, whole in ((4, line.params, most[0]), (6, line.macs, most[1])):
                leaf = not line.total and not line.training
                texts[i] += " " + _bar(part if leaf else 0, whole, style)
        result.append("  " + _GAP.join(texts[i] for i in shown).rstrip())
    return "\n".join(result)


def _bar(part: int | None, whole: int | None, style: Style) -> str:
    """A bar beside the longest of them, to an eighth of a cell."""
    if not part or not whole:
        return " " * _BAR
    eighths = round(8 * _BAR * part / whole)
    if style.unicode:
        text = _BLOCKS[8] * (eighths // 8) + _BLOCKS[eighths % 8].strip()
    else:
        text = "#" * round(eighths / 8)
    return style.paint(text, "cyan") + " " * (_BAR - len(text))
