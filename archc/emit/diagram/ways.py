"""The ways through a part: what runs in a row, and forks that end in a merge."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, TypeAlias

from archc.emit.diagram.chained import passes
from archc.emit.diagram.names import given
from archc.emit.diagram.scene import only_size, source
from archc.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archc.graph.graph import Graph, Node, Scope

ENTRY, OTHER = -1, -2  # what enters a part: the value that is read first, and any other
_NAMED = 2  # values that are told apart from the ways that read them, at most
_LETTERS = "yz"


class Fork(NamedTuple):
    """Ways that begin at one value and meet in a merge."""

    merge: Node
    ways: tuple[tuple[Step, ...], ...]


if TYPE_CHECKING:
    Step: TypeAlias = Fork | Node | str
    """A piece of a way: a fork, a layer, or a block by its name."""


class Tangled(Exception):
    """A part whose ways cross: no words with bars and arrows tell it."""


def called(scope: Scope, node: Node) -> Scope | None:
    """The outermost block called in a scope that a node stands in."""
    inner: Scope | None = node.scope
    block: Scope | None = None
    while inner is not None and inner is not scope:
        block = inner if inner.kind == "block" else block
        inner = inner.parent
    return block if inner is scope else None


def parted(scope: Scope, nodes: Sequence[Node]) -> dict[int, Scope | None]:
    """For each node the block with ways in it that is called in a scope, and holds it."""
    found = {node.index: called(scope, node) for node in nodes}
    merging = {
        found[node.index] for node in nodes if node.layer is not None and len(node.inputs) > 1
    }
    return {index: block if block in merging else None for index, block in found.items()}


class Reader:
    """Makes ways and forks of the nodes of a part; what enters besides is a way of its own, "".

    Ways that are added stand in the order of what they come from, as arrows to the part do, where
    each comes from one value, and all of these are met; of a concat in the order that it has.
    """

    def __init__(self, graph: Graph, nodes: Sequence[Node], scope: Scope | None) -> None:
        self._graph = graph
        self._nodes = [node for node in nodes if not passes(node)]
        self._inside = {node.index for node in self._nodes}
        self._blocks = {} if scope is None else parted(scope, self._nodes)
        self._last = {block: index for index, block in self._blocks.items() if block is not None}
        self._reads: dict[int, list[int]] = {}
        self._comes: dict[int, list[frozenset[int]]] = {}  # of these the values of outside
        self._outer: set[int] = set()  # all of these
        self._above: dict[int, int] = {}  # the value that all ways to a node come through
        self._deep = {ENTRY: 0}
        self._seen: set[int] = set()
        self._names: dict[int, str] = {}
        self._scope = scope

    def way(self) -> list[Step]:
        """What leads to the value that leaves the part."""
        return self._way(self._end(), ENTRY)

    def named(self) -> tuple[list[tuple[str, list[Step]]], list[Step]]:
        """The same where ways cross: first each value that is read at several places, with its name
        and what leads to it; the ways that read it begin with that name."""
        end = self._end()
        read_by: dict[int, int] = {}
        for reads in self._reads.values():
            for index in set(reads):
                read_by[index] = read_by.get(index, 0) + 1
        several = [index for index in self._reads if read_by.get(index, 0) > 1]
        if len(several) > _NAMED:
            raise Tangled
        found = []
        for number, index in enumerate(several):
            found.append((self._called(index) or _LETTERS[number], self._way(index, ENTRY)))
            self._names[index] = found[-1][0]
        return found, self._way(end, ENTRY)

    def _called(self, index: int) -> str:
        """The name that the author gave a value, or the part that gives it."""
        node = self._graph.nodes[index]
        name: str = node.label or ""
        inner: Scope | None = node.scope
        while inner is not None and inner is not self._scope:
            if inner.result == index:
                name = inner.path.rpartition(".")[2]
            inner = inner.parent
        return name if name and given(name) else ""

    def _end(self) -> int:
        """Finds what each node reads; gives the node whose value leaves the part."""
        entry: int | None = None
        for node in self._nodes:
            whole = self._last.get(block) if (block := self._blocks.get(node.index)) else None
            stands = node.index if whole is None else whole
            reads = self._reads.setdefault(stands, [])
            comes = self._comes.setdefault(stands, [])
            for position, index in enumerate(node.inputs):
                read = source(self._graph, index) if index >= 0 else OTHER
                if only_size(node, position):
                    continue
                outer = read not in self._inside
                first = read
                if outer:
                    self._outer.add(first)
                    entry = read if entry is None else entry
                    read = ENTRY if read == entry else OTHER
                elif (inner := self._blocks.get(read)) is not None:
                    if inner is not block and read != self._last[inner]:
                        raise Tangled  # it is read from its middle
                    read = self._last[inner]
                if read != stands and (whole is None or read not in reads):
                    reads.append(read)
                    within: frozenset[int] = frozenset().union(*self._comes.get(read, ()))
                    comes.append(frozenset({first}) if outer else within)
            if stands == node.index:
                self._reads[stands] = reads or [ENTRY]
                self._place(stands)
        read_by = {index for inner in self._reads.values() for index in inner}
        ends = [index for index in self._reads if index not in read_by]
        if len(ends) != 1:
            raise Tangled
        return ends[0]

    def _place(self, index: int) -> None:
        """Finds the nearest value that all ways to a node come through."""
        common, *others = (max(ENTRY, one) for one in self._reads[index])
        for other in others:
            while common != other:
                if self._deep[common] >= self._deep[other]:
                    common = self._above[common]
                else:
                    other = self._above[other]
        self._above[index] = common
        self._deep[index] = self._deep[common] + 1

    def _way(self, index: int, start: int) -> list[Step]:
        if index == OTHER:
            return [""]
        found: list[Step] = []
        while index != start and index >= 0:
            if index in self._names:
                return [self._names[index], *found[::-1]]
            if index in self._seen:
                raise Tangled
            self._seen.add(index)
            node, reads, block = self._graph.nodes[index], self._reads[index], self._named(index)
            if len(reads) > 1 and block:
                raise Tangled
            if len(reads) == 1:
                found.append(block or node)
                index = reads[0]
            else:
                fork = self._above[index]
                comes = self._comes[index]
                stacks = node.layer is not None and node.layer.channels_from == "sum"
                single = all(len(one) == 1 for one in comes)
                if not stacks and single and self._outer == frozenset().union(*comes):
                    order = sorted(zip(map(min, comes), reads, strict=True), key=itemgetter(0))
                    reads = [read for _, read in order]
                found.append(Fork(node, tuple(tuple(self._way(i, fork)) for i in reads)))
                index = fork
        if index == OTHER:
            found.append("")
        return found[::-1]

    def _named(self, index: int) -> str:
        block = self._blocks.get(index)
        return "" if block is None else block.name
