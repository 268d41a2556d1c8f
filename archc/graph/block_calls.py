"""Blocks, networks called like blocks, groups of networks, and layers that run again."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any

from archc.diagnostics import Label
from archc.graph import cures
from archc.graph.calls import argument_span, bind_block, check_passed
from archc.graph.evaluate import Mistake
from archc.graph.graph import Copying, Scope
from archc.graph.layer_calls import LayerCalls
from archc.graph.naming import Body, NameScope, own_links, read_scope
from archc.graph.place import Place
from archc.graph.run import SCOPE_STEPS, Renamed
from archc.graph.values import UNKNOWN, BlockValue, GroupValue, Tensor
from archc.language import tree
from archc.language.source import Span


class BlockCalls(LayerCalls):
    """Calls of blocks."""

    def _block(
        self,
        action: tree.Apply,
        value: BlockValue,
        name: str | None,
        word: str,
        place: Place,
        current: Tensor,
    ) -> tuple[Tensor, NameScope | None]:
        positional, named = place.arguments(action.arguments)
        scope = self._call_scope(value.definition, action, name, place)
        inner, wrote = self._callee(value, positional, named, action, scope, place, current)
        scope.arguments = wrote
        result = self._run_callee(
            value.definition.body, inner, isinstance(value.definition, tree.Network), current
        )
        return result._replace(origin=action.span), inner.names

    def _call_scope(
        self,
        definition: tree.Block | tree.Network,
        action: tree.Apply,
        name: str | None,
        place: Place,
    ) -> Scope:
        self.spend(SCOPE_STEPS, action.span)
        names = place.names
        path = names.path(names.automatic(action)) if name is None else names.home.path(name)
        seen, around = self._seen(path, names.scope)
        scope = Scope(
            "block",
            definition.name.id,
            seen,
            (),
            action.span,
            around,
            False,
            path,
        )
        if not self._replaying:
            self.scopes.append(scope)
        return scope

    def _callee(
        self,
        value: BlockValue,
        positional: tuple[Any, ...],
        named: Any,
        action: tree.Apply,
        scope: Scope,
        place: Place,
        current: Tensor,
    ) -> tuple[Place, tuple[tuple[str, Any], ...]]:
        """The place inside a called block, its parameters bound."""
        text = self._texts.get(id(value.definition))
        if text is None:
            text = self._texts[id(value.definition)] = read_scope((value.definition.body,))
        scope.sequence = text.sequence
        names = NameScope(scope, text, None)
        names.word = value.definition.name.id
        inner = Place(self, value.module, names, current, None, {})
        wrote = bind_block(value, positional, named, action, inner)
        for parameter in value.definition.parameters:
            problem = check_passed(parameter, inner.values.get(parameter.name.id, UNKNOWN))
            if problem is not None:
                raise Mistake(
                    "wrong-type",
                    problem,
                    self._where(action, value, parameter) or action.span,
                    proposals=cures.entering.first(action),
                )
        return inner, wrote

    def _where(
        self, action: tree.Apply, value: BlockValue, parameter: tree.Parameter
    ) -> Span | None:
        """Where the value of a parameter is written in a call."""
        named = argument_span(action, parameter.name.id)
        free = [one for one in value.definition.parameters if one.name.id not in value.named]
        by_position = [one for one in action.arguments if one.name is None]
        place = free.index(parameter) if parameter in free else len(by_position)
        if named is None and place < len(by_position):
            return by_position[place].span
        return named

    def _run_callee(self, body: Body, inner: Place, network: bool, current: Tensor) -> Tensor:
        self._deeper(inner.names.scope.span, inner.names.scope.name)
        self._into(inner.names.scope.span)
        self._called += network
        nodes, copies, calls = len(self.nodes), len(self.copied), len(self.copying)
        try:
            result = self._body(body, inner, current)
        finally:
            self._called -= network
            self._depth -= 1
            self._nested -= 1
        scope = inner.names.scope
        scope.entered, scope.result = current.node, result.node
        if len(self.copied) > copies and len(self.nodes) == nodes:
            self.copying[calls:] = [Copying(scope, nodes, len(self.copied) - copies)]
        return result

    def _call_group(
        self, value: GroupValue, action: tree.Apply, name: str | None, place: Place, current: Tensor
    ) -> tuple[Tensor, NameScope | None]:
        """A labelled group of a network, called like a block: only the `let`s before it are run."""
        definition = value.network.definition
        scope = self._call_scope(
            definition,
            action,
            name,
            place,
        )
        positional, named = place.arguments(action.arguments)
        inner, scope.arguments = self._callee(
            value.network, positional, named, action, scope, place, current
        )
        body: Body = definition.body
        for number, word in enumerate(value.path):
            labels: list[str] = []
            found = self._find_group(body, word, inner, labels)
            if found is None:
                raise self._no_group(value, number, labels, action)
            body, inner = found[0], found[1].flat()
        text = read_scope((body,))
        scope.sequence = text.sequence
        inner.names = NameScope(scope, text, None)
        result = self._run_callee(body, inner, True, current)
        return result._replace(origin=action.span), inner.names

    def _find_group(
        self, body: Body, word: str, place: Place, labels: list[str]
    ) -> tuple[Body, Place] | None:
        """The braces a label names, seen through loops and braces without one, and their place.

        `labels` collects what else there is.
        """
        self._spend_on(body)
        for statement in body:
            if isinstance(statement, tree.Let):
                self._other(statement, place, self.current)
            if not isinstance(statement, tree.Chain):
                continue
            for link in statement.links:
                action = link.action
                if link.label is None:
                    if isinstance(action, (tree.Group, tree.For, tree.Repeat)):
                        for inner, local in self._rounds_of_text(action, place):
                            found = self._find_group(inner, word, local, labels)
                            if found is not None:
                                return found
                    continue
                label = self._label_text(link.label, place)
                labels.append(label or "")
                if label == word and isinstance(action, tree.Group) and not link.frozen:
                    return action.body, place
                if label == word and not isinstance(action, (tree.Braced, tree.From)):
                    alone = tree.Chain((link._replace(label=None, shape=None),), link.span)
                    return (alone,), place
        return None

    @abstractmethod
    def _rounds_of_text(
        self, action: tree.Group | tree.For | tree.Repeat, place: Place
    ) -> Iterator[tuple[Body, Place]]: ...

    def _no_group(
        self, value: GroupValue, number: int, labels: list[str], action: tree.Apply
    ) -> Mistake:
        word = value.path[number]
        definition = value.network.definition
        help = None
        texts = [link.label for link in own_links((definition.body,)) if link.label is not None]
        behind = next((label for label in texts if label.plain == word), None)
        if number == 0 and behind is not None:
            help = "it stands in an `if` or a merge; a group that is called stands outside of them"
        name = ".".join([definition.name.id, *value.path[:number]])
        labelled = (Label(behind.span, "this one"),) if number == 0 and behind is not None else ()
        return Mistake(
            "undefined-name",
            f"`{name}` has no group `{word}`",
            action.callee.span,
            help,
            labelled,
            cures.text.spelt(cures.text.tail(action.callee.span, word), word, labels)
            if help is None
            else (),
        )

    def _share(
        self, action: tree.Apply, name: str | None, place: Place, current: Tensor
    ) -> tuple[Tensor, NameScope | None]:
        if len(action.arguments) != 1 or action.arguments[0].name is not None:
            raise Mistake(
                "missing-argument",
                "`share` wants the name of one earlier layer, group or call",
                action.span,
                proposals=cures.text.run_on(action),
            )
        reference = action.arguments[0].value
        entry = place.entry(reference)
        if entry.replay is None:
            raise Mistake(
                "wrong-type",
                f"`{reference.span.text}` is no labelled layer, group or block call",
                reference.span,
            )
        shared, home, own = entry.replay
        if isinstance(shared, (tree.Braced, tree.From)):
            raise Mistake(
                "wrong-type",
                f"the label `{reference.span.text}` only names a value; there is nothing to share",
                reference.span,
                "label a group around it, and share that",
            )
        renamed = name is not None
        if name is not None:
            names = place.names
            run = Renamed(home.names.home.path(own), names.home.path(name), names.scope)
            self._renamed.append(run)
        self._deeper(action.span)
        self._replaying += 1
        outermost, self._shared_at = self._shared_at, self._shared_at or action.span
        try:
            value, inside = self._perform(shared, own, home, current)
        finally:
            self._shared_at = outermost
            self._replaying -= 1
            self._depth -= 1
            if renamed:
                self._renamed.pop()
        return value._replace(origin=action.span), inside
