"""A network's picture as DOT text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit import figures
from archc.emit.diagram import heat, labels, metrics, words
from archc.emit.diagram.build import view
from archc.emit.diagram.edges import Edge, edges
from archc.emit.diagram.escape import quoted
from archc.emit.diagram.labels import DETAIL, HEAD, SHAPE, TITLE, Face, Line
from archc.emit.diagram.legend import heading, legend
from archc.emit.diagram.mistakes import Mistakes, mistakes
from archc.emit.diagram.parts import Box, Cluster, Part, Unit, leaves
from archc.emit.diagram.theme import KINDS, THEMES, mix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archc.check import Network
    from archc.diagnostics import Diagnostic
    from archc.emit.diagram.options import Options
    from archc.graph.graph import Node

WIDEST, NARROWEST = 190, 96


class Picture:
    """Writes one picture; the parts are numbered in execution order."""

    def __init__(
        self, network: Network, options: Options, findings: Sequence[Diagnostic] = ()
    ) -> None:
        self.network = network
        self.graph = network.graph
        self.options = options
        self.theme = THEMES[options.theme]
        self.view = view(network.graph, options)
        self.drawn = list(leaves(self.view.parts))
        self.mistakes: Mistakes = mistakes(network.graph, findings)
        self.names = {id(part): f"n{number}" for number, part in enumerate(self.drawn)}
        self.members = self._members()
        self.faces = [self._face(part) for part in self.drawn]
        wide = [
            labels.needed(face)
            for face, part in zip(self.faces, self.drawn, strict=True)
            if not _slim(part)
        ]
        self.width = round(min(max([NARROWEST, *wide]), WIDEST))
        self.costs: list[int | None] = []
        if options.color != "kind":
            self.costs = [heat.amount(network, part, options.color) for part in self.drawn]
        self.most = max((cost for cost in self.costs if cost is not None), default=0)
        self.arrows = edges(self.graph, self.view, self.drawn, self.mistakes.nodes)
        self.lines: list[str] = []
        self._clusters = 0

    def text(self) -> str:
        """The whole of it."""
        theme = self.theme
        self._open(f"digraph {quoted(self.network.name)}", "")
        self._say(
            f'graph [rankdir={self.options.direction} bgcolor="{theme.paper}" '
            f'fontname="{labels.FAMILY}" nodesep="0.28" ranksep="0.14" pad="0.15" '
            f'splines=spline outputorder=edgesfirst labelloc=b compound=true '
            f'tooltip={quoted(heading(self.network))}]'
        )
        self._say(f'node [shape=plain fontname="{labels.FAMILY}"]')
        self._say(
            f'edge [fontname="{labels.FAMILY}" color="{theme.edge}" arrowsize="0.55" penwidth="1"]'
        )
        if self.options.legend:
            self._say(f"label={legend(self)}")
        self._open('subgraph "cluster_all"', "")
        self._say(f"peripheries=0 labelloc=t label={self._title()} tooltip=\" \"")
        self._parts(self.view.parts, 0)
        self._results()
        self._close()
        for edge in self.arrows:
            self._say(self._arrow(edge))
        self._results_arrows()
        self._close()
        return "\n".join(self.lines) + "\n"

    # ----------------------------------------------------------------------------- the lines

    def _say(self, text: str) -> None:
        self.lines.append("  " * self._depth() + text)

    def _depth(self) -> int:
        return getattr(self, "_level", 0)

    def _open(self, head: str, tail: str) -> None:
        self._say(f"{head} {{{tail}")
        self._level = self._depth() + 1

    def _close(self) -> None:
        self._level = self._depth() - 1
        self._say("}")

    # ----------------------------------------------------------------------------- the parts

    def _members(self) -> dict[int, list[Node]]:
        """For each drawn part the nodes it stands for, those folded away included."""
        home = {node.index: number for number, part in enumerate(self.drawn) for node in part.nodes}
        result: dict[int, list[Node]] = {number: [] for number in range(len(self.drawn))}
        for node in self.graph.nodes:
            index = node.index
            while index in self.view.alias:
                index = self.view.alias[index]
            result[home[index]].append(node)
        return result

    def _parts(self, parts: tuple[Part, ...], depth: int) -> None:
        for part in parts:
            if isinstance(part, Cluster):
                self._cluster(part, depth)
            else:
                self._leaf(part)

    def _cluster(self, cluster: Cluster, depth: int) -> None:
        theme = self.theme
        number = self._clusters
        self._clusters += 1
        self._open(f'subgraph "cluster_{number}"', "")
        name, arguments = words.call(cluster.scope)
        text = "  ".join(filter(None, [cluster.name, " ".join([name, *arguments]).strip()]))
        style = "rounded,filled" + (",dashed" if _training(cluster.nodes) else "")
        self._say(
            f'style="{style}" fillcolor="{theme.cluster[depth % 2]}" color="{theme.outline}" '
            f"labeljust=l labelloc=t margin=8 tooltip={quoted(text)}"
        )
        self._say(f"label={self._cluster_label(cluster, name, arguments)}")
        self._parts(cluster.parts, depth + 1)
        self._close()

    def _cluster_label(self, cluster: Cluster, name: str, arguments: list[str]) -> str:
        theme = self.theme
        room = self.width + 20.0
        cells = ""
        if cluster.count > 1:
            badge = f"{words.TIMES} {cluster.count}"
            wide = labels.badge_width(badge)
            cells = labels.cell(
                badge, wide, 13, TITLE, theme.paper, "CENTER", True, theme.faint
            ) + labels.empty(5, 13)
            room -= wide + 5
        for text, ink, bold in (
            (cluster.name, theme.ink, True),
            (" ".join([name, *arguments]).strip(), theme.faint, False),
        ):
            if text and room > 20:
                width = min(labels.text_width(text, 9, bold) + 5, room)
                room -= width
                cells += labels.cell(text, width, 13, 9, ink, "LEFT", bold)
        return f"<{labels.table(cells)}>"

    def _leaf(self, part: Unit | Box) -> None:
        number = int(self.names[id(part)][1:])
        theme, face = self.theme, self.faces[number]
        hue = KINDS[_kind(part)]
        fill, border, ink, pen = mix(hue, theme.paper, theme.tint), hue, theme.ink, 1
        if self.costs:
            fill = heat.colour(self.costs[number], self.most, theme)
            border, ink = theme.outline, heat.ink(fill, theme)
        if any(node.index in self.mistakes.nodes for node in part.nodes):
            border, pen = theme.error, 3
        elif isinstance(part, Unit) and part.main.layer is None:
            fill, border = theme.paper, theme.faint
        width = self._slim_width(face) if _slim(part) else self.width
        label = labels.box(face, width, fill, border, ink, theme, pen)
        style = ' style=dashed' if _training(part.nodes) else ""
        self._say(f"n{number} [label={label} tooltip={quoted(self._tooltip(number))}{style}]")

    def _slim_width(self, face: Face) -> int:
        return max(round(labels.needed(face)), 60)

    def _face(self, part: Unit | Box) -> Face:
        if isinstance(part, Box):
            return self._box_face(part)
        badge = f"{words.TIMES} {part.count}" if part.count > 1 else ""
        main = part.main
        lines = [Line(words.title(main), _named(part), True, TITLE)]
        if _slim(part):
            lines = [Line(words.title(main) if main.layer else main.path, "", True, DETAIL + 1)]
        said = words.details(main)
        if said and not _slim(part):
            lines.append(Line(", ".join(said)))
        if main.index in self.mistakes.texts:
            lines.append(Line(f"\u2717 {self.mistakes.texts[main.index]}"))
        if self.options.color != "kind" and not _slim(part):
            number = int(self.names[id(part)][1:])
            del number
        return Face(
            tuple(lines), self._stripes(part.before), self._stripes(part.after), badge, _slim(part)
        )

    def _box_face(self, box: Box) -> Face:
        name, arguments = words.call(box.scope)
        badge = f"{words.TIMES} {box.count}" if box.count > 1 else ""
        lines = [Line(name or box.name, box.name if name else "", True, TITLE)]
        said = metrics.wrap(arguments, WIDEST - 12, DETAIL, 2)
        lines += [Line(line) for line in said]
        if box.series > 1:
            first, last = box.nodes[0], box.nodes[-1]
            shape = self.graph.nodes[first.inputs[0]].shape if first.inputs else None
            lines.append(Line(f"{box.series} in a row, {_channels(shape)} to {_channels(last.shape)} channels"))
        if box.like is not None:
            lines.append(Line(f"inside as {box.like}"))
        return Face(tuple(lines), (), (), badge, False)

    def _stripes(self, nodes: tuple[Node, ...]) -> tuple[tuple[str, str], ...]:
        theme = self.theme
        return tuple(
            (words.stripe(node), mix(KINDS[words.kind_of(node.layer)], theme.paper, theme.stripe))
            for node in nodes
        )

    def _tooltip(self, number: int) -> str:
        lines = []
        for node in self.members[number][:12]:
            from archc.emit.labels import node_text

            lines.append(f"{node.path}: {node_text(node)} \u2192 {figures.shape(node.shape)}")
        return "\n".join(lines)

    # ---------------------------------------------------------------------------- the arrows

    def _arrow(self, edge: Edge) -> str:
        theme = self.theme
        attributes = []
        if edge.labelled:
            ink = theme.error if edge.wrong else theme.faint
            text = words._timesed(figures.shape(edge.source.shape))
            attributes.append(f"label={labels.text_label(text, SHAPE, ink, edge.wrong)}")
        if edge.wrong:
            attributes.append(f'color="{theme.error}" penwidth="2.2"')
        elif edge.skip:
            attributes.append(f'color="{theme.skip}" penwidth="1.3"')
        if edge.training:
            attributes.append("style=dashed")
        attributes.append(f"weight={1 if edge.skip else 12}")
        said = f"{edge.source.path} \u2192 {edge.reader.path}: {figures.shape(edge.source.shape)}"
        attributes.append(f"tooltip={quoted(said)} labeltooltip={quoted(said)}")
        return f"n{edge.tail} -> n{edge.head} [{' '.join(attributes)}]"

    def _results(self) -> None:
        for number, result in enumerate(self.graph.results):
            dashed = " style=dashed" if result.training else ""
            face = Face((Line("output" if result.name == "out" else result.name, "", True, 9),), centred=True)
            label = labels.box(
                face, self._slim_width(face), self.theme.paper, self.theme.faint, self.theme.ink, self.theme
            )
            self._say(f"r{number} [label={label} tooltip={quoted('result ' + result.name)}{dashed}]")

    def _results_arrows(self) -> None:
        home = {node.index: n for n, nodes in self.members.items() for node in nodes}
        for number, result in enumerate(self.graph.results):
            shape = words._timesed(figures.shape(self.graph.nodes[result.node].shape))
            label = labels.text_label(shape, SHAPE, self.theme.faint)
            dashed = " style=dashed" if result.training else ""
            self._say(
                f"n{home[result.node]} -> r{number} [label={label} weight=12 "
                f"tooltip={quoted('result ' + result.name)}{dashed}]"
            )

    def _title(self) -> str:
        theme = self.theme
        cells = []
        for text, size, ink, bold in (
            (self.network.name, HEAD, theme.ink, True),
            (words._timesed(heading(self.network)), 9, theme.faint, False),
        ):
            cells.append(labels.cell(text, labels.text_width(text, size, bold) + 8, size + 6, size, ink, "CENTER", bold))
        return f"<{labels.table(*cells)}>"


def _channels(shape: object) -> str:
    return str(shape[0]) if isinstance(shape, tuple) and shape else "?"


def _slim(part: Unit | Box) -> bool:
    """Merges, inputs and changes of shape are small."""
    if isinstance(part, Box) or part.main.shape is None:
        return False
    return words.kind_of(part.main.layer) in ("merge", "shape")


def _named(unit: Unit) -> str:
    """The name shown beside a layer: its label, or its number where it owns weights."""
    return unit.name


def _kind(part: Unit | Box) -> str:
    return "block" if isinstance(part, Box) else words.kind_of(part.main.layer)


def _training(nodes: tuple[Node, ...]) -> bool:
    return bool(nodes) and all(node.training for node in nodes)
