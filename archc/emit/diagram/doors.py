"""Where a value enters a cluster by one point, inside the border, and parts only there.

In what is drawn once and stands for several in a row, every round but the first reads the round
before it: a skip that came from outside would say that all rounds read it. Where many branches
begin, their arrows would cross the heading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit.diagram.parts import Cluster, Part, framed, leaves
from archc.named import NamedTuple

if TYPE_CHECKING:
    from archc.emit.diagram.edges import Edge
    from archc.emit.diagram.parts import Box, Unit


MANY = 2  # arrows from which on they enter by one point


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
    taken = {id(edge) for door in result for edge in door.edges}
    fans: dict[tuple[int, int], list[Edge]] = {}
    for edge in arrows:
        if not (edge.size or edge.reader.training or id(edge) in taken):
            fans.setdefault((edge.tail, edge.source.index), []).append(edge)
    for (tail, _), edges in fans.items():
        for cluster, own in _fanned(parts, drawn, edges):
            result.append(Door(f"j{len(result)}", tail, tuple(own), cluster))
    return result


def _fanned(
    parts: tuple[Part, ...], drawn: list[Unit | Box], edges: list[Edge]
) -> list[tuple[Cluster, list[Edge]]]:
    """The clusters into which many of the arrows lead that carry one value."""
    found: list[tuple[Cluster, list[Edge]]] = []
    for part in parts:
        if not isinstance(part, Cluster):
            continue
        inside = {id(leaf) for leaf in leaves(part.parts)}
        own = [edge for edge in edges if id(drawn[edge.head]) in inside]
        apart = not framed(part) and len(own) < len(edges)  # others lead past it: it is no group
        if len(own) < MANY or id(drawn[own[0].tail]) in inside or apart:
            found += _fanned(part.parts, drawn, own)
            continue
        deeper = _fanned(part.parts, drawn, own)
        if len(deeper) == 1 and len(deeper[0][1]) == len(own):
            found += deeper
        else:
            found.append((part, own))
    return found


def _around(parts: tuple[Part, ...], wanted: set[int]) -> Cluster | None:
    """The innermost cluster that holds all the wanted parts."""
    for part in parts:
        if isinstance(part, Cluster) and wanted <= {id(leaf) for leaf in leaves(part.parts)}:
            return _around(part.parts, wanted) or part
    return None
