"""Which groups of a picture are open: the outer ones first, as long as there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from archc.emit.diagram.parts import Cluster, Part, Unit, automatic, open_in
from archc.emit.sizing import SMALLEST
from archc.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable


class Open(NamedTuple):
    """What is drawn open."""

    path: str
    name: str  # as it is said
    depth: int  # how many names are around it
    look: Hashable  # equal for what holds the same
    size: int  # how many layers it holds


def opened(parts: tuple[Part, ...]) -> tuple[Open, ...]:
    """All that is open in a picture."""
    return tuple(
        Open(
            part.scope.path,
            part.path or part.name,
            _depth(part.scope.path),
            look(part),
            len(part.nodes),
        )
        for part in open_in(parts)
        if part.scope is not None
    )


def _depth(path: str) -> int:
    """How many names stand in front of the last one; a loop without a name counts for nothing."""
    names = path.split(".")
    unnamed = sum(automatic(name) for name in names)
    return max(0, len(names) - 1 - 2 * unnamed + (unnamed > 0 and automatic(names[-1])))


def look(part: Cluster) -> Hashable:
    """Blocks that hold the same, rounds of one loop, and groups of the same blocks look alike."""
    assert part.scope is not None
    if part.scope.kind == "block":
        return (part.scope.name, tuple(node.kind for node in part.nodes))
    if automatic(part.scope.path):  # a loop, or a round of one
        return (part.scope.path.partition(".")[0], "." in part.scope.path)
    scopes = (inner.scope for inner in part.parts if not isinstance(inner, Unit))
    names = dict.fromkeys(one.name for one in scopes if one is not None and one.kind == "block")
    return tuple(names) or part.scope.path


def alike(several: tuple[Open, ...], largest: bool = True) -> list[frozenset[str]]:
    """The paths of what is open, equal blocks together: the outer ones first, of these the
    `largest`, or as they come."""
    found: dict[tuple[int, Hashable], set[str]] = {}
    sizes: dict[tuple[int, Hashable], int] = {}
    for one in several:
        key = (one.depth, one.look)
        found.setdefault(key, set()).add(one.path)
        sizes[key] = sizes.get(key, 0) + one.size
    order = sorted(found, key=lambda key: (key[0], -sizes[key] if largest else 0))
    return [frozenset(found[key]) for key in order]


def nested(groups: list[frozenset[str]]) -> list[frozenset[str]]:
    """The same, each first with the groups directly inside it: what a group holds may be narrower
    than the groups in it, closed."""
    result = []
    every = frozenset(path for paths in groups for path in paths)
    for paths in groups:
        inside = frozenset(one for one in every if one.rpartition(".")[0] in paths)
        result += [paths | inside, paths] if inside else [paths]
    return result


Drawn = TypeVar("Drawn")


def most_open(
    closed: Drawn,
    groups: list[frozenset[str]],
    attempt: Callable[[Drawn, frozenset[str]], Drawn | None],
    text: Callable[[Drawn], float],
) -> Drawn:
    """As much of the `groups` opened as there is room for; `closed` has none of them.

    `attempt` draws with some of them open, beginning from what was best so far, and gives None
    where that shows nothing more, or time is up. Where there is not even room for the groups
    alone, what does not make it worse stays open.
    """
    best, least = closed, min(SMALLEST, text(closed))
    shown: frozenset[str] = frozenset()
    for paths in groups:
        found = attempt(best, shown | paths)
        if found is not None and text(found) >= least:
            best, shown, least = found, shown | paths, min(SMALLEST, text(found))
    return best
