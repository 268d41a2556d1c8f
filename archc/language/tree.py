"""The program as its author wrote it: the parser makes it, the printer prints it, none changes it.

Every node ends with its `span`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import chain

from archc.language.source import Source, Span
from archc.record import Record

# ------------------------------------------------------------------------------- expressions


class Number(Record):
    """`4096`, `60_000`, `138M`, `1e-4`; `text` keeps the digits as written, which `~` needs."""

    value: int | Fraction
    text: str
    span: Span


class Text(Record):
    """`"text"`, its escapes resolved."""

    value: str
    span: Span


class Constant(Record):
    """`true`, `false`, `none`."""

    value: bool | None
    span: Span


class Size(Record):
    """`7x7`, `3x224x224`, `3xHxW`: an axis is a number or the letter of an open size."""

    axes: tuple[int | str, ...]
    span: Span


class List(Record):
    items: tuple[Expr, ...]
    span: Span


class Name(Record):
    """A name; also `in`, `input` and the wildcard `_`."""

    id: str
    span: Span


class Template(Record):
    """A label or reference with computed parts, `enc{i + 1}` or `"block{s}-{i}"`.

    `parts` alternates as written; text parts are `str`. `quoted` tells how it was written.
    A plain label is a template of one text part.
    """

    parts: tuple[str | Expr, ...]
    quoted: bool
    span: Span

    @property
    def plain(self) -> str | None:
        """The label where nothing in it is computed, else None."""
        if not self.parts:
            return ""
        if len(self.parts) == 1 and isinstance(self.parts[0], str):
            return self.parts[0]
        return None


class Attribute(Record):
    """`value.name`; the name may be digits (`layer1.0`) or a template (`enc{i}.conv`)."""

    value: Expr
    name: str | Template
    span: Span


class Index(Record):
    value: Expr
    index: Expr
    span: Span


class Slice(Record):
    """`value[start:stop]`."""

    value: Expr
    start: Expr | None
    stop: Expr | None
    span: Span


class Argument(Record):
    """`value` by position, or `name=value`; `name_span` is the place of the name alone."""

    name: str | None
    value: Expr
    name_span: Span | None
    span: Span


class Call(Record):
    """`function(arguments)`: a built-in function, or a block or layer with arguments fixed."""

    function: Expr
    arguments: tuple[Argument, ...]
    span: Span


class Unary(Record):
    """`-x`, `not x`."""

    operator: str
    operand: Expr
    span: Span


class Binary(Record):
    """Arithmetic, `and`, `or`."""

    operator: str
    left: Expr
    right: Expr
    span: Span


class Comparison(Record):
    """`a < b <= c`: one more operand than operators. `~` stands only in `expect`."""

    operands: tuple[Expr, ...]
    operators: tuple[str, ...]
    span: Span


class Choice(Record):
    """`then if condition else otherwise`."""

    then: Expr
    condition: Expr
    otherwise: Expr
    span: Span


Expr = (
    Number
    | Text
    | Constant
    | Size
    | List
    | Name
    | Template
    | Attribute
    | Index
    | Slice
    | Call
    | Unary
    | Binary
    | Comparison
    | Choice
)

# -------------------------------------------------------------------------------- statements


class Apply(Record):
    """`conv 64 3x3`, `Block(64, stride=2)`, `VGG16.features`, `share conv1`."""

    callee: Name | Attribute
    arguments: tuple[Argument, ...]
    parenthesised: bool
    span: Span


class Braced(Record):
    """`concat { … }`: a word and its braces; which words there are, the grammar does not know."""

    word: Name
    body: tuple[Statement, ...]
    span: Span


class Group(Record):
    """`{ … }`."""

    body: tuple[Statement, ...]
    span: Span


class Arm(Record):
    """One arm of an `if`; the last, `else`, has no condition."""

    condition: Expr | None
    body: tuple[Statement, ...]
    span: Span


class If(Record):
    arms: tuple[Arm, ...]
    span: Span


class For(Record):
    """`for a, b in rows { … }`."""

    targets: tuple[Name, ...]
    iterable: Expr
    body: tuple[Statement, ...]
    span: Span


class Repeat(Record):
    count: Expr
    body: tuple[Statement, ...]
    span: Span


class From(Record):
    """`from input`, `from features.pool3`, `from enc{3 - i}`."""

    target: Name | Attribute | Template
    span: Span


Action = Apply | Braced | Group | If | For | Repeat | From


class Link(Record):
    """One link of a chain: `label: frozen action => shape`; what is frozen is not trained."""

    label: Template | None
    frozen: bool
    action: Action
    shape: Expr | None
    span: Span


class Chain(Record):
    """`link -> link -> …`: one statement."""

    links: tuple[Link, ...]
    span: Span


class Input(Record):
    """`input 3x224x224`, `input left 1x105x105`."""

    name: Name | None
    shape: Expr
    span: Span


class Let(Record):
    name: Name
    value: Expr
    span: Span


class Output(Record):
    """`aux1: output training AuxHead classes`; the label stands before the word `output`."""

    label: Template | None
    training: bool
    body: Chain
    span: Span


class Expect(Record):
    """`expect claim "source"`; the claim is the whole comparison."""

    claim: Expr
    source: Text | None
    span: Span


class Broken(Record):
    """A statement that could not be read. What it does, and what it names, is unknown."""

    span: Span

    @property
    def words(self) -> list[str]:
        """The names that may mean something in it."""
        return re.findall(r"[A-Za-z_]\w*", self.span.text)

    @property
    def introduced(self) -> list[str]:
        """Those of them that it may give a meaning to: not what it calls, or asks for something."""
        return re.findall(r"(?<![\w.])[A-Za-z_]\w*(?![\w.(])", self.span.text)


Statement = Chain | Input | Let | Output | Expect | Broken

# ------------------------------------------------------------------------------- definitions


class Parameter(Record):
    name: Name
    default: Expr | None
    span: Span


class Block(Record):
    """`block NAME(parameters) { … }`."""

    name: Name
    parameters: tuple[Parameter, ...]
    docstring: Text | None
    body: tuple[Statement, ...]
    span: Span


class Network(Record):
    """`network NAME(parameters) { … }`."""

    name: Name
    parameters: tuple[Parameter, ...]
    docstring: Text | None
    body: tuple[Statement, ...]
    span: Span


class BlockAlias(Record):
    """`block NAME = BLOCK(arguments)`."""

    name: Name
    value: Expr
    span: Span


class Member(Record):
    """`network NAME = FAMILY(arguments) { expect … }`; `family` is a call, or a name alone."""

    name: Name
    family: Call | Name
    docstring: Text | None
    body: tuple[Statement, ...]
    span: Span


class Import(Record):
    """`from "vgg.arch" import VGG, ConvReLU as Conv`: pairs of the name there and the name here."""

    path: Text
    names: tuple[tuple[Name, Name], ...]
    span: Span


Definition = Block | Network | BlockAlias | Member | Import | Let


WHOLE_FILE = 0  # the line of an allowance that is for all lines


class Allowance(Record):
    """`# allow: CODE` at the end of a line, or `# allow-file: CODE`, whose line is `WHOLE_FILE`."""

    code: str
    line: int
    span: Span


class Program(Record):
    source: Source
    docstring: Text | None
    definitions: tuple[Definition, ...]
    allowances: tuple[Allowance, ...]


def within(node: object) -> Iterator[Record]:
    """Every node of a tree or of a row of trees, itself included, in the order of the text."""
    if isinstance(node, Record):
        return chain((node,), _below(node))
    if type(node) is tuple:  # a span is another
        return chain.from_iterable(map(within, node))
    return iter(())


def _below(node: Record) -> tuple[Record, ...]:
    """What stands inside a node; it never changes, and many ask for it."""
    found: tuple[Record, ...]
    try:
        found = KEPT.__get__(node)
    except AttributeError:
        KEPT.__set__(node, found := tuple(_walked(node.__dict__.values())))
    return found


KEPT = Record.kept  # the place beside a node's values; a node itself is frozen


def _walked(nodes: Iterable[object]) -> Iterator[Record]:
    waiting = [*nodes][::-1]
    while waiting:
        one = waiting.pop()
        inner: Iterable[object] = ()
        if isinstance(one, Record):
            yield one
            inner = one.__dict__.values()
        elif type(one) is tuple:
            inner = one
        waiting += [each for each in inner if type(each) is tuple or isinstance(each, Record)][::-1]
