"""A box in cabinet projection: thickness to the right, height upwards, width into the page."""

from __future__ import annotations

from functools import partial
from math import cos, pi, sin

from archc.emit.axes import size
from archc.emit.diagram.metrics import text_width
from archc.emit.volumes.model import MARKS, Unit
from archc.emit.volumes.scales import Scales
from archc.emit.volumes.scene import Line, Point, Polygon
from archc.emit.volumes.texture import strokes
from archc.named import NamedTuple

CX, CY = 0.36, 0.27  # one pixel of width on the page: 3 to 4 to 5, at 0.45 of its length
_STRIPE = 4.0
_BAR = 9.0
RADIUS = 9.0  # of the circle of a sum
POINT = 2.2  # of where a value parts
_EACH = 2.6  # of it for each arrow that comes to it, so that they can be told apart
_INNER = 6.0  # of what is left of it inside its rings
_RING = 3.0
_SEEN = 3.0  # pixels of a kernel that can be seen
_SLICE = 1.7  # the least between two cuts
_SIGNAL = 7.0  # how deep a map without a second axis is drawn


Place = tuple[float, float, float]


class Solid(NamedTuple):
    """`x` is the left of the front face, `axis` the height of the middle of the whole."""

    x: float
    axis: float
    thick: float
    high: float
    wide: float
    numbered: bool = True  # there is a number at its side

    def at(self, x: float, y: float, z: float) -> Point:
        """A point by shares of thickness, height (from above) and width (from the front)."""
        left = self.x + x * self.thick + z * self.wide * CX
        return (left, self.top + y * self.high - z * self.wide * CY)

    @property
    def top(self) -> float:
        """The upper edge of the front face."""
        return self.axis + self.wide * CY / 2 - self.high / 2

    @property
    def bottom(self) -> float:
        return self.top + self.high

    @property
    def right(self) -> float:
        """The right edge of the front face."""
        return self.x + self.thick

    @property
    def depth(self) -> float:
        """How far the side reaches to the right."""
        return self.wide * CX

    @property
    def summit(self) -> float:
        """The highest point."""
        return self.top - self.wide * CY

    @property
    def outline(self) -> tuple[Point, ...]:
        """The silhouette."""
        return (
            self.at(0, 1, 0), self.at(0, 0, 0), self.at(0, 0, 1),
            self.at(1, 0, 1), self.at(1, 1, 1), self.at(1, 1, 0),
        )  # fmt: skip


def measure(unit: Unit, scale: Scales) -> Solid:
    """The box of a unit, at the origin."""
    shape = unit.shape
    if unit.kind == "sum":
        radius = max(RADIUS, _INNER + _RING * _shown(unit), _EACH * unit.gathers)
        return Solid(0, 0, 2 * radius, 2 * radius, 0)
    if unit.kind == "turn":
        return Solid(0, 0, 18, 18, 0)
    if unit.kind == "door":
        return Solid(0, 0, 4, 4, 0)
    if unit.kind == "tag":
        wide = text_width(unit.lines[0], 12.0) + 5 + _STRIPE * _shown(unit)
        return Solid(0, 0, wide, 20, 0)
    if shape is None:
        return Solid(0, 0, 26, 60, 40)
    if len(shape) == 1:
        thick = _BAR + _STRIPE * _shown(unit)
        return Solid(0, 0, thick, scale.vector(size(shape[0])), 7.0, numbered=False)
    thick = scale.channels(size(shape[0])) + _STRIPE * _shown(unit)
    axes = [size(axis) for axis in shape[1:]]
    if len(axes) == 1:
        return Solid(0, 0, thick, scale.pixels(axes[0]), _SIGNAL)
    return Solid(0, 0, thick, scale.pixels(axes[-2]), scale.pixels(axes[-1]))


def _shown(unit: Unit) -> int:
    return len(unit.leading) + len(unit.stripes)


def faces(unit: Unit, solid: Solid) -> list[Polygon | Line]:
    """The visible faces, back to front; what is fused and the parts beside each other, in the
    order in which they run."""
    if unit.kind in MARKS:
        return mark(unit, solid)
    if unit.shape is None:
        return _ghost(solid)
    body = solid.thick - _STRIPE * _shown(unit)
    total = sum(part.channels for part in unit.parts) or 1
    pieces = [(stripe.kind, _STRIPE) for stripe in unit.leading]
    pieces += [(part.kind, body * part.channels / total) for part in unit.parts]
    pieces += [(stripe.kind, _STRIPE) for stripe in unit.stripes]
    shapes: list[Polygon | Line] = []
    start = 0.0
    for kind, length in pieces:
        share = start / solid.thick
        end = (start + length) / solid.thick
        edge = ((share, 0, 0), (end, 0, 0))
        shapes.append(_quad(solid, kind + ".front", (*edge, (end, 1, 0), (share, 1, 0))))
        shapes += strokes(kind, length, solid.high, partial(_front, solid, share, end), False)
        shapes.append(_quad(solid, kind + ".top", (*edge, (end, 0, 1), (share, 0, 1))))
        start += length
    main = unit.parts[-1].kind
    shapes.append(_quad(solid, main + ".side", ((1, 0, 0), (1, 0, 1), (1, 1, 1), (1, 1, 0))))
    shapes += strokes(main, solid.depth, solid.high, partial(_side, solid))
    return [*shapes, *_slices(unit, solid, body)]


