"""A Python module as a tree: what the emitter makes, its passes change and its printer prints.

Every record is frozen; a pass gives new ones. The forward pass and the constructor have the same
kinds of expressions. `Make` is a module of PyTorch (or a class that the file brings along) with the
arguments of its constructor, `Op` an expression of PyTorch over tensors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from operator import is_
from typing import Any, ClassVar, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Record:
    """A subclass is a frozen dataclass."""

    fields: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        dataclass(frozen=True)(cls)
        cls.fields = tuple(cls.__annotations__)


# ------------------------------------------------------------------------------- expressions


class Const(Record):
    """A number, text, True, False or None."""

    value: Any


class Name(Record):
    id: str


class Attr(Record):
    value: Expr
    name: str


class Index(Record):
    value: Expr
    index: Expr


class Cut(Record):
    """`value[start:stop]` of a list."""

    value: Expr
    start: Expr | None
    stop: Expr | None


class Call(Record):
    function: Expr
    arguments: tuple[Expr, ...] = ()
    named: tuple[tuple[str, Expr], ...] = ()


class Unary(Record):
    """`not x`, `-x`."""

    operator: str
    operand: Expr


class Binary(Record):
    """Arithmetic, `and`, `or`."""

    operator: str
    left: Expr
    right: Expr


class Compare(Record):
    """`a < b <= c`; `is` and `is not` too."""

    operands: tuple[Expr, ...]
    operators: tuple[str, ...]


class Choice(Record):
    then: Expr
    condition: Expr
    otherwise: Expr


class Row(Record):
    """A list or a tuple."""

    items: tuple[Expr, ...]
    tuple: bool = False


class Text(Record):
    """An f-string; parts that are `str` stand as they are."""

    parts: tuple[str | Expr, ...]


class Star(Record):
    """`*value` among arguments."""

    value: Expr


class Make(Record):
    """`target(arguments…)`: a module without a class of its own; `keyword` is its layer's."""

    target: str
    arguments: tuple[tuple[str | None, Expr], ...]
    keyword: str
    comment: str = field(default="", compare=False)


class Op(Record):
    """A layer that is an expression: `template` holds `{0}` for its inputs, `{name}` for values."""

    template: str
    inputs: tuple[Expr, ...]
    values: tuple[tuple[str, Expr], ...] = ()
    view: bool = False

    @property
    def twice(self) -> bool:
        """Whether the first input stands in it twice, as in `x.reshape(x.shape[0], 8)`."""
        return self.template.count("{0}") > 1


Plain = Const | Name | Attr | Index | Cut | Call | Unary | Binary | Compare | Choice | Row | Text
Expr = Plain | Star | Make | Op

# -------------------------------------------------------------------------------- statements


class Assign(Record):
    """`target: note = value`; a target is a name, an attribute or an item.

    `chain` tells which assignments the author wrote in one statement.
    """

    target: Expr
    value: Expr
    note: str | None = None
    chain: int = field(default=0, compare=False)


class Do(Record):
    """An expression as a statement."""

    value: Expr


class If(Record):
    condition: Expr
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...] = ()


class For(Record):
    """`for a, b in iterable`; one target may be a pair of its own: `for i, (a, b) in …`."""

    targets: tuple[str, ...]
    iterable: Expr
    body: tuple[Statement, ...]
    counter: str | None = None  # `for counter, (targets) in enumerate(iterable)`


class Assert(Record):
    condition: Expr


class Return(Record):
    value: Expr


Statement = Assign | Do | If | For | Assert | Return
Body = tuple[Statement, ...]

# ------------------------------------------------------------------------------- definitions


class Parameter(Record):
    name: str
    type: str
    default: Expr | None = None


class Class(Record):
    """A class: its constructor, and its `forward` where its `base` has none that serves.

    That is so but for an `nn.Sequential`, and a network made from a family's class.
    """

    name: str
    base: str
    parameters: tuple[Parameter, ...]
    init: Body
    arguments: tuple[str, ...] = ()
    forward: Body | None = None
    results: tuple[tuple[str, bool, bool], ...] = ()  # others: in training alone, maybe none
    resting: tuple[str, ...] = ()  # batch norms that stay in evaluation mode where they are frozen


# ---------------------------------------------------------------------------------- walking

