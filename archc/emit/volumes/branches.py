"""Parallel branches: ways of their own from one value to one merge."""

from __future__ import annotations

from archc.emit.volumes.model import Picture
from archc.emit.volumes.ranks import Ways

_MANY = 3  # of two one may be a shortcut beside the other


def branches(around: Ways, ends: tuple[int, ...]) -> list[list[int]]:
    """The units of each branch, if all that comes to a merge are branches from one unit, several;
    none else."""
    found: list[list[int]] = []
    starts = set()
    for one in ends if len(ends) >= _MANY else ():
        way = [one]
        while len(around.after[way[-1]]) == 1 == len(around.before[way[-1]]):
            (before,) = around.before[way[-1]]
            if len(around.after[before]) > 1:
                starts.add(before)
                found.append(way)
                break
            way.append(before)
        else:
            return []
    return found if len(starts) == 1 else []


def evenly_named(picture: Picture, around: Ways) -> Picture:
    """The picture without the names of some branches where others beside them have none."""
    units = list(picture.units)
    for ends in around.before:
        several = branches(around, ends)
        named = [any(units[one].name for one in way) for way in several]
        for place in (one for way in several for one in way if not all(named)):
            units[place] = units[place]._replace(name="")
    return picture._replace(units=tuple(units))
