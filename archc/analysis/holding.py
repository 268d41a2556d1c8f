"""What the code of a network holds longer than its readers need it, told from graph and scopes.

PyTorch frees a tensor when nothing holds it any more. In generated code, as in a person's, there
are two holders besides the operations themselves.

A call keeps what it was given until it is over: that of a block, of a numbered sequence, and of a
labelled group whose layers form a plain chain, which is an `nn.Sequential` too.

A variable keeps its value until it gets another, or until its forward pass ends. What runs through
a forward pass is one variable, `x`; each branch of a merge has its own, and so has a labelled value
that is read by its label.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterator

from archc.graph.graph import Graph, Node, Scope
from archc.language import tree
from archc.language.source import Span

LONGEST = 3  # calls that stand in one line, where that holds nothing longer


def _numbered(scope: Scope) -> bool:
    """Whether its layers are numbered and run one behind the other; rounds of a loop may branch."""
    return scope.sequence and scope.kind != "loop"


def calls(graph: Graph) -> frozenset[Scope]:
    """The scopes that are called as modules, so that the caller holds what they are given."""
    found = [one for one in graph.scopes if one.kind == "block" or _numbered(one)]
    return frozenset(found) | _chains(graph)


# ------------------------------------------------------------------------------- plain chains


def _chains(graph: Graph) -> frozenset[Scope]:
    kinds = ("group", "loop")
    apart = _by_rounds(graph)
    inside: dict[Scope, list[Node]] = {
        one: []
        for one in graph.scopes
        if one.kind in kinds and not _numbered(one) and one not in apart
    }
    if not inside:
        return frozenset()
    scope: Scope | None = None
    around: list[list[Node]] = []  # the nodes so far of the groups that the scope stands in
    for node in graph.nodes:
        if node.scope is not scope:
            scope = node.scope
            around = [inside[one] for one in _around(scope) if one in inside]
        for nodes in around:
            nodes.append(node)
    judge = _ChainJudge(graph)
    return frozenset(
        group for group, nodes in inside.items() if nodes and judge.is_chain(group, nodes)
    )


def _by_rounds(graph: Graph) -> set[Scope]:
    """Loops whose rounds are scopes, and these rounds: their layers are called one by one."""
    found: set[Scope] = set()
    for one in graph.scopes:
        loop = one.parent
        inner = one.kind == "loop" and loop is not None and loop.kind == "loop"
        if loop is not None and inner and one.span == loop.span:
            found |= {one, loop}
    return found


def _around(scope: Scope | None) -> Iterator[Scope]:
    while scope is not None:
        yield scope
        scope = scope.parent


class _ChainJudge:
    """Whether each layer or call of a group takes what the one before gave, and nothing else."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._runs = Counter([node.module for node in graph.nodes])
        self._ends = {result.node for result in graph.results}
        self._readers: list[list[int]] = []

    def is_chain(self, group: Scope, nodes: list[Node]) -> bool:
        before: Collection[int] | None = None
        for unit in _units(group, nodes):
            own = _indices(unit)
            if unit[0].scope is group and not self._plain(unit[0]):
                return False
            taken = {i for node in unit for i in node.inputs if i not in own}
            if len(taken) != 1 or (before is not None and taken.pop() not in before):
                return False
            before = own
        return not any(node.training for node in nodes) and self._closed(nodes, before or ())

    def _closed(self, nodes: list[Node], last: Collection[int]) -> bool:
        """Whether what is made before the last unit is read inside alone."""
        members = _indices(nodes)
        readers = self._readers = self._readers or _readers(self._graph)
        return not any(
            node.index in self._ends or any(one not in members for one in readers[node.index])
            for node in nodes
            if node.index not in last
        )

    def _plain(self, node: Node) -> bool:
        """Whether a layer can stand in an `nn.Sequential`: a module of its own, of one input."""
        layer = node.layer
        if layer is None or layer.many_inputs or len(node.inputs) != 1:
            return False
        shape = self._graph.nodes[node.inputs[0]].shape
        named = shape is None or all(weight.name for weight in layer.weights([shape]))
        return named and self._runs[node.module] == 1


def _readers(graph: Graph) -> list[list[int]]:
    readers: list[list[int]] = [[] for _ in graph.nodes]
    for node in graph.nodes:
        for i in node.inputs:
            readers[i].append(node.index)
    return readers


def _indices(nodes: list[Node]) -> Collection[int]:
    """Those of nodes in order, which mostly run one behind the other."""
    found = range(nodes[0].index, nodes[-1].index + 1)
    return found if len(found) == len(nodes) else {node.index for node in nodes}


def _units(group: Scope, nodes: list[Node]) -> list[list[Node]]:
    """The layers of a group one by one, and those of each call or group in it together."""
    units: list[list[Node]] = []
    current: Scope | None = None
    scope: Scope | None = None
    below: Scope | None = None
    for node in nodes:
        if node.scope is not scope:
            scope, below = node.scope, _below(group, node.scope)
        if below is None or below is not current:
            units.append([])
        units[-1].append(node)
        current = below
    return units


def _below(group: Scope, scope: Scope) -> Scope | None:
    """The outermost scope inside a group around another; None for the group itself."""
    below = None
    for one in _around(scope):
        if one is group:
            break
        below = one
    return below


# ---------------------------------------------------------------------------------- variables


Place = tuple[Span, int] | None
"""The innermost merge around a layer, and the number of its branch; None outside of merges.

Each has a variable; rounds of a loop have the same ones.
"""


