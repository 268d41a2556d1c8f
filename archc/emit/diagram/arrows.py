"""The lines of DOT text for arrows: between boxes, through doors, from column to column."""

from __future__ import annotations

from collections.abc import Iterator

from archc.emit.diagram import labels, words
from archc.emit.diagram.escape import quoted
from archc.emit.diagram.labels import SHAPE
from archc.emit.diagram.rise import meeting
from archc.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from archc.emit.diagram.doors import Door
    from archc.emit.diagram.dot import Picture
    from archc.emit.diagram.edges import Edge


class Arrows:
    """Writes the arrows of one picture."""

    def __init__(self, picture: Picture, doors: list[Door]) -> None:
        self._picture = picture
        self._theme = picture.theme
        self._below = picture.options.direction == "TB"
        self._out, self._into = ("s", "n") if self._below else ("e", "w")
        self._doors = doors
        self._level = frozenset(meeting(picture.plan.arrows, picture.up))
        self._door = {id(edge): door for door in doors for edge in door.edges}

    def lines(self) -> Iterator[str]:
        """All of them but those to results."""
        column = self._picture.column_of
        arrows = self._picture.plan.arrows
        for door in self._doors:
            if column[door.tail] == column[door.edges[0].head]:
                yield self._enter(door)
        for edge in arrows:
            if id(edge) in self._door or column[edge.tail] == column[edge.head]:
                yield self._arrow(edge)
        yield from self._turns()

    def point(self, door: Door) -> str:
        """The point itself."""
        tip = quoted(self._said(door.edges[0]))
        look = f'shape=point width="0.05" ordering=out color="{self._theme.edge}"'
        return f"{door.name} [{look} tooltip={tip}]"

    def wrong(self, edge: Edge) -> bool:
        """Whether an arrow brings what does not fit, or carries what was not meant."""
        mistakes = self._picture.mistakes
        return edge.reader.index in mistakes.nodes or edge.source.index in mistakes.results

    def _said(self, edge: Edge) -> str:
        return f"{edge.source.path} \u2192 {edge.reader.path}: {words.shape(edge.source.shape)}"

    def _enter(self, door: Door) -> str:
        edge = door.edges[0]
        said = quoted(self._said(edge))
        shape = words.shape(edge.source.shape)
        label = ""
        if not self._below:
            label = f"label={labels.text_label(shape, SHAPE, self._theme.faint)} minlen=2 "
        start = f"n{door.tail}:b:{self._out}"
        return (
            f"{start} -> {door.name} [{label}arrowhead=none weight=60 "
            f"tooltip={said} labeltooltip={said}]"
        )

    def _arrow(self, edge: Edge) -> str:
        theme = self._theme
        wrong = self.wrong(edge)
        length = edge.length
        attributes = []
        if wrong:
            attributes.append(f'color="{theme.error}" penwidth="2"')
        entered = id(edge) in self._door
        told = wrong or not edge.skip
        if not self._below and not edge.size and told and not entered and edge.times == 1:
            shape = words.shape(edge.source.shape)
            tone = theme.error if wrong else theme.faint
            attributes.append(f"label={labels.text_label(shape, SHAPE, tone, wrong)}")
            length = 2
        if edge.times > 1:
            number = labels.text_label(f"\u00d7 {edge.times}", SHAPE, theme.ink, True)
            attributes.append(f"label={number}")
        if edge.skip and not wrong:
            attributes.append(f'color="{theme.skip}" penwidth="1.4"')
        if edge.size and not wrong:
            attributes.append(f'color="{theme.outline}" arrowhead=none arrowtail=none')
        if edge.reader.training or edge.size:
            attributes.append("style=dashed")
        attributes.append(f"weight={edge.weight} minlen={length}")
        said = quoted(self._said(edge))
        attributes.append(f"tooltip={said} labeltooltip={said}")
        if edge.head in self._picture.up and (edge.tail, edge.head) not in self._level:
            return f"{self._risen(edge)} [dir=back {' '.join(attributes)}]"
        return f"{self._ends(edge)} [{' '.join(attributes)}]"

    def _risen(self, edge: Edge) -> str:
        """The ends of an arrow that leads up: what it leads to is named first."""
        plan = self._picture.plan
        out = "e" if edge.skip and not plan.passive(edge.tail) else "n"
        into = "e" if edge.skip and not plan.passive(edge.head) else "s"
        if edge.tail not in self._picture.up:
            out = "e"  # where the U turns
        return f"n{edge.head}:b:{into} -> n{edge.tail}:b:{out}"

    def _ends(self, edge: Edge) -> str:
        out, into, plan = self._out, self._into, self._picture.plan
        if (edge.tail, edge.head) in self._level:
            return f"n{edge.tail} -> n{edge.head}"  # between ports of one rank the head is lost
        if edge.skip:
            side = "e" if self._below else "n"
            out = out if plan.passive(edge.tail) else side
            into = into if plan.passive(edge.head) else side
        door = self._door.get(id(edge))
        start = f"n{edge.tail}:b:{out}" if door is None else door.name
        return f"{start} -> n{edge.head}:b:{into}"

    def _turns(self) -> Iterator[str]:
        """The arrows to the foot of each column, and from the head of the next one."""
        column_of = self._picture.column_of
        feet, entered = set(), set()
        for edge in self._picture.plan.arrows:
            first, last = column_of[edge.tail], column_of[edge.head]
            for column in range(first + 1, last + 1):
                if column == first + 1 and (edge.tail, column) not in feet:
                    feet.add((edge.tail, column))
                    yield f"n{edge.tail}:b:{self._out} -> o{column} [weight=60]"
            if last <= first:
                continue
            door = self._door.get(id(edge))
            if door is None:
                style = " style=dashed" if edge.reader.training else ""
                yield f"i{last} -> n{edge.head}:b:{self._into} [weight=60{style}]"
            elif door.name not in entered:
                entered.add(door.name)
                yield f"i{last} -> {door.name} [arrowhead=none weight=60]"

    def results(self) -> Iterator[str]:
        """The arrows to the results of the network."""
        picture, plan = self._picture, self._picture.plan
        for number, result in enumerate(picture.graph.results):
            source = plan.source(result.node)
            said = quoted(f"{source.path}: {words.shape(source.shape)}")
            attributes = [f"weight=12 tooltip={said} labeltooltip={said}"]
            if not self._below:
                shape = words.shape(source.shape)
                label = labels.text_label(shape, SHAPE, self._theme.faint)
                attributes.append(f"label={label} minlen=2")
            if result.training:
                attributes.append("style=dashed")
            home = plan.home(source.index)
            ends = f"n{home}:b:{self._out} -> r{number}:b:{self._into}"
            if home in picture.up:
                ends = f"r{number}:b:s -> n{home}:b:n"
                attributes.append("dir=back")
            yield f"{ends} [{' '.join(attributes)}]"
