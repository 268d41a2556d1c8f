"""A drawing as a list of shapes with roles for colours: what SVG and TikZ are both made from.

Lengths are pixels, x to the right, y down.
"""

from __future__ import annotations

from math import cos, hypot, radians, sin

from archc.emit.diagram.metrics import text_width
from archc.named import NamedTuple

UNIT = 0.75  # points a pixel
Point = tuple[float, float]


class Polygon(NamedTuple):
    """A filled face; `fill` and `stroke` are roles, "" for none."""

    points: tuple[Point, ...]
    fill: str
    stroke: str = "line"
    width: float = 0.6
    opacity: float = 1.0
    dashed: bool = False


class Line(NamedTuple):
    """A line through points, with a head at its end where `arrow` is set."""

    points: tuple[Point, ...]
    stroke: str
    width: float = 0.8
    arrow: bool = False
    dashed: bool = False

    @property
    def head(self) -> tuple[Point, ...]:
        """The triangle at the end; () where there is none."""
        if not self.arrow:
            return ()
        (x1, y1), (x2, y2) = self.points[-2:]
        length = hypot(x2 - x1, y2 - y1) or 1.0
        dx, dy = (x2 - x1) / length, (y2 - y1) / length
        back, side = 6.5, 2.8
        x, y = x2 - back * dx, y2 - back * dy
        return ((x2, y2), (x - side * dy, y + side * dx), (x + side * dy, y - side * dx))

    @property
    def shaft(self) -> tuple[Point, ...]:
        """The line itself, short of the head."""
        if not self.arrow:
            return self.points
        (x1, y1), (x2, y2) = self.points[-2:]
        length = hypot(x2 - x1, y2 - y1) or 1.0
        return (*self.points[:-1], (x2 - 5 * (x2 - x1) / length, y2 - 5 * (y2 - y1) / length))


class Label(NamedTuple):
    """A line of text; (x, y) is its middle in height, and its start, middle or end by `anchor`."""

    x: float
    y: float
    text: str
    size: float = 12.0
    anchor: str = "middle"
    angle: float = 0.0  # degrees, clockwise
    bold: bool = False
    color: str = "ink"

    @property
    def wide(self) -> float:
        """The room its text needs."""
        return text_width(self.text, self.size, self.bold)

    def corners(self, room: float = 0.0) -> tuple[Point, ...]:
        """The rectangle around it, as it stands on the page, with some room beside it."""
        wide = self.wide
        start = {"start": 0.0, "middle": -wide / 2, "end": -wide}[self.anchor]
        end = start + wide + room
        start -= room
        half = self.size * 0.56 + room
        frame = ((start, -half), (end, -half), (end, half), (start, half))
        turn = radians(self.angle)
        along, across = cos(turn), sin(turn)
        return tuple(
            (self.x + x * along - y * across, self.y + x * across + y * along) for x, y in frame
        )


Shape = Polygon | Line | Label


class Group(NamedTuple):
    """Shapes that belong together; `title` tells what they are."""

    title: str
    shapes: tuple[Shape, ...]
    name: str = ""  # of a unit: the path of its first layer


class Scene(NamedTuple):
    """A whole picture, moved so that it begins at (0, 0)."""

    title: str
    description: str
    width: float
    height: float
    groups: tuple[Group, ...]
    unit: float = UNIT  # points a pixel where it is printed

    def letters(self) -> set[str]:
        """Every letter that is written."""
        shapes = (shape for group in self.groups for shape in group.shapes)
        return {letter for one in shapes if isinstance(one, Label) for letter in one.text}


def extent(shapes: list[Shape]) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of what shapes cover."""
    points = [point for shape in shapes for point in points_of(shape)]
    if not points:
        return (0.0, 0.0, 0.0, 0.0)
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (min(xs), min(ys), max(xs), max(ys))


def points_of(shape: Shape) -> tuple[Point, ...]:
    """The corners of a shape."""
    return shape.corners() if isinstance(shape, Label) else shape.points


def moved(shape: Shape, dx: float, dy: float) -> Shape:
    """The shape at another place."""
    if isinstance(shape, Label):
        return shape._replace(x=shape.x + dx, y=shape.y + dy)
    points = tuple((x + dx, y + dy) for x, y in shape.points)
    return shape._replace(points=points)


def framed(title: str, description: str, groups: list[Group], margin: float) -> Scene:
    """A scene with a margin around all that is in it."""
    left, top, right, bottom = extent([shape for group in groups for shape in group.shapes])
    dx, dy = margin - left, margin - top
    placed = tuple(
        group._replace(shapes=tuple(moved(shape, dx, dy) for shape in group.shapes))
        for group in groups
        if group.shapes
    )
    return Scene(title, description, right - left + 2 * margin, bottom - top + 2 * margin, placed)
