"""Where layers go on looking further than the input reaches."""

from __future__ import annotations

from collections.abc import Iterator

from archc.advice.case import Case, Remark, percent
from archc.graph.graph import Node
from archc.shapes import show


def field_past_input(case: Case) -> Iterator[Remark]:
    """Windows on maps whose positions have a larger field than the input is, in a classifier.

    Such layers hardly raise the accuracy in the experiments of Richter, Byttner, Krumnack,
    Schallner and Shenk, *Size matters*, 2021. Where a result is a map, as in segmentation, layers
    also place what they saw, and nothing is said.
    """
    inputs = [node for node in case.nodes if node.layer is None]
    shape = case.shape(inputs[0].index) if len(inputs) == 1 else None
    if shape is None or len(shape) == 1 or not all(map(case.shape, range(len(case.nodes)))):
        return
    ends = [case.shape(one.node) or () for one in case.graph.results if not one.training]
    if any(axis > 1 for end in ends for axis in end[1:]):
        return
    past = [node for node in case.nodes if _past(case, node, shape[1:])]
    if not past:
        return
    first = past[0]
    assert first.layer is not None
    layers = [case.facts.layers[node.index] for node in past]
    params = sum(one.params or 0 for one in layers)
    macs = sum(one.work.macs for one in layers if one.work) // case.facts.batch
    totals = case.facts.totals
    all_macs = totals.work.macs // case.facts.batch if totals.work else 0
    field = case.facts.layers[first.inputs[0]].field
    sees = show(tuple(int(axis) for axis in field.size)) if field else ""
    widen = f"{len(past)} convolutions widen" if len(past) > 1 else "1 convolution widens"
    message = (
        f"before `{first.path}` the receptive field, {sees}, is larger than the {show(shape[1:])} "
        f"input; from here on {widen} it further, with {params:,} parameters "
        f"({percent(params, totals.params or 0)}) and {macs:,} multiply-adds "
        f"({percent(macs, all_macs)})"
    )
    help = (
        "in experiments such layers hardly add to the accuracy (Richter et al., 2021): a larger "
        "input or strides further back would make use of them, or fewer would do"
    )
    yield Remark(first, "field-past-input", message, help, 0)


def _past(case: Case, node: Node, size: tuple[int, ...]) -> bool:
    """Whether a layer's window spans several positions that each see past the input."""
    layer = node.layer
    if layer is None or not layer.counted or node.training or len(node.inputs) != 1:
        return False
    if not layer.reach or all(reach == 1 for reach in layer.reach):
        return False
    came = case.shape(node.inputs[0])
    field = case.facts.layers[node.inputs[0]].field
    if came is None or field is None or len(field.size) != len(size):
        return False
    return all(seen > n for seen, n in zip(field.size, size, strict=True))
