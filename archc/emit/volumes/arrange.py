"""The layout of a picture: one row, several where one is too long, or the levels of a U."""

from __future__ import annotations

from archc.emit.volumes import layout as lay
from archc.emit.volumes.brackets import STEP, depth
from archc.emit.volumes.chains import Chain, chains
from archc.emit.volumes.columns import Kept, Sheet, columns
from archc.emit.volumes.edges import sized
from archc.emit.volumes.justify import justified
from archc.emit.volumes.layout import Layout, Run, captions
from archc.emit.volumes.model import MARKS, Picture, Unit
from archc.emit.volumes.place import Body, Pair, Placed, in_levels, place, reach
from archc.emit.volumes.ranks import Ways, flattened, levels, ranks, ways
from archc.emit.volumes.rows import broken
from archc.emit.volumes.scales import Scales, scales
from archc.emit.volumes.solid import Solid

WIDEST = 964.0  # of a picture: on 170 mm of paper its text is of 6 points
ROOMY = 900.0  # wider than this, equal maps stand close together
_TIGHT = 0.9  # of that width, from which on less room is scarce
_SHORTER = 0.85  # rows are cut at this share of the width where room is scarce
_SHORTEST = (0.9, 0.8)  # and where rows get too long all the same
_MARGIN = 22.0  # around the picture, and what words reach beyond
_OUTPUT = 64.0  # an arrow and the name of an output
_ROWS = 26.0  # between rows


def arrange(
    picture: Picture,
    shared: dict[str, tuple[str, ...]],
    width: float,
    rows: int | None,
    kept: Kept,
) -> tuple[Picture, Layout, Scales]:
    """The picture with the turns from row to row, and where everything stands."""
    around = ways(picture)
    level = levels(picture, around)
    rank = ranks(picture, around, level, kept.aside)
    sizes = (
        ((150.0, 36.0), (110.0, 30.0))
        if level is None
        else ((120.0, 40.0), (90.0, 26.0), (80.0, 20.0), (70.0, 13.0))
    )
    plain = _plain(picture, around)
    told = frozenset(sized(picture))
    if plain:
        sizes = ((170.0, 64.0), (150.0, 36.0))
    narrow = max(0.6, min(1.0, width / WIDEST))
    low = narrow * kept.flat
    best: Arranged | None = None
    for number, (tallest, thickest) in enumerate(sizes):
        scale = scales(picture, tallest * low, thickest * narrow)
        close = level is not None or bool(number)
        sheet = Sheet(picture, around, level, rank, shared, scale, close, kept, told)
        found = _row(sheet, list(range(len(picture.units))))
        wide = width_of(found)
        best = (picture, found, scale)
        if rows == 1 or (rows is None and wide <= min(width - 64, ROOMY)):
            return best
    assert best is not None
    whole = best
    scarce = width < _TIGHT * WIDEST
    if level is not None:
        placed = width < WIDEST  # without a place a U stays whole
        wide = placed and taken(picture, best[1]) > width
        return _rows(best, sheet, width, rows) if wide else best
    steps = [(*sizes[-1], False), (80.0, 20.0, False), *([(80.0, 20.0, True)] if scarce else [])]
    for tallest, thickest, tight in steps:
        scale = scales(picture, tallest * low, thickest * narrow)
        sheet = Sheet(picture, around, None, rank, shared, scale, True, kept, told, tight)
        best = _rows(whole, sheet, width, rows)
        if rows is not None or taken(*best[:2]) <= width:
            break
    for share in _SHORTEST:  # turns and outputs may take more than was thought
        if rows is None and not scarce and taken(*best[:2]) > width:
            again = _rows(whole, sheet, width * share, None)
            best = again if taken(*again[:2]) < taken(*best[:2]) else best
    return best


Arranged = tuple[Picture, Layout, Scales]


def _rows(whole: Arranged, sheet: Sheet, width: float, rows: int | None) -> Arranged:
    """A picture in several rows; as it is where it cannot be cut, or fits closer together."""
    picture = sheet.picture
    found = _row(sheet, list(range(len(picture.units))))
    if sheet.tight and rows is None and taken(picture, found) <= width:
        return picture, found, sheet.scale
    limit = width * (_SHORTER if sheet.tight else 1)
    cut = broken(picture, sheet.ranks, found, limit, rows, sheet.kept.whole)
    if cut is None:
        fits = sheet.level is not None or taken(picture, whole[1]) <= width
        return whole if fits else (picture, found, sheet.scale)
    longer, parts, old = cut
    around = ways(longer)
    level = None if sheet.level is None else _kept(sheet.level, old, around)
    if level is not None:
        for part in parts:
            level = flattened(level, around, part)
    rank = ranks(longer, around, level, sheet.kept.aside)
    sheet = sheet._replace(
        picture=longer, around=around, level=level, ranks=rank, sized=frozenset(sized(longer))
    )
    several = [_row(sheet, part) for part in parts]
    ragged = _stacked(several, parts, longer)
    if not sheet.kept.even:
        return longer, ragged, sheet.scale
    even = _stacked(justified(longer, several, parts), parts, longer)
    small = taken(longer, even) <= max(width, taken(longer, ragged))
    return longer, even if small else ragged, sheet.scale


