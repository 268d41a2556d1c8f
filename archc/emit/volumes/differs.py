"""In what a closed block that stands alone differs from the one behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit.diagram.alike import Alike

if TYPE_CHECKING:
    from archc.emit.diagram.parts import Box
    from archc.graph.graph import Graph, Node, Scope

_SAID = ("stride ", "projection")  # what begins a stage; other differences show elsewhere
_HEAD = "first: "


def differs(graph: Graph, part: Box) -> str:
    """`stride 2, projection` for the first block of a stage, which would else look like the next
    one; "" where it does not differ from that in this way."""
    scope = part.scope
    if scope is None or scope.kind != "block":
        return ""
    own = [node for node in graph.nodes if _within(node, scope)]
    following = _next(graph, own[-1].index + 1, scope) if own else None
    if following is None:
        return ""
    usual = [node for node in graph.nodes if _within(node, following)]
    said = Alike(graph).exception([own, usual, usual]) or ""
    words = said.removeprefix(_HEAD)
    return words if words and all(one.startswith(_SAID) for one in words.split(", ")) else ""


def _next(graph: Graph, index: int, scope: Scope) -> Scope | None:
    """The block that is called next, where it is of the same name and in the same group."""
    inner = graph.nodes[index].scope if index < len(graph.nodes) else None
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
