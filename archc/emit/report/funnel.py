"""The feature maps on their way: their side shrinks above the line, their channels grow below."""

from __future__ import annotations

from markupsafe import Markup

from archc.check import Network
from archc.emit.report import svg
from archc.emit.report.depth import HEIGHT, WIDTH, Depth, Scale, steps
from archc.emit.report.share import Drawn
from archc.emit.report.stages import Stage, stages
from archc.shapes import show


def funnel(network: Network, name: str) -> Drawn | None:
    """Both by powers of two, mirrored."""
    found = stages(network)
    if len(found) < 2:
        return None
    depth = Depth([stage.node for stage in found], [_band(stage) for stage in found])
    sides = [side(stage) for stage in found]
    channels = [max(float(_whole(stage.shape[0])), 1.0) for stage in found]
    middle = _middle(depth, max(sides), max(channels))
    above = Scale(0.7, max(max(sides), 2.0), middle, depth.top + 12, log=True)
    below = Scale(0.7, max(max(channels), 2.0), middle, depth.bottom - 14, log=True)
    parts = [depth.ground()]
    for scale, values, kind in ((above, sides, "field"), (below, channels, "params")):
        outline = steps(depth, [scale(value) for value in values])
        parts.append(
            svg.path([(depth.left, middle), *outline, (depth.right, middle)], f"{kind} area", True)
        )
        parts.append(svg.path(outline, f"{kind} curve"))
    parts.append(svg.line(depth.left, middle, depth.right, middle, "axis"))
    for words, values, scale, gap in (
        ([_side_text(stage) for stage in found], sides, above, -5.0),
        ([str(stage.shape[0]) for stage in found], channels, below, 13.0),
    ):
        parts += _labels(depth, words, [scale(value) + gap for value in values])
    for scale, word, high in ((above, "side", max(sides)), (below, "channels", max(channels))):
        y = (middle + scale(high)) / 2 + 3.5
        parts.append(svg.text(depth.left - 6, y, word, "tick", "end"))
    titles = [f"{stage.path}\n{_shape(stage)}" for stage in found]
    parts.append(depth.hover(titles))
    title = "Feature maps: side and channels"
    said = _said(found)
    return title, svg.picture(name, title, said, (WIDTH, HEIGHT), parts), said


def side(stage: Stage) -> float:
    """The side of a map: the geometric mean of its axes; 1 for a flat tensor."""
    axes = [float(_whole(axis)) for axis in stage.shape[1:]]
    product = 1.0
    for axis in axes:
        product *= max(axis, 1.0)
    return product ** (1 / len(axes)) if axes else 1.0


def _middle(depth: Depth, high: float, wide: float) -> float:
    """The line between both, so that one scale serves both: a power is as high as it is deep."""
    import math

    one, two = math.log2(max(high, 2.0)), math.log2(max(wide, 2.0))
    room = depth.bottom - depth.top - 26
    return depth.top + 12 + room * min(max(one / (one + two), 0.25), 0.75)


def _labels(depth: Depth, words: list[str], heights: list[float]) -> list[Markup]:
    """A figure where it changes, as far as there is room."""
    drawn = []
    free = depth.left - 20
    start = 0
    for place in range(1, len(words) + 1):
        if place < len(words) and words[place] == words[start]:
            continue
        x = depth.x((start + place) / 2)
        wide = svg.text_width(words[start], 10.5)
        if x - wide / 2 >= free:
            drawn.append(svg.text(x, heights[start], words[start], "value", "middle"))
            free = x + wide / 2 + 5
        start = place
    return drawn


def _band(stage: Stage) -> str:
    return stage.path.partition(".")[0]


def _side_text(stage: Stage) -> str:
    axes = [str(axis) for axis in stage.shape[1:]]
    if not axes:
        return "1"
    return axes[0] if len(set(axes)) == 1 else "\u00d7".join(axes)


def _whole(axis: object) -> int:
    return axis if isinstance(axis, int) else 1


def _said(found: list[Stage]) -> str:
    first = found[0]
    last = next((stage for stage in reversed(found) if len(stage.shape) > 1), first)
    smallest = min((stage for stage in found if len(stage.shape) > 1), key=side, default=last)
    widest = max(found, key=lambda stage: _whole(stage.shape[0]))
    return (
        f"From {_shape(first)} at the input to {_shape(smallest)} at "
        f"{smallest.path}; the most channels, {_whole(widest.shape[0]):,}, at {widest.path}. "
        "Each step up or down is a doubling."
    )


def _shape(stage: Stage) -> str:
    return show(stage.shape).replace("x", "\u00d7")
