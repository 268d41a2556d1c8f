"""The rows of the page's table, and the arithmetic behind each layer."""

from __future__ import annotations

from archc.check import Network
from archc.emit import figures
from archc.emit.diagram.words import kind_of
from archc.emit.explain import arithmetic
from archc.emit.lines import Line, lines
from archc.emit.text import clean
from archc.named import NamedTuple


class Cell(NamedTuple):
    """A figure: as it is shown, to be sorted by, its share of the whole, and its bar's length."""

    text: str
    value: int
    share: str = ""
    bar: str = ""


class TableRow(NamedTuple):
    """A row; `anchor` is where the arithmetic of a layer is, "" for groups and inputs.

    `first` is the path of the first of the equal ones that stand here as one.
    """

    depth: int
    group: bool
    name: str
    path: str
    first: str
    repeats: int
    times: int
    text: str
    kind: str
    shape: str
    params: Cell
    macs: Cell
    live: Cell
    field: Cell
    training: bool
    anchor: str
    source: str
    line: int


class Sum(NamedTuple):
    """The arithmetic of a layer: what it stands for, and pairs of a figure and a calculation."""

    anchor: str
    path: str
    text: str
    kind: str
    pairs: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, str], ...]  # layers it stands for, with their receptive fields


def rows(network: Network, anchor: str, sources: dict[str, str]) -> list[TableRow]:
    """Every row of the folded tree."""
    found = lines(network)
    leaves = [line for line in found if not line.group and not _training(network, line)]
    most_params = max((line.params or 0 for line in leaves), default=0)
    most_macs = max((line.macs or 0 for line in leaves), default=0)
    most_live = network.facts.memory.peak or 0
    total = network.facts.totals
    result = []
    for line in found:
        node = line.row.node
        training = _training(network, line)
        bars = not line.group and not training
        live = [one.live_bytes for one in line.facts if one.live_bytes is not None]
        span = node.span if node is not None else line.row.scope.span if line.row.scope else None
        is_layer = node is not None and node.layer is not None
        result.append(
            TableRow(
                line.depth,
                line.group,
                clean(line.name),
                clean(line.path),
                clean(line.row.path),
                line.row.count,
                line.times,
                clean(line.text),
                kind_of(node.layer) if node is not None and is_layer else "",
                figures.shape(line.shape).replace("x", "\u00d7"),
                _count(line.params, total.params, most_params if bars else 0, not training),
                _count(line.macs, figures.macs(total.work), most_macs if bars else 0, not training),
                _bytes(max(live, default=None), most_live if bars else 0),
                _field(line),
                training,
                f"{anchor}-a{node.index}" if node is not None and is_layer else "",
                sources.get(span.source.name, "") if span is not None else "",
                span.line if span is not None else 0,
            )
        )
    return result


def sums(network: Network, anchor: str) -> list[Sum]:
    """The arithmetic of every layer; equal ones share it, but for their receptive fields."""
    graph, facts = network.graph, network.facts
    result = []
    around: dict[str, Line] = {}
    for line in lines(network):
        around[line.path] = line
        node = line.row.node
        if node is None or node.layer is None:
            continue
        others = []
        for index in _equals(network, line, around):
            other = graph.nodes[index]
            others.append(
                (clean(other.path), figures.field(facts.layers[index].field, other.shape))
            )
        result.append(
            Sum(
                f"{anchor}-a{node.index}",
                clean(node.path),
                clean(line.text),
                kind_of(node.layer),
                tuple((clean(name), clean(text)) for name, text in arithmetic(network, node)),
                tuple(others),
            )
        )
    return result


def _equals(network: Network, line: Line, around: dict[str, Line]) -> list[int]:
    """The nodes that the layer stands for beside itself, through all folds around it."""
    node = line.row.node
    assert node is not None
    folded = [line.row]
    path = line.path
    while path and path in around:
        path = path[: -len(around[path].name) - 1]
        if path in around:
            folded.append(around[path].row)
    found = [node.index]
    for row in folded:
        if row.count == 1:
            continue
        first = row.members[0]
        places = [first.index(index) for index in found if index in first]
        found = [member[place] for member in row.members for place in places] or found
    return [index for index in found if index != node.index]


def _training(network: Network, line: Line) -> bool:
    return all(network.graph.nodes[index].training for index in line.row.nodes)


def _count(value: int | None, total: int | None, most: int, shared: bool) -> Cell:
    share = figures.share(value, total) if shared else ""
    bar = f"{100 * value / most:.1f}" if value and most else ""
    return Cell(figures.number(value), -1 if value is None else value, share, bar)


def _bytes(value: int | None, most: int) -> Cell:
    if value is None:
        return Cell("", -1)
    bar = f"{100 * value / most:.1f}" if most else ""
    return Cell(figures.size(value), value, "", bar)


def _field(line: Line) -> Cell:
    node = line.row.node
    if node is not None and node.layer is None:
        return Cell("", 0)
    text = figures.field(line.field, line.shape)
    if line.field is None:
        return Cell(text, -1)
    if text == "all":
        return Cell(text, 2**62)
    return Cell(text, int(max(line.field.size, default=0)))
