"""A network too long for one row, broken into several where one value alone passes."""

from __future__ import annotations

from collections import Counter
from itertools import accumulate, pairwise
from math import ceil

from archc.emit.diagram.metrics import text_width
from archc.emit.volumes.layout import TEXT, WORDS, Layout, like, numbered
from archc.emit.volumes.model import CONTINUED, MARKS, Frame, Picture, Unit
from archc.emit.volumes.nesting import without
from archc.named import NamedTuple

_ENDS = 80.0  # what turns and words at both ends of a row need
_BLOCK = 0.6  # the price of dividing a block that has room in one row
_LONG_BLOCK = 0.15  # and of one that has not
_SAME = 0.1  # and of a row between maps of one size
_ROW = 0.4  # and of one row more, of one volume alone in a row, and of an empty half of one
_MORE = 2  # rows more than are needed, at most, for the sake of blocks
_NEARLY = 1.02  # the limit itself is a guess
_FRAMED = 2  # rows in which a group may have a frame that is in no other one
_SHORT = 0.5  # of the limit: a row that is shorter leaves white paper
_LONG = 100.0  # the price of a row twice as long as the limit


class Broken(NamedTuple):
    """A picture with a turn at the end of each row and the start of the next."""

    picture: Picture
    rows: list[list[int]]  # the places in each row
    old: tuple[int | None, ...]  # for each place the one that it had before, None for turns


def broken(
    picture: Picture,
    rank: tuple[int, ...],
    layout: Layout,
    width: float,
    wanted: int | None,
    whole: bool = True,
) -> Broken | None:
    """The picture in rows; None where it cannot be broken.

    They are `wanted`, or as many as are needed, or more, if `whole`, for the sake of blocks.
    """
    bounds = _bounds(picture, rank, layout)
    cuts = [cut for cut in range(1, len(bounds)) if _possible(picture, rank, cut)]
    total = bounds[-1][1] - bounds[0][0]
    pieces = pairwise([0, *cuts, len(bounds)])
    limit = max(width - _ENDS, *(_length(bounds, start, stop) for start, stop in pieces))
    rows = _rows(picture, rank, bounds, cuts, limit, wanted is not None)
    numbers = [wanted] if wanted else list(range(ceil(total / width), len(cuts) + 2))
    best: tuple[float, list[int]] | None = None
    fits = 0  # how many ways there are in which no row is too long
    for number in numbers:
        found = _divide(rows, len(bounds), number, total / number, limit)
        if found is None:
            continue
        short = max(row.length for row in found) <= _NEARLY * limit
        cost = sum(row.cost for row in found) + _ROW * number
        if best is None or (not fits and short) or (short and cost < best[0] - 1e-9):
            best = (cost, [0, *(row.end for row in found)])
        fits += short
        if fits > _MORE * whole:
            break
    return None if best is None or len(best[1]) < 3 else _turned(picture, rank, best[1])


def _bounds(picture: Picture, rank: tuple[int, ...], layout: Layout) -> list[tuple[float, float]]:
    """Left and right of each column."""
    found: list[tuple[float, float]] = []
    for column in range(max(rank) + 1):
        solids = [s for s, r in zip(layout.solids, rank, strict=True) if r == column]
        if not solids:
            found.append(found[-1] if found else (0.0, 0.0))
            continue
        found.append((min(s.x for s in solids), max(s.right + s.depth for s in solids)))
    return found


def _length(bounds: list[tuple[float, float]], start: int, stop: int) -> float:
    return max(right for _, right in bounds[start:stop]) - bounds[start][0]


def _possible(picture: Picture, rank: tuple[int, ...], cut: int) -> bool:
    """Whether one value alone passes in front of a column, outside what stands for several."""
    arrows = [a for a in picture.arrows if rank[a.tail] < cut <= rank[a.head]]
    if len({a.source for a in arrows}) != 1:
        return False
    if any(picture.units[a.tail].kind == "door" for a in arrows):  # it stands before what it is for
        return False
    return not any(
        frame.times > 1 and _inside(rank, frame.first, frame.last, cut)
        for frame in picture.clusters
    )


def _inside(rank: tuple[int, ...], first: int, last: int, cut: int) -> bool:
    columns = rank[first : last + 1]
    return min(columns) < cut <= max(columns)


def _prices(
    picture: Picture,
    rank: tuple[int, ...],
    bounds: list[tuple[float, float]],
    cuts: list[int],
    limit: float,
) -> dict[int, float]:
    """What it costs to begin a row at a column: more to divide a block that has room in one row,
    less for one that has not, or maps of one size."""
    price = dict.fromkeys(cuts, 0.0)
    for frame in picture.clusters:
        columns = rank[frame.first : frame.last + 1]
        long = _length(bounds, min(columns), max(columns) + 1) > limit
        for cut in cuts:
            if min(columns) < cut <= max(columns):
                price[cut] += (_LONG_BLOCK if long else _BLOCK) * (1 + frame.depth)
    same: set[int] = set()  # columns in front of which maps of one size pass
    for arrow in picture.arrows:
        if like(picture.units[arrow.tail], picture.units[arrow.head]):
            same.update(range(rank[arrow.tail] + 1, rank[arrow.head] + 1))
    for cut in same.intersection(price):
        price[cut] += _SAME
    return price


