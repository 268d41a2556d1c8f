"""Groups, loops and conditions."""

from __future__ import annotations

import copy
from typing import Any

from archc.emit.pytorch.calls import Calls
from archc.emit.pytorch.containers import Box, Chain, Key, hides
from archc.emit.pytorch.expressions import NotSymbolic
from archc.emit.pytorch.layout import WIDTH, Call, Line, Statement, Suite, flat
from archc.emit.pytorch.names import identifier
from archc.emit.pytorch.python import COMPARE, Py, literal, name
from archc.emit.pytorch.shape_of_text import callable_chain, computed, labels
from archc.emit.pytorch.trace import Execution
from archc.emit.pytorch.values import Axes, Env, Labels, Later, Local, Unknown, Val, assign, resolve
from archc.graph.naming import Body, inner_bodies, own_links, read_scope
from archc.language import tree
from archc.layers.registry import KINDS

Structure = tree.Group | tree.If | tree.For | tree.Repeat


class Structures(Calls):
    """Writes what braces stand for."""

    def body(self, body: Body, val: Val, env: Env) -> Val:
        raise NotImplementedError

    def statements(self, action: Structure, val: Val, env: Env) -> Val:
        """Runs the braces of an action in the scope around it."""
        if isinstance(action, tree.Group):
            return self.body(action.body, val, Env(env))
        if isinstance(action, tree.If):
            return self.condition(action, val, env)
        return self.loop(action, val, env)

    # -------------------------------------------------------------------------------------- scopes

    def structure(self, link: tree.Link, action: Structure, val: Val, env: Env) -> Val:
        runs = self.runs(action) or ([] if link.label is None else self._no_runs(action))
        if link.label is None and not any(one.name is not None for one in runs):
            return self.statements(action, val, env)
        bodies = tuple(inner_bodies(action))
        key: Key = str(self.chain.count) if self.chain is not None and not self.chain.named else self.key(
            link.label, runs, env
        )
        if callable_chain(bodies, self.referenced) and not hides(labels(bodies)) and not self._tensor_calls(bodies):
            return self._sequence(link, action, key, val, env, runs)
        if not isinstance(key, str) or self.chain is not None or not isinstance(action, tree.Group) and not self.concrete:
            raise NotSymbolic("a group that is no plain chain")
        return self._box(link, action, key, val, env)

    def _no_runs(self, action: Structure) -> list[Execution]:
        raise NotSymbolic("never run")

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
                if one.layer is not None and len(one.inputs) > 1 or one.layer is not None and one.layer.keyword == "scale":
                    return True
        return any(
            self._tensor_calls(tuple(inner_bodies(link.action)))
            for link in own_links(bodies)
            if not isinstance(link, tree.Output) and link.label is not None and not isinstance(link.action, tree.Apply)
        )

    def _any_runs(self, action: Any) -> list[Execution]:
        return [one for instance in self.instances for one in instance.executions.get(id(action), ())]

    def _sequence(
        self, link: tree.Link, action: Structure, key: Key, val: Val, env: Env, runs: list[Execution]
    ) -> Val:
        """A plain chain: `nn.Sequential`."""
        bodies = tuple(inner_bodies(action))
        outer, outer_labels, outer_targets = self.chain, self.labels, self.where
        inner = Labels(self.labels)
        local = self._local(key)
        kind = self._uniform(bodies)
        self.chain = Chain(local, not read_scope(bodies).sequence, kind, self.init)
        self.labels = inner
        mark = len(self.init)
        result = self.statements(action, val, env)
        chain = self.chain
        chain.out = self.init
        doc = chain.doc() if not self.muted else Call("nn.Sequential(", ())
        self.chain, self.labels, self.where = outer, outer_labels, outer_targets
        if not chain.filled:
            self.locals.names.discard(local)
        del mark
        self.last_inner = inner
        if self.chain is not None:
            self.chain.add(key, doc)
            return Val("", result.axes)
        if not self.muted:
            self.where.add(key, doc, self.init)
        access = self.where.access(self._forward_key(key, link, runs, env))
        return self._again(link, runs, lambda v: Val(Call(f"{access}(", (v.code,)), result.axes, False), val)

    last_inner: Labels | None = None

    def _local(self, key: Key) -> str:
        """A name for the list that fills a chain: `layer` for `layer{i + 1}`."""
        text = key if isinstance(key, str) else key.text[2:].split("{")[0]
        base = identifier(text.rstrip("_0123456789") if not isinstance(key, str) else text, "layers")
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
                if not runs or any(one.child is None for one in runs):
                    return "nn.Module"
                kinds |= {self.world.info(one.child).name for one in runs if one.child is not None}
        return " | ".join(sorted(kinds)) or "nn.Module"

    def _box(self, link: tree.Link, action: Structure, key: str, val: Val, env: Env) -> Val:
        """A group with branches: its parts in a dictionary, its forward pass among the class's own."""
        bodies = tuple(inner_bodies(action))
        outer, outer_labels = self.where, self.labels
        box = Box(outer.access(key), hides(labels(bodies)) or computed(bodies))
        if self.numbered_scope(bodies):
            box.bare = False
        if not self.muted:
            outer.add(key, box.make(), self.init)
        self.where, self.labels = box, Labels(outer_labels)
        result = self.statements(action, val, env)
        self.last_inner = self.labels
        self.where, self.labels = outer, outer_labels
        self.last_again = None
        return result

    def numbered_scope(self, bodies: tuple[Body, ...]) -> bool:
        return read_scope(bodies).sequence

    # --------------------------------------------------------------------------------------- loops

    def loop(self, action: tree.For | tree.Repeat, val: Val, env: Env) -> Val:
        if self.concrete:
            return self._unrolled(action, val, env)
        runs = self.peek(action)
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
                self.flush()
                self.say(line)
            dim = name(variable)
            val = Val(val.code, (dim, *(None,) * (len(axes) - 1)), val.variable)
        elif len(axes) != len(val.axes):
            raise NotSymbolic("a loop that changes the rank")
        self.flush()
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
        if body:
            self.say(Suite(header, body, targets))
        if forward:
            self.forward.append(Suite(forward_header(), forward, targets))
        kept: Axes = result.axes if variable is None else (name(variable), *(None,) * (len(result.axes) - 1))
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

    def _header(self, action: tree.For | tree.Repeat, env: Env) -> tuple[str, Any, Env, tuple[str, ...]]:
        runs = self.peek(action)
        inner = Env(env)
        printer = self.printer(runs, env)
        if isinstance(action, tree.Repeat):
            count = printer.whole(action.count).text

            def forward_repeat() -> str:
                return f"for _ in range({self.printer(runs, env, forward=True).whole(action.count).text})"

            return f"for _ in range({count})", forward_repeat, inner, ("_",)
        names = [self.locals.new(identifier(one.id), identifier(one.id) + "_") for one in action.targets]
        for target, local in zip(action.targets, names, strict=True):
            inner.names[target.id] = Local("value", name(local), name(local))
            self.locals.names.discard(local)
        listed = ", ".join(names)

        def forward_for() -> str:
            return f"for {listed} in {self._items(action, self.printer(runs, env, forward=True))}"

        return f"for {listed} in {self._items(action, printer)}", forward_for, inner, tuple(names)

    @staticmethod
    def _items(action: tree.For, printer: Any) -> str:
        iterable = action.iterable
        if isinstance(iterable, tree.List) and any(isinstance(item, (tree.List, tree.Size)) for item in iterable.items):
            values = printer.values(iterable)
            if values and all(value == values[0] for value in values):
                return literal(tuple(values[0]))
        text: str = printer.py(iterable).text
        return text

    def _dry(self, body: Body, val: Val, env: Env) -> Val:
        """What a body would give, without a trace."""
        kept = self._snapshot()
        marker = Py("\0", names=frozenset(("\0",)))
        axes: Axes = (val.axes[0] if val.axes else marker, *val.axes[1:])
        try:
            with self.suite([], []):
                self.muted_chain()
                return self.body(body, Val(val.code, axes, val.variable), env)
        finally:
            self._restore(kept)

    def muted_chain(self) -> None:
        if self.chain is not None:
            self.chain = copy.copy(self.chain)
            self.chain.items = []
            self.chain.filled = True

    def _snapshot(self) -> Any:
        return (
            self.chain, set(self.attributes.names), set(self.locals.names), dict(self.kept), dict(self.pool),
            dict(self.labels.entries), list(self.top), self.where, list(self.targets), dict(self.numbers),
            self.loops, self.loop_names, list(self.channel_names), dict(self.cursor),
            {key: list(value) for key, value in self.automatic.items()}, list(self.arms),
        )

    def _restore(self, kept: Any) -> None:
        self.chain = kept[0]
        self.attributes.names, self.locals.names, self.kept, self.pool = kept[1:5]
        self.labels.entries = kept[5]
        self.top[:] = kept[6]
        self.where, self.targets, self.numbers = kept[7:10]
        self.loops, self.loop_names, self.channel_names, self.cursor = kept[10:14]
        self.automatic, self.arms = kept[14:]

    def _unrolled(self, action: tree.For | tree.Repeat, val: Val, env: Env) -> Val:
        for _ in range(self.taken(action)):
            val = self.body(action.body, val, Env(env))
        return val

    def taken(self, action: Structure) -> int:
        """How often a loop ran this time, or which arm was taken."""
        notes = [count for one in self.instances for count, real in one.rounds.get(id(action), ()) if real]
        place = self.numbers.get(id(action), 0)
        if not self.muted:
            self.numbers[id(action)] = place + 1
        return notes[min(place, len(notes) - 1)] if notes else 0

    # ----------------------------------------------------------------------------------- conditions

    def condition(self, action: tree.If, val: Val, env: Env) -> Val:
        if self.concrete:
            arm = self.taken(action)
            return val if arm < 0 else self.body(action.arms[arm].body, val, Env(env))
        runs = self.peek(action)
        if not runs:
            raise NotSymbolic("a condition never reached")
        self.current = val
        printer = self.printer(runs, env)
        fixed = self._decided(action, printer)
        if fixed is not None:
            return val if fixed < 0 else self.body(action.arms[fixed].body, val, Env(env))
        tests = [None if arm.condition is None else printer.py(arm.condition) for arm in action.arms]
        if self.chain is not None:
            return self._chain_condition(action, tests, val, env)
        if len(action.arms) == 1 or (len(action.arms) == 2 and tests[1] is None):
            optional = self._optional(action, val, env, tests[0])
            if optional is not None:
                return optional
        same = self._same_label(action)
        if same is not None:
            return self._one_name(action, same, tests, val, env)
        return self._flagged(action, tests, val, env)

    def _decided(self, action: tree.If, printer: Any) -> int | None:
        """The arm that is taken whatever the arguments: the condition was about sizes alone."""
        if any(arm.condition is not None and _named(arm.condition) for arm in action.arms):
            return None
        notes = {count for one in self.instances for count, real in one.rounds.get(id(action), ()) if real}
        return notes.pop() if len(notes) == 1 else None

    def _arm_suites(self, tests: list[Py | None]) -> list[Suite]:
        suites = []
        for i, test in enumerate(tests):
            word = "if" if i == 0 else "elif"
            suites.append(Suite("else" if test is None else f"{word} {test.text}"))
        return suites

    def _join(
        self, suites: list[Suite], results: list[Val], tests: list[Py | None], val: Val, before: list[Statement]
    ) -> Axes:
        """The axes behind a condition."""
        axes = [one.axes for one in results]
        entry = val.axes if tests[-1] is not None else None
        every = axes if entry is None else [*axes, entry]
        rank = len(every[0])
        if any(len(one) != rank for one in every):
            raise NotSymbolic("arms of different rank")
        if not rank:
            return ()
        if all(self._same(every[0], one) for one in every):
            return (every[0][0], *(None,) * (rank - 1))
        if any(one[0] is None for one in every):
            return (None,) * rank
        arms = [(suite.body, one[0]) for suite, one in zip(suites, axes, strict=True)]
        variable = self.channel_names[-1]
        self.locals.names.add(variable)
        later = Later(variable, before, suites[0], arms, None if entry is None else entry[0])
        return (later, *(None,) * (rank - 1))

    def _chain_condition(self, action: tree.If, tests: list[Py | None], val: Val, env: Env) -> Val:
        assert self.chain is not None
        self.flush()
        suites = self._arm_suites(tests)
        results = []
        count = self.chain.count
        for number, (arm, suite) in enumerate(zip(action.arms, suites, strict=True)):
            self.arms.append((id(action), number))
            with self.suite(suite.body, []):
                results.append(self.body(arm.body, val, Env(env)))
                self.flush()
            self.arms.pop()
        del count
        before = self.init
        for suite in suites:
            self.say(suite)
        return Val("", self._join(suites, results, tests, val, before))

    def _single(self, body: Body) -> tree.Link | None:
        """The only link of a body."""
        if len(body) != 1 or not isinstance(body[0], tree.Chain) or len(body[0].links) != 1:
            return None
        return body[0].links[0]

    def _moves_nothing(self, body: Body) -> bool:
        link = self._single(body)
        return not body or (
            link is not None and link.label is None and isinstance(link.action, tree.Apply)
            and isinstance(link.action.callee, tree.Name) and link.action.callee.id == "identity"
        )

    def _module_link(self, body: Body) -> tree.Link | None:
        """The one labelled module a body consists of."""
        link = self._single(body)
        if link is None or link.label is None or link.label.plain is None:
            return None
        if link.label.plain in self.referenced:
            return None
        action = link.action
        if isinstance(action, tree.Apply):
            if isinstance(action.callee, tree.Name) and action.callee.id in KINDS:
                kind = KINDS[action.callee.id]
                return link if kind.group not in ("merge and shape",) else None
            return None if self._tensor_calls(((tree.Chain((link,), link.span),),)) else link
        if isinstance(action, tree.Group):
            bodies = tuple(inner_bodies(action))
            fit = callable_chain(bodies, self.referenced) and not self._tensor_calls(bodies)
            return link if fit else None
        return None

    def _optional(self, action: tree.If, val: Val, env: Env, test: Py | None) -> Val | None:
        """One arm is a module, the other nothing: `self.downsample` is None where it is not needed."""
        bodies = [arm.body for arm in action.arms]
        other: Body = bodies[1] if len(bodies) == 2 else ()
        link = self._module_link(bodies[0])
        if link is None or not self._moves_nothing(other) or self.loops or test is None:
            return None
        assert link.label is not None
        label = link.label.plain
        if label is None or self.where is not self.root or not label.isidentifier():
            return None
        val = self.settle(val)
        self.say(Line("None", f"self.{label}: nn.Module | None = "))
        suite = Suite(f"if {test.text}")
        before = self.init
        self.arms.append((id(action), 0))
        with self.suite(suite.body, []):
            result = self.link(link, val, Env(env), None)
        self.arms.pop()
        self.say(suite)
        tests: list[Py | None] = [test]
        axes = self._join([suite], [result], tests, val, before)
        if axes and isinstance(axes[0], Later) and self.labels is not None:
            pass
        code = f"{val.text} if self.{label} is None else {flat(result.code)}"
        return Val(code, axes, False)

    def link(self, link: tree.Link, val: Val, env: Env, following: tree.Link | None) -> Val:
        raise NotImplementedError

    def _same_label(self, action: tree.If) -> str | None:
        """The label that every arm gives to its only module."""
        if action.arms[-1].condition is not None:
            return None
        found = set()
        for arm in action.arms:
            link = self._single(arm.body)
            if link is None or link.label is None or not isinstance(link.action, (tree.Apply, tree.Group)):
                return None
            idle = isinstance(link.action, tree.Apply) and isinstance(link.action.callee, tree.Name) and (
                link.action.callee.id == "identity"
            )
            fit = idle or self._module_link((tree.Chain((link,), link.span),)) is not None
            if not fit and link.label.plain in self.referenced:
                before = self.referenced
                self.referenced = before - {link.label.plain}
                fit = self._module_link((tree.Chain((link,), link.span),)) is not None
                self.referenced = before
            if not fit:
                return None
            found.add(link.label.plain)
        return found.pop() if len(found) == 1 else None

    def _one_name(self, action: tree.If, label: str, tests: list[Py | None], val: Val, env: Env) -> Val:
        val = self.settle(val)
        suites = self._arm_suites(tests)
        results = []
        before = self.init
        kept = self.referenced
        for arm, suite in zip(action.arms, suites, strict=True):
            link = self._single(arm.body)
            assert link is not None
            with self.suite(suite.body, []):
                word = link.action.callee if isinstance(link.action, tree.Apply) else None
                if isinstance(word, tree.Name) and word.id == "identity":
                    self.runs(link.action)
                    self.where.add(label, Call("nn.Identity(", ()), self.init)
                    results.append(Val(val.code, val.axes, False))
                else:
                    self.referenced = kept - {label}
                    results.append(self.link(link, val, Env(env), None))
                    self.referenced = kept
        for i, suite in enumerate(suites):
            if i == 0 and suite.body and isinstance(suite.body[0], Line) and suite.body[0].prefix.endswith(f"self.{label} = "):
                first = suite.body[0]
                suite.body[0] = first._replace(prefix=f"self.{label}: nn.Module = ")
            self.say(suite)
        axes = self._join(suites, results, tests, val, before)
        access = self.where.access(label)
        result = Val(Call(f"{access}(", (val.code,)), axes, False)
        if label in self.referenced:
            result = self.settle(result, self.tensor_name(label))
        self.enter(label, result, None)
        return result

    def tensor_name(self, label: str) -> str:
        raise NotImplementedError

    def enter(self, label: str, val: Val, inner: Labels | None) -> None:
        raise NotImplementedError

    def _flagged(self, action: tree.If, tests: list[Py | None], val: Val, env: Env) -> Val:
        """The condition is kept as an attribute for the forward pass to ask."""
        val = self.settle(val, self.targets[-1])
        target = self.targets[-1]
        suites = self._arm_suites(tests)
        forwards = self._arm_suites(tests)
        names = self._flags(action, tests, env)
        results = []
        before = self.init
        parts = zip(action.arms, suites, forwards, strict=True)
        for number, (arm, suite, forward) in enumerate(parts):
            self.arms.append((id(action), number))
            with self.suite(suite.body, forward.body):
                result = self.body(arm.body, Val(target, val.axes), Env(env))
                results.append(self.settle(result, target))
            self.arms.pop()
        for suite in suites:
            self.say(suite)
        for test, forward in zip(names, forwards, strict=True):
            if test is not None:
                forward.header = f"{forward.header.split(' ', 1)[0]} {test}"
        while forwards and not forwards[-1].body:
            forwards.pop()
        ternary = _ternary(forwards, target)
        if ternary is not None:
            self.forward.append(ternary)
        else:
            self.forward += forwards
        axes = self._join(suites, results, tests, val, before)
        return Val(target, axes)

    def _flags(self, action: tree.If, tests: list[Py | None], env: Env) -> list[str | None]:
        """How `forward` asks each condition."""
        result: list[str | None] = []
        for arm, test in zip(action.arms, tests, strict=True):
            if arm.condition is None or test is None:
                result.append(None)
                continue
            try:
                printer = self.printer(self.peek(action), env, forward=True)
                result.append(printer.py(arm.condition).text)
                if not _sized(arm.condition):
                    continue
                result.pop()
            except NotSymbolic:
                pass
            if self.loops:
                raise NotSymbolic("a condition inside a loop")
            flag = self.attributes.new("chosen", "chosen")
            self.top.append(Line(f"self.{flag} = {test.text if test.level > 0 else test.at(COMPARE)}"))
            result.append(f"self.{flag}")
        return result


