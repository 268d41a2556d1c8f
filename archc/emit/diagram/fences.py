"""What keeps skips inside the frames of their groups.

Graphviz lets a long arrow bulge as far as no box stands in its way, over the border of its group.
So an invisible line runs beside it, from its tail to a point beside its head: arrows pass at the
side of it where they begin, and the frame goes around the point.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit.diagram.parts import Cluster, Part, framed, leaves, open_in
from archc.named import NamedTuple

if TYPE_CHECKING:
    from archc.emit.diagram.arranged import Arranged
    from archc.emit.diagram.edges import Edge


class Fence(NamedTuple):
    """The point beside the head of a skip, and the group that both are in."""

    name: str
    edge: Edge
    cluster: Cluster
    below: bool  # from left to right, where Graphviz goes upwards

    @property
    def point(self) -> str:
        """The point itself, and that it stands beside the head."""
        pair = [f"n{self.edge.head}", self.name]
        row = " -> ".join(reversed(pair) if self.below else pair)
        return (
            f'{self.name} [shape=point width="0.01" style=invis]; {{rank=same {row} [style=invis]}}'
        )


def fences(picture: Arranged) -> dict[int, Fence]:
    """Those that a picture needs, by the identity of their arrows."""
    door_of = {id(edge): door for door in picture.doors for edge in door.edges}
    found: dict[int, Fence] = {}
    for edge in picture.plan.arrows:
        door = door_of.get(id(edge))
        ends = [edge.head] if door else [edge.tail, edge.head]
        one_column = len({picture.column_of[end] for end in ends}) == 1
        if not edge.skip or picture.plan.passive(edge.head) or not one_column:
            continue
        if picture.up.intersection(ends):  # on the levels of a U
            continue
        if any(_parts(other, edge) for other in picture.plan.arrows):
            continue
        wanted = {id(picture.drawn[end]) for end in ends}
        if door:
            wanted = {id(leaf) for leaf in leaves(door.cluster.parts)}
        around = _around(picture.columns[picture.column_of[edge.head]], wanted)
        if around is not None:
            found[id(edge)] = Fence(
                f"e{len(found)}", edge, around, picture.options.direction == "LR"
            )
    return found


def _parts(other: Edge, skip: Edge) -> bool:
    """Whether an arrow leads out from beside a skip: it would cross the line, and Graphviz would
    rather have the skip at the other side of the group."""
    return skip.tail < other.tail < skip.head < other.head


def _around(parts: tuple[Part, ...], wanted: set[int]) -> Cluster | None:
    """The innermost group with a frame that holds all of these."""
    found = None
    for one in open_in(parts):  # the outer ones first
        if framed(one) and wanted <= {id(leaf) for leaf in leaves(one.parts)}:
            found = one
    return found
