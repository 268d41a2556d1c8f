"""Groups: what is a plain chain becomes an `nn.Sequential`, the rest a box of named parts."""

from __future__ import annotations

from typing import Any

from archc.emit.pytorch.attempt import Attempt
from archc.emit.pytorch.blocks import Blocks
from archc.emit.pytorch.containers import Box, Chain, Key, hides
from archc.emit.pytorch.expressions import NotSymbolic
from archc.emit.pytorch.layout import Call
from archc.emit.pytorch.names import identifier
from archc.emit.pytorch.shape_of_text import callable_chain, computed, labels
from archc.emit.pytorch.trace import Execution
from archc.emit.pytorch.values import Env, Labels, Val
from archc.graph.naming import Body, inner_bodies, own_links, read_scope
from archc.language import tree

Structure = tree.Group | tree.If | tree.For | tree.Repeat


class Scopes(Blocks):
    """Writes what braces stand for."""

    def statements(self, action: Structure, val: Val, env: Env) -> Val:
        """Runs the braces of an action in the scope around it."""
        if isinstance(action, tree.Group):
            return self.body(action.body, val, Env(env))
        if isinstance(action, tree.If):
            return self.condition(action, val, env)
        return self.loop(action, val, env)

    def structure(self, link: tree.Link, action: Structure, val: Val, env: Env) -> Val:
        runs = self.runs(action) or self._no_runs(link)
        if link.label is None and not any(one.name is not None for one in runs):
            return self.statements(action, val, env)
        bodies = tuple(inner_bodies(action))
        key: Key = (
            str(self.chain.count)
            if self.chain is not None and not self.chain.named
            else self.key(link.label, runs, env)
        )
        if (
            callable_chain(bodies, self.referenced)
            and not hides(labels(bodies))
            and not self._tensor_calls(bodies)
        ):
            return self._sequence(link, action, key, val, env, runs)
        if (
            not isinstance(key, str)
            or self.chain is not None
            or (not isinstance(action, tree.Group) and not self.concrete)
        ):
            raise NotSymbolic("a group that is no plain chain")
        return self._box(action, key, val, env)

    @staticmethod
    def _no_runs(link: tree.Link) -> list[Execution]:
        if link.label is not None:
            raise NotSymbolic("never run")
        return []

    def _tensor_calls(self, bodies: tuple[Body, ...]) -> bool:
        """Whether a call inside takes a tensor, or a layer has no module."""
        for link in own_links(bodies):
            if isinstance(link, tree.Output) or not isinstance(link.action, tree.Apply):
                continue
            for one in self._any_runs(link.action):
                if one.child is not None and any(
                    type(value).__name__ == "Tensor" for value in one.child.place.values.values()
                ):
                    return True
                if (one.layer is not None and len(one.inputs) > 1) or (
                    one.layer is not None and one.layer.keyword == "scale"
                ):
                    return True
        return any(
            self._tensor_calls(tuple(inner_bodies(link.action)))
            for link in own_links(bodies)
            if not isinstance(link, tree.Output)
            and link.label is not None
            and not isinstance(link.action, tree.Apply)
        )

    def _any_runs(self, action: Any) -> list[Execution]:
        return [
            one for instance in self.instances for one in instance.executions.get(id(action), ())
        ]

    def _sequence(
        self,
        link: tree.Link,
        action: Structure,
        key: Key,
        val: Val,
        env: Env,
        runs: list[Execution],
    ) -> Val:
        """A plain chain: `nn.Sequential`."""
        bodies = tuple(inner_bodies(action))
        outer, outer_labels, outer_targets = self.chain, self.labels, self.where
        inner = Labels(self.labels)
        local = self._local(key)
        kind = self._uniform(bodies)
        self.chain = Chain(local, not read_scope(bodies).sequence, kind, self.init, outer)
        self.labels = inner
        result = self.statements(action, val, env)
        chain = self.chain
        chain.out = self.init
        doc = chain.doc()
        self.chain, self.labels, self.where = outer, outer_labels, outer_targets
        if not chain.filled:
            self.locals.names.discard(local)
        self.last_inner = inner
        if self.chain is not None:
            self.chain.add(key, doc)
            return Val("", result.axes)
        self.where.add(key, doc, self.init)
        access = self.where.access(self._forward_key(key, link, runs, env))
        return self._again(lambda v: Val(Call(f"{access}(", (v.code,)), result.axes, False), val)

    last_inner: Labels | None = None

    def _local(self, key: Key) -> str:
        """A name for the list that fills a chain: `layer` for `layer{i + 1}`."""
        text = key if isinstance(key, str) else key.text[2:].split("{")[0]
        base = identifier(
            text.rstrip("_0123456789") if not isinstance(key, str) else text, "layers"
        )
        if base.isdigit() or base.startswith("value_") or base == "value":
            base = "layers"
        return self.locals.new(base, base + "_layers")

    def _uniform(self, bodies: tuple[Body, ...]) -> str:
        """The type that every part of a chain has."""
        kinds: set[str] = set()
        for link in own_links(bodies):
            if isinstance(link, tree.Output) or link.label is not None:
                return "nn.Module"
            if isinstance(link.action, tree.Apply):
                runs = self._any_runs(link.action)
                if self.concrete:  # what never ran is not written
                    runs = [one for one in runs if one.real]
                if not runs or any(one.child is None for one in runs):
                    return "nn.Module"
                kinds |= {self.world.info(one.child).name for one in runs if one.child is not None}
        return " | ".join(sorted(kinds)) or "nn.Module"

    def _box(self, action: Structure, key: str, val: Val, env: Env) -> Val:
        """A group with branches: its parts in a dictionary, its forward pass in the class's."""
        bodies = tuple(inner_bodies(action))
        outer, outer_labels = self.where, self.labels
        box = Box(outer.access(key), hides(labels(bodies)) or computed(bodies))
        if self.numbered_scope(bodies):
            box.bare = False
        if isinstance(outer, Box):
            box.bare = True  # a type checker knows no dictionary inside a dictionary
        outer.add(key, box.make(), self.init)
        self.where, self.labels = box, Labels(outer_labels)
        start = dict(self.cursor), dict(self.numbers)
        result = self.statements(action, val, env)
        self.last_inner = self.labels
        self.where, self.labels = outer, outer_labels

        def again(v: Val) -> Val:
            return self._once_more(action, box, start, v, env)

        self.last_again = again
        return result

    def _once_more(self, action: Structure, box: Box, start: Any, val: Val, env: Env) -> Val:
        """Runs the parts of a box on another tensor; they are made already."""
        attempt, where, own = Attempt(self), self.where, self.labels
        attributes = set(self.attributes.names)
        self.cursor, self.numbers = dict(start[0]), dict(start[1])
        self.automatic = {}
        self.where, self.labels = box, Labels(own)
        with self.suite([], self.forward):
            result = self.statements(action, val, env)
        grown = self.attributes.names != attributes
        forward, variables = list(self.forward), self.variables.names
        attempt.undo()
        self.forward[:], self.variables.names = forward, variables
        self.where, self.labels = where, own
        if grown:
            raise NotSymbolic("a shared group with a condition")
        return result

    def numbered_scope(self, bodies: tuple[Body, ...]) -> bool:
        return read_scope(bodies).sequence
