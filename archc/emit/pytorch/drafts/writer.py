"""One class from the text of its block: constructor and forward pass are written side by side.

A `Writer` is a draft of a class. What may fail is written on a draft of that (`attempt`), which is
adopted if it comes to an end, and dropped if not: so nothing is ever undone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar

from archc.emit.pytorch.drafts.flow import (
    Braces,
    Dims,
    Flow,
    Target,
    Value,
    beginning,
    copied_labels,
    is_said,
)
from archc.emit.pytorch.drafts.state import Modules, Names, Position, Signature, copied
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.python.names import IMPORTED, identifier
from archc.emit.pytorch.reading.classes import Classes
from archc.emit.pytorch.reading.during import during
from archc.emit.pytorch.reading.labels import divided_labels, labels_of, word_in
from archc.emit.pytorch.reading.number import Said, hangs_of
from archc.emit.pytorch.reading.plan import Plan
from archc.emit.pytorch.reading.runs import Note, runs_in, worth_at
from archc.emit.pytorch.reading.sight import Bound, Unlike, Unsaid
from archc.graph.evaluate import AXES
from archc.graph.naming import ScopeText, read_scope
from archc.graph.values import UNKNOWN, BlockValue
from archc.language import tree
from archc.language.source import Span

T = TypeVar("T")


class Writer:
    """The state of one class while it is written."""

    def __init__(self, plan: Plan, classes: Classes, in_place: frozenset[Span]) -> None:
        self.plan = plan
        self.classes = classes
        self.init: list[ir.Statement] = []
        self.forward: list[ir.Statement] = []
        self.scopes: list[Braces[Bound]] = [Braces()]
        self.labels: list[Braces[Value]] = [Braces()]
        self.text: list[ScopeText] = [read_scope((plan.body,))]
        self.at = Position()
        arguments = [one.python for one in plan.arguments]
        self.names = Names((*IMPORTED, "self", "x", "in_channels", *arguments), self.init)
        self.modules = Modules(in_place, divided_labels(plan.body))
        self.signature = Signature(plan.body)

    # ------------------------------------------------------------------------------------- drafts

    def fork(self) -> Writer:
        """A draft of what follows: what it notes and writes is not noted and written here."""
        draft: Writer = object.__new__(Writer)
        draft.plan, draft.classes, draft.text = self.plan, self.classes, list(self.text)
        draft.init, draft.forward = [], []
        draft.scopes = [one.copy() for one in self.scopes]
        draft.labels = copied_labels(self.labels)
        for part in PARTS:
            setattr(draft, part, copied(getattr(self, part)))
        draft.names.top = []
        return draft

    def adopt(self, draft: Writer) -> None:
        """Goes on where a draft has come to: what it wrote is written here."""
        self.names.top += draft.names.top
        draft.names.top = self.names.top
        self.init += draft.init
        self.forward += draft.forward
        self.scopes, self.labels = draft.scopes, draft.labels
        for part in PARTS:
            vars(getattr(self, part)).update(vars(getattr(draft, part)))

    # --------------------------------------------------------------------------- what is in sight

    def bound(self, name: str) -> Bound | None:
        scope: Braces[Bound]
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        return None

    def notes(self, action: tree.Action) -> list[Note]:
        """The runs of an action that this class stands for; imagined ones where none was real."""

        def mine() -> list[Note]:
            scopes = {id(one.scope) for one in self.plan.instances}
            return [one for one in self.classes.notes(action) if id(one.owner) in scopes]

        return runs_in(self.at.rounds, action, self.classes.count(action), mine)

    def strangers(self, notes: list[Note], seen: list[Note]) -> list[Note]:
        """Runs that did not come here in networks which are given a block that nobody calls."""
        came = {id(one.owner) for one in seen}
        instances = {id(one.scope): one for one in self.plan.instances}
        found: dict[int, Note] = {}
        for note in notes:
            values = instances[id(note.owner)].place.values.values()
            blocks = [one.definition for one in values if isinstance(one, BlockValue)]
            if id(note.owner) not in came and not all(map(self.classes.of, blocks)):
                found.setdefault(id(note.owner), note)
        return list(found.values())

    def worth(self, expr: tree.Expr) -> Any:
        note = self.at.here
        return UNKNOWN if note is None else worth_at(expr, note)

    def dimension(self, expr: tree.Attribute) -> Any:
        """`in.channels`, `enc1.height`, `in.shape`."""
        dims = self.dims_of(expr.value)
        if expr.name == "shape":
            return dims
        if expr.name == "channels":
            return dims[0]
        axes = AXES.get(len(dims) - 1, ())
        if expr.name not in axes:
            raise Unsaid(expr.span)
        return dims[1 + axes.index(str(expr.name))]

    def dims_of(self, expr: tree.Expr) -> Dims:
        flow = self._flow(expr)
        return self.value_of(expr).dims if flow is None else flow.dims

    def tensor(self, expr: tree.Expr) -> Flow:
        """The value an argument such as `like=enc3` names."""
        flow = self._flow(expr)
        if flow is not None:
            return flow
        found = self.value_of(expr)
        if found.value is None:
            raise Unsaid(expr.span)
        return Flow(found.value, found.dims)

    def _flow(self, expr: tree.Expr) -> Flow | None:
        """What `in`, `input` or a parameter holds."""
        if not isinstance(expr, tree.Name):
            return None
        ways = {"in": self.at.current, "input": self.at.entered}
        return ways.get(expr.id) or self.signature.tensors.get(expr.id)

    def maker(self, value: Any, expr: tree.Expr) -> ir.Expr:
        return self.classes.maker(self, value, expr)

    # ------------------------------------------------------------------------------------- values

    def value_of(self, expr: tree.Expr) -> Value:
        """What a reference names; raises `Unsaid` where it is none that has run."""
        from archc.emit.pytorch.drafts.values import read_saved

        found = self.labelled(expr)
        if found is None and isinstance(expr, tree.Attribute):
            raise Unsaid(expr.span)
        return found or read_saved(self, expr)

    def labelled(self, expr: tree.Expr) -> Value | None:
        """What has a label that is in sight."""
        if isinstance(expr, tree.Attribute):
            own = self.plan.definition.name.id  # what the text calls what it stands in
            if isinstance(expr.value, tree.Name) and expr.value.id == own:
                scopes = self.labels[:1]
            else:
                scopes = [self.value_of(expr.value).inside]
            word = expr.name if isinstance(expr.name, str) else expr.name.plain
        else:
            scopes = self.labels[::-1]
            word = word_in(expr)
        if word is None:
            return None
        for scope in scopes:
            if word in scope:
                return scope[word]
        for scope in scopes:
            if begun := beginning(f"{word}.", scope):
                return Value(None, (), begun)
        return None

    # ----------------------------------------------------------------------------------- writing

    def freeze(self, freezing: bool) -> AbstractContextManager[None]:
        """Whether modules that are registered inside are frozen."""
        return during(self.at, "freezing", freezing)

    def assign(self, value: ir.Expr, note: str | None = None) -> ir.Name:
        """The current tensor becomes `value`."""
        name = ir.Name(self.at.var)
        self.forward.append(ir.Assign(name, value, note, self.at.chain))
        return name

    def called(self, module: ir.Expr, flow: Flow, dims: Dims, *tensors: ir.Expr) -> Flow:
        """Behind the call of a module; what an `nn.Sequential` gathers is called by that."""
        if self.at.target.sequence:
            return Flow(flow.value, dims)
        return Flow(self.assign(ir.Call(module, (flow.value, *tensors))), dims)

    def channel_name(self, flow: Flow, hangs: frozenset[str]) -> str:
        """The variable that carries channels through a loop: the one at hand, if it is free.

        `hangs` is what decides how the rounds change them.
        """
        said = flow.dims[0].said if flow.dims and isinstance(flow.dims[0], Said) else None
        free = self.names.channels - self.names.held
        hangs = hangs | hangs_of(*flow.dims[:1])
        if isinstance(said, ir.Name) and said.id in free:
            self.names.vary(said.id, hangs)
            return said.id
        arguments = [one.python for one in self.plan.arguments]
        name = self.local("current_channels" if "channels" in arguments else "channels")
        self.names.vary(name, hangs)
        self.names.channels.add(name)
        return name

    def holding(self, flow: Flow) -> AbstractContextManager[None]:
        """While branches run, what they read keeps its channels."""
        names = ir.names(flow.dims[0].said) if is_said(flow) else frozenset[str]()
        return during(self.names, "held", self.names.held | names)

    def frozen(self, flow: Flow, wanted: str) -> Flow:
        """The flow with channels that no later round changes, for what is read again."""
        if not is_said(flow) or not ir.names(flow.dims[0].said) & self.names.channels:
            return flow
        name = self.local(f"{wanted}_channels")
        self.names.vary(name, ir.names(flow.dims[0].said))
        self.init.append(ir.Assign(ir.Name(name), flow.dims[0].said))
        return flow._replace(dims=(Said(int(flow.dims[0]), ir.Name(name)), *flow.dims[1:]))

    def attribute(self, wanted: str) -> str:
        """A free name for a module that has no label: state, and other modules, have theirs."""
        taken = {*self.modules.shared.values(), *labels_of(self.plan.body)}
        taken |= set(self.text[0].names.values())
        name, number = wanted, 2
        while name in taken:
            name = f"{wanted}{number}"
            number += 1
        return name

    def local(self, wanted: str) -> str:
        """A new name for a variable."""
        return self.names.taken.new(identifier(wanted))

    def local_of(self, text: object, wanted: str) -> str:
        """A name for a variable of some text; where that is written again, it is the same one."""
        names = self.names.of_text
        key = id(text), wanted
        if key not in names:
            names[key] = self.local(wanted)
        return names[key]

    def loop_variable(self, wanted: str) -> str:
        """A name for the variable of a loop: loops that follow each other may share one."""
        name = identifier(wanted)
        if name in self.names.done and name not in self.names.loops:
            return name
        name = self.local(wanted)
        self.names.done.add(name)
        return name

    def in_forward(self, expr: ir.Expr) -> ir.Expr:
        """An expression of the constructor as the forward pass says it."""
        return self.names.in_forward(expr, self)

    @contextmanager
    def branch(self) -> Iterator[tuple[list[ir.Statement], list[ir.Statement]]]:
        """Statements written inside go to lists of their own."""
        init, forward = self.init, self.forward
        self.init, self.forward = [], []
        try:
            yield self.init, self.forward
        finally:
            self.init, self.forward = init, forward

    def sight(self, names: Mapping[str, Bound] | None = None) -> AbstractContextManager[None]:
        """A pair of braces: what is bound inside is unknown outside."""
        return during(self, "scopes", [*self.scopes, Braces(names or {})])

    def into(self, target: Target) -> AbstractContextManager[None]:
        """Where modules that are registered inside go."""
        return during(self.at, "target", target)

    def variable(self, name: str) -> AbstractContextManager[None]:
        """The current tensor of a branch has a name of its own."""
        return during(self.at, "var", name)


PARTS = "at", "modules", "names", "signature"
"""The fields of a writer that are records of notes."""


def attempt(writer: Writer, write: Callable[[Writer], T]) -> T | Unlike | Unsaid:
    """What is written on a draft, which is adopted; or why there is nothing."""
    draft = writer.fork()
    try:
        result = write(draft)
    except (Unlike, Unsaid) as reason:
        return reason
    writer.adopt(draft)
    return result
