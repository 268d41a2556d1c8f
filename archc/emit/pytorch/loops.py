"""Loops: in `__init__`, and again in `forward` where no chain holds the parts."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from archc.emit.pytorch.attempt import Attempt
from archc.emit.pytorch.expressions import NotSymbolic, Printer
from archc.emit.pytorch.layout import Statement, Suite
from archc.emit.pytorch.names import identifier
from archc.emit.pytorch.python import ATOM, Py, name, number
from archc.emit.pytorch.scopes import Scopes, Structure
from archc.emit.pytorch.values import Axes, Env, Local, Unknown, Val, assign, resolve
from archc.graph.naming import Body
from archc.language import tree


class Loops(Scopes):
    """Writes what `for` and `repeat` stand for."""

    def loop(self, action: tree.For | tree.Repeat, val: Val, env: Env) -> Val:
        if self.concrete:
            return self._unrolled(action, val, env)
        attempt = Attempt(self)
        try:
            return self._folded(action, val, env)
        except NotSymbolic as reason:
            attempt.undo()
            return self._written_out(action, val, env, reason)

    def _folded(self, action: tree.For | tree.Repeat, val: Val, env: Env) -> Val:
        """The loop as a loop."""
        runs = self.peek(action)
        if self.trying:  # nothing is kept: one round tells what becomes of the channels
            return self.body(action.body, val, self._header(action, env)[2])
        if not runs:
            raise NotSymbolic("a loop never reached")
        val = self._loop_value(val)
        header, forward_header, inner, targets = self._header(action, env)
        before = self._dry(action.body, val, inner)
        axes = before.axes
        variable = None
        if axes[:1] != val.axes[:1] and not self._same(axes, val.axes):
            variable = self.channel_names[-1]
            self.locals.names.add(variable)
            try:
                line = assign(variable, self.channels(val, runs))
            except Unknown:
                raise NotSymbolic("unknown channels") from None
            if line is not None:
                self.flush(variable)
                self.say(line)
            dim = name(variable)
            val = Val(val.code, (dim, *(None,) * (len(axes) - 1)), val.variable)
        elif len(axes) != len(val.axes):
            raise NotSymbolic("a loop that changes the rank")
        self.flush(variable)
        body: list[Statement] = []
        forward: list[Statement] = []
        self.loops += 1
        outer_names = self.loop_names
        self.loop_names = outer_names | set(targets) | {variable or ""}
        with self.suite(body, forward):
            result = self.body(action.body, val, inner)
            self.flush()
            if variable is not None:
                if not result.axes or result.axes[0] is None:
                    raise NotSymbolic("unknown channels")
                line = assign(variable, resolve(result.axes[0]))
                if line is not None:
                    self.init.append(line)
            if self.chain is None:
                self.settle(result, self.targets[-1])
        self.loops -= 1
        self.loop_names = outer_names
        self.locals.names -= set(targets)
        if body:
            self.say(Suite(header, body, targets))
        if forward:
            self.forward.append(Suite(forward_header(), forward, targets))
        kept: Axes = (
            result.axes if variable is None else (name(variable), *(None,) * (len(result.axes) - 1))
        )
        if self.chain is not None:
            return Val("", kept)
        return Val(self.targets[-1], kept)

    @staticmethod
    def _same(left: Axes, right: Axes) -> bool:
        if not left or not right or left[0] is None or right[0] is None:
            return not left or not right or left[0] is right[0]
        return resolve(left[0]).text == resolve(right[0]).text

    def _loop_value(self, val: Val) -> Val:
        """A loop begins and ends with the tensor under one name."""
        if self.chain is not None:
            return val
        return self.settle(val, self.targets[-1])

    def _header(
        self, action: tree.For | tree.Repeat, env: Env
    ) -> tuple[str, Any, Env, tuple[str, ...]]:
        runs = self.peek(action)
        inner = Env(env)
        printer = self.printer(runs, env)
        if isinstance(action, tree.Repeat):
            count = printer.whole(action.count).text

            def forward_repeat() -> str:
                times = self.printer(runs, env, forward=True).whole(action.count)
                return f"for _ in range({times.text})"

            return f"for _ in range({count})", forward_repeat, inner, ("_",)
        names = [
            self.locals.new(identifier(one.id), identifier(one.id) + "_") for one in action.targets
        ]
        for target, local in zip(action.targets, names, strict=True):
            inner.names[target.id] = Local("value", name(local), name(local))
        listed = ", ".join(names)

        def forward_for() -> str:
            return f"for {listed} in {self._items(action, self.printer(runs, env, forward=True))}"

        return f"for {listed} in {self._items(action, printer)}", forward_for, inner, tuple(names)

    @staticmethod
    def _items(action: tree.For, printer: Any) -> str:
        iterable = action.iterable
        rows = iterable.items if isinstance(iterable, tree.List) else ()
        if any(isinstance(row, (tree.List, tree.Size)) for row in rows):
            texts = []
            for row in rows:
                if isinstance(row, tree.List) and len(row.items) > 1:
                    texts.append(f"({', '.join(printer.py(one).text for one in row.items)})")
                else:
                    texts.append(printer.py(row).text)
            return f"[{', '.join(texts)}]"
        text: str = printer.py(iterable).text
        return text

    def _dry(self, body: Body, val: Val, env: Env) -> Val:
        """What a body would give, without a trace."""
        attempt = Attempt(self)
        self.trying += 1
        marker = Py("\0", names=frozenset(("\0",)))
        axes: Axes = (val.axes[0] if val.axes else marker, *val.axes[1:])
        try:
            with self.suite([], []):
                self.muted_chain()
                return self.body(body, Val(val.code, axes, val.variable), env)
        finally:
            self.trying -= 1
            attempt.undo()

    def muted_chain(self) -> None:
        if self.chain is not None:
            self.chain = copy.copy(self.chain)
            self.chain.items = []
            self.chain.filled = True
            self.chain.outer = None

    def _written_out(
        self, action: tree.For | tree.Repeat, val: Val, env: Env, reason: NotSymbolic
    ) -> Val:
        """Round after round."""
        for inner in self.rounds(action, env, reason):
            val = self.body(action.body, val, inner)
        return val

    def rounds(
        self, action: tree.For | tree.Repeat, env: Env, reason: NotSymbolic
    ) -> Iterator[Env]:
        """The names in sight in each round, where every call runs the loop equally often."""
        counts = set(self.counts(action))
        if len(counts) != 1:
            raise reason
        self.guess()
        printer = self.printer(self.peek(action), env)
        before = self.pinned
        for place in range(counts.pop()):
            self.pinned = {**before, id(action): place}
            inner = Env(env)
            if isinstance(action, tree.For):
                item = self._item(action, place, printer)
                for target, py in zip(action.targets, item, strict=True):
                    inner.names[target.id] = Local("value", py, py)
            yield inner
        self.pinned = before

    def _item(self, action: tree.For, place: int, printer: Printer) -> list[Py]:
        """What the names of a loop are in one of its rounds."""
        iterable, several = action.iterable, len(action.targets)
        if isinstance(iterable, tree.List):
            item = iterable.items[place]
            if several == 1:
                return [printer.py(item)]
            if isinstance(item, tree.List):
                return [printer.py(part) for part in item.items]
        if isinstance(iterable, tree.Call):
            values = [one[place] for one in printer.values(iterable)]
            if any(value != values[0] for value in values):
                raise NotSymbolic(iterable.span.text)
            return [number(values[0])]
        row = Py(f"{printer.py(iterable).at(ATOM)}[{place}]")
        return [row] if several == 1 else [Py(f"{row.text}[{i}]") for i in range(several)]

    def _unrolled(self, action: tree.For | tree.Repeat, val: Val, env: Env) -> Val:
        for _ in range(self.taken(action)):
            val = self.body(action.body, val, Env(env))
        return val

    def taken(self, action: Structure) -> int:
        """How often a loop ran this time, or which arm was taken."""
        notes = self.counts(action)
        place = self.numbers.get(id(action), 0)
        self.numbers[id(action)] = place + 1
        return notes[min(place, len(notes) - 1)] if notes else 0