def _ternary(suites: list[Suite], target: str) -> Line | None:
    """`y = a if self.flag else b` where both arms are one short line."""
    if len(suites) != 2 or suites[1].header != "else" or any(len(one.body) != 1 for one in suites):
        return None
    prefix = f"{target} = "
    texts = []
    for one in suites:
        line = one.body[0]
        if not isinstance(line, Line) or line.prefix != prefix or " if " in flat(line.doc):
            return None
        texts.append(flat(line.doc))
    text = f"{texts[0]} if {suites[0].header[3:]} else {texts[1]}"
    return Line(text, prefix) if len(text) + len(prefix) <= WIDTH - 8 else None


def _sized(expr: object) -> bool:
    """Whether a condition asks for sizes."""
    if isinstance(expr, tree.Attribute):
        return True
    if isinstance(expr, tuple):
        return any(_sized(part) for part in expr if isinstance(part, tuple) and not hasattr(part, "source"))
    return False


def _named(expr: object) -> bool:
    """Whether a condition has a name in it that is not a tensor's size."""
    if isinstance(expr, tree.Attribute):
        return expr.name == "channels"
    if isinstance(expr, tree.Name):
        return True
    if isinstance(expr, tuple):
        return any(_named(part) for part in expr if isinstance(part, tuple) and not hasattr(part, "source"))
    return False
