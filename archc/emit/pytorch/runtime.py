"""Sizes that only a run knows: with an open input, `H` is `x.shape[2]` in the forward pass."""

from __future__ import annotations

from typing import Any

from archc.emit.pytorch import ir
from archc.emit.pytorch.number import Said
from archc.emit.pytorch.say import by_axis
from archc.emit.pytorch.sight import Bound
from archc.emit.pytorch.writer import Writer
from archc.graph.evaluate import AXES
from archc.language import tree
from archc.shapes import Open


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
        found = self.writer.dimension(expr)
        value = self.writer.tensor(expr.value).value
        if expr.name == "shape":
            return tuple(_axis(axis, value, place) for place, axis in enumerate(found))
        axes = AXES.get(len(self.writer.dims_of(expr.value)) - 1, ())
        place = 1 + axes.index(str(expr.name)) if expr.name in axes else 0
        return _axis(found, value, place)

    def maker(self, value: Any, expr: tree.Expr) -> ir.Expr:
        return self.writer.maker(value, expr)

    def needs(self, helper: str) -> None:
        self.writer.needs(helper)


def _axis(axis: Any, value: ir.Expr, place: int) -> Any:
    """An axis of a tensor, asked of the tensor where it is open."""
    if not isinstance(axis, Open):
        return axis
    return Said(1, ir.Index(ir.Attr(value, "shape"), ir.Const(place + 1)))


def sizes(writer: Writer, expr: tree.Expr, axes: int) -> ir.Expr:
    """A size with open axes, in the forward pass."""
    return ir.Row(tuple(by_axis(expr, axes, Runtime(writer))), True)
