"""A picture as draw.io (diagrams.net) has it: boxes and arrows that can be moved by hand."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from archc.emit.diagram import faces, heat, labels, words
from archc.emit.diagram.dot import Picture
from archc.emit.diagram.render import render
from archc.emit.diagram.theme import BAR, DOUBLE, END_BAR, ROUND
from archc.emit.text import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archc.check import Network
    from archc.diagnostics import Diagnostic
    from archc.emit.diagram.options import Options

_LOOKS = {ROUND: "rounded=1;arcSize=50;", DOUBLE: "shape=ext;double=1;"}
_BAR = 3.0
_EDGE = "edgeStyle=orthogonalEdgeStyle;rounded=1;html=0;fontSize=8;"


def drawio(network: Network, options: Options, findings: Sequence[Diagnostic] = ()) -> str:
    """The XML of a file; Graphviz says where boxes stand, so `NoRenderer` may be raised."""
    return _Writer(Picture(network, options, findings)).text()


class _Writer:
    """Writes one picture: Graphviz's y goes up, draw.io's down."""

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        found: dict[str, Any] = json.loads(render(picture.text(), "json"))
        self.high = float(found["bb"].split(",")[3])
        objects = [one for one in found.get("objects", []) if isinstance(one, dict)]
        self.places = {one["name"]: one for one in objects if "pos" in one}
        self.frames = [one for one in objects if re.fullmatch(r"cluster_\d+", one["name"])]
        self.frames.sort(key=lambda one: int(one["name"].removeprefix("cluster_")))
        self.root = ElementTree.Element("root")
        ElementTree.SubElement(self.root, "mxCell", id="0")
        ElementTree.SubElement(self.root, "mxCell", {"id": "1", "parent": "0"})

    def text(self) -> str:
        """The whole of it."""
        self._frames()
        self._boxes()
        self._arrows()
        name = clean(self.picture.network.name)
        file = ElementTree.Element("mxfile", host="archc")
        diagram = ElementTree.SubElement(file, "diagram", name=name)
        model = ElementTree.SubElement(diagram, "mxGraphModel", page="0", math="0")
        model.append(self.root)
        ElementTree.indent(file)
        return ElementTree.tostring(file, encoding="unicode") + "\n"

    def _frames(self) -> None:
        """The clusters, outer ones first and so behind the inner ones."""
        theme = self.picture.theme
        for number, frame in enumerate(self.frames):
            left, low, right, top = map(float, frame["bb"].split(","))
            style = (
                f"rounded=1;arcSize=2;html=0;whiteSpace=wrap;verticalAlign=top;align=left;"
                f"spacingLeft=6;fontSize=9;fillColor={theme.cluster[0]};"
                f"strokeColor={theme.outline};fontColor={theme.ink};"
            )
            box = (left, self.high - top, right - left, top - low)
            self._cell(f"c{number}", clean(str(frame["tooltip"])), style, box)

    def _boxes(self) -> None:
        picture, theme = self.picture, self.picture.theme
        for number, part in enumerate(picture.drawn):
            warmth = heat.warmth(picture.costs[number], picture.most) if picture.costs else None
            ground, border, ink = faces.colours(part, theme, warmth, picture.shut)
            mark = faces.mark(part)
            look = _LOOKS.get(mark, "") + ("dashed=1;" if faces.training(part.nodes) else "")
            self._place(
                f"n{number}",
                "\n".join(map(clean, labels.plain(picture.faces[number]))),
                ground,
                border,
                ink,
                look,
            )
            self._bar(f"n{number}", mark, border)
        for number, result in enumerate(picture.graph.results):
            name = "output" if result.name == "out" else result.name
            self._place(f"r{number}", clean(name), theme.paper, theme.faint, theme.ink, "")
        for door in picture.doors:
            self._place(door.name, "", theme.edge, theme.edge, theme.ink, "shape=ellipse;")

    def _place(self, name: str, said: str, ground: str, border: str, ink: str, more: str) -> None:
        known = self.places.get(name)
        if known is None:
            return
        x, y = map(float, known["pos"].split(","))
        wide, high = (72 * float(known[side]) for side in ("width", "height"))
        style = (
            f"html=0;whiteSpace=wrap;fontSize=9;fillColor={ground};strokeColor={border};"
            f"fontColor={ink};{more}"
        )
        self._cell(name, said, style, (x - wide / 2, self.high - y - high / 2, wide, high))

    def _bar(self, name: str, mark: str, colour: str) -> None:
        """The bar at an end of a box, which moves with it."""
        known = self.places.get(name)
        if known is None or mark not in (BAR, END_BAR):
            return
        wide, high = (72 * float(known[side]) for side in ("width", "height"))
        style = f"html=0;fillColor={colour};strokeColor=none;"
        at = 0.0 if mark == BAR else wide - _BAR
        self._cell(f"{name}-bar", "", style, (at, 0.0, _BAR, high), name)

    def _cell(
        self,
        name: str,
        said: str,
        style: str,
        box: tuple[float, float, float, float],
        parent: str = "1",
    ) -> None:
        """A box, its place told from the corner of its `parent`."""
        said_of = {"id": name, "value": said, "style": style, "vertex": "1", "parent": parent}
        cell = ElementTree.SubElement(self.root, "mxCell", said_of)
        x, y, width, height = (f"{value:.1f}" for value in box)
        geometry = {"x": x, "y": y, "width": width, "height": height, "as": "geometry"}
        ElementTree.SubElement(cell, "mxGeometry", geometry)

    def _arrows(self) -> None:
        picture = self.picture
        doors = {id(edge): door for door in picture.doors for edge in door.edges}
        for door in picture.doors:
            self._arrow(f"n{door.tail}", door.name, "endArrow=none;", door.edges[0].source.shape)
        for edge in picture.plan.arrows:
            entered = doors.get(id(edge))
            start = f"n{edge.tail}" if entered is None else entered.name
            color = picture.theme.skip if edge.passes else picture.theme.edge
            style = f"strokeColor={color};" + (
                "dashed=1;" if edge.size or edge.reader.training else ""
            )
            self._arrow(start, f"n{edge.head}", style, None if entered else edge.source.shape)
        for number, result in enumerate(picture.graph.results):
            source = picture.plan.source(result.node)
            home = picture.plan.home(source.index)
            if home is not None:
                self._arrow(f"n{home}", f"r{number}", "", source.shape)

    def _arrow(self, tail: str, head: str, style: str, shape: Any) -> None:
        said_of = {
            "id": f"e{len(self.root)}",
            "value": words.shape(shape) if shape is not None else "",
            "style": _EDGE + style,
            "edge": "1",
            "parent": "1",
            "source": tail,
            "target": head,
        }
        cell = ElementTree.SubElement(self.root, "mxCell", said_of)
        ElementTree.SubElement(cell, "mxGeometry", {"relative": "1", "as": "geometry"})
