"""Where a value enters what is drawn once and stands for several in a row.

Every round but the first reads the round before it. So the value goes in by one point, inside the
border, and parts only there: a skip that came from outside would say that all rounds read it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archc.emit.diagram.parts import Cluster, Part, leaves

if TYPE_CHECKING:
    from archc.emit.diagram.edges import Edge
    from archc.emit.diagram.parts import Box, Unit


class Door(NamedTuple):
    """The point by which one value enters, the arrows from it, and the cluster it stands in."""

    name: str
    tail: int
    edges: tuple[Edge, ...]
    cluster: Cluster


def doors(parts: tuple[Part, ...], drawn: list[Unit | Box], arrows: list[Edge]) -> list[Door]:
    """The points that the arrows need; a single arrow goes straight to its box."""
    found: dict[tuple[int, int, int], list[Edge]] = {}
    for edge in arrows:
        if edge.entries and not edge.size:
            found.setdefault((edge.tail, edge.source.index, edge.entries[0]), []).append(edge)
    result: list[Door] = []
    for (tail, _, _), edges in found.items():
        heads = {id(drawn[edge.head]) for edge in edges}
        cluster = _around(parts, heads) if len(edges) > 1 else None
        if cluster is not None:
            result.append(Door(f"j{len(result)}", tail, tuple(edges), cluster))
    return result


def _around(parts: tuple[Part, ...], wanted: set[int]) -> Cluster | None:
    """The innermost cluster that holds all the wanted parts."""
    for part in parts:
        if isinstance(part, Cluster) and wanted <= {id(leaf) for leaf in leaves(part.parts)}:
            return _around(part.parts, wanted) or part
    return None
