"""Forward passes that run the same text on values from like places: they hold the same, further on.

A block that is called fifty times is followed once.
"""

from __future__ import annotations

from archc.analysis.holding import Forward
from archc.analysis.merge_lines import Lines
from archc.analysis.names import Hold, holds, joined
from archc.analysis.texts import Text, Texts
from archc.graph.graph import Graph
from archc.named import NamedTuple


class Followed(NamedTuple):
    """What a forward pass holds; `moved` are rows of neighbours in another order than the text's.

    `stepped` are sums that are worked out step by step.
    """

    holds: list[Hold]
    moved: list[list[int]]  # places among the units
    stepped: list[int]
    first: int  # the first node
    begun: int  # the lines of the forward passes before it
    lines: int

    def at(self, first: int, begun: int) -> Followed:
        """The same for a like forward pass that begins at another node and line."""
        by, lines = first - self.first, begun - self.begun
        holds = [_further(one, by, lines) for one in self.holds]
        stepped = [index + by for index in self.stepped]
        return Followed(holds, self.moved, stepped, first, begun, self.lines)


def _further(hold: Hold, by: int, lines: int) -> Hold:
    copied, terms = hold.copied, hold.terms
    if copied is not None:
        copied += by
        terms = tuple([index + by for index in terms])
    times = hold.value + by, hold.until + by, hold.since + lines, hold.till + lines
    return Hold(*times, copied, hold.first + by, hold.forward + lines, terms, hold.when, hold.given)


def likeness(graph: Graph, forward: Forward, free: frozenset[int]) -> tuple[object, ...]:
    """Equal for like forward passes. Texts are told by their places, which the tree has once."""
    units = forward.units
    begin, end = units[0].first, units[-1].last + 1
    calls = [
        (unit.first - begin, unit.last - begin, id(unit.span), unit.call.result - begin)
        for unit in units
        if unit.call is not None
    ]
    nodes = [
        (id(node.span), type(node.layer), node.index in free, *[i - begin for i in node.inputs])
        for node in graph.nodes[begin:end]
    ]
    copying = [
        (
            *(one.place - begin, id(one.call.span), one.copies),
            *(one.call.entered - begin, one.call.result - begin),
        )
        for one in forward.copying
    ]
    return (forward.entered - begin, *calls, *nodes, *copying)


def follow(
    graph: Graph,
    forward: Forward,
    texts: Texts,
    text: Text,
    free: frozenset[int],
    begun: int,
) -> Followed:
    """What one forward pass holds, line by line of its text; `begun` are the lines before it."""
    units = forward.units
    lines = Lines(graph, forward, texts, text, free)
    found = lines.row() if forward.row else joined(lines.follow(), lines.parameters)
    place = {unit.first: place for place, unit in enumerate(units)}
    moved = [[place[unit.first] for unit in row] for row in reversed(lines.moved)]
    first = units[0].first
    held = list(holds(found, first, units[-1].last, begun))
    return Followed(held, moved, lines.stepped, first, begun, len(found))
