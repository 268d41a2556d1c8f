"""Arguments of windows that are often forgotten or written otherwise, the likeliest first.

A window of odd size without padding, a pool without a stride and a stride that is missing are
slips; two arguments that are both written and both wrong are none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from archc.graph.cures.edits import site
from archc.graph.cures.flow import Change
from archc.graph.graph import Node
from archc.language import tree
from archc.shapes import show

MOST_PAD = 12


def slips(nodes: Sequence[Node], short: Sequence[Node], strides: Sequence[str]) -> Iterator[Change]:
    """Other paddings and strides of each window, `strides` by expressions that stand elsewhere.

    `short` are those that leave pixels of their input out: pools among them are looked at first,
    unless a convolution has forgotten its padding, which is the commonest slip of all.
    """
    for node in () if any(map(_forgetful, nodes)) else short:
        if node.layer is not None and node.layer.group == "pooling":
            ways = [_halves, _over_the_end]
            even = not any(k % 2 for k in node.layer.values["kernel"])
            for way in reversed(ways) if even else ways:
                yield from way(node)
    windows = [node for node in nodes if node.layer and "kernel" in node.layer.arguments]
    windows.sort(key=lambda node: node.layer is None or node.layer.group == "pooling")
    for node in windows:
        yield from _longer(node)
        yield from _halves(node)
    for node in windows:
        yield from _over_the_end(node)
    for node in windows:
        yield from _narrower(node)
    windows.sort(key=lambda node: node.layer is None or max(node.layer.values["kernel"]) == 1)
    for node in windows:
        yield from _moves(node, strides)


def _forgetful(node: Node) -> bool:
    """Whether a convolution of odd size has no padding written."""
    layer = node.layer
    if layer is None or layer.group == "pooling" or not {"kernel", "pad"} <= layer.arguments.keys():
        return False
    kernel = max(layer.values["kernel"])
    return kernel > 1 and kernel % 2 == 1 and not says(node, "pad")


def says(node: Node, name: str) -> bool:
    """Whether an argument is written where the layer is called."""
    found = site(node.span)
    action = found.link.action if found is not None else None
    if not isinstance(action, tree.Apply) or node.layer is None:
        return True
    if name not in node.layer.arguments:
        return False
    place = list(node.layer.arguments).index(name)
    unnamed = sum(one.name is None for one in action.arguments)
    return place < unnamed or any(one.name == name for one in action.arguments)


def _longer(node: Node) -> Iterator[Change]:
    """`output_pad=1`: of the sizes that a strided window gives back, the larger one."""
    assert node.layer is not None
    strides = node.layer.values.get("stride") or (1,)
    if "output_pad" in node.layer.arguments and max(strides) > 1:
        texts = {"output_pad": "1"}
        forgotten = not says(node, "output_pad")
        yield Change(node, {"output_pad": (1,) * len(strides)}, texts, forgotten)


def _half(node: Node) -> tuple[int, ...]:
    """The padding with which a window that moves by one keeps the size, by axis."""
    assert node.layer is not None
    kernel = node.layer.values["kernel"]
    gaps = node.layer.values.get("dilation") or (1,) * len(kernel)
    return tuple((d * (k - 1) + 1) // 2 for k, d in zip(kernel, gaps, strict=True))


def _padded(node: Node, pads: tuple[int, ...]) -> Change:
    text = str(pads[0]) if len(set(pads)) == 1 else show(pads)
    return Change(node, {"pad": tuple((pad, pad) for pad in pads)}, {"pad": text})


def _halves(node: Node) -> Iterator[Change]:
    assert node.layer is not None
    if "pad" in node.layer.arguments and max(_half(node)) <= MOST_PAD:
        yield _padded(node, _half(node))._replace(forgotten=not says(node, "pad"))


def _over_the_end(node: Node) -> Iterator[Change]:
    assert node.layer is not None
    if "ceil" in node.layer.arguments:
        yield Change(node, {"ceil": True}, {"ceil": "true"})


def _narrower(node: Node) -> Iterator[Change]:
    """Paddings of less than half the window, the least first."""
    assert node.layer is not None
    if "pad" not in node.layer.arguments:
        return
    halves = _half(node)
    if len(set(halves)) > 1:
        yield _padded(node, (max(halves),) * len(halves))
    for pad in (*range(1, min(max(halves), MOST_PAD + 1)), 0):
        yield _padded(node, (pad,) * len(halves))


def _moves(node: Node, strides: Sequence[str]) -> Iterator[Change]:
    """Another stride, and with it a padding that nobody wrote."""
    assert node.layer is not None
    if "stride" not in node.layer.arguments:
        return
    rank = len(node.layer.values["kernel"])
    written = says(node, "stride")
    yield from _patches(node)
    for stride in (1, 2, 3, 4):
        move: dict[str, Any] = {"stride": (stride,) * rank}
        if stride == 1 and node.layer.group == "pooling":
            yield from _standing(node)
            continue
        for text in (*(strides if stride != 1 else ()), str(stride)):
            yield Change(node, move, {"stride": text}, not written and _usual(node, stride))
            if written and says(node, "pad"):
                continue
            for more in (*_halves(node), *_narrower(node)):
                yield Change(node, {**move, **more.values}, {"stride": text, **more.texts})


def _patches(node: Node) -> Iterator[Change]:
    """A window that moves by its own length, as that of a patch embedding does."""
    assert node.layer is not None
    kernel = node.layer.values["kernel"]
    if node.layer.group == "convolution" and min(kernel) > 4 and not says(node, "stride"):
        text = str(kernel[0]) if len(set(kernel)) == 1 else show(kernel)
        yield Change(node, {"stride": tuple(kernel)}, {"stride": text})


def _usual(node: Node, stride: int) -> bool:
    """Whether a pool of more than two, or a window that enlarges, mostly has this stride."""
    assert node.layer is not None
    wide = node.layer.group == "pooling" and max(node.layer.values["kernel"]) > 2
    return stride == 2 and (wide or node.layer.enlarges)


def _standing(node: Node) -> Iterator[Change]:
    """A pool that moves by one keeps the size of its map, as in a branch of Inception."""
    assert node.layer is not None
    kernel = node.layer.values["kernel"]
    if all(k % 2 for k in kernel) and "pad" in node.layer.arguments:
        more = _padded(node, tuple(k // 2 for k in kernel))
        values = {"stride": (1,) * len(kernel), **more.values}
        yield Change(node, values, {"stride": "1", **more.texts})


def same_size(node: Node) -> Change | None:
    """The padding with which a window of odd size keeps a map as large as it is."""
    layer = node.layer
    if layer is None or layer.group != "convolution" or layer.enlarges:
        return None
    if not all(k % 2 for k in layer.values["kernel"]):
        return None
    return _padded(node, _half(node))._replace(forgotten=not says(node, "pad"))
