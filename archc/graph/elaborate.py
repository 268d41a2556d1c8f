"""A network becomes a flat graph: blocks are called, loops run, every number filled in."""

from __future__ import annotations

from typing import Any

from archc.diagnostics import Label
from archc.graph.cures import cure_for, offer
from archc.graph.evaluate import Mistake, Silence, evaluate, text_of
from archc.graph.graph import Claim, Graph, Node, Result, Scope
from archc.graph.labels import label_problem
from archc.graph.modules import Module
from archc.graph.naming import Body, Entry, NameScope, read_scope
from archc.graph.place import Place
from archc.graph.run import Arms, TooMuch
from archc.graph.structures import Structures
from archc.graph.values import (
    UNKNOWN,
    BlockValue,
    GroupValue,
    LayerValue,
    Tensor,
    describe,
    kind_of,
)
from archc.language import tree
from archc.language.source import Span
from archc.layers.registry import KINDS
from archc.shapes import HIDDEN, Open, Shape, differ, show

__all__ = ["Arms", "Body", "Elaborator", "TooMuch", "literal"]


class Elaborator(Structures):
    """Runs one network, statement by statement."""

    def run(
        self,
        definition: tree.Network,
        module: Module,
        values: dict[str, Any],
        claims: tuple[tuple[tree.Expect, ...], ...],
        name: tree.Name,
        input_shape: Shape | None,
        changed: bool = False,
    ) -> Graph:
        """The graph of a network whose parameters are worth `values`.

        `changed` tells that the caller set the input or a parameter: literal shapes then lapse.
        """
        self._input = input_shape
        self._changed = changed
        arguments = tuple(self.member.items())
        scope = Scope("network", name.id, "", arguments, name.span, None, False)
        text = read_scope((definition.body,))
        scope.sequence = text.sequence
        self.scopes.append(scope)
        names = NameScope(scope, text, None)
        unknown = Tensor(-1, None, name.span)
        place = Place(self, module, names, unknown, None, values)
        try:
            out = self._body(definition.body, place, unknown)
            for expects in claims:
                self.claims += [Claim(expect, place) for expect in expects]
        except TooMuch as limit:
            self.report.add(limit.code, str(limit), limit.span or name.span, help=limit.help)
            self.complete = False
            out = unknown
        if not any(isinstance(statement, tree.Input) for statement in definition.body):
            self.report.add(
                "missing-input",
                f"network `{definition.name.id}` has no `input`",
                definition.name.span,
                help="begin it with a line such as `input 3x224x224`",
            )
            self.complete = False
        if out.node >= 0:
            self.results.insert(0, Result("out", out.node, False, out.origin))
        else:
            self.complete = False
        return Graph(
            name.id,
            module.program,
            definition,
            values,
            tuple(self.nodes),
            tuple(self.results),
            tuple(self.scopes),
            self.values,
            tuple(self.claims),
            self.complete,
        )

    def _body(self, body: Body, place: Place, current: Tensor) -> Tensor:
        self.spend(len(body) + 1, body[0].span if body else None)
        for statement in body:
            if isinstance(statement, tree.Chain):
                current = self._chain(statement, place, current)
            else:
                current = self._other(statement, place, current)
        return current

    def _other(self, statement: tree.Statement, place: Place, current: Tensor) -> Tensor:
        """Statements that leave the current tensor alone, and `input`."""
        self.current = current
        if isinstance(statement, tree.Let):
            try:
                place.values[statement.name.id] = evaluate(statement.value, place)
            except Mistake as error:
                self.mistake(error, place)
                place.values[statement.name.id] = UNKNOWN
            except Silence:
                place.values[statement.name.id] = UNKNOWN
        elif isinstance(statement, tree.Input):
            return self._input_statement(statement, place, current)
        elif isinstance(statement, tree.Expect):
            if not self._called and not self._replaying:
                self.claims.append(Claim(statement, place))
        elif isinstance(statement, tree.Output) and not self._called:
            self._output(statement, place, current)
        return current

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

    def _output(self, statement: tree.Output, place: Place, current: Tensor) -> None:
        was = self.training
        self.training = was or statement.training
        links = statement.body.links
        if statement.label is not None and links[0].label is None:
            links = (links[0]._replace(label=statement.label), *links[1:])
        tensor = self._chain(tree.Chain(links, statement.body.span), place, current)
        self.training = was
        name = None
        if statement.label is not None:
            name = self._label_text(statement.label, place)
        if tensor.node >= 0:
            name = name or f"output{len(self.results) + 1}"
            self.results.append(Result(name, tensor.node, statement.training, statement.span))

    def _chain(self, chain: tree.Chain, place: Place, current: Tensor) -> Tensor:
        links = chain.links
        last = len(links) - 1
        for number, link in enumerate(links):
            following = links[number + 1] if number < last else None
            current = self._link(link, place, current, following)
        return current

    def _link(
        self, link: tree.Link, place: Place, current: Tensor, following: tree.Link | None = None
    ) -> Tensor:
        self.current = current
        name = None
        if link.label is not None:
            name = self._label_text(link.label, place)
            if name is not None:
                self._claim(name, link.label.span, place)
        action = link.action
        value, inside = self._perform(action, name, place, current)
        if name is not None:
            self._enter(name, value, inside, action, link, place, following)
        if link.shape is not None:
            self.current = value
            value = self._assert_shape(link, value, place)
        return value

    def _enter(
        self,
        name: str,
        value: Tensor,
        inside: NameScope | None,
        action: tree.Action,
        link: tree.Link,
        place: Place,
        following: tree.Link | None,
    ) -> None:
        followed = None
        if (
            following is not None
            and following.label is None
            and isinstance(following.action, tree.Apply)
        ):
            callee = following.action.callee
            if (
                isinstance(callee, tree.Name)
                and callee.id in KINDS
                and KINDS[callee.id].group == "activation"
            ):
                followed = callee.id
        place.names.entries[name] = Entry(value, inside, (action, place), link.span, followed)
        if value.node >= 0 and not self._replaying:
            self.values[place.names.path(name)] = value.node

    def _label_text(self, label: tree.Template, place: Place) -> str | None:
        plain = label.plain
        if plain is not None:
            return plain
        try:
            return text_of(label, place)
        except Mistake as error:
            self.mistake(error, place)
        except Silence:
            pass
        return None

    def _claim(self, name: str, span: Span, place: Place) -> None:
        """One label, one thing."""
        problem = label_problem(name)
        if problem is not None:
            self.mistake(Mistake("bad-label", problem, span), place)
        taken = place.names.taken
        earlier = taken.get(name)
        if earlier is not None:
            labels = (Label(earlier, "first used here"),) if earlier != span else ()
            again = earlier == span
            help = f"in `for i in …` a label may be computed: `{name}{{i}}:`" if again else None
            self.complete = False
            self.report.add(
                "duplicate-label",
                f"the label `{name}` is used twice"
                + (" by this loop" if again else " in one scope"),
                span,
                labels=labels,
                calls=place.names.scope.frames(),
                help=help,
            )
        taken[name] = span

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
                    if isinstance(item, tree.Name) and item.id == "_"
                    else evaluate(item, place)
                    for item in items
                )
            else:
                worth = evaluate(expr, place)
                is_size = isinstance(worth, tuple) and not isinstance(worth, Open)
                wanted = worth if is_size else (worth,)
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

    def _cure(self, value: Tensor, wanted: tuple[Any, ...], text: str) -> str | None:
        """What would make an assertion true."""
        if value.node < 0 or not all(want is None or type(want) is int for want in wanted):
            return None
        cured = cure_for(self.nodes, value.node, wanted)
        return None if cured is None else offer(cured, wanted)

    def _perform(
        self, action: tree.Action, name: str | None, place: Place, current: Tensor
    ) -> tuple[Tensor, NameScope | None]:
        """Runs an action under a name (None: an automatic one); the value, and the names inside."""
        self.current = current
        try:
            if isinstance(action, tree.Apply):
                return self._apply(action, name, place, current)
            if isinstance(action, tree.Braced):
                return self._merge(action, name, place, current), None
            if isinstance(action, tree.From):
                return self._from(action, place), None
            return self._structure(action, name, place, current)
        except Mistake as error:
            self.mistake(error, place)
        except Silence:
            self.complete = False
        return Tensor(-1, None, action.span), None

    def _apply(
        self, action: tree.Apply, name: str | None, place: Place, current: Tensor
    ) -> tuple[Tensor, NameScope | None]:
        callee = action.callee
        if isinstance(callee, tree.Attribute):
            value = evaluate(callee, place)
            if isinstance(value, GroupValue):
                return self._call_group(value, action, name, place, current)
            raise Mistake(
                "wrong-type",
                f"`{callee.span.text}` is {kind_of(value)}, not a group of a network",
                callee.span,
            )
        word = callee.id
        if word in KINDS:
            return self._layer(
                action, LayerValue(KINDS[word], (), {}), name, word, place, current
            ), None
        if word == "share":
            return self._share(action, place, current)
        if not word[0].isupper():
            if word in place.module.names:
                raise Silence  # its name is said to want a capital
            raise Mistake("unknown-layer", f"there is no layer `{word}`", callee.span)
        try:
            value = place.lookup(callee)
        except Mistake as error:
            if error.code != "undefined-name":
                raise
            raise Mistake(
                "unknown-block", f"there is no block `{word}`", callee.span, error.help
            ) from None
        if value is UNKNOWN:
            raise Silence
        if isinstance(value, LayerValue):
            return self._layer(action, value, name, word, place, current), None
        if isinstance(value, BlockValue):
            return self._block(action, value, name, word, place, current)
        raise Mistake("wrong-type", f"`{word}` is {kind_of(value)}, not a block", callee.span)


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
