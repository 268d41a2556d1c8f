"""A picture with as much detail as its place can show at a size that can be read."""

from __future__ import annotations

import re

from archc.emit.diagram.dot import Picture
from archc.emit.diagram.labels import STRIPE
from archc.emit.diagram.parts import Cluster, Part
from archc.emit.diagram.render import render
from archc.emit.sizing import SMALLEST, Sized
from archc.hints import TYPE_CHECKING
from archc.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from archc.check import Network
    from archc.diagnostics import Diagnostic
    from archc.emit.diagram.options import Options, Room

_COLUMNS = (None, 1, 2, 3)
_LAYOUTS = 24  # at most, for one picture
_SIZE = re.compile(r'<svg [^>]*?width="([\d.]+)pt" height="([\d.]+)pt"', re.DOTALL)


def fitted(
    network: Network, options: Options, findings: Sequence[Diagnostic], room: Room
) -> tuple[str, Sized]:
    """The DOT text, with the size it is printed at, and what became of it.

    Where all of it is too small, all groups are closed, and then opened again one by one, the
    outer ones first, as long as the smallest text has 6 points; unless the caller says what to
    show. Raises `NoRenderer` and `RenderError`, because Graphviz has to lay it out to know.
    """
    fitting = _Fitting(network, options, findings, room)
    best = fitting.attempt(options)
    if best.text < SMALLEST and not options.expand and options.depth is None:
        best = fitting.opened(best)
    return best.dot, Sized(best.scale, best.text, fitting.closed(best))


class _Drawn(NamedTuple):
    """A picture that was tried: how small it gets, and the paths of what is open in it."""

    dot: str
    scale: float
    text: float  # points of its smallest text
    shown: tuple[str, ...]
    names: tuple[str, ...]
    looks: tuple[Hashable, ...]  # equal for blocks that hold the same
    sizes: tuple[int, ...]  # how many layers they hold
    columns: int
    up: bool  # it is a U, which no other number of columns improves


class _Fitting:
    """Tries views of a network in a room."""

    def __init__(
        self, network: Network, options: Options, findings: Sequence[Diagnostic], room: Room
    ) -> None:
        self._network = network
        self._findings = findings
        self._room = room
        self._columns: tuple[int | None, ...] = _COLUMNS
        if options.columns is not None:
            self._columns = (options.columns,)
        self._options = options
        self._tried: dict[str, _Drawn] = {}
        self._first: _Drawn | None = None

    def attempt(self, options: Options) -> _Drawn:
        """The picture in the number of columns in which its text is large enough, or largest."""
        best: _Drawn | None = None
        for columns in self._columns:
            one = self._draw(options._replace(columns=columns))
            if best is None or one.text > best.text:
                best = one
            if one.text >= SMALLEST or one.up:
                break
        assert best is not None
        self._first = self._first or best
        return best

    def opened(self, whole: _Drawn) -> _Drawn:
        """As much of what was open in the whole as there is room for.

        Where there is not even room for the groups alone, what does not make it worse.
        """
        best = self.attempt(self._options._replace(shown=frozenset()))
        least = min(SMALLEST, best.text)
        shown: frozenset[str] = frozenset()
        if self._options.columns is None:  # more to see needs as many, or one more
            self._columns = (best.columns, best.columns + 1)
        for paths in _alike(whole):
            if len(self._tried) >= _LAYOUTS:
                break
            more = shown | paths
            found = self.attempt(self._options._replace(shown=more))
            if found.text >= least and paths.intersection(found.shown):
                best, shown, least = found, more, min(SMALLEST, found.text)
        return max(best, whole, key=lambda one: min(SMALLEST, one.text))

    def closed(self, drawn: _Drawn) -> tuple[str, ...]:
        """The names of what was open at first and is not now."""
        assert self._first is not None
        both = zip(self._first.shown, self._first.names, strict=True)
        return tuple(dict.fromkeys(name for path, name in both if path not in drawn.shown))

    def _draw(self, options: Options) -> _Drawn:
        picture = Picture(self._network, options, self._findings)
        text = picture.text()
        if text not in self._tried:
            width, height = _measured(text)
            scale = min(1.0, self._room.width / width, self._room.height / height)
            shown = list(_opened(picture.parts))
            self._tried[text] = _Drawn(
                _scaled(text, width * scale, height * scale),
                scale,
                STRIPE * scale,
                tuple(part.scope.path for part in shown if part.scope is not None),
                tuple(part.path or part.name for part in shown),
                tuple(map(_look, shown)),
                tuple(len(part.nodes) for part in shown),
                len(picture.columns),
                bool(picture.up),
            )
        return self._tried[text]


def _opened(parts: tuple[Part, ...]) -> Iterator[Cluster]:
    """What is drawn open."""
    for part in parts:
        if isinstance(part, Cluster):
            if part.scope is not None:
                yield part
            yield from _opened(part.parts)


def _look(part: Cluster) -> Hashable:
    block = part.scope is not None and part.scope.kind == "block"
    kinds = tuple(node.kind for node in part.nodes)
    return (part.scope.name, kinds) if block and part.scope is not None else part.path


def _alike(drawn: _Drawn) -> list[frozenset[str]]:
    """The paths of what is open, equal blocks together: the outer ones first, then the largest."""
    found: dict[tuple[int, Hashable], set[str]] = {}
    sizes: dict[tuple[int, Hashable], int] = {}
    for path, look, size in zip(drawn.shown, drawn.looks, drawn.sizes, strict=True):
        key = (path.count("."), look)
        found.setdefault(key, set()).add(path)
        sizes[key] = sizes.get(key, 0) + size
    return [frozenset(found[key]) for key in sorted(found, key=lambda key: (key[0], -sizes[key]))]


def _measured(dot: str) -> tuple[float, float]:
    """How wide and high Graphviz draws it, in points."""
    found = _SIZE.search(render(dot, "svg").decode("utf-8"))
    return (float(found[1]), float(found[2])) if found is not None else (1.0, 1.0)


def _scaled(dot: str, width: float, height: float) -> str:
    """The same with a size in inches, to which Graphviz shrinks it."""
    return dot.replace("graph [", f'graph [size="{width / 72:.4f},{height / 72:.4f}" ', 1)
