"""A U where there is more room across than down: its ends lead aside.

What comes in front of the first level stands at its left, what the way up ends in at its right,
and so do the results of each level, as pyramids are drawn. Where there is little height still, what
leads from level to level stands beside them as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from archc.emit.diagram.rise import spine

if TYPE_CHECKING:
    from archc.emit.diagram.edges import Edge

Row = tuple[int, ...]


def spread(
    arrows: Sequence[Edge], up: frozenset[int], rows: list[Row], group: Sequence[int], flat: bool
) -> list[Row]:
    """The rows of a U with what leads to them, and what they end in; of this only what is in the
    same `group`: Graphviz keeps no order of clusters and what stands beside them. Where it is
    `flat`, at every level, else at the first alone."""
    ways = _Ways(arrows, up, group)
    found = [ways.ended(row) for row in rows]
    for place, row in enumerate(found if flat else found[:1]):
        found[place] = (*ways.before(row[0]), *ways.behind(row))
    found += ways.outside(found[0]) if flat and found else []
    taken = {number for row in found for number in row}
    for edge in arrows:
        turns = edge.tail not in up and edge.head in up and edge.tail not in taken
        if turns and not (edge.skip or edge.size):  # where the way down ends
            row = (edge.tail,)
            if (longer := ways.ended(row)) != row:
                found.append((*ways.before(edge.tail), *longer))
                taken.update(found[-1])
    return found


class _Ways:
    """What stands in front of parts, and behind them."""

    def __init__(self, arrows: Sequence[Edge], up: frozenset[int], group: Sequence[int]) -> None:
        self._up = up
        self._group = group
        self._spine = spine(arrows, up)
        self._after: dict[int, list[int]] = {}
        self._front: dict[int, list[int]] = {}
        for edge in arrows:
            self._after.setdefault(edge.tail, []).append(edge.head)
            self._front.setdefault(edge.head, []).append(edge.tail)

    def before(self, first: int) -> Row:
        """The chain that leads to a part, from its beginning."""
        chain = [first]
        while len(front := self._front.get(chain[0], [])) == 1 and front[0] not in self._up:
            if len(self._after[front[0]]) != 1 or self._group[front[0]] != self._group[chain[0]]:
                break
            chain.insert(0, front[0])
        return tuple(chain[:-1])

    def behind(self, row: Row) -> Row:
        """A row with the chain that follows its last part."""
        chain = list(row)
        while len(after := self._after.get(chain[-1], [])) == 1:
            if len(self._front[after[0]]) != 1 or self._group[chain[-1]] != self._group[after[0]]:
                break
            chain.append(after[0])
        return tuple(chain)

    def outside(self, row: Row) -> list[Row]:
        """What leads to the group that a row is in, and what follows it, on one height."""
        found: Row = ()
        front, after = self._front.get(row[0], []), self._after.get(row[-1], [])
        if len(front) == 1 and self._after[front[0]] == [row[0]]:
            found = (*self.before(front[0]), front[0])
        if len(after) == 1 and self._front[after[0]] == [row[-1]]:
            found = (*found, *self.behind((after[0],)))
        return [found] if len(found) > 1 else []

    def ended(self, row: Row) -> Row:
        """A row with the first part that its last one leads to, and that leads nowhere."""
        last = row[-1]
        ends = [
            head
            for head in self._after.get(last, ())
            if head not in self._after and (last, head) not in self._spine
            and self._front[head] == [last] and self._group[head] == self._group[last]
        ]  # fmt: skip
        return (*row, *sorted(ends)[:1])
