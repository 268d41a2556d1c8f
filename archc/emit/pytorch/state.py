"""What a class knows while it is written: its calls, its names, the lines so far."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from archc.emit.pytorch import python
from archc.emit.pytorch.containers import Box, Chain, Key, Root
from archc.emit.pytorch.expressions import NotSymbolic, Printer
from archc.emit.pytorch.handed import Handed, Holder, definition_of
from archc.emit.pytorch.layout import Line, Statement
from archc.emit.pytorch.names import IMPORTED, Taken, identifier
from archc.emit.pytorch.python import Py, binary, number
from archc.emit.pytorch.signature import Info, Parameter
from archc.emit.pytorch.trace import At, Execution, Instance
from archc.emit.pytorch.values import Entry, Env, Labels, Later, Local, Unknown, Val, resolve
from archc.graph.evaluate import Mistake, Silence, text_of
from archc.graph.modules import Module
from archc.graph.naming import Body
from archc.language import tree
from archc.language.source import Span


class World(Protocol):
    """What a class may ask about the others."""

    sites: frozenset[Span]
    dropped: frozenset[tuple[str, str]]
    used: set[str]
    handed: Handed

    def is_split(self, one: Instance) -> bool: ...

    def is_special(self, instances: Sequence[Instance]) -> bool: ...

    def info(self, instance: Instance) -> Info: ...

    def reference(self, value: Any) -> Py: ...

    def module_text(self, value: Any, holder: Holder) -> str: ...

    def default_module(self, value: Any, holder: Holder) -> str: ...

    def alias(self, module: Module, word: str) -> str | None: ...

    def constant(self, module: Module, word: str) -> Py | None: ...

    def use(self, helper: str) -> None: ...


class State(ABC):
    """The lines of `__init__` and `forward`, and everything that decides the next one.

    The classes built on this one write one kind of thing each, and call each other through it.
    """

    @abstractmethod
    def body(self, body: Body, val: Val, env: Env) -> Val:
        """Writes the statements of a pair of braces."""

    @abstractmethod
    def links(self, links: Sequence[tree.Link], val: Val, env: Env) -> Val:
        """Writes a chain."""

    @abstractmethod
    def link(self, link: tree.Link, val: Val, env: Env) -> Val:
        """Writes one link of a chain."""

    @abstractmethod
    def let(self, statement: tree.Let, val: Val, env: Env) -> None:
        """Gives a value a name."""

    @abstractmethod
    def block(self, link: tree.Link, action: tree.Apply, val: Val, env: Env) -> Val:
        """Writes the call of a block."""

    @abstractmethod
    def condition(self, action: tree.If, val: Val, env: Env) -> Val:
        """Writes what `if` stands for."""

    @abstractmethod
    def loop(self, action: tree.For | tree.Repeat, val: Val, env: Env) -> Val:
        """Writes what `for` and `repeat` stand for."""

    @abstractmethod
    def free_target(self, statement: tree.Chain, word: str) -> str:
        """A variable for what a branch gives."""

    def __init__(self, world: World, instances: list[Instance], concrete: bool) -> None:
        self.world = world
        self.instances = instances
        self.home = definition_of(instances[0]).name.span
        self.concrete = concrete
        self.init: list[Statement] = []
        self.forward: list[Statement] = []
        self.top: list[Statement] = self.init
        self.root = Root()
        self.where: Root | Box = self.root
        self.chain: Chain | None = None
        self.labels = Labels()
        self.attributes = Taken(("training", "out_channels"))
        self.locals = Taken((*IMPORTED, "self", "x", "in_channels"))
        self.variables = Taken((*IMPORTED, "self", "x", "y"))  # names of tensors in `forward`
        self.tensors: dict[tuple[Labels, str], str] = {}  # the variable of a labelled value
        self.targets: list[str] = []
        self.trying = 0  # whether what is written now is only a try
        self.effort = 0  # links written, tries included
        self.most = 0  # so many, and numbers are the way out
        self.shifting = False  # whether running numbers hang on conditions or loops
        self.laters: list[Later] = []  # channels that differ by arm
        self.pinned: dict[int, int] = {}  # the rounds of loops that are written out
        self.live: set[str] = set()  # variables of branches that are read later
        self.channel_names = ["channels"]
        self.held: set[str] = set()  # what the channels of earlier branches are in
        self.kept: dict[str, str] = {}  # constructor arguments that `forward` reads
        self.saved: str | None = None  # the dictionary of values under computed labels
        self.stores: list[Any] = []
        self.kept_lets: dict[str, str] = {}
        self.pool: dict[str, str] = {}  # modules without state, by their text
        self.referenced: set[str] = set()
        self.read_templates: list[tree.Template] = []
        self.measured: set[str] = set()
        self.cursor: dict[int, int] = {}
        self.module: Module = instances[0].place.module
        self.entry = Val("x", ())
        self.numbers: dict[int, int] = {}
        self.loops = 0
        self.loop_names: set[str] = set()
        self.guessed = False  # whether a number stands where the author has no expression
        self.parameters: list[Parameter] = []
        self.automatic: dict[tuple[int, str], list[tuple[tuple[int, int], ...]]] = {}
        self.arms: list[tuple[int, int]] = []  # the conditions around, and the arm of each

    # ----------------------------------------------------------------------------- what happened

    def runs(self, action: Any) -> list[Execution]:
        """Every run of a piece of text; those tried on the side only where there are no others."""
        found = [
            one for instance in self.instances for one in instance.executions.get(id(action), ())
        ]
        if self.pinned:
            found = [one for one in found if self.here(one.at)]
        real = [one for one in found if one.real]
        if not self.concrete:
            return real or found
        place = self.cursor.get(id(action), 0)
        self.cursor[id(action)] = place + 1
        return real[min(place, len(real) - 1) :][:1] if real else []

    def here(self, at: At) -> bool:
        """Whether something happened in the rounds that are being written out."""
        return all(self.pinned.get(loop, number) == number for loop, number in at)

    def counts(self, action: Any) -> list[int]:
        """The arms that a condition took here, or how often a loop ran."""
        return [
            one.number
            for instance in self.instances
            for one in instance.rounds.get(id(action), ())
            if one.real and self.here(one.at)
        ]

    def peek(self, action: Any) -> list[Execution]:
        """The same runs, without moving on."""
        before = self.cursor.get(id(action))
        found = self.runs(action)
        if before is None:
            self.cursor.pop(id(action), None)
        else:
            self.cursor[id(action)] = before
        return found

    # ---------------------------------------------------------------------------------- printing

    def printer(self, executions: Sequence[Execution], env: Env, forward: bool = False) -> Printer:
        """Prints the author's expressions where these runs happened."""

        def lookup(expr: tree.Name) -> Py | None:
            return self.lookup(expr, env, forward)

        def dimension(expr: tree.Attribute) -> Py | None:
            if forward or not isinstance(expr.name, str):
                return None
            return self.dimension(expr, env)

        def axes(expr: tree.Name) -> int:
            local = env.find(expr.id)
            return 0 if local is None or self.concrete else local.axes

        return Printer(
            lookup, dimension, executions, self.concrete, self.world.use, self.guess, axes
        )

    def guess(self) -> None:
        """Notes that a number was found out: it may hang on an argument unsaid."""
        self.guessed = True

    def lookup(self, expr: tree.Name, env: Env, forward: bool) -> Py | None:
        local = env.find(expr.id)
        if local is None:
            return self.world.constant(self.module, expr.id)
        if local.kind == "tensor":
            raise NotSymbolic(expr.span.text)
        if not forward:
            return local.init
        if local.forward is not None:
            return local.forward
        if local.worth is not None:  # a `let`: said again where it is needed
            runs, inner = local.worth
            try:
                return self.printer(runs, inner, forward=True).py(local.expr)
            except NotSymbolic:
                return self.keep_let(local)
        return self.keep(local)

    def keep_let(self, local: Local) -> Py:
        """Makes the value of a `let` an attribute, for `forward` to read."""
        word = local.init.text
        if self.loops or not word.isidentifier():
            raise NotSymbolic(word)
        if word not in self.kept_lets:
            self.kept_lets[word] = self.attributes.new(word, word + "_")
            self.say(Line(f"self.{self.kept_lets[word]} = {word}"))
        return Py(f"self.{self.kept_lets[word]}")

    def keep(self, local: Local) -> Py:
        """Makes a constructor argument an attribute, for `forward` to read."""
        if local.kind != "value" or not any(
            one.python == local.init.text for one in self.parameters
        ):
            raise NotSymbolic(local.init.text)
        if local.init.text not in self.kept:
            self.kept[local.init.text] = self.attributes.new(local.init.text, local.init.text + "_")
        return Py(f"self.{self.kept[local.init.text]}")

    def dimension(self, expr: tree.Attribute, env: Env) -> Py | None:
        """`in.channels`, `skip.channels`; None where only the graph knows."""
        value = expr.value
        if expr.name != "channels":
            return None
        axes = None
        if isinstance(value, tree.Name):
            if value.id == "in":
                axes = self.current.axes
            elif value.id == "input":
                axes = self.entry.axes
            else:
                local = env.find(value.id)
                if local is not None and local.tensor is not None:
                    axes = local.tensor.axes
        if axes is None:
            entry = self.reference(value)
            axes = None if entry is None else entry.axes
        if not axes or axes[0] is None:
            return None
        return resolve(axes[0])

    current: Val = Val("x", ())

    def reference(self, expr: tree.Expr) -> Val | None:
        """The labelled value an expression names, if the labels in sight tell."""
        labels: Labels | None = self.labels
        path: list[Any] = []
        while isinstance(expr, tree.Attribute):
            path.insert(0, expr.name)
            expr = expr.value
        head = expr.id if isinstance(expr, tree.Name) else None
        if isinstance(expr, tree.Template):
            head = expr.plain
        if head is None:
            return None
        entry = labels.find(head) if labels is not None else None
        for word in path:
            text = word if isinstance(word, str) else word.plain
            if entry is None or entry.inner is None or text is None:
                return None
            entry = entry.inner.entries.get(text)
        return None if entry is None else entry.val

    # -------------------------------------------------------------------------------- dimensions

    def channels(self, val: Val, executions: Sequence[Execution], axis: int = 0) -> Py:
        """The extent of an axis: in words if they are known, else the number it always is."""
        if not self.concrete and val.axes:
            dim = val.axes[axis]
            try:
                return resolve(dim)
            except Unknown:
                pass
        found = {one.current.shape[axis] for one in executions if one.current.shape}
        if len(found) != 1:
            raise NotSymbolic("a size that differs by call")
        only = found.pop()
        if not isinstance(only, int):
            raise NotSymbolic("an open size")
        if axis == 0 and not all(one.current is one.place.input for one in executions):
            self.guess()
        return Py(str(only)) if self.concrete else number(only)

    def elements(self, val: Val, executions: Sequence[Execution]) -> Py:
        """Channels times sizes, for what a flatten leaves."""
        ranks = {len(one.current.shape or ()) for one in executions}
        if len(ranks) != 1:
            raise NotSymbolic("ranks differ")
        result = self.channels(val, executions)
        for axis in range(1, ranks.pop()):
            found = {one.current.shape[axis] for one in executions if one.current.shape}
            only = found.pop()
            if found or not isinstance(only, int):
                raise NotSymbolic("a flattened size that differs by call")
            if only != 1 or not all(map(_pooled, executions)):
                self.guess()
            if only != 1:
                result = binary("*", result, number(only))
        return result

    # -------------------------------------------------------------------------------- statements

    def say(self, line: Statement) -> None:
        """A line of `__init__`."""
        self.init.append(line)

    def flush(self, changing: str | None = None) -> None:
        """Lets the list that is being filled catch up, and those around that read a name.

        To be called before the name gets a new value.
        """
        if self.chain is None:
            return
        waiting = [] if changing is None else list(self.chain.waiting(changing))
        for chain in (*waiting, self.chain):
            chain.out = self.init
            chain.flush()

    def do(self, line: Statement) -> None:
        """A line of `forward`; a chain has none of its own."""
        if self.chain is None:
            self.forward.append(line)

    def settle(self, val: Val, name: str | None = None) -> Val:
        """Gives a tensor a name, so that it can be read twice."""
        if self.chain is not None:
            return val
        if val.variable and name is None:
            return val
        target = name or self.targets[-1]
        if val.variable and val.text == target:
            return val
        self.do(Line(val.code, f"{target} = "))
        return Val(target, val.axes)

    @contextmanager
    def suite(self, init: list[Statement], forward: list[Statement]) -> Iterator[None]:
        """What is written inside goes into these lists."""
        before = self.init, self.forward
        self.init, self.forward = init, forward
        try:
            yield
        finally:
            self.init, self.forward = before

    # ------------------------------------------------------------------------------------- names

    def key(self, label: tree.Template | None, executions: Sequence[Execution], env: Env) -> Key:
        """The name a module is put under."""
        if label is not None and label.plain is not None:
            return label.plain
        if label is None and self.shifting:
            self.guess()
        if self.concrete or self.pinned or label is None:
            names = {one.name for one in executions if one.name is not None}
            if len(names) != 1 and label is not None and not self.concrete:
                return self.template(label, self.printer(executions, env))
            if len(names) != 1:
                raise NotSymbolic("a running number that differs by call")
            return names.pop()
        return self.template(label, self.printer(executions, env))

    def template(self, label: tree.Template, printer: Printer) -> Py:
        """`layer{i + 1}` as an f-string."""
        parts, names = [], frozenset[str]()
        for part in label.parts:
            if isinstance(part, str):
                parts.append(python.text_literal(part)[1:-1].replace("{", "{{").replace("}", "}}"))
            else:
                py = printer.py(part)
                if '"' in py.text or "\\" in py.text:
                    raise NotSymbolic(label.span.text)
                names |= py.names
                parts.append("{" + py.text + "}")
        quote = '"' if '"' not in "".join(parts) else "'"
        return Py(f"f{quote}{''.join(parts)}{quote}", names=names)

    def enter(self, label: str, val: Val, inner: Labels | None) -> None:
        self.labels.entries[label] = Entry(val, inner, None)

    def tensor_name(self, label: str) -> str:
        """The variable that holds the value a label of this scope names."""
        key = (self.labels, label)
        if key not in self.tensors:
            wanted = identifier(label)
            self.tensors[key] = self.variables.new(wanted, wanted + "_")
        return self.tensors[key]

    def label_text(self, label: tree.Template, executions: Sequence[Execution]) -> str | None:
        """The text of a label, where it is one."""
        if label.plain is not None:
            return label.plain
        if (self.concrete or self.pinned) and executions:
            try:
                texts = {text_of(label, one.place) for one in executions}
            except (Mistake, Silence):
                return None
            return texts.pop() if len(texts) == 1 else None
        return None


def _pooled(run: Execution) -> bool:
    """Whether a global pooling made the tensor that reaches a layer: its size is always 1."""
    nodes = run.place.run.nodes
    made = nodes[run.current.node].layer if 0 <= run.current.node < len(nodes) else None
    return made is not None and made.keyword == "global_avgpool"
