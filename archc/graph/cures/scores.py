"""A claim of numbers alone, `=> 1`, on a map of them: their means, or a score at each position."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.cures.edits import after, mended
from archc.language import tree
from archc.shapes import Axis, Shape, show

MEANS = "global_avgpool -> flatten"


def of_a_map(
    expr: tree.Expr, link: tree.Link, shape: Shape, wanted: Sequence[Axis | None]
) -> Iterator[Proposal]:
    """Both are built: the text tells neither that means are meant, nor scores (Isola et al.)."""
    if len(wanted) != 1 or len(shape) < 3 or wanted[0] != shape[0]:
        return
    if all(axis == 1 for axis in shape[1:]):
        return
    behind = after(link.action.span, f" -> {MEANS}")
    named = mended(link.action.span, [])
    many = Proposal(
        f"for {wanted[0]} an image, the means: write `{named} -> {MEANS}`", Cure((behind,))
    )
    each = Proposal(
        f"for {wanted[0]} at each position: write `=> {show(shape)}`",
        Cure((Edit(expr.span, show(shape)),)),
    )
    yield many._replace(beside=each)
    yield each
