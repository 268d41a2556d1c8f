"""Sizes that are asked of tensors: `in.height` is `x.shape[2]` in the forward pass."""

from __future__ import annotations

from typing import Any

from archc.emit.pytorch.drafts.values import spatial
from archc.emit.pytorch.drafts.writer import Writer
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.reading.number import Said, said_of
from archc.emit.pytorch.reading.say import by_axis
from archc.emit.pytorch.reading.sight import Bound, Unsaid
from archc.graph.asked import word_of
from archc.graph.evaluate import AXES
from archc.language import tree


class Runtime:
    """What an expression can ask where the forward pass works it out."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer

    def bound(self, name: str) -> Bound | None:
        size = self.writer.signature.sizes.get(name)
        if size is not None:
            return Bound(size)
        bound = self.writer.bound(name)
        if bound is None or bound.said is None:
            return bound
        return bound._replace(said=self.writer.in_forward(bound.said))

    def worth(self, expr: tree.Expr) -> Any:
        return self.writer.worth(expr)

    def dimension(self, expr: tree.Attribute) -> Any:
        dims = self.writer.dims_of(expr.value)
        if expr.name == "channels":
            return self._channels(expr.value, dims[0])
        size = self._size(expr.value)
        if expr.name == "shape":
            every = (_item(size, place) for place in range(len(dims) - 1))
            return (self._channels(expr.value, dims[0]), *every)
        axes = AXES.get(len(dims) - 1, ())
        if expr.name not in axes:
            raise Unsaid(expr.span)
        return _item(size, axes.index(str(expr.name)))

    def _channels(self, expr: tree.Expr, known: Any) -> Any:
        try:
            asked: ir.Expr = ir.Attr(self.writer.tensor(expr).value, "shape")
        except Unsaid:  # it is not kept
            said = said_of(known)
            return known if said is None else Said(known, self.writer.in_forward(said))
        return Said(1, ir.Index(asked, ir.Const(1)))

    def _size(self, expr: tree.Expr) -> ir.Expr:
        """The size of a value that is in sight, or the variable that keeps it."""
        word = expr.id if isinstance(expr, tree.Name) else ""
        if isinstance(expr, tree.Template):
            word = word_of(expr)
        kept = self.writer.bound(f"{word}.size")
        if kept is not None and kept.said is not None:
            return kept.said
        if isinstance(expr, tree.Template) and not self.writer.signature.reads.reads(expr):
            raise Unsaid(expr.span)
        return spatial(self.writer.tensor(expr).value)

    def maker(self, value: Any, expr: tree.Expr) -> ir.Expr:
        return self.writer.maker(value, expr)


def _item(size: ir.Expr, place: int) -> Said:
    if isinstance(size, ir.Cut):
        return Said(1, ir.Index(size.value, ir.Const(2 + place)))
    return Said(1, ir.Index(size, ir.Const(place)))


def sizes(writer: Writer, expr: tree.Expr, axes: int) -> ir.Expr:
    """A size that is asked, in the forward pass; all of the axes of one value are its size."""
    items = tuple(by_axis(expr, axes, Runtime(writer)))
    whole = items[0].value if isinstance(items[0], ir.Index) else ir.SELF
    for size in (ir.Cut(whole, ir.Const(2), None), whole):
        if items == tuple([_item(size, place).said for place in range(axes)]):
            return size
    return ir.Row(items, True)
