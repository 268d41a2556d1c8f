"""One class from the text of its block: constructor and forward pass are written side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from archc.emit.pytorch import ir
from archc.emit.pytorch.classes import Classes, Lost, Plan, Unroll
from archc.emit.pytorch.names import CONTAINER, IMPORTED, Taken, identifier, plain
from archc.emit.pytorch.number import Flat, Said, hangs_of, unsaid
from archc.emit.pytorch.say import Bound, Unsaid, text
from archc.emit.pytorch.watch import Note
from archc.graph.evaluate import evaluate
from archc.graph.mistakes import Mistake, Silence
from archc.graph.naming import ScopeText, inner_bodies, own_links, read_scope, shares
from archc.graph.values import UNKNOWN, BlockValue
from archc.language import tree
from archc.language.source import Span
from archc.layers.registry import KINDS
from archc.shapes import Open

Dims = tuple[Any, ...]


class Flow(NamedTuple):
    """The current tensor: its name in the forward pass, its axes as numbers that can be said."""

    value: ir.Expr
    dims: Dims


@dataclass(frozen=True, slots=True)
class Target:
    """Where modules go: `self`, or a container; `forward` is how the forward pass reaches it.

    `home` takes what has a label. `counts`: modules are children 0, 1, 2 … in the order they come.
    `sequence`: they are gathered for an `nn.Sequential`, and the forward pass does not see them.
    """

    init: ir.Expr = ir.SELF
    forward: ir.Expr = ir.SELF
    home: Target | None = None
    counts: bool = False
    sequence: bool = False  # a list, or an ordered dictionary, of what an `nn.Sequential` will hold
    named: bool = False
    bare: bool = False  # an `nn.Module`, where labels would hide the methods of a container

    @property
    def labels(self) -> Target:
        return self if self.home is None else self.home


@dataclass(slots=True)
class Value:
    """What a label names: the name of the value in the forward pass, and the names inside."""

    value: ir.Expr | None
    dims: Dims
    inside: dict[str, Value] = field(default_factory=dict)
    again: Callable[[Flow], Flow] | None = None  # runs what is labelled once more


POOL = "pooling to a fixed size before that keeps it"
KEEP = {"positions": POOL, "in_features": POOL}
"""What keeps an argument, by what the number is called that it decides."""


class Writer:
    """The state of one class while it is written."""

    __slots__ = (
        "classes",
        "forward",
        "freezing",
        "init",
        "labels",
        "modules",
        "plan",
        "rounds",
        "scopes",
        "taken",
        "target",
        "text",
        "var",
    )

    def __init__(self, plan: Plan, classes: Classes, in_place: frozenset[Span]) -> None:
        self.plan = plan
        self.classes = classes
        self.init: list[ir.Statement] = []
        self.forward: list[ir.Statement] = []
        self.scopes: list[dict[str, Bound]] = [{}]
        self.labels: list[dict[str, Value]] = [{}]
        reads = read_labels(plan.body, _has_open(plan))
        self.modules = Modules(in_place, reads, self.init)
        self.modules.divided = _divided_labels(plan.body)
        self.rounds: list[Any] = []  # the rounds of unrolled loops we are in
        self.target = Target()
        self.text: list[ScopeText] = [read_scope((plan.body,))]
        self.taken = Taken(
            (*IMPORTED, "self", "x", "in_channels", *(one.python for one in plan.arguments))
        )
        self.var = "x"
        self.freezing = False  # what is registered now is not trained

    # --------------------------------------------------------------------------- what is in sight

    def bound(self, name: str) -> Bound | None:
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        return None

    def notes(self, action: tree.Action) -> list[Note]:
        """The runs of an action that this class stands for; imagined ones where none was real."""
        mine = {id(one.scope): one for one in self.plan.instances}
        found = [one for one in self.classes.notes(action) if id(one.owner) in mine]
        for place in self.rounds:
            found = [one for one in found if place(one)]
        return found

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
        note = self.modules.here
        return UNKNOWN if note is None else worth_at(expr, note)

    def dimension(self, expr: tree.Attribute) -> Any:
        """`in.channels`, `enc1.height`, `in.shape`."""
        dims = self.dims_of(expr.value)
        if expr.name == "shape":
            return dims
        if expr.name == "channels":
            return dims[0]
        names = {2: ("width",), 3: ("height", "width"), 4: ("depth", "height", "width")}
        axes = names.get(len(dims), ())
        if expr.name not in axes:
            raise Unsaid(expr.span)
        return dims[1 + axes.index(str(expr.name))]

    def dims_of(self, expr: tree.Expr) -> Dims:
        if isinstance(expr, tree.Name):
            if expr.id == "in":
                return self.modules.current.dims
            if expr.id == "input":
                return self.modules.entered.dims
            bound = self.modules.tensors.get(expr.id)
            if bound is not None:
                return bound.dims
        return self.value_of(expr).dims

    def maker(self, value: Any, expr: tree.Expr) -> ir.Expr:
        from archc.emit.pytorch.makers import maker

        return maker(self, value, expr)

    def needs(self, helper: str) -> None:
        self.classes.helpers.add(helper)

    # ------------------------------------------------------------------------------------- values

    def value_of(self, expr: tree.Expr) -> Value:
        """What a reference names; raises `Unsaid` where it is none that has run."""
        if isinstance(expr, tree.Attribute):
            if isinstance(expr.value, tree.Name) and expr.value.id == self.text_name:
                outer = Value(None, (), self.labels[0])
            else:
                outer = self.value_of(expr.value)
            inner = expr.name if isinstance(expr.name, str) else (expr.name.plain or "")
            if inner in outer.inside:
                return outer.inside[inner]
            raise Unsaid(expr.span)
        word: str | None = expr.id if isinstance(expr, tree.Name) else None
        if isinstance(expr, tree.Template):
            word = expr.plain
        if isinstance(expr, tree.Text):
            word = expr.value
        for scope in reversed(self.labels):
            if word is not None and word in scope:
                return scope[word]
        begun = {} if word is None else self.begun(f"{word}.")
        return Value(None, (), begun) if begun else self.saved(expr)

    @property
    def text_name(self) -> str:
        """What the text calls the definition that it stands in."""
        return self.plan.definition.name.id

    def begun(self, word: str) -> dict[str, Value]:
        """The values whose labels begin with `convs.`, by the rest."""
        for scope in reversed(self.labels):
            found = {key[len(word) :]: one for key, one in scope.items() if key.startswith(word)}
            if found:
                return found
        return {}

    def saved(self, expr: tree.Expr) -> Value:
        """A value under a computed label: it is kept in a dictionary."""
        from archc.emit.pytorch.values import read_saved

        return read_saved(self, expr)

    def lose(self, hangs: frozenset[str], span: Span, keep: str = "") -> None:
        """A number that is written out hangs on these: the code does not follow them."""
        known = {one.python for one in self.plan.arguments} | {"in_height", "in_width", "in_depth"}
        for name in hangs & known:
            self.plan.lost.setdefault(name, Lost(span, keep))

    # ----------------------------------------------------------------------------------- writing

    def say_label(self, label: tree.Template | None, automatic: str) -> ir.Expr:
        return ir.Const(automatic) if label is None else text(label, self)

    def name_of(self, action: tree.Action) -> str:
        """The name of what has no label, which hangs on the text alone."""
        for scope in reversed(self.text):
            if id(action) in scope.names:
                return scope.names[id(action)]
        return "layer"

    def register(self, label: tree.Template | None, action: tree.Action, make: ir.Expr) -> Access:
        """Puts a module where it belongs; how constructor and forward pass reach it."""
        make = self.made(make)
        target = self.target if label is None else self.target.labels
        if target.sequence and not target.named:
            self.init.append(ir.Do(ir.Call(ir.Attr(target.init, "append"), (make,))))
            return Access(ir.Index(target.init, ir.Const(-1)), ir.SELF)
        if target.counts and target.bare:
            return self._count(target, make)
        if target.counts:
            following = ir.Call(ir.Name("next"), (target.forward,))
            if target.init == ir.SELF:
                count = ir.Call(ir.Name("len"), (ir.own("_modules"),))
                name: ir.Expr = ir.Call(ir.Name("str"), (count,))
                self.init.append(ir.Do(ir.Call(ir.own("add_module"), (name, make))))
                return Access(ir.Call(ir.Name("list"), (ir.Call(ir.own("children")),)), following)
            self.init.append(ir.Do(ir.Call(ir.Attr(target.init, "append"), (make,))))
            return Access(ir.Index(target.init, ir.Const(-1)), following)
        name = self.say_label(label, self.name_of(action))
        while label is not None and (parts := divided(name)) is not None:
            target, name = self.part(target, parts[0]), parts[1]
        return self.put(target, name, make)

    def part(self, target: Target, name: str) -> Target:
        """What `convs.0` and its like are put into: a container of that name."""
        found = self.modules.parts.get((target.init, name))
        if found is None:
            bare = bool(self.modules.divided & CONTAINER)
            make = ir.Make("nn.Module" if bare else "nn.ModuleDict", (), "")
            reach = self.put(target, ir.Const(name), make)
            found = Target(reach.init, reach.forward, bare=bare)
            self.modules.parts[target.init, name] = found
        return found

    def open_parts(self, action: tree.Action) -> None:
        """Makes the containers of labels with dots before the loop or condition that fills them."""
        if not self.modules.divided:
            return
        for link in own_links(tuple(inner_bodies(action))):
            begin = link.label.parts[:1] if link.label is not None else ()
            path = begin[0].split(".") if begin and isinstance(begin[0], str) else []
            there = self.target.labels
            for part in path[:-1]:
                there = self.part(there, part)

    def made(self, make: ir.Expr) -> ir.Expr:
        """What makes a module, frozen where it stands behind `frozen` and has parameters.

        A container that is filled later is left as it is: its modules are frozen one by one.
        """
        if not self.freezing:
            return make
        if isinstance(make, ir.Make):
            kind = KINDS.get(make.keyword)
            if make.target != "nn.Sequential" and (kind is None or not kind.stateful):
                return make
        return ir.frozen(make)

    @contextmanager
    def freeze(self, freezing: bool) -> Iterator[None]:
        """Whether modules that are registered inside are frozen."""
        before, self.freezing = self.freezing, freezing
        try:
            yield
        finally:
            self.freezing = before

    def _count(self, target: Target, make: ir.Expr) -> Access:
        """A module or a bare parameter under the next number."""
        held = [ir.Attr(target.init, "_modules"), ir.Attr(target.init, "_parameters")]
        lengths = [ir.Call(ir.Name("len"), (one,)) for one in held]
        text = ir.Name("str")
        name = ir.Call(text, (ir.Binary("+", lengths[0], lengths[1]),))
        method = "register_parameter" if _is_parameter(make) else "add_module"
        self.init.append(ir.Do(ir.Call(ir.Attr(target.init, method), (name, make))))
        following = ir.Call(text, (ir.Call(ir.Name("next"), (ir.Name("numbers"),)),))
        reach = ir.Call(ir.Name("getattr"), (target.forward, following))
        return Access(ir.Call(ir.Name("list"), (ir.Call(ir.Attr(target.init, "children")),)), reach)

    def put(self, target: Target, name: ir.Expr, make: ir.Expr) -> Access:
        self.modules.used.add(target.init)
        reach = ir.Name("getattr")
        parameter = _is_parameter(make)
        if target.bare or (parameter and target.init != ir.SELF):
            method = "register_parameter" if parameter else "add_module"
            self.init.append(ir.Do(ir.Call(ir.Attr(target.init, method), (name, make))))
            there = ir.Call(reach, (target.forward, self.in_forward(name)))
            return Access(ir.Call(reach, (target.init, name)), there)
        if target.init == ir.SELF:
            if isinstance(name, ir.Const) and plain(name.value):
                self.init.append(ir.Assign(ir.own(name.value), make))
                return Access(ir.own(name.value), ir.own(name.value))
            method = "register_parameter" if parameter else "add_module"
            self.init.append(ir.Do(ir.Call(ir.own(method), (name, make))))
            there = ir.Call(reach, (ir.SELF, self.in_forward(name)))
            return Access(ir.Call(reach, (ir.SELF, name)), there)
        self.init.append(ir.Assign(ir.Index(target.init, name), make))
        if target.sequence:
            return Access(ir.Index(target.init, name), ir.SELF)
        inside = ir.Index(target.forward, self.in_forward(name))
        return Access(ir.Index(target.init, name), inside)

    def assign(self, value: ir.Expr, note: str | None = None) -> ir.Name:
        """The current tensor becomes `value`."""
        name = ir.Name(self.var)
        self.forward.append(ir.Assign(name, value, note, self.modules.chain))
        return name

    def channel_name(self, flow: Flow) -> str:
        """The variable that carries channels through a loop: the one at hand, if it is free."""
        said = flow.dims[0].said if flow.dims and isinstance(flow.dims[0], Said) else None
        modules = self.modules
        if isinstance(said, ir.Name) and said.id in modules.channels - _united(modules.held):
            return said.id
        name = self.local("channels")
        self.modules.locals[name] = None
        self.modules.channels.add(name)
        return name

    @contextmanager
    def holding(self, flow: Flow) -> Iterator[None]:
        """While branches run, what they read keeps its channels."""
        self.modules.held.append(ir.names(flow.dims[0].said) if _is_said(flow) else frozenset())
        try:
            yield
        finally:
            self.modules.held.pop()

    def frozen(self, flow: Flow, wanted: str) -> Flow:
        """The flow with channels that no later round changes, for what is read again."""
        if not _is_said(flow) or not ir.names(flow.dims[0].said) & self.modules.channels:
            return flow
        name = self.local(f"{wanted}_channels")
        self.modules.locals[name] = None
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
        return self.taken.new(identifier(wanted))

    def loop_variable(self, wanted: str) -> str:
        """A name for the variable of a loop: loops that follow each other may share one."""
        name = identifier(wanted)
        if name in self.modules.done and name not in self.modules.loops:
            return name
        name = self.local(wanted)
        self.modules.done.add(name)
        return name

    def in_forward(self, expr: ir.Expr) -> ir.Expr:
        """An expression of the constructor as the forward pass says it."""
        return self.modules.in_forward(expr, self)

    def whole(self, value: Any, seen: list[tuple[Note, Any]], name: str, span: Span) -> ir.Expr:
        """A number of the constructor: as it is said, or what it was."""
        if isinstance(value, Said):
            if value.said is not None:
                return value.said
            return self.hole(seen or [], value, name, span)
        return ir.Const(value)

    def hole(self, seen: list[tuple[Note, Any]], value: Any, name: str, span: Span) -> ir.Expr:
        """A number that cannot be said: the one it always was, or an argument more of the class."""
        from archc.emit.pytorch.classes import Hole

        real = [one for one in seen if not self._imagined(one[0])] or seen
        values = {repr(worth) for _, worth in real}
        self.lose(hangs_of(value), span, KEEP.get(name, ""))
        if len(values) <= 1 and not self.differ(hangs_of(value)):
            worth = real[0][1] if real else int(value)
            return ir.Const(int(worth) if isinstance(worth, int) and worth is not True else worth)
        by_owner: dict[int, Any] = {}
        for note, worth in real:
            if by_owner.setdefault(id(note.owner), worth) != worth:
                raise Unroll
        if not any(one.caller is not None or len(self.plan.real) > 1 for one in self.plan.real):
            raise Unroll
        for known in self.plan.holes:
            if known.values == by_owner:
                return ir.Name(known.name)
        hole = Hole(self.local(name), by_owner)
        self.plan.holes.append(hole)
        return ir.Name(hole.name)

    def differ(self, hangs: frozenset[str]) -> bool:
        """Whether the members of a family give other values to what a number hangs on.

        The number is an argument of their class then: no one value of theirs can take its place.
        """
        roots = [one for one in self.plan.real if one.caller is None]
        if any(one.scope.name == self.plan.definition.name.id for one in roots):
            return False  # the class is a network itself, which is made without arguments
        words = [one.name for one in self.plan.arguments if one.python in hangs]
        return any(len({repr(root.place.values.get(word)) for root in roots}) > 1 for word in words)

    def _imagined(self, note: Note) -> bool:
        return any(one.phantom for one in self.plan.instances if one.scope is note.owner)

    @contextmanager
    def branch(self) -> Iterator[tuple[list[ir.Statement], list[ir.Statement]]]:
        """Statements written inside go to lists of their own."""
        init, forward, parts = self.init, self.forward, dict(self.modules.parts)
        self.init, self.forward = [], []
        try:
            yield self.init, self.forward
        except (Unroll, Unsaid):
            self.modules.parts = parts  # what was written is thrown away
            raise
        finally:
            self.init, self.forward = init, forward

    @contextmanager
    def sight(self, names: dict[str, Bound] | None = None) -> Iterator[None]:
        """A pair of braces: what is bound inside is unknown outside."""
        self.scopes.append({} if names is None else names)
        try:
            yield
        finally:
            self.scopes.pop()

    @contextmanager
    def into(self, target: Target) -> Iterator[None]:
        before, self.target = self.target, target
        try:
            yield
        finally:
            self.target = before

    @contextmanager
    def variable(self, name: str) -> Iterator[None]:
        """The current tensor of a branch has a name of its own."""
        before, self.var = self.var, name
        try:
            yield
        finally:
            self.var = before


def _is_parameter(make: ir.Expr) -> bool:
    made = ir.thawed(make)
    return isinstance(made, ir.Make) and made.target == "nn.Parameter"


class Access(NamedTuple):
    """How the constructor and the forward pass reach a module."""

    init: ir.Expr
    forward: ir.Expr


class Modules:
    """What a class knows of its modules and values beside the text."""

    __slots__ = (
        "asked",
        "chain",
        "channels",
        "conditions",
        "current",
        "divided",
        "done",
        "entered",
        "held",
        "here",
        "in_place",
        "inputs",
        "locals",
        "loops",
        "parts",
        "reads",
        "results",
        "shared",
        "sizes",
        "tensors",
        "top",
        "used",
        "variables",
    )

    def __init__(self, in_place: frozenset[Span], reads: Reads, top: list[ir.Statement]) -> None:
        self.top = top  # the constructor's outermost statements
        self.in_place = in_place
        self.reads = reads
        self.here: Note | None = None
        self.current = Flow(ir.Name("x"), ())
        self.entered = Flow(ir.Name("x"), ())
        self.shared: dict[ir.Expr, str] = {}  # modules without state, made once
        self.tensors: dict[str, Flow] = {}  # parameters that hold a tensor
        self.sizes: dict[str, ir.Expr] = {}  # open axes, as the forward pass asks for them
        self.locals: dict[str, ir.Expr | None] = {
            "saved_channels": None
        }  # names of the constructor; how forward says them
        self.done: set[str] = set()  # names that loops have used
        self.loops: set[str] = set()  # names that both have: variables of loops
        self.conditions: dict[ir.Expr, ir.Expr] = {}  # what is asked once, in the constructor
        self.asked: dict[ir.Expr, ir.Expr] = {}  # the attributes that hold conditions
        self.divided: set[str] = set()  # the parts of labels with dots
        self.parts: dict[tuple[ir.Expr, str], Target] = {}  # of labels with dots
        self.used: set[ir.Expr] = set()  # containers that hold something
        self.inputs: list[str] = []
        self.chain = 0  # the number of the statement that is written
        self.variables: dict[tuple[int, str], ir.Name] = {}  # of labels that are read
        self.channels: set[str] = set()  # variables that rounds of loops set anew
        self.held: list[frozenset[str]] = []  # names that branches around still read
        self.results: list[tuple[str, bool, ir.Expr]] = []

    def in_forward(self, expr: ir.Expr, writer: Writer) -> ir.Expr:
        values: dict[str, ir.Expr] = {}
        arguments = {one.python for one in writer.plan.arguments} | {"in_channels"}
        arguments |= {one.name for one in writer.plan.holes}
        arguments |= {"in_height", "in_width", "in_depth"}
        for name in ir.names(expr):
            if name in self.loops:
                continue
            if name in self.locals:
                said = self.locals[name]
                if said is None:
                    return self._kept(expr, writer)
                values[name] = self.in_forward(said, writer)
            elif name in arguments:
                values[name] = ir.own("@" + name)
        return ir.put_in(expr, values)

    def _kept(self, expr: ir.Expr, writer: Writer) -> ir.Expr:
        """A number that only the constructor knows: kept under a name."""
        if self.loops:
            raise Unroll
        wanted = expr.id if isinstance(expr, ir.Name) else "size"
        found = ir.own("@" + wanted)
        number = 2
        while found in self.asked:
            found = ir.own(f"@{wanted}{number}")
            number += 1
        self.asked[found] = expr
        writer.init.append(ir.Assign(found, expr))
        return found


def divided(name: ir.Expr) -> tuple[str, ir.Expr] | None:
    """The part before the first dot of a label, and the rest."""
    parts: tuple[str | ir.Expr, ...] = name.parts if isinstance(name, ir.Text) else ()
    if isinstance(name, ir.Const):
        parts = (str(name.value),)
    if not any(isinstance(one, str) and "." in one for one in parts):
        return None
    if not isinstance(parts[0], str) or "." not in parts[0]:
        raise Unroll  # a container whose name is computed
    head, _, rest = parts[0].partition(".")
    if len(parts) == 1:
        return head, ir.Const(rest)
    return head, ir.Text((rest, *parts[1:]) if rest else parts[1:])


def _united(names: list[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*names)


def _is_said(flow: Flow) -> bool:
    return bool(flow.dims) and isinstance(flow.dims[0], Said) and flow.dims[0].said is not None


def worth_at(expr: tree.Expr, note: Note) -> Any:
    """What an expression comes out as in one run."""
    run = note.place.run
    before, awaits = run.current, run.awaits_input
    run.current, run.awaits_input = note.current, False
    try:
        return evaluate(expr, note.place)
    except (Mistake, Silence):
        return UNKNOWN
    finally:
        run.current, run.awaits_input = before, awaits


# ----------------------------------------------------------------------------------------- labels


class Reads(NamedTuple):
    """The labels that some text reads as a value: plain names, and beginnings of computed ones.

    `inside` are the labels whose inner names are read.
    """

    names: frozenset[str]
    computed: frozenset[str]
    inside: frozenset[str]

    def reads(self, label: tree.Template) -> bool:
        word = label.plain
        if word is None:
            begin = label.parts[0] if isinstance(label.parts[0], str) else ""
            return any(one.startswith(begin) for one in self.names) or any(
                one.startswith(begin) or begin.startswith(one) for one in self.computed
            )
        last = word.rpartition(".")[2]  # `convs.0` is read as `0` in `convs`, too
        return bool(self.names & {word, last}) or any(map(word.startswith, self.computed))

    def in_dictionary(self, label: tree.Template) -> bool:
        """Whether the value has to be found by a computed name."""
        if label.plain is None:
            return self.reads(label)
        return any(label.plain.startswith(one) for one in self.computed)


def _has_open(plan: Plan) -> bool:
    """Whether sizes are open, so that they are asked of tensors."""
    first = plan.instances[0]
    nodes = first.graph.nodes[:1] if first.graph is not None else ()
    return is_open(first.entered or ()) or any(is_open(one.shape or ()) for one in nodes)


def read_labels(body: tuple[tree.Statement, ...], sizes: bool = False) -> Reads:
    """Every label that the text of a definition reads; `sizes`: also by asking for a size."""
    names: set[str] = set()
    computed: set[str] = set()
    inside: set[str] = set()

    def take(expr: tree.Expr) -> None:
        if isinstance(expr, tree.Name):
            names.add(expr.id)
        elif isinstance(expr, tree.Text):
            names.add(expr.value)
        elif isinstance(expr, tree.Template):
            if expr.plain is not None:
                names.add(expr.plain)
            else:
                computed.add(expr.parts[0] if isinstance(expr.parts[0], str) else "")
        elif isinstance(expr, tree.Attribute):
            word = expr.name if isinstance(expr.name, str) else expr.name.plain
            if word in ("channels", "height", "width", "depth", "shape"):
                if sizes and word != "channels":
                    take(expr.value)
                return
            take(expr.value)
            if word is not None:
                names.add(word)
            outer = expr.value
            while isinstance(outer, tree.Attribute):
                outer = outer.value
            if isinstance(outer, tree.Name):
                inside.add(outer.id)
            elif isinstance(outer, tree.Template):
                inside.add(outer.plain or "*")

    for one in tree.within(body):
        if isinstance(one, tree.From):
            take(one.target)
        elif isinstance(one, tree.Apply) and not shares(one):
            for argument in one.arguments:
                take(argument.value)
                for part in tree.within(argument.value):
                    if sizes and isinstance(part, tree.Attribute):
                        take(part)
        elif isinstance(one, tree.Apply):
            for argument in one.arguments:
                if isinstance(argument.value, tree.Attribute):
                    take(argument.value)
    return Reads(frozenset(names), frozenset(computed), frozenset(inside))


def labels_of(body: tuple[tree.Statement, ...]) -> frozenset[str]:
    """Every plain label in a text."""
    return frozenset(
        one.label.plain
        for one in tree.within(body)
        if isinstance(one, (tree.Link, tree.Output)) and one.label is not None and one.label.plain
    )


def _divided_labels(body: tuple[tree.Statement, ...]) -> set[str]:
    """The parts of every label with a dot."""
    texts = [
        part
        for one in tree.within(body)
        if isinstance(one, (tree.Link, tree.Output)) and one.label is not None
        for part in one.label.parts
        if isinstance(part, str) and "." in part
    ]
    return {part for text in texts for part in text.split(".")}


def words_of(body: tuple[tree.Statement, ...]) -> frozenset[str]:
    """The names that the author gave: labels, and what `let` binds."""
    lets = frozenset(one.name.id for one in tree.within(body) if isinstance(one, tree.Let))
    return labels_of(body) | lets


def is_open(dims: Dims) -> bool:
    return any(isinstance(axis, Open) for axis in dims)


def refreshed(dims: Dims, shape: Dims | None, hangs: frozenset[str]) -> Dims:
    """The axes with the numbers of the run at hand; one that differs there hangs on something."""
    if shape is None or len(shape) != len(dims):
        return dims
    found = []
    for axis, now in zip(dims, shape, strict=True):
        if isinstance(axis, Flat) or not isinstance(now, int) or not isinstance(axis, int):
            found.append(axis)
        elif isinstance(axis, Said):
            found.append(Said(now, axis.said, axis.hangs))
        else:
            found.append(axis if axis == now else Said(now, None, hangs))
    return tuple(found)


def spatial_unsaid(dims: Dims, hangs: frozenset[str] = frozenset()) -> Dims:
    """Behind a layer a map's sizes are known by number alone, and by what they hang on."""
    return dims[:1] + tuple(unsaid(axis, hangs) for axis in dims[1:])
