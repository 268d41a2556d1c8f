"""Which scopes of a network are drawn as one volume: the blocks whose inside is no plain chain."""

from __future__ import annotations

from archc.emit.volumes.spine import Spine, area
from archc.graph.graph import Graph, Node, Scope


class Closed:
    """The closed scopes, and the regions that lie in none."""

    __slots__ = ("regions", "scopes")

    def __init__(self, scopes: dict[int, Scope], regions: dict[int, int]) -> None:
        self.scopes = scopes  # node -> the outermost closed scope around it
        self.regions = regions  # node -> number of its region

    def key(self, index: int) -> tuple[str, int] | None:
        """The same for all nodes of one volume; None for a layer on its own."""
        scope = self.scopes.get(index)
        if scope is not None:
            return ("scope", id(scope))
        region = self.regions.get(index)
        return None if region is None else ("region", region)


def closed(graph: Graph, line: Spine) -> Closed:
    """Closes the innermost block around every region, and all blocks of the same name."""
    members = _members(graph, line)
    names: set[str] = set()
    chosen: dict[int, Scope] = {}
    loose: dict[int, int] = {}
    for number, atom in enumerate(line.atoms):
        if len(atom) == 1:
            continue
        scope = _around(graph, atom)
        block = _block(scope)
        if block is not None and _small(graph, members[id(block)], line):
            chosen[id(block)] = block
            names.add(block.name)
        elif scope is not None and _holds_just(scope, atom, members):
            chosen[id(scope)] = scope
        else:
            loose.update(dict.fromkeys(atom, number))
    scopes: dict[int, Scope] = {}
    for atom in line.atoms:
        for index in atom:
            around: Scope | None = graph.nodes[index].scope
            while around is not None and around.parent is not None:
                same = around.kind == "block" and around.name in names
                if id(around) in chosen or (same and _small(graph, members[id(around)], line)):
                    scopes[index] = around
                around = around.parent
    return Closed(scopes, {index: n for index, n in loose.items() if index not in scopes})


def _holds_just(scope: Scope, atom: tuple[int, ...], members: dict[int, list[int]]) -> bool:
    """Whether a group of the network holds a region and nothing else."""
    return scope.parent is not None and set(members[id(scope)]) == set(atom)


def _members(graph: Graph, line: Spine) -> dict[int, list[int]]:
    """The nodes on the line in each scope, deep ones included."""
    members: dict[int, list[int]] = {}
    for atom in line.atoms:
        for index in atom:
            scope: Scope | None = graph.nodes[index].scope
            while scope is not None:
                members.setdefault(id(scope), []).append(index)
                scope = scope.parent
    return members


def _around(graph: Graph, atom: tuple[int, ...]) -> Scope | None:
    """The innermost scope that holds all these nodes.

    A branch may be nothing but the value that entered, which stands outside: it does not count.
    """
    chains = []
    for index in atom:
        chain = []
        scope: Scope | None = graph.nodes[index].scope
        while scope is not None:
            chain.append(scope)
            scope = scope.parent
        chains.append(chain)
    for scope in chains[0]:
        if all(any(one is scope for one in chain) for chain in chains):
            return scope
    return None


def _block(scope: Scope | None) -> Scope | None:
    """The nearest block around, within the network."""
    while scope is not None and scope.kind != "block":
        scope = scope.parent
    return scope if scope is not None and scope.parent is not None else None


def _small(graph: Graph, nodes: list[int], line: Spine) -> bool:
    """Whether one volume can stand for them: maps change by one step at most, no skip comes in."""
    inside = set(nodes)
    if any(skip.merge in inside and skip.source not in inside for skip in line.skips):
        return False
    first = graph.nodes[nodes[0]]
    entered = line.sources[nodes[0]]
    before = graph.nodes[entered[0]].shape if entered else first.shape
    areas = [area(graph.nodes[nodes[-1]].shape), area(before)]
    return min(areas) * 16 >= max(areas)


def towers(graph: Graph, line: Spine, atom: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """The branches of a region that runs the same layers several times beside each other."""
    merge = atom[-1]
    inside = set(atom)
    branches = []
    for way in line.sources[merge]:
        branch: list[int] = []
        while way in inside and len(line.sources[way]) == 1:
            branch.append(way)
            way = line.sources[way][0]
        branches.append(tuple(reversed(branch)))
    looks = {tuple((graph.nodes[i].layer, graph.nodes[i].shape) for i in one) for one in branches}
    whole = sum(len(branch) for branch in branches) + 1 == len(atom)
    alike = len(looks) == 1 and len(branches) > 1 and len(branches[0]) > 3
    return tuple(branches) if whole and alike and stacks(graph.nodes[merge]) else ()


def stacks(node: Node) -> bool:
    """Whether a merge puts the channels of its branches beside each other."""
    return node.layer is not None and node.layer.channels_from == "sum"
