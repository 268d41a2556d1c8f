"""Shapes that are right, and written as another framework has them."""

from __future__ import annotations

from archc.diagnostics import Cure, Edit, Proposal
from archc.language import tree
from archc.shapes import Axis, Shape, show


def otherwise_written(
    expr: tree.Expr, shape: Shape, wanted: tuple[Axis | None, ...]
) -> tuple[Proposal, ...]:
    """The shape as it is, of one that is written with the batch, channels last or other ones.

    `=> 8x16x32x32`, `=> 5x5x16`, `=> 10x1` of a vector, `=> 1` of 1x1x1.
    """
    why = None
    if len(wanted) == len(shape) + 1 and wanted[1:] == shape:
        why = "the batch is never written"
    elif len(shape) > 1 and wanted == (*shape[1:], shape[0]):
        why = "channels come first"
    elif len(shape) == 1 < len(wanted) and wanted == (*shape, *[1] * (len(wanted) - 1)):
        why = "a vector has one axis"
    elif wanted == shape[:1] and len(shape) > 1 and all(axis == 1 for axis in shape[1:]):
        why = "a map of 1x1 keeps its axes until a `flatten`"
    if why is None:
        return ()
    text = show(shape)
    return (Proposal(f"{why}: write `=> {text}`", Cure((Edit(expr.span, text),))),)
