"""Layers that would cost less, or read more, in the place of one."""

from __future__ import annotations

from collections.abc import Iterator

from archc.advice.case import Case, Cost, Remark, percent, row, written
from archc.diagnostics import Label
from archc.graph.graph import Node
from archc.layers.base import Idea, Layer
from archc.layers.reads import Window
from archc.shapes import show

LESS = 0.9  # what a stack may cost of what it replaces, in parameters and in multiply-adds
MUCH_LESS = 0.25  # what a bottleneck may cost
HEAD = 0.1  # of the network's parameters: what a pooled head has to save

Offer = tuple[Node, tuple[int, ...], tuple[Layer, ...], Cost, Cost]


def large_kernels(case: Case) -> Iterator[Remark]:
    """A large window that 3x3s in a row would replace for less."""
    for node, shape, layers, now, then in _offers(case, "stack"):
        if then.macs > LESS * now.macs or then.params > LESS * now.params:
            continue
        assert node.layer is not None
        message = (
            f"`{written(node.layer)}` on {show(shape)} takes {now.macs:,} multiply-adds and "
            f"{now.params:,} parameters; {len(layers)} windows of 3 in a row see as far for "
            f"{then.macs:,} and {then.params:,}"
        )
        help = f"{row(layers)}, with activations between them, as VGG has it"
        yield Remark(node, "large-kernel", message, help, now.macs - then.macs)


def missing_bottlenecks(case: Case) -> Iterator[Remark]:
    """A window over many channels that a 1x1 before it would make much cheaper."""
    for node, shape, layers, now, then in _offers(case, "bottleneck"):
        if then.macs > MUCH_LESS * now.macs or _behind_1x1(case, node):
            continue
        assert node.layer is not None
        few = layers[0].output([shape])[0]
        message = (
            f"`{written(node.layer)}` on {show(shape)} takes {now.macs:,} multiply-adds; behind a "
            f"1x1 to {few} channels {then.macs:,}, {percent(then.macs, now.macs)} of it"
        )
        help = (
            f"{row(layers)}, with an activation between them, as Inception has it: "
            f"{then.params:,} parameters instead of {now.params:,}"
        )
        yield Remark(node, "missing-bottleneck", message, help, now.macs - then.macs)


def dropped_pixels(case: Case) -> Iterator[Remark]:
    """A 1x1 that steps over most of its input."""
    for node, shape, layers, now, then in _offers(case, "pool first"):
        assert node.layer is not None
        output = case.shape(node.index)
        if len(shape) == 1 or output is None or output[1:] == shape[1:]:
            continue
        positions, read = _count(shape), _count(output)
        message = (
            f"`{written(node.layer)}` reads {read:,} of the {positions:,} positions of its input "
            f"{show(shape)}; {_others(case, node, positions - read)}"
        )
        help = (
            f"{row(layers)} reads them all for {then.flops - now.flops:,} operations more, as "
            "ResNet-D has it"
        )
        source = case.nodes[node.inputs[0]]
        labels = (Label(source.span, "this"),) if source.span != node.span else ()
        yield Remark(node, "dropped-pixels", message, help, positions - read, labels)


def dense_heads(case: Case) -> Iterator[Remark]:
    """A dense layer on all values of a map, where their means would do with far fewer weights."""
    total = case.facts.totals.params or 0
    for node in case.nodes:
        layer, source = node.layer, case.source(node)
        if layer is None or not layer.counted or source is None or node.training:
            continue
        behind = case.behind_views(source)
        shape = case.shape(behind.index)
        flat = case.shape(source.index)
        if shape is None or flat is None or len(flat) > 1 or len(shape) == 1:
            continue
        now = case.cost(node, flat, [layer])
        pooled = next((one.layers for one in layer.instead([shape])), None)
        then = case.cost(node, shape, pooled) if pooled is not None else None
        if now is None or then is None or not _seen_by_windows(case, behind):
            continue
        if now.params - then.params < HEAD * total:
            continue
        message = (
            f"`{written(layer)}` reads all {flat[0]:,} values of a {show(shape)} map with "
            f"{now.params:,} parameters, {percent(now.params, total)} of the network's; for their "
            f"{shape[0]:,} means it needs {then.params:,}"
        )
        help = (
            f"where the place in the map tells nothing, {row(pooled or ())}"
            f"{_last_alone(case, node, shape)}"
        )
        yield Remark(node, "dense-head", message, help, now.params - then.params)


