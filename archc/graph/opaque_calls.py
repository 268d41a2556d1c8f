"""`opaque "aten.roll" reads=[skip] holds=[["bias", 64]] => 64x7x7`: what is not understood."""

from __future__ import annotations

from typing import Any

from archc.graph.evaluate import Mistake, evaluate
from archc.graph.labels import label_problem
from archc.graph.place import Place
from archc.graph.values import Tensor, describe, kind_of
from archc.graph.written_shapes import WrittenShapes, literal
from archc.language import tree
from archc.layers.arguments import is_list
from archc.layers.opaque import Held, Opaque
from archc.shapes import Shape, Size

ARGUMENTS = ("reads", "holds", "keeps")
USAGE = 'it is written `opaque "name" => 64x7x7`, with reads=[value], holds=[["weight", 8x3]]'


class OpaqueCalls(WrittenShapes):
    """Operations of which no more is known than the text tells."""

    def _opaque(
        self, action: tree.Apply, name: str | None, place: Place, current: Tensor
    ) -> Tensor:
        text, given = _arguments(action)
        inputs = [current, *self._reads(given.get("reads"), place)]
        holds, keeps = (self._held(given.get(word), place) for word in ARGUMENTS[1:])
        shape = self._told(action, place)
        label = name
        if name is None:
            name = place.names.automatic(action)
        layer = Opaque(name=text, shape=shape, holds=holds, keeps=keeps)
        return self._add(layer, inputs, shape, name, label, place, action.span)

    def _told(self, action: tree.Apply, place: Place) -> Shape:
        """The shape behind `=>`, which here is no claim but what is known."""
        expr = self._stated.get(id(action))
        if expr is None:
            raise Mistake(
                "missing-argument",
                "`opaque` gives a shape that only its text can tell",
                action.span,
                "say it behind: `=> 64x7x7`",
            )
        if self._elsewhere and literal(expr):
            raise Mistake(
                "open-size",
                "the shape of `opaque` is known for the input that is written",
                expr.span,
                "with another input nobody can tell it; in terms of `in.height` it would follow",
            )
        wanted = self._wanted(expr, place)
        if any(axis is None for axis in wanted):
            raise Mistake("wrong-type", "here every axis is told, and none is `_`", expr.span)
        return tuple([axis for axis in wanted if axis is not None])

    def _reads(self, expr: tree.Expr | None, place: Place) -> list[Tensor]:
        if expr is None:
            return []
        items = expr.items if isinstance(expr, tree.List) else (expr,)
        return [place.tensor(item) for item in items]

    def _held(self, expr: tree.Expr | None, place: Place) -> Held:
        """Names and shapes, each pair a list."""
        if expr is None:
            return ()
        rows = evaluate(expr, place)
        if not is_list(rows) or isinstance(rows, (Size, Tensor)):
            message = f"a list of names and shapes is wanted, not {kind_of(rows)}"
            raise Mistake("wrong-type", message, expr.span)
        return tuple([_pair(row, expr) for row in rows])


def _arguments(action: tree.Apply) -> tuple[str, dict[str, tree.Expr]]:
    """The operation's name, and what is given by name. Raises `Mistake`."""
    by_position = [one for one in action.arguments if one.name is None]
    first = by_position[0].value if by_position else None
    if len(by_position) != 1 or not isinstance(first, tree.Text) or not first.value:
        code = "too-many-arguments" if len(by_position) > 1 else "missing-argument"
        message = "`opaque` wants one text, the name of the operation"
        raise Mistake(code, message, action.span, USAGE)
    given: dict[str, tree.Expr] = {}
    for one in action.arguments:
        if one.name is None:
            continue
        if one.name not in ARGUMENTS:
            message = f"`opaque` has no argument `{one.name}`"
            raise Mistake("unknown-argument", message, one.name_span or one.span, USAGE)
        if one.name in given:
            message = f"`opaque` has its argument `{one.name}` twice"
            raise Mistake("repeated-argument", message, one.name_span or one.span)
        given[one.name] = one.value
    return first.value, given


def _pair(row: Any, expr: tree.Expr) -> tuple[str, Shape]:
    """`["weight", 64x3x3]`; a single number is a shape of one axis. Raises `Mistake`."""
    plain = is_list(row) and not isinstance(row, (Size, Tensor)) and len(row) == 2
    if not plain or not isinstance(row[0], str):
        message = f"a name and a shape are wanted, not {describe(row)}"
        raise Mistake("wrong-type", message, expr.span, USAGE)
    name, shape = row
    problem = label_problem(name)
    if problem is not None:
        raise Mistake("bad-label", problem, expr.span)
    axes = tuple(shape) if is_list(shape) else (shape,)
    if any(type(axis) is not int or axis < 0 for axis in axes):
        message = f"a shape of whole numbers is wanted, not {describe(shape)}"
        raise Mistake("wrong-type", message, expr.span)
    return name, axes
