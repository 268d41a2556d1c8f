"""The picture: boxes, kernels, arrows, numbers along the edges, captions, frames, legend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit.diagram.metrics import fit
from archc.emit.sizing import captioned, lower
from archc.emit.volumes import layout as place
from archc.emit.volumes.board import Board
from archc.emit.volumes.brackets import brackets
from archc.emit.volumes.crossings import struck
from archc.emit.volumes.edges import edge_labels
from archc.emit.volumes.fitting import Fitted, Seen, fitting
from archc.emit.volumes.frames import frames, names
from archc.emit.volumes.kernels import Kernels, kernels, pyramid, rimmed
from archc.emit.volumes.layout import TEXT, Layout
from archc.emit.volumes.legend import caption, legend, mistake
from archc.emit.volumes.marks import hatched, marks
from archc.emit.volumes.model import MARKS, Picture, Unit
from archc.emit.volumes.outputs import outputs
from archc.emit.volumes.partings import partings
from archc.emit.volumes.route import SKIP, WIRE, Bar, Route
from archc.emit.volumes.scene import UNIT, Group, Label, Line, Polygon, Scene, Shape, framed
from archc.emit.volumes.solid import POINT, Solid, circle, faces
from archc.emit.volumes.words import SIGNS
from archc.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archc.check import Network
    from archc.diagnostics import Diagnostic
    from archc.emit.diagram.options import Options
    from archc.emit.diagram.scene import Arrow
    from archc.emit.sizing import Sized

_MARGIN = 16.0
_NARROW = 2.0  # the margin where it is printed: a page has its own


class Drawing(NamedTuple):
    """A picture with the places of its units and the ways of its arrows."""

    picture: Picture
    layout: Layout
    routes: list[Route]
    bars: list[Bar]
    scene: Scene
    sized: Sized


def scene(network: Network, options: Options, findings: Sequence[Diagnostic] = ()) -> Scene:
    """A network as a scene."""
    return drawing(network, options, findings).scene


def drawing(network: Network, options: Options, findings: Sequence[Diagnostic] = ()) -> Drawing:
    """A network as a scene, and how it came about."""

    if options.room is not None:
        options = options._replace(room=captioned(options.room))

    def seen(one: Fitted) -> Seen:
        drawn = _drawn(network, options, one, False)
        width, height = drawn.scene.width, drawn.scene.height
        room = options.room
        high = room is not None and height * room.width > width * room.height
        return Seen(drawn.sized.text, len(struck(drawn.scene)), high)

    return _drawn(network, options, fitting(network, options, findings, seen))


def _drawn(network: Network, options: Options, fitted: Fitted, low: bool = True) -> Drawing:
    """A picture that is laid out, as a scene; as `low` as its text allows that is large."""
    whole, picture, shared, layout, scale, routes, bars, _, sized, _ = fitted
    board = Board()
    boxes = _boxes(picture, layout, board)
    plain = all(route.plain for route in routes)
    behind: list[Shape] = [] if plain else frames(picture, layout, routes, board)
    windows = kernels(picture, layout, routes)
    fans, wires = _wires(picture, layout, routes, board, windows)
    wires += _bars(bars, board)
    for mark in marks(picture, routes):
        board.block(mark.points)
        wires += [mark, *hatched(mark)]
    groups = [Group("", tuple(behind)), Group("", tuple(fans)), *boxes, Group("", tuple(wires))]
    groups.append(Group("", tuple(_texts(picture, layout, routes, board, plain))))
    words = caption(network, whole, scale, windows.said)
    if options.legend:
        groups += legend(picture, shared, groups, words, bool(bars))
    details = [unit.detail + "." for unit in whole.units]
    description = " ".join(filter(None, [words, mistake(whole), *details]))
    room = options.room
    margin = _MARGIN if room is None else _NARROW
    found = framed(whole.title, description, groups, margin)
    if room is not None:
        small = min((one.size for one in labels(found)), default=TEXT)
        fits = min(room.width / found.width, room.height / found.height) / UNIT
        drawn = min(room.enlarged, fits)
        if low:
            drawn = min(drawn, lower(room, found.height * UNIT, small * UNIT))
        sized = sized._replace(scale=drawn, text=small * UNIT * drawn, least=room.smallest)
    return Drawing(picture, layout, routes, bars, found._replace(unit=UNIT * sized.scale), sized)


def labels(scene: Scene) -> list[Label]:
    """All that is written."""
    shapes = (shape for group in scene.groups for shape in group.shapes)
    return [shape for shape in shapes if isinstance(shape, Label)]


def _boxes(picture: Picture, layout: Layout, board: Board) -> list[Group]:
    groups = []
    for unit, solid in zip(picture.units, layout.solids, strict=True):
        shapes: tuple[Shape, ...] = tuple(faces(unit, solid))
        middle = solid.x + solid.thick / 2
        if unit.kind == "sum":
            sign = SIGNS[unit.lines[0]]
            shapes = (*shapes, Label(middle, solid.axis, sign, 13.0, bold=True))
        elif unit.kind in ("tag", "turn"):
            shapes = (*shapes, Label(middle, solid.axis, unit.lines[0], TEXT))
        board.block(solid.outline)
        groups.append(Group(unit.detail, shapes, unit.path))
    return groups


# ---------------------------------------------------------------------------------------- wires


def _wires(
    picture: Picture, layout: Layout, routes: list[Route], board: Board, windows: Kernels
) -> tuple[list[Shape], list[Shape]]:
    """What leads from each volume to the next: a kernel's pyramid, a fan, or an arrow."""
    shapes: list[Shape] = []
    fans: list[Shape] = []
    solid = [route for route in routes if not picture.units[route.head].training]
    for number, route in enumerate(routes):
        if not route.points:
            continue
        before, unit = picture.units[route.tail], picture.units[route.head]
        one, two = layout.solids[route.tail], layout.solids[route.head]
        if _lost(unit):
            shapes.append(Line(route.points, "error", 1.6, arrow=True))
            continue
        dashed = unit.training
        if route.plain and before.shape is not None and unit.shape is not None:
            flat = len(before.shape) == 1
            volumes = before.kind not in MARKS and unit.kind not in MARKS
            if volumes and len(unit.shape) == 1 and unit.kind == "dense":
                fans.append(_fan(one, two, flat))
                continue
        if number in windows.pyramids:
            shapes += pyramid(windows.pyramids[number], two)
        elif dashed:
            way = route.parted(solid)
            shapes.append(Line(way, "wire", WIRE, arrow=True, dashed=True))
        elif route.skip:
            shapes.append(Line(route.parted(routes), "skip", SKIP, arrow=True))
        else:
            shapes.append(Line(route.points, "wire", WIRE, arrow=True))
    for shape in shapes:
        if isinstance(shape, Line):
            board.line(shape)
    shapes += [Polygon(circle(*point, POINT), "wire", "") for point in partings(routes)]
    return fans, [*(one for kernel in windows.alone for one in rimmed(kernel)), *shapes]


