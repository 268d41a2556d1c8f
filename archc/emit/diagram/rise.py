"""The way up of a U: what is read at growing sizes stands beside what it grew from.

A U-Net, an hourglass, a pyramid go down to small maps and up again, and meet the maps of their
own size on the way. Drawn from top to bottom in one line they are twice as long as they need be,
and each skip passes beside half of the picture.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from archc.emit.axes import area

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archc.emit.diagram.edges import Edge, Plan
    from archc.shapes import Shape

_GROWN = 2.2  # times as many positions, from which on a map is on the next level
_LEVELS = 2  # on which ways down and up meet, at least


def rising(arrows: Sequence[Edge], shapes: Sequence[Shape | None]) -> frozenset[int]:
    """The parts on the way up, which stand higher the later they run; empty where there is no U.

    `shapes` are those of the outputs of all parts, in execution order. Nothing on the way up may
    lead down again.
    """
    sizes = list(map(area, shapes))
    found: set[int] = set()
    for edge in sorted(arrows, key=lambda one: (one.head, one.tail)):
        grown = sizes[edge.head] >= _GROWN * sizes[edge.tail] > _GROWN and not edge.size
        if grown or edge.tail in found:  # also where the size alone is read: it is cut to it
            found.add(edge.head)
    for edge in arrows:
        shrunk = sizes[edge.tail] >= _GROWN * sizes[edge.head] > _GROWN
        if edge.tail in found and (shrunk or edge.reader.training):
            return frozenset()
    up = frozenset(found)
    return up if len(meeting(arrows, up)) >= _LEVELS else frozenset()


def meeting(arrows: Sequence[Edge], up: frozenset[int]) -> list[tuple[int, int]]:
    """Pairs of parts on the ways down and up that meet, and so stand at one height.

    Empty where they are not one inside the other.
    """
    joined: dict[int, int] = {}
    beside: dict[int, list[Edge]] = {}
    for edge in arrows:
        beside.setdefault(edge.head, []).append(edge)
    for edge in arrows if up else ():
        if edge.tail in up or edge.head not in up or edge.size:
            continue
        others = (one for one in beside[edge.head] if one.tail != edge.tail)
        if any(one.tail in up or (edge.skip and not one.skip) for one in others):
            joined.setdefault(edge.tail, edge.head)
    depth: dict[int, int] = {}
    for edge in sorted(arrows, key=lambda one: one.head):
        if edge.head not in up:
            depth[edge.head] = max(depth.get(edge.head, 0), depth.get(edge.tail, 0) + 1)
    pairs = sorted(joined.items(), key=lambda pair: (depth.get(pair[0], 0), pair))
    heads = [head for _, head in pairs]
    nested = all(one > two for one, two in pairwise(heads))
    return pairs if nested else []


def abreast(arrows: Sequence[Edge], up: frozenset[int]) -> list[tuple[int, ...]]:
    """What stands at one height: the parts of `meeting`, from the way down to the way up.

    What the way down leads to beside itself, and what is read on the way up alone, as the lateral
    layers of a pyramid, stands between the two.
    """
    result: list[tuple[int, ...]] = []
    for one, two in meeting(arrows, up):
        before = [edge for edge in arrows if edge.head == one]
        behind = [edge for edge in arrows if edge.tail == one]
        tail = before[0].tail if len(before) == 1 else one
        parts = any(edge.tail == tail and edge.head not in (one, *up) for edge in arrows)
        beside = tail != one and tail not in up and len(behind) == 1 and parts
        result.append((tail, one, two) if beside else (one, two))
    return result


def spine(arrows: Sequence[Edge], up: frozenset[int]) -> frozenset[tuple[int, int]]:
    """Of arrows that part on the way down, or on the way up, those that lead furthest.

    They are to be straight, so that each way stands in one line and what leaves it beside it.
    """
    length: dict[int, int] = {}
    for edge in sorted(arrows, key=lambda one: -one.tail):
        if (edge.tail in up) == (edge.head in up) and not edge.size:
            length[edge.tail] = max(length.get(edge.tail, 0), length.get(edge.head, 0) + 1)
    best: dict[int, int] = {}
    for edge in arrows:
        if (edge.tail in up) == (edge.head in up) and not edge.size:
            known = best.setdefault(edge.tail, edge.head)
            if length.get(edge.head, 0) > length.get(known, 0):
                best[edge.tail] = edge.head
    return frozenset(best.items())


def near(plan: Plan, up: frozenset[int]) -> frozenset[int]:
    """What is cut on the way up for a merge stands at its left, from where it comes."""
    return frozenset(
        edge.tail for edge in plan.arrows
        if edge.skip and edge.tail in up and edge.head in up
        and plan.passive(edge.tail) and not plan.passive(edge.head)
    )  # fmt: skip


def parting(
    arrows: Sequence[Edge], up: frozenset[int], rows: Sequence[tuple[int, ...]]
) -> list[tuple[int, ...]]:
    """What one part on the way up leads to, but for what stands at its side in `rows`; what leads
    furthest last: it stands at the right."""
    straight = spine(arrows, up)
    beside = {pair for row in rows for pair in pairwise(row)}
    heads: dict[int, list[int]] = {}
    for edge in arrows:
        aside = edge.size or edge.skip or (edge.tail, edge.head) in beside
        if edge.tail in up and not aside:
            heads.setdefault(edge.tail, []).append(edge.head)
    found = []
    for tail, several in heads.items():
        last = [head for head in sorted(set(several)) if (tail, head) in straight]
        first = [head for head in sorted(set(several)) if (tail, head) not in straight]
        if len(first) + len(last) > 1:
            found.append((*first, *last))
    return found
