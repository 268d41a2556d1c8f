"""What a class knows while it is written, beside its statements.

All of it can be copied for a draft: collections are copied, what they hold never changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeVar

from archc.emit.pytorch.drafts.flow import SIZES, Flow, Target
from archc.emit.pytorch.python import ir
from archc.emit.pytorch.python.names import Taken
from archc.emit.pytorch.reading.plan import Hole, Lost
from archc.emit.pytorch.reading.runs import Note, Rounds
from archc.emit.pytorch.reading.sight import Unlike
from archc.graph.asked import asked
from archc.graph.chains import shared_labels
from archc.graph.reads import read_labels
from archc.graph.values import BlockValue
from archc.language import tree
from archc.language.source import Span
from archc.named import NamedTuple

if TYPE_CHECKING:
    from archc.emit.pytorch.actions.share import Labelled
    from archc.emit.pytorch.drafts.writer import Writer

T = TypeVar("T")


def copied(one: T) -> T:
    """A record of the kinds below, its collections copied."""
    made = object.__new__(type(one))
    for name, value in vars(one).items():
        collection = isinstance(value, (dict, list, set, Taken))
        setattr(made, name, value.copy() if collection else value)
    return made


class Position:
    """The place of the text that is written now."""

    def __init__(self) -> None:
        self.rounds: Rounds = ()
        self.here: Note | None = None
        self.current = Flow(ir.Name("x"), ())
        self.entered = Flow(ir.Name("x"), ())
        self.target = Target()
        self.var = "x"  # what the current tensor is called
        self.freezing = False  # what is registered now is not trained
        self.chain = 0  # the number of the statement that is written
        self.depth = 0  # of loops, with a variable or without
        self.answers: list[tuple[ir.Name, ir.Assign]] = []  # of conditions of the rounds of loops
        self.branches: list[Flow] = []  # what the merge at hand has gathered
        self.again = False  # what is written has run before: the constructor does nothing


class Names:
    """The variables of a class, and the conditions that are asked once."""

    def __init__(self, taken: Iterable[str], top: list[ir.Statement]) -> None:
        self.taken = Taken((*taken, *SIZES))
        self.top = top  # the constructor's outermost statements
        self.locals: dict[str, ir.Expr | None] = {
            "saved_channels": None
        }  # names of the constructor; how forward says them
        self.decided: dict[str, frozenset[str]] = {}  # what the values of variables hang on
        self.of_text: dict[tuple[int, str], str] = {}  # variables of merges, by what is merged
        self.done: set[str] = set()  # names that loops have used
        self.loops: set[str] = set()  # names that both have: variables of loops
        self.conditions: dict[ir.Expr, ir.Expr] = {}  # what is asked once, in the constructor
        self.asked: dict[ir.Expr, ir.Expr] = {}  # the attributes that hold conditions
        self.variables: dict[tuple[object, str], ir.Name] = {}  # of labels that are read
        self.channels: set[str] = set()  # variables that rounds of loops set anew
        self.held: frozenset[str] = frozenset()  # names that branches around still read

    def attribute(self, wanted: str) -> ir.Attr:
        """A free attribute for what only the constructor knows."""
        found, number = ir.own(f"@{wanted}"), 2
        while found in self.asked:
            found = ir.own(f"@{wanted}{number}")
            number += 1
        return found

    def vary(self, name: str, hangs: frozenset[str]) -> None:
        """A variable of the constructor that no one expression says: it hangs on these."""
        self.locals[name] = None
        self.decided[name] = self.decided.get(name, frozenset()) | hangs

    def built_alone(self, names: frozenset[str]) -> bool:
        """Whether one of the names is of the constructor alone: the forward pass cannot say it."""
        for name in names & self.locals.keys():
            said = self.locals[name]
            if said is None or self.built_alone(ir.names(said)):
                return True
        return False

    def behind(self, names: frozenset[str]) -> frozenset[str]:
        """These names, and what decides those of them that are variables."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                said = self.locals.get(name)
                waiting += ir.names(said) if said is not None else ()
                waiting += self.decided.get(name, ())
        return frozenset(found)

    def in_forward(self, expr: ir.Expr, writer: Writer) -> ir.Expr:
        values: dict[str, ir.Expr] = {}
        arguments = {one.python for one in writer.plan.arguments} | {"in_channels", *SIZES}
        arguments |= {one.name for one in writer.signature.holes}
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
            raise Unlike
        found = self.attribute(expr.id if isinstance(expr, ir.Name) else "size")
        self.asked[found] = expr
        writer.init.append(ir.Assign(found, expr))
        return found


class Modules:
    """The modules of a class, but for what their names are."""

    def __init__(self, in_place: frozenset[Span], divided: frozenset[str]) -> None:
        self.in_place = in_place
        self.shared: dict[ir.Expr, str] = {}  # modules without state, made once
        self.used: set[ir.Expr] = set()  # containers that hold something
        self.labelled: list[Labelled] = []  # what has a computed label
        self.divided = divided  # the parts of labels with dots
        self.parts: dict[tuple[ir.Expr, str], Target] = {}  # of labels with dots


class Result(NamedTuple):
    """One more output; `asked` is the condition of the forward pass that it stands under."""

    name: str
    training: bool
    value: ir.Expr
    asked: ir.Expr | None = None


class Signature:
    """What the class takes and gives, and which of its values are read again."""

    def __init__(self, body: tuple[tree.Statement, ...]) -> None:
        self.reads = read_labels(tree.within(body))
        self.asked = asked(body)
        self.shared = shared_labels(tree.within(body))
        self.tensors: dict[str, Flow] = {}  # parameters that hold a tensor
        self.sizes: dict[str, ir.Expr] = {}  # names of sizes that the forward pass asks for
        self.inputs: list[str] = []
        self.results: list[Result] = []
        self.holes: list[Hole] = []
        self.lost: dict[str, Lost] = {}  # arguments that some number hangs on without following
        self.makes: dict[str, frozenset[str]] = {}  # classes that an argument's blocks may be of
        self.uncalled: list[BlockValue] = []  # handed on, and called by nobody
        self.unrolled = 0  # statements of loops that were written out