class _Row(NamedTuple):
    """A row as it might be: the column behind it, and what is against it: that it is divided from
    the next there, has one volume only, or is not half full."""

    end: int
    length: float
    cost: float


def _rows(
    picture: Picture,
    rank: tuple[int, ...],
    bounds: list[tuple[float, float]],
    cuts: list[int],
    limit: float,
    longer: bool,
) -> dict[int, list[_Row]]:
    """By the columns at which rows may begin, those that are no longer than the limit, or all."""
    price = _prices(picture, rank, bounds, cuts, limit)
    volumes = Counter(r for u, r in zip(picture.units, rank, strict=True) if u.kind not in MARKS)
    before = list(accumulate((volumes[column] for column in range(len(bounds))), initial=0))
    rows: dict[int, list[_Row]] = {}
    for start in (0, *cuts):
        rows[start] = []
        for end in (*cuts, len(bounds)):
            if end <= start:
                continue
            length = _length(bounds, start, end)
            if length > _NEARLY * limit and not longer:
                break
            empty = (before[end] - before[start] < 2) + max(0.0, 1 - length / (_SHORT * limit))
            rows[start].append(_Row(end, length, price.get(end, 0.0) + _ROW * empty))
    return rows


def _divide(
    rows: dict[int, list[_Row]], last: int, number: int, target: float, limit: float
) -> tuple[_Row, ...] | None:
    """So many rows of about one length, none above the limit where that is possible."""
    best: dict[int, tuple[float, tuple[_Row, ...]]] = {0: (0.0, ())}
    for _ in range(number):
        found: dict[int, tuple[float, tuple[_Row, ...]]] = {}
        for start, (cost, chosen) in best.items():
            for row in rows.get(start, ()):
                total = cost + (row.length / target - 1) ** 2 + row.cost
                total += _LONG * max(0.0, row.length / limit - 1)
                if row.end not in found or total < found[row.end][0]:
                    found[row.end] = (total, (*chosen, row))
        best = found
    reached = best.get(last)
    return None if reached is None else reached[1]


def _turned(picture: Picture, rank: tuple[int, ...], bounds: list[int]) -> Broken:
    """Turns instead of the arrows that lead from row to row."""
    row = [sum(rank[n] >= cut for cut in bounds[1:-1]) for n in range(len(picture.units))]
    count = len(bounds) - 1
    order: list[int | tuple[str, int]] = []
    for number in range(count):
        if number:
            order.append(("in", number))
        order += [n for n in range(len(picture.units)) if row[n] == number]
        if number < count - 1:
            order.append(("out", number + 1))
    place = {one: new for new, one in enumerate(order)}
    units = []
    parts: list[list[int]] = [[] for _ in range(count)]
    for new, one in enumerate(order):
        if isinstance(one, tuple):
            units.append(Unit("turn", (), None, "", (str(one[1]),), ""))
            parts[one[1] if one[0] == "in" else one[1] - 1].append(new)
        else:
            units.append(picture.units[one])
            parts[row[one]].append(new)
    arrows = []
    turned: set[tuple[int, int]] = set()
    for arrow in picture.arrows:
        first, last = row[arrow.tail], row[arrow.head]
        tail, head = place[arrow.tail], place[arrow.head]
        if first == last:
            arrows.append(arrow._replace(tail=tail, head=head))
            continue
        for number in range(first + 1, last + 1):
            out, into = place["out", number], place["in", number]
            start = tail if number == first + 1 else place["in", number - 1]
            if (start, out) not in turned:
                turned.add((start, out))
                arrows.append(arrow._replace(tail=start, head=out))
            if number == last:
                arrows.append(arrow._replace(tail=into, head=head))
    frames = _cut(picture.clusters, units, row, place)
    moved = picture._replace(units=tuple(units), arrows=tuple(arrows), clusters=tuple(frames))
    old = tuple(one if isinstance(one, int) else None for one in order)
    return Broken(moved, parts, old)


def _cut(
    clusters: tuple[Frame, ...],
    units: list[Unit],
    row: list[int],
    place: dict[int | tuple[str, int], int],
) -> list[Frame]:
    """The frames in the rows; a volume that is alone in one has the name of its group instead."""

    def long(frame: Frame) -> bool:
        return len({row[n] for n in range(frame.first, frame.last + 1)}) > _FRAMED

    frames = []
    for frame in without(clusters, long):
        whole = range(frame.first, frame.last + 1)
        began = min(row[n] for n in whole)
        for number in sorted({row[n] for n in whole}):
            inside = [place[n] for n in whole if row[n] == number]
            cut = len(inside) < len(whole)
            if len(inside) == 1 and cut and units[inside[0]].kind not in MARKS:
                units[inside[0]] = _named(units[inside[0]], frame, number > began)
            else:
                own = frame._replace(first=min(inside), last=max(inside))
                frames.append(own._replace(cut=cut, continued=number > began))
    return frames


def _named(unit: Unit, frame: Frame, continued: bool) -> Unit:
    """The only volume of a group in a row: it has no border, but the name of the group."""
    group = frame.name.rpartition(".")[2]
    group = frame.name if group.isdigit() else group
    own = unit.name or numbered(unit, frame.name)
    name = f"{group}.{own}" if own else group
    said = f"{group}{CONTINUED}" if continued and not own else name
    return unit._replace(name=said if text_width(said, TEXT, bold=True) <= WORDS else name)
