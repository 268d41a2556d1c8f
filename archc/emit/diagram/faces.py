"""What each box says and how it is coloured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit import figures
from archc.emit.diagram import closed, heat, metrics, parallel, words
from archc.emit.diagram.build import summed
from archc.emit.diagram.labels import DETAIL, TITLE, Face, Line, badge_width, needed
from archc.emit.diagram.parts import Box, Unit
from archc.emit.diagram.theme import KINDS, Theme, ground, ink_on, mix, stripe

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
BOXES = (150, 112, 104, 95, 90, 84, 76)  # the widths to choose from where room is little
BESIDE = 84  # points that smaller words may take beside a title


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
        self._title = TITLE if self._widest > LARGE else SHORT

    def face(self, part: Unit | Box, cost: str, mark: str = "", narrow: bool = False) -> Face:
        """The face of a part: `cost` is what it costs, `mark` the letter of shared weights; it may
        stand `narrow` between others."""
        times = f"{words.TIMES} {part.count}" if part.count > 1 else ""
        badge = f"{times} {mark}".strip()
        if isinstance(part, Box) and part.parallel:
            return self._parallel(part, cost, badge)
        if isinstance(part, Box):
            return self._closed(part, cost, badge)
        face = self._layer(part, cost, badge)
        if self._options.room is not None and _counted(part):  # it would take a line of its own
            wide = beside(self._options) if narrow else self._widest
            lines = (line._replace(name="") if line.name else line for line in face.lines)
            face = face if needed(face) <= wide else face._replace(lines=tuple(lines))
        return face._replace(badge=mark) if face.slim else face

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
            more = " ".join(words.details(main))
            text = main.path if main.layer is None else f"{words.title(main)} {more}".strip()
            line = Line(text, (), "", True, DETAIL + 1)
            return Face((line,), above, below, slim=True)
        title = words.title(main)
        if metrics.text_width(title, self._title, True) > self._widest - 14:
            title = title.replace("average", "avg")
        lines = self._titled(title, tuple(words.details(main)), _named(unit), badge)
        if cost:
            lines.append(Line("", (cost,)))
        if wrong is not None:
            said = metrics.wrap(f"\u2717 {wrong}".split(), self._widest - 14, DETAIL, 4)
            lines += [Line(line, wrong=True) for line in said]
        return Face(tuple(lines), above, below, badge)

    def _parallel(self, box: Box, cost: str, badge: str) -> Face:
        """Equal layers beside each other, as one of them with what each is given."""
        unit, number = box.parallel[0], len(box.parallel)
        lines = self._titled(words.title(unit.main), (), box.name, badge)
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
        name, arguments = words.call(box.scope)
        arguments = [] if box.varied else arguments
        said = " ".join(arguments)
        like = f"inside as {box.like}" if box.like is not None else ""
        beside = said if name and metrics.text_width(said, DETAIL) < BESIDE else ""
        shown = box.name if name else ""
        if not beside and name and like and metrics.text_width(like, DETAIL) < BESIDE:
            full = Face((Line(name, (like,), shown, True, self._title),), (), (), badge)
            if needed(full) <= self._widest:
                beside, like = like, ""
        own = f"round {box.name}" if box.name.isdigit() else box.name
        lines = self._titled(name or own, (beside,) if beside else (), shown, badge)
        if beside != said:
            lines += [Line(line) for line in metrics.wrap(arguments, self._widest - 14, DETAIL, 4)]
        if box.series > 1:
            first, last = box.nodes[0], box.nodes[-1]
            taken = self._graph.nodes[first.inputs[0]].shape if first.inputs else None
            grows = f"{_channels(taken)} \u2192 {_channels(last.shape)}"
            text = [f"{box.series} in a row:", grows, "channels"]
            if taken and last.shape and taken[:1] == last.shape[:1]:
                text = [f"{box.series} in a row"]
            lines += [Line(line) for line in metrics.wrap(text, self._widest - 14, DETAIL, 3)]
        if not name or not (arguments or box.like or box.varied):
            lines += [Line(line) for line in self._contents(box)]
        if like:
            rows = metrics.wrap(like.split(" "), self._widest - 14, DETAIL, 3)
            lines += [Line(row) for row in rows]
        if cost:
            lines.append(Line("", (cost,)))
        return Face(tuple(lines), (), (), badge)

    def _contents(self, box: Box) -> list[str]:
        """What a closed group holds: its layers where they are few, else its blocks, or how many
        layers of a kind."""
        nodes = box.nodes
        listed = summed(nodes)
        if listed:
            *most, last = (words.title(node) for node in listed)
            titles = [*(f"{one} \u00b7" for one in most), last]
            room = self._widest - 14
            if any(metrics.text_width(one, DETAIL) > room for one in titles):
                titles = " ".join(titles).split(" ")
            return metrics.wrap(titles, room, DETAIL, 3)
        said = words.calls(box.scope, nodes) or words.contents(nodes)
        params = figures.total_params([self._network.facts.layers[node.index] for node in nodes])
        cost = f"{figures.compact(params)} parameters" if params else ""
        room = self._widest - 14
        if metrics.text_width(cost, DETAIL) > room:
            cost = cost.replace("parameters", "params")
        if cost and metrics.text_width(f"{said}, {cost}", DETAIL) <= room:
            return [f"{said}, {cost}"]
        return [*metrics.wrap(said.split(" "), room, DETAIL, 3), *([cost] if cost else [])]

    def _stripes(self, nodes: tuple[Node, ...]) -> tuple[tuple[str, str], ...]:
        theme = self._theme
        return tuple(
            (words.stripe(node), stripe(words.kind_of(node.layer), theme)) for node in nodes
        )


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
    """Merges, inputs and changes of shape are small."""
    if isinstance(part, Box) or part.main.shape is None:
        return False
    return words.kind_of(part.main.layer) in ("merge", "shape")


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
    return ground(kind(part), theme), KINDS[kind(part)], theme.ink


def training(nodes: tuple[Node, ...]) -> bool:
    """Whether all of it runs in training only."""
    return bool(nodes) and all(node.training for node in nodes)


def _named(unit: Unit) -> str:
    """The name beside a layer; none where it is automatic and names no weights."""
    main = unit.main
    name = unit.name.partition("@")[0]  # weights that run again have a letter
    holds = main.layer is not None and main.layer.stateful
    return name if holds or not _counted(unit) else ""


def _counted(unit: Unit) -> bool:
    """Whether a layer has no name of its own, but a number."""
    own = unit.name.partition("@")[0].rpartition(".")[2]
    return own.isdigit() or own.rstrip("0123456789") == unit.main.kind


def _channels(shape: object) -> str:
    return str(shape[0]) if isinstance(shape, tuple) and shape else "?"
