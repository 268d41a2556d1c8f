"""What is written at a volume: kind, kernel, stride."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from archc.emit.diagram.alike import dilations
from archc.emit.diagram.metrics import text_width
from archc.emit.diagram.parts import automatic
from archc.emit.diagram.spans import span_name
from archc.emit.diagram.words import COUNTED, contents, merged
from archc.emit.volumes.layout import TEXT
from archc.shapes import show

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archc.graph.graph import Node
    from archc.shapes import Shape

FUSED = {
    "activation": "activation",
    "normalisation": "normalisation",
    "regularisation": "dropout",
}
_KINDS = {"convolution": "conv", "dense": "dense", "pooling": "pool"}
_KINDS |= {"resize": "tag", "shape": "tag"}
CHANNELS = "channels "  # in front of the first and the last of a slice: the legend says it
CONCAT = "concat"  # said of a volume that holds what it was made from and what was copied to it
SIGNS = {"+": "+", "*": "\u00d7"}


def kind_of(node: Node) -> str:
    """Which colour a layer has."""
    if node.layer is None:
        return "input"
    if node.shape is None:
        return "unknown"
    if node.layer.many_inputs:
        return "sum" if node.layer.operator else "merge"
    if node.layer.enlarges:
        return "up"
    return FUSED.get(node.layer.group) or _KINDS.get(node.layer.group, "other")


def stacks(node: Node) -> bool:
    """Whether a merge puts the channels of its branches beside each other."""
    return node.layer is not None and node.layer.channels_from == "sum"


def cuts(node: Node) -> bool:
    """Whether a layer passes on some channels alone."""
    return node.layer is not None and "begin" in node.layer.arguments


def window_of(node: Node) -> tuple[int, ...]:
    """The pixels a layer reads at once, per axis; () where it reads no window, or fits none."""
    return () if node.layer is None or node.shape is None else node.layer.reach


def lines_of(node: Node, read: Shape | None) -> tuple[str, ...]:
    """Kernel, stride and what else tells one layer from another."""
    layer = node.layer
    if layer is None:
        return ()
    values = layer.values
    lines = []
    kernel = values.get("kernel")
    if kernel is not None:
        word = layer.short or ("kernel" if len(kernel) == 1 else "")
        lines.append(f"{word} {times(kernel)}".strip())
        lines += _stride(values.get("stride"), kernel, layer.group == "pooling")
    elif layer.operator:
        lines.append(layer.operator)
    elif layer.enlarges:
        lines.append(str(values.get("mode") or layer.spoken))
    elif layer.group == "pooling":
        lines += (layer.short or layer.spoken).split(" ")  # a long line takes a volume's room
    elif layer.short or layer.group != "dense":
        lines.append(layer.short or layer.spoken)
    lines += _grouping(values, read)
    return tuple(lines)


def resized(node: Node) -> str:
    """`crop to 56\u00d756`: a mark has no size of its own beside it; "" for what keeps sizes."""
    layer, shape = node.layer, node.shape
    if layer is None or layer.group != "resize" or shape is None or len(shape) < 2:
        return ""
    return f"{layer.spoken} to {times(shape[1:])}"


def dilation_of(nodes: Iterable[Node]) -> tuple[str, ...]:
    """How far apart the pixels are that kernels in a closed block read; () where none skips any.

    Short lines: a long one would need as much room as a volume more.
    """
    said = dilations(nodes)
    if not said:
        return ()
    if said.isdigit():
        return (f"dilation {said}",)
    return "dilation", *(said.replace(", ", ",\n").split("\n") if "\u2026" in said else [said])


def held(nodes: tuple[Node, ...]) -> str:
    """What is in a closed part, `2 conv, 2 upsample, sum`: its layers by kind, what changes the
    size of its maps, and its merges, without which nobody knows how values of several sizes meet.
    """
    resized = Counter(
        one.layer.spoken for one in nodes if one.layer and one.layer.group == "resize"
    )
    merges = Counter(
        merged(one.layer)
        for one in nodes
        if one.layer and one.layer.many_inputs and len(one.inputs) > 1
    )
    said = [f"{number} {word}" for word, number in resized.items()]
    for word, number in merges.items():
        plural = word if word == CONCAT else f"{word}s"
        said.append(word if number == 1 else f"{number} {plural}")
    counted = any(one.layer and one.layer.group in COUNTED for one in nodes)
    return ", ".join([*[contents(nodes)] * (counted or not said), *said])


def phrases(said: str, room: float) -> list[str]:
    """What may stand on lines of its own, of a list: its head, its phrases, or the words of a long
    one."""
    several = said.replace(", ", ",\n").replace(": ", ":\n").split("\n")
    whole = [[one] if text_width(one, TEXT) <= room else one.split(" ") for one in several]
    return [one for words in whole for one in words]


def named(nodes: tuple[Node, ...]) -> str:
    """Rounds that stand closed, by their labels, else by their numbers, as in `rounds 1\u20138`; ""
    where neither tells them."""
    labels = list(dict.fromkeys(node.path.partition(".")[0] for node in nodes))
    stems = {label.rstrip("0123456789") for label in labels}
    if len(stems) == 1 and "" not in stems and not automatic(labels[0]):
        return span_name(labels[0], labels[-1])
    scopes = (node.scope.path for node in nodes if node.scope is not None)
    loops, numbers = zip(*(path.rpartition(".")[::2] for path in scopes), strict=True)
    if len(set(loops)) == 1 and automatic(loops[0]) and all(map(str.isdigit, numbers)):
        return f"rounds {numbers[0]}\u2013{numbers[-1]}"
    return ""


def _stride(stride: Any, kernel: Any, pool: bool) -> list[str]:
    if stride is None or (pool and stride == kernel) or set(stride) == {1}:
        return ["stride 1"] if pool and stride is not None and stride != kernel else []
    return [f"stride {times(stride)}" if len(set(stride)) > 1 else f"stride {stride[0]}"]


def _grouping(values: dict[str, Any], read: Shape | None) -> list[str]:
    lines = []
    dilation = values.get("dilation")
    if dilation and set(dilation) != {1}:
        shown = dilation[0] if len(set(dilation)) == 1 else times(dilation)
        lines.append(f"dilation {shown}")
    groups = values.get("groups", 1)
    if groups != 1:
        depthwise = read is not None and read[0] == groups
        lines.append("depthwise" if depthwise else f"{groups} groups")
    if values.get("connect") is not None:
        lines.append("sparse")
    return lines


def times(sizes: tuple[Any, ...]) -> str:
    """`5\u00d75`."""
    return show(sizes).replace("x", "\u00d7")
