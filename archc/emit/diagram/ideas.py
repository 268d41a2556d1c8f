"""Which groups of a picture carry the idea of a network, and so are opened first.

Loops without a name are no groups of the author's: they stay open as long as there is room. Then
an idea is a block in which ways part and meet again, with all that are like it: first those with
more ways than a residual, of them that which holds most of the layers on the way to the first
output. What leads to further outputs comes last, and what runs in training only not before all
else is open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from archc.emit.diagram.opening import look
from archc.emit.diagram.parts import Box, Cluster, Part, automatic
from archc.emit.sizing import SMALLEST
from archc.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from archc.graph.graph import Graph, Node

Drawn = TypeVar("Drawn")

_SEVERAL = 3  # ways, of which a residual has two


class Idea(NamedTuple):
    """Groups that look alike: their paths, those of the groups around the first, and whether ways
    part in them: others are worth less than what is said of what stays closed."""

    paths: frozenset[str]
    around: frozenset[str]
    training: bool
    first: str  # of rounds of a loop without a name
    parts: bool

    def choices(self) -> list[frozenset[str]]:
        """What may be opened to show it: of rounds one tells enough, in the frame of their loop."""
        found = [self.paths, self.paths | self.around]
        return [frozenset({self.first}) | self.around, *found] if self.first else found


class _Sort:
    """What is known of groups that look alike."""

    def __init__(self, name: Hashable, around: frozenset[str], training: bool) -> None:
        self.name = name
        self.around = around
        self.training = training
        self.paths: set[str] = set()
        self.layers = 0  # on the way to the first output, those in groups within it included
        self.parts = False  # whether ways part in it; a group may be one of several that exchange
        self.ways = 0  # how many meet in it at most
        self.unnamed = False  # a loop without a name, or a round of it


def ideas(graph: Graph, parts: tuple[Part, ...], rounds: bool = True) -> list[Idea]:
    """Those of a picture, the first first; second variants of a block come after all first ones.

    Of `rounds` that look alike the first may stand open alone.
    """
    sorts = _Sorts(graph, parts).found
    best: dict[Hashable, _Sort] = {}
    for one in sorts:
        known = best.setdefault(one.name, one)
        if (one.parts, one.layers) > (known.parts, known.layers):
            best[one.name] = one

    def key(one: _Sort) -> tuple[bool, bool, bool, int, bool, int]:
        second = one is not best[one.name]
        boxes = 0 if one.parts else len(one.paths)  # what takes less room comes first
        return one.training, not one.unnamed, second, boxes, one.ways < _SEVERAL, -one.layers

    return [
        Idea(
            frozenset(one.paths),
            one.around - one.paths,
            one.training,
            min(one.paths) if rounds and one.unnamed and len(one.paths) > 1 else "",
            one.parts,
        )
        for one in sorted(sorts, key=key)
    ]


class _Sorts:
    """Collects the open groups of a picture, and what is closed but like one of them."""

    def __init__(self, graph: Graph, parts: tuple[Part, ...]) -> None:
        self._main = _main(graph)
        self._known: dict[Hashable, _Sort] = {}
        self._at: dict[str, _Sort] = {}
        self._walk(parts, frozenset(), 1)
        self._likes(parts)
        self.found = list(self._known.values())

    def _walk(self, parts: tuple[Part, ...], around: frozenset[str], times: int) -> None:
        for part in parts:
            if not isinstance(part, Cluster) or part.scope is None:
                continue
            scope, path, often = part.scope, part.scope.path, times * part.count
            name = scope.name if scope.kind == "block" else look(part)
            training = all(node.training for node in part.nodes)
            one = self._known.setdefault(look(part), _Sort(name, around, training))
            one.paths.add(path)
            one.unnamed = automatic(path)
            self._at[path] = one
            one.layers += often * self._counted(part.nodes)
            for inner in part.parts:
                if not isinstance(inner, (Box, Cluster)) and scope.kind != "group":
                    one.ways = max(one.ways, len(inner.main.inputs))
                    one.parts |= len(inner.main.inputs) > 1
            self._walk(part.parts, around | {path}, often)

    def _likes(self, parts: tuple[Part, ...]) -> None:
        """What is closed counts for what it is like, and may be opened in its place."""
        for part in parts:
            if isinstance(part, Cluster):
                self._likes(part.parts)
            elif isinstance(part, Box) and part.like in self._at:
                one = self._at[part.like]
                one.layers += self._counted(part.nodes)
                if part.scope is not None:
                    one.paths.add(part.scope.path)

    def _counted(self, nodes: Sequence[Node]) -> int:
        return sum(node.index in self._main for node in nodes)


def _main(graph: Graph) -> frozenset[int]:
    """The nodes on the ways to the first output that is not for training alone."""
    ends = [one.node for one in graph.results if not one.training] or [len(graph.nodes) - 1]
    found: set[int] = set()
    waiting = ends[:1]
    while waiting:
        index = waiting.pop()
        if index >= 0 and index not in found:
            found.add(index)
            waiting += graph.nodes[index].inputs
    return frozenset(found)


def opened_by(
    closed: Drawn,
    several: list[Idea],
    attempt: Callable[[Drawn, frozenset[str], Idea], Drawn | None],
    text: Callable[[Drawn], float],
    shown_in: Callable[[Drawn], frozenset[str]],
) -> Drawn:
    """As many ideas opened as there is room for; `closed` has none of them.

    Each is opened where what is around it is open already, else with that; of rounds that look
    alike the first alone, if there is room for that. `attempt` draws with some groups open,
    beginning from what was best so far, and gives None where that shows nothing more, or time is
    up; `shown_in` tells what is open in a picture. Where nothing can be read, the largest is given.
    """
    best, largest = closed, closed
    shown: frozenset[str] = frozenset()
    complete = True
    known: set[frozenset[str]] = set()
    for idea in several:
        if idea.training and not complete:
            break
        if idea.paths & shown_in(best):
            continue
        done = False
        for more in idea.choices():
            found = None if shown | more in known else attempt(best, shown | more, idea)
            known.add(shown | more)
            if found is None:
                continue
            largest = max(largest, found, key=text)
            if text(found) >= SMALLEST:
                best, shown = found, shown | more
                done = more >= idea.paths
                break
        complete = complete and done
    return best if text(best) >= SMALLEST else largest
