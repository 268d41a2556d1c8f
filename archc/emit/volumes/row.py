"""One row: units in columns along it, chains beside each other or on the levels of their maps."""

from __future__ import annotations

from archc.emit.volumes import layout as lay
from archc.emit.volumes.chains import Chain, chains
from archc.emit.volumes.columns import Sheet, columns
from archc.emit.volumes.layout import Layout, Run, captions
from archc.emit.volumes.model import MARKS, Picture, Unit
from archc.emit.volumes.place import Body, Pair, Placed, in_levels, place, reach
from archc.emit.volumes.ranks import Ways
from archc.emit.volumes.solid import Solid


def plain(picture: Picture, around: Ways) -> bool:
    """Whether the picture is one chain without branches or skips."""
    return all(len(b) <= 1 for b in around.before) and all(len(a) <= 1 for a in around.after)


def laid(sheet: Sheet, places: list[int]) -> Layout:
    """A layout of some units beside each other; those of the others are empty."""
    picture = sheet.picture
    inside = set(places)
    before = tuple(tuple(o for o in b if o in inside) for b in sheet.around.before)
    after = tuple(tuple(o for o in a if o in inside) for a in sheet.around.after)
    around = Ways(
        tuple(b if n in inside else () for n, b in enumerate(before)),
        tuple(a if n in inside else () for n, a in enumerate(after)),
    )
    numbers = {place: number for number, place in enumerate(places)}
    local = Ways(
        tuple(tuple(numbers[o] for o in around.before[p]) for p in places),
        tuple(tuple(numbers[o] for o in around.after[p]) for p in places),
    )
    several = [
        Chain(
            tuple(places[n] for n in chain.units),
            None if chain.start is None else places[chain.start],
            None if chain.end is None else places[chain.end],
        )
        for chain in chains(local, tuple(picture.units[p].training for p in places))
    ]
    alone = plain(picture, sheet.around)
    levels = sheet.level is not None
    runs = captions(picture, places, sheet.shared, alone and sheet.close, levels)
    solids = columns(sheet, places, around, several, runs, alone)
    drawn = [(n, f.first, f.last) for n, f in enumerate(picture.clusters) if f.drawn(levels)]
    below = lay.below_titles(picture, solids, sheet.sized, levels)
    bodies = {
        p: _body(
            picture.units[p],
            solids[p],
            _lines(runs, p),
            _frames(drawn, p, p),
            p in below,
        )
        for p in places
    }
    skips = {pair: _frames(drawn, *pair) for pair in _skips(around, several)}
    if sheet.level is not None:
        placed = in_levels(bodies, several, skips, sheet.level)
    else:
        placed = place(bodies, several, skips, _sides(around, several))
    return _finished(sheet, places, solids, runs, placed, alone)


def _finished(
    sheet: Sheet,
    places: list[int],
    solids: dict[int, Solid],
    runs: list[Run],
    placed: Placed,
    alone: bool,
) -> Layout:
    empty = Solid(0.0, 0.0, 0.0, 0.0, 0.0)
    found = [empty] * len(sheet.picture.units)
    for one in places:
        found[one] = solids[one]._replace(axis=placed.units[one])
    low = max(found[one].bottom for one in places)
    tops = []
    for run in runs:
        own = max(found[one].bottom for one in range(run.first, run.last + 1))
        tops.append(run._replace(top=(low if alone else own) + lay.NUMBER + 10))
    return Layout(
        tuple(found), tuple(tops), (0,) * len(found), sheet.ranks, (low,),
        placed.lanes, sheet.close, sheet.level is not None,
        sheet.level is not None and sheet.kept.loose,
        reach(placed.boxes),
    )  # fmt: skip


def _frames(drawn: list[tuple[int, int, int]], one: int, two: int) -> frozenset[int]:
    """The frames, of which each has a number and two ends, that are around both of two units."""
    low, high = min(one, two), max(one, two)
    return frozenset([n for n, first, last in drawn if first <= low and high <= last])


def _lines(runs: list[Run], place: int) -> int:
    return max((len(run.lines) for run in runs if run.first <= place <= run.last), default=0)


def _body(unit: Unit, solid: Solid, lines: int, frames: frozenset[int], below: bool) -> Body:
    """How much room a unit takes, its number and its caption included, and its size where it stands
    `below` a title."""
    number = 2.0 if unit.kind in MARKS else lay.NUMBER
    down = solid.bottom - solid.axis + number + lay.LINE * lines
    up = solid.axis - solid.summit + 4.0 + lay.SIZE * below
    rim = solid.high / 2 if unit.kind == "sum" else 0.0
    return Body(solid.x, solid.right + solid.depth, up, down, frames, rim)


def _skips(around: Ways, several: list[Chain]) -> list[Pair]:
    """Arrows that pass over units of the chain they belong to."""
    result = []
    for chain in several:
        order = {unit: number for number, unit in enumerate(chain.units)}
        for tail in chain.units:
            for head in around.after[tail]:
                if head in order and order[head] > order[tail] + 1:
                    result.append((tail, head))
        start, end = chain.start, chain.end
        if start is not None:
            result += [(start, head) for head in around.after[start] if order.get(head, 0) > 0]
        if end is not None:
            passing = (one for one in around.before[end] if one in order)
            result += [(tail, end) for tail in passing if tail != chain.units[-1]]
    return result


def _sides(around: Ways, several: list[Chain]) -> dict[int, int]:
    """How far from its chain each branch stands: below 0 where it comes first at their merge."""
    home = {unit: number for number, chain in enumerate(several) for unit in chain.units}
    result = {}
    for number, chain in enumerate(several[1:], start=1):
        result[number] = 1
        if chain.end is None or chain.start is None:
            continue
        order = around.before[chain.end]
        own = order.index(chain.units[-1])
        parent = home[chain.end]
        others = [n for n, one in enumerate(order) if home[one] == parent]
        result[number] = own - min(others) if others else own + 1
    return result
