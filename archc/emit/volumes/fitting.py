"""As much of a network as fits the width of a picture."""

from __future__ import annotations

from archc.emit.sizing import SMALLEST, Sized
from archc.emit.volumes.arrange import WIDEST, arrange, taken
from archc.emit.volumes.crossings import crossings
from archc.emit.volumes.layout import TEXT, Layout
from archc.emit.volumes.legend import shared_lines
from archc.emit.volumes.model import Picture
from archc.emit.volumes.ranks import levels, ways
from archc.emit.volumes.routes import Route, Router
from archc.emit.volumes.scales import Scales
from archc.emit.volumes.scene import UNIT
from archc.emit.volumes.units import picture as units_of
from archc.hints import TYPE_CHECKING
from archc.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archc.check import Network
    from archc.diagnostics import Diagnostic
    from archc.emit.diagram.options import Options

_MANY, _SOME = 60, 26  # units that still read well, in a U and in rows
_DEPTHS = (4, 3, 2, 1)


class Fitted(NamedTuple):
    """A picture, the same with the turns from row to row, and where everything stands in it."""

    whole: Picture
    turned: Picture
    shared: dict[str, tuple[str, ...]]  # what the legend says for a kind
    layout: Layout
    scale: Scales
    routes: list[Route]
    sized: Sized


def fitting(network: Network, options: Options, findings: Sequence[Diagnostic]) -> Fitted:
    """The picture with the most detail that fits, and in which no arrow passes through a volume.

    Where the caller says what is to be seen, that is drawn as it is.
    """
    best: Fitted | None = None
    price = (0, 0.0)
    limit = width_of(options)
    open_at_first: list[str] = []
    for one in _candidates(network, options, findings):
        wide = taken(one.turned, one.layout)
        cost = (len(crossings(one.layout, one.routes)), max(0.0, wide - limit))
        shown = [frame.name for frame in one.whole.clusters]
        open_at_first = open_at_first or shown
        closed = tuple(dict.fromkeys(name for name in open_at_first if name not in shown))
        one = one._replace(sized=one.sized._replace(closed=closed))
        if best is None or cost < price:
            best, price = one, cost
        if not any(cost):
            break
    assert best is not None
    return best


def _candidates(
    network: Network, options: Options, findings: Sequence[Diagnostic]
) -> Iterator[Fitted]:
    """Views of less and less detail."""
    views = [(options, _MANY), (options, _SOME)]
    if not options.expand and options.depth is None:
        views += [(options._replace(depth=depth), _SOME) for depth in _DEPTHS]
    known: set[tuple[int, ...]] = set()
    for choice, much in views:
        whole = units_of(network, choice, findings, much)
        nodes = tuple(len(unit.nodes) for unit in whole.units)
        rows = levels(whole, ways(whole)) is None
        if nodes in known or (rows and much == _MANY and len(whole.units) > _SOME):
            continue
        known.add(nodes)
        shared = shared_lines(whole) if options.legend else {}
        for loose in (False,) if rows else (True, False):
            turned, layout, scale = arrange(
                whole, shared, width_of(options), options.columns, loose
            )
            routes = Router(turned, layout).routes()
            yield Fitted(whole, turned, shared, layout, scale, routes, Sized(1.0, 9.0, ()))


def width_of(options: Options) -> float:
    """How wide a picture may be, in pixels, so that its text has 6 points where it is printed."""
    if options.room is None:
        return WIDEST
    return options.room.width / UNIT * TEXT * UNIT / SMALLEST
