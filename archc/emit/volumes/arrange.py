"""The layout of a picture: one row, several where one is too long, or the levels of a U."""

from __future__ import annotations

from archc.emit.volumes import layout as lay
from archc.emit.volumes.brackets import STEP, depth
from archc.emit.volumes.branches import evenly_named
from archc.emit.volumes.columns import Kept, Sheet
from archc.emit.volumes.edges import sized
from archc.emit.volumes.justify import justified
from archc.emit.volumes.layout import Layout, Run
from archc.emit.volumes.model import Picture
from archc.emit.volumes.nesting import shallow
from archc.emit.volumes.place import Pair
from archc.emit.volumes.ranks import Ways, flattened, levels, ranks, ways
from archc.emit.volumes.row import laid, plain
from archc.emit.volumes.rows import broken
from archc.emit.volumes.scales import Scales, scales
from archc.named import NamedTuple

WIDEST = 964.0  # of a picture: on 170 mm of paper its text is of 6 points
ROOMY = 900.0  # wider than this, equal maps stand close together
_TIGHT = 0.9  # of that width, from which on less room is scarce
_SHORTER = (0.9, 0.8)  # shares of it at which rows are cut that get too long with their turns
_MARGIN = 22.0  # around the picture, and what words reach beyond
_ROWS = 26.0  # between rows

Arranged = tuple[Picture, Layout, Scales]


class _Cut(NamedTuple):
    """A picture in several rows that end where they end."""

    picture: Picture
    parts: list[list[int]]
    several: list[Layout]
    ragged: Layout


class Arranging:
    """Finds where everything stands; what rows that end below each other and rows that do not have
    in common is worked out once."""

    def __init__(
        self,
        picture: Picture,
        shared: dict[str, tuple[str, ...]],
        width: float,
        rows: int | None,
        kept: Kept,
    ) -> None:
        self._shared = shared
        self._width = width
        self._wanted = rows
        self._kept = kept
        self._around = ways(picture)
        self._level = levels(picture, self._around)
        picture = evenly_named(picture, self._around)
        picture = shallow(picture) if self._level is None else picture
        self._picture = picture
        self._ranks = ranks(picture, self._around, self._level, kept.aside)
        self._plain = plain(picture, self._around)
        self._told = frozenset(sized(picture))
        self._narrow = max(0.6, min(1.0, width / WIDEST))
        self._layouts: dict[tuple[Scales, bool, bool], Layout] = {}
        self._cuts: dict[tuple[Scales, bool, float], _Cut | None] = {}

    def arranged(self, even: bool) -> Arranged:
        """The picture with the turns from row to row, and where everything stands; rows end below
        each other where they are to be `even`."""
        picture, width, rows = self._picture, self._width, self._wanted
        sheets = self._sheets()
        limit = min(width - 64, ROOMY)
        if rows == 1:
            return picture, self._laid(sheets[0]), sheets[0].scale
        if rows is None and width_of(self._laid(sheets[-1])) <= limit:  # larger ones may fit, too
            sheet = next(one for one in sheets if width_of(self._laid(one)) <= limit)
            return picture, self._laid(sheet), sheet.scale
        whole = picture, self._laid(sheets[-1]), sheets[-1].scale
        scarce = width < _TIGHT * WIDEST
        if self._level is not None:
            placed = width < WIDEST  # without a place a U stays whole
            wide = placed and taken(picture, whole[1]) > width
            return self._rows(whole, sheets[-1], width, even) if wide else whole
        best = whole
        steps = [(150.0, 36.0, False)] if self._plain else [(110.0, 30.0, False)]
        steps += [(80.0, 20.0, False), *([(80.0, 20.0, True)] if scarce else [])]
        for tallest, thickest, tight in steps:
            sheet = self._sheet(tallest, thickest, True, tight)
            best = self._rows(whole, sheet, width, even)
            if rows is not None or taken(*best[:2]) <= width:
                break
        room = width + 2 * _MARGIN * (scarce and not self._kept.spare)
        for share in _SHORTER:  # turns and outputs may take more than was thought
            if rows is None and taken(*best[:2]) > room:
                again = self._rows(whole, sheet, width * share, even)
                best = again if taken(*again[:2]) < taken(*best[:2]) else best
        return best

    def _sheets(self) -> list[Sheet]:
        """What may be laid out in one row, with large volumes first."""
        sizes: tuple[tuple[float, float], ...] = ((150.0, 36.0), (110.0, 30.0))
        if self._plain:
            sizes = ((170.0, 64.0), (150.0, 36.0))
        elif self._level is not None:
            sizes = ((120.0, 40.0), (90.0, 26.0), (80.0, 20.0), (70.0, 13.0))
        close = self._level is not None
        return [self._sheet(*size, close or number > 0) for number, size in enumerate(sizes)]

    def _sheet(self, tallest: float, thickest: float, close: bool, tight: bool = False) -> Sheet:
        """The picture with volumes that are so high and so thick at most."""
        low = self._narrow * self._kept.flat
        scale = scales(self._picture, tallest * low, thickest * self._narrow)
        return Sheet(
            self._picture, self._around, self._level, self._ranks, self._shared, scale, close,
            self._kept, self._told, tight,
        )  # fmt: skip

    def _laid(self, sheet: Sheet) -> Layout:
        """All of it in one row."""
        key = sheet.scale, sheet.close, sheet.tight
        if key not in self._layouts:
            self._layouts[key] = laid(sheet, list(range(len(self._picture.units))))
        return self._layouts[key]

    def _rows(self, whole: Arranged, sheet: Sheet, width: float, even: bool) -> Arranged:
        """A picture in several rows; as it is where it cannot be cut, or fits closer together."""
        picture, rows = self._picture, self._wanted
        found = self._laid(sheet)
        if sheet.tight and rows is None and taken(picture, found) <= width:
            return picture, found, sheet.scale
        cut = self._cut(sheet, width)
        if cut is None:
            fits = sheet.level is not None or taken(picture, whole[1]) <= width
            return whole if fits else (picture, found, sheet.scale)
        if not even:
            return cut.picture, cut.ragged, sheet.scale
        straight = justified(cut.picture, cut.several, cut.parts)
        ends = _stacked(straight, cut.parts, cut.picture)
        small = taken(cut.picture, ends) <= max(width, taken(cut.picture, cut.ragged))
        return cut.picture, ends if small else cut.ragged, sheet.scale

    def _cut(self, sheet: Sheet, limit: float) -> _Cut | None:
        """It in rows that are no longer than the limit; None where it cannot be cut."""
        key = sheet.scale, sheet.tight, limit
        if key not in self._cuts:
            self._cuts[key] = _cut(sheet, self._laid(sheet), limit, self._wanted)
        return self._cuts[key]


