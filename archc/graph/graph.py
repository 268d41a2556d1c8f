"""The flat graph: what a program means, its nodes in the order of execution."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from archc.diagnostics import Frame
from archc.graph.borrowed import Borrowing
from archc.graph.values import describe
from archc.language.source import Span
from archc.language.tree import Expect, Network, Program
from archc.layers.base import Layer
from archc.named import NamedTuple
from archc.shapes import Shape

if TYPE_CHECKING:
    from archc.graph.place import Place


class Scope:
    """What names things: the network, a block call, a labelled group or loop.

    `module` is the module path (`layer2.0`), "" for the network; `path` is the same, but where a
    label names another run of it. `name` is the block's name or the label as written; `arguments`
    are those the caller wrote, with their values; `entered` is the node that a block call is given
    and `result` the one that it gives, -1 where that is not known.
    """

    __slots__ = (
        *("arguments", "entered", "kind", "module", "name"),
        *("parent", "path", "result", "sequence", "span"),
    )

    def __init__(
        self,
        kind: Literal["network", "block", "group", "loop", "if"],
        name: str,
        path: str,
        arguments: tuple[tuple[str, Any], ...],
        span: Span,
        parent: Scope | None,
        sequence: bool,
        module: str | None = None,
    ) -> None:
        self.kind = kind
        self.name = name
        self.path = path
        self.module = path if module is None else module
        self.arguments = arguments
        self.span = span
        self.parent = parent
        self.sequence = sequence
        self.entered = self.result = -1

    def frames(self) -> tuple[Frame, ...]:
        """The calls that led here, innermost first."""
        frames = []
        scope: Scope | None = self
        while scope is not None:
            if scope.kind == "block" or (scope.parent is None and scope.arguments):
                arguments = tuple((name, describe(value)) for name, value in scope.arguments)
                frames.append(Frame(scope.name, arguments, scope.path, scope.span))
            scope = scope.parent
        return tuple(frames)


class Node(NamedTuple):
    """One layer at one place of the execution; `layer` is None for an input of the network.

    `path` is unique; it is the module path, but where a shared layer runs again: there the label of
    that run stands for it, or `@2` behind it. `module` is the path of the module that holds the
    weights. `inputs` are indices into
    `Graph.nodes`, without those of layers that could not be made. `shape` is None where it could
    not be found out. `copies` tells of each input which copy of it is read, 0 for none; it is empty
    where none is.
    """

    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody misses
    path: str
    module: str
    layer: Layer | None
    inputs: tuple[int, ...]
    shape: Shape | None
    label: str | None
    span: Span
    scope: Scope
    training: bool  # runs only in training: an auxiliary output
    frozen: bool = False  # its parameters are not trained
    copies: tuple[int, ...] = ()

    @property
    def kind(self) -> str:
        return "input" if self.layer is None else self.layer.keyword


class Result(NamedTuple):
    """A result of the network: `out`, then the extra outputs in the file's order."""

    name: str
    node: int
    training: bool
    span: Span
    copy: int = 0  # which copy of the node's value it is


class Claim(NamedTuple):
    """An `expect` in the place where it runs; `place` knows the names in sight there."""

    expect: Expect
    place: Place


def entering(nodes: Sequence[Node], node: Node) -> list[Shape] | None:
    """The shapes that enter a node; None where one of them could not be found out."""
    shapes = [nodes[index].shape for index in node.inputs]
    known = [shape for shape in shapes if shape is not None]
    return known if len(known) == len(shapes) else None


class Copying(NamedTuple):
    """A call that runs no layer, but copies what it is given: so often, behind so many nodes."""

    call: Scope
    place: int
    copies: int


class Copied(NamedTuple):
    """A copy that a list of a single branch makes: of which value, and behind how many nodes."""

    value: int
    place: int


class File(NamedTuple):
    """A file that a network is made of, and what its own `let`s are worth."""

    program: Program
    values: dict[str, Any]


class Graph(NamedTuple):
    """A network with every number filled in. `complete` is false where an error left a part out."""

    name: str
    program: Program
    network: Network
    arguments: dict[str, Any]  # the network's parameters
    nodes: tuple[Node, ...]
    results: tuple[Result, ...]
    scopes: tuple[Scope, ...]
    values: dict[str, int]  # what a path names: `features`, `layer1.0` -> node of its result
    claims: tuple[Claim, ...]
    complete: bool
    borrowing: Borrowing = Borrowing()
    files: tuple[File, ...] = ()  # its own first, then those that are imported
    lapsed: int = 0  # claims of shapes in numbers that a changed input or parameter leaves out
    copying: tuple[Copying, ...] = ()  # in the order of execution
    copied: tuple[Copied, ...] = ()  # the same; copies are counted from 1

    @property
    def named(self) -> Span:
        """Where it has its name: a member's own, not that of its family."""
        return self.scopes[0].span
