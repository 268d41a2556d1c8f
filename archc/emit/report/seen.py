"""The receptive field over depth, against the size of the input."""

from __future__ import annotations

from markupsafe import Markup

from archc.check import Network
from archc.emit import figures
from archc.emit.report import svg
from archc.emit.report.depth import HEIGHT, WIDTH, Depth, Scale, rules, steps
from archc.emit.report.share import Drawn
from archc.emit.report.stages import Stage, stages


def seen(network: Network, name: str) -> Drawn | None:
    """A stepped line; where a layer sees everything, the line ends and the ground says so."""
    found = stages(network)
    if len(found) < 2 or len(found[0].shape) < 2:
        return None
    if any(stage.field is None for stage in found):
        return None
    sizes = [_size(stage) for stage in found]
    local = [size for size in sizes if size is not None]
    if not local:
        return None
    inputs = [axis for axis in found[0].shape[1:] if isinstance(axis, int)]
    side = float(max(inputs, default=0))
    depth = Depth(
        [stage.node for stage in found], [stage.path.partition(".")[0] for stage in found]
    )
    top = max(*local, side)
    scale = Scale(0, top * 1.12, depth.bottom, depth.top)
    marks = [mark for mark in svg.ticks(top) if abs(mark - side) > 0.08 * top]
    words = [f"{mark:g}" for mark in marks]
    parts = [depth.ground(), rules(depth, scale, marks, words)]
    blind = next((place for place, size in enumerate(sizes) if size is None), len(sizes))
    outline = steps(depth, [scale(size) for size in local[:blind]])
    parts.append(
        svg.path(
            [(depth.left, depth.bottom), *outline, (depth.x(blind), depth.bottom)],
            "field area",
            True,
        )
    )
    if blind < len(sizes):
        parts.append(_everything(depth, blind))
    parts.append(svg.path(outline, "field curve"))
    if side:
        y = scale(side)
        parts.append(svg.line(depth.left, y, depth.right, y, "limit"))
        parts.append(svg.text(depth.left - 6, y + 3.5, f"{side:g}", "tick strong", "end"))
        parts.append(svg.text(depth.left + 5, y - 5, "the input", "note"))
    titles = [f"{stage.path}\n{_text(stage)}" for stage in found]
    parts.append(depth.hover(titles))
    title = "Receptive field over depth"
    said = _said(network, found, sizes, side)
    return title, svg.picture(name, title, said, (WIDTH, HEIGHT), parts), said


def _everything(depth: Depth, first: int) -> Markup:
    """The part in which every layer sees the whole input."""
    x = depth.x(first)
    wide = depth.right - x
    box = svg.bars([(x, depth.top, wide, depth.bottom - depth.top)], "all")
    if wide > 60:
        return box + svg.text(x + wide / 2, depth.top + 14, "sees all", "note", "middle")
    return box + svg.text(x - 4, depth.top + 9, "then all", "note", "end")


def _size(stage: Stage) -> float | None:
    field = stage.field
    if field is None or not field.size:
        return None
    if field.whole and all(axis == 1 for axis in stage.shape[1:]):
        return None
    return float(max(field.size))


def _text(stage: Stage) -> str:
    text = figures.field(stage.field, stage.shape)
    return "sees the whole input" if text == "all" else f"{text} px"


def _said(network: Network, found: list[Stage], sizes: list[float | None], side: float) -> str:
    local = figures.local_field(network)
    text = "In pixels of the input."
    if local is not None:
        text = f"{figures.axes(local.size)} px of the input at {network.facts.field_at}"
        text += f", in steps of {figures.axes(local.stride)}."
    pairs = list(zip(found, sizes, strict=True))
    over = next((stage for stage, size in pairs if size and size > side), None)
    whole = next((stage for stage, size in pairs if size and size == side), None)
    if side and over is not None:
        text += f" Larger than the input from {over.path} on: what lies outside is padding."
    elif side and whole is not None:
        text += f" Just the whole input from {whole.path} on."
    elif side and local is not None:
        text += " No local layer sees the whole input."
    return text
