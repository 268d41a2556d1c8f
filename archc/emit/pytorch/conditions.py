"""Conditions: in `__init__`, and asked again in `forward` where it matters."""

from __future__ import annotations

from archc.emit.pytorch.attempt import Attempt
from archc.emit.pytorch.expressions import NotSymbolic, Printer
from archc.emit.pytorch.layout import WIDTH, Call, Line, Statement, Suite, flat
from archc.emit.pytorch.loops import Loops
from archc.emit.pytorch.names import identifier
from archc.emit.pytorch.python import COMPARE, Py
from archc.emit.pytorch.shape_of_text import callable_chain
from archc.emit.pytorch.values import Axes, Entry, Env, Later, Val
from archc.graph.naming import Body, inner_bodies
from archc.language import tree
from archc.layers.registry import KINDS


class Conditions(Loops):
    """Writes what `if` stands for."""

    def condition(self, action: tree.If, val: Val, env: Env) -> Val:
        if self.concrete:
            arm = self.taken(action)
            return val if arm < 0 else self.body(action.arms[arm].body, val, Env(env))
        attempt = Attempt(self)
        try:
            return self._either(action, val, env)
        except NotSymbolic:
            taken = set(self.counts(action))
            if len(taken) != 1:
                raise
        attempt.undo()
        self.guess()
        arm = taken.pop()
        return val if arm < 0 else self.body(action.arms[arm].body, val, Env(env))

    def _either(self, action: tree.If, val: Val, env: Env) -> Val:
        """The condition as the author wrote it."""
        runs = self.peek(action)
        if not runs:
            raise NotSymbolic("a condition never reached")
        self.current = val
        printer = self.printer(runs, env)
        tests = self.tests(action, printer)
        if isinstance(tests, int):
            return val if tests < 0 else self.body(action.arms[tests].body, val, Env(env))
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

    def tests(self, action: tree.If, printer: Printer) -> list[Py | None] | int:
        """The conditions of the arms, or the arm that is taken whatever the arguments are."""
        conditions = [arm.condition for arm in action.arms if arm.condition is not None]
        taken = set(self.counts(action))
        if len(taken) == 1 and self.world.is_split(self.instances[0]):
            return taken.pop()
        if len(taken) == 1 and not any(_named(one) for one in conditions):
            self.guess()  # it was about sizes alone
            return taken.pop()
        tests = [
            None if arm.condition is None else printer.py(arm.condition) for arm in action.arms
        ]
        if len(taken) == 1 and not any(one.names for one in tests if one is not None):
            return taken.pop()
        return tests

    def _arm_suites(self, tests: list[Py | None]) -> list[Suite]:
        suites = []
        for i, test in enumerate(tests):
            word = "if" if i == 0 else "elif"
            suites.append(Suite("else" if test is None else f"{word} {test.text}"))
        return suites

    def _join(
        self,
        suites: list[Suite],
        results: list[Val],
        tests: list[Py | None],
        val: Val,
        before: list[Statement],
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
        self.laters.append(later)
        return (later, *(None,) * (rank - 1))

    def _chain_condition(self, action: tree.If, tests: list[Py | None], val: Val, env: Env) -> Val:
        assert self.chain is not None
        self.flush(self.channel_names[-1])
        suites = self._arm_suites(tests)
        results = []
        for number, (arm, suite) in enumerate(zip(action.arms, suites, strict=True)):
            self.arms.append((id(action), number))
            with self.suite(suite.body, []):
                results.append(self.body(arm.body, val, Env(env)))
                self.flush()
            self.arms.pop()
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
            link is not None
            and link.label is None
            and isinstance(link.action, tree.Apply)
            and isinstance(link.action.callee, tree.Name)
            and link.action.callee.id == "identity"
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
                return link if kind.group not in ("merge", "shape") else None
            return None if self._tensor_calls(((tree.Chain((link,), link.span),),)) else link
        if isinstance(action, tree.Group):
            bodies = tuple(inner_bodies(action))
            fit = callable_chain(bodies, self.referenced) and not self._tensor_calls(bodies)
            return link if fit else None
        return None

    def _optional(self, action: tree.If, val: Val, env: Env, test: Py | None) -> Val | None:
        """One arm is a module, the other nothing: `self.downsample` may be None."""
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
            result = self.link(link, val, Env(env))
        self.arms.pop()
        self.say(suite)
        tests: list[Py | None] = [test]
        axes = self._join([suite], [result], tests, val, before)
        code = f"{val.text} if self.{label} is None else {flat(result.code)}"
        return Val(code, axes, False)

    def _same_label(self, action: tree.If) -> str | None:
        """The label that every arm gives to its only module."""
        if action.arms[-1].condition is not None:
            return None
        found = set()
        for arm in action.arms:
            link = self._single(arm.body)
            if (
                link is None
                or link.label is None
                or not isinstance(link.action, (tree.Apply, tree.Group))
            ):
                return None
            idle = (
                isinstance(link.action, tree.Apply)
                and isinstance(link.action.callee, tree.Name)
                and (link.action.callee.id == "identity")
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

    def _one_name(
        self, action: tree.If, label: str, tests: list[Py | None], val: Val, env: Env
    ) -> Val:
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
                    results.append(self.link(link, val, Env(env)))
                    self.referenced = kept
        for suite in suites:
            self.say(suite)
        axes = self._join(suites, results, tests, val, before)
        access = self.where.access(label)
        result = Val(Call(f"{access}(", (val.code,)), axes, False)
        if label in self.referenced:
            result = self.settle(result, self.tensor_name(label))
        self.enter(label, result, None)
        return result

    def _flagged(self, action: tree.If, tests: list[Py | None], val: Val, env: Env) -> Val:
        """The condition is kept as an attribute for the forward pass to ask."""
        target = self.targets[-1]
        val = self.settle(val, target if tests[-1] is not None else None)
        suites = self._arm_suites(tests)
        forwards = self._arm_suites(tests)
        names = self._flags(action, tests, env)
        results = []
        before = self.init
        entries = dict(self.labels.entries)
        found: list[dict[str, Entry]] = []
        parts = zip(action.arms, suites, forwards, strict=True)
        for number, (arm, suite, forward) in enumerate(parts):
            self.arms.append((id(action), number))
            with self.suite(suite.body, forward.body):
                result = self.body(arm.body, val, Env(env))
                results.append(self.settle(result, target))
            self.arms.pop()
            found.append({k: v for k, v in self.labels.entries.items() if entries.get(k) != v})
        for suite in suites:
            self.say(suite)
        self._ask(forwards, names, target)
        axes = self._join(suites, results, tests, val, before)
        for label in found[-1]:
            ends = [one[label].val.axes if label in one else () for one in found]
            if ends == [one.axes for one in results]:
                self._relabel(label, axes)
            elif any(one != ends[0] for one in ends):
                self._relabel(label, (None,) * len(ends[-1]))
        return Val(target, axes)

    def _relabel(self, label: str, axes: Axes) -> None:
        """What a label names behind a condition whose arms all have it."""
        entry = self.labels.entries[label]
        self.labels.entries[label] = entry._replace(val=entry.val._replace(axes=axes))

    def _ask(
        self, forwards: list[Suite], tests: list[str | None], target: str = "", otherwise: str = ""
    ) -> None:
        """The arms in `forward`, each behind its question; in one line where that is short.

        `target` is what every arm sets; `otherwise` what it is where no arm is taken.
        """
        for test, forward in zip(tests, forwards, strict=True):
            if test is not None:
                forward.header = f"{forward.header.split(' ', 1)[0]} {test}"
        while forwards and not forwards[-1].body:
            forwards.pop()
        start = Line(otherwise, f"{target} = ") if otherwise else None
        alone = start is not None and len(forwards) == 1
        both = [*forwards, Suite("else", [start])] if alone and start else forwards
        ternary = _ternary(both, target) if target else None
        if ternary is not None:
            self.forward.append(ternary)
            return
        if start is not None and otherwise != target:
            self.forward.append(start)
        self.forward += forwards

    def _flags(self, action: tree.If, tests: list[Py | None], env: Env) -> list[str | None]:
        """How `forward` asks each condition."""
        result: list[str | None] = []
        for arm, test in zip(action.arms, tests, strict=True):
            if arm.condition is None or test is None:
                result.append(None)
                continue
            if not _sized(arm.condition):
                kept, names = dict(self.kept), set(self.attributes.names)
                try:
                    printer = self.printer(self.peek(action), env, forward=True)
                    result.append(printer.py(arm.condition).text)
                    continue
                except NotSymbolic:
                    self.kept, self.attributes.names = kept, names
            if self.loops:
                raise NotSymbolic("a condition inside a loop")
            wanted = identifier(arm.condition.id) if isinstance(arm.condition, tree.Name) else ""
            flag = self.attributes.new(wanted or "chosen", wanted + "_" if wanted else "chosen")
            if self.init is not self.top:  # the condition may ask for what this arm makes
                self.top.append(Line(f"self.{flag} = False"))
            asked = test.text if test.level > 0 else test.at(COMPARE)
            self.say(Line(f"self.{flag} = {asked}"))
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
    if texts[0] == texts[1]:
        return Line(texts[0], prefix)
    text = f"{texts[0]} if {suites[0].header[3:]} else {texts[1]}"
    return Line(text, prefix) if len(text) + len(prefix) <= WIDTH - 8 else None


def _sized(expr: tree.Expr) -> bool:
    """Whether a condition asks for sizes."""
    return any(isinstance(one, tree.Attribute) for one in tree.within(expr))


def _named(expr: tree.Expr) -> bool:
    """Whether a condition hangs on an argument, or on the channels that reach it."""
    sizes = [one for one in tree.within(expr) if isinstance(one, tree.Attribute)]
    asked = {id(part) for one in sizes for part in tree.within(one)}
    return any(one.name == "channels" for one in sizes) or any(
        isinstance(one, tree.Name) and id(one) not in asked for one in tree.within(expr)
    )
