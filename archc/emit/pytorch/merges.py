"""Merges: branches on one tensor, and what becomes of their results."""

from __future__ import annotations

import re
from itertools import chain, count
from typing import Any

from archc.emit.pytorch.branches import Contributing, contributes, holds
from archc.emit.pytorch.containers import Box, hides
from archc.emit.pytorch.expressions import NotSymbolic
from archc.emit.pytorch.gather import Gather
from archc.emit.pytorch.layout import WIDTH
from archc.emit.pytorch.names import identifier
from archc.emit.pytorch.python import PRODUCT, SUM, Py, binary, name, worked_out
from archc.emit.pytorch.shape_of_text import labels
from archc.emit.pytorch.trace import Execution
from archc.emit.pytorch.values import (
    Axes,
    Entry,
    Env,
    Labels,
    Unknown,
    Val,
    assign,
    resolve,
)
from archc.graph.naming import Body, inner_bodies
from archc.language import tree


class Merges(Gather):
    """Writes what `add`, `mul` and `concat` stand for."""

    inputs: list[str]
    tensor_arguments: list[str]

    def merge(self, action: tree.Braced, val: Val, env: Env) -> Val:
        runs = self.runs(action)
        val = self.settle(val)
        held = self.held
        self.channel_names.append(self.fresh_channels())
        dynamic = not self.concrete and any(
            isinstance(one, tree.Chain) and contributes(one) is not None for one in action.body
        )
        if dynamic:
            result = self.gathered(action, val, Env(env))
        else:
            result = self._fixed_merge(action, val, Env(env), runs)
        self.channel_names.pop()
        result = result._replace(axes=self._keep_channels(result.axes))
        self.held = held
        return result

    def _fixed_merge(self, action: tree.Braced, val: Val, env: Env, runs: list[Execution]) -> Val:
        """The same branches whatever the arguments are."""
        branches: list[tuple[Val, int]] = []
        opened: list[str] = []
        self._branches(action.body, val, env, branches, opened, action.word.id)
        for word in opened:
            self.live.discard(word)
        if not branches:
            raise NotSymbolic("an empty merge")
        vals = [one for one, _ in branches]
        if len(vals) == 1:
            return vals[0]
        axes = self._merged(action.word.id, vals, runs)
        texts = [_operand(one, action.word.id) for one in vals]
        if action.word.id == "concat":
            self.world.use("torch")
            return Val(self._concat(texts), axes, False)
        sign = " + " if action.word.id == "add" else " * "
        return Val(sign.join(texts), axes, False)

    def _concat(self, texts: list[str]) -> Any:
        from archc.emit.pytorch.layout import Call

        return Call("torch.cat(", (Call("[", tuple(texts), "]"), "dim=1"))

    def _keep_channels(self, axes: Axes) -> Axes:
        """The channels behind a merge, in a variable that the next merge leaves alone."""
        if not axes or not any(holds(axes[0], one) for one in self.held):
            return axes
        variable = self.channel_names[-1]
        self.locals.names.add(variable)
        line = assign(variable, resolve(axes[0]))
        if line is not None:
            self.say(line)
        return (name(variable), *axes[1:])

    def _merged(self, word: str, vals: list[Val], runs: list[Execution]) -> Axes:
        rank = len(vals[0].axes)
        if self.concrete or not rank:
            return ()
        try:
            if word == "concat":
                total = resolve(vals[0].axes[0])
                for one in vals[1:]:
                    total = _plus(total, resolve(one.axes[0]))
                return (total, *(None,) * (rank - 1))
        except (Unknown, NotSymbolic):
            return (None,) * rank
        fit = vals
        if word == "mul":
            fit = []
            for i, one in enumerate(vals):
                if all(self._wide(run, i) for run in runs):
                    fit.append(one)
        for one in fit:
            if one.axes and isinstance(one.axes[0], Py):
                return (one.axes[0], *(None,) * (rank - 1))
        return (fit[0].axes[0] if fit and fit[0].axes else None, *(None,) * (rank - 1))

    @staticmethod
    def _wide(run: Execution, branch: int) -> bool:
        if run.value is None or run.value.shape is None or branch >= len(run.inputs):
            return False
        return run.inputs[branch][0] == run.value.shape[0]

    def _branches(
        self,
        body: Body,
        val: Val,
        env: Env,
        branches: list[tuple[Val, int]],
        opened: list[str],
        word: str,
    ) -> None:
        for statement in body:
            if isinstance(statement, tree.Let):
                self.let(statement, val, env)
            if not isinstance(statement, tree.Chain):
                continue
            only = statement.links[0]
            alone = len(statement.links) == 1 and not only.shape
            if self.concrete and alone and isinstance(only.action, Contributing):
                self._numbers(only, only.action, val, env, branches, opened, word)
            else:
                self._branch(statement, val, env, branches, opened, word)

    def _numbers(
        self,
        only: tree.Link,
        action: tree.If | tree.For | tree.Repeat,
        val: Val,
        env: Env,
        branches: list[tuple[Val, int]],
        opened: list[str],
        word: str,
    ) -> None:
        """The branches that ran, one by one; those of a scope of their own are kept under it."""
        runs = self.runs(action)
        outer, outer_labels = self.where, self.labels
        named = next((one.name for one in runs if one.name is not None), None)
        if named is not None:
            inside = tuple(inner_bodies(action))
            # A type checker knows no dictionary inside a dictionary.
            box = Box(outer.access(named), isinstance(outer, Box) or hides(labels(inside)))
            outer.add(named, box.make(), self.init)
            self.where, self.labels = box, Labels(outer_labels)
        if isinstance(action, tree.If):
            arm = self.taken(action)
            if arm >= 0:
                self._branches(action.arms[arm].body, val, Env(env), branches, opened, word)
        else:
            for _ in range(self.taken(action)):
                self._branches(action.body, val, Env(env), branches, opened, word)
        inner = self.labels
        self.where, self.labels = outer, outer_labels
        if only.label is not None and only.label.plain is not None:
            self.labels.entries[only.label.plain] = Entry(val, inner, None)

    def _branch(
        self,
        statement: tree.Chain,
        val: Val,
        env: Env,
        branches: list[tuple[Val, int]],
        opened: list[str],
        word: str,
    ) -> None:
        target = self.free_target(statement, word)
        self.live.add(target)
        opened.append(target)
        self.targets.append(target)
        before = len(self.forward)
        result = self.links(statement.links, val, env)
        self.targets.pop()
        lines = len(self.forward) - before
        text = result.text
        if not result.variable and (lines or " if " in text or len(text) > WIDTH - 36):
            result = self.settle(result, target)
        elif result.variable and not lines and result.text != target:
            self.live.discard(target)
        branches.append((result, lines))
        self.hold(result.axes)

    def free_target(self, statement: tree.Chain, word: str) -> str:
        """A name for what a branch gives."""
        wanted = []
        label = statement.links[-1].label
        if label is not None and label.plain is not None:
            read = label.plain in self.referenced
            wanted.append(self.tensor_name(label.plain) if read else identifier(label.plain))
        own = wanted[:1] if wanted and read else []
        if word in ("add", "mul") and _has_identity(statement):
            wanted.append("shortcut" if word == "add" else "gate")
        wanted += ["y", "z", "u", "v", "w"]
        busy = self.live | set(self.targets) | self.variables.names - {"y", *own}
        busy |= {identifier(one) for one in self.referenced} - set(own)
        names = chain(wanted, (f"branch{n}" for n in count(2)))
        return next(one for one in names if one not in busy)


