"""As much of a network as fits the width of a picture."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from archc.emit.diagram.opening import most_open, opened
from archc.emit.sizing import SMALLEST, Sized
from archc.emit.volumes.arrange import WIDEST, Arranging, taken
from archc.emit.volumes.columns import Kept
from archc.emit.volumes.crossings import crossings, merged
from archc.emit.volumes.layout import TEXT, Layout
from archc.emit.volumes.legend import shared_lines
from archc.emit.volumes.marks import unmarked
from archc.emit.volumes.model import Picture
from archc.emit.volumes.orders import evened, orders
from archc.emit.volumes.ranks import levels, ways
from archc.emit.volumes.route import Bar, Route
from archc.emit.volumes.routes import Router
from archc.emit.volumes.scales import Scales
from archc.emit.volumes.units import Pictures
from archc.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from archc.check import Network
    from archc.diagnostics import Diagnostic
    from archc.emit.diagram.options import Options

_MANY, _SOME = 60, 26  # units that still read well, in a U and in rows
_DEPTHS = (4, 3, 2, 1)
_HARD = 10.0  # how much more what misleads, or cannot be read, speaks against a picture
_FAR = 1.1  # more than the room there is by so much cannot be read
_FLATTER = (0.8, 0.65, 0.5)  # how high volumes may be where there is little height
_WORTH = 1.02  # by how much larger text makes up for lower volumes
_ROWS = (Kept(), Kept(spare=True), Kept(whole=False, spare=True))  # ways to lay it out in rows
_LEVELS = (Kept(loose=True), Kept(), Kept(aside=False))  # and one on levels


class Fitted(NamedTuple):
    """A picture, the same with the turns from row to row, and where everything stands in it."""

    whole: Picture
    turned: Picture
    shared: dict[str, tuple[str, ...]]  # what the legend says for a kind
    layout: Layout
    scale: Scales
    routes: list[Route]
    bars: list[Bar]
    kept: Kept
    sized: Sized
    wrong: int  # arrows that pass through volumes or meet others


def fitting(
    network: Network,
    options: Options,
    findings: Sequence[Diagnostic],
    seen: Callable[[Fitted], Seen],
) -> Fitted:
    """The picture with the most detail that fits, and in which no arrow passes through a volume or
    a text.

    `seen` tells how a picture looks in its room. Where the caller says what is to be seen, that
    is drawn as it is.
    """
    pictures = Pictures(network, findings)
    best: _Judged | None = None
    views = [(options, _MANY), (options, _SOME)]
    chosen = bool(options.expand) or options.depth is not None
    if options.room is None and not chosen:
        views += [(options._replace(depth=depth), _SOME) for depth in _DEPTHS]
    known: set[tuple[int, ...]] = set()
    first: Fitted | None = None
    for choice, much in views:
        for one in _arranged(pictures, choice, much, known):
            first = first or one
            judged = _judge(one, options, seen, first.layout.levels)
            if best is None or judged.price < best.price:
                best = judged
            if not any(best.price):
                break
        up = first is not None and first.layout.levels
        searched = up or options.room is not None
        if best is not None and (searched or not any(best.price)):
            break
    assert best is not None
    assert first is not None
    if searched and not chosen and any(best.price):
        best = _opened(pictures, options, seen, best, up)
    best = _flatter(best, options, seen, up)
    shown = {frame.name for frame in best.fitted.whole.clusters}
    whole, drawn = first.whole, {unit.nodes for unit in best.fitted.whole.units}
    closed = (
        frame.name
        for frame in whole.clusters
        if frame.name not in shown
        and not (frame.first < frame.last and whole.units[frame.last].nodes in drawn)
    )  # what a round without a frame holds is seen all the same
    sized = best.fitted.sized._replace(closed=tuple(dict.fromkeys(closed)))
    return best.fitted._replace(sized=sized)


class Seen(NamedTuple):
    """How a picture looks: the points of its text in its room, how many texts are struck, and
    whether it is its height that makes it small."""

    text: float
    struck: int
    high: bool


class _Judged(NamedTuple):
    """A picture, and what speaks against it: arrows through volumes, text that is too small, a U
    that is hidden in a closed block, arrows through texts, kinds of blocks that stand open on one
    level of a U and closed on another, and a U that is not in one row."""

    fitted: Fitted
    price: tuple[int, float, int, int, int, int]
    seen: Seen

    @property
    def many(self) -> int:
        """How much there is to see."""
        return len(self.fitted.whole.units)

    @property
    def sorts(self) -> int:
        """How many different blocks are open."""
        return len({frame.call for frame in self.fitted.whole.clusters if frame.call})

    def rare(self, network: Network) -> int:
        """How many open blocks there are of which the network has but one."""
        count = Counter(one.name for one in network.graph.scopes if one.kind == "block")
        calls = {frame.call.split("(")[0] for frame in self.fitted.whole.clusters}
        return sum(count[call] == 1 for call in calls)

    @property
    def open(self) -> frozenset[str]:
        """The names of what is open."""
        return frozenset(frame.name for frame in self.fitted.whole.clusters)


def _room(judged: _Judged) -> float:
    """The points of its text, less for what speaks against it."""
    wrong, large, hidden, struck, *_ = judged.price
    return SMALLEST - _HARD * (wrong + large + struck + hidden)


def _wrong(layout: Layout, routes: list[Route], bars: list[Bar]) -> int:
    """How many arrows pass through volumes or meet others."""
    return len(crossings(layout, routes, bars)) + len(merged(routes))


def _judge(one: Fitted, options: Options, seen: Callable[[Fitted], Seen], up: bool) -> _Judged:
    wide, room = taken(one.turned, one.layout), width_of(options)
    wrong = one.wrong + unmarked(one.turned, one.routes)
    if options.room is None:
        look = seen(one)
        large = max(0.0, wide - room)
    else:
        far = wrong > 0 or wide > _FAR * room  # it is no good, however it looks
        look = Seen(options.room.smallest * room / wide, 0, False) if far else seen(one)
        large = SMALLEST * max(0.0, 1 - look.text / options.room.smallest)
    hidden = sum(bool(unit.course) for unit in one.whole.units)
    hidden += up and not one.layout.levels
    mixed = len(_mixed(one.whole)) + _unnamed(one.whole) if up else 0
    rows = int(one.layout.levels and len(one.layout.bottoms) > 1)
    return _Judged(one, (wrong, large, hidden, look.struck, mixed, rows), look)


def _mixed(picture: Picture) -> set[str]:
    """The kinds of blocks that stand open and closed in one picture."""
    closed = {unit.lines[0] for unit in picture.units if unit.kind == "block"}
    return closed & {frame.call for frame in picture.clusters}


def _unnamed(picture: Picture) -> bool:
    """Whether something closed has no name: a round of a loop, of which others may stand open."""
    return any(
        unit.kind == "block" and not unit.name and unit.lines[0][0].isdigit()
        for unit in picture.units
    )


def _cheapest(several: Iterable[_Judged]) -> _Judged:
    """The first one against which nothing speaks, else the one with the lowest price."""
    best: _Judged | None = None
    for one in several:
        if best is None or one.price < best.price:
            best = one
        if not any(one.price):
            break
    assert best is not None
    return best


def _opened(
    pictures: Pictures,
    options: Options,
    seen: Callable[[Fitted], Seen],
    whole: _Judged,
    up: bool,
) -> _Judged:
    """As much of the groups as there is room for."""
    known: dict[frozenset[str], _Judged] = {}
    looks: dict[Picture, _Judged] = {}  # what is in a closed group may be open and not be seen

    def attempt(best: _Judged | None, shown: frozenset[str]) -> _Judged | None:
        if shown not in known:
            choice = options._replace(shown=shown)
            made = pictures.picture(choice, _SOME)
            if made not in looks:
                several = _arranged(pictures, choice, _SOME, set(), made)
                looks[made] = _cheapest(_judge(one, options, seen, up) for one in several)
            known[shown] = looks[made]
        found = known[shown]
        more = best is None or (best.open <= found.open and best.many != found.many)
        return found if more else None

    everything = opened(pictures.views.view(options, False, _MANY).parts)
    closed = attempt(None, frozenset())
    assert closed is not None
    found = whole
    several = orders(everything)[: 3 if up else None]  # levels take long
    for groups in several:
        most_open(closed, groups, attempt, _room)

    def best() -> _Judged:
        tried = [whole, *looks.values()]
        return min(
            tried, key=lambda one: (one.price, -one.sorts, -one.rare(pictures.network), -one.many)
        )

    found = best()
    if up and _mixed(found.fitted.whole):
        attempt(None, evened(everything, _mixed(found.fitted.whole)))
        found = best()
    # A structure drawn once and closed where it comes again may show more in the same room.
    again = _arranged(pictures, options, _SOME, set())
    for judged in (_judge(one, options, seen, up) for one in again):
        if judged.price <= found.price and judged.many > found.many:
            found = judged
    return found


def _arranged(
    pictures: Pictures,
    options: Options,
    much: int,
    known: set[tuple[int, ...]],
    plain: Picture | None = None,
) -> Iterator[Fitted]:
    """A view, laid out in some ways; none where it is known already, or has too many units.

    It is given where it is made already, as it is before anything is left out of it.
    """
    rows = False
    for brief, parted in ((False, True), (True, True), (False, False)):
        if brief and (rows or options.room is None):
            continue
        given = plain if parted and not brief else None
        whole = given or pictures.picture(options, much, brief, parted)
        nodes = tuple(len(unit.nodes) for unit in whole.units)
        rows = levels(whole, ways(whole)) is None
        many = sum(unit.kind != "door" for unit in whole.units)
        if nodes in known or (rows and much == _MANY and many > _SOME):
            continue
        known.add(nodes)
        shared = shared_lines(whole) if options.legend else {}
        wide = 0.0
        for kept in _ROWS if rows else _LEVELS:
            if rows and kept == _ROWS[1] and wide <= width_of(options):
                continue  # there is room for margins already
            one = _laid(whole, shared, options, kept._replace(brief=brief))
            yield one
            wide = taken(one.turned, one.layout)
            if kept.loose and wide > _FAR * width_of(options) and options.room is not None:
                break  # in columns it would be wider still


def _laid(
    whole: Picture, shared: dict[str, tuple[str, ...]], options: Options, kept: Kept
) -> Fitted:
    """A view, laid out; its rows are even where no arrow then meets what it should not."""
    arranging = Arranging(whole, shared, width_of(options), options.columns, kept)
    for even in (True, False) if kept.even else (False,):
        turned, layout, scale = arranging.arranged(even)
        routes, bars = Router(turned, layout).routes()
        wrong = _wrong(layout, routes, bars)
        if not even or not wrong or len(layout.bottoms) == 1:
            break
    kept = kept._replace(even=even)
    sized = Sized(1.0, 9.0, ())
    return Fitted(whole, turned, shared, layout, scale, routes, bars, kept, sized, wrong)


def _flatter(best: _Judged, options: Options, seen: Callable[[Fitted], Seen], up: bool) -> _Judged:
    """A picture whose height makes it small, with lower volumes, if its text gets larger so."""
    old = best.fitted
    for flat in _FLATTER if best.seen.high else ():
        one = _laid(old.whole, old.shared, options, old.kept._replace(flat=flat))
        judged = _judge(one, options, seen, up)
        if judged.price <= best.price and judged.seen.text > best.seen.text * _WORTH:
            best = judged
    return best


def width_of(options: Options) -> float:
    """How wide a picture may be, in pixels, so that its text can be read where it is printed."""
    if options.room is None:
        return WIDEST
    return options.room.width * TEXT / options.room.smallest