class _Unit:
    """A layer or a call in a forward pass: its first and last node."""

    __slots__ = ("call", "first", "last", "span")

    def __init__(self, node: Node, call: Scope | None) -> None:
        self.first = self.last = node.index
        self.span = node.span if call is None else call.span
        self.call = call


def variables(graph: Graph, calls: frozenset[Scope], root: list[int]) -> list[tuple[int, int]]:
    """Pairs of a value and the node until whose end a variable holds it."""
    names, beginnings = _read(graph)
    if not names and not beginnings and not any(map(_merges, graph.nodes)):
        return []
    labelled = {
        i
        for path, i in graph.values.items()
        if (word := path.rpartition(".")[2]) in names
        or (beginnings and word.startswith(beginnings))
    }
    result: list[tuple[int, int]] = []
    for units in _forwards(graph, calls).values():
        result += _held(graph, units, labelled, root)
    return result


def _merges(node: Node) -> bool:
    return node.layer is not None and node.layer.many_inputs and len(node.inputs) > 1


def _forwards(graph: Graph, calls: frozenset[Scope]) -> dict[Scope, list[_Unit]]:
    """What each forward pass does, line by line."""
    found: dict[Scope, list[_Unit]] = {}
    scope: Scope | None = None
    running: list[tuple[list[_Unit], Scope | None]] = []
    for node in graph.nodes:
        if node.layer is None:
            continue
        if node.scope is not scope:
            scope = node.scope
            running = [(found.setdefault(one, []), call) for one, call in _running(scope, calls)]
        for units, call in running:
            if call is not None and units and units[-1].call is call:
                units[-1].last = node.index
            else:
                units.append(_Unit(node, call))
    return found


def _running(scope: Scope, calls: frozenset[Scope]) -> list[tuple[Scope, Scope | None]]:
    """The forward passes that run in a scope, outermost first, and the call in each."""
    found: list[tuple[Scope, Scope | None]] = []
    forward: Scope | None = None
    for one in reversed(list(_around(scope))):
        if forward is None and one.kind in ("block", "network"):
            forward = one
        elif forward is not None and one in calls:
            found.append((forward, one))
            forward = one if one.kind == "block" else None
    return found if forward is None else [*found, (forward, None)]


def _held(
    graph: Graph, units: list[_Unit], labelled: set[int], root: list[int]
) -> list[tuple[int, int]]:
    """One forward pass: what its variables hold, and until when."""
    result: list[tuple[int, int]] = []
    current: dict[object, int] = {}  # of each variable the value
    lines: dict[Place, int] = {}  # layers so far that may stand in one line
    places = _places(graph, units)
    for unit, place, behind in zip(units, places, [*places[1:], None], strict=True):
        node, last = graph.nodes[unit.last], unit.last
        layer = node.layer
        if layer is None or layer.passes:
            continue
        if place is not None and layer.view and behind is None and root[last] < unit.first:
            continue  # a view that nothing runs behind stands in the merge itself
        variable: object = place
        if last in labelled:
            variable = node.span
            if lines.get(place, 0) < LONGEST:  # said in the same line
                current.pop(place, None)
        if variable in current:
            result.append((current[variable], last))
        current[variable] = last
        if labelled:
            alone = len(_taken(graph, unit)) == 1
            lines[place] = 0 if last in labelled else lines.get(place, 0) + 1 if alone else LONGEST
    end = units[-1].last
    return result + [(value, end) for place, value in current.items() if place is not None]


def _taken(graph: Graph, unit: _Unit) -> set[int]:
    """The values that a layer or a call is given."""
    nodes = graph.nodes[unit.first : unit.last + 1]
    return {i for node in nodes for i in node.inputs if i < unit.first}


def _places(graph: Graph, units: list[_Unit]) -> list[Place]:
    around: list[tuple[_Unit, list[int]]] = []  # the merges around, and what they join, in order
    result: list[Place] = []
    for unit in reversed(units):
        while around and not _inside(unit.span, around[-1][0].span):
            around.pop()
        place: Place = None
        if around:
            merge, joined = around[-1]
            place = graph.nodes[merge.last].span, bisect_left(joined, unit.last)
        result.append(place)
        node = graph.nodes[unit.last]
        if unit.first == unit.last and _merges(node):
            around.append((unit, sorted(node.inputs)))
    result.reverse()
    return result


def _inside(inner: Span, outer: Span) -> bool:
    return (
        inner.source is outer.source
        and outer.start <= inner.start
        and inner.end <= outer.end
        and (inner.start, inner.end) != (outer.start, outer.end)
    )


def _read(graph: Graph) -> tuple[set[str], tuple[str, ...]]:
    """The labels that some text reads, and the beginnings of those with computed parts."""
    names: set[str] = set()
    beginnings: set[str] = set()
    if not any(len(node.inputs) > 1 for node in graph.nodes):
        return names, ()
    for one in tree.within(graph.program.definitions):
        if isinstance(one, tree.From):
            for target in tree.within(one.target):
                if isinstance(target, tree.Name):
                    names.add(target.id)
                elif isinstance(target, tree.Attribute) and isinstance(target.name, str):
                    names.add(target.name)
                elif isinstance(target, tree.Template):
                    plain = target.plain
                    begin = target.parts[0] if isinstance(target.parts[0], str) else ""
                    (beginnings if plain is None else names).add(begin if plain is None else plain)
        elif isinstance(one, tree.Apply):
            for argument in one.arguments:
                names.update(
                    name.id for name in tree.within(argument.value) if isinstance(name, tree.Name)
                )
    return names, tuple(beginnings)
