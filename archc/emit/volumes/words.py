"""What is written at a volume: kind, kernel, stride."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archc.emit.diagram.words import spoken
from archc.shapes import show

if TYPE_CHECKING:
    from archc.graph.graph import Node
    from archc.shapes import Shape

FUSED = {
    "activation": "activation",
    "normalisation": "normalisation",
    "regularisation": "dropout",
}
_KINDS = {
    "conv": "conv",
    "conv_transpose": "up",
    "upsample": "up",
    "linear": "dense",
    "rbf": "dense",
    "add": "merge",
    "concat": "merge",
    "mul": "merge",
}
_SLIDING = ("conv", "maxpool", "avgpool", "stochastic_pool", "subsample")
_POOLS = {
    "maxpool": "max",
    "avgpool": "avg",
    "stochastic_pool": "stochastic",
    "subsample": "subsample",
    "adaptive_avgpool": "avg",
    "adaptive_maxpool": "max",
    "global_avgpool": "avg",
}


def kind_of(node: Node) -> str:
    """Which colour a layer has."""
    if node.layer is None:
        return "input"
    if node.shape is None:
        return "unknown"
    if node.kind in _KINDS:
        return _KINDS[node.kind]
    return "pool" if node.layer.group == "pooling" else "other"


def window_of(node: Node) -> tuple[int, ...]:
    """The pixels a layer reads at once, per axis; () where it reads no window, or fits none."""
    if node.layer is None or node.shape is None or node.kind not in _SLIDING:
        return ()
    reach: tuple[int, ...] = getattr(node.layer, "reach", ())
    return reach


def lines_of(node: Node, read: Shape | None) -> tuple[str, ...]:
    """Kernel, stride and what else tells one layer from another."""
    layer = node.layer
    if layer is None:
        return ()
    values = layer.values
    lines = []
    kernel = values.get("kernel")
    pool = _POOLS.get(node.kind, "")
    if kernel is not None:
        lines.append(f"{pool or ('kernel' if len(kernel) == 1 else '')} {times(kernel)}".strip())
        lines += _stride(values.get("stride"), kernel, bool(pool))
    elif node.kind == "global_avgpool":
        lines.append("global average")
    elif pool:
        lines.append(f"{pool} pool")
    elif node.kind == "upsample":
        lines.append(str(values.get("mode") or "upsample"))
    elif node.kind not in ("linear",):
        lines.append(spoken(node.kind))
    lines += _grouping(values, read)
    return tuple(lines)


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
