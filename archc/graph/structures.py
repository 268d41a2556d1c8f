"""Braces: groups, choices, loops and merges; and `from`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from archc.diagnostics import Label
from archc.graph import cures
from archc.graph.block_calls import BlockCalls
from archc.graph.branches import is_idle, way
from archc.graph.calls import check_case
from archc.graph.evaluate import Mistake, Silence, evaluate, truth
from archc.graph.graph import Copied, Scope
from archc.graph.guess import bounded, guess
from archc.graph.mistakes import hush
from archc.graph.naming import Body, Entry, NameScope, inner_bodies, read_scope
from archc.graph.place import Place
from archc.graph.run import LOST_STEPS, SCOPE_STEPS
from archc.graph.short_labels import word as layer_of
from archc.graph.values import UNKNOWN, BlockValue, LayerValue, Tensor, describe, kind_of
from archc.language import tree
from archc.language.source import Span
from archc.layers.base import LayerError
from archc.layers.registry import KINDS, bind
from archc.shapes import Open

Structure = tree.Group | tree.If | tree.For | tree.Repeat


class Structures(BlockCalls):
    """What runs other statements."""

    def _structure(
        self, action: Structure, name: str | None, place: Place, current: Tensor
    ) -> tuple[Tensor, NameScope | None]:
        names = self._inner_names(action, name, place)
        inner = place.inner(names)
        self._into(action.span)
        try:
            loop = isinstance(action, (tree.For, tree.Repeat))
            for number, (body, local) in enumerate(self._rounds(action, inner), 1):
                if loop:
                    self.loops.append((action.span, number))
                current = self._body(body, local, current)
                self.current = current
                if loop:
                    self.loops.pop()
        finally:
            self._nested -= 1
        return current, names

    def _inner_names(self, action: Structure, name: str | None, place: Place) -> NameScope | None:
        """A scope of its own for labelled braces, and for a loop outside a numbered sequence."""
        text = self._texts.get(id(action))
        if text is None:
            text = self._texts[id(action)] = read_scope(tuple(inner_bodies(action)))
        home = None
        if name is None:
            loop = isinstance(action, (tree.For, tree.Repeat))
            if not loop or place.names.sequence or not (text.sequence or text.names):
                return None
            path = place.names.path(name := place.names.automatic(action))
            if not text.sequence:
                home = place.names.home
        else:
            path = place.names.home.path(name)
        self.spend(SCOPE_STEPS, action.span)
        kinds: dict[type, Any] = {
            tree.Group: "group",
            tree.If: "if",
            tree.For: "loop",
            tree.Repeat: "loop",
        }
        seen, around = self._seen(path, place.names.scope)
        scope = Scope(
            kinds[type(action)],
            name,
            seen,
            (),
            action.span,
            around,
            text.sequence,
            path,
        )
        if not self._replaying:
            self.scopes.append(scope)
        return NameScope(scope, text, place.names, home)

    def _round_place(self, action: tree.For | tree.Repeat, inner: Place, number: int) -> Place:
        """The place of one round; what has no label there is named in a scope of the round."""
        loop = inner.names
        text = self._texts.get(id(action))
        own = loop.scope.kind == "loop" and loop.scope.span == action.span
        if text is None or not text.names or not own:
            return inner.inner()
        path = loop.path(str(number))
        seen, around = self._seen(path, loop.scope)
        scope = Scope("loop", str(number), seen, (), action.span, around, False, path)
        if not self._replaying:
            self.scopes.append(scope)
        return inner.inner(NameScope(scope, text, loop, loop.home))

    def _rounds(self, action: Structure, inner: Place) -> Iterator[tuple[Body, Place]]:
        """The bodies that run, each with its own values: one, none, or one a round of the loop."""
        if isinstance(action, tree.Group):
            yield action.body, inner
        elif isinstance(action, tree.If):
            self.arms.seen[action.span] = action
            for arm in action.arms:
                if arm.condition is None or truth(evaluate(arm.condition, inner), arm.condition):
                    self.arms.taken.add(arm.span)
                    yield arm.body, inner
                    return
        elif isinstance(action, tree.Repeat):
            count = evaluate(action.count, inner)
            hush(count)
            if isinstance(count, bool) or not isinstance(count, int):
                code = "open-size" if isinstance(count, Open) else "not-whole"
                raise Mistake(
                    code, f"`repeat` wants a whole number, not {describe(count)}", action.count.span
                )
            if count < 0:
                raise Mistake(
                    "out-of-range", f"`repeat` cannot run {count} times", action.count.span
                )
            for number in range(count):
                yield action.body, self._round_place(action, inner, number)
        else:
            items = evaluate(action.iterable, inner)
            if not isinstance(items, tuple) or isinstance(
                items, (Open, Tensor, LayerValue, BlockValue)
            ):
                raise Mistake(
                    "wrong-type", f"`for` wants a list, not {kind_of(items)}", action.iterable.span
                )
            for number, item in enumerate(items):
                local = self._round_place(action, inner, number)
                self._unpack(action, item, local)
                yield action.body, local

    def _rounds_of_text(
        self, action: tree.Group | tree.For | tree.Repeat, place: Place
    ) -> Iterator[tuple[Body, Place]]:
        """The rounds of braces that are looked into, not run."""
        return Structures._rounds(self, action, place.inner())

    def _unpack(self, action: tree.For, item: Any, local: Place) -> None:
        targets = action.targets
        if len(targets) == 1:
            check_case(targets[0], item)
            local.values[targets[0].id] = item
            return
        if type(item) is not tuple or len(item) != len(targets):
            raise Mistake(
                "wrong-type",
                f"`for` unpacks {len(targets)} names, but an item of the list is {describe(item)}",
                cures.rows.misfit(action),
                proposals=cures.rows.fitting(action),
            )
        for target, part in zip(targets, item, strict=True):
            check_case(target, part)
            local.values[target.id] = part

    def _let(self, statement: tree.Let, place: Place) -> None:
        """A name of a value; of a tensor it is another name, of the one that `from` would take."""
        try:
            value = evaluate(statement.value, place)
            check_case(statement.name, value)
            place.values[statement.name.id] = value
        except Mistake as error:
            self.spend(LOST_STEPS, statement.span)
            self.mistake(error, place)
            place.values[statement.name.id] = UNKNOWN
        except Silence:
            place.values[statement.name.id] = UNKNOWN
        else:
            word = statement.value
            if isinstance(value, Tensor) and isinstance(word, tree.Name):
                entry = place.names.find(word.id) if place.value(word.id) is None else None
                self._short_label(entry, word.id, statement.span)

    def _from(self, action: tree.From, place: Place) -> Tensor:
        target = action.target
        tensor = place.tensor(target)
        if not (isinstance(target, tree.Name) and target.id in ("input", "in")):
            try:
                entry = place.entry(target)
            except Mistake:
                entry = None  # a parameter that holds a tensor
            self._short_label(entry, target.span.text, action.span)
        return tensor._replace(origin=action.span)

    def _short_label(self, entry: Entry | None, name: str, place: Span) -> None:
        """Warns of a label that is read, where what is meant stands behind its layer."""
        if entry is None or entry.left_out is None:
            return
        action = entry.replay[0]
        if isinstance(action, tree.From):
            code, help = "short-label", f"braces would name all of it: `{name}: {{ … }}`"
            message = f"`{name}` is `{action.target.span.text}` again, without what is behind `->`"
            label = Label(entry.span, "the label names this alone")
        else:
            code, help = "before-activation", None
            message = f"`{name}` is the tensor before its `{layer_of(entry.left_out)}`"
            label = Label(entry.span, "the label names this layer alone")
        self.report.add(
            code,
            message,
            place,
            severity="warning",
            help=help,
            labels=(label,),
            proposals=cures.text.braced(entry.span, entry.left_out.span),
        )

    def _merge(
        self, action: tree.Braced, name: str | None, place: Place, current: Tensor
    ) -> Tensor:
        word = action.word.id
        kind = KINDS.get(word)
        if kind is None or not kind.many_inputs:
            raise Mistake("unknown-layer", f"`{word}` takes no braces", action.word.span)
        branches: list[Tensor] = []
        self._into(action.word.span)
        try:
            self._branches(action.body, place.inner(), current, branches)
        finally:
            self._nested -= 1
        if not branches:
            raise Mistake("empty-merge", f"`{word}` has no branch", action.word.span)
        if len(branches) == 1:
            if branches[0].node >= 0:
                cures.idle_merges.single_branch(self, action, place)
                if not kind.operator and way(action) == "listed":
                    self.copied.append(Copied(branches[0].node, len(self.nodes)))
                    return branches[0]._replace(copy=len(self.copied))
            return branches[0]
        label = name
        name = name or place.names.automatic(action)
        shapes = tuple([tensor.shape for tensor in branches if tensor.shape is not None])
        if len(shapes) < len(branches):
            self.complete = False
            return Tensor(-1, None, action.span)
        key = (kind, shapes)
        found = self._layers.get(key)
        if found is None:
            rank = len(shapes[0]) - 1
            layer = self._bound.get((kind, rank))
            if layer is None:
                layer = self._bound[kind, rank] = bind(kind.keyword, (), {}, rank)
            try:
                made = bounded(layer.output(shapes), word, shapes)
                found = self._layers[key] = (layer, made)
            except LayerError as error:
                self.complete = False
                cures.merges.merge_problem(self, error, action, branches, place)
                shape = cures.crops.sized(self.nodes, branches, guess(kind, (), {}, shapes))
                tensor = self._add(layer, branches, None, name, label, place, action.span)
                return tensor._replace(shape=shape)
        idle = (isinstance(one, tree.Chain) and is_idle(one) for one in action.body)
        if kind.operator == "+" and all(idle):
            cures.idle_merges.same_branches(self, action, branches, place)
        return self._add(found[0], branches, found[1], name, label, place, action.span)

    def _branches(self, body: Body, place: Place, current: Tensor, branches: list[Tensor]) -> None:
        """Each statement is one branch; `if` and loops contribute their own statements."""
        self._spend_on(body)
        for statement in body:
            if not isinstance(statement, tree.Chain):
                value = self._other(statement, place, current)
                if isinstance(statement, tree.Broken):
                    branches.append(value)
                continue
            only = statement.links[0] if len(statement.links) == 1 else None
            if (
                only is None
                or not isinstance(only.action, (tree.If, tree.For, tree.Repeat))
                or only.shape
            ):
                branches.append(self._chain(statement, place, current))
                continue
            self.current = current
            self._note(only.action, place, current)
            was, self.frozen = self.frozen, self.frozen or only.frozen
            name = None if only.label is None else self._label_text(only.label, place)
            if name is not None and only.label is not None:
                self._claim(name, only.label.span, place)
            try:
                names = self._inner_names(only.action, name, place)
                for inner_body, local in self._rounds(only.action, place.inner(names)):
                    self._branches(inner_body, local, current, branches)
            except Mistake as error:
                self.mistake(error, place)
                branches.append(Tensor(-1, None, only.span))
            except Silence:
                self.complete = False
                branches.append(Tensor(-1, None, only.span))
            self.frozen = was
