"""The graph as its author structured it: scopes and layers, equal neighbours folded into one.

    layer1            Bottleneck x 3            layer1
      0  Bottleneck 64                            0     Bottleneck 64
      1  Bottleneck 64          becomes           1-2   Bottleneck 64  x 2
      2  Bottleneck 64

Rows are equal when they hold the same layers with the same arguments, shapes and connections and
each owns its weights. Tables and diagrams show the same tree.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

from archc.graph.graph import Graph, Node, Scope


class Row:
    """A layer, or a scope with what is in it.

    `members` are the nodes of each of the equal rows that stand here as one (a single one unless
    folded): what runs in a row runs without a break, so they are ranges of indices. `paths` are
    their paths; `node`, `scope` and `rows` are those of the first. `run` counts the runs of a
    shared scope.
    """

    __slots__ = ("members", "node", "paths", "rows", "run", "scope")

    def __init__(
        self,
        paths: tuple[str, ...],
        members: tuple[range, ...],
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
    def nodes(self) -> range:
        """The nodes of all the rows that stand here as one."""
        return range(self.members[0].start, self.members[-1].stop)

    def name(self, outer: Row | None = None) -> str:
        """What the row is called below another: `0`, `conv1`, or `1-2` for a folded one."""
        prefix = f"{outer.path}." if outer is not None and outer.path else ""
        if len(self.paths) == 1:
            return self.address.removeprefix(prefix)
        first = self.paths[0].removeprefix(prefix)
        last = self.paths[-1].removeprefix(prefix)
        stem = _stem(first, last)
        if stem is not None:
            return f"{first}-{last[stem:]}" if stem else f"{first}-{last}"
        return f"{first} - {last}"

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Row]]:
        """This row and all below it, with how deep each stands."""
        waiting = [(depth, self)]
        while waiting:
            deep, row = waiting.pop()
            yield deep, row
            waiting += [(deep + 1, inner) for inner in reversed(row.rows)]


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
    return Folder(graph).fold(row)


class Folder:
    """Compares rows by what is in them; equal layers on equal shapes have one number."""

    def __init__(self, graph: Graph) -> None:
        self._nodes = graph.nodes
        shapes = [node.shape for node in graph.nodes]
        known: dict[Hashable, int] = {}
        self._kinds = [
            known.setdefault(
                (
                    node.layer,
                    node.shape,
                    tuple([shapes[i] for i in node.inputs]),
                    node.path == node.module,
                    node.training,
                    node.frozen,
                ),
                len(known),
            )
            for node in graph.nodes
        ]

    def fold(self, row: Row) -> Row:
        """The tree with runs of equal neighbours as one row each."""
        rows = [self.fold(child) if child.rows else child for child in row.rows]
        runs = tuple(map(_one, self.runs(rows)))
        return Row(row.paths, row.members, row.node, row.scope, runs, row.run)

    def runs(self, rows: Sequence[Row]) -> list[list[Row]]:
        """Neighbours that are equal, together."""
        runs: list[list[Row]] = []
        for child in rows:
            if runs and self._equal(runs[-1][0], child):
                runs[-1].append(child)
            else:
                runs.append([child])
        return runs

    def _equal(self, row: Row, other: Row) -> bool:
        """Whether two rows are the same but for their place; an input is like no other."""
        if len(row.nodes) != len(other.nodes) or (row.node is None) != (other.node is None):
            return False
        kinds = self._kinds
        if any(kinds[i] != kinds[j] for i, j in zip(row.nodes, other.nodes, strict=True)):
            return False
        if row.node is not None and row.node.layer is None:
            return False
        return self._key(row) == self._key(other)

    def _key(self, row: Row) -> Hashable:
        """Names and connections, equal for rows that are the same but for their place."""
        inside = row.nodes
        outer: dict[int, int] = {}
        prefix = len(row.path) + 1
        parts = []
        for index in inside:
            node = self._nodes[index]
            inputs = tuple(
                [
                    i - inside.start if i in inside else -1 - outer.setdefault(i, len(outer))
                    for i in node.inputs
                ]
            )
            parts.append(("" if row.node is not None else node.path[prefix:], inputs))
        scope = row.scope
        what: Hashable = None
        if scope is not None:
            what = (scope.kind, scope.name if scope.kind == "block" else "", repr(scope.arguments))
        return what, "" if row.node is None else _chosen(row.node), tuple(parts)


def _one(run: list[Row]) -> Row:
    """Equal rows as one."""
    if len(run) == 1:
        return run[0]
    first = run[0]
    return Row(
        tuple([path for row in run for path in row.paths]),
        tuple([member for row in run for member in row.members]),
        first.node,
        first.scope,
        first.rows,
    )


def _chosen(node: Node) -> str:
    """The name an author gave a layer; "" for one of the running numbers, `3` or `conv3`."""
    name = node.path.rpartition(".")[2].partition("@")[0]
    numbered = name.isdigit() or name.rstrip("0123456789") == node.kind
    return "" if numbered else name


class _Builder:
    """Puts nodes in execution order into the scopes they stand in."""

    def __init__(self) -> None:
        self._open: list[tuple[Scope | None, list[Row]]] = [(None, [])]
        self._runs: dict[str, int] = {}
        self._scope: Scope | None = None  # that of the node before

    def add(self, node: Node) -> None:
        if node.scope is not self._scope:
            self._enter(node.scope)
        self._open[-1][1].append(
            Row((node.path,), (range(node.index, node.index + 1),), node, None, ())
        )

    def _enter(self, at: Scope) -> None:
        """Leaves the scopes that are over, and enters those around the next node."""
        self._scope = at
        chain: list[Scope] = []
        scope: Scope | None = at
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

    def close(self, root: Scope | None) -> Row:
        while len(self._open) > 1:
            self._leave()
        rows = tuple(self._open[0][1])
        return Row(("",), (_span(rows),), None, root, rows)

    def _leave(self) -> None:
        scope, rows = self._open.pop()
        path = scope.path if scope is not None else ""
        run = self._runs[path] = self._runs.get(path, 0) + 1
        row = Row((path,), (_span(rows),), None, scope, tuple(rows), run)
        self._open[-1][1].append(row)


def _span(rows: Sequence[Row]) -> range:
    return range(rows[0].nodes.start, rows[-1].nodes.stop) if rows else range(0)


def _stem(first: str, last: str) -> int | None:
    """How much two names share before the numbers at their ends; None where they end otherwise."""
    start = first.rstrip("0123456789")
    if start == last.rstrip("0123456789") and start != first and start != last:
        return len(start)
    return None
