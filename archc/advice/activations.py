"""Activations that do nothing, or the same a second time."""

from __future__ import annotations

from collections.abc import Iterator
from math import e, inf, log

from archc.advice.case import Case, Remark, written
from archc.diagnostics import Label
from archc.graph.graph import Node
from archc.layers.base import Layer
from archc.layers.reads import ALL

Range = tuple[float, float]
EVERY: Range = (-inf, inf)


def doubled_activations(case: Case) -> Iterator[Remark]:
    """An activation whose inputs it leaves as they are, or of one kind behind itself.

    Only where that is so wherever the line runs: a block may need what its first call does not.
    """
    ranges: list[Range] = []
    found: list[Remark] = []
    needed = set()
    for node in case.nodes:
        ranges.append(_range(case, node, ranges))
        if node.layer is None or node.layer.group != "activation":
            continue
        remark = _doubled(case, node, node.layer, ranges[node.inputs[0]])
        if remark is None:
            needed.add(node.span)
        else:
            found.append(remark)
    yield from (one for one in found if one.node.span not in needed)


def _doubled(case: Case, node: Node, layer: Layer, given: Range) -> Remark | None:
    maker = case.behind_views(case.nodes[node.inputs[0]])
    kept = layer.unchanged
    work = case.facts.layers[node.index].work
    cost = work.flops // case.facts.batch if work else 0
    operations = f"{cost:,} operations" if work else "operations"  # a size is open
    labels = (Label(maker.span, "made here"),) if maker.span != node.span else ()
    if kept is not None and kept[0] <= given[0] and given[1] <= kept[1]:
        message = (
            f"`{written(layer)}` changes nothing: what it reads is {_said(*given)} already, and "
            f"{operations} leave it so"
        )
        help = "without it the network computes the same"
    elif maker.layer is not None and _akin(maker, node):
        message = (
            f"`{written(layer)}` reads what `{written(maker.layer)}` gives, which activates the "
            f"same values twice, with {operations} more"
        )
        help = "one of them was probably meant to go, or a layer with weights between them"
    else:
        return None
    return Remark(node, "doubled-activation", message, help, cost, labels)


def doubled_softmax(case: Case) -> Iterator[Remark]:
    """A softmax before a result: the usual loss of a classifier applies one itself.

    The cross-entropy of a softmax's probabilities p, taken for scores, is least where one is 1 and
    the others 0: log(1 + (n - 1)/e). The language knows no losses; archc's own training step takes
    this one.
    """
    for result in case.graph.results:
        node = case.behind_views(case.nodes[result.node])
        shape, layer = case.shape(node.index), node.layer
        if layer is None or shape is None or shape[0] < 2:
            continue
        if layer.group != "activation" or layer.across != ALL or layer.gives != (0.0, 1.0):
            continue
        least, guess = log(1 + (shape[0] - 1) / e), log(shape[0])
        name = "the result" if result.name == "out" else f"the output `{result.name}`"
        message = (
            f"`{written(layer)}` makes {name}: a cross-entropy that takes scores, and so applies a "
            f"softmax itself, cannot fall below {least:.2f} for {shape[0]:,} classes, and guessing "
            f"gives {guess:.2f}"
        )
        help = (
            "train on what it reads and apply it at inference alone; it is right where the loss "
            "takes probabilities"
        )
        yield Remark(node, "doubled-softmax", message, help, least)


def _akin(maker: Node, node: Node) -> bool:
    """Whether two activations are of one kind, or one a variant of the other."""
    one, other = maker.layer, node.layer
    if one is None or other is None or one.group != "activation":
        return False
    return isinstance(one, type(other)) or isinstance(other, type(one))


def _range(case: Case, node: Node, ranges: list[Range]) -> Range:
    """The least and the greatest value a node may give, in training too."""
    layer = node.layer
    if layer is None or not node.inputs:
        return EVERY
    low, high = ranges[node.inputs[0]]
    if layer.group == "activation":
        return layer.gives
    if layer.group == "regularisation" or layer.sums:  # kept values are made larger
        return (0.0 if low >= 0 else -inf), (0.0 if high <= 0 else inf)
    if layer.view:
        return low, high
    if layer.group in ("pooling", "resize") and not layer.stateful:  # the padding may be zeros
        bicubic = layer.values.get("mode") == "bicubic"  # its weights may be negative
        return EVERY if bicubic else (min(low, 0.0), max(high, 0.0))
    if layer.operator == "+":
        return sum(ranges[i][0] for i in node.inputs), sum(ranges[i][1] for i in node.inputs)
    if layer.operator == "*" and all(ranges[i][0] >= 0 for i in node.inputs):
        return 0.0, inf
    if layer.channels_from == "sum":
        return min(ranges[i][0] for i in node.inputs), max(ranges[i][1] for i in node.inputs)
    return EVERY


def _said(low: float, high: float) -> str:
    if high == inf:
        return f"at least {low:g}"
    return f"at most {high:g}" if low == -inf else f"from {low:g} to {high:g}"