Node = Any


def within(node: Node) -> Iterator[Node]:
    """A record, or a row of them, and everything below, in the order of the text."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, tuple):
            waiting += one[::-1]
        elif isinstance(one, Record):
            yield one
            waiting += [getattr(one, name) for name in one.fields[::-1]]


def inside(one: Statement, change: Callable[[Body], Body]) -> Statement:
    """The same statement with `change` applied to the bodies that it holds."""
    if isinstance(one, If):
        return If(one.condition, change(one.then), change(one.otherwise))
    if isinstance(one, For):
        return For(one.targets, one.iterable, change(one.body), one.counter)
    return one


def mapped(body: Body, change: Callable[[Statement], Body]) -> Body:
    """The statements with `change` in the place of each, the innermost first."""
    return tuple(
        new for one in body for new in change(inside(one, lambda inner: mapped(inner, change)))
    )


def joined(body: Body, join: Callable[[Statement, Statement], Statement | None]) -> Body:
    """The statements, neighbours as one where `join` gives one for both; the innermost first."""
    result: list[Statement] = []
    for one in body:
        one = inside(one, lambda inner: joined(inner, join))
        both = join(result[-1], one) if result else None
        result[-1 if both else len(result) :] = [both or one]
    return tuple(result)


def rebuilt(node: Node, change: Callable[[Node], Node]) -> Node:
    """The same tree with `change` applied to every record, the innermost first."""
    if isinstance(node, tuple):
        made = tuple([rebuilt(item, change) for item in node])
        return node if all(map(is_, made, node)) else made
    fields = node.fields if isinstance(node, Record) else None
    if fields is None:
        return node
    now = {}
    for name in fields:
        old = getattr(node, name)
        new = rebuilt(old, change)
        if new is not old:
            now[name] = new
    return change(replace(node, **now) if now else node)


def put_in(node: T, values: dict[str, Expr]) -> T:
    """The same tree with expressions in the place of names."""

    def change(one: Node) -> Node:
        return values.get(one.id, one) if isinstance(one, Name) else one

    result: T = rebuilt(node, change)
    return result


def names(node: Node) -> frozenset[str]:
    """The names that stand in an expression."""
    return frozenset(one.id for one in within(node) if isinstance(one, Name))


def replaced(node: T, old: Expr, new: Expr) -> T:
    """The same tree with one expression in the place of another."""
    result: T = rebuilt(node, lambda one: new if one == old else one)
    return result


def attributes(node: Node) -> list[str]:
    """The names of what stands in a record as `self.name`, as often as it does."""
    return [one.name for one in within(node) if isinstance(one, Attr) and one.value == SELF]


def assigned(node: Node) -> list[Expr]:
    """What is assigned in statements, at any depth, in the order of the text."""
    return [one.target for one in within(node) if isinstance(one, Assign)]


def mentions(node: Node, name: Expr) -> bool:
    """Whether a name stands somewhere in a record, or in a row of them."""
    return any(one == name for one in within(node))


def count(node: Node, name: Expr) -> int:
    """How often a name stands in a record, or in a row of them."""
    return sum(1 for one in within(node) if one == name)


SELF = Name("self")
CONTAINERS = "nn.Sequential", "nn.ModuleList", "nn.ModuleDict", "nn.Module"
"""The targets that hold other modules."""


def own(name: str) -> Attr:
    """`self.name`."""
    return Attr(SELF, name)


def call(function: str, *arguments: Expr) -> Call:
    """`function(arguments)`, of a function that Python has."""
    return Call(Name(function), arguments)


def method(owner: Expr, name: str, *arguments: Expr) -> Do:
    """`owner.name(arguments)` as a statement."""
    return Do(Call(Attr(owner, name), arguments))


SUPER = Attr(call("super"), "__init__")
FREEZE = "requires_grad_"


def frozen(make: Expr, freeze: bool = True) -> Call:
    """`make.requires_grad_(False)`: the module itself, its parameters not trained."""
    return Call(Attr(make, FREEZE), (Const(not freeze),))


def thawed(make: Expr) -> Expr:
    """The module without that."""
    inner = make.function if isinstance(make, Call) else None
    return inner.value if isinstance(inner, Attr) and make == frozen(inner.value) else make
