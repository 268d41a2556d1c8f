"""Which column each unit stands in, and on which level of resolution."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from math import log2
from typing import TYPE_CHECKING

from archc.emit.axes import area
from archc.emit.volumes.model import Picture
from archc.named import NamedTuple
from archc.shapes import Shape

if TYPE_CHECKING:
    from collections.abc import Iterable


class Ways(NamedTuple):
    """For each unit what it reads and what reads it, in the order of the inputs."""

    before: tuple[tuple[int, ...], ...]
    after: tuple[tuple[int, ...], ...]


def ways(picture: Picture) -> Ways:
    """The arrows as lists of neighbours; none twice."""
    before: list[dict[int, None]] = [{} for _ in picture.units]
    after: list[dict[int, None]] = [{} for _ in picture.units]
    for arrow in sorted(picture.arrows, key=lambda one: (one.head, one.slots[0].position)):
        before[arrow.head][arrow.tail] = None
    for arrow in sorted(picture.arrows, key=lambda one: (one.tail, one.head)):
        after[arrow.tail][arrow.head] = None
    return Ways(tuple(map(tuple, before)), tuple(map(tuple, after)))


def levels(picture: Picture, around: Ways) -> tuple[int, ...] | None:
    """How deep each unit lies: a halved map is one level lower, a doubled one higher.

    None where no map grows and then meets another one that did not: no U, no pyramid.
    """
    level: list[int] = []
    maps = _maps(picture, around)
    for number, before in enumerate(around.before):
        steps = [
            (abs(step), step, one)
            for one in before
            if (step := _step(maps[one], maps[number])) is not None
        ]
        if not steps:
            level.append(level[before[0]] if before else 0)
            continue
        _, step, one = min(steps)
        level.append(level[one] + round(step))
    if not _grows_and_meets(maps, around, level):
        return None
    return flattened(tuple(level), around, range(len(level)))


def flattened(level: tuple[int, ...], around: Ways, places: Iterable[int]) -> tuple[int, ...]:
    """The same, with all `places` on one level that lie above the first ones that meet."""
    inside = set(places)
    least = min((level[n] for n in inside if len(around.before[n]) > 1), default=max(level))
    return tuple(max(0, one - least) if n in inside else one for n, one in enumerate(level))


def _maps(picture: Picture, around: Ways) -> list[Shape | None]:
    """The map that each unit gives, if it is one; what only parts an arrow gives what it reads."""
    found: list[Shape | None] = []
    for unit, before in zip(picture.units, around.before, strict=True):
        shape = unit.shape
        if unit.kind == "door" and before:
            shape = found[before[0]]
        found.append(shape if shape is not None and len(shape) > 1 and area(shape) > 1 else None)
    return found


def _step(one: Shape | None, two: Shape | None) -> float | None:
    """By how many halvings of its sides a map is smaller than another."""
    if one is None or two is None:
        return None
    ratio = log2(area(one) / area(two)) / (len(two) - 1)
    return ratio if abs(ratio) >= 0.58 else 0.0  # less than by a half is no level


def _grows_and_meets(maps: list[Shape | None], around: Ways, level: list[int]) -> bool:
    count = len(around.before)
    for up in range(count):
        grown = any(level[one] > level[up] and maps[one] for one in around.before[up])
        if not grown:
            continue
        reached = {up}
        for number in range(up, count):
            before = around.before[number]
            if number == up and len(before) > 1:
                return True
            met = [one in reached for one in before]
            if any(met):
                reached.add(number)
                if not all(met):
                    return True
    return False


def ranks(
    picture: Picture, around: Ways, level: tuple[int, ...] | None, apart: bool = True
) -> tuple[int, ...]:
    """The column of each unit, one behind those of all that it reads.

    What changes the level alone stands below or above what it reads, in the same column; but what
    rises to a place that is taken stands aside, if all are to be `apart`.
    """
    aside: Counter[int] = Counter()
    result = _columns(picture, around, level, aside)
    rising = [number for number in range(len(result)) if rises(picture, around, level, number)]
    while apart and level is not None:
        taken = Counter(zip(result, level, strict=True))
        blocked = [one for one in rising if taken[result[one], level[one]] > 1]
        if not blocked or sum(aside.values()) > len(result):
            break
        aside[blocked[-1]] += 1
        result = _columns(picture, around, level, aside)
    return tuple(result)


def _columns(
    picture: Picture, around: Ways, level: tuple[int, ...] | None, aside: Counter[int]
) -> list[int]:
    """The same, with how far some units stand aside of what they rise from."""
    result: list[int] = []
    for number, before in enumerate(around.before):
        rank = 0
        for one in before:
            falls = level is not None and dropped(picture, around, level, one, number)
            rank = max(rank, result[one] + (0 if falls else 1) + aside[number])
        result.append(rank)
    for number, before in enumerate(around.before):
        if not before and around.after[number]:
            result[number] = max(0, min(result[one] for one in around.after[number]) - 1)
    return result


def rises(picture: Picture, around: Ways, level: tuple[int, ...] | None, place: int) -> bool:
    """Whether a unit only makes a map larger, up to another level."""
    before = around.before[place]
    up = picture.units[place].kind == "up" and len(before) == 1
    return up and level is not None and level[before[0]] > level[place]


def dropped(picture: Picture, around: Ways, level: tuple[int, ...], tail: int, head: int) -> bool:
    """Whether an arrow leads straight down or up to the next level."""
    unit = picture.units[head]
    alone = len(around.before[head]) == 1 or (unit.kind == "up" and level[tail] > level[head])
    parts = len(around.after[tail]) > 1 and not _furthest(around, tail, head)
    kinds = ("pool", "up") if parts else ("pool", "up", "conv", "block")
    return alone and unit.kind in kinds and abs(level[tail] - level[head]) == 1


_LONGER = 2  # units by which one way is longer than another beside it


def _furthest(around: Ways, tail: int, head: int) -> bool:
    """Whether one way from a unit is by far the longest: the others only leave it."""
    left = _left(around)
    others = (left[one] for one in around.after[tail] if one != head)
    return left[head] >= max(others, default=0) + _LONGER


@lru_cache(maxsize=4)
def _left(around: Ways) -> list[int]:
    """How many units stand behind each one at most."""
    length = [0] * len(around.after)
    for one in reversed(range(len(length))):
        behind = (length[head] + 1 for head in around.after[one])
        length[one] = max(behind, default=0)
    return length


def exchanges(around: Ways, tail: int, head: int) -> bool:
    """Whether an arrow is one of many between all of some units and all of others."""
    return len(around.after[tail]) > 1 and len(around.before[head]) > 1


def turning(
    picture: Picture, around: Ways, rank: tuple[int, ...], place: int, levels: bool
) -> tuple[int, int]:
    """In how many places arrows that leave a unit turn, and in how many those that come.

    Where there are no levels the only arrow that leaves a unit goes straight on. Arrows that come
    to one volume turn one behind the other, those to a concatenation at its bar.
    """
    after, before = around.after[place], around.before[place]
    unit = picture.units[place]
    out: int = len(after) > 1 or (levels and any(rank[one] > rank[place] + 1 for one in after))
    if out and unit.kind == "block":  # several values of one block leave it beside each other
        values = {arrow.source for arrow in picture.arrows if arrow.tail == place}
        out = max(1, len(values) - 2)
    into = len(before) > 1 or any(rank[one] < rank[place] - 1 for one in before)
    if unit.kind == "door":  # what parts there leaves it upwards and downwards
        out = False
    if not into or unit.kind == "sum":
        return int(out), 0
    return int(out), 1 if unit.stacks else max(1, len(before) - 1)
