"""The lines of DOT text for arrows: between boxes, through doors, from column to column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from archc.emit.diagram import labels, words
from archc.emit.diagram.escape import quoted
from archc.emit.diagram.labels import SHAPE
from archc.emit.diagram.level import LEVEL, LINE
from archc.emit.diagram.rise import near, spine
from archc.emit.diagram.routes import STEMMED
from archc.emit.diagram.slots import crossed, slot

if TYPE_CHECKING:
    from archc.emit.diagram.doors import Door
    from archc.emit.diagram.dot import Picture
    from archc.emit.diagram.edges import Edge

STRAIGHT = 60  # the weight of an arrow that should not bend
_CROSSED = 2  # more ranks where arrows cross in front of their heads
_FAN = 3  # arrows that leave a part beside each other
FIRM = 1000  # and of one that should not bend even where a picture gets wider by it


class Arrows:
    """Writes the arrows of one picture."""

    def __init__(self, picture: Picture, doors: list[Door]) -> None:
        self._picture = picture
        self._theme = picture.theme
        self._below = picture.options.direction == "TB"
        self._out, self._into = ("s", "n") if self._below else ("e", "w")
        self._doors = doors
        self._level = frozenset(pair for row in picture.rows for pair in pairwise(row))
        self._led = frozenset(tail for tail, _ in self._level)  # what an arrow leaves aside
        self._spine = spine(picture.plan.arrows, picture.up) if picture.up else frozenset()
        self._door = {id(edge): door for door in doors for edge in door.edges}
        ahead = ([edge for edge in door.edges if not edge.skip] for door in doors)
        self._through = frozenset(id(edges[0]) for edges in ahead if len(edges) == 1)
        # Ranks in front of a heading that may be struck; where room is scarce they are low.
        self._room = 1 if picture.options.room is None else 3
        self._leaving = self._counted()
        self._given: dict[int, set[str]] = {}  # what leaves each part
        for edge in picture.plan.arrows:
            self._given.setdefault(edge.tail, set()).add(_value(edge))
        main = [e for e in picture.plan.arrows if not (e.skip or e.size or e.head in picture.up)]
        into = Counter(edge.head for edge in main)
        self._aux = {e.tail for e in picture.plan.arrows if e.reader.training != e.source.training}
        self._meeting = frozenset(edge.tail for edge in main if into[edge.head] > 1)
        self._exchanged = {
            (tail, head): len(one.tails)
            for one in picture.exchanges
            for tail in one.tails
            for head in one.heads
        }
        self._crossed = crossed(picture.plan)
        self._near = near(picture.plan, picture.up)

    def _apart(self, edge: Edge) -> bool:
        """In a U what leads straight down stands at the left, and what leads straight up at the
        right: there is room between the two. Elsewhere skips come last, and pass at the right. From
        left to right they come first, and pass below: headings stand above."""
        if not self._below:
            return not edge.skip
        if not self._spine:
            return edge.skip
        return ((edge.tail, edge.head) in self._spine) == (edge.tail in self._picture.up)

    def _aside(self, edge: Edge) -> bool:
        """Whether an arrow leaves the side of a box: a skip of layers, not of what cuts a part."""
        plan = self._picture.plan
        return edge.skip and not (plan.passive(edge.tail) or plan.passive(edge.head))

    def alone(self, number: int) -> bool:
        """Whether no single arrow leaves a part where its shape is written: none, or several."""
        return self._leaving[number] != 1 or self._forks(number)

    def _forks(self, number: int) -> bool:
        """Whether a shape would be struck beside its arrow: that comes aslant to where several
        meet, or another one leads aside from a part that leads on upwards."""
        return number in self._led & self._picture.up or number in self._meeting

    def beside(self, number: int) -> bool:
        """Whether an arrow leaves the right side of a part: a shape below would leave a gap before
        of it, and so stands at the left; as above what leads up to its right."""
        led = number in self._led and number not in self._picture.up
        return self._below and (led or number in self._near)

    def stemmed(self, number: int) -> bool:
        """Whether arrows that begin behind the shape of a part are led there beside it, from the
        box; where room is scarce only if the shape takes no more than the box."""
        if not (self._below and self._several(number)):
            return False
        picture = self._picture
        if picture.options.room is None or picture.options.stemmed:
            return True
        shape = words.shape(picture.drawn[number].nodes[-1].shape)
        return labels.beside(shape, picture.wide(number))

    def _several(self, number: int) -> bool:
        """Whether several arrows leave a part, or one aslant: they begin behind its shape."""
        return self._leaving[number] > 1 or self._forks(number)

    def foot(self, number: int, side: str = "") -> str:
        """Where arrows leave a part: at its box, or behind its shape where there are several."""
        behind = self._below and self._several(number)
        port = f":{STEMMED}" if self.stemmed(number) else "" if behind else ":b"
        return f"n{number}{port}:{side or self._out}"

    def _counted(self) -> Counter[int]:
        """How many arrows leave each part, but for those at its side."""
        picture = self._picture
        found: dict[int, set[object]] = {}
        for edge in picture.plan.arrows:
            aside = self._aside(edge)
            turns = edge.head in picture.up and edge.tail not in picture.up
            if aside or turns or (edge.tail, edge.head) in self._level:
                continue
            door = self._door.get(id(edge))
            column = picture.column_of[edge.head]
            apart = column != picture.column_of[edge.tail]
            way: object = ("turn", column) if apart else id(edge) if door is None else door.name
            found.setdefault(edge.tail, set()).add(way)
        for number, result in enumerate(picture.graph.results):
            if number in picture.folded:
                continue
            home = picture.plan.home(picture.plan.source(result.node).index)
            if home is not None:
                found.setdefault(home, set()).add(f"r{number}")
        return Counter({tail: len(ways) for tail, ways in found.items()})

    def lines(self) -> Iterator[str]:
        """All of them but those to results."""
        column = self._picture.column_of
        arrows = self._picture.plan.arrows
        for door in self._doors:
            if column[door.tail] == column[door.edges[0].head]:
                yield self._enter(door)
        for edge in sorted(arrows, key=self._apart):
            if id(edge) in self._door or column[edge.tail] == column[edge.head]:
                lines = [self._arrow(edge), *self._fence(edge)]
                yield from lines if self._below else reversed(lines)
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
        if not self._below and not self.alone(door.tail):
            label = f"label={labels.text_label(shape, SHAPE, self._theme.faint)} minlen=2 "
        start = self.foot(door.tail)
        alone = self._leaving[door.tail] == 1
        if not (label or alone):  # it comes aslant: there has to be room in front of the heading
            label = "minlen=2 "
        weight = STRAIGHT if alone else 4
        return (
            f"{start} -> {door.name} [{label}arrowhead=none weight={weight} "
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
        told = told and not (entered or edge.size or self.alone(edge.tail))
        if not self._below and told and edge.times == 1:
            shape = words.shape(edge.source.shape)
            tone = theme.error if wrong else theme.faint
            attributes.append(f"label={labels.text_label(shape, SHAPE, tone, wrong)}")
            length = 2
        if said := self._carried(edge):
            attributes.append(f"label={labels.text_label(said, SHAPE, theme.ink, True)}")
        if edge.passes and not wrong:
            attributes.append(f'color="{theme.skip}" penwidth="1.9"')
        if edge.size and not wrong:
            attributes.append(f'color="{theme.faint}"')
        if edge.reader.training or edge.size:
            attributes.append("style=dashed")
        if self._below and (edge.tail, edge.head) in self._exchanged:
            attributes.append(f"class={LINE}")
        if self._below and edge.head not in self._picture.up:
            exchanged = (edge.tail, edge.head) in self._exchanged
            attributes += slot(edge, self._picture.drawn[edge.head], exchanged)
        if (edge.tail, edge.head) in self._level:
            attributes.append(f"class={LEVEL}")
        spread = self._picture.spreads and edge.tail in self._picture.up
        if (edge.tail, edge.head) in self._level or spread:
            length = 1
        elif (edge.tail, edge.head) in self._exchanged:
            length = 1  # above the next boxes there is room for arrows that cross
        elif not entered and self._enters(edge):
            length += self._room
        elif self._beside_a_level(edge):
            length = 1
        elif self._below and self._leaving[edge.tail] > 1 and not edge.skip:
            fan = self._leaving[edge.tail] > _FAN  # so flat that arrows would touch the boxes
            least = 4 if fan else 3 if edge.tail in self._aux else 2
            length = max(length, least)  # what leaves to a side passes in front of the next box
        length += _CROSSED * (edge.head in self._crossed)
        straight = (edge.tail, edge.head) in self._spine or id(edge) in self._through
        weight = max(edge.weight, STRAIGHT) if straight else edge.weight
        if edge.tail in self._aux and weight == STRAIGHT and not edge.reader.training:
            weight = FIRM  # not around a head for training
        attributes.append(f"weight={weight} minlen={length}")
        said = quoted(self._said(edge))
        attributes.append(f"tooltip={said} labeltooltip={said}")
        if edge.head in self._picture.up and (edge.tail, edge.head) not in self._level:
            return f"{self._risen(edge)} [dir=back {' '.join(attributes)}]"
        return f"{self._ends(edge)} [{' '.join(attributes)}]"

    def _carried(self, edge: Edge) -> str:
        """What stands beside an arrow: of several values that leave a closed box which one it
        carries, where that is not the result, and how many arrows it stands for."""
        last, value = self._picture.drawn[edge.tail].nodes[-1], _value(edge)
        if len(self._given[edge.tail]) < 2 or edge.skip or edge.source is last:
            return f"{words.TIMES} {edge.times}" if edge.times > 1 else ""
        return f"{edge.times} {value}s" if edge.times > 1 else value

    def _fence(self, edge: Edge) -> Iterator[str]:
        """What keeps a skip inside its frame, where it has one: a line that is not seen."""
        if id(edge) in self._picture.fences:
            start = self._ends(edge).partition(" -> ")[0]
            yield f"{start} -> {self._picture.fences[id(edge)].name} [style=invis weight=4]"

    def fenced(self, number: int) -> bool:
        """Whether arrows leave a part in the order in which they are named: the last of them keeps
        a skip inside its frame."""
        fences = self._picture.fences.values()
        return any(one.edge.tail == number and id(one.edge) not in self._door for one in fences)

    def _beside_a_level(self, edge: Edge) -> bool:
        """Whether what else leaves the tail of an arrow, or leads to its head, stands beside it,
        where there is little height."""
        if self._picture.options.room is None or self._picture.spreads:
            return False
        return edge.tail in self._led or any(edge.head == head for _, head in self._level)

    def _enters(self, edge: Edge) -> bool:
        """Whether an arrow comes aslant to the first part of a group, whose heading it might
        strike: there has to be room in front of it."""
        headed = self._picture.headed
        first = any(edge.head == group[0] and edge.tail not in group for group in headed)
        return first and not edge.skip and self._leaving[edge.tail] > 1

    def _risen(self, edge: Edge) -> str:
        """The ends of an arrow that leads up: what it leads to is named first."""
        plan = self._picture.plan
        out = "e" if edge.skip and not plan.passive(edge.tail) else "n"
        into = "e" if edge.skip and not plan.passive(edge.head) else "s"
        into = "w" if edge.tail in self._near else into
        if edge.tail not in self._picture.up:
            out = "n" if edge.tail in self._led else "e"  # where the U turns
        behind = edge.tail in self._picture.up and out == "n"
        start = self.foot(edge.tail, out) if behind else f"n{edge.tail}:b:{out}"
        return f"n{edge.head}:b:{into} -> {start}"

    def _ends(self, edge: Edge) -> str:
        out, into, plan = self._out, self._into, self._picture.plan
        if (edge.tail, edge.head) in self._level:
            return f"n{edge.tail} -> n{edge.head}"  # between ports of one rank it loses its head
        if edge.skip:
            side = "e" if self._below else "s"  # away from headings
            out = side if self._aside(edge) else out
            into = into if plan.passive(edge.head) else side
        door = self._door.get(id(edge))
        start = self.foot(edge.tail) if out == self._out else f"n{edge.tail}:b:{out}"
        start = door.name if door else start
        if edge.skip and plan.passive(edge.tail):  # it stands at either side of what reads it
            return f"{start} -> n{edge.head}:b"
        into = "w" if edge.size and self._below else into  # above comes what is cut
        return f"{start} -> n{edge.head}:b:{into}"

    def _turns(self) -> Iterator[str]:
        """The arrows to the foot of each column, and from the head of the next one."""
        column_of = self._picture.column_of
        feet, entered = set(), set()
        ways = Counter(
            column_of[edge.head]
            for edge in self._picture.plan.arrows
            if column_of[edge.head] > column_of[edge.tail] and id(edge) not in self._door
        )
        for edge in self._picture.plan.arrows:
            first, last = column_of[edge.tail], column_of[edge.head]
            for column in range(first + 1, last + 1):
                if column == first + 1 and (edge.tail, column) not in feet:
                    feet.add((edge.tail, column))
                    yield f"{self.foot(edge.tail)} -> o{column} [weight=60]"
            if last <= first:
                continue
            door = self._door.get(id(edge))
            if door is None:
                style = " style=dashed" if edge.reader.training else ""
                style += " minlen=3" if ways[last] > 1 else ""
                yield f"i{last} -> n{edge.head}:b:{self._into} [weight=60{style}]"
            elif door.name not in entered:
                entered.add(door.name)
                yield f"i{last} -> {door.name} [arrowhead=none weight=60]"

    def results(self) -> Iterator[str]:
        """The arrows to the results of the network."""
        picture, plan = self._picture, self._picture.plan
        for number, result in enumerate(picture.graph.results):
            if number in picture.folded:
                continue
            source = plan.source(result.node)
            said = quoted(f"{source.path}: {words.shape(source.shape)}")
            attributes = [f"weight=12 tooltip={said} labeltooltip={said}"]
            home = plan.home(source.index)
            if home is None:
                continue
            if not self._below and not self.alone(home):
                shape = words.shape(source.shape)
                label = labels.text_label(shape, SHAPE, self._theme.faint)
                attributes.append(f"label={label} minlen=2")
            if result.training:
                attributes.append("style=dashed")
            ends = f"{self.foot(home)} -> r{number}:b:{self._into}"
            if home in picture.up:
                ends = f"r{number}:b:s -> {self.foot(home, 'n')}"
                attributes.append("dir=back")
            yield f"{ends} [{' '.join(attributes)}]"


def _value(edge: Edge) -> str:
    """What an arrow carries: `product`."""
    return "" if edge.source.layer is None else words.merged(edge.source.layer)
