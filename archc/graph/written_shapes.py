"""Shapes as an author writes them: after `input`, and as a claim after `=>`."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from archc.diagnostics import Label, Proposal
from archc.graph import cures
from archc.graph.evaluate import Mistake, Silence, evaluate
from archc.graph.graph import Node
from archc.graph.naming import Entry
from archc.graph.place import Place
from archc.graph.structures import Structures
from archc.graph.values import BlockValue, GroupValue, LayerValue, Tensor, describe, kind_of
from archc.language import tree
from archc.language.source import Span
from archc.shapes import HIDDEN, Axis, Open, Shape, Size, beyond, differ, show


class WrittenShapes(Structures):
    """What inputs bring, and what assertions hold."""

    def _input_statement(self, statement: tree.Input, place: Place, current: Tensor) -> Tensor:
        name = statement.name.id if statement.name is not None else "input"
        given = current.shape if self._called else self._inputs.get(name, self._inputs.get(""))
        shape = self._shape(statement.shape, place, opening=True, given=given)
        if self._called:
            if shape is not None and current.shape is not None and _unfit(shape, current.shape):
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
        if given is not None:
            fits = self._same_rank(statement.shape, shape, given, place)
            shape = given if fits and self._same_letters(statement.shape, given, place) else None
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

    def _same_rank(
        self, expr: tree.Expr, written: Shape | None, given: Shape, place: Place
    ) -> bool:
        """Whether what `--input` gives has the axes that the file works out.

        Where the file has them in figures, `archc.options` has refused the flag before.
        """
        if written is None or len(written) == len(given):
            return True
        ours = "1 axis" if len(given) == 1 else f"{len(given)} axes"
        message = f"--input gives {show(given)}, of {ours}, where the file has {show(written)}"
        self.mistake(Mistake("wrong-rank", message, expr.span), place)
        return False

    def _same_letters(self, expr: tree.Expr, given: Shape, place: Place) -> bool:
        """Whether a letter is one size wherever it stands, in what `--input` gives too."""
        axes = expr.axes if isinstance(expr, tree.Size) else ()
        for letter, size in zip(axes, given, strict=False):
            known = place.values.get(letter) if isinstance(letter, str) else None
            if isinstance(known, int) and known != size:
                message = f"`{letter}` is {known}, but --input gives it {show((size,))}"
                self.mistake(Mistake("wrong-shape", message, expr.span), place)
                return False
        return True

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
        axes = value if type(value) in (tuple, Size) else (value,)
        for axis in axes:
            if isinstance(axis, (int, Open)) and beyond(axis):
                message = f"an axis must be shorter than 2**63, not {describe(axis)}"
                self.mistake(Mistake("number-too-large", message, expr.span), place)
                return None
            if isinstance(axis, Open):
                continue
            if isinstance(axis, bool) or not isinstance(axis, int):
                message = f"an axis must be a whole number, not {describe(axis)}"
                self.mistake(Mistake("not-whole", message, expr.span), place)
                return None
            if axis < 1:
                message = f"an axis must be at least 1, not {describe(axis)}"
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
            wanted = self._wanted(expr, place)
        except Mistake as error:
            self.mistake(error, place)
            return value
        except Silence:
            return value
        if shape is None or (self._elsewhere and literal(expr)):
            if shape is not None and self._changed and shape != wanted:
                self.lapsed.add(expr.span)
            return value
        if len(shape) == len(wanted):
            axes = [(have, want) for have, want in zip(shape, wanted, strict=True)]
            if all(_holds(have, want) for have, want in axes):
                return value
            if not any(want is not None and differ(have, want) for have, want in axes):
                self._unjudged(expr, shape, wanted, place)
                return value
        self.complete = False
        if not self.report.told("wrong-shape", expr.span):
            self._refuted(expr, link, value, shape, wanted, place)
        if cures.conventions.otherwise_written(expr, shape, wanted):
            return value
        if len(shape) != len(wanted):
            return value._replace(shape=None)
        hidden = tuple(
            [
                Open(HIDDEN) if want is not None and differ(have, want) else have
                for have, want in axes
            ]
        )
        return value._replace(shape=hidden)

    def _refuted(
        self,
        expr: tree.Expr,
        link: tree.Link,
        value: Tensor,
        shape: Shape,
        wanted: tuple[Axis | None, ...],
        place: Place,
    ) -> None:
        """Reports a claim that does not hold, with what may make it true."""
        calls = place.names.scope.frames()
        self.report.add(
            "wrong-shape",
            f"the shape here is {show(shape)}, not {_claimed(wanted)}",
            expr.span,
            proposals=(
                *cures.conventions.otherwise_written(expr, shape, wanted),
                *cures.conventions.reordered(expr, shape, wanted),
                *cures.blocks.stride_by_name(link.action),
                *cures.rounds.strided_once(link.action),
                *cures.rounds.one_round_more_or_less(link.action),
                *self._cures(value, wanted, link),
                *cures.differing.by_call(expr, link, shape, wanted, calls),
                *cures.conventions.mistyped(expr, shape, wanted),
                *cures.scores.of_a_map(expr, link, shape, wanted),
            ),
            labels=(self._gives(link, value, shape),) if value.origin.end else (),
            help=self._parts(value, wanted) or cures.conventions.of_one_axis(shape, wanted),
            calls=calls,
        )

    def _wanted(self, expr: tree.Expr, place: Place) -> tuple[Axis | None, ...]:
        """The axes of a claim, None where anything will do. Raises `Mistake`, `Silence`."""
        wanted = self._axes(expr, place)
        if not wanted:
            message = "a shape begins with its channels, and this one is empty"
            raise Mistake("wrong-type", message, expr.span)
        return wanted

    def _axes(self, expr: tree.Expr, place: Place) -> tuple[Axis | None, ...]:
        if isinstance(expr, tree.List):
            return tuple(
                [
                    None
                    if (isinstance(item, tree.Name) and item.id == "_") or self._lapses(item, axis)
                    else _axis(evaluate(item, place), item)
                    for axis, item in enumerate(expr.items)
                ]
            )
        worth = evaluate(expr, place)
        if type(worth) in (tuple, Size):
            return tuple([_axis(axis, expr) for axis in worth])
        return (_axis(worth, expr, True),)

    def _unjudged(
        self, expr: tree.Expr, shape: Shape, wanted: tuple[Axis | None, ...], place: Place
    ) -> None:
        """A claim about an open size that holds for some inputs only, as far as can be told."""
        message = f"the shape here is {show(shape)}; whether that is {_claimed(wanted)} is open"
        help = "a claim holds for every input; `_` stands for an axis that may be anything"
        self.mistake(Mistake("open-size", message, expr.span, help), place)

    def _lapses(self, item: tree.Expr, axis: int) -> bool:
        """Whether an axis of a claim was meant for the author's own input.

        A number was, and a size that no size is asked for: `56 // 2**i` holds at 224 alone.
        """
        if not self._elsewhere:
            return False
        asks = any(isinstance(one, tree.Attribute) for one in tree.within(item))
        resized = bool(self._inputs) or self._called > 0
        return literal(item) or (axis > 0 and resized and not asks)

    def _cures(
        self, value: Tensor, wanted: tuple[Any, ...], link: tree.Link
    ) -> tuple[Proposal, ...]:
        """What may make an assertion true."""
        if value.node < 0 or not all(want is None or type(want) is int for want in wanted):
            return ()
        node = self.nodes[value.node]
        return (
            *cures.maps.made_a_map_again(link, node.shape or (), wanted),
            *cures.merges.reduced(node),
            *cures.side_by_side.side_by_side(self.nodes, value.node, wanted),
            *self._slipped(node, wanted),
            *cures.generators.from_one_pixel(self.nodes, value.node),
            *cures.last_round.but_in_the_last(self.nodes, value.node, wanted, link),
            *cures.pools.pool_missing(self.nodes, value.node, wanted, link),
            *cures.reaching.reaching(self.nodes, value.node, wanted),
        )

    def _gives(self, link: tree.Link, value: Tensor, shape: Shape) -> Label:
        """What a link gives; where it is flat at last, from which map."""
        inputs = self.nodes[value.node].inputs if value.node >= 0 else ()
        before = self.nodes[inputs[0]].shape if len(inputs) == 1 else None
        made = f", from {show(before)}" if before and len(before) > len(shape) == 1 else ""
        return Label(link.action.span, f"gives {show(shape)}{made}")

    def _joined(self, node: Node) -> list[int]:
        """The channels that a concatenation puts together."""
        shapes = [self.nodes[index].shape for index in node.inputs]
        if node.layer is None or len(shapes) < 2 or node.layer.channels_from != "sum":
            return []
        return [shape[0] for shape in shapes if shape and isinstance(shape[0], int)]

    def _parts(self, value: Tensor, wanted: tuple[Any, ...]) -> str | None:
        """The sum that a claim about channels is not, or the sizes on the way."""
        joined = self._joined(self.nodes[value.node]) if value.node >= 0 else []
        if not joined or not wanted or type(wanted[0]) is not int:
            lost = cures.last_round.halved(self.nodes, value.node, wanted)
            return lost or cures.steps.steps(self.nodes, value.node, wanted)
        missing = wanted[0] - sum(joined)
        if not missing:
            return cures.steps.steps(self.nodes, value.node, wanted)
        told = f"{missing} are missing" if missing > 0 else f"{-missing} are too many"
        return f"{' + '.join(map(str, joined))} is {sum(joined)}: {told}"

    def _slipped(self, node: Node, wanted: tuple[Any, ...]) -> Iterator[Proposal]:
        """The branch of a concatenation whose width has its digits in another order."""
        joined = self._joined(node)
        for index, have in zip(node.inputs, joined, strict=False):
            want = have + (wanted[0] or 0) - sum(joined)
            if want != have and sorted(str(want)) == sorted(str(have)):
                shape: tuple[Any, ...] = self.nodes[index].shape or ()
                for one in cures.reaching.reaching(self.nodes, index, (want, *shape[1:])):
                    yield one._replace(help=f"{one.help}, and {wanted[0]} in all")


def _axis(value: Any, expr: tree.Expr, alone: bool = False) -> Axis:
    """An axis of a claim. Raises `Mistake` for a value that no axis can have."""
    if isinstance(value, Open) or type(value) is int:
        return value
    if isinstance(value, (Fraction, float)):
        message = f"an axis must be a whole number, not {describe(value)}"
        raise Mistake("not-whole", message, expr.span)
    proposals: tuple[Proposal, ...] = ()
    if alone and isinstance(value, (LayerValue, BlockValue, GroupValue)):
        proposals = _handed_on(expr.span)
    elif alone and isinstance(value, Tensor) and isinstance(expr, tree.Name):
        proposals = (cures.text.instead(expr.span, f"{expr.id}.shape"),)
    message = f"behind `=>` stands the shape of the result, not {kind_of(value)}"
    raise Mistake("wrong-type", message, expr.span, proposals=proposals)


def _handed_on(shape: Span) -> tuple[Proposal, ...]:
    """`=> relu` for `-> relu`."""
    before = shape.source.text[: shape.start].rstrip()
    if not before.endswith("=>"):
        return ()
    arrow = Span(shape.source, len(before) - 2, len(before))
    return (
        cures.text.instead(arrow, "->", f"write `-> {shape.text}`, which runs it next", sure=True),
    )


def _holds(have: Axis, want: Axis | None) -> bool:
    """Whether an axis is what is claimed of it; what a mistake hides fits every claim."""
    if want is None or have == want:
        return True
    return any(isinstance(one, Open) and HIDDEN in one.atom for one in (have, want))


def _claimed(wanted: tuple[Axis | None, ...]) -> str:
    """A claim as messages show it: `_x7x7`."""
    shown = [
        "_" if axis is None else describe(axis) if type(axis) is int else show((axis,))
        for axis in wanted
    ]
    return "x".join(shown) or "[]"


def literal(expr: tree.Expr) -> bool:
    """Whether a claim is made of numbers alone."""
    if isinstance(expr, tree.List):
        return all(literal(item) for item in expr.items)
    if isinstance(expr, tree.Binary):
        return literal(expr.left) and literal(expr.right)
    if isinstance(expr, tree.Name):
        return expr.id in ("global", "_")
    return isinstance(expr, (tree.Number, tree.Size, tree.Text, tree.Constant))


def _unfit(wanted: Shape, given: Shape) -> bool:
    """Whether a network that is called cannot take a tensor: its sizes may be the caller's."""
    return len(wanted) != len(given) or differ(wanted[0], given[0])
