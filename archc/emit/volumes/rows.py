"""A network too long for one row, broken into several where one value alone passes."""

from __future__ import annotations

from itertools import pairwise
from math import ceil

from archc.emit.volumes.layout import Layout, like
from archc.emit.volumes.model import Picture, Unit
from archc.named import NamedTuple

_ENDS = 80.0  # what turns and words at both ends of a row need
_LONG = 100.0  # the price of a row twice as long as the limit


class Broken(NamedTuple):
    """A picture with a turn at the end of each row and the start of the next."""

    picture: Picture
    rows: list[list[int]]  # the places in each row
    old: tuple[int | None, ...]  # for each place the one that it had before, None for turns


def broken(
    picture: Picture, rank: tuple[int, ...], layout: Layout, width: float, wanted: int | None
) -> Broken | None:
    """The picture in rows; None where it cannot be broken."""
    bounds = _bounds(picture, rank, layout)
    cuts = [cut for cut in range(1, len(bounds)) if _possible(picture, rank, cut)]
    total = bounds[-1][1] - bounds[0][0]
    pieces = pairwise([0, *cuts, len(bounds)])
    limit = max(width - _ENDS, *(_length(bounds, start, stop) for start, stop in pieces))
    numbers = [wanted] if wanted else list(range(ceil(total / width), len(cuts) + 2))
    best: list[int] | None = None
    for number in numbers:
        found = _divide(picture, rank, bounds, cuts, number, limit)
        if found is None:
            continue
        best = found
        if max(_length(bounds, a, b) for a, b in pairwise(found)) <= limit:
            break
    return None if best is None or len(best) < 3 else _turned(picture, rank, best)


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
    passing = {a.source for a in picture.arrows if rank[a.tail] < cut <= rank[a.head]}
    if len(passing) != 1:
        return False
    return not any(
        frame.times > 1 and _inside(rank, frame.first, frame.last, cut)
        for frame in picture.clusters
    )


def _inside(rank: tuple[int, ...], first: int, last: int, cut: int) -> bool:
    columns = rank[first : last + 1]
    return min(columns) < cut <= max(columns)


def _divide(
    picture: Picture,
    rank: tuple[int, ...],
    bounds: list[tuple[float, float]],
    cuts: list[int],
    number: int,
    limit: float,
) -> list[int] | None:
    """So many rows of about one length, none above the limit where that is possible; it costs to
    divide a block, or maps of one size."""
    target = (bounds[-1][1] - bounds[0][0]) / number
    price = {
        cut: sum(0.15 * (1 + frame.depth) for frame in picture.clusters
                 if _inside(rank, frame.first, frame.last, cut))
        for cut in cuts
    }  # fmt: skip
    for arrow in picture.arrows:
        if like(picture.units[arrow.tail], picture.units[arrow.head]):
            for cut in range(rank[arrow.tail] + 1, rank[arrow.head] + 1):
                if cut in price:
                    price[cut] += 0.15
    ends = [*cuts, len(bounds)]
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, (0,))}
    for _ in range(number):
        found: dict[int, tuple[float, tuple[int, ...]]] = {}
        for start, (cost, chosen) in best.items():
            for end in ends:
                if end <= start:
                    continue
                length = _length(bounds, start, end)
                total = cost + (length / target - 1) ** 2 + price.get(end, 0.0)
                total += _LONG * max(0.0, length / limit - 1)
                if end not in found or total < found[end][0]:
                    found[end] = (total, (*chosen, end))
        best = found
    reached = best.get(len(bounds))
    return None if reached is None else list(reached[1])


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
    frames = []
    for frame in picture.clusters:
        for number in range(count):
            inside = [place[n] for n in range(frame.first, frame.last + 1) if row[n] == number]
            if inside:
                frames.append(frame._replace(first=min(inside), last=max(inside)))
    moved = picture._replace(units=tuple(units), arrows=tuple(arrows), clusters=tuple(frames))
    old = tuple(one if isinstance(one, int) else None for one in order)
    return Broken(moved, parts, old)