def _kept(level: tuple[int, ...], old: tuple[int | None, ...], around: Ways) -> tuple[int, ...]:
    """The levels of a picture in rows: a turn stands on that of its neighbour."""
    result = []
    for number, before in enumerate(old):
        neighbours = (*around.before[number], *around.after[number])
        known = [one for one in (before, *(old[n] for n in neighbours)) if one is not None]
        result.append(min(level[one] for one in known) if before is None else level[before])
    return tuple(result)


def _plain(picture: Picture, around: Ways) -> bool:
    """Whether the picture is one chain without branches or skips."""
    return all(len(b) <= 1 for b in around.before) and all(len(a) <= 1 for a in around.after)


def width_of(layout: Layout) -> float:
    """How wide what is drawn gets."""
    return max(s.right + s.depth for s in layout.solids) - min(s.x for s in layout.solids)


def taken(picture: Picture, layout: Layout) -> float:
    """How wide the picture gets: what is drawn, its margins, and the names of outputs."""
    named = [
        layout.solids[place].right + layout.solids[place].depth + _OUTPUT
        for place, unit in enumerate(picture.units)
        if unit.outputs and not any(arrow.tail == place for arrow in picture.arrows)
    ]
    ends = [(min(solid.x for solid in layout.solids), right) for right in named]
    for run in layout.runs:
        middle = (layout.solids[run.first].x + layout.solids[run.last].right) / 2
        half = lay.caption_width(run) / 2
        ends.append((middle - half, middle + half))
    left = min([min(solid.x for solid in layout.solids), *(start for start, _ in ends)])
    right = max(solid.right + solid.depth for solid in layout.solids)
    return max([right, *(end for _, end in ends)]) - left + 2 * _MARGIN


def _row(sheet: Sheet, places: list[int]) -> Layout:
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
    plain = _plain(picture, sheet.around)
    levels = sheet.level is not None
    runs = captions(picture, places, sheet.shared, plain and sheet.close, levels)
    solids = columns(sheet, places, around, several, runs, plain)
    bodies = {
        p: _body(
            picture.units[p],
            solids[p],
            _lines(runs, p),
            _frames(picture, p, p, levels),
        )
        for p in places
    }
    skips = {pair: _frames(picture, *pair, levels) for pair in _skips(around, several)}
    if sheet.level is not None:
        placed = in_levels(bodies, several, skips, sheet.level)
    else:
        placed = place(bodies, several, skips, _sides(around, several))
    return _finished(sheet, places, solids, runs, placed, plain)


def _finished(
    sheet: Sheet,
    places: list[int],
    solids: dict[int, Solid],
    runs: list[Run],
    placed: Placed,
    plain: bool,
) -> Layout:
    empty = Solid(0.0, 0.0, 0.0, 0.0, 0.0)
    found = [empty] * len(sheet.picture.units)
    for one in places:
        found[one] = solids[one]._replace(axis=placed.units[one])
    low = max(found[one].bottom for one in places)
    tops = []
    for run in runs:
        own = max(found[one].bottom for one in range(run.first, run.last + 1))
        tops.append(run._replace(top=(low if plain else own) + lay.NUMBER + 10))
    return Layout(
        tuple(found), tuple(tops), (0,) * len(found), sheet.ranks, (low,),
        placed.lanes, sheet.close, sheet.level is not None,
        sheet.level is not None and sheet.kept.loose,
        reach(placed.boxes),
    )  # fmt: skip


def _frames(picture: Picture, one: int, two: int, levels: bool) -> frozenset[int]:
    """The frames that are around both of two units."""
    return frozenset(
        number
        for number, frame in enumerate(picture.clusters)
        if frame.first <= min(one, two) and max(one, two) <= frame.last
        and frame.drawn(levels)
    )  # fmt: skip


def _lines(runs: list[Run], place: int) -> int:
    return max((len(run.lines) for run in runs if run.first <= place <= run.last), default=0)


def _body(unit: Unit, solid: Solid, lines: int, frames: frozenset[int]) -> Body:
    """How much room a unit takes, its number and its caption included."""
    number = 2.0 if unit.kind in MARKS else lay.NUMBER
    down = solid.bottom - solid.axis + number + lay.LINE * lines
    up = solid.axis - solid.summit + 4.0
    return Body(solid.x, solid.right + solid.depth, up, down, frames)


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


def _stacked(several: list[Layout], parts: list[list[int]], picture: Picture) -> Layout:
    """Rows below each other."""
    count = len(picture.units)
    solids = [several[0].solids[0]] * count
    rows = [0] * count
    runs: list[Run] = []
    lanes: dict[Pair, float] = {}
    bottoms = []
    start = 0.0
    deep = depth(picture) if _plain(picture, ways(picture)) else 0  # brackets below
    for number, (layout, part) in enumerate(zip(several, parts, strict=True)):
        top, low = layout.reach
        low += STEP * deep
        low = max([low, *(run.top + lay.LINE * (len(run.lines) - 0.5) for run in layout.runs)])
        dy = start - top
        for p in part:
            solid = layout.solids[p]
            solids[p] = solid._replace(axis=solid.axis + dy)
            rows[p] = number
        runs += [run._replace(top=run.top + dy) for run in layout.runs]
        lanes.update({pair: y + dy for pair, y in layout.lanes.items()})
        bottoms.append(layout.bottoms[0] + dy)
        start += low - top + _ROWS
    return Layout(
        tuple(solids), tuple(runs), tuple(rows), several[0].ranks, tuple(bottoms), lanes, True,
        several[0].levels, several[0].floating,
    )  # fmt: skip