def _has_identity(statement: tree.Chain) -> bool:
    action = statement.links[-1].action
    if isinstance(action, tree.If):
        return any(
            isinstance(one, tree.Chain) and _has_identity(one)
            for arm in action.arms
            for one in arm.body[-1:]
        )
    return (
        isinstance(action, tree.Apply)
        and isinstance(action.callee, tree.Name)
        and action.callee.id == "identity"
    )


def _operand(val: Val, word: str) -> str:
    text = val.text
    if val.variable or word == "concat" or not isinstance(val.code, str):
        return text
    outside = text.split("(")[0].split("[")[0]
    bare = " + " in text or " * " in text
    return f"({text})" if word == "mul" and bare and " " in outside + text else text


def _plus(left: Py, right: Py) -> Py:
    """A sum; what one takes away and the other brings cancels."""
    minus = f" - {left.text}"
    if left.level >= PRODUCT and right.level == SUM and right.text.endswith(minus):
        rest = right.text[: -len(minus)]
        return Py(rest, right.level, None, left.names | right.names)
    product = left.level >= PRODUCT and not set(left.text) & set("/%") and not left.value
    if left.text == right.text and product and not left.text[0].isdigit():
        return Py(f"2 * {left.text}", PRODUCT, None, left.names)
    several = re.fullmatch(r"(\d+) \* ([\w.]+)", left.text)
    if several is not None and several[2] == right.text:
        return Py(f"{int(several[1]) + 1} * {right.text}", PRODUCT, None, left.names)
    return worked_out(binary("+", left, right))
