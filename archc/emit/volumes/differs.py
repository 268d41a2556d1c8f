"""In what a closed block that stands alone differs from the one behind it, or before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit.diagram.alike import Alike

if TYPE_CHECKING:
    from archc.emit.diagram.parts import Box
    from archc.graph.graph import Graph, Node, Scope

_SAID = ("stride ", "projection", "no skip")  # other differences show elsewhere
_HEAD = "first: "


def differs(graph: Graph, part: Box) -> str:
    """`stride 2, projection` for the first block of a stage, which would else look like the next
    one, or `no skip`, also for the last one; "" where it does not differ in this way."""
    scope = part.scope
    if scope is None or scope.kind != "block":
        return ""
    own = [node for node in graph.nodes if _within(node, scope)]
    beside = (own[-1].index + 1, own[0].index - 1) if own else ()
    other = next(filter(None, (_called(graph, index, scope) for index in beside)), None)
    if other is None:
        return ""
    usual = [node for node in graph.nodes if _within(node, other)]
    said = Alike(graph).exception([own, usual, usual]) or ""
    words = said.removeprefix(_HEAD).split(", ")
    return ", ".join(one for one in words if one.startswith(_SAID))


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
