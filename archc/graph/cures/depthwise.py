"""Convolutions of as many groups as channels come in, whose width is another: depthwise ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.calls import kind_called, written
from archc.graph.cures.edits import after, mended, sites
from archc.graph.values import Tensor
from archc.language import tree
from archc.layers.arguments import ArgumentError
from archc.layers.base import LayerError

ENTERING = "in.channels"


def each_by_itself(
    error: LayerError | ArgumentError, action: tree.Apply, inputs: Sequence[Tensor]
) -> Iterator[Proposal]:
    """`conv width 3x3 groups=in.channels`: each channel by itself, whatever comes in.

    The width is that of the pointwise convolution, which follows or is still to be written.
    """
    groups = written(action, "groups") if error.code == "groups-do-not-divide" else None
    channels = written(action, "channels")
    if groups is None or channels is None:
        return
    width, count = channels.value.span.text, groups.value.span.text
    number = isinstance(groups.value, tree.Number)
    if _all_that_come_in(error, inputs) and width != count and not number:
        edits = [Edit(channels.value.span, count)]
        told = f"each channel by itself: write `{mended(action.span, edits)}`"
        if not _mixed_behind(action, width):
            across = f"{action.callee.span.text} {width} 1x1"
            edits.append(after(action.span, f" -> {across}"))
            told += f", and `-> {across}` behind it"
        yield Proposal(told, Cure(tuple(edits)))
        return
    edits = [Edit(groups.value.span, ENTERING)]
    if width == count:  # `conv width 3x3 groups=width`
        edits.append(Edit(channels.value.span, ENTERING))
    elif width != ENTERING or number:
        return
    help = f"each channel by itself: write `{mended(action.span, edits)}`"
    yield Proposal(help, Cure(tuple(edits)))


def _all_that_come_in(error: LayerError | ArgumentError, inputs: Sequence[Tensor]) -> bool:
    """Whether there are as many groups as channels that come in, and only the width misfits."""
    shape = inputs[0].shape if inputs else None
    if not shape or not isinstance(error, LayerError) or error.inputs:
        return False
    return error.message.startswith(f"groups={shape[0]} does not divide ")


def _mixed_behind(action: tree.Apply, width: str) -> bool:
    """Whether a convolution of that width stands behind it in its block."""
    source = action.span.source
    calls = sorted(sites(source).items(), key=lambda one: one[0].start)
    own = next((one for span, one in calls if span == action.span), None)
    for span, one in calls:
        call = one.link.action
        if own is None or one.definition is not own.definition or span.start <= action.span.start:
            continue
        if isinstance(call, tree.Apply) and kind_called(call) is kind_called(action):
            channels = written(call, "channels")
            return channels is not None and channels.value.span.text == width
    return False