def _front(solid: Solid, start: float, end: float, x: float, y: float) -> Point:
    """A point on a piece of the front, by shares of its length and its height."""
    return solid.at(start + (end - start) * x, y, 0)


def _side(solid: Solid, x: float, y: float) -> Point:
    return solid.at(1, y, x)


def mark(unit: Unit, solid: Solid) -> list[Polygon | Line]:
    """The circle of a sum, with rings for what is fused into it, the last one outside; the frame
    of a small word, with stripes."""
    middle = solid.x + solid.thick / 2
    if unit.kind == "tag":
        word = solid.right - _STRIPE * len(unit.stripes)
        ends = [word + _STRIPE * number for number in range(len(unit.stripes) + 1)]
        stripes = [
            Polygon(_upright(solid, start, end), f"{stripe.kind}.front")
            for stripe, start, end in zip(unit.stripes, ends, ends[1:], strict=False)
        ]
        return [Polygon(_upright(solid, solid.x, word), "paper", "wire", 0.9), *stripes]
    if unit.kind == "door":
        return [Polygon(circle(middle, solid.axis, POINT), "wire", "")]
    if unit.kind == "turn":
        return [Polygon(circle(middle, solid.axis, solid.thick / 2), "paper", "faint", 0.9)]
    shapes: list[Polygon | Line] = []
    rings = [stripe.kind for stripe in unit.stripes]
    for number in range(len(rings), 0, -1):
        around = circle(middle, solid.axis, solid.thick / 2 - _RING * (len(rings) - number))
        shapes.append(Polygon(around, f"{rings[number - 1]}.front"))
    inner = circle(middle, solid.axis, solid.thick / 2 - _RING * len(rings))
    return [*shapes, Polygon(inner, "paper", "wire", 0.9)]


def _upright(solid: Solid, left: float, right: float) -> tuple[Point, ...]:
    return ((left, solid.top), (right, solid.top), (right, solid.bottom), (left, solid.bottom))


def circle(x: float, y: float, radius: float) -> tuple[Point, ...]:
    """A circle as a polygon."""
    turns = (2 * pi * step / 28 for step in range(28))
    return tuple((x + radius * cos(turn), y + radius * sin(turn)) for turn in turns)


def _quad(solid: Solid, fill: str, corners: tuple[Place, ...]) -> Polygon:
    return Polygon(tuple(solid.at(*corner) for corner in corners), fill)


def _slices(unit: Unit, solid: Solid, body: float) -> list[Line]:
    """Cuts that show how many equal blocks a volume stands for."""
    count = unit.slices
    if count < 2:
        return []
    ends = [body * number / count for number in range(1, count)]
    if body / count < _SLICE:  # only some at both ends, and a break between them
        some = [_SLICE * number for number in range(1, 1 + max(1, min(3, int(body / 3 / _SLICE))))]
        ends = [*some, *(body - one for one in reversed(some))]
    pen = 0.6 if body / count > 2 * _SLICE else 0.4
    cuts = []
    for end in ends:
        share = end / solid.thick
        points = (solid.at(share, 1, 0), solid.at(share, 0, 0), solid.at(share, 0, 1))
        cuts.append(Line(points, "line", pen))
    return cuts


def _ghost(solid: Solid) -> list[Polygon | Line]:
    """The outline of what could not be worked out."""
    sides = (
        ((0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0)),
        ((0, 0, 0), (1, 0, 0), (1, 0, 1), (0, 0, 1)),
        ((1, 0, 0), (1, 0, 1), (1, 1, 1), (1, 1, 0)),
    )
    return [
        Polygon(tuple(solid.at(*corner) for corner in side), "", "error", 1.2, dashed=True)
        for side in sides
    ]


def window(
    unit: Unit, solid: Solid, reader: Unit, middle: float | None = None
) -> tuple[Point, ...]:
    """A kernel on the side of the volume it reads, in proportion or as large as can be seen, around
    the `middle` of the side where that is told; () where there is but one pixel."""
    share = reach(unit, reader)
    if share is None or unit.shape is None or set(unit.shape[1:]) == {1}:
        return ()
    high, wide = share
    high = max(high, min(1.0, _SEEN / solid.high))
    wide = max(wide, min(1.0, _SEEN / solid.wide))
    top, front = min(0.58, 1 - high), min(0.3, 1 - wide)
    if middle is not None:
        top, front = middle - high / 2, middle - wide / 2
    corners = ((top, front), (top, front + wide), (top + high, front + wide), (top + high, front))
    return tuple(solid.at(1, y, z) for y, z in corners)


def in_proportion(unit: Unit, solid: Solid, reader: Unit) -> bool:
    """Whether a kernel in proportion to the volume it reads can be seen."""
    share = reach(unit, reader)
    if share is None or unit.shape is None:
        return False
    flat = len(unit.shape) == 2
    return share[0] * solid.high >= _SEEN and (flat or share[1] * solid.wide >= _SEEN)


def reach(unit: Unit, reader: Unit) -> tuple[float, float] | None:
    """The shares of the height and the width of a map that a kernel covers; None without either."""
    if unit.shape is None or not reader.window or len(unit.shape) < 2:
        return None
    axes = [size(axis) for axis in unit.shape[1:]]
    kernel = reader.window
    if len(axes) == 1:
        return min(1.0, kernel[-1] / axes[-1]), 1.0
    return min(1.0, kernel[-2] / axes[-2]), min(1.0, kernel[-1] / axes[-1])