def _offers(case: Case, idea: Idea) -> Iterator[Offer]:
    """What layers say may stand in their place, with the costs of both."""
    for node in case.nodes:
        layer = node.layer
        shape = case.shape(node.inputs[0]) if len(node.inputs) == 1 else None
        if layer is None or shape is None or node.shape is None:
            continue
        for one in layer.instead([shape]):
            if one.idea == idea:
                now = case.cost(node, shape, [layer])
                then = case.cost(node, shape, one.layers)
                if now is not None and then is not None:
                    yield node, shape, one.layers, now, then


def _behind_1x1(case: Case, node: Node) -> bool:
    """Whether a 1x1 stands before it already, which may be made narrower."""
    before = case.source(node)
    while before is not None and before.layer is not None:
        if before.layer.counted:
            return {*before.layer.reach} == {1}
        shapes = [case.nodes[i].shape or () for i in before.inputs]
        if before.layer.windows(shapes) != "pointwise":
            return False
        before = case.source(before)
    return False


def _others(case: Case, node: Node, left: int) -> str:
    """What becomes of the positions that a node steps over."""
    made = case.nodes[node.inputs[0]]
    for reader in case.readers[made.index]:
        if reader == -1:
            return f"the other {left:,} are the network's result"
        other = case.nodes[reader]
        if other.layer is None or other.layer.strides != (node.layer.strides if node.layer else ()):
            return f"the other {left:,} are read elsewhere"
        windows = other.layer.windows([made.shape or ()])
        if not isinstance(windows, tuple) or any(
            not isinstance(one, Window) or one.size != 1 for one in windows
        ):
            return f"the other {left:,} are read elsewhere"
    name = "the input" if made.layer is None else f"`{made.path}`"
    return f"nothing reads the other {left:,} of {name}"


def _count(shape: tuple[int, ...]) -> int:
    positions = 1
    for axis in shape[1:]:
        positions *= axis
    return positions


def _seen_by_windows(case: Case, node: Node) -> bool:
    """Whether a convolution with a window made the map, or what it is made of."""
    left, seen = [node.index], set()
    while left:
        index = left.pop()
        layer = case.nodes[index].layer
        if layer is not None and layer.counted and any(reach > 1 for reach in layer.reach):
            return True
        more = [i for i in case.nodes[index].inputs if i not in seen]
        seen.update(more)
        left += more
    return False


def _last_alone(case: Case, node: Node, shape: tuple[int, ...]) -> str:
    """Where more dense layers follow in a row: what the last of them alone needs."""
    dense, last = [node], node.layer
    at = node
    while len(case.readers[at.index]) == 1 and case.readers[at.index][0] >= 0:
        at = case.nodes[case.readers[at.index][0]]
        if len(at.inputs) > 1 or at.layer is None:
            break
        if at.layer.counted:
            dense.append(at)
            last = at.layer
    pooled = next((one.layers for one in last.instead([shape])), ()) if last else ()
    alone = case.cost(dense[-1], shape, pooled)
    if len(dense) == 1 or alone is None or last is None:
        return ""
    params = sum(case.facts.layers[one.index].params or 0 for one in dense)
    return (
        f"; with `{written(last)}` alone behind the means, as GoogLeNet has it, "
        f"{alone.params:,} parameters instead of the {params:,} of {len(dense)} dense layers"
    )
