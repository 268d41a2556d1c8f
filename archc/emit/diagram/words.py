"""What is written into the boxes: `conv 3x3, 64`, `stride 2, pad 1`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archc.emit import figures
from archc.emit.labels import layer_text, scope_value, value_text
from archc.graph.values import Tensor
from archc.layers.base import LayerError
from archc.shapes import show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archc.graph.graph import Graph, Node, Scope
    from archc.layers.base import Layer
    from archc.shapes import Shape

TIMES = "\u00d7"
_MERGES = {"+": "sum", "*": "product"}
COUNTED = ("convolution", "dense", "pooling")  # groups of layers that tell what is in a part
_TITLED = ("channels", "kernel", "features", "size")


def kind_of(layer: Layer | None) -> str:
    """The kind that decides the colour."""
    return "shape" if layer is None else layer.group


def merged(layer: Layer) -> str:
    """What comes of a merge, `sum`, `product`; of another layer how it is spoken of."""
    return _MERGES.get(layer.operator, layer.spoken)


def size_text(value: Any) -> str:
    """`3x3` with a true times sign; one number for a single axis."""
    if isinstance(value, tuple):
        return TIMES.join(str(item) for item in value)
    return str(value)


def frozen(nodes: Sequence[Node]) -> bool:
    """Whether there are weights in a part, and none of them is trained."""
    held = [node for node in nodes if node.layer is not None and node.layer.counted]
    return bool(held) and all(node.frozen for node in held)


def kernel_text(kernel: tuple[Any, ...]) -> str:
    """`3x3`; `k=3` where there is one axis, for `conv 3, 64` would be a riddle."""
    return f"k={kernel[0]}" if len(kernel) == 1 else size_text(kernel)


def of_axes(value: tuple[Any, ...]) -> str:
    """`2` where all axes have the same, else `1x2`."""
    return str(value[0]) if len(set(value)) == 1 else size_text(value)


def grouping(graph: Graph, node: Node) -> str:
    """`depthwise` where each channel has its own kernel, `32 groups`; "" for a usual layer."""
    groups = 1 if node.layer is None else node.layer.values.get("groups", 1)
    if groups == 1 or not node.inputs or node.inputs[0] < 0:
        return ""
    read = graph.nodes[node.inputs[0]].shape
    return "depthwise" if read is not None and read[0] == groups else f"{groups} groups"


def factor(layer: Layer) -> str:
    """How many times larger a map gets that is resized by a factor, `2`, `2x1`; else ""."""
    scale = layer.values.get("scale") or layer.values.get("size")
    if layer.group != "resize" or not scale or "scale" not in layer.values:
        return ""
    if isinstance(scale, int):
        return str(scale)
    return of_axes(scale) if layer.values["scale"] else ""


def title(node: Node) -> str:
    """The first line of a box: what it is, its kernel or factor, its width."""
    layer = node.layer
    if layer is None:
        return "input"
    words = _enlarged(layer)
    kernel = layer.values.get("kernel", layer.values.get("size"))
    if isinstance(kernel, tuple):
        words += f" {kernel_text(kernel)}"
    width = layer.values.get("channels", layer.values.get("features"))
    if isinstance(width, int) and not isinstance(width, bool):
        words += f", {width}"
    if "begin" in layer.arguments:
        first, last = layer.values.get("begin"), layer.values.get("end")
        words = f"channels {first}\u2013" + (str(last - 1) if isinstance(last, int) else "end")
    return words


def _enlarged(layer: Layer) -> str:
    """What a layer is, with its factor: `upsample x2`."""
    times = factor(layer)
    return f"{merged(layer)} {TIMES}{times}" if times else merged(layer)


def details(node: Node, graph: Graph | None = None) -> list[str]:
    """The second line: stride, padding and whatever else is not as usual; with the `graph`, that a
    layer is depthwise, and that a size is rounded up."""
    layer = node.layer
    if layer is None or "begin" in layer.arguments:
        return []
    result = []
    window = layer.group in ("convolution", "dense", "pooling")
    if not window and "size" not in layer.values:
        rest = layer_text(layer).partition(" ")[2].removeprefix(f"{layer.keyword} ")
        return [shaped(rest)] if rest else []
    for name in ("stride", "pad", "dilation", "groups"):
        value = layer.values.get(name)
        steps = name == "stride" and layer.group == "pooling"
        if value is None and steps:  # by its own size, also where it can move by no other
            value = layer.values.get("kernel")
        if value is None or not (steps or name in layer.arguments):
            continue
        kind = layer.arguments[name].kind if name in layer.arguments else ""
        text = _pads(value) if name == "pad" else _plain(value, kind)
        default = "0" if name == "pad" else "1"
        if name == "groups" and graph is not None:
            said = grouping(graph, node)
            result += [said] if said else []
        elif text != default:
            result.append(f"{name} {text}")
    if graph is not None and _rounds_up(layer, graph, node):
        result.append("ceil")
    table = layer.values.get("connect")
    if table is not None:
        result.append(f"{sum(len(row) for row in table)} kernels, by a table")
    return result


def _rounds_up(layer: Layer, graph: Graph, node: Node) -> bool:
    """Whether the last window hangs over the end of its input, so that a size is one more."""
    read = graph.nodes[node.inputs[0]].shape if node.inputs and node.inputs[0] >= 0 else None
    if not layer.values.get("ceil") or read is None or node.shape is None:
        return False
    exact = type(layer)(**{**layer.values, "ceil": False})
    try:
        return exact.output([read]) != node.shape
    except LayerError:  # it would not fit
        return True


def _pads(value: Any) -> str:
    """`1`, `1x0` per axis, `[[0, 1], [0, 1]]` per side."""
    text = _plain(value_text(value, "pads"), "")
    if isinstance(value, tuple) and len(value) == 1 and isinstance(value[0], tuple):
        begin, end = value[0]
        if begin != end and 0 in (begin, end):
            return f"{begin or end} {'before' if begin else 'behind'}"
    return text


def _plain(value: Any, kind: str) -> str:
    if isinstance(value, tuple) and value and all(item == value[0] for item in value):
        return _plain(value[0], "")
    if isinstance(value, tuple) and all(isinstance(item, int) for item in value):
        return size_text(value)
    return shaped(value_text(value, kind))


def shape(value: Shape | None) -> str:
    """`64x56x56` with a true times sign."""
    if value is None:
        return figures.UNKNOWN
    return TIMES.join("?" if "?" in str(axis) else show((axis,)) for axis in value)


def shaped(text: str) -> str:
    """Sizes with a true times sign."""
    words = text.split(" ")
    return " ".join(
        word.replace("x", TIMES) if word.replace("x", "").isdigit() else word for word in words
    )


def stripe(node: Node) -> str:
    """What stands in a stripe."""
    assert node.layer is not None
    text = _enlarged(node.layer)
    share = node.layer.values.get("p", node.layer.values.get("rate"))
    if node.layer.group == "regularisation" and isinstance(share, (int, float)):
        text += f" {share:g}"
    return text


def contents(nodes: Sequence[Node]) -> str:
    """How many layers of a kind there are: `13 conv, 5 max pool`."""
    counts: dict[str, int] = {}
    for node in nodes:
        if node.layer is not None and node.layer.group in COUNTED:
            word = node.layer.spoken
            counts[word] = counts.get(word, 0) + 1
    said = ", ".join(f"{number} {word}" for word, number in counts.items())
    return said or f"{len(nodes)} layer{'s' * (len(nodes) != 1)}"


def calls(scope: Scope | None, nodes: tuple[Node, ...]) -> str:
    """Which blocks a group is made of, `4 x Bottleneck`; "" where there is more in it."""
    found: dict[str, set[str]] = {}
    for node in nodes:
        inner: Scope | None = node.scope
        block: Scope | None = None
        while inner is not None and inner is not scope:
            block = inner if inner.kind == "block" else block
            inner = inner.parent
        if block is None or inner is None:
            return ""
        found.setdefault(block.name, set()).add(block.path)
    return ", ".join(f"{len(paths)} {TIMES} {name}" for name, paths in found.items())


def call(scope: Scope | None) -> tuple[str, list[str]]:
    """A block's name and its arguments; ("", []) for a group."""
    if scope is None or scope.kind != "block":
        return "", []
    words = []
    for name, value in scope.arguments:
        if isinstance(value, Tensor):
            continue  # an arrow shows it
        shown = value if isinstance(value, str) else scope_value(value)
        words.append(f"{name}={shaped(shown)}")
    return scope.name, words
