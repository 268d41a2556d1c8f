"""Places along a row: units in columns, each behind all that it reads."""

from __future__ import annotations

from archc.emit.diagram.metrics import text_width
from archc.emit.volumes import layout as lay
from archc.emit.volumes.chains import Chain
from archc.emit.volumes.edges import SIDE
from archc.emit.volumes.floating import SLOT, edge, floating, lanes
from archc.emit.volumes.layout import Run, caption_width, channels
from archc.emit.volumes.model import Picture
from archc.emit.volumes.place import BORDER
from archc.emit.volumes.ranks import Ways, exchanges, turning
from archc.emit.volumes.scales import Scales
from archc.emit.volumes.solid import Solid, measure
from archc.named import NamedTuple

_FRAME = 6.0  # from a volume to the frame around it
_BORDERS = 8.0  # between two frames, and between a volume and a frame
CAPTION = 9.0  # between captions


class Kept(NamedTuple):
    """What a layout keeps to."""

    flat: float = 1.0  # how high volumes are, of what they usually are
    loose: bool = False  # levels have no columns in common
    aside: bool = True  # what rises to a place that is taken stands aside
    brief: bool = False  # what only enlarges a map for a sum is a mark on the way to it
    whole: bool = True  # rows are more than are needed, if that leaves blocks whole
    even: bool = True  # rows end below each other
    spare: bool = False  # rows leave room for margins that a printed picture has not


class Sheet(NamedTuple):
    """What a layout is made of."""

    picture: Picture
    around: Ways
    level: tuple[int, ...] | None
    ranks: tuple[int, ...]
    shared: dict[str, tuple[str, ...]]
    scale: Scales
    close: bool
    kept: Kept
    sized: frozenset[int]  # units with numbers at their sides
    tight: bool = False  # there is little room


def columns(
    sheet: Sheet,
    places: list[int],
    around: Ways,
    several: list[Chain],
    runs: list[Run],
    plain: bool,
) -> dict[int, Solid]:
    """The units with their places along the row."""
    picture, rank = sheet.picture, sheet.ranks
    solids = {place: measure(picture.units[place], sheet.scale) for place in places}
    wide = _needed(picture, solids, runs)
    if sheet.level is not None and sheet.kept.loose:
        return floating(sheet.picture, around, sheet.level, solids, wide)
    home = {unit: number for number, chain in enumerate(several) for unit in chain.units}
    members: dict[int, list[int]] = {}
    for one in places:
        members.setdefault(rank[one], []).append(one)
    order = sorted(members)
    left = 0.0
    for number, column in enumerate(order):
        units = members[column]
        across = max(solids[one].thick for one in units)
        if number:
            before = members[order[number - 1]]
            left = max(
                _after(sheet, solids, around, home, wide, one, two, across, plain)
                for one in before
                for two in units
            )
            left = max(left, _behind(sheet, solids, around, before, units, wide))
            reach = {home[u]: u for c in order[: number - 1] for u in members[c]}
            for two in units:  # captions of the last unit of the same chain further back
                back = reach.get(home[two])
                if back is not None:
                    half = (wide[back] + wide[two]) / 2 + CAPTION
                    middle = solids[back].x + solids[back].thick / 2 + half
                    left = max(left, middle - across / 2)
        for one in units:
            x = left + (across - solids[one].thick) / 2
            solids[one] = solids[one]._replace(x=x)
    return solids


def _needed(picture: Picture, solids: dict[int, Solid], runs: list[Run]) -> dict[int, float]:
    """How wide the words under each unit are."""
    result = {}
    for one in solids:
        result[one] = text_width(channels(picture.units[one]), lay.TEXT)
    for run in runs:
        if run.first == run.last:
            result[run.first] = max(result[run.first], caption_width(run))
        else:
            share = caption_width(run) / (run.last - run.first + 1)
            for one in range(run.first, run.last + 1):
                result[one] = max(result[one], share)
    return result


def _after(
    sheet: Sheet,
    solids: dict[int, Solid],
    around: Ways,
    home: dict[int, int],
    wide: dict[int, float],
    one: int,
    two: int,
    across: float,
    plain: bool,
) -> float:
    """Where a column may begin because of one unit in the column before."""
    picture = sheet.picture
    solid = solids[one]
    follows = two in around.after[one]
    if follows:
        room = lay.gap(picture.units[one], picture.units[two], solid, sheet.close, sheet.tight)
    else:
        room = solid.depth + 10
    borders = side = 0.0  # between the two; frames of different chains stand over each other
    ended = 0
    if follows or home[one] == home[two]:
        levels = sheet.level is not None
        borders = BORDER * lay.borders(picture, one, two, levels)
        ended = _ended(picture, one, two, levels)
        side = SIDE if one in sheet.sized and ended else 0.0
    room = (max(room, solid.depth + 2 + side) if borders else room) + borders
    start = solid.right + room - (across - solids[two].thick) / 2
    if home[one] == home[two]:
        half = (wide[one] + wide[two]) / 2 + (5 if plain else CAPTION + borders)
        start = max(start, solid.x + solid.thick / 2 + half - across / 2)
    if ended:  # words stand beside the frames, not on their borders
        border = solid.right + solid.depth + max(side, _FRAME) + BORDER / 2 * ended
        start = max(start, border + wide[two] / 2 - across / 2)
    began = _ended(picture, two, one, sheet.level is not None) if borders else 0
    if began:  # and frames apart from each other, and from volumes
        end = solid.right + solid.depth + side
        words = solid.x + (solid.thick + wide[one]) / 2
        border = max(end, words) + _FRAME * bool(ended) + BORDER / 2 * max(0, ended - 1)
        border += _BORDERS + _FRAME + BORDER / 2 * (began - 1)
        start = max(start, border + (max(solids[two].thick, wide[two]) - across) / 2)
    return start


def _ended(picture: Picture, one: int, two: int, levels: bool) -> int:
    """How many frames end behind a unit."""
    return sum(
        frame.first <= one <= frame.last and not frame.first <= two <= frame.last
        for frame in picture.clusters
        if frame.drawn(levels)
    )


def _exchange(sheet: Sheet, around: Ways, before: list[int]) -> bool:
    """Whether all arrows between two columns are straight: those of an exchange between levels."""
    if sheet.level is None:
        return False
    pairs = [(one, two) for one in before for two in around.after[one]]
    turned = [pair for pair in pairs if not exchanges(around, *pair)]
    return len(turned) < len(pairs) and all(sheet.level[a] == sheet.level[b] for a, b in turned)


def _behind(
    sheet: Sheet,
    solids: dict[int, Solid],
    around: Ways,
    before: list[int],
    units: list[int],
    wide: dict[int, float],
) -> float:
    """Room for the upright pieces of arrows between two columns."""
    picture, rank = sheet.picture, sheet.ranks
    levels = sheet.level is not None
    outs = sum(turning(picture, around, rank, one, levels)[0] for one in before)
    ins = sum(turning(picture, around, rank, two, levels)[1] for two in units)
    parted = any(picture.units[one].kind == "door" for one in before)
    if not outs and not ins and not parted:
        return 0.0
    across = max(solids[two].thick for two in units) if sheet.tight else 0.0
    start = min(
        edge(solids[two]._replace(x=max(0.0, across - solids[two].thick) / 2), wide[two])[0]
        for two in units
    )
    if _exchange(sheet, around, before):
        more = max(lanes(around, two) for two in units)
        return max(edge(solids[one], wide[one], 2)[1] for one in before) - start + more
    stop = max(edge(solids[one], wide[one])[1] for one in before)
    return stop - start + SLOT * (outs + ins) + (6 if sheet.tight else 14)
