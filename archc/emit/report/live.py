"""What is alive in memory while each layer runs at inference, with the peak marked."""

from __future__ import annotations

from archc.check import Network
from archc.emit import figures
from archc.emit.report import svg
from archc.emit.report.depth import HEIGHT, WIDTH, Depth, Scale, rules, steps
from archc.emit.report.share import Drawn

_NAMED = 3  # so many of what is alive at the peak are named


def live(network: Network, name: str) -> Drawn | None:
    """A stepped area in the order of execution."""
    memory = network.facts.memory
    pairs = zip(network.graph.nodes, network.facts.layers, strict=True)
    found = [(node, facts.live_bytes) for node, facts in pairs if not node.training]
    values = [value for _, value in found if value is not None]
    if len(values) != len(found) or not memory.peak:
        return None
    nodes = [node for node, _ in found]
    depth = Depth(nodes)
    unit, word = _unit(memory.peak)
    top = memory.peak / unit
    scale = Scale(0, top * 1.14, depth.bottom, depth.top)
    marks = svg.ticks(top)
    heights = [scale(value / unit) for value in values]
    outline = steps(depth, heights)
    area = [(depth.left, depth.bottom), *outline, (depth.right, depth.bottom)]
    at = next(place for place, value in enumerate(values) if value == memory.peak)
    x, y = depth.middle(at), scale(top)
    left = x > (depth.left + depth.right) / 2
    label = f"peak {figures.size(memory.peak)}, {memory.peak_at}"
    alive = list(memory.live)
    shown = ", ".join(alive[:_NAMED])
    if len(alive) > _NAMED:
        shown += f" and {len(alive) - _NAMED} more"
    title = "Memory alive while each layer runs"
    said = f"At most {figures.size(memory.peak)}, at {memory.peak_at}. Alive there: {shown}."
    titles = [
        f"{node.path}\n{figures.size(value)} alive"
        for node, value in zip(nodes, values, strict=True)
    ]
    drawing = svg.picture(
        name,
        title,
        said,
        (WIDTH, HEIGHT),
        [
            depth.ground(),
            rules(depth, scale, marks, [_tick(mark, word, mark == marks[-1]) for mark in marks]),
            svg.path(area, "memory area", close=True),
            svg.path(outline, "memory curve"),
            svg.line(depth.left, y, depth.right, y, "limit"),
            svg.tag("circle", cx=x, cy=y, r=4.0, class_="mark"),
            svg.text(x + (-8 if left else 8), y - 7, label, "note", "end" if left else "start"),
            depth.hover(titles),
        ],
    )
    return title, drawing, said


def _unit(value: int) -> tuple[float, str]:
    for word, unit in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if value >= unit:
            return float(unit), word
    return 1.0, "B"


def _tick(value: float, word: str, last: bool) -> str:
    shown = f"{value:g}"
    return f"{shown} {word}" if last else shown
