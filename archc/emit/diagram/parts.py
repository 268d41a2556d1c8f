"""What a picture is made of: layers, closed blocks, and clusters that hold both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archc.graph.graph import Node, Scope

_LOOP = re.compile(r"for\d+(\.\d+)*")


class Unit:
    """A layer with what is fused to it: `before` and `after` run before and after `main`."""

    __slots__ = ("after", "before", "count", "main", "name")

    def __init__(self, main: Node, name: str, count: int = 1) -> None:
        self.main = main
        self.name = name
        self.count = count
        self.before: tuple[Node, ...] = ()
        self.after: tuple[Node, ...] = ()

    @property
    def nodes(self) -> tuple[Node, ...]:
        return (*self.before, self.main, *self.after)

    @property
    def first(self) -> Node:
        return self.nodes[0]

    @property
    def last(self) -> Node:
        return self.nodes[-1]


class Box:
    """A scope that stays closed.

    `count` equal ones stand here as one. The `members` are several of one structure in a row that
    differ in their shapes alone, or are given other arguments (`varied`); the `exception` tells in
    what the first of them differs. `like` is the path of the one drawn in detail. Where it stands
    for equal layers in `parallel`, these are its parts. What runs `after` it, and is drawn at its
    edge, is among its `nodes`.
    """

    __slots__ = (
        *("after", "count", "exception", "like", "members", "name"),
        *("nodes", "parallel", "scope", "varied"),
    )

    def __init__(
        self,
        scope: Scope | None,
        name: str,
        nodes: tuple[Node, ...],
        count: int = 1,
        members: tuple[tuple[Node, ...], ...] = (),
        like: str | None = None,
        varied: bool = False,
        parallel: tuple[Unit, ...] = (),
        exception: str = "",
    ) -> None:
        self.scope = scope
        self.name = name
        self.nodes = nodes
        self.count = count
        self.members = members
        self.like = like
        self.varied = varied
        self.parallel = parallel
        self.exception = exception
        self.after: tuple[Node, ...] = ()

    @property
    def series(self) -> int:
        """How many stand in a row."""
        return max(1, len(self.members))


class Cluster:
    """A scope drawn open."""

    __slots__ = ("continued", "count", "name", "nodes", "parts", "path", "round", "scope")

    def __init__(
        self,
        scope: Scope | None,
        name: str,
        nodes: tuple[Node, ...],
        parts: tuple[Part, ...],
        count: int = 1,
        path: str = "",
    ) -> None:
        self.scope = scope
        self.name = name
        self.nodes = nodes
        self.parts = parts
        self.count = count
        self.path = path
        self.continued = False  # it began in an earlier column
        self.round = False  # the first of rounds of which the others stay closed


Part = Unit | Box | Cluster


def leaves(parts: tuple[Part, ...]) -> Iterator[Unit | Box]:
    """The layers and closed blocks, in execution order."""
    for part in parts:
        if isinstance(part, Cluster):
            yield from leaves(part.parts)
        else:
            yield part


def automatic(path: str) -> bool:
    """Whether a loop, or a round of one, has no name of its own in the text."""
    return _LOOP.fullmatch(path) is not None


def framed(cluster: Cluster) -> bool:
    """Whether a scope has a frame and a heading: not where the text names nothing that they would
    tell, neither it nor a closed round in it or behind it."""
    named = cluster.scope is None or not automatic(cluster.scope.path)
    rounds = any(isinstance(part, Box) and part.name[:1].isdigit() for part in cluster.parts)
    return named or cluster.count > 1 or rounds or cluster.round


def unframed(parts: tuple[Part, ...]) -> Iterator[Unit | Box]:
    """The layers and closed blocks that stand in no frame."""
    for part in parts:
        if not isinstance(part, Cluster):
            yield part
        elif not framed(part):
            yield from unframed(part.parts)


def open_in(parts: tuple[Part, ...]) -> Iterator[Cluster]:
    """The scopes drawn open, the outer ones before those in them."""
    for part in parts:
        if isinstance(part, Cluster):
            yield part
            yield from open_in(part.parts)


def instances(parts: tuple[Part, ...], around: int = 1) -> list[int]:
    """For each layer and closed block how many equal ones it stands for."""
    result = []
    for part in parts:
        if isinstance(part, Cluster):
            result += instances(part.parts, around * part.count)
        else:
            result.append(around * part.count)
    return result
