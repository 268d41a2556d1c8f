"""A picture with as much detail as its place can show at a size that can be read."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from archc.emit.diagram.blank import blank
from archc.emit.diagram.build import Views
from archc.emit.diagram.dot import PAD, Picture
from archc.emit.diagram.edges import Plan
from archc.emit.diagram.faces import BOXES, slender
from archc.emit.diagram.ideas import Idea, ideas, opened_by
from archc.emit.diagram.labels import STRIPE
from archc.emit.diagram.measured import ahead, beside_headings, measured, scaled, whole
from archc.emit.diagram.opening import Open, opened
from archc.emit.diagram.render import width
from archc.emit.sizing import SMALLEST, Sized, captioned
from archc.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archc.check import Network
    from archc.diagnostics import Diagnostic
    from archc.emit.diagram.options import Options, Room

WIDE = (260, 200, 174, 150, 124, 112, 104, 94, 90, 84)  # widths of boxes where there is room
USUAL = 1  # which of the widths is tried first
_TRIES, _FEWER = 9, 8  # further layouts of the first view, and of those with more open
_FAR = 0.85  # of readable text: so small that narrower boxes alone do not mend it
_NEAR = 0.96  # of readable text: so near that less space around boxes mends it
_LAST = 0.92  # and, where all else was tried, with no box for the output
_HIGH = 0.5  # of a page: what is no higher stays as it is
_SHORTER = 0.81  # of the height, for the size of text: fewer columns are worth a little of it
_NARROWER = 150  # points of boxes that stand in more columns
_HIGHER = 1.025  # times, up to which a fuller picture may be
_LARGER = 1.01  # times, from which on it is seen
_LAYOUTS = 48  # at most, for one picture


def fitted(
    network: Network,
    options: Options,
    findings: Sequence[Diagnostic],
    room: Room,
    turns: bool = False,
) -> tuple[str, Sized]:
    """The DOT text, with the size it is printed at, and what became of it.

    Where it `turns`, a U that would go from left to right goes down and up again.

    Where all of it is too small, all groups are closed, and then opened again one by one, the
    outer ones first, as long as the smallest text has 6 points; unless the caller says what to
    show. Raises `NoRenderer` and `RenderError`, because Graphviz has to lay it out to know.
    """
    room = captioned(room)
    options = options._replace(room=room)
    if turns and options.direction == "LR":
        upright = options._replace(direction="TB")
        if Picture(network, upright, findings).up:
            options = upright
    fitting = _Fitting(network, options, findings, room)
    best = fitting.attempt(options)
    if best.good < SMALLEST and not options.expand and options.depth is None:
        best = fitting.opened(best)
    best = fitting.explicit(fitting.wider(fitting.spared(best)))
    best = fitting.exact(fitting.roomy(fitting.stemmed(fitting.filled(best))))
    return best.dot, Sized(best.scale, best.text * room.afar, fitting.closed(best), room.smallest)


class _Drawn(NamedTuple):
    """A picture that was tried: how small it gets, and what is open in it."""

    options: Options
    dot: str
    scale: float
    text: float  # points of its smallest text, as they would be on paper
    open: tuple[Open, ...]
    headings: tuple[tuple[str, float], ...]  # groups whose headings have more room than they take
    columns: int
    height: float  # points, where it is printed
    chain: bool  # one part behind the other
    wide: bool  # it is its width that makes it small
    up: bool  # it is a U, which no other number of columns improves
    streams: int  # how often streams beside each other exchange what they have
    blank: tuple[str, ...]  # what is closed in columns that are much shorter than others
    whole: bool  # no name in it is divided, and no arrow on a level of a U leads back

    @property
    def good(self) -> float:
        """The points of its text; what is not whole is hardly readable."""
        return self.text if self.whole else min(self.text, SMALLEST - 0.01)


def _paths(drawn: _Drawn) -> frozenset[str]:
    return frozenset(one.path for one in drawn.open)


class _Fitting:
    """Tries views of a network in a room."""

    def __init__(
        self, network: Network, options: Options, findings: Sequence[Diagnostic], room: Room
    ) -> None:
        self._network = network
        self._findings = findings
        self._room = room
        self._options = options
        self._tried: dict[str, _Drawn] = {}
        self._views = Views(network.graph)
        self._known: dict[tuple[frozenset[str] | None, bool, bool], Plan] = {}
        self._first: _Drawn | None = None

    def attempt(self, options: Options, tries: int = _TRIES, terse: bool = True) -> _Drawn:
        """The picture whose text is large enough, or largest.

        Where it is too wide its boxes get narrower. Where it is too high the legend stands beside
        it, boxes get wider, so that they need fewer lines, and then there are more columns. Where
        hardly anything lacks there is less space around them. Closed blocks say less and fold more
        where that is not enough, if they may be `terse`.
        """
        widths, room = BOXES if slender(options) else WIDE, self._room
        best = one = self._draw(options)
        known = {one.options}
        enough = len(self._tried) + tries
        while best.good < SMALLEST and len(self._tried) < enough:
            choice = one.options
            place = widths.index(choice.boxes or widths[USUAL])
            small = min(1.0, one.text / SMALLEST) * widths[place]
            narrower = [width for width in widths[place + 1 :] if width <= small]
            narrower = narrower[:1] or list(widths[place + 1 :][-1:])
            ways = [choice._replace(boxes=width) for width in narrower]
            if one.wide and one.columns > 1:
                ways.insert(0, choice._replace(aside=True))
            if one.wide and one.text < _FAR * SMALLEST:
                ways.insert(0, choice._replace(parallel=True))
            if not one.wide:
                ways = [choice._replace(aside=True)]
                if one.up and room.width > room.height:
                    ways.append(choice._replace(flat=True))
                wider = widths[max(place - 1, 0) : place]
                ways += [choice._replace(boxes=width) for width in wider]
            along = one.wide == (options.direction == "LR")  # too long for one piece
            if along and not one.up and self._options.columns is None:
                ways.append(choice._replace(columns=one.columns + 1, boxes=None))
            if terse and not one.wide:
                ways.insert(1, choice._replace(terse=True))
            ways.append(choice._replace(parallel=True))
            way = next((way for way in ways if way not in known), None)
            if way is None:
                break
            known.add(way)
            one = self._draw(way)
            best = max(best, one, key=lambda one: one.good)
        if best.whole and _NEAR * SMALLEST <= best.text < SMALLEST:
            tight = self._draw(best.options._replace(tight=True))
            best = self.spared(max(best, tight, key=lambda one: one.good))
        self._first = self._first or best
        return best

    def opened(self, whole: _Drawn) -> _Drawn:
        """As much of what was open in the whole as there is room for."""

        def attempt(best: _Drawn, shown: frozenset[str], idea: Idea) -> _Drawn | None:
            if len(self._tried) >= _LAYOUTS:
                return None
            start = best.options if best.good >= SMALLEST else self._options
            tries = _FEWER if best.options.shown else _TRIES
            found = self.attempt(start._replace(shown=shown), tries, idea.parts)
            more = _paths(best) < _paths(found) and found.streams >= best.streams
            return found if more else None

        closed = self.attempt(self._options._replace(shown=frozenset()))
        parts = self._plan(self._options).view.parts
        several = ideas(self._network.graph, parts, rounds=not whole.up)
        best = opened_by(closed, several, attempt, lambda one: one.good, _paths)
        return max(best, whole, key=lambda one: min(SMALLEST, one.good))

    def spared(self, drawn: _Drawn) -> _Drawn:
        """The same without a box for its output, where hardly anything lacks."""
        if not drawn.whole or not _LAST * SMALLEST <= drawn.text < SMALLEST:
            return drawn
        spared = self._draw(drawn.options._replace(tight=True, brief=True))
        return max(drawn, spared, key=lambda one: one.good)

    def explicit(self, drawn: _Drawn) -> _Drawn:
        """The same with as much said in closed blocks as there is room for, else with the names of
        all layers where it gets hardly higher by them."""
        if not drawn.options.terse or drawn.good < SMALLEST:
            return drawn
        fuller = self._draw(drawn.options._replace(terse=False))
        if fuller.good >= SMALLEST and _paths(fuller) >= _paths(drawn):
            return fuller
        named = self._draw(drawn.options._replace(named=True))
        return named if self._fills(named, drawn) else drawn

    def filled(self, drawn: _Drawn) -> _Drawn:
        """The same with more open in columns that are much shorter than others, and the legend
        there rather than above, as long as the picture gets hardly higher. Groups of the same
        blocks are opened together: one that stays closed would seem to be another kind."""
        drawn = self._below(drawn)
        for path in drawn.blank:
            shown = drawn.options.shown
            if path and shown is not None and len(self._tried) < _LAYOUTS:
                more = self._draw(drawn.options._replace(shown=shown | self._likes(path)))
                fills = self._fills(more, drawn) and _paths(more) > _paths(drawn)
                drawn = more if fills else drawn
        return self._below(drawn, listed=True)

    def _below(self, drawn: _Drawn, listed: bool = False) -> _Drawn:
        """The same with the legend in a column that is much shorter than others."""
        if not (drawn.blank and drawn.options.aside):
            return drawn
        below = self._draw(drawn.options._replace(aside=False, listed=listed))
        return below if self._fills(below, drawn) else drawn

    def _likes(self, path: str) -> frozenset[str]:
        """The paths of a group and of those beside it that call the same blocks."""
        calls: dict[str, set[str]] = {}
        for scope in self._network.graph.scopes:
            around = scope.parent
            while scope.kind == "block" and around is not None:
                calls.setdefault(around.path, set()).add(scope.name)
                around = around.parent
        stem = path.rpartition(".")[0]
        beside = {one for one in calls if one and one.rpartition(".")[0] == stem}
        return frozenset({path} | {one for one in beside if calls[one] == calls.get(path)})

    def _fills(self, more: _Drawn, drawn: _Drawn) -> bool:
        """Whether a picture is hardly higher than another one, in which no more is open."""
        lower = more.height <= drawn.height * _HIGHER
        return lower and more.good >= SMALLEST and _paths(more) >= _paths(drawn)

    def stemmed(self, drawn: _Drawn) -> _Drawn:
        """The same with arrows that begin at their boxes, also where rows get wider by that."""
        wider = self._draw(drawn.options._replace(stemmed=True))
        fits = wider.good >= min(SMALLEST, drawn.good) and _paths(wider) >= _paths(drawn)
        return wider if fits else drawn

    def roomy(self, drawn: _Drawn) -> _Drawn:
        """The same with as much room for headings as the arrows into their groups leave."""
        if not drawn.headings:
            return drawn
        wider = self._draw(drawn.options._replace(headings=drawn.headings))
        kept = {path for path, room in drawn.headings if room > dict(wider.headings)[path] + 1}
        return wider if not kept and wider.good >= drawn.good else drawn

    def wider(self, drawn: _Drawn) -> _Drawn:
        """A chain in more columns where that takes much less of a page's height."""
        options = self._options
        while options.columns is None and options.direction == "TB" and drawn.chain:
            if drawn.height < _HIGH * self._room.height:
                break
            more = drawn.options._replace(columns=drawn.columns + 1)
            anew = options._replace(columns=more.columns)  # without what made one column lower
            ways = [more, more._replace(aside=True), more._replace(aside=True, boxes=_NARROWER)]
            ways += [anew] if anew not in ways and drawn.options.shown is None else []
            tried = [one for way in ways if (one := self._draw(way)).good >= SMALLEST]
            found = min(tried, key=lambda one: one.height, default=drawn)
            lower = found.height / found.text <= _SHORTER * drawn.height / drawn.text
            if found.height >= drawn.height or not lower:
                break
            drawn = found
        return drawn

    def exact(self, drawn: _Drawn) -> _Drawn:
        """The same as large as it can be when its boxes stand in line, which takes less room."""
        if not drawn.wide or drawn.options.direction != "TB":
            return drawn
        room, high = self._room, drawn.height / drawn.scale
        wide = (width(drawn.dot) or math.inf) + 2 * 72 * PAD
        scale = max(drawn.scale, min(room.enlarged, room.width / wide, room.height / high))
        if scale < drawn.scale * _LARGER:
            return drawn
        dot, text = scaled(drawn.dot, room.width, high * scale), drawn.text * scale / drawn.scale
        return drawn._replace(dot=dot, scale=scale, text=text, height=high * scale)

    def closed(self, drawn: _Drawn) -> tuple[str, ...]:
        """The names of what was open at first and is not now."""
        assert self._first is not None
        left = {one.path for one in drawn.open}
        return tuple(dict.fromkeys(one.name for one in self._first.open if one.path not in left))

    def _plan(self, options: Options) -> Plan:
        """What is seen, made out once for all widths and columns."""
        key = options.shown, options.parallel, options.terse
        if key not in self._known:
            self._known[key] = Plan(self._network.graph, self._views.view(options))
        return self._known[key]

    def _draw(self, options: Options) -> _Drawn:
        picture = Picture(self._network, options, self._findings, self._plan(options))
        text = picture.text()
        if text not in self._tried:
            width, height, places = measured(text)
            room = self._room
            scale = min(room.enlarged, room.width / width, room.height / height)
            self._tried[text] = _Drawn(
                options,
                scaled(text, room.width, height * scale),
                scale,
                STRIPE * scale / room.afar,
                opened(picture.parts),
                beside_headings(picture, places),
                len(picture.columns),
                height * scale,
                all(one.head == one.tail + 1 for one in picture.plan.arrows),
                room.width / width < room.height / height,
                bool(picture.up),
                len(picture.exchanges),
                blank(picture, places),
                whole(picture, text) and ahead(picture, places),
            )
        return self._tried[text]
