"""In what a closed block that stands alone differs from the one behind it, or before it; where
there is neither, from most of its name in the network."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from archc.emit.diagram.alike import Alike

if TYPE_CHECKING:
    from archc.emit.diagram.parts import Box
    from archc.graph.graph import Graph, Node, Scope

_SAID = ("stride ", "projection", "no skip")  # other differences show elsewhere
_HEAD = "first: "


class Differences:
    """Those of closed blocks of one graph."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._most: dict[str, list[Node]] = {}

    def of(self, part: Box) -> str:
        """`stride 2, projection` for the first block of a stage, which would else look like the
        next one, or `no skip`, also for the last one; "" where it does not differ in this way."""
        graph, scope = self._graph, part.scope
        if scope is None or scope.kind != "block":
            return ""
        own = [node for node in graph.nodes if _within(node, scope)]
        beside = (own[-1].index + 1, own[0].index - 1) if own else ()
        other = next(filter(None, (_called(graph, index, scope) for index in beside)), None)
        if other is not None:
            usual = [node for node in graph.nodes if _within(node, other)]
        else:
            usual = self._usual(scope.name)
        if not usual:
            return ""
        said = Alike(graph).exception([own, usual, usual]) or ""
        words = said.removeprefix(_HEAD).split(", ")
        return ", ".join(one for one in words if one.startswith(_SAID))

    def _usual(self, name: str) -> list[Node]:
        """What is in most blocks of a name; nothing where no more than half are alike."""
        if name not in self._most:
            alike = Alike(self._graph)
            parts = _blocks(self._graph, name)
            looks = [alike.structure(nodes) for nodes in parts]
            look, number = Counter(looks).most_common(1)[0]
            self._most[name] = parts[looks.index(look)] if 2 * number > len(looks) else []
        return self._most[name]


def _blocks(graph: Graph, name: str) -> list[list[Node]]:
    """The nodes of each block of a name."""
    inside: dict[int, list[Node]] = {}
    for node in graph.nodes:
        inner: Scope | None = node.scope
        while inner is not None and not (inner.kind == "block" and inner.name == name):
            inner = inner.parent
        if inner is not None:
            inside.setdefault(id(inner), []).append(node)
    return list(inside.values())


def _called(graph: Graph, index: int, scope: Scope) -> Scope | None:
    """The block around a node, where it is of the same name and in the same group as another."""
    inner = graph.nodes[index].scope if 0 <= index < len(graph.nodes) else None
    while inner is not None:
        if inner.kind == "block" and inner.name == scope.name:
            return inner if _home(inner) == _home(scope) else None
        inner = inner.parent
    return None


def _home(scope: Scope) -> str:
    """Where a block is called: the nearest group or block around it, whatever loops there are."""
    outer = scope.parent
    while outer is not None and outer.kind in ("loop", "if"):
        outer = outer.parent
    return "" if outer is None else outer.path


def _within(node: Node, scope: Scope) -> bool:
    inner: Scope | None = node.scope
    while inner is not None and inner is not scope:
        inner = inner.parent
    return inner is scope
