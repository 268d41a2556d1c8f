"""A network as chains: the longest way from input to result, and the branches beside it.

Of parallel branches between one value and their merge it takes the middle one, so that they stand
around it."""

from __future__ import annotations

from archc.emit.volumes.branches import branches
from archc.emit.volumes.ranks import Ways
from archc.named import NamedTuple


class Chain(NamedTuple):
    """Units behind each other. `start` is the unit before them and `end` the one behind, both in
    other chains; None where there is none."""

    units: tuple[int, ...]
    start: int | None
    end: int | None


def chains(around: Ways, training: tuple[bool, ...]) -> list[Chain]:
    """All units, each in one chain; the first chain is the main one."""
    count = len(around.before)
    taken: set[int] = set()
    reach = _reach(around, training)
    result: list[Chain] = []
    last = max((n for n in range(count) if not training[n]), key=lambda n: (reach[n], n), default=0)
    main = [last]
    while around.before[main[-1]]:
        ends = around.before[main[-1]]
        several = branches(around, ends)
        middle = ends[(len(ends) - 1) // 2]
        main.append(middle if several else max(ends, key=reach.__getitem__))
    main.reverse()
    taken.update(main)
    result.append(Chain(tuple(main), None, None))
    for first in range(count):
        if first in taken:
            continue
        units = [first]
        taken.add(first)
        while True:
            free = [n for n in around.after[units[-1]] if n not in taken]
            if not free:
                break
            units.append(free[0])
            taken.add(free[0])
        before = [n for n in around.before[first] if n not in units]
        after = [n for n in around.after[units[-1]] if n not in units]
        result.append(
            Chain(tuple(units), before[0] if before else None, after[0] if after else None)
        )
    return result


def _reach(around: Ways, training: tuple[bool, ...]) -> list[int]:
    """For each unit how many stand before it at most."""
    result: list[int] = []
    for number, before in enumerate(around.before):
        longest = max((result[one] + 1 for one in before), default=0)
        result.append(longest - (10**6 if training[number] else 0))
    return result
