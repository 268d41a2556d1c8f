"""Shapes that are right, and written as another framework has them."""

from __future__ import annotations

from archc.diagnostics import Cure, Edit, Proposal
from archc.language import tree
from archc.shapes import Axis, Shape, show


def otherwise_written(
    expr: tree.Expr, shape: Shape, wanted: tuple[Axis | None, ...]
) -> tuple[Proposal, ...]:
    """`=> 8x16x32x32` with the batch, `=> 5x5x16` with the channels last, `=> 10x1` of a vector."""
    why = None
    if len(wanted) == len(shape) + 1 and wanted[1:] == shape:
        why = "the batch is never written"
    elif len(shape) > 1 and wanted == (*shape[1:], shape[0]):
        why = "channels come first"
    elif len(shape) == 1 < len(wanted) and wanted == (*shape, *[1] * (len(wanted) - 1)):
        why = "a vector has one axis"
    if why is None:
        return ()
    text = show(shape)
    return (Proposal(f"{why}: write `=> {text}`", Cure((Edit(expr.span, text),))),)
