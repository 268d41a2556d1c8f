"""The graph as its author structured it: scopes and layers, equal neighbours folded into one.

    layer1            Bottleneck x 3            layer1
      0  Bottleneck 64                            0     Bottleneck 64
      1  Bottleneck 64          becomes           1-2   Bottleneck 64  x 2
      2  Bottleneck 64

Rows are equal when they hold the same layers with the same arguments, shapes and connections and
each owns its weights. Tables and diagrams show the same tree.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

from archc.graph.graph import Graph, Node, Scope


class Row:
    """A layer, or a scope with what is in it.

    `members` are the node indices of each of the equal rows that stand here as one (a single one
    unless folded), `paths` their paths; `node`, `scope` and `rows` are those of the first. `run`
    counts the runs of a shared scope.
    """

    __slots__ = ("members", "node", "paths", "rows", "run", "scope")

    def __init__(
        self,
        paths: tuple[str, ...],
        members: tuple[tuple[int, ...], ...],
        node: Node | None,
        scope: Scope | None,
        rows: tuple[Row, ...],
        run: int = 1,
    ) -> None:
        self.paths = paths
        self.run = run
        self.members = members
        self.node = node
        self.scope = scope
        self.rows = rows

    @property
    def path(self) -> str:
        return self.paths[0]

    @property
    def address(self) -> str:
        """The path, with `@2` behind it where a scope runs again under `share`."""
        return self.path if self.run == 1 else f"{self.path}@{self.run}"

    @property
    def count(self) -> int:
        return len(self.paths)

    def result(self, graph: Graph) -> int:
        """The node of what a scope gives, in the last of the rows that stand here as one."""
        members = self.members[-1]
        first = graph.values.get(self.paths[-1], members[-1])
        if self.run == 1:
            return first
        module = graph.nodes[first].module
        return next((i for i in members if graph.nodes[i].module == module), members[-1])

    @property
    def nodes(self) -> tuple[int, ...]:
        """The nodes of all the rows that stand here as one."""
        return tuple(index for member in self.members for index in member)

    def name(self, outer: Row | None = None) -> str:
        """What the row is called below another: `0`, `conv1`, or `1-2` for a folded one."""
        prefix = f"{outer.path}." if outer is not None and outer.path else ""
        if len(self.paths) == 1:
            return self.address.removeprefix(prefix)
        names = [path.removeprefix(prefix) for path in self.paths]
        first, last = names[0], names[-1]
        stem = _stem(first, last)
        if stem is not None:
            return f"{first}-{last[stem:]}" if stem else f"{first}-{last}"
        return f"{first} - {last}"

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Row]]:
        """This row and all below it, with how deep each stands."""
        yield depth, self
        for row in self.rows:
            yield from row.walk(depth + 1)


def tree(graph: Graph) -> Row:
    """The graph as a tree, nothing folded; the root is the network."""
    builder = _Builder()
    for node in graph.nodes:
        builder.add(node)
    root = graph.nodes[0].scope if graph.nodes else None
    while root is not None and root.parent is not None:
        root = root.parent
    return builder.close(root)


def fold(row: Row, graph: Graph) -> Row:
    """The tree with runs of equal neighbours as one row each."""
    rows = _folded(tuple(fold(child, graph) for child in row.rows), graph)
    return Row(row.paths, row.members, row.node, row.scope, rows, row.run)


def _folded(rows: tuple[Row, ...], graph: Graph) -> tuple[Row, ...]:
    result: list[Row] = []
    last: Hashable = None
    for row in rows:
        key = _key(row, graph) if row.node is None or row.node.layer is not None else None
        if result and key is not None and key == last:
            before = result[-1]
            result[-1] = Row(
                before.paths + row.paths,
                before.members + row.members,
                before.node,
                before.scope,
                before.rows,
            )
        else:
            result.append(row)
        last = key
    return tuple(result)


def _key(row: Row, graph: Graph) -> Hashable:
    """Equal for rows that are the same but for their place."""
    inner = {index: number for number, index in enumerate(row.nodes)}
    outer: dict[int, int] = {}
    nodes = []
    prefix = len(row.path) + 1
    for index in row.nodes:
        node = graph.nodes[index]
        inputs = tuple(
            inner[i] if i in inner else -1 - outer.setdefault(i, len(outer)) for i in node.inputs
        )
        reads = tuple(graph.nodes[i].shape for i in node.inputs)
        name = "" if row.node is not None else node.path[prefix:]
        owned = node.path == node.module
        nodes.append((name, node.layer, node.shape, reads, inputs, owned, node.training))
    scope = row.scope
    what: Hashable = None
    if scope is not None:
        what = (scope.kind, scope.name if scope.kind == "block" else "", repr(scope.arguments))
    return (what, "" if row.node is None else _chosen(row.node), tuple(nodes))


def _chosen(node: Node) -> str:
    """The name an author gave a layer; "" for one of the running numbers, `3` or `conv3`."""
    name = node.module.rpartition(".")[2]
    numbered = name.isdigit() or name.rstrip("0123456789") == node.kind
    return "" if numbered else name


class _Builder:
    """Puts nodes in execution order into the scopes they stand in."""

    def __init__(self) -> None:
        self._open: list[tuple[Scope | None, list[Row]]] = [(None, [])]
        self._runs: dict[str, int] = {}

    def add(self, node: Node) -> None:
        chain: list[Scope] = []
        scope: Scope | None = node.scope
        while scope is not None and scope.parent is not None:
            if scope.path != scope.parent.path:
                chain.append(scope)
            scope = scope.parent
        chain.reverse()
        same = 0
        for (opened, _), wanted in zip(self._open[1:], chain, strict=False):
            if opened is not wanted:
                break
            same += 1
        while len(self._open) - 1 > same:
            self._leave()
        for wanted in chain[same:]:
            self._open.append((wanted, []))
        self._open[-1][1].append(Row((node.path,), ((node.index,),), node, None, ()))

    def close(self, root: Scope | None) -> Row:
        while len(self._open) > 1:
            self._leave()
        rows = tuple(self._open[0][1])
        return Row(("",), (_nodes(rows),), None, root, rows)

    def _leave(self) -> None:
        scope, rows = self._open.pop()
        path = scope.path if scope is not None else ""
        run = self._runs[path] = self._runs.get(path, 0) + 1
        row = Row((path,), (_nodes(rows),), None, scope, tuple(rows), run)
        self._open[-1][1].append(row)


def _nodes(rows: Any) -> tuple[int, ...]:
    return tuple(index for row in rows for index in row.nodes)


def _stem(first: str, last: str) -> int | None:
    """How much two names share before the numbers at their ends; None where they end otherwise."""
    start = first.rstrip("0123456789")
    if start == last.rstrip("0123456789") and start != first and start != last:
        return len(start)
    return None
