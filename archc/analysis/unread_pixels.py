"""Strides that leave pixels of an input unread, and what reads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archc.graph.graph import Graph, Node
from archc.layers.base import Layer
from archc.layers.reads import Window, left_over
from archc.layers.registry import KINDS
from archc.layers.remedy import Remedy
from archc.named import NamedTuple
from archc.shapes import Shape, show

AXES = {1: ("value",), 2: ("row", "column"), 3: ("plane", "row", "column")}


class Unread(NamedTuple):
    """A layer that leaves pixels unread: the code of the warning, and what it says."""

    node: Node
    code: str
    message: str
    help: str | None
    remedies: tuple[Remedy, ...]


def unread_pixels(graph: Graph) -> Iterator[Unread]:
    """Strides that leave pixels of the input unread: at its end, or between the windows."""
    nodes = graph.nodes
    fine: set[object] = set()
    for node in nodes:
        layer, output = node.layer, node.shape
        if layer is None or output is None or set(layer.strides) <= {1}:
            continue
        shape = nodes[node.inputs[0]].shape
        key = (layer, shape)
        if shape is None or key in fine:
            continue
        fine.add(key)
        windows = layer.windows([shape])
        if not isinstance(windows, tuple):
            continue
        windows = tuple(window for window in windows if isinstance(window, Window))
        code, message, help = "", "", None
        remedies: tuple[Remedy, ...] = ()
        if any(window.stride > window.size for window in windows):
            if any(window.size != 1 for window in windows):
                code, message = "stride-exceeds-window", _gaps(layer, windows)
                remedies = (Remedy({"stride": _per_axis(tuple(int(one.size) for one in windows))}),)
        else:
            left = left_over(shape, output, windows)
            if any(left):
                code = "skipped-pixels"
                message = _skipped(layer, shape, left)
                help = _fitting(shape, windows, nodes[node.inputs[0]].layer is None)
                whole = _whole_map(node, shape, windows, nodes)
                alike = _stride_of_the_others(node, nodes)
                remedies = (*alike, *whole, *_reaching(layer, shape, windows))
        if code:
            fine.discard(key)
            yield Unread(node, code, message, help, remedies)


def _skipped(layer: Layer, shape: Shape, left: list[int]) -> str:
    names = AXES.get(len(left), ("position",) * len(left))
    parts: dict[int, list[str]] = {}
    for count, name in zip(left, names, strict=True):
        if count:
            parts.setdefault(count, []).append(name if count == 1 else f"{name}s")
    last = " and ".join(
        f"the last {'' if count == 1 else f'{count} '}{' and '.join(words)}"
        for count, words in parts.items()
    )
    return (
        f"`{layer.keyword}` {show(layer.values['kernel'])} with stride {_per_axis(layer.strides)} "
        f"never reads {last} of its input {show(shape)}"
    )


def _stride_of_the_others(node: Node, nodes: Sequence[Node]) -> tuple[Remedy, ...]:
    """`maxpool 3x3` without a stride, where all other pools of that window have the same one."""
    layer = node.layer
    if layer is None or layer.group != "pooling" or "stride" in node.span.text:
        return ()
    window = layer.values.get("kernel")
    others = {
        one.layer.strides
        for one in nodes
        if one.layer is not None
        and one.kind == node.kind
        and one.span != node.span
        and one.layer.values.get("kernel") == window
    }
    if len(others) != 1 or layer.strides in others:
        return ()
    (strides,) = others
    return (Remedy({"stride": _per_axis(strides)}, help=f"as the other `{node.kind}` have it"),)


def _whole_map(
    node: Node, shape: Shape, windows: tuple[Window, ...], nodes: Sequence[Node]
) -> tuple[Remedy, ...]:
    """A pool of most of the map in front of `flatten`: the whole map was meant."""
    whole = KINDS.get(f"global_{node.kind}")
    readers = [one for one in nodes[node.index :] if node.index in one.inputs]
    if whole is None or len(readers) != 1 or len(readers[0].shape or (0, 0)) != 1:
        return ()
    if readers[0].layer is None or not readers[0].layer.view:
        return ()
    for n, window in zip(shape[1:], windows, strict=True):
        if not isinstance(n, int) or 2 * window.size <= n:
            return ()
    return (Remedy(instead=whole.keyword, help="to pool the whole map"),)


def _reaching(layer: Layer, shape: Shape, windows: tuple[Window, ...]) -> tuple[Remedy, ...]:
    """A last window over the end, or the least padding that reads every pixel."""
    if "ceil" in layer.arguments:
        return (Remedy({"ceil": "true"}, help="with a last window that hangs over the end"),)
    wider = _least_pad(shape, windows)
    if wider is None or "pad" not in layer.arguments:
        return ()
    return (Remedy({"pad": str(wider)}, help=f"with pad={wider} it reads them all"),)


def _fitting(shape: Shape, windows: tuple[Window, ...], first: bool) -> str | None:
    """The next input that fits by itself."""
    fits = []
    for n, window in zip(shape[1:], windows, strict=True):
        if not isinstance(n, int):
            return None
        fits.append(n + int(-(n + 2 * window.padding - window.size) % window.stride))
    return f"{'an input' if first else 'a map'} of {show(fits)} fits by itself"


def _least_pad(shape: Shape, windows: tuple[Window, ...]) -> int | None:
    """The least padding, the same on all sides, that leaves no pixel unread."""
    for pad in range(min(int(max(window.size for window in windows)), 1000)):
        ends = []
        for n, window in zip(shape[1:], windows, strict=True):
            if not isinstance(n, int) or pad < window.padding:
                break
            last = (n + 2 * pad - window.size) // window.stride
            ends.append(last * window.stride - pad + window.size >= n)
        if len(ends) == len(windows) and all(ends):
            return pad
    return None


def _gaps(layer: Layer, windows: tuple[Window, ...]) -> str:
    gap = max(window.stride - window.size for window in windows)
    what = "a pixel" if gap == 1 else f"{gap} pixels"
    window = show(tuple(int(one.size) for one in windows))
    return (
        f"`{layer.keyword}` moves by {_per_axis(layer.strides)}, but its window spans {window}: "
        f"{what} between neighbouring windows {'is' if gap == 1 else 'are'} never read"
    )


def _per_axis(numbers: tuple[int, ...]) -> str:
    return str(numbers[0]) if len(set(numbers)) == 1 else show(numbers)
