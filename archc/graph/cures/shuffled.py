"""Channels that become pixels, of which there are too few: the layer before gives more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archc.diagnostics import Cure, Proposal
from archc.graph.calls import kind_called
from archc.graph.cures.edits import given, mended, site
from archc.graph.cures.reaching import expression, way_to
from archc.graph.graph import Node
from archc.graph.inputs import FEW
from archc.graph.values import Tensor
from archc.language import tree
from archc.layers.arguments import ArgumentError
from archc.layers.base import LayerError

CODE = "groups-do-not-divide"


def more_channels(
    error: LayerError | ArgumentError,
    action: tree.Apply,
    inputs: Sequence[Tensor],
    nodes: Sequence[Node],
) -> Iterator[Proposal]:
    """`conv 12 3x3` for `conv 3 3x3` in front of `pixel_shuffle 2`."""
    kind = kind_called(action)
    if error.code != CODE or kind is None or "factor" not in kind.arguments or not inputs:
        return
    factor = expression(action, kind, "factor")
    node = next((one for one in way_to(nodes, inputs[0].node) if _counted(one)), None)
    found = site(node.span) if node is not None else None
    call = found.link.action if found is not None else None
    own = kind_called(call) if isinstance(call, tree.Apply) else None
    width = expression(call, own, "channels") if isinstance(call, tree.Apply) and own else None
    if factor is None or width is None or own is None or not isinstance(call, tree.Apply):
        return
    by, wide = factor.span.text, width.span.text
    texts = [f"{wide}*{by}**2", f"{by}**2"]
    if isinstance(factor, tree.Number):
        square = int(factor.value) ** 2
        texts = [f"{square}*{wide}", str(square)]
        if isinstance(width, tree.Number):
            have = int(width.value)
            above = have + square - have % square
            texts = [str(square * have), str(square)]
            texts = texts if have in FEW else [str(above), *texts]
    for text in dict.fromkeys(texts):
        edit = given(call, "channels", text, list(own.arguments).index("channels"))
        line = f"write `{mended(call.span, [edit])}` in line {call.span.line}"
        yield Proposal(f"{line}: each pixel takes a channel", Cure((edit,)))


def _counted(node: Node) -> bool:
    return node.layer is not None and node.layer.counted
