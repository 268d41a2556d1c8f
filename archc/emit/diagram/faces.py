"""What each box says and how it is coloured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit.diagram import closed, heat, metrics, names, parallel, words
from archc.emit.diagram.alike import Alike
from archc.emit.diagram.contents import Contents
from archc.emit.diagram.fuse import readers
from archc.emit.diagram.labels import DETAIL, TITLE, Face, Line, badge_width, height, needed
from archc.emit.diagram.parts import Box, Unit
from archc.emit.diagram.theme import KINDS, MARKS, Theme, ground, ink_on, legible, mix

if TYPE_CHECKING:
    from archc.check import Network
    from archc.emit.diagram.mistakes import Mistakes
    from archc.emit.diagram.options import Options
    from archc.graph.graph import Node

WIDEST, NARROWEST = 200, 110
SHORT = 9.0  # the size of titles where boxes are narrow
SLENDER = 320.0  # points of a column of text
LARGE = 100  # points of a box, up to which titles are short
NARROW = (84, 76)  # where several stand beside each other, and where titles are short besides
BOXES = (150, 112, 104, 94, 90, 84, 76)  # the widths to choose from where room is little


class Faces:
    """Makes the faces of one picture."""

    def __init__(
        self, network: Network, options: Options, theme: Theme, mistakes: Mistakes
    ) -> None:
        self._graph = network.graph
        self._options = options
        self._theme = theme
        self._mistakes = mistakes
        self._network = network
        self._widest = widest(options)
        self._contents = Contents(
            network, Alike(network.graph), readers(network.graph), options.terse
        )
        self._title = TITLE if self._widest > LARGE else SHORT

    @property
    def explained(self) -> set[str]:
        """The blocks whose ways a box tells."""
        return self._contents.explained

    def face(self, part: Unit | Box, cost: str, mark: str = "", named: bool = False) -> Face:
        """The face of a part: `cost` is what it costs, `mark` the letter of shared weights; it may
        be higher for its name where it has to be `named`."""
        times = f"{words.TIMES} {part.count}" if part.count > 1 else ""
        badge = f"{times} {mark}".strip()
        if isinstance(part, Box) and part.parallel:
            return self._parallel(part, cost, badge)
        if isinstance(part, Box):
            return self._closed(part, cost, badge)
        face = self._layer(part, cost, badge)
        if self._options.terse and not (named or self._options.named):
            face = self._brief(face)
        return face._replace(badge=mark) if face.slim else face

    def _brief(self, face: Face) -> Face:
        """The same without a name for which it would have to be higher."""
        low, high = (height(one, self._widest) for one in (unnamed(face), face))
        return unnamed(face) if low < high else face

    def stub(self, message: str) -> Face:
        """What stands behind the last layer that is known."""
        said = metrics.wrap(f"\u2717 {message}".split(), self._widest - 14, DETAIL, 5)
        first = Line("not known from here", (), "", True, self._title)
        return Face((first, *(Line(line, wrong=True) for line in said)))

    def result(self, name: str) -> Face:
        """The face of a result of the network."""
        shown = "output" if name == "out" else name
        return Face((Line(shown, (), "", True, DETAIL + 1),), slim=True)

    def _layer(self, unit: Unit, cost: str, badge: str) -> Face:
        main = unit.main
        above, below = self._stripes(unit.before), self._stripes(unit.after)
        wrong = self._mistakes.texts.get(main.index)
        if slim(unit) and wrong is None:
            given = " ".join([words.title(main), *words.details(main)])
            text = main.path if main.layer is None else given
            line = Line(text, (), "", True, DETAIL + 1)
            return Face((line,), above, below, slim=True)
        title = words.title(main)
        if metrics.text_width(title, self._title, True) > self._widest - 14:
            title = title.replace("average", "avg")
        fixed = ("frozen",) if words.frozen(unit.nodes) else ()
        more = (*words.details(main, self._graph), *fixed)
        lines = self._titled(title, more, names.layer(unit), badge)
        if cost:
            lines.append(Line("", (cost,)))
        if wrong is not None:
            said = metrics.wrap(f"\u2717 {wrong}".split(), self._widest - 14, DETAIL, 4)
            lines += [Line(line, wrong=True) for line in said]
        return Face(tuple(lines), above, below, badge)

    def _parallel(self, box: Box, cost: str, badge: str) -> Face:
        """Equal layers beside each other, as one of them with what each is given."""
        unit, number = box.parallel[0], len(box.parallel)
        lines = self._titled(words.title(unit.main), (), "", badge)
        said = [f"{number} in parallel:", *parallel.said(box.parallel)]
        room = min(self._widest, NARROWEST) - 14  # it stands beside others
        lines += [Line(row) for row in metrics.wrap(" ".join(said).split(" "), room, DETAIL, 4)]
        if cost:
            lines.append(Line("", (cost,)))
        return Face(tuple(lines), self._stripes(unit.before), self._stripes(unit.after), badge)

    def _titled(self, title: str, said: tuple[str, ...], name: str, badge: str = "") -> list[Line]:
        """A title with what stands beside it: smaller where one line is too short for it, else in
        two; where a word would be divided the badge stands above it."""
        room = self._widest - 14 - (badge_width(badge) + 4 if badge else 0)
        pieces = title.split(" ")
        looks = (self._title, SHORT, DETAIL)
        lines = (size for size in looks if metrics.text_width(title, size, True) <= room)
        words = (size for size in looks if metrics.whole(pieces, room, size))
        size = next(lines, 0.0) or next(words, 0.0)
        if not size and badge and metrics.whole(pieces, self._widest - 14, self._title):
            alone = Line("", (), name, True, self._title)  # the badge and the name above the title
            return [alone, *self._titled(title, said, "")]
        size = size or self._title
        *above, last = metrics.wrap(pieces, room, size, 2, True)
        return [Line(one, (), "", True, size) for one in above] + [
            Line(last, said, name, True, size)
        ]

    def _closed(self, box: Box, cost: str, badge: str) -> Face:
        name, _ = words.call(box.scope)
        own = names.block(box)
        lines = self._titled(name or own or names.untitled(box), (), own if name else "", badge)
        said = self._contents.lines(box, self._widest - 14)
        if len(said) == 1:  # there may be room for it beside the name
            beside = [*lines[:-1], lines[-1]._replace(said=tuple(said))]
            if needed(Face(tuple(beside), badge=badge)) <= self._widest:
                lines, said = beside, []
        lines += [Line(line) for line in said]
        if cost:
            lines.append(Line("", (cost,)))
        return Face(tuple(lines), (), self._stripes(box.after), badge)

    def _stripes(self, nodes: tuple[Node, ...]) -> tuple[tuple[str, str], ...]:
        theme = self._theme
        return tuple(
            (words.stripe(node), ground(words.kind_of(node.layer), theme)) for node in nodes
        )


def unnamed(face: Face) -> Face:
    """The same without a name."""
    return face._replace(lines=tuple(line._replace(name="") for line in face.lines))


def widest(options: Options) -> int:
    """The width that no box exceeds: less where boxes stand side by side, or room is little."""
    if options.boxes is not None:
        return options.boxes
    if slender(options):
        return BOXES[1]
    return WIDEST if options.direction == "TB" else 132


def beside(options: Options) -> int:
    """The width of boxes where several stand beside each other."""
    return NARROW[0] if widest(options) > LARGE else NARROW[1]


def slender(options: Options) -> bool:
    """Whether a picture stands in a column of text."""
    return options.room is not None and options.room.width < SLENDER * options.room.afar


def slim(part: Unit | Box) -> bool:
    """Merges, inputs and changes of size or shape are small."""
    if isinstance(part, Box) or part.main.shape is None:
        return False
    return words.kind_of(part.main.layer) in ("merge", "resize", "shape")


def kind(part: Unit | Box) -> str:
    """The kind that decides the colour of a part."""
    if isinstance(part, Box):
        return words.kind_of(part.parallel[0].main.layer) if part.parallel else "block"
    return words.kind_of(part.main.layer)


def colours(
    part: Unit | Box, theme: Theme, warmth: float | None, shut: dict[str, int]
) -> tuple[str, str, str]:
    """Ground, border and ink of a box; `warmth` is its heat where costs are shown, `shut` are the
    kinds of closed blocks."""
    if isinstance(part, Unit) and part.main.layer is None:
        return theme.paper, theme.faint, theme.ink
    if warmth is not None:
        fill = heat.colour(warmth, theme)
        return fill, mix(fill, theme.ink, 0.35), ink_on(fill)
    if (name := closed.kind(part)) in shut:
        return *closed.colours(shut[name], theme), theme.ink
    fill = ground(kind(part), theme)
    return fill, KINDS[kind(part)], legible(theme.ink, fill)


def mark(part: Unit | Box) -> str:
    """What tells a part from others where there is no colour; "" where its ground does."""
    return MARKS.get(kind(part), "")


def training(nodes: tuple[Node, ...]) -> bool:
    """Whether all of it runs in training only."""
    return bool(nodes) and all(node.training for node in nodes)
