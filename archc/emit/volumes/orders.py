"""In which orders the groups of a network are opened, as long as there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit.diagram.opening import Open, alike, nested

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

_TRIES = 16  # groups that may be opened, at most


def orders(everything: tuple[Open, ...]) -> list[list[frozenset[str]]]:
    """In which orders groups may be opened: as they come, the largest first, or each kind of block
    once before any comes again; or of what looks alike the first one alone before all."""
    look = {one.path: one.look for one in everything}
    come = alike(everything, largest=False)
    seen: set[Hashable] = set()
    new: list[frozenset[str]] = []
    again: list[frozenset[str]] = []
    for paths in come:
        looks = {_sort(look[path]) for path in paths}
        (again if looks <= seen else new).append(paths)
        seen |= looks
    place = {one.path: number for number, one in enumerate(everything)}
    firsts = [_within(min(paths, key=place.__getitem__), place) for paths in come]
    several = [nested(come), nested(alike(everything)), [*new, *again], [*firsts, *come]]
    return [one[:_TRIES] for n, one in enumerate(several) if one not in several[:n]]


def _within(path: str, known: Iterable[str]) -> frozenset[str]:
    """A group with those around it."""
    return frozenset(one for one in known if one == path or path.startswith(f"{one}."))


def evened(everything: tuple[Open, ...], mixed: set[str]) -> frozenset[str]:
    """All groups but blocks of these kinds."""
    kinds = [("block", name) for name in mixed]
    return frozenset(one.path for one in everything if _sort(one.look) not in kinds)


def _sort(look: Hashable) -> Hashable:
    """The name of a block alone, whatever is in it; of other groups all."""
    if isinstance(look, tuple) and len(look) == 2 and isinstance(look[1], tuple):
        return ("block", look[0])
    return look
