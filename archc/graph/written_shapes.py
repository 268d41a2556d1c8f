"""Shapes as an author writes them: after `input`, and as a claim after `=>`."""

from __future__ import annotations

from typing import Any

from archc.diagnostics import Label
from archc.graph.cures import cure_for, offer
from archc.graph.evaluate import Mistake, Silence, evaluate
from archc.graph.graph import Node
from archc.graph.naming import Entry
from archc.graph.place import Place
from archc.graph.structures import Structures
from archc.graph.values import BlockValue, GroupValue, LayerValue, Tensor, describe, kind_of
from archc.language import tree
from archc.shapes import HIDDEN, Open, Shape, Size, differ, show


class WrittenShapes(Structures):
    """What inputs bring, and what assertions hold."""

    def _input_statement(self, statement: tree.Input, place: Place, current: Tensor) -> Tensor:
        shape = self._shape(
            statement.shape, place, opening=True, given=current.shape if self._called else None
        )
        if self._called:
            if (
                shape is not None
                and current.shape is not None
                and _shapes_differ(shape, current.shape)
            ):
                self.complete = False
                self.report.add(
                    "wrong-shape",
                    f"the network wants {show(shape)}, but {show(current.shape)} reaches it",
                    place.names.scope.span,
                    labels=(Label(statement.shape.span, "it says so here"),),
                    calls=place.names.scope.frames(),
                )
            return current
        if place.names.scope.kind != "network":
            return current  # misplaced, and said so
        name = statement.name.id if statement.name is not None else "input"
        if self._input is not None:
            shape = self._input
        self.awaits_input = False
        index = len(self.nodes)
        self.nodes.append(
            Node(index, name, name, None, (), shape, None, statement.span, place.names.scope, False)
        )
        tensor = Tensor(index, shape, statement.span)
        if shape is None:
            self.complete = False
        if statement.name is not None:
            self._claim(name, statement.name.span, place)
            place.names.entries[name] = Entry(tensor, None, None, statement.span, None)
        self.values[name] = index
        place.input = tensor
        return tensor

    def _shape(
        self, expr: tree.Expr, place: Place, opening: bool = False, given: Shape | None = None
    ) -> Shape | None:
        """A shape as written. After `input`, capital letters open an axis and become values."""
        try:
            if opening and isinstance(expr, tree.Size):
                for position, axis in enumerate(expr.axes):
                    if isinstance(axis, str) and axis not in place.values:
                        known = given is not None and position < len(given)
                        place.values[axis] = given[position] if known and given else Open(axis)
            value = evaluate(expr, place)
        except Mistake as error:
            self.mistake(error, place)
            return None
        except Silence:
            return None
        axes = value if isinstance(value, tuple) and not isinstance(value, Open) else (value,)
        for axis in axes:
            if isinstance(axis, Open):
                continue
            if isinstance(axis, bool) or not isinstance(axis, int):
                message = f"an axis must be a whole number, not {describe(axis)}"
                self.mistake(Mistake("not-whole", message, expr.span), place)
                return None
            if axis < 1:
                message = f"an axis must be at least 1, not {axis}"
                self.mistake(Mistake("out-of-range", message, expr.span), place)
                return None
        if not 1 <= len(axes) <= 4:
            message = f"a shape has 1 to 4 axes (channels, then up to three sizes), not {len(axes)}"
            self.mistake(Mistake("wrong-rank", message, expr.span), place)
            return None
        return tuple(axes)

    def _assert_shape(self, link: tree.Link, value: Tensor, place: Place) -> Tensor:
        """Holds a value to its `=>`; an axis that is wrong is hidden from what follows."""
        expr = link.shape
        assert expr is not None
        shape = value.shape
        try:
            items = expr.items if isinstance(expr, tree.List) else None
            if items is not None:
                wanted: tuple[Any, ...] = tuple(
                    None
                    if (isinstance(item, tree.Name) and item.id == "_") or self._lapses(item, axis)
                    else evaluate(item, place)
                    for axis, item in enumerate(items)
                )
            else:
                worth = evaluate(expr, place)
                is_size = type(worth) in (tuple, Size)
                wanted = worth if is_size else (worth,)
            _hold_axes(wanted, expr)
        except Mistake as error:
            self.mistake(error, place)
            return value
        except Silence:
            return value
        if shape is None or (self._elsewhere and literal(expr)):
            return value
        matches = len(shape) == len(wanted) and not any(
            want is not None and differ(have, want)
            for have, want in zip(shape, wanted, strict=True)
        )
        if not matches:
            self.complete = False
            text = "x".join("_" if want is None else str(want) for want in wanted)
            self.report.add(
                "wrong-shape",
                f"the shape here is {show(shape)}, not {text}",
                expr.span,
                help=self._cure(value, wanted, text),
                labels=(Label(link.action.span, f"gives {show(shape)}"),)
                if value.origin.end
                else (),
                calls=place.names.scope.frames(),
            )
            if len(shape) != len(wanted):
                return value._replace(shape=None)
            axes = zip(shape, wanted, strict=True)
            right = [want is None or not differ(have, want) for have, want in axes]
            known = zip(shape, right, strict=True)
            hidden = tuple([have if fits else Open(HIDDEN) for have, fits in known])
            return value._replace(shape=hidden)
        return value

    def _lapses(self, item: tree.Expr, axis: int) -> bool:
        """Whether an axis of a claim was meant for the author's own input.

        A number was, and a size that no size is asked for: `56 // 2**i` holds at 224 alone.
        """
        if not self._elsewhere:
            return False
        asks = any(isinstance(one, tree.Attribute) for one in tree.within(item))
        return literal(item) or (axis > 0 and self._input is not None and not asks)

    def _cure(self, value: Tensor, wanted: tuple[Any, ...], text: str) -> str | None:
        """What would make an assertion true."""
        if value.node < 0 or not all(want is None or type(want) is int for want in wanted):
            return None
        cured = cure_for(self.nodes, value.node, wanted)
        return None if cured is None else offer(cured, wanted)


def _hold_axes(wanted: tuple[Any, ...], expr: tree.Expr) -> None:
    """Raises `Mistake` where something behind `=>` is no axis of a shape."""
    for want in wanted:
        if want is None or isinstance(want, Open) or type(want) is int:
            continue
        if isinstance(want, (LayerValue, BlockValue, GroupValue)):
            word = expr.span.text.split("(")[0]
            raise Mistake(
                "wrong-type",
                f"behind `=>` stands the shape of the result, not {kind_of(want)}",
                expr.span,
                f"to run `{word}` next, write `->`" if word[0] != "[" else None,
            )
        raise Mistake(
            "not-whole", f"an axis must be a whole number, not {describe(want)}", expr.span
        )


def literal(expr: tree.Expr) -> bool:
    """Whether a claim is made of numbers alone."""
    if isinstance(expr, tree.List):
        return all(literal(item) for item in expr.items)
    if isinstance(expr, tree.Binary):
        return literal(expr.left) and literal(expr.right)
    if isinstance(expr, tree.Name):
        return expr.id in ("global", "_")
    return isinstance(expr, (tree.Number, tree.Size, tree.Text, tree.Constant))


def _shapes_differ(left: Shape, right: Shape) -> bool:
    return len(left) != len(right) or any(differ(a, b) for a, b in zip(left, right, strict=True))
