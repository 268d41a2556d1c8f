"""A picture before it is written: its parts and their faces, what they cost, where they stand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from archc.emit.diagram import closed, faces, heat, labels
from archc.emit.diagram.build import view
from archc.emit.diagram.columns import Sheet, page
from archc.emit.diagram.defined import defined
from archc.emit.diagram.doors import Door, doors
from archc.emit.diagram.edges import MANY, Plan
from archc.emit.diagram.exchange import exchanges
from archc.emit.diagram.faces import NARROWEST, Faces
from archc.emit.diagram.fences import fences
from archc.emit.diagram.mistakes import mistakes
from archc.emit.diagram.parts import (
    Cluster,
    Unit,
    framed,
    instances,
    leaves,
    open_in,
)
from archc.emit.diagram.rise import abreast, rising
from archc.emit.diagram.shared import letters, shared
from archc.emit.diagram.spread import spread
from archc.emit.diagram.standing import folded, roomiest
from archc.emit.diagram.theme import THEMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archc.check import Network
    from archc.diagnostics import Diagnostic
    from archc.emit.diagram.options import Options
    from archc.graph.graph import Node


class Arranged:
    """What is in one picture; its parts are numbered in execution order."""

    def __init__(
        self,
        network: Network,
        options: Options,
        findings: Sequence[Diagnostic] = (),
        plan: Plan | None = None,
    ) -> None:
        self.network = network
        self.graph = network.graph
        self.options = options
        self.theme = THEMES[options.theme]
        self.plan = plan or Plan(network.graph, view(network.graph, options))
        built, self.drawn = self.plan.view, self.plan.drawn
        self.mistakes = mistakes(network.graph, findings)
        self.number = {id(part): number for number, part in enumerate(self.drawn)}
        self._members = self._stand_for()
        self._maker = Faces(network, options, self.theme, self.mistakes)
        self.costs, self.most = self._costs()
        self.shared = shared(self.drawn)
        self.shut = closed.kinds(self.drawn)
        self._narrow = self.plan.beside()
        inside = (leaves(one.parts) for one in open_in(built.parts) if framed(one))
        self.headed = [tuple(self.number[id(leaf)] for leaf in several) for several in inside]
        self.faces = self._made(instances(built.parts))
        said = self._maker.explained
        self.defined = (
            defined(self.graph, built.parts, self.drawn, self.faces, said) if options.legend else []
        )
        self.stub = self._maker.stub(self.mistakes.end) if self.mistakes.end else None
        tall = [face for number, face in enumerate(self.faces) if number not in self._narrow]
        tall += [self.stub] if self.stub else []
        wide = [labels.needed(face) for face in tall if not face.slim]
        self._width = min(_even(max([NARROWEST, *wide])), faces.widest(options))
        self._below = options.direction == "TB"  # shapes stand below their boxes
        self._sizes: dict[int, tuple[float, float]] = {}
        self.parts = built.parts
        self.doors = doors(built.parts, self.drawn, self.plan.arrows)
        self.up = self._rising()
        room = options.room
        self.spreads = bool(self.up) and room is not None and room.width > room.height
        self.rows = self._rows()
        self._name_in_rows()
        self.exchanges = exchanges(self.plan.arrows) if not self.up else []
        self.folded = folded(self) if options.room is not None else {}
        ends = len(self.graph.results) - len(self.folded)
        flat = options.direction == "LR"
        sheet = Sheet(
            built.parts, self.plan.arrows, self._size, page(options), flat, self.doors, ends
        )
        self.columns = sheet.columns(1 if self.up else options.columns)
        # Graphviz keeps no borders of clusters where levels reach over them in several columns.
        self._across = bool(self.exchanges) and self._below and len(self.columns) == 1
        self.across = sheet.across(self.columns)
        self.above = options.legend and options.aside and (not self.up or options.flat)
        self._legend_in = roomiest(sheet.lengths(self.columns))
        self.column_of = {
            self.number[id(leaf)]: number
            for number, column in enumerate(self.columns)
            for leaf in leaves(column)
        }
        self.first_of_columns = [
            self.number[id(next(leaves(column)))] for column in self.columns if column
        ]
        arrows, source = self.plan.arrows, self.plan.source
        # The parts with their shape below, and those whose shape does not fit where it is read.
        self._told = {self.plan.home(source(one.node).index) for one in self.graph.results}
        self._told |= {edge.tail for edge in arrows}
        self.last: int | None = None  # the layer in front of the stub
        if self.stub is not None and self.drawn:
            shown = (
                home
                for node in self.graph.nodes
                if (home := self.plan.home(node.index)) is not None
            )
            *_, self.last = shown
            self._told.add(self.last)
        self.doors_of: dict[int, list[Door]] = {}
        for door in self.doors:
            self.doors_of.setdefault(id(door.cluster), []).append(door)
        self.fences = fences(self)

    def _rising(self) -> frozenset[int]:
        """The parts on the way up of a U, where it can be drawn as one."""
        options, mistakes = self.options, self.mistakes
        if options.direction != "TB" or options.columns not in (None, 1):
            return frozenset()
        if mistakes.end or mistakes.texts or mistakes.nodes or mistakes.results:
            return frozenset()
        up = rising(self.plan.arrows, [part.nodes[-1].shape for part in self.drawn])
        entered = any(edge.head in up for door in self.doors for edge in door.edges)
        return frozenset() if entered else up

    def _rows(self) -> list[tuple[int, ...]]:
        """What stands at one height in a U."""
        rows = abreast(self.plan.arrows, self.up) if self.up else []
        if not self.spreads:
            return rows
        group = [0] * len(self.drawn)
        for place, inside in enumerate(self.headed, 1):  # the outer ones first
            for number in inside:
                group[number] = place
        return spread(self.plan.arrows, self.up, rows, group, self.options.flat)

    def _costs(self) -> tuple[list[int | None], int]:
        """What each part costs, where that is shown, and the most."""
        what = self.options.color
        if what == "kind":
            return [], 0
        costs = [heat.amount(self.network, nodes, what) for nodes in self._members]
        return costs, max((cost for cost in costs if cost is not None), default=0)

    def _made(self, times: list[int]) -> list[labels.Face]:
        """The faces of all parts, with what they cost."""
        what = self.options.color
        shown = [
            heat.shown(cost, what, number)
            for cost, number in zip(self.costs, times, strict=bool(self.costs))
        ] or [""] * len(self.drawn)
        self._shown = shown
        made = [self._face(number) for number in range(len(self.drawn))]
        for group in self.headed:  # what stands in one frame has names, or has none
            units = [number for number in group if isinstance(self.drawn[number], Unit)]
            if any(made[number] != self._face(number, True) for number in units):
                for number in units:
                    made[number] = faces.unnamed(made[number])
        return made

    def _face(self, number: int, named: bool = False) -> labels.Face:
        mark = letters(self.shared.get(number, 0))
        return self._maker.face(self.drawn[number], self._shown[number], mark, named)

    def _name_in_rows(self) -> None:
        """A layer that is lower than others on its level of a U has room for its name."""
        for row in self.rows:
            highest = max(self._high(self.faces[one], one) for one in row)
            for one in row:
                if isinstance(self.drawn[one], Unit):
                    named = self._face(one, True)
                    fits = self._high(named, one) <= highest
                    self.faces[one] = named if fits else self.faces[one]

    def _high(self, face: labels.Face, number: int) -> float:
        return labels.height(face, self._wide(face, number))

    def _stand_for(self) -> list[list[Node]]:
        """For each drawn part the nodes it stands for, those folded away included."""
        result: list[list[Node]] = [[] for _ in self.drawn]
        for node in self.graph.nodes:
            home = self.plan.home(node.index)
            if home is not None:
                result[home].append(node)
        return result

    def _size(self, number: int) -> tuple[float, float]:
        """The width and height of a box."""
        if number not in self._sizes:
            width = self.wide(number)
            height = labels.height(self.faces[number], width)
            self._sizes[number] = (width, height) if self._below else (height, width + 60)
        return self._sizes[number]

    def wide(self, number: int) -> int:
        """How wide a part is."""
        return self._wide(self.faces[number], number)

    def spare(self, number: int) -> int:
        """By how much a part is lower than what reads the same streams beside it."""
        rows = (one.heads for one in self.exchanges if number in one.heads and self._below)
        row = next(rows, ())
        if any(self.faces[one].slim for one in row):
            return 0
        highs = {one: labels.height(self.faces[one], self.wide(one)) for one in row}
        return round(max(highs.values()) - highs[number]) if row else 0

    def _wide(self, face: labels.Face, number: int = -1) -> int:
        if face.slim:
            return max(_even(labels.needed(face)), 54)
        if number in self._narrow:
            least = faces.beside(self.options)
            return min(max(_even(labels.compact(face)), least), self._width)
        return self._width

    def heading(self, cluster: Cluster) -> float:
        """How wide the heading of a group is: the arrow into it passes in the middle."""
        if not self._below:
            return self._width
        inside = (self.number[id(leaf)] for leaf in leaves(cluster.parts))
        middle = max(self.wide(number) for number in inside) / 2
        path = "" if cluster.scope is None else cluster.scope.path
        if any(len(door.edges) >= MANY for door in self.doors_of.get(id(cluster), ())):
            middle = self._width / 2  # or further: it stands between many
        return dict(self.options.headings).get(path, middle - 6)


def _even(width: float) -> int:
    """So wide, or a little wider, that its middle lies on a point, as those of all others do."""
    return 2 * math.ceil(width / 2)
