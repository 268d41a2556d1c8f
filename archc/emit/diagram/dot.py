"""A network's picture as DOT text."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from archc.emit.diagram import faces, headings, heat, labels, metrics, words
from archc.emit.diagram.arranged import Arranged
from archc.emit.diagram.arrows import Arrows
from archc.emit.diagram.borders import Paint
from archc.emit.diagram.escape import quoted
from archc.emit.diagram.legend import heading, placed, title
from archc.emit.diagram.parts import (
    Box,
    Cluster,
    Part,
    Unit,
    framed,
    leaves,
    unframed,
)
from archc.emit.diagram.rise import parting
from archc.emit.diagram.routes import STEMMED
from archc.emit.diagram.slots import twins
from archc.emit.diagram.standing import branches, exchanging, inputs
from archc.emit.diagram.theme import DOUBLE
from archc.emit.labels import node_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archc.check import Network
    from archc.diagnostics import Diagnostic
    from archc.emit.diagram.edges import Plan
    from archc.emit.diagram.options import Options

_CROSSING = 16.0  # points in front of a box for each of several arrows that cross there
_TIGHT = 0.8  # of the space between boxes, where hardly any room lacks
_MARGINS = 4  # points around a column that can be spared there
PAD = 0.03  # inches around a picture where it is printed: there are margins
TOOLTIP = 14  # layers named when the pointer rests on a box


class Picture(Arranged):
    """One picture, and its text."""

    def __init__(
        self,
        network: Network,
        options: Options,
        findings: Sequence[Diagnostic] = (),
        plan: Plan | None = None,
    ) -> None:
        super().__init__(network, options, findings, plan)
        self._arrows = Arrows(self, self.doors)
        self._misfits = {edge.tail for edge in self.plan.arrows if self._arrows.wrong(edge)}
        self._lines: list[str] = []
        self._indent = 0
        self._clusters = 0
        self._look = headings.look(self)

    def text(self) -> str:
        """The whole of it."""
        network, theme, options = self.network, self.theme, self.options
        family = metrics.FAMILY
        self._open(f"digraph {quoted(network.name)}")
        sizes = 'nodesep="0.3" ranksep="0.17"' if self._below else 'nodesep="0.2" ranksep="0.12"'
        if options.room is not None and self._below:
            apart = 0.2 if faces.widest(options) > faces.LARGE else 0.15
            less = _TIGHT if options.tight else 1.0
            sizes = f'nodesep="{apart * less:g}" ranksep="{0.09 * less:g}"'  # where room is scarce
        # Levels, and streams beside each other, reach over the borders of clusters; elsewhere a
        # second look at crossings would forget the order of a row.
        levels = "newrank=true " if self.up or self._across else "remincross=false "
        pad = 0.15 if options.room is None else PAD
        gap = 6 if faces.slender(options) else 14
        several = len(self.columns)
        pack = f'pack={gap} packmode="array_ti{several}" ' if several > 1 else ""
        self._say(
            f'graph [rankdir={options.direction} bgcolor="{theme.paper}" fontname="{family}" '
            f'{sizes} {levels}pad="{pad}" margin="0" splines=spline outputorder=edgesfirst '
            f"labelloc=t {pack}"
            f"tooltip={quoted(self._said())}]"
        )
        self._say(f'node [shape=plain fontname="{family}"]')
        self._say(f'edge [fontname="{family}" color="{theme.edge}" arrowsize="0.55"]')
        self._say(f"label={title(self)}")
        if several > 1:  # packed in the order of their names' places in memory: all at once
            self._say(" ".join(f'subgraph "cluster_column{n}" {{}}' for n in range(several)))
        order = list(enumerate(self.columns))
        for number, column in order if self._below else reversed(order):
            self._column(number, column)
        for line in (*self._arrows.lines(), *self._arrows.results()):
            self._say(line)
        for line in exchanging(self) if self._across else ():
            self._say(line)
        if self.up:
            joined = {(edge.tail, edge.head) for edge in self.plan.arrows}
            for row in self.rows:  # their own arrows lead from one to the next
                self._say(f"{{rank=same {' '.join(f'n{number}' for number in row)}}}")
                for tail, head in pairwise(row):
                    if (tail, head) not in joined:
                        self._say(f"{{rank=same n{tail} -> n{head} [style=invis]}}")
            for row in parting(self.plan.arrows, self.up, self.rows):
                said = " -> ".join(f"n{number}" for number in row)
                self._say(f"{{rank=same {said} [style=invis]}}")
        self._close()
        return "\n".join(self._lines) + "\n"

    # ----------------------------------------------------------------------------- the lines

    def _say(self, text: str) -> None:
        self._lines.append("  " * self._indent + text)

    def _open(self, head: str) -> None:
        self._say(f"{head} {{")
        self._indent += 1

    def _close(self) -> None:
        self._indent -= 1
        self._say("}")

    # ----------------------------------------------------------------------------- the parts

    def _column(self, number: int, parts: tuple[Part, ...]) -> None:
        """A column: where it comes from, its parts, where it goes on."""
        self._open(f'subgraph "cluster_column{number}"')
        margin = 2 if faces.slender(self.options) else 6
        margin = max(0, margin - _MARGINS) if self.options.tight else margin
        self._say(f'peripheries=0 margin={margin} label="" tooltip=" "')
        theme = self.theme
        circle = (
            f'shape=circle fixedsize=true width="0.24" fontsize="8" color="{theme.faint}" '
            f'fontcolor="{theme.ink}" penwidth="1" tooltip=" "'
        )
        if number:
            self._say(f'i{number} [label="{number}" {circle}]')
        inside = {self.number[id(leaf)] for leaf in leaves(parts)}
        if not number:
            for line in inputs(self):
                self._say(line)
        self._each(parts, 0)
        for line in branches(self, parts):
            self._say(line)
        loose = {self.number[id(part)] for part in unframed(parts)}
        for line in () if self._across else exchanging(self, loose):
            self._say(line)
        if self.stub is not None and self.column_of.get(self.last or 0, 0) == number:
            self._broken_off(self.stub)
        self._results(inside)
        if number < len(self.columns) - 1:
            self._say(f'o{number + 1} [label="{number + 1}" {circle}]')
        if number == self._legend_in and self.options.legend and not self.above:
            for line in placed(self, number):
                self._say(line)
        self._close()

    def _each(self, parts: tuple[Part, ...], depth: int) -> None:
        for part in parts if self._below else reversed(parts):  # Graphviz goes upwards
            if not isinstance(part, Cluster):
                self._leaf(part)
            elif framed(part):
                self._cluster(part, depth)
            else:
                self._inside(part, depth)

    def _cluster(self, cluster: Cluster, depth: int) -> None:
        theme = self.theme
        self._open(f'subgraph "cluster_{self._clusters}"')
        self._clusters += 1
        name, arguments = words.call(cluster.scope)
        said = " ".join([name, *arguments]).strip()
        margin = 5 if faces.slender(self.options) else 7
        style = "rounded,filled,dashed" if faces.training(cluster.nodes) else "rounded,filled"
        self._say(
            f'style="{style}" fillcolor="{theme.cluster[depth % 2]}" color="{theme.outline}" '
            f"labeljust=l labelloc=t margin={margin} "
            f"tooltip={quoted(f'{cluster.name} {said}'.strip())}"
        )
        room = self.heading(cluster)
        self._say(f"label={headings.label(cluster, room, theme, self._below, self._look)}")
        self._inside(cluster, depth + 1)
        for line in branches(self, cluster.parts):
            self._say(line)
        self._close()

    def _inside(self, cluster: Cluster, depth: int) -> None:
        """What stands in a cluster, with or without a frame around it."""
        for door in self.doors_of.get(id(cluster), ()):
            self._say(self._arrows.point(door))
        self._each(cluster.parts, depth)
        for fence in self.fences.values():
            if fence.cluster is cluster:
                self._say(fence.point)

    def _leaf(self, part: Unit | Box) -> None:
        number = self.number[id(part)]
        theme, face = self.theme, self.faces[number]
        warmth = heat.warmth(self.costs[number], self.most) if self.costs else None
        colours = faces.colours(part, theme, warmth, self.shut)
        paint = Paint(*colours, dashed=faces.training(part.nodes))
        mark = faces.mark(part)
        if self.costs and mark != DOUBLE:  # the legend tells costs, not kinds
            mark = ""
        paint = paint._replace(wrong=number in self._misfits, mark=mark)
        if any(node.index in self.mistakes.texts for node in part.nodes):
            paint = paint._replace(border=theme.error, pen=2)
        arrows = self._arrows
        alone = arrows.alone(number) and not arrows.stemmed(number)
        written = number in self._told and (self._below or alone)
        shape = words.shape(part.nodes[-1].shape) if written else ""
        if number in self.folded.values():
            shape = f"output {words.shape(part.nodes[-1].shape)}"
        wide = self.wide(number)
        side = "alone" if alone else "left" if arrows.beside(number) else "right"
        port = STEMMED if arrows.stemmed(number) else ""
        face = face._replace(spare=self.spare(number))
        label = labels.box(
            face, wide, paint, theme, shape, side, number in self.up, port, twins(self.plan, number)
        )
        crossing = max((len(one.tails) for one in self.exchanges if number in one.heads), default=0)
        if crossing:
            label = labels.behind(label, _CROSSING * crossing, self._below)
        ordered = arrows.alone(number) and self.up and number not in self.up
        order = " ordering=out" if ordered or self._arrows.fenced(number) else ""
        if shape and self.up:
            order += f" middle={labels.MIDDLE * (-1 if number in self.up else 1):g}"
            ahead = labels.ahead(shape, wide) if side == "left" else 0
            order += f" ahead={ahead}" if ahead else ""
        if crossing and self._below:
            order += f" room={_CROSSING * crossing:g}"
        self._say(f"n{number} [label={label}{order} tooltip={quoted(self._tooltip(number))}]")

    def _tooltip(self, number: int) -> str:
        nodes = self._members[number]
        lines = [
            f"{node.path}: {node_text(node)} \u2192 {words.shape(node.shape)}"
            for node in nodes[:TOOLTIP]
        ]
        if len(nodes) > TOOLTIP:
            lines.append(f"\u2026 {len(nodes) - TOOLTIP} more")
        return "\n".join(lines)

    # ----------------------------------------------------------------------- results and ends

    def _results(self, inside: set[int]) -> None:
        for number, result in enumerate(self.graph.results):
            if self.plan.home(self.plan.source(result.node).index) not in inside:
                continue
            if number in self.folded:
                continue
            theme, face = self.theme, self._maker.result(result.name)
            paint = Paint(theme.paper, theme.faint, theme.ink, dashed=result.training)
            label = labels.box(face, self._wide(face), paint, theme)
            self._say(f"r{number} [label={label} tooltip={quoted(f'result {result.name}')}]")

    def _broken_off(self, face: labels.Face) -> None:
        """A red box behind the last layer: what is wrong there, and that more was to come."""
        theme = self.theme
        out, into = ("s", "n") if self._below else ("e", "w")
        paint = Paint(theme.paper, theme.error, theme.ink, 2, dashed=True)
        label = labels.box(face, self._width, paint, theme)
        self._say(f"x0 [label={label} tooltip={quoted(self.mistakes.end or '')}]")
        if self.last is not None:
            style = f'color="{theme.error}" penwidth="2" style=dashed weight=60'
            self._say(f"n{self.last}:b:{out} -> x0:b:{into} [{style}]")

    def _said(self) -> str:
        return f"{self.network.name}: {heading(self.network)}"
