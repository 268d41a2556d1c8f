"""A network becomes a flat graph: blocks are called, loops run, every number filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from archc.diagnostics import Label
from archc.graph.bounds import TooMuch
from archc.graph.evaluate import Mistake, Silence, evaluate, text_of
from archc.graph.graph import Claim, File, Graph, Result, Scope
from archc.graph.labels import beginnings, label_problem, twice
from archc.graph.modules import Module
from archc.graph.naming import Body, Entry, NameScope, Use, read_scope
from archc.graph.opaque_calls import OpaqueCalls
from archc.graph.place import Place
from archc.graph.run import LOST_STEPS, Arms
from archc.graph.short_labels import left_out
from archc.graph.values import (
    UNKNOWN,
    BlockValue,
    GroupValue,
    LayerValue,
    Tensor,
    kind_of,
)
from archc.graph.written_shapes import literal
from archc.language import tree
from archc.language.source import Span
from archc.layers.registry import KINDS
from archc.shapes import Shape
from archc.suggest import likeness

__all__ = ["Arms", "Body", "Elaborator", "TooMuch", "literal"]


class Elaborator(OpaqueCalls):
    """Runs one network, statement by statement."""

    def run(
        self,
        definition: tree.Network,
        module: Module,
        values: dict[str, Any],
        claims: tuple[tuple[tree.Expect, ...], ...],
        name: tree.Name,
        input_shapes: Mapping[str, Shape],
        changed: bool = False,
    ) -> Graph:
        """The graph of a network whose parameters are worth `values`.

        `input_shapes` are other shapes of inputs, by name or "" for all that are not named.
        `changed` tells that the caller set the input or a parameter: literal shapes then lapse.
        """
        self._inputs = input_shapes
        self._changed = changed
        inputs = [one for one in definition.body if isinstance(one, tree.Input)]
        self.awaits_input = bool(inputs)
        arguments = tuple(self.member.items())
        scope = Scope("network", name.id, "", arguments, name.span, None, False)
        text = read_scope((definition.body,))
        scope.sequence = text.sequence
        self.scopes.append(scope)
        names = NameScope(scope, text, None)
        names.word = definition.name.id
        unknown = Tensor(-1, None, name.span)
        place = Place(self, module, names, unknown, None, values)
        try:
            out = self._body(definition.body, place, unknown)
            for expects in claims:
                self.claims += [Claim(expect, place) for expect in expects]
        except TooMuch as limit:
            self.report.add(limit.code, str(limit), limit.span or name.span, help=limit.help)
            self._give_up()
            out = unknown
        if not inputs and not any(_may_be_input(one) for one in definition.body):
            self.report.add(
                "missing-input",
                f"network `{definition.name.id}` has no `input`",
                definition.name.span,
                help="begin it with a line such as `input 3x224x224`",
            )
            self.complete = False
        if out.node >= 0:
            self.results.insert(0, Result("out", out.node, False, out.origin, out.copy))
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
            module.borrowing,
            tuple([File(one.program, one.values) for one in module.reached()]),
            len(self.lapsed),
            tuple(self.copying),
            tuple(self.copied),
        )

    def _give_up(self) -> None:
        """Nothing is told of a network beyond the limits: what there is of it has no end."""
        self.complete = False
        for found in (self.nodes, self.results, self.values, self.claims, self.copied):
            found.clear()
        del self.scopes[1:]

    def _body(self, body: Body, place: Place, current: Tensor) -> Tensor:
        self._spend_on(body)
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
            self._let(statement, place)
        elif isinstance(statement, tree.Broken):
            return self._broken(statement, place)
        elif isinstance(statement, tree.Input):
            return self._input_statement(statement, place, current)
        elif isinstance(statement, tree.Expect):
            if not self._called and not self._replaying:
                self.claims.append(Claim(statement, place))
        elif isinstance(statement, tree.Output) and not self._called:
            self._output(statement, place, current)
        return current

    def _broken(self, statement: tree.Broken, place: Place) -> Tensor:
        """A statement that could not be read: nothing is known behind it, nor of its names."""
        self.complete = False
        self.awaits_input = False
        for word in statement.introduced:
            if place.value(word) is None:
                place.values[word] = UNKNOWN
        return Tensor(-1, None, statement.span)

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
            self._claim_result(name, statement, place)
            self.results.append(
                Result(name, tensor.node, statement.training, statement.span, tensor.copy)
            )

    def _claim_result(self, name: str, statement: tree.Output, place: Place) -> None:
        """One name, one result; `out` is the main one."""
        span = statement.label.span if statement.label is not None else statement.span
        if name == "out":
            error = Mistake(
                "bad-label",
                "`out` is the name of the main result",
                span,
                "give the extra output a name of its own",
            )
            self.mistake(error, place)
        earlier = self._called_results.get(name)
        if earlier is None:
            self._called_results[name] = statement.span
        else:
            error = Mistake(
                "duplicate-label",
                f"two results of the network are called `{name}`",
                span,
                "give each `output` a label of its own, in a loop a computed one",
                (Label(earlier, "the first one"),) if earlier != statement.span else (),
            )
            self.mistake(error, place)

    def _chain(self, chain: tree.Chain, place: Place, current: Tensor) -> Tensor:
        links = chain.links
        last = len(links) - 1
        for number, link in enumerate(links):
            behind = links[number + 1 :] if link.label is not None and number < last else ()
            current = self._link(link, place, current, behind)
        return current

    def _link(
        self, link: tree.Link, place: Place, current: Tensor, behind: Sequence[tree.Link] = ()
    ) -> Tensor:
        self.current = current
        name = None
        if link.label is not None:
            name = self._label_text(link.label, place)
            if name is not None:
                self._claim(name, link.label.span, place)
        action = link.action
        was = self.frozen
        self.frozen = was or link.frozen
        if link.shape is not None:
            self._stated[id(action)] = link.shape
        value, inside = self._perform(action, name, place, current)
        self.frozen = was
        if value.node < 0:
            self.spend(LOST_STEPS, action.span)
        if name is not None:
            self._enter(name, value, inside, action, link, place, behind)
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
        behind: Sequence[tree.Link],
    ) -> None:
        home = place.names.home
        left = left_out(action, behind) if behind else None
        home.keep(name, Entry(value, inside, (action, place, name), link.span, left))
        path, _ = self._seen(home.path(name), home.scope)
        if value.node >= 0 and not (self._replaying and path in self.values):
            self.values[path] = value.node

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

    def _claim(self, name: str, label: Span, place: Place) -> None:
        """One label, one thing."""
        problem = label_problem(name)
        if problem is not None:
            self.mistake(Mistake("bad-label", problem, label), place)
        taken = place.names.home.taken
        earlier = taken.get(name)
        if earlier is not None:
            self.mistake(twice(name, label, earlier), place)
        taken[name] = Use(label, False)
        for part in beginnings(name):
            earlier = taken.setdefault(part, Use(label, False, True))
            if not earlier.part:
                self.mistake(twice(part, label, earlier), place)

    def _perform(
        self, action: tree.Action, name: str | None, place: Place, current: Tensor
    ) -> tuple[Tensor, NameScope | None]:
        """Runs an action under a name (None: an automatic one); the value, and the names inside."""
        self.current = current
        self._note(action, place, current)
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
        if word == "opaque":
            return self._opaque(action, name, place, current), None
        if word == "share":
            return self._share(action, name, place, current)
        if not word[0].isupper():
            if word in place.module.names or word in place.module.missing:
                raise Silence  # its name is said to want a capital
            raise Mistake("unknown-layer", f"there is no layer `{word}`", callee.span)
        try:
            value = place.callee(callee) or place.lookup(callee)
        except Mistake as error:
            if error.code != "undefined-name" or error.span != callee.span:
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


def _may_be_input(statement: tree.Statement) -> bool:
    """Whether a statement may have been meant as the network's `input`."""
    if isinstance(statement, tree.Chain) and isinstance(statement.links[0].action, tree.Apply):
        callee = statement.links[0].action.callee
        return isinstance(callee, tree.Name) and likeness(callee.id, "input") > 0.7
    return isinstance(statement, tree.Broken)
