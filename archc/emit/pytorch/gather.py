"""Merges whose branches depend on the arguments: loops and conditions that contribute branches.

x = torch.cat([self.conv(x), *[branch(x) for branch in self.for1]], dim=1)

branches = [self.conv(x)]           y = self.conv(x)
if self.pool:                       if self.residual:
    branches.append(self.pool(x))       y = y + x
x = torch.cat(branches, dim=1)
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, count

from archc.emit.pytorch.attempt import Attempt
from archc.emit.pytorch.branches import FUNCTIONS, SIGNS, Contributing, Row, contributes, holds
from archc.emit.pytorch.conditions import Conditions
from archc.emit.pytorch.containers import Box, Chain, hides
from archc.emit.pytorch.expressions import NotSymbolic, Printer
from archc.emit.pytorch.layout import Call, Doc, Line, Statement, Suite, flat
from archc.emit.pytorch.python import Py, binary, call, name, number
from archc.emit.pytorch.shape_of_text import callable_chain, labels
from archc.emit.pytorch.trace import Execution
from archc.emit.pytorch.values import Axes, Entry, Env, Labels, Unknown, Val, resolve
from archc.graph.naming import Body, inner_bodies, read_scope
from archc.language import tree


class Gather(Conditions):
    """Writes merges whose branches are not the same for all arguments."""

    def gathered(self, action: tree.Braced, val: Val, env: Env) -> Val:
        word = action.word.id
        first = next(one for one in action.body if isinstance(one, tree.Chain))
        running = word != "concat" and contributes(first) is None
        local = self.free_target(first, word) if running else self.variables.new("branches")
        live = set(self.live)
        self.live.add(local)
        row = Row(word, local, self.locals.new("total_channels"), running)
        self._gather(action.body, val, env, row)
        self.live = live
        if not row.counted:
            self.locals.names.discard(row.total)
        axes = self._gathered_axes(row)
        if running:
            return self._sum(row, axes)
        if row.begun:
            self._flush_texts(row)
        whole = row.local if row.begun else _list(row.texts)
        self.world.use("torch")
        if word == "concat":
            return Val(Call("torch.cat(", (whole, "dim=1")), axes, False)
        return Val(Call("functools.reduce(", (FUNCTIONS[word], whole)), axes, False)

    def _sum(self, row: Row, axes: Axes) -> Val:
        """What a running sum or product came to; its last line may stand where it is read."""
        if row.texts:
            return Val(SIGNS[row.word].join(row.terms()), axes, False)
        last = self.forward[-1] if self.forward else None
        if isinstance(last, Line) and last.prefix == f"{row.local} = ":
            self.forward.pop()
            return Val(last.doc, axes, False)
        return Val(row.base or row.local, axes)

    def _gathered_axes(self, row: Row) -> Axes:
        rank = len(row.axes[0]) if row.axes else 0
        rest: Axes = (None,) * max(rank - 1, 0)
        if row.word == "concat":
            if row.counted:
                self._flush_channels(row)
                return (name(row.total), *rest)
            return (row.channels, *rest)
        for axes in row.axes:
            head = axes[0] if axes else None
            if isinstance(head, Py) and not head.names & self.loop_names:
                wide = row.word == "add" or _same_channels(head, row.axes)
                if wide:
                    return (head, *rest)
        return (None, *rest)

    def fresh_channels(self) -> str:
        """A name for the channels of a branch, unlike those of the branches before and around."""
        busy = {*self.channel_names, *self.held, *(one.python for one in self.parameters)}
        names = chain(("branch_channels",), (f"branch_channels{n}" for n in count(2)))
        return next(name for name in names if name not in busy)

    def hold(self, axes: Axes) -> None:
        """Leaves the variable alone that the channels of a branch are in: they are read later."""
        if axes and isinstance(axes[0], Py):
            self.held = self.held | {one for one in axes[0].names if one.startswith("unit")}
        if axes and holds(axes[0], self.channel_names[-1]):
            self.held = self.held | {self.channel_names[-1]}
            self.channel_names[-1] = self.fresh_channels()

    # ------------------------------------------------------------------------------ what is added

    def _gather(self, body: Body, val: Val, env: Env, row: Row) -> None:
        for statement in body:
            if isinstance(statement, tree.Let):
                self.let(statement, val, env)
            if not isinstance(statement, tree.Chain):
                continue
            action = contributes(statement)
            if action is None:
                self._one(statement, val, env, row)
            elif isinstance(action, tree.If):
                self._some(action, statement.links[0], val, env, row)
            else:
                self._many(action, statement.links[0], val, env, row)

    def _one(self, statement: tree.Chain, val: Val, env: Env, row: Row) -> None:
        first = row.running and not row.begun and not row.texts
        target = row.local if first else self.free_target(statement, row.word)
        self.live.add(target)
        self.targets.append(target)
        before = len(self.forward)
        result = self.links(statement.links, val, env)
        self.targets.pop()
        if not result.variable and (len(self.forward) > before or " if " in result.text):
            result = self.settle(result, target)
        elif result.text != target and not first:
            self.live.discard(target)
        self._add(row, result.code, result.axes)
        self.hold(result.axes)

    def _add(self, row: Row, text: Doc, axes: Axes, times: Py | None = None) -> None:
        row.axes.append(axes)
        row.texts.append(text)
        if row.word != "concat":
            return
        try:
            channels = resolve(axes[0])
        except (Unknown, IndexError):
            raise NotSymbolic("unknown channels") from None
        row.count(channels if times is None else binary("*", times, channels))

    def _flush_texts(self, row: Row) -> None:
        """Lets the list catch up; begins it where it is not there yet."""
        if row.running:
            terms = row.terms()
            if len(terms) > 1 or not terms[0].isidentifier():
                self.forward.append(Line(SIGNS[row.word].join(terms), f"{row.local} = "))
                terms = [row.local]
            row.base = terms[0]
        elif not row.begun:
            typed = f"{row.local} = " if row.texts else f"{row.local}: list[Tensor] = "
            self.forward.append(Line(_list(row.texts), typed))
        elif len(row.texts) == 1 and not flat(row.texts[0]).startswith("*"):
            self.forward.append(Line(Call(f"{row.local}.append(", tuple(row.texts))))
        elif row.texts:
            self.forward.append(Line(_list(row.texts), f"{row.local} += "))
        row.texts, row.begun = [], True

    def _begin_sum(self, row: Row) -> None:
        """What a loop adds to has a variable of its own."""
        if row.base is not None and row.base != row.local:
            self.forward.append(Line(row.base, f"{row.local} = "))
            row.base = row.local

    def _flush_channels(self, row: Row) -> None:
        if row.word != "concat":
            return
        if not row.counted:
            start = row.channels or number(0)
            self.say(Line(f"{row.total} = {start.text}", sets=row.total))
        elif row.channels is not None:
            self.say(Line(f"{row.total} += {row.channels.text}"))
        row.channels, row.counted = None, True

    def _flush_row(self, row: Row) -> None:
        self._flush_texts(row)
        self._flush_channels(row)

    # ------------------------------------------------------------------------ conditions and loops

    def _some(self, action: tree.If, link: tree.Link, val: Val, env: Env, row: Row) -> None:
        """What a condition contributes."""
        attempt, kept = Attempt(self), row.copy()
        try:
            self._arm_branches(action, link, val, env, row)
            return
        except NotSymbolic:
            taken = set(self.counts(action))
            if len(taken) != 1 or link.label is not None:
                raise
        attempt.undo()
        row.__dict__.update(kept.__dict__)
        self.guess()
        arm = taken.pop()
        if arm >= 0:
            self._gather(action.arms[arm].body, val, Env(env), row)

    def _arm_branches(self, action: tree.If, link: tree.Link, val: Val, env: Env, row: Row) -> None:
        if link.label is not None:
            raise NotSymbolic("a labelled condition in a merge")
        self.current = val
        printer = self.printer(self.peek(action), env)
        tests = self.tests(action, printer)
        if isinstance(tests, int):
            if tests >= 0:
                self._gather(action.arms[tests].body, val, Env(env), row)
            return
        self._flush_row(row)
        base = row.base
        inits, forwards = self._arm_suites(tests), self._arm_suites(tests)
        asked = self._flags(action, tests, env)
        for place, arm in enumerate(action.arms):
            self.arms.append((id(action), place))
            with self.suite(inits[place].body, forwards[place].body):
                row.base = base
                self._gather(arm.body, val, Env(env), row)
                self._flush_row(row)
            self.arms.pop()
        for suite in inits:
            self.say(suite)
        if base is None:
            self._ask(forwards, asked)
        else:
            self._ask(forwards, asked, row.local, base)
            row.base = row.local

    def _many(
        self, action: tree.For | tree.Repeat, link: tree.Link, val: Val, env: Env, row: Row
    ) -> None:
        """What a loop contributes."""
        attempt, kept = Attempt(self), row.copy()
        try:
            self._loop_branches(action, link, val, env, row)
        except NotSymbolic as reason:
            if any(one.name is not None for one in self.peek(action)):
                raise
            attempt.undo()
            row.__dict__.update(kept.__dict__)
            for inner in self.rounds(action, env, reason):
                self._gather(action.body, val, inner, row)

    def _loop_branches(
        self, action: tree.For | tree.Repeat, link: tree.Link, val: Val, env: Env, row: Row
    ) -> None:
        runs = self.runs(action)
        if not any(one.name is not None for one in runs):
            self._loop_of(action, val, env, row)
            return
        bodies = tuple(inner_bodies(action))
        if read_scope(bodies).sequence:
            self._module_list(action, link, val, env, row, runs)
            return
        key = self.key(link.label, runs, env)
        if not isinstance(key, str):
            raise NotSymbolic("a computed label of a loop in a merge")
        outer, outer_labels = self.where, self.labels
        box = Box(outer.access(key), isinstance(outer, Box) or hides(labels(bodies)))
        box.bare = box.bare or any(label is None for label in _plain_labels(bodies))
        outer.add(key, box.make(), self.init)
        self.where, self.labels = box, Labels(outer_labels)
        self._loop_of(action, val, env, row)
        inner = self.labels
        self.where, self.labels = outer, outer_labels
        self.labels.entries[key] = Entry(val, inner, None)

    def _loop_of(self, action: tree.For | tree.Repeat, val: Val, env: Env, row: Row) -> None:
        self._flush_texts(row)
        self._begin_sum(row)
        header, forward_header, inner, targets = self._header(action, env)
        times = _times(action, self.printer(self.peek(action), env))
        init: list[Statement] = []
        forward: list[Statement] = []
        live, outer_names = set(self.live), self.loop_names
        before, counted = row.channels, row.counted
        row.channels, row.counted = None, True
        self.loops += 1
        self.loop_names = outer_names | set(targets)
        with self.suite(init, forward):
            self._gather(action.body, val, inner, row)
            self._flush_texts(row)
        once, changing = row.channels, self.loop_names - outer_names
        row.channels, row.counted = before, counted
        self.loops -= 1
        self.live, self.loop_names = live, outer_names
        self.locals.names -= set(targets)
        row.base = row.base and row.local
        summed = any(_adds(one, row.total) for one in init)
        if once is not None and not summed and not once.names & changing:
            row.count(binary("*", times, once))
        elif once is not None or summed:
            self._flush_channels(row)
            if once is not None:
                init.append(Line(f"{row.total} += {once.text}"))
        if init:
            self.say(Suite(header, init, targets))
        if forward:
            self.forward.append(Suite(forward_header(), forward, targets))

    def _module_list(
        self,
        action: tree.For | tree.Repeat,
        link: tree.Link,
        val: Val,
        env: Env,
        row: Row,
        runs: list[Execution],
    ) -> None:
        """A loop over plain chains: its modules are numbered, in an `nn.ModuleList`."""
        bodies = tuple(inner_bodies(action))
        if not callable_chain(bodies, self.referenced) or self._tensor_calls(bodies):
            raise NotSymbolic("branches in a loop that are no plain chains")
        key = self.key(link.label, runs, env)
        header, _, inner, targets = self._header(action, env)
        times = _times(action, self.printer(self.peek(action), env))
        local = self._local(key)
        parts = self.chain = Chain(local, False, self._uniform(bodies), self.init)
        self.flush()
        init: list[Statement] = []
        lengths: list[int] = []
        results: list[Axes] = []
        outer_names = self.loop_names
        self.loops += 1
        self.loop_names = outer_names | set(targets)
        with self.suite(init, []):
            for statement in action.body:
                if isinstance(statement, tree.Let):
                    self.let(statement, val, inner)
                elif isinstance(statement, tree.Chain):
                    if any(isinstance(one, Contributing) for one in tree.within(statement)):
                        raise NotSymbolic("branches in a loop whose length depends on arguments")
                    before = parts.count
                    results.append(self.links(statement.links, val, inner).axes)
                    lengths.append(parts.count - before)
            self.flush()
        self.chain = None
        self.loops -= 1
        changing, self.loop_names = self.loop_names - outer_names, outer_names
        self.locals.names -= set(targets)
        if any(_changes(axes, changing) for axes in results) and row.word == "concat":
            self._flush_channels(row)
            with self.suite(init, []):
                for axes in results:
                    row.count(resolve(axes[0]))
                self._flush_channels(row)
            times = number(0)
        self.say(Suite(header, init, targets))
        self.where.add(key, Call("nn.ModuleList(", (local,)), self.init)
        access = self.where.access(self._forward_key(key, link, runs, env))
        self._run_list(row, access, lengths, results, val, times)

    def _run_list(
        self,
        row: Row,
        access: str,
        lengths: list[int],
        results: list[Axes],
        val: Val,
        times: Py,
    ) -> None:
        """Runs the modules of a list, so many for each branch."""
        counted = times.value != 0
        if lengths == [1] and not row.running:
            every = f"*[branch({val.text}) for branch in {access}]"
            self._add(row, every, results[0], times if counted else None)
            if not counted:
                row.channels = None
            return
        self._flush_texts(row)
        self._begin_sum(row)
        busy = self.live | self.loop_names | set(self.targets)
        loop = Suite(f"for branch in {access}")
        text: Doc
        texts: list[Doc] = [f"branch({val.text})"]
        if lengths != [1]:
            index = next(letter for letter in ("i", "j", "k", "m", "n") if letter not in busy)
            loop = Suite(f"for {index} in range(0, len({access}), {sum(lengths)})")
            texts, start = [], 0
            for length in lengths:
                text = val.code
                for place in range(start, start + length):
                    at = f"{index} + {place}" if place else index
                    text = Call(f"{access}[{at}](", (text,))
                texts.append(text)
                start += length
        with self.suite([], loop.body):
            channels = row.channels
            for text, axes in zip(texts, results, strict=True):
                self._add(row, text, axes, times if counted else None)
            if not counted:
                row.channels = channels
            self._flush_texts(row)
        self.forward.append(loop)


def _list(texts: Sequence[Doc]) -> Doc:
    if len(texts) == 1 and flat(texts[0]).startswith("*["):
        return flat(texts[0])[1:]
    return Call("[", tuple(texts), "]")


def _times(action: tree.For | tree.Repeat, printer: Printer) -> Py:
    """How often a loop runs, in the author's words."""
    if isinstance(action, tree.Repeat):
        return printer.whole(action.count)
    iterable = action.iterable
    if isinstance(iterable, tree.List):
        return Py(str(len(iterable.items)))
    if isinstance(iterable, tree.Call) and len(iterable.arguments) == 1:
        return printer.whole(iterable.arguments[0].value)
    return call("len", [printer.py(iterable)])


def _adds(statement: Statement, total: str) -> bool:
    """Whether something in a loop adds to the sum of the channels."""
    if isinstance(statement, Suite):
        return any(_adds(one, total) for one in statement.body)
    return flat(statement.doc).startswith(f"{total} += ")


def _changes(axes: Axes, names: set[str]) -> bool:
    """Whether the channels of a branch differ from round to round."""
    head = axes[0] if axes else None
    return head is not None and bool(resolve(head).names & names)


def _same_channels(head: Py, every: list[Axes]) -> bool:
    """Whether all factors of a product say the same of their channels; a gate may have one."""
    return all(axes and isinstance(axes[0], Py) and axes[0].text == head.text for axes in every)


def _plain_labels(bodies: tuple[Body, ...]) -> list[str | None]:
    return [node.plain for node in tree.within(bodies) if isinstance(node, tree.Template)]
