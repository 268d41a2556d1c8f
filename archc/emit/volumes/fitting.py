"""As much of a network as fits the width of a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit.diagram.build import view
from archc.emit.diagram.opening import alike, most_open, nested, opened
from archc.emit.sizing import SMALLEST, Sized
from archc.emit.volumes.arrange import WIDEST, arrange, taken
from archc.emit.volumes.crossings import crossings, merged
from archc.emit.volumes.layout import TEXT, Layout
from archc.emit.volumes.legend import shared_lines
from archc.emit.volumes.model import Frame, Picture
from archc.emit.volumes.ranks import levels, ways
from archc.emit.volumes.routes import Route, Router
from archc.emit.volumes.scales import Scales
from archc.emit.volumes.scene import UNIT
from archc.emit.volumes.units import picture as units_of
from archc.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from archc.check import Network
    from archc.diagnostics import Diagnostic
    from archc.emit.diagram.options import Options

_MANY, _SOME = 60, 26  # units that still read well, in a U and in rows
_DEPTHS = (4, 3, 2, 1)
_TRIES = 16  # groups that may be opened, at most


class Fitted(NamedTuple):
    """A picture, the same with the turns from row to row, and where everything stands in it."""

    whole: Picture
    turned: Picture
    shared: dict[str, tuple[str, ...]]  # what the legend says for a kind
    layout: Layout
    scale: Scales
    routes: list[Route]
    sized: Sized


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
    best: _Judged | None = None
    views = [(options, _MANY), (options, _SOME)]
    if options.room is None and not options.expand and options.depth is None:
        views += [(options._replace(depth=depth), _SOME) for depth in _DEPTHS]
    known: set[tuple[int, ...]] = set()
    first: tuple[Frame, ...] | None = None
    for choice, much in views:
        for one in _arranged(network, choice, findings, much, known):
            judged = _judge(one, options, seen)
            first = first or one.whole.clusters
            if best is None or judged.price < best.price:
                best = judged
            if not any(best.price):
                break
        if best is not None and (options.room is not None or not any(best.price)):
            break
    assert best is not None
    if options.room is not None and any(best.price) and not options.expand:
        best = _opened(network, options, findings, seen, best) if options.depth is None else best
    shown = {frame.name for frame in best.fitted.whole.clusters}
    closed = (frame.name for frame in first or () if frame.name not in shown)
    sized = best.fitted.sized._replace(closed=tuple(dict.fromkeys(closed)))
    return best.fitted._replace(sized=sized)


class Seen(NamedTuple):
    """How a picture looks: the points of its text in its room, and how many texts are struck."""

    text: float
    struck: int


class _Judged(NamedTuple):
    """A picture, and what speaks against it: arrows through volumes, text that is too small, and
    arrows through texts."""

    fitted: Fitted
    price: tuple[int, float, int]

    @property
    def many(self) -> int:
        """How much there is to see."""
        return len(self.fitted.whole.units)

    @property
    def open(self) -> frozenset[str]:
        """The names of what is open."""
        return frozenset(frame.name for frame in self.fitted.whole.clusters)

    @property
    def text(self) -> float:
        """The points of its text, or of what can be read of it."""
        return SMALLEST - sum(self.price)


def _judge(one: Fitted, options: Options, seen: Callable[[Fitted], Seen]) -> _Judged:
    text, struck = seen(one)
    if options.room is None:
        large = max(0.0, taken(one.turned, one.layout) - width_of(options))
    else:
        large = max(0.0, SMALLEST - text)
    wrong = len(crossings(one.layout, one.routes)) + len(merged(one.routes))
    return _Judged(one, (wrong, large, struck))


def _opened(
    network: Network,
    options: Options,
    findings: Sequence[Diagnostic],
    seen: Callable[[Fitted], Seen],
    whole: _Judged,
) -> _Judged:
    """As much of the groups as there is room for."""

    def attempt(best: _Judged | None, shown: frozenset[str]) -> _Judged | None:
        choice = options._replace(shown=shown)
        several = _arranged(network, choice, findings, _SOME, set())
        judged = [_judge(one, options, seen) for one in several]
        found = min(judged, key=lambda one: one.price)
        more = best is None or (best.open <= found.open and best.many != found.many)
        return found if more else None

    everything = opened(view(network.graph, options, False, _MANY).parts)
    groups = nested(alike(everything, largest=False))[:_TRIES]
    closed = attempt(None, frozenset())
    assert closed is not None
    found = most_open(closed, groups, attempt, lambda one: one.text)
    found = min(found, whole, key=lambda one: one.price)
    # A structure drawn once and closed where it comes again may show more in the same room.
    for one in _arranged(network, options, findings, _SOME, set()):
        judged = _judge(one, options, seen)
        if judged.price <= found.price and judged.many > found.many:
            found = judged
    return found


def _arranged(
    network: Network,
    options: Options,
    findings: Sequence[Diagnostic],
    much: int,
    known: set[tuple[int, ...]],
) -> Iterator[Fitted]:
    """A view, laid out in some ways; none where it is known already, or has too many units."""
    whole = units_of(network, options, findings, much)
    nodes = tuple(len(unit.nodes) for unit in whole.units)
    rows = levels(whole, ways(whole)) is None
    if nodes in known or (rows and much == _MANY and len(whole.units) > _SOME):
        return
    known.add(nodes)
    shared = shared_lines(whole) if options.legend else {}
    for loose in (False,) if rows else (True, False):
        turned, layout, scale = arrange(whole, shared, width_of(options), options.columns, loose)
        routes = Router(turned, layout).routes()
        yield Fitted(whole, turned, shared, layout, scale, routes, Sized(1.0, 9.0, ()))


def width_of(options: Options) -> float:
    """How wide a picture may be, in pixels, so that its text has 6 points where it is printed."""
    if options.room is None:
        return WIDEST
    return options.room.width / UNIT * TEXT * UNIT / SMALLEST
