"""Rounds of a loop that stand closed behind one that stands open: each may be that one again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit.diagram.names import round_of
from archc.emit.diagram.parts import open_in

if TYPE_CHECKING:
    from archc.emit.diagram.alike import Alike
    from archc.emit.diagram.parts import Part
    from archc.graph.graph import Node, Scope


class Rounds:
    """The rounds of a view that stand open, by their loops, the others of which stay closed."""

    def __init__(self, alike: Alike, parts: tuple[Part, ...]) -> None:
        self._alike = alike
        self._open = {one.scope.parent: one for one in open_in(parts) if one.round and one.scope}

    def again(self, nodes: tuple[Node, ...]) -> str:
        """`as round 0` of closed rounds that are the open one again, but for their dilations; ""
        of any other part."""
        rounds: dict[Scope | None, list[Node]] = {}
        for node in nodes:
            rounds.setdefault(self._round(node), []).append(node)
        loops = {None if one is None else one.parent for one in rounds}
        first = self._open.get(loops.pop()) if len(loops) == 1 else None
        if first is None or not all(self._alike.again(first.nodes, r) for r in rounds.values()):
            return ""
        return f"as {round_of(first.name)}"

    def _round(self, node: Node) -> Scope | None:
        """The round of one of the loops that a layer stands in."""
        scope: Scope | None = node.scope
        while scope is not None and scope.parent not in self._open:
            scope = scope.parent
        return scope
