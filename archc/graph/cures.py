"""What would give the shape an author wants: one change of one layer, tried out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from archc.graph.graph import Node
from archc.layers.base import Layer, LayerError
from archc.shapes import Shape, show

Wanted = Sequence[int | None]
MOST_PAD = 12


def cure_for(nodes: Sequence[Node], index: int, wanted: Wanted) -> tuple[Node, str] | None:
    """The layer that decides the shape at a node, and the change of it that gives what is wanted.

    The change is written as arguments, `pad=3`. Layers that keep the shape are seen through.
    """
    node = nodes[index]
    while node.layer is not None and len(node.inputs) == 1:
        source = nodes[node.inputs[0]]
        if source.shape is None or node.shape is None or "stride" in node.layer.arguments:
            break
        if source.shape != node.shape or node.layer.counted:
            break
        node = source
    if node.layer is None or len(node.inputs) != 1:
        return None
    shape = nodes[node.inputs[0]].shape
    if shape is None or not all(isinstance(axis, int) for axis in shape):
        return None
    for change, words in _changes(node.layer, len(shape) - 1):
        if _gives(node.layer, change, shape, wanted):
            return node, words.replace("CHANNELS", str(wanted[0]))
    return None


def offer(cured: tuple[Node, str], wanted: Wanted) -> str:
    """The cure as a sentence."""
    node, words = cured
    name = node.label or node.kind
    shape = show(["_" if axis is None else axis for axis in wanted])  # type: ignore[misc]
    return f"`{name}` (line {node.span.line}) with {words} would give {shape}"


def _changes(layer: Layer, rank: int) -> Iterator[tuple[dict[str, Any], str]]:
    """Arguments that are often forgotten, the likeliest first; then two of them at once."""
    arguments = layer.arguments
    kernel = layer.values.get("kernel")
    if layer.counted and arguments:
        name = next(iter(arguments))
        yield {name: None}, f"{name}=CHANNELS"
    singles: list[tuple[dict[str, Any], str]] = []
    if "pad" in arguments and kernel:
        for pad in range(min(max(kernel) // 2, MOST_PAD) + 1):
            singles.append(({"pad": ((pad, pad),) * rank}, f"pad={pad}"))
        singles.reverse()
    if "ceil" in arguments:
        singles.append(({"ceil": True}, "ceil=true"))
    yield from singles
    if "stride" in arguments:
        for stride in (1, 2, 3, 4):
            move = {"stride": (stride,) * rank}
            yield move, f"stride={stride}"
            for change, words in singles:
                yield {**move, **change}, f"stride={stride} {words}"


def _gives(layer: Layer, change: dict[str, Any], shape: Shape, wanted: Wanted) -> bool:
    values = {**layer.values, **change}
    for name, value in change.items():
        if value is None:  # as many channels as are wanted
            if not wanted or wanted[0] is None or layer.values.get("groups", 1) != 1:
                return False
            values[name] = wanted[0]
    try:
        output = type(layer)(**values).output([shape])
    except LayerError:
        return False
    return len(output) == len(wanted) and all(
        want in (None, have) for have, want in zip(output, wanted, strict=True)
    )
