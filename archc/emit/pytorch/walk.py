"""Statements in their order: chains, `from`, `let`, `input` and outputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from archc.emit.pytorch.expressions import NotSymbolic
from archc.emit.pytorch.layout import Line, Statement, Suite, flat
from archc.emit.pytorch.merges import Merges
from archc.emit.pytorch.names import identifier
from archc.emit.pytorch.python import Py, name
from archc.emit.pytorch.trace import Execution
from archc.emit.pytorch.values import Axes, Entry, Env, Local, Unknown, Val, resolve
from archc.graph.naming import Body
from archc.language import tree
from archc.layers.registry import KINDS

NESTED = 64  # columns of calls in calls before a line is broken up


class Output:
    """An extra result."""

    def __init__(self, name: str, variable: str, training: bool) -> None:
        self.name = name
        self.variable = variable
        self.training = training


class Walk(Merges):
    """Writes statement after statement."""

    outputs: list[Output]
    inputs: list[str]

    def body(self, body: Body, val: Val, env: Env) -> Val:
        for statement in body:
            if isinstance(statement, tree.Chain):
                if self.chain is None and not val.variable and not _joins(statement, val, env):
                    val = self.settle(val)
                val = self.links(statement.links, val, env)
            elif isinstance(statement, tree.Let):
                self.let(statement, val, env)
            elif isinstance(statement, tree.Input):
                val = self.input(statement, val, env)
            elif isinstance(statement, tree.Output) and self.instances[0].key[0] == "network":
                if not val.variable:
                    val = self.settle(val)
                self.output(statement, val, env)
        return val

    def links(self, links: Sequence[tree.Link], val: Val, env: Env) -> Val:
        for link in links:
            if self.chain is None and not val.variable and len(flat(val.code)) > NESTED:
                val = self.settle(val)
            val = self.link(link, val, env)
        return val

    def link(self, link: tree.Link, val: Val, env: Env) -> Val:
        action = link.action
        self.effort += 1
        if self.effort > self.most and not self.concrete:
            raise NotSymbolic("too many ways to write it")
        self.current = val
        self.last_again = self.last_inner = None
        before = self.peek(action)
        if isinstance(action, tree.Apply):
            val = self.apply(link, action, val, env)
        elif isinstance(action, tree.Braced):
            val = self.merge(action, val, env)
        elif isinstance(action, tree.From):
            val = self.tensor(action.target, env, self.runs(action))
        else:
            val = self.structure(link, action, val, env)
        if link.label is None:
            return val
        again, inner = self.last_again, self.last_inner
        text = self.label_text(link.label, before)
        if text is None:
            if self.chain is None and self.read_again(link.label):
                return self.store(link.label, val, before, env)
            return val
        if self.chain is None and self.read_again(text):
            val = self.settle(val, self.tensor_name(text))
            self.store_too(link.label, val, env)
        self.labels.entries[text] = Entry(self.frozen(text, val), inner, again)
        return val

    def frozen(self, label: str, val: Val) -> Val:
        """A labelled value whose channels a changing variable holds keeps a copy of them."""
        if self.chain is not None or self.concrete or not val.axes:
            return val
        if label not in self.referenced and label not in self.measured:
            return val
        try:
            py = resolve(val.axes[0])
        except Unknown:
            return val
        units = {one for one in py.names if one.startswith("unit")}
        if not py.names & {*self.channel_names, *units}:
            return val
        copy = self.locals.new(identifier(label + "_channels"))
        self.say(Line(f"{copy} = {py.text}", sets=copy))
        return Val(val.code, (name(copy), *val.axes[1:]), val.variable)

    # -------------------------------------------------------------------------------- statements

    def let(self, statement: tree.Let, val: Val, env: Env) -> None:
        self.current = val
        runs = self.runs(statement)
        word = statement.name.id
        if self.concrete:
            return
        values = []
        printer = self.printer(runs, env)
        for worth in printer.values(statement.value):
            values.append(worth)
        if values and all(
            type(one).__name__ in ("BlockValue", "LayerValue", "Tensor", "GroupValue")
            for one in values
        ):
            if any(one != values[0] for one in values):
                raise NotSymbolic(statement.span.text)
            kind = type(values[0]).__name__
            if kind == "BlockValue":
                env.names[word] = Local("block", self.world.reference(values[0]))
            elif kind == "Tensor":
                tensor = self.tensor(statement.value, env, runs)
                env.names[word] = Local("tensor", Py(tensor.text), tensor=tensor)
            return
        py = printer.py(statement.value)
        local = self.locals.new(identifier(word), identifier(word) + "_")
        if self.loops:
            self.loop_names = self.loop_names | {local}
            self.locals.names.discard(local)
        self.say(Line(f"{local} = {py.text}", sets=local))
        env.names[word] = Local(
            "value", name(local), worth=(runs, _copy(env)), expr=statement.value
        )

    def input(self, statement: tree.Input, val: Val, env: Env) -> Val:
        runs = self.runs(statement)
        axes: Axes
        if self.instances[0].key[0] != "network":
            if isinstance(statement.shape, tree.Size):
                for axis in statement.shape.axes:
                    if isinstance(axis, str):
                        raise NotSymbolic("an open size in a network that is called")
            return val
        axes = self._input_axes(statement, env, runs)
        if statement.name is None:
            entered = Val("x", axes)
            self.entry = entered
            return entered
        word = statement.name.id
        local = self.variables.new(identifier(word), identifier(word) + "_")
        self.inputs.append(local)
        entered = Val(local, axes)
        self.labels.entries[word] = Entry(entered, None, None)
        self.entry = entered
        return entered

    def _input_axes(self, statement: tree.Input, env: Env, runs: list[Execution]) -> Axes:
        expr = statement.shape
        items: list[tree.Expr] = []
        if isinstance(expr, tree.Size):
            for axis in expr.axes:
                if isinstance(axis, str):
                    env.names[axis] = Local("tensor", Py(axis))
            first = expr.axes[0]
            head = Py(str(first)) if isinstance(first, int) else None
        else:
            if isinstance(expr, tree.List):
                items = list(expr.items)
            head = None
        shape = self.graph_input(statement)
        rank = len(shape)
        if self.concrete:
            return (None,) * rank
        if head is None:
            printer = self.printer(runs, env)
            try:
                head = printer.whole(items[0]) if items else Py(f"{printer.py(expr).text}[0]")
                if not items and not isinstance(expr, tree.Name):
                    head = None
            except NotSymbolic:
                head = None
        if head is not None and head.text.startswith("("):
            head = Py(str(shape[0]))
        leading = items[0] if items else None
        given = [] if leading is None else self.printer(runs, env).values(leading)
        other = head is not None and head.text.isdigit() and int(head.text) != shape[0]
        if other or any(value != shape[0] for value in given):  # `--input` has the last word
            head = Py(str(shape[0]))
        return (head, *(None,) * (rank - 1))

    def graph_input(self, statement: tree.Input) -> tuple[Any, ...]:
        """The shape an input has."""
        word = statement.name.id if statement.name is not None else "input"
        for one in self.instances:
            tracer = one.place.run
            node = tracer.values.get(word)
            if node is not None and tracer.nodes[node].shape is not None:
                return tracer.nodes[node].shape or ()
        return ()

    def output(self, statement: tree.Output, val: Val, env: Env) -> None:
        links = statement.body.links
        if statement.label is not None and links[0].label is None:
            links = (links[0]._replace(label=statement.label), *links[1:])
        label = statement.label.plain if statement.label is not None else None
        word = label or f"output{len(self.outputs) + 1}"
        variable = self.tensor_name(word)
        forward: list[Statement] = []
        self.targets.append(variable)
        with self.suite(self.init, forward):
            result = self.links(links, val, env)
            self.settle(result, variable)
        self.targets.pop()
        last = self.forward[-1] if self.forward else None
        if statement.training and isinstance(last, Suite) and last.header == "if self.training":
            last.body += forward
        elif statement.training:
            self.forward.append(Suite("if self.training", forward))
        else:
            self.forward += forward
        self.outputs.append(Output(word, variable, statement.training))


def _joins(statement: tree.Chain, val: Val, env: Env) -> bool:
    """Whether a line goes on in the one before: a normalisation or activation, a flatten."""
    action = statement.links[0].action
    if not isinstance(action, tree.Apply) or not isinstance(action.callee, tree.Name):
        return False
    depth = val.text.count("(")
    if " if " in val.text:
        return False
    local = env.find(action.callee.id)
    if local is not None and local.kind == "module":
        return depth < 3
    kind = KINDS.get(action.callee.id)
    if kind is None:
        return False
    if kind.keyword == "flatten":
        return depth < 2
    return kind.group in ("normalisation", "activation") and depth < 3


def _copy(env: Env) -> Env:
    copy = Env(env.outer)
    copy.names = dict(env.names)
    return copy
