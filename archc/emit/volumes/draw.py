"""The picture: boxes, kernels, numbers along the edges, captions, brackets, legend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit.diagram.metrics import fit
from archc.emit.volumes import layout as place
from archc.emit.volumes import rows, ushape
from archc.emit.volumes.board import Board
from archc.emit.volumes.brackets import brackets, taps
from archc.emit.volumes.edges import edge_labels
from archc.emit.volumes.layout import Layout, arrange
from archc.emit.volumes.legend import caption, legend, mistake, shared_lines
from archc.emit.volumes.model import Picture
from archc.emit.volumes.scales import scales
from archc.emit.volumes.scene import Group, Label, Line, Polygon, Scene, Shape, framed
from archc.emit.volumes.solid import Solid, faces, window
from archc.emit.volumes.units import picture as units_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archc.check import Network
    from archc.diagnostics import Diagnostic

_MARGIN = 16.0


def scene(network: Network, with_legend: bool = True, findings: Sequence[Diagnostic] = ()) -> Scene:
    """A network as a scene."""
    picture = units_of(network, findings)
    scale = scales(picture)
    shared = shared_lines(picture) if with_legend else {}
    layout = arrange(picture, scale, shared)
    board = Board()
    boxes = _boxes(picture, layout, board)
    fans, wires = _wires(picture, layout, board)
    groups = [Group("", tuple(fans)), *boxes, Group("", tuple(wires))]
    groups.append(Group("", tuple(_texts(picture, layout, board))))
    words = caption(network, picture, scale)
    if with_legend:
        groups += legend(picture, shared, groups, words)
    details = [unit.detail + "." for unit in picture.units]
    description = " ".join(filter(None, [words, mistake(picture), *details]))
    return framed(picture.title, description, groups, _MARGIN)


def _boxes(picture: Picture, layout: Layout, board: Board) -> list[Group]:
    groups = []
    for unit, solid in zip(picture.units, layout.solids, strict=True):
        shapes: tuple[Shape, ...] = tuple(faces(unit, solid))
        board.block(solid.outline)
        groups.append(Group(unit.detail, shapes))
    return groups


# ---------------------------------------------------------------------------------------- wires


def _wires(picture: Picture, layout: Layout, board: Board) -> tuple[list[Shape], list[Shape]]:
    """What leads from each volume to the next: a kernel's pyramid, a fan, or an arrow."""
    stage = place.stages(picture)
    shapes: list[Shape] = ushape.wires(picture, layout, board) if layout.levels else []
    fans: list[Shape] = []
    for number in range(1, len(picture.units)):
        before, unit = picture.units[number - 1], picture.units[number]
        one, two = layout.solids[number - 1], layout.solids[number]
        if before.shape is None:
            continue
        if layout.rows[number] != layout.rows[number - 1]:
            if not layout.levels:
                shapes.append(rows.turn(layout, number))
            continue
        if unit.shape is None:
            start, end = (one.right + one.depth / 2, one.axis), (two.x - 2, two.axis)
            shapes.append(Line((start, end), "error", 1.6, arrow=True))
            continue
        near = two.x - one.right < one.depth + 6
        if near and layout.close and (layout.levels or stage[number - 1] == stage[number]):
            continue
        if len(unit.shape) == 1:
            fans.append(_fan(one, two, len(before.shape) == 1))
        elif unit.window and len(before.shape) > 1:
            shapes += _pyramid(window(before, one, unit), two)
        else:
            start, end = (one.right + one.depth / 2, one.axis), (two.x - 1.5, two.axis)
            shapes.append(Line((start, end), "wire", 1.1, arrow=True))
    for shape in shapes:
        if isinstance(shape, Line):
            board.line(shape)
    return fans, shapes


def _fan(one: Solid, two: Solid, flat: bool) -> Polygon:
    """All to all: the lines between two dense layers, as one faint face."""
    start = (one.at(1, 0, 1), one.at(1, 1, 1 if flat else 0))
    if flat:
        start = (one.at(1, 0, 0.5), one.at(1, 1, 0.5))
    return Polygon((start[0], two.at(0, 0, 0), two.at(0, 1, 0), start[1]), "fan", "", opacity=0.75)


def _pyramid(kernel: tuple[tuple[float, float], ...], two: Solid) -> list[Shape]:
    """A window and the one position it becomes."""
    if not kernel:
        return []
    apex = two.at(0, 0.62, 0)
    shapes: list[Shape] = [Polygon(kernel, "window", "", opacity=0.28)]
    shapes += [Line((corner, apex), "window", 0.7) for corner in kernel]
    shapes.append(Polygon(kernel, "", "window", 1.1))
    return shapes


# ---------------------------------------------------------------------------------------- texts


def _texts(picture: Picture, layout: Layout, board: Board) -> list[Shape]:
    shapes: list[Shape] = []
    for unit, solid in zip(picture.units, layout.solids, strict=True):
        middle = (solid.x + solid.right) / 2
        color = "ink" if unit.shape is not None else "error"
        shapes.append(
            board.put(Label(middle, solid.bottom + 10, place.channels(unit), 12.0, color=color))
        )
        if unit.shape is None and picture.shapes:
            text = fit(picture.shapes, 260.0, 12.0, bold=True)
            label = Label(solid.x, solid.summit - 10, text, 12.0, "start", bold=True, color="error")
            shapes.append(board.put(label))
    if layout.levels:
        shapes += edge_labels(picture, layout, board)
        return [*shapes, *ushape.names(picture, layout, board)]
    lowest = [bottom + 16 for bottom in layout.bottoms]
    for run in layout.runs:
        one, two = layout.solids[run.first], layout.solids[run.last]
        row = layout.rows[run.first]
        top = layout.bottoms[row] + 31
        labels = place.caption_labels(run, (one.x + two.right) / 2, top)
        shapes += map(board.put, labels)
        lowest[row] = max(lowest[row], top + 15 * max(0, len(labels) - 1))
    shapes += taps(picture, layout, board)
    shapes += edge_labels(picture, layout, board)
    shapes += brackets(picture, layout, [low + 16 for low in lowest])
    return shapes
