"""What happened where: each piece of text, with every time it ran and what it saw.

A class is written from text, but its numbers come from what the text did: the names it gave, the
shapes it met, the calls it made. `Tracer` elaborates as always and takes notes. Arms that no call
took and loops that never ran are tried on the side, so that the code can keep them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from archc.graph.elaborate import Arms, Body, Elaborator, TooMuch
from archc.graph.evaluate import Mistake, Silence, evaluate
from archc.graph.graph import Graph, Scope
from archc.graph.modules import Module
from archc.graph.naming import NameScope
from archc.graph.place import Place
from archc.graph.report import Report
from archc.graph.values import BlockValue, GroupValue, Tensor
from archc.language import tree
from archc.language.source import Span
from archc.layers.base import Layer
from archc.shapes import Shape

At = tuple[tuple[int, int], ...]
"""The loops around, each by the identity of its text, and the round of each."""


class Execution:
    """One run of one action: what it saw, what it gave, the name it took."""

    __slots__ = (
        *("action", "at", "child", "current", "inputs"),
        *("layer", "name", "place", "real", "value"),
    )

    def __init__(self, action: Any, place: Place, current: Tensor, real: bool, at: At = ()) -> None:
        self.at = at
        self.action = action
        self.place = place
        self.current = current
        self.real = real
        self.value: Tensor | None = None
        self.name: str | None = None  # the last part of the module path
        self.layer: Layer | None = None
        self.inputs: tuple[Shape, ...] = ()
        self.child: Instance | None = None

    def evaluate(self, expr: tree.Expr) -> Any:
        """The worth of an expression here. Raises `Mistake` or `Silence`."""
        run = self.place.run
        before, run.current = run.current, self.current
        try:
            return evaluate(expr, self.place)
        finally:
            run.current = before


class Round(NamedTuple):
    """A condition or loop that was met: the arm taken (-1: none), or how often it ran."""

    number: int
    real: bool
    at: At


class Instance:
    """One call of a block, or the network itself."""

    __slots__ = ("body", "executions", "input", "key", "output", "place", "real", "rounds", "value")

    def __init__(
        self, key: Any, value: Any, body: Body, place: Place, input: Tensor, real: bool
    ) -> None:
        self.key = key
        self.value = value  # BlockValue, GroupValue or the tree.Network that runs
        self.body = body
        self.place = place
        self.input = input
        self.output: Tensor | None = None
        self.real = real
        self.executions: dict[int, list[Execution]] = {}
        self.rounds: dict[int, list[Round]] = {}


class Tracer(Elaborator):
    """An elaborator that takes notes."""

    def __init__(self, report: Report, arms: Arms) -> None:
        super().__init__(report, arms)
        self.instances: list[Instance] = []
        self.graph: Graph | None = None
        self.name = ""
        self.module: Module | None = None
        self.span: Span | None = None
        self.root: tree.Program | None = None  # the file that is built
        self._stack: list[Instance] = []
        self._called_value: Any = None
        self._at: At = ()
        self._tried: set[int] = set()
        self._trying = 0
        self._made: Instance | None = None

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
        self._definition = definition
        self.name, self.module, self.span = name.id, module, name.span
        self.graph = super().run(definition, module, values, claims, name, input_shapes, changed)
        return self.graph

    # ------------------------------------------------------------------------------------- notes

    @property
    def _note(self) -> bool:
        return not self._replaying

    def _body(self, body: Body, place: Place, current: Tensor) -> Tensor:
        if self._stack or place.names.scope.kind != "network":
            return super()._body(body, place, current)
        one = Instance(
            ("network", self._definition.name.span), self._definition, body, place, current, True
        )
        self.instances.append(one)
        self._stack.append(one)
        try:
            one.output = super()._body(body, place, current)
        finally:
            self._stack.pop()
        return one.output

    def _perform(
        self, action: tree.Action, name: str | None, place: Place, current: Tensor
    ) -> tuple[Tensor, NameScope | None]:
        if not self._note or not self._stack:
            return super()._perform(action, name, place, current)
        one = Execution(action, place, current, not self._trying, self._at)
        self._stack[-1].executions.setdefault(id(action), []).append(one)
        before = len(self.nodes)
        self._made = None
        value, inside = super()._perform(action, name, place, current)
        one.value = value
        if isinstance(action, (tree.Apply, tree.Braced)):
            shared = isinstance(action, tree.Apply) and _word(action) == "share"
            node = self.nodes[value.node] if value.node >= before else None
            if inside is not None and not shared:
                one.name = _last(inside.scope.path)
                one.child = self._made
            elif node is not None and not shared:
                one.name = _last(node.module)
                one.layer = node.layer
                one.inputs = tuple(self.nodes[i].shape or () for i in node.inputs)
        elif inside is not None:
            one.name = _last(inside.scope.path)
        return value, inside

    def _other(self, statement: tree.Statement, place: Place, current: Tensor) -> Tensor:
        if self._note and self._stack:
            one = Execution(statement, place, current, not self._trying, self._at)
            self._stack[-1].executions.setdefault(id(statement), []).append(one)
        return super()._other(statement, place, current)

    def _inner_names(
        self, action: tree.Group | tree.If | tree.For | tree.Repeat, name: str | None, place: Place
    ) -> NameScope | None:
        names = super()._inner_names(action, name, place)
        if self._note and self._stack:
            # A structure straight in a merge passes `_perform` by.
            notes = self._stack[-1].executions.setdefault(id(action), [])
            if not notes or notes[-1].value is not None or notes[-1].name is not None:
                one = Execution(action, place, self.current, not self._trying, self._at)
                one.value = self.current
                notes.append(one)
            notes[-1].name = None if names is None else _last(names.scope.path)
        return names

    def _rounds(
        self, action: tree.Group | tree.If | tree.For | tree.Repeat, inner: Place
    ) -> Iterator[tuple[Body, Place]]:
        if not self._note or not self._stack:
            yield from super()._rounds(action, inner)
            return
        count, taken = 0, -1
        entry = self.current
        notes = self._stack[-1].rounds.setdefault(id(action), [])
        place = len(notes)
        notes.append(Round(-1, not self._trying, self._at))
        for body, local in super()._rounds(action, inner):
            if isinstance(action, tree.If):
                taken = next(i for i, arm in enumerate(action.arms) if arm.body is body)
                self._tried.add(id(body))
            elif count == 0:
                self._tried.add(id(body))
            outer = self._at
            if isinstance(action, (tree.For, tree.Repeat)):
                self._at = (*outer, (id(action), count))
            count += 1
            yield body, local
            self._at = outer
        number = taken if isinstance(action, tree.If) else count
        notes[place] = Round(number, not self._trying, self._at)
        if isinstance(action, tree.If):
            for arm in action.arms:
                self._try(arm.body, inner, entry)
        elif isinstance(action, tree.Repeat) and count == 0:
            self._try(action.body, inner, entry)
        elif isinstance(action, tree.For) and count == 0:
            self._try(action.body, inner, entry, action)

    # --------------------------------------------------------------------------------- the calls

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
        result = super()._callee(value, positional, named, action, scope, place, current)
        self._called_value = value
        return result

    def _call_group(
        self, value: GroupValue, action: tree.Apply, name: str | None, place: Place, current: Tensor
    ) -> tuple[Tensor, NameScope | None]:
        self._group = value
        return super()._call_group(value, action, name, place, current)

    def _run_callee(self, body: Body, inner: Place, network: bool, current: Tensor) -> Tensor:
        if not self._note:
            return super()._run_callee(body, inner, network, current)
        value = self._called_value
        key: Any = ("block", value.definition.name.span)
        if network and body is not value.definition.body:
            value = self._group
            key = ("group", value.network.definition.name.span, value.path)
        elif network:
            key = ("called", value.definition.name.span)
        one = Instance(key, value, body, inner, current, not self._trying)
        self.instances.append(one)
        self._stack.append(one)
        try:
            one.output = super()._run_callee(body, inner, network, current)
        finally:
            self._stack.pop()
        self._made = one
        return one.output

    # ------------------------------------------------------------ what no call took, on the side

    def _try(self, body: Body, inner: Place, current: Tensor, loop: tree.For | None = None) -> None:
        """Runs braces that were never run, and takes everything but the notes back."""
        if id(body) in self._tried or not body or self._trying > 3:
            return
        self._tried.add(id(body))
        kept = self._keep(inner.names)
        stack, depth, report, at = list(self._stack), self._depth, self.report, self._at
        self.report = Report()
        self._trying += 1
        try:
            local = inner.inner()
            if loop is not None:
                for target in loop.targets:
                    local.values[target.id] = 1
            if not self.training and current.node >= 0:
                self._body(body, local, current)
        except (Mistake, Silence, TooMuch):
            pass
        finally:
            self._trying -= 1
            self.report, self._depth, self._at = report, depth, at
            self._stack[:] = stack
            self._restore(kept)

    def _keep(self, names: NameScope) -> Any:
        scopes = []
        scope: NameScope | None = names
        while scope is not None:
            scopes.append(
                (
                    scope,
                    dict(scope.entries),
                    dict(scope.taken),
                    scope._number,
                    dict(scope._counters),
                )
            )
            scope = scope.outer
        own = (
            self.nodes,
            self.results,
            self.scopes,
            self.values,
            self.claims,
            self.complete,
            self.current,
            self._modules,
            self._paths,
            self._called,
        )
        self.nodes, self.results, self.scopes = (
            list(self.nodes),
            list(self.results),
            list(self.scopes),
        )
        self.values, self.claims = dict(self.values), list(self.claims)
        self._modules, self._paths = dict(self._modules), dict(self._paths)
        return scopes, own

    def _restore(self, kept: Any) -> None:
        scopes, own = kept
        for scope, entries, taken, number, counters in scopes:
            scope.entries, scope.taken, scope._number, scope._counters = (
                entries,
                taken,
                number,
                counters,
            )
        (
            self.nodes,
            self.results,
            self.scopes,
            self.values,
            self.claims,
            self.complete,
            self.current,
            self._modules,
            self._paths,
            self._called,
        ) = own


def tracer_of(instance: Instance) -> Tracer:
    """The tracer that saw a call."""
    run = instance.place.run
    assert isinstance(run, Tracer)
    return run


def _word(action: tree.Apply) -> str:
    return action.callee.id if isinstance(action.callee, tree.Name) else ""


def _last(path: str) -> str:
    return path.rsplit(".", 1)[-1]
