"""Channels that groups keep apart over more than one convolution."""

from __future__ import annotations

from collections.abc import Iterator

from archc.advice.case import Case, Remark, written
from archc.diagnostics import Label
from archc.graph.graph import Node
from archc.layers.reads import OWN

PASSING = ("activation", "normalisation", "pooling", "regularisation")


def groups_apart(case: Case) -> Iterator[Remark]:
    """Grouped convolutions in a row: what a group has made only the same group reads.

    A depthwise convolution keeps every channel apart, so that another layer may mix them: it is no
    part of this. Source: Zhang et al., *ShuffleNet*, 2017.
    """
    for node in case.nodes:
        groups = _groups(case, node)
        before = _behind_channelwise(case, node) if groups is not None else None
        if groups is None or before is None:
            continue
        others = _groups(case, before)
        came = case.shape(before.inputs[0])
        if others is None or came is None or before.shape is None or node.layer is None:
            continue
        most = most_seen(came[0], int(str(before.shape[0])), others, groups)
        if most == came[0]:
            continue
        assert before.layer is not None
        message = (
            f"`{written(node.layer)}` reads in groups what `{written(before.layer)}` made in "
            f"groups: an output sees {most:,} of the {came[0]:,} channels that came in"
        )
        help = (
            f"`channel_shuffle {others}` between them, or a 1x1 without groups, lets them meet, "
            "as ShuffleNet has it"
        )
        labels = (Label(before.span, "made here"),) if before.span != node.span else ()
        yield Remark(node, "groups-apart", message, help, came[0] - most, labels)


def most_seen(came: int, between: int, first: int, second: int) -> int:
    """The most of the channels that came in that an output of the second convolution sees.

    `between` channels are made in `first` groups and read in `second`.
    """
    made, read = between // first, between // second
    spans = [(y * read // made, ((y + 1) * read - 1) // made) for y in range(second)]
    return max(last - start + 1 for start, last in spans) * (came // first)


def _groups(case: Case, node: Node) -> int | None:
    """The groups of a convolution that has some and is not depthwise; else None."""
    layer = node.layer
    if layer is None or layer.group != "convolution" or len(node.inputs) != 1:
        return None
    groups = getattr(layer, "groups", 1)
    came = case.shape(node.inputs[0])
    return groups if came is not None and 1 < groups < came[0] else None


def _behind_channelwise(case: Case, node: Node) -> Node | None:
    """What made the channels, looked for through layers that leave each to itself."""
    before = case.source(node)
    while before is not None and before.layer is not None:
        layer = before.layer
        if layer.group not in PASSING or layer.across is not OWN:
            return before
        before = case.source(before)
    return None
