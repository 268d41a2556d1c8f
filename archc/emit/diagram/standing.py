"""Where boxes stand that Graphviz would put anywhere: lines of DOT text, and the legend's place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from archc.emit.diagram.edges import MANY
from archc.emit.diagram.parts import Unit, unframed

if TYPE_CHECKING:
    from archc.emit.diagram.arranged import Arranged
    from archc.emit.diagram.dot import Picture
    from archc.emit.diagram.parts import Part

ROOM = 60.0  # points that make another column worth a legend


def inputs(picture: Picture) -> Iterator[str]:
    """Inputs that are read at one height stand in the order of the text."""
    rank: dict[int, int] = dict.fromkeys(range(len(picture.drawn)), 0)
    for edge in sorted(picture.plan.arrows, key=lambda one: one.head):
        rank[edge.head] = max(rank[edge.head], rank[edge.tail] + 1)
    known = {
        number
        for number, part in enumerate(picture.drawn)
        if isinstance(part, Unit) and part.main.layer is None and not picture.column_of[number]
    }
    read: dict[int, int] = {}
    for edge in picture.plan.arrows:
        if edge.tail in known:
            read[edge.tail] = min(read.get(edge.tail, rank[edge.head]), rank[edge.head])
    yield from _row(picture, {number for number in read if read[number] == min(read.values())}, 2)


def branches(picture: Picture, parts: tuple[Part, ...]) -> Iterator[str]:
    """Branches of one value begin at one height, in the order of the text."""
    inside = {picture.number[id(part)] for part in unframed(parts)}
    fans: dict[tuple[int, int], set[int]] = {}
    for edge in picture.plan.arrows:
        aside = edge.skip or edge.size or edge.reader.training
        if edge.head in inside and not aside and edge.head not in picture.up:
            fans.setdefault((edge.tail, edge.source.index), set()).add(edge.head)
    level = {number for row in picture.rows for number in row}
    for (tail, _), heads in fans.items():
        aside = bool(picture.up) and (tail in level or bool(heads & level))  # each on its own level
        yield from _row(picture, heads, MANY if aside else 2)


def exchanging(picture: Picture, inside: set[int] | None = None) -> Iterator[str]:
    """Streams that exchange what they have stand beside each other, in the order of the text.

    Said `inside` a column it is of what stands in no other cluster.
    """
    for row in dict.fromkeys(row for one in picture.exchanges for row in (one.tails, one.heads)):
        if inside is None or set(row) <= inside:
            yield from _row(picture, set(row), 2)


def _row(picture: Picture, numbers: set[int], least: int) -> Iterator[str]:
    """Boxes beside each other, where there are at least so many."""
    if len(numbers) < least:
        return
    across = picture.options.direction == "TB"  # from the left, or from below upwards
    row = " -> ".join(f"n{number}" for number in sorted(numbers, reverse=not across))
    yield f"{{rank=same {row} [style=invis]}}"


def feet(picture: Picture, column: int) -> list[str]:
    """What stands lowest in a column."""
    if column < len(picture.columns) - 1:
        return [f"o{column + 1}"]
    if picture.up:  # where the U turns: what leads up alone
        down = {edge.tail for edge in picture.plan.arrows if edge.head not in picture.up}
        aside = {number for row in picture.rows for number in row}
        numbers = set(range(len(picture.drawn))) - down - picture.up - aside
        return [f"n{number}" for number in sorted(numbers)]
    plan, place = picture.plan, picture.column_of
    homes = [plan.home(plan.source(one.node).index) for one in picture.graph.results]
    inside = [n for n, home in enumerate(homes) if place.get(home or 0) == column]
    if inside:
        ends = picture.folded
        return [f"n{ends[number]}" if number in ends else f"r{number}" for number in inside]
    if picture.stub is not None and place.get(picture.last or 0, 0) == column:
        return ["x0"]
    tails = {edge.tail for edge in plan.arrows}
    return [f"n{number}" for number in place if place[number] == column and number not in tails]


def folded(picture: Arranged) -> dict[int, int]:
    """Results that need no box of their own, and the parts whose shape says it: where nothing else
    reads a part that has the name of the result, or where there is hardly any room.

    All results of a network are told in one way: the last, which has no name, as the others, and
    none so where one of them is read, or has a name that no part has.
    """
    plan = picture.plan
    read = {edge.tail for edge in plan.arrows}
    found: dict[int, int] = {}
    named = picture.options.brief
    for number, result in enumerate(picture.graph.results):
        home = plan.home(plan.source(result.node).index)
        if home is None or home in read or home in found.values():
            return {}
        said = picture.drawn[home].name == result.name
        if not said and result.name != "out":
            return {}
        named |= said
        found[number] = home
    return found if named else {}


def roomiest(lengths: list[float]) -> int:
    """The column for the legend: the shortest, or the last where that is hardly longer."""
    least = min(lengths, default=0.0)
    return len(lengths) - 1 if lengths[-1:] < [least + ROOM] else lengths.index(least)
