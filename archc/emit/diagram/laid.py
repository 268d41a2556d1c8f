"""What Graphviz made of a picture: where boxes, frames and arrows are, and the same as DOT text.

Written back, it has a place for everything, so that Graphviz only has to draw it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from archc.emit.diagram.metrics import text_width

Point = tuple[float, float]
Rect = tuple[float, float, float, float]  # left, low, right, high

INCH = 72.0
_MORE = 80.0  # points by which a drawing without a size may get wider
_TAKEN = 0.9  # of the room that is kept for text: most fonts take less
_ROW = re.compile(r"<TR>((?:<TD [^>]*>(?:<FONT [^>]*>(?:<B>)?[^<]*(?:</B>)?</FONT>)?</TD>)+)</TR>")
_CELL = re.compile(r'WIDTH="(\d+)"[^>]*>(?:<FONT [^>]*POINT-SIZE="([\d.]+)"[^>]*>(<B>)?([^<]*))?')
_OWN = ("_gvid", "name", "nodes", "edges", "subgraphs", "objects", "tail", "head")
_HEAD = ("name", "directed", "strict", "_subgraph_cnt", "objects", "edges")


class Place:
    """A box, or a point: its middle and its size, in points; y goes upwards."""

    __slots__ = ("high", "name", "rect", "said", "wide", "x", "y")

    def __init__(self, said: dict[str, Any]) -> None:
        self.said = said
        self.name = str(said["name"])
        self.x, self.y = _read(said["pos"])
        self.wide, self.high = (INCH * float(said[side]) for side in ("width", "height"))

        across, along = self.wide / 2, self.high / 2
        room = float(said.get("room") or 0)  # in front of it, which it does not cover
        self.rect: Rect = (self.x - across, self.y - along, self.x + across, self.y + along - room)

    def lift(self, by: float) -> None:
        """Moves it up, or down."""
        left, low, right, high = self.rect
        self.rect = (left, low + by, right, high + by)
        self.y += by

    def put(self, x: float) -> None:
        """Moves it across."""
        left, low, right, high = self.rect
        self.rect = (left + x - self.x, low, right + x - self.x, high)
        self.x = x


class Frame:
    """A group: its border, its heading, the numbers of what is in it and of the groups in it."""

    __slots__ = ("heading", "inside", "name", "nested", "rect", "said", "size", "words")

    def __init__(self, said: dict[str, Any]) -> None:
        self.said = said
        self.name = str(said["name"])
        left, low, right, high = map(float, said["bb"].split(","))
        self.rect: Rect = (left, low, right, high)
        self.inside = frozenset(said.get("nodes", ()))
        self.nested = tuple(said.get("subgraphs", ()))
        self.heading: Point | None = None
        self.size: Point = (0.0, 0.0)
        if "lp" in said:
            self.heading = _read(said["lp"])
            self.size = (INCH * float(said["lwidth"]), INCH * float(said["lheight"]))
        self.words = max((_long(row) for row in _ROW.findall(str(said.get("label")))), default=0.0)

    @property
    def title(self) -> Rect | None:
        """Where the words of its heading stand."""
        if self.heading is None:
            return None
        (x, y), (wide, high) = self.heading, self.size
        left = x - wide / 2
        return left, y - high / 2, min(x + wide / 2, left + self.words), y + high / 2


class Way:
    """An arrow: the numbers of what it joins, the points of its curve, the tips at its ends."""

    __slots__ = ("head", "label", "points", "said", "seen", "tail", "tips")

    def __init__(self, said: dict[str, Any]) -> None:
        self.said = said
        self.tail, self.head = int(said["tail"]), int(said["head"])
        self.tips: dict[str, Point] = {}
        self.points: list[Point] = []
        for piece in str(said.get("pos", "")).split(";")[0].split():
            *mark, x, y = piece.split(",")
            if mark:
                self.tips[mark[0]] = (float(x), float(y))
            else:
                self.points.append((float(x), float(y)))
        self.seen = said.get("style") != "invis" and bool(self.points)
        self.label: Point | None = None
        if "lp" in said:
            self.label = _read(said["lp"])

    @property
    def ends(self) -> tuple[Point, Point]:
        """Where it begins and ends, tips included."""
        return self.tips.get("s", self.points[0]), self.tips.get("e", self.points[-1])


class Laid:
    """The drawing of a picture, from what `dot -Tjson0` says."""

    def __init__(self, drawing: bytes | str) -> None:
        self.said: dict[str, Any] = json.loads(drawing)
        self.places: dict[int, Place] = {}
        self.frames: dict[int, Frame] = {}
        for one in self.said.get("objects", ()):
            if "pos" in one:
                self.places[one["_gvid"]] = Place(one)
            elif "bb" in one and one["name"].startswith("cluster"):
                self.frames[one["_gvid"]] = Frame(one)
        self.ways = [Way(one) for one in self.said.get("edges", ())]

    @property
    def widest(self) -> float:
        """How far the drawing may reach across without getting smaller where it is printed."""
        _, _, width, height = map(float, self.said["bb"].split(","))
        across, _, along = str(self.said.get("size", "")).rstrip("!").partition(",")
        return max(width, float(across) / float(along) * height) if along else width + _MORE

    @property
    def wide(self) -> float:
        """How far the drawing reaches across where its boxes and arrows are now."""
        rects = [place.rect for place in self.places.values()]
        rects += [frame.rect for frame in self.frames.values()]
        ends = [x for rect in rects for x in (rect[0], rect[2])]
        ends += [x for way in self.ways if way.seen for x, _ in (*way.points, *way.tips.values())]
        if "lp" in self.said:
            middle, half = _read(self.said["lp"])[0], INCH * float(self.said["lwidth"]) / 2
            ends += [middle - half, middle + half]
        return max(ends) - min(ends)

    def centre(self) -> None:
        """Sets what is written above the drawing in its middle."""
        if "lp" in self.said:
            rects = [place.rect for place in self.places.values()]
            rects += [frame.rect for frame in self.frames.values()]
            left, right = min(one[0] for one in rects), max(one[2] for one in rects)
            self.said["lp"] = _point(((left + right) / 2, _read(self.said["lp"])[1]))

    def text(self) -> str:
        """DOT text in which everything has its place."""
        name = _quoted(self.said["name"])
        graph = {key: value for key, value in self.said.items() if key not in _HEAD}
        nested = {inner for frame in self.frames.values() for inner in frame.nested}
        held = {inner for frame in self.frames.values() for inner in frame.inside}
        lines = [f"digraph {name} {{", f"graph [{_attributes(graph)}]"]
        for number in self.frames:
            if number not in nested:
                lines += self._frame(number)
        lines += [self._place(number) for number in self.places if number not in held]
        lines += [self._way(way) for way in self.ways if way.seen]
        return "\n".join([*lines, "}", ""])

    def _frame(self, number: int) -> Iterator[str]:
        frame = self.frames[number]
        said = dict(frame.said, bb=",".join(f"{one:.6g}" for one in frame.rect))
        if frame.heading is not None:
            said["lp"] = _point(frame.heading)
        yield f"subgraph {_quoted(frame.name)} {{"
        yield f"graph [{_attributes(said)}]"
        deeper: set[int] = set()
        for inner in frame.nested:
            if inner in self.frames:
                deeper |= self.frames[inner].inside
                yield from self._frame(inner)
        for inner in sorted(frame.inside - deeper):
            yield self._place(inner)
        yield "}"

    def _place(self, number: int) -> str:
        place = self.places[number]
        said = dict(place.said, pos=_point((place.x, place.y)))
        return f"{_quoted(place.name)} [{_attributes(said)}]"

    def _way(self, way: Way) -> str:
        tips = [f"{mark},{_point(tip)}" for mark, tip in sorted(way.tips.items(), reverse=True)]
        said = dict(way.said, pos=" ".join([*tips, *map(_point, way.points)]))
        if way.label is not None:
            said["lp"] = _point(way.label)
        ends = (_quoted(self.places[end].name) for end in (way.tail, way.head))
        return f"{' -> '.join(ends)} [{_attributes(said)}]"


def _long(row: str) -> float:
    """How far the words of a row reach: its last cell is longer than they."""
    *cells, (wide, size, bold, text) = _CELL.findall(row)
    last = text_width(unescape(text), float(size), bool(bold)) if size else float(wide)
    return sum(float(cell[0]) for cell in cells) + min(_TAKEN * last, float(wide))


def _read(text: str) -> Point:
    x, y = text.split(",")
    return float(x), float(y)


def _point(point: Point) -> str:
    return f"{point[0]:.6g},{point[1]:.6g}"


def _quoted(text: object) -> str:
    return '"' + str(text).replace('"', '\\"') + '"'


def _attributes(said: dict[str, Any]) -> str:
    """All of them; labels are HTML-like but for those that are one word."""
    found = []
    for key, value in said.items():
        if key in _OWN or key.startswith("_"):
            continue
        html = key == "label" and str(value).startswith("<TABLE")
        found.append(f"{key}=<{value}>" if html else f"{key}={_quoted(value)}")
    return " ".join(found)
