"""What a closed block holds, in few words: `1x1 96 → 3x3 208 | max pool → 1x1 64; concat`.

Arrows join what runs in a row, bars part ways that begin at one value and end in the merge named
behind them; ways within ways stand in brackets. Normalisation and dropout go without saying,
activations too, but for those of a gate; what changes the size of a map never does.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

from archc.emit.diagram import words
from archc.emit.diagram.chained import passes
from archc.emit.diagram.scene import only_size, source
from archc.emit.diagram.words import TIMES, grouping, kernel_text, of_axes
from archc.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from archc.graph.graph import Graph, Node, Scope


ARROW = "\u2192"
ENTRY, OTHER = -1, -2  # what enters a part: the value that is read first, and any other
_SILENT = ("activation", "normalisation", "regularisation", "shape")
_NONE, _SKIP = "identity", "skip"
MANY = 3  # equal layers in a row, from which on their number is said


class _Fork(NamedTuple):
    """Ways that begin at one value and meet in a merge."""

    merge: Node
    ways: tuple[tuple[Step, ...], ...]


if TYPE_CHECKING:
    Step: TypeAlias = _Fork | Node | str
    """A piece of a way: a fork, a layer, or a block by its name."""


class Tangled(Exception):
    """A part whose ways cross: no words with bars and arrows tell it."""


def told(
    graph: Graph, nodes: Sequence[Node], widths: bool = True, scope: Scope | None = None
) -> list[str]:
    """The pieces of text that tell what is in a part, to be broken into lines between them; []
    where its ways cross, or where more than one value leaves it.

    Where the `scope` of the part is given, blocks with ways in them that are called there are told
    by their names.
    """
    try:
        way = _Reader(graph, nodes, scope).way()
    except Tangled:
        return []
    return _Teller(graph, widths).lines(way)


def layer_text(graph: Graph, node: Node) -> str:
    """A layer in few words."""
    return _Teller(graph, True).layer(node)


def merges(nodes: Iterable[Node]) -> list[str]:
    """What merges there are: `sum, 2 concat`, a word for each kind."""
    found: dict[str, int] = {}
    for node in nodes:
        if node.layer is not None and node.layer.many_inputs and len(node.inputs) > 1:
            found[merge(node)] = found.get(merge(node), 0) + 1
    return [f"{number} {word}" if number > 1 else word for word, number in found.items()]


def leaving(nodes: Sequence[Node], read_by: Sequence[Sequence[int]]) -> list[Node]:
    """The nodes of a part whose values are read outside."""
    inside = {node.index for node in nodes}
    return [node for node in nodes if not inside.issuperset(read_by[node.index])]


def merge(node: Node) -> str:
    """What a merge makes: `sum`, `product`, `concat`."""
    assert node.layer is not None
    return words.merged(node.layer)


def called(scope: Scope, node: Node) -> Scope | None:
    """The outermost block called in a scope that a node stands in."""
    inner: Scope | None = node.scope
    block: Scope | None = None
    while inner is not None and inner is not scope:
        block = inner if inner.kind == "block" else block
        inner = inner.parent
    return block if inner is scope else None


def parted(scope: Scope, nodes: Sequence[Node]) -> dict[int, Scope | None]:
    """For each node the block with ways in it that is called in a scope, and holds it."""
    found = {node.index: called(scope, node) for node in nodes}
    merging = {
        found[node.index] for node in nodes if node.layer is not None and len(node.inputs) > 1
    }
    return {index: block if block in merging else None for index, block in found.items()}


class _Reader:
    """Makes ways and forks of the nodes of a part; what enters besides is a way of its own, ""."""

    def __init__(self, graph: Graph, nodes: Sequence[Node], scope: Scope | None) -> None:
        self._graph = graph
        self._nodes = [node for node in nodes if not passes(node)]
        self._inside = {node.index for node in self._nodes}
        self._blocks = {} if scope is None else parted(scope, self._nodes)
        self._last = {block: index for index, block in self._blocks.items() if block is not None}
        self._reads: dict[int, list[int]] = {}
        self._above: dict[int, int] = {}  # the value that all ways to a node come through
        self._deep = {ENTRY: 0}
        self._seen: set[int] = set()

    def way(self) -> list[Step]:
        """What leads to the value that leaves the part."""
        entry: int | None = None
        for node in self._nodes:
            whole = self._last.get(block) if (block := self._blocks.get(node.index)) else None
            stands = node.index if whole is None else whole
            reads = self._reads.setdefault(stands, [])
            for position, index in enumerate(node.inputs):
                read = source(self._graph, index) if index >= 0 else OTHER
                if only_size(node, position):
                    continue
                if read not in self._inside:
                    entry = read if entry is None else entry
                    read = ENTRY if read == entry else OTHER
                elif (inner := self._blocks.get(read)) is not None:
                    if inner is not block and read != self._last[inner]:
                        raise Tangled  # it is read from its middle
                    read = self._last[inner]
                if read != stands and (whole is None or read not in reads):
                    reads.append(read)
            if stands == node.index:
                self._reads[stands] = reads or [ENTRY]
                self._place(stands)
        read_by = {index for inner in self._reads.values() for index in inner}
        ends = [index for index in self._reads if index not in read_by]
        if len(ends) != 1:
            raise Tangled
        return self._way(ends[0], ENTRY)

    def _place(self, index: int) -> None:
        """Finds the nearest value that all ways to a node come through."""
        common, *others = (max(ENTRY, one) for one in self._reads[index])
        for other in others:
            while common != other:
                if self._deep[common] >= self._deep[other]:
                    common = self._above[common]
                else:
                    other = self._above[other]
        self._above[index] = common
        self._deep[index] = self._deep[common] + 1

    def _way(self, index: int, start: int) -> list[Step]:
        if index == OTHER:
            return [""]
        found: list[Step] = []
        while index != start and index >= 0:
            if index in self._seen:
                raise Tangled
            self._seen.add(index)
            node, reads, block = self._graph.nodes[index], self._reads[index], self._named(index)
            if len(reads) > 1 and block:
                raise Tangled
            if len(reads) == 1:
                found.append(block or node)
                index = reads[0]
            else:
                fork = self._above[index]
                found.append(_Fork(node, tuple(tuple(self._way(i, fork)) for i in reads)))
                index = fork
        if index == OTHER:
            found.append("")
        return found[::-1]

    def _named(self, index: int) -> str:
        block = self._blocks.get(index)
        return "" if block is None else block.name


class _Teller:
    """Says ways and forks in words."""

    def __init__(self, graph: Graph, widths: bool) -> None:
        self._graph = graph
        self._widths = widths

    def lines(self, way: Sequence[Step]) -> list[str]:
        """The pieces of a way; a fork that is all there is stands without brackets."""
        heard = [step for step in way if self._heard(step)]
        if len(heard) == 1 and isinstance(heard[0], _Fork):
            return self._ways(heard[0])
        return _joined(self._steps(heard), ARROW)

    def _heard(self, step: Step) -> bool:
        return isinstance(step, _Fork) or bool(step if isinstance(step, str) else self.layer(step))

    def _ways(self, fork: _Fork) -> list[str]:
        """`a → b |`, `c;`, `sum`: the ways of a fork."""
        word = merge(fork.merge)
        stacks = fork.merge.layer is not None and fork.merge.layer.channels_from == "sum"
        gate, direct = word == "product", _SKIP if stacks else _NONE
        texts = [self._way(way, gate, direct) for way in fork.ways]
        found: list[str] = []
        for same, group in groupby(texts, key=_undilated):
            several = list(group)
            one = _joined(list(same if len(several) > 1 else several[0]), ARROW)
            found += _marked(_parallel(one, several), "|")
        found[-1] = f"{found[-1][:-2]};"
        return [*found, word]

    def _way(self, way: Sequence[Step], gate: bool, direct: str) -> list[str]:
        """One way of a fork: one that does nothing, or only cuts or resizes what enters besides,
        says that it takes it as it is."""
        steps = self._steps(way, gate)
        if not steps:
            return [direct if way else _NONE]
        plain = way[0] == "" and all(_resizes(step) for step in way[1:])
        return [direct, *steps] if plain else steps

    def _steps(self, way: Sequence[Step], gate: bool = False) -> list[str]:
        """A way step by step: what goes without saying is left out."""
        found: list[str] = []
        for number, step in enumerate(way):
            if isinstance(step, _Fork):
                found.append(f"({' '.join(self._ways(step))})")
            elif isinstance(step, str):
                found += [step] if step else []
            elif said := self.layer(step, gate and number == len(way) - 1):
                found.append(said)
        result = []
        for text, group in groupby(found):
            number = len(list(group))
            few = number == 1 or (
                number < MANY and text[0] != "(" and " " in text and "," not in text
            )
            shown = text if text[0] == "(" or " " not in text else f"({text})"
            result += [text] * number if few else [f"{number} {TIMES} {shown}"]
        return result

    def layer(self, node: Node, gate: bool = False) -> str:
        """A layer in few words; "" for what goes without saying."""
        layer = node.layer
        if layer is not None and layer.group == "resize":
            return _resized(node)
        if layer is None or (layer.group in _SILENT and not (gate and layer.group == "activation")):
            told = layer is not None and "begin" in layer.arguments
            return words.title(node) if told else ""
        values = layer.values
        kernel = values.get("kernel")
        usual = layer.group == "convolution" and not layer.enlarges
        spoken = layer.short if layer.short and kernel else layer.spoken
        said = [] if usual else [spoken.replace("average", "avg")]
        if kernel:
            said.append(kernel_text(kernel))
        groups = grouping(self._graph, node)
        width = values.get("channels", values.get("features"))
        if isinstance(width, int) and self._widths and groups != "depthwise":
            said.append(str(width))
        more = [groups]
        for name in ("stride", "dilation"):
            value = values.get(name)
            covers = value == kernel and (layer.group == "pooling" or layer.enlarges)
            if value and max(value) > 1 and not covers:
                more.append(f"{name} {of_axes(value)}")
        return ", ".join([" ".join(said), *filter(None, more)])


def _resizes(step: Step) -> bool:
    return not isinstance(step, (_Fork, str)) and words.kind_of(step.layer) == "resize"


def _resized(node: Node) -> str:
    """`up 2`, `up to 65x65`, `crop`: what changes the size of a map."""
    assert node.layer is not None
    layer = node.layer
    if "scale" not in layer.values:
        return layer.spoken
    if times := words.factor(layer):
        return f"up {times}"
    return f"up to {words.shape(node.shape and node.shape[1:])}"


def _parallel(one: list[str], several: Sequence[Sequence[str]]) -> list[str]:
    """A way that there is several times, side by side: never to be read as so many in a row."""
    if len(several) == 1:
        return one
    many = f"{len(several)} parallel"
    if len(one) > 1:
        return [f"{many} ({one[0]}", *one[1:-1], f"{one[-1]})"]
    if one[0] in (_NONE, _SKIP):
        return [f"{len(several)} {TIMES} {one[0]}"]
    dilations = [_dilation(way) or "1" for way in several]
    if set(dilations) == {"1"}:
        return [f"{many} {one[0]}"]
    if len(set(dilations)) == 1:
        return [f"{many} {one[0]}, dilation {dilations[0]}"]
    return [f"{many} {one[0]}, dilations {', '.join(dilations)}"]


def _marked(said: list[str], mark: str) -> list[str]:
    """Pieces with a mark behind the last."""
    return [*said[:-1], f"{said[-1]} {mark}"]


def _dilation(way: Sequence[str]) -> str:
    """How far a single dilated layer reaches; "" for all else."""
    return way[0].partition(", dilation ")[2] if len(way) == 1 else ""


def _undilated(way: Sequence[str]) -> tuple[str, ...]:
    """Equal for ways that are the same but for their dilation."""
    return (way[0].partition(", dilation ")[0],) if len(way) == 1 else tuple(way)


def _joined(said: list[str], mark: str) -> list[str]:
    """Pieces with a mark behind each but the last."""
    return [*(f"{one} {mark}" for one in said[:-1]), *said[-1:]]
