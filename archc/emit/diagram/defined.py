"""Blocks that closed boxes name, and that nothing in a picture tells: the legend does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archc.emit.diagram import inside
from archc.emit.diagram.alike import dilations, stride
from archc.emit.diagram.parts import Box, open_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from archc.emit.diagram.labels import Face
    from archc.emit.diagram.parts import Part, Unit
    from archc.graph.graph import Graph, Node, Scope

_WORD = re.compile(r"\w+")
_SAID = {"stride": stride, "dilation": dilations}  # settings, and what boxes say of theirs


def defined(
    graph: Graph,
    parts: tuple[Part, ...],
    drawn: Sequence[Unit | Box],
    faces: Sequence[Face],
    explained: set[str],
) -> list[tuple[str, list[str]]]:
    """The names of such blocks, and for each the pieces of text that tell what is in it; those
    that its text names come behind it. `explained` are blocks that a box tells."""
    calls: dict[str, dict[Scope, list[Node]]] = {}
    asked: list[str] = []
    for part, face in zip(drawn, faces, strict=True):
        if not isinstance(part, Box) or part.parallel:
            continue
        own = _calls(part.nodes)
        for name, several in own.items():
            calls.setdefault(name, {}).update(several)
        said = set(_WORD.findall(" ".join(_said(face))))
        named = part.scope is not None and part.scope.kind == "block" and part.scope.name
        asked += [name for name in own if name in said or name == named]
    known = explained | {one.scope.name for one in open_in(parts) if one.scope is not None}
    found: list[tuple[str, list[str]]] = []
    for name in asked:  # it grows
        if name in known:
            continue
        known.add(name)
        # The last call, for a first one is seldom as the others.
        scope, nodes = list(calls[name].items())[-1]
        if pieces := inside.defined(graph, nodes, scope, _common(calls[name].values())):
            found.append((name, pieces))
            said = set(_WORD.findall(" ".join(pieces)))
            asked += [inner for inner in calls if inner in said]
    return found


def _said(face: Face) -> Iterator[str]:
    """What stands below or beside the title of a box."""
    for line in face.lines:
        yield from line.said
        if not line.bold:
            yield line.text


def _common(calls: Collection[list[Node]]) -> list[str]:
    """The settings that all calls of a block have alike."""
    return [name for name, said in _SAID.items() if len(set(map(said, calls))) == 1]


def _calls(nodes: Sequence[Node]) -> dict[str, dict[Scope, list[Node]]]:
    """The calls of each block in a part."""
    found: dict[str, dict[Scope, list[Node]]] = {}
    for node in nodes:
        inner: Scope | None = node.scope
        while inner is not None:
            if inner.kind == "block":
                found.setdefault(inner.name, {}).setdefault(inner, []).append(node)
            inner = inner.parent
    return found
