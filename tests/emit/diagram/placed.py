"""Where Graphviz puts things: boxes, texts, arrows, read from its own drawing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import pytest

from archc.emit import sizing
from archc.emit.diagram import NoRenderer, Options, RenderError, render
from archc.emit.diagram.dot import Picture
from archc.emit.diagram.fit import fitted
from archc.emit.diagram.metrics import text_width
from archc.emit.diagram.theme import LIGHT
from tests.emit.networks import bundled_networks, drawn_networks
from tests.emit.once import once

Point = tuple[float, float]
NETWORKS = dict((*bundled_networks(), *drawn_networks()))


@once
def dot_for(
    name: str, place: str, direction: Literal["TB", "LR"] = "TB", turns: bool = False
) -> tuple[str, sizing.Sized]:
    """The DOT text of a network for a place, and what became of it: laid out once for all tests."""
    room = sizing.place(place)
    options = Options(room=room, direction=direction)
    try:
        return fitted(NETWORKS[name], options, (), room, turns)
    except (NoRenderer, RenderError):
        pytest.skip("Graphviz is not installed")


@once
def drawn(dot: str) -> bytes:
    """What Graphviz makes of a text: every test that looks at a picture looks at one drawing."""
    return render(dot, "json")


def border(said: dict[str, Any]) -> tuple[float, float, float, float]:
    """A box, or a dot, without what is written below it."""
    points: list[Point] = []
    for stroke in (*said.get("_draw_", ()), *said.get("_ldraw_", ())):
        if stroke["op"] in "pPbB":
            points += [(x, y) for x, y in stroke["points"]]
        elif stroke["op"] in "eE":
            x, y, wide, high = stroke["rect"]
            points += [(x - wide, y - high), (x + wide, y + high)]
    across, along = zip(*points, strict=True)
    return min(across), min(along), max(across), max(along)


class Text(NamedTuple):
    """A line of text in a box or in the heading of a group, and the corners around it."""

    owner: str
    text: str
    left: float
    low: float
    right: float
    high: float

    def holds(self, point: Point) -> bool:
        return self.left < point[0] < self.right and self.low < point[1] < self.high


class Placed:
    """The drawing of one picture, or of its DOT text; y goes upwards."""

    def __init__(self, picture: Picture | str) -> None:
        dot = picture if isinstance(picture, str) else picture.text()
        try:
            drawing: dict[str, Any] = json.loads(drawn(dot))
        except (NoRenderer, RenderError):
            pytest.skip("Graphviz is not installed")
        *_, self.width, self.height = map(float, drawing["bb"].split(","))
        self.objects = [one for one in drawing["objects"] if isinstance(one, dict)]
        self.middles: dict[str, Point] = {}
        for one in self.objects:
            if "pos" in one:
                x, y = one["pos"].split(",")
                self.middles[one["name"]] = (float(x), float(y))
        self.texts = [text for one in self.objects for text in texts(one)]
        edges = [edge for edge in drawing.get("edges", ()) if edge.get("style") != "invis"]
        self.arrows = [points for edge in edges for points in _curves(edge)]
        self.skips = [
            points for edge in edges if edge["color"] == LIGHT.skip for points in _curves(edge)
        ]

    def struck(self) -> set[str]:
        """Headings of groups that an arrow passes through."""
        headings = [text for text in self.texts if text.owner.startswith("cluster")]
        return {
            text.text
            for text in headings
            for points in self.arrows
            if any(text.holds(point) for point in points)
        }


def texts(thing: dict[str, Any]) -> Iterator[Text]:
    size = 10.0
    for stroke in thing.get("_ldraw_", ()):
        if stroke["op"] == "F":
            size = stroke["size"]
        elif stroke["op"] == "T" and stroke["text"].strip():
            wide = text_width(stroke["text"], size) / 1.12  # without the room for other fonts
            x, y = stroke["pt"]
            left = x - {"l": 0, "c": wide / 2, "r": wide}[stroke["align"]]
            yield Text(thing["name"], stroke["text"], left, y, left + wide, y + 0.7 * size)


def _curves(edge: dict[str, Any]) -> Iterator[list[Point]]:
    """Points along each curve of an arrow."""
    for stroke in edge.get("_draw_", ()):
        if stroke["op"] in ("b", "B"):
            ends = stroke["points"]
            yield [
                tuple(_bezier(ends[at : at + 4], step / 16))  # type: ignore[misc]
                for at in range(0, len(ends) - 3, 3)
                for step in range(17)
            ]


def _bezier(ends: list[list[float]], at: float) -> list[float]:
    back = 1 - at
    weights = (back**3, 3 * back**2 * at, 3 * back * at**2, at**3)
    return [sum(w * end[axis] for w, end in zip(weights, ends, strict=True)) for axis in (0, 1)]