def _cut(sheet: Sheet, found: Layout, limit: float, rows: int | None) -> _Cut | None:
    cut = broken(sheet.picture, sheet.ranks, found, limit, rows, sheet.kept.whole)
    if cut is None:
        return None
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
    several = [laid(sheet, part) for part in parts]
    return _Cut(longer, parts, several, _stacked(several, parts, longer))


def _kept(level: tuple[int, ...], old: tuple[int | None, ...], around: Ways) -> tuple[int, ...]:
    """The levels of a picture in rows: a turn stands on that of its neighbour."""
    result = []
    for number, before in enumerate(old):
        neighbours = (*around.before[number], *around.after[number])
        known = [one for one in (before, *(old[n] for n in neighbours)) if one is not None]
        result.append(min(level[one] for one in known) if before is None else level[before])
    return tuple(result)


def width_of(layout: Layout) -> float:
    """How wide what is drawn gets."""
    return max(s.right + s.depth for s in layout.solids) - min(s.x for s in layout.solids)


def taken(picture: Picture, layout: Layout) -> float:
    """How wide the picture gets: what is drawn, its margins, and the names of outputs."""
    named = lay.named_ends(picture, layout, range(len(picture.units)))
    ends = [(min(solid.x for solid in layout.solids), right) for right in named]
    for run in layout.runs:
        middle = (layout.solids[run.first].x + layout.solids[run.last].right) / 2
        half = lay.caption_width(run) / 2
        ends.append((middle - half, middle + half))
    left = min([min(solid.x for solid in layout.solids), *(start for start, _ in ends)])
    right = max(solid.right + solid.depth for solid in layout.solids)
    return max([right, *(end for _, end in ends)]) - left + 2 * _MARGIN


def _stacked(several: list[Layout], parts: list[list[int]], picture: Picture) -> Layout:
    """Rows below each other."""
    count = len(picture.units)
    solids = [several[0].solids[0]] * count
    rows = [0] * count
    runs: list[Run] = []
    lanes: dict[Pair, float] = {}
    bottoms = []
    start = 0.0
    deep = depth(picture) if plain(picture, ways(picture)) else 0  # brackets below
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
