"""Reads an SVG as one who looks at it: where its texts stand, and what passes through them.

What is read is the file alone, of either style; lengths are points where it is printed.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Iterator
from itertools import combinations, pairwise
from math import cos, radians, sin
from typing import NamedTuple

from archc.emit.diagram.metrics import text_width, usual
from archc.emit.volumes.board import Hull, Places, meet

Point = tuple[float, float]
_POINTS = {"pt": 1.0, "": 0.75}  # a unit of the file
_RIM = 0.1  # of a text's size: how much of its room a line may touch, as letters do not fill it
_NUMBER = r"[-+]?[\d.]+(?:e[-+]?\d+)?"
_STEPS = 8  # straight pieces of a curve


class Text(NamedTuple):
    """A line of text: the points of its letters, and the corners around them."""

    text: str
    size: float
    corners: Hull


class Move(NamedTuple):
    """Where a point of the file stands on paper."""

    a: float
    b: float
    c: float
    d: float
    x: float
    y: float

    def __call__(self, point: Point) -> Point:
        x, y = point
        return self.a * x + self.c * y + self.x, self.b * x + self.d * y + self.y

    def inside(self, other: Move) -> Move:
        """This one, done before the other."""
        x, y = other((self.x, self.y))
        a, b = other.a * self.a + other.c * self.b, other.b * self.a + other.d * self.b
        c, d = other.a * self.c + other.c * self.d, other.b * self.c + other.d * self.d
        return Move(a, b, c, d, x, y)


class Seen(NamedTuple):
    """What is seen of a picture."""

    width: float
    height: float
    texts: list[Text]
    pieces: list[Hull]  # of all lines and borders

    @property
    def smallest(self) -> float:
        """The points of its smallest text."""
        return min(text.size for text in self.texts)

    def faults(self) -> list[str]:
        """Texts on texts, under lines, and beyond the rim, each told once."""
        ways = Places(self.pieces)
        found = [
            f"`{one.text}` and `{two.text}` overlap"
            for one, two in combinations(self.texts, 2)
            if meet(one.corners, two.corners)
        ]
        struck = (one.text for one in self.texts if ways.met(one.corners))
        found += [f"a line passes through `{text}`" for text in struck]
        found += [
            f"`{one.text}` is cut at the rim"
            for one in self.texts
            if not all(0 <= x <= self.width and 0 <= y <= self.height for x, y in one.corners)
        ]
        return found


def seen(svg: str | bytes) -> Seen:
    """What an SVG of archc shows."""
    root = ElementTree.fromstring(svg)
    width, height = (_length(root.get(side) or "") for side in ("width", "height"))
    _, _, wide, high = map(float, (root.get("viewBox") or "").split())
    found = Seen(width, height, [], [])
    _read(root, Move(width / wide, 0, 0, height / high, 0, 0), found)
    return found


def _length(text: str) -> float:
    number = text.rstrip("pt")
    return float(number) * _POINTS[text[len(number) :]]


def _read(around: ElementTree.Element, move: Move, found: Seen) -> None:
    for one in around:
        own = _moved(one.get("transform") or "").inside(move)
        kind = one.tag.rpartition("}")[2]
        if kind == "text":
            found.texts.extend(_text(one, own))
        elif kind == "g":
            _read(one, own, found)
        elif kind in ("polygon", "polyline", "path", "ellipse") and _visible(one):
            found.pieces.extend(pairwise([own(point) for point in _points(one, kind)]))


def _moved(text: str) -> Move:
    """A `transform`: the first step of it is the last to be done."""
    move = Move(1, 0, 0, 1, 0, 0)
    for name, said in reversed(re.findall(r"(\w+)\(([^)]*)\)", text)):
        numbers = [float(one) for one in re.findall(_NUMBER, said)]
        if name == "rotate":
            turn = radians(numbers[0])
            step = Move(cos(turn), sin(turn), -sin(turn), cos(turn), 0, 0)
        elif name == "scale":
            step = Move(numbers[0], 0, 0, numbers[-1], 0, 0)
        else:
            step = Move(1, 0, 0, 1, *numbers)
        move = move.inside(step)
    return move


def _visible(one: ElementTree.Element) -> bool:
    """Whether a shape has a border that is seen: a line, or a face that is not faint."""
    if one.get("fill-opacity") is not None:
        return False
    return one.get("stroke") not in (None, "none") or one.get("fill") not in ("none", "#ffffff")


def _points(one: ElementTree.Element, kind: str) -> Iterable[Point]:
    if kind == "ellipse":
        x, y, wide, high = (float(one.get(name) or 0) for name in ("cx", "cy", "rx", "ry"))
        turns = (radians(22.5 * step) for step in range(17))
        return [(x + wide * cos(turn), y + high * sin(turn)) for turn in turns]
    numbers = [float(n) for n in re.findall(_NUMBER, one.get("d") or one.get("points") or "")]
    points = list(zip(numbers[::2], numbers[1::2], strict=True))
    if kind == "path":
        return list(_curve(points))
    return [*points, points[0]] if kind == "polygon" else points


def _curve(points: list[Point]) -> Iterator[Point]:
    """A path of Graphviz: a point, and cubic curves behind it."""
    yield points[0]
    for at in range(0, len(points) - 3, 3):
        ends = points[at : at + 4]
        for step in range(1, _STEPS + 1):
            on = step / _STEPS
            weights = ((1 - on) ** 3, 3 * (1 - on) ** 2 * on, 3 * (1 - on) * on**2, on**3)
            x, y = (
                sum(w * end[axis] for w, end in zip(weights, ends, strict=True)) for axis in (0, 1)
            )
            yield x, y


def _text(one: ElementTree.Element, move: Move) -> Iterator[Text]:
    text = "".join(one.itertext()).strip()
    if not text:
        return
    size = float(one.get("font-size") or 0)
    scale = (move.a**2 + move.b**2) ** 0.5
    wide = usual(text_width(text, size, one.get("font-weight") == "bold"))
    rim = _RIM * size
    x, y = float(one.get("x") or 0), float(one.get("y") or 0)
    left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[one.get("text-anchor") or "start"]
    right, top = left + wide, y - 0.7 * size
    left, right, top, low = left + rim, right - rim, top + rim, y - rim
    frame = ((left, top), (right, top), (right, low), (left, low))
    yield Text(text, size * scale, tuple(move(corner) for corner in frame))
