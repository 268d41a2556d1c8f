"""What a closed block holds, in few words: `1x1 96 → 3x3 208 | max pool → 1x1 64; concat`.

Arrows join what runs in a row, bars part ways that begin at one value and end in the merge named
behind them; ways within ways stand in brackets. Normalisation and dropout go without saying,
activations too, but for those of a gate; what changes the size of a map never does.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from archc.emit.diagram import words
from archc.emit.diagram.ways import Fork, Reader, Tangled
from archc.emit.diagram.words import TIMES, grouping, kernel_text, of_axes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from archc.emit.diagram.ways import Step
    from archc.graph.graph import Graph, Node, Scope


ARROW = "\u2192"
_SILENT = ("activation", "normalisation", "regularisation", "shape")
_NONE, _SKIP = "identity", "skip"
SETTINGS = ("stride", "dilation")  # that are told, in this order
MANY = 3  # equal layers in a row, from which on their number is said


def told(
    graph: Graph, nodes: Sequence[Node], widths: bool = True, scope: Scope | None = None
) -> list[str]:
    """The pieces of text that tell what is in a part, to be broken into lines between them; []
    where its ways cross, or where more than one value leaves it.

    Where the `scope` of the part is given, blocks with ways in them that are called there are told
    by their names.
    """
    try:
        way = Reader(graph, nodes, scope).way()
    except Tangled:
        return []
    return _Teller(graph, widths).lines(way)


def defined(
    graph: Graph, nodes: Sequence[Node], scope: Scope, settings: Sequence[str]
) -> list[str]:
    """The same of a block without its widths, with the `settings` that all its calls have in
    common, also where ways cross: what several ways read is told first, under its name.

    `delta: 1x1 \u2192 3x3; (first channels | delta \u2192 first channels; sum) | ...; concat`
    """
    teller = _Teller(graph, False, settings)
    try:
        return teller.lines(Reader(graph, nodes, scope).way())
    except Tangled:
        pass
    try:
        values, way = Reader(graph, nodes, scope).named()
    except Tangled:
        return []
    found: list[str] = []
    for name, steps in values:
        said = teller.steps(steps) or teller.steps(steps, gate=True) or [_NONE]
        first, *rest = _joined(said, ARROW)
        found += [f"{name}: {first}", *rest]
        found[-1] += ";"
    return [*found, *teller.lines(way)]


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


def unheard(nodes: Sequence[Node], read_by: Sequence[Sequence[int]]) -> set[int]:
    """The nodes of a part, by their places, that lead to nothing: no value of theirs is used."""
    found: set[int] = set()
    for node in reversed(nodes):
        if found.issuperset(read_by[node.index]):
            found.add(node.index)
    return found


def merge(node: Node) -> str:
    """What a merge makes: `sum`, `product`, `concat`."""
    assert node.layer is not None
    return words.merged(node.layer)


class _Teller:
    """Says ways and forks in words."""

    def __init__(self, graph: Graph, widths: bool, settings: Sequence[str] = SETTINGS) -> None:
        self._graph = graph
        self._widths = widths
        self._settings = settings

    def lines(self, way: Sequence[Step]) -> list[str]:
        """The pieces of a way; a fork that is all there is stands without brackets."""
        heard = [step for step in way if self._heard(step)]
        if len(heard) == 1 and isinstance(heard[0], Fork):
            return self._ways(heard[0])
        return _joined(self.steps(heard), ARROW)

    def _heard(self, step: Step) -> bool:
        return isinstance(step, Fork) or bool(step if isinstance(step, str) else self.layer(step))

    def _ways(self, fork: Fork) -> list[str]:
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
        steps = self.steps(way, gate)
        if not steps:
            return [direct if way else _NONE]
        plain = way[0] == "" and all(_resizes(step) for step in way[1:])
        return [direct, *steps] if plain else steps

    def steps(self, way: Sequence[Step], gate: bool = False) -> list[str]:
        """A way step by step: what goes without saying is left out."""
        found: list[str] = []
        for number, step in enumerate(way):
            if isinstance(step, Fork):
                found.append(f"({' '.join(self._ways(step))})")
            elif isinstance(step, str):
                found += [step] if step else []
            elif said := self.layer(step, gate and number == len(way) - 1):
                found.append(said)
        result = []
        for text, group in groupby(found):
            number = len(list(group))
            window = " " in text or text[0].isdigit()
            few = number == 1 or (number < MANY and text[0] != "(" and window and "," not in text)
            shown = f"({text})" if window and text[0] != "(" else text
            result += [text] * number if few else [f"{number} {TIMES} {shown}"]
        return result

    def layer(self, node: Node, gate: bool = False) -> str:
        """A layer in few words; "" for what goes without saying."""
        layer = node.layer
        if layer is not None and layer.group == "resize":
            return _resized(node)
        if layer is None or (layer.group in _SILENT and not (gate and layer.group == "activation")):
            if layer is None or "begin" not in layer.arguments:
                return ""
            return words.title(node) if self._widths else _part(layer.values)
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
        for name in self._settings:
            value = values.get(name)
            covers = value == kernel and (layer.group == "pooling" or layer.enlarges)
            if value and max(value) > 1 and not covers:
                more.append(f"{name} {of_axes(value)}")
        return ", ".join([" ".join(said), *filter(None, more)])


def _resizes(step: Step) -> bool:
    return not isinstance(step, (Fork, str)) and words.kind_of(step.layer) == "resize"


def _part(values: Mapping[str, Any]) -> str:
    """Which channels are taken, where their number is not told."""
    if not values.get("begin"):
        return "first channels"
    return "last channels" if values.get("end") is None else "some channels"


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