def _bars(bars: list[Bar], board: Board) -> list[Shape]:
    """The bars of concatenations, and what leads from them to the volumes."""
    shapes: list[Shape] = []
    for bar in bars:
        board.block(bar.corners)
        line = Line(bar.way, "wire", WIRE, arrow=True)
        board.line(line)
        shapes += [Polygon(bar.corners, "wire", ""), line]
    return shapes


def _fan(one: Solid, two: Solid, flat: bool) -> Polygon:
    """All to all: the lines between two dense layers, as one faint face."""
    start = (one.at(1, 0, 1), one.at(1, 1, 1 if flat else 0))
    if flat:
        start = (one.at(1, 0, 0.5), one.at(1, 1, 0.5))
    return Polygon((start[0], two.at(0, 0, 0), two.at(0, 1, 0), start[1]), "fan", "", opacity=0.75)


# ---------------------------------------------------------------------------------------- texts


def _texts(
    picture: Picture, layout: Layout, routes: list[Route], board: Board, plain: bool
) -> list[Shape]:
    shapes: list[Shape] = []
    broken = next((unit for unit in picture.units if _lost(unit)), None)
    for unit, solid in zip(picture.units, layout.solids, strict=True):
        middle = (solid.x + solid.right) / 2
        color = "ink" if unit.shape is not None else "error"
        text = place.channels(unit)
        if text:
            shapes.append(board.put(Label(middle, solid.bottom + 10, text, 12.0, color=color)))
        if unit is broken and picture.shapes:
            text = fit(picture.shapes, 260.0, 12.0, bold=True)
            y = solid.summit - 10
            shapes.append(
                board.put(Label(solid.x, y, text, 12.0, "start", bold=True, color="error"))
            )
    lowest = [bottom + 16 for bottom in layout.bottoms]
    for run in layout.runs:
        one, two = layout.solids[run.first], layout.solids[run.last]
        row = layout.rows[run.first]
        labels = place.caption_labels(run, (one.x + two.right) / 2)
        shapes += map(board.put, labels)
        if labels:
            lowest[row] = max(lowest[row], run.top + 15 * (len(labels) - 1))
    shapes += outputs(picture, layout, board)
    shapes += names(picture, layout, board)
    for arrow, route in zip(picture.arrows, routes, strict=True):
        if arrow.times > 1 and route.points:
            number = board.place(_number(picture, layout, arrow, route))
            shapes += [number] if number is not None else []
    shapes += edge_labels(picture, layout, board)
    if plain:
        shapes += brackets(picture, layout, [low + 16 for low in lowest])
    return shapes


def _number(picture: Picture, layout: Layout, arrow: Arrow, route: Route) -> Iterator[Label]:
    """How many arrows one stands for, at the end at which fewer others are."""
    text = f"\u00d7 {arrow.times}"
    gathers = sum(one.head == arrow.head for one in picture.arrows)
    parts = sum(one.tail == arrow.tail for one in picture.arrows)
    solid = layout.solids[arrow.tail]
    x, y, anchor = solid.right + solid.depth + 6, solid.axis, "start"
    if gathers < parts:
        (x, y), anchor = route.points[-1], "end"
        x -= 5
    for up in (9, -9, 22, -22):
        yield Label(x, y - up, text, 12.0, anchor, bold=True)


def _lost(unit: Unit) -> bool:
    """Whether nothing is known of a volume."""
    return unit.shape is None and unit.kind not in MARKS
