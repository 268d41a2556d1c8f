"""Networks as dots: their work to the right, their parameters upwards."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from archc.check import Network
from archc.emit import figures
from archc.emit.report import svg
from archc.emit.report.depth import Scale

WIDTH, HEIGHT = 720, 380
LEFT, RIGHT, TOP, BOTTOM = 64.0, 24.0, 20.0, 44.0
_LOG = 12  # from this ratio on by powers of ten


def scatter(networks: Sequence[Network], names: Sequence[str], anchors: Sequence[str]) -> Markup:
    """A dot and a name each; nothing where fewer than two have both figures."""
    found = []
    for network, name, anchor in zip(networks, names, anchors, strict=True):
        params, macs = network.facts.totals.params, figures.macs(network.facts.totals.work)
        if params and macs:
            found.append((macs, params, name, anchor))
    if len(found) < 2:
        return Markup("")
    across, x_marks = _scale([one[0] for one in found], LEFT, WIDTH - RIGHT)
    up, y_marks = _scale([one[1] for one in found], HEIGHT - BOTTOM, TOP)
    parts = []
    for mark in x_marks:
        x = across(mark)
        parts.append(svg.line(x, TOP, x, HEIGHT - BOTTOM, "rule"))
        parts.append(svg.text(x, HEIGHT - BOTTOM + 16, _tick(mark), "tick", "middle"))
    for mark in y_marks:
        y = up(mark)
        parts.append(svg.line(LEFT, y, WIDTH - RIGHT, y, "rule"))
        parts.append(svg.text(LEFT - 8, y + 3.5, _tick(mark), "tick", "end"))
    parts.append(svg.text(WIDTH - RIGHT, HEIGHT - 8, "MACs \u2192", "note", "end"))
    parts.append(svg.text(LEFT - 48, TOP - 7, "\u2191 parameters", "note", "start"))
    dots = [(across(macs), up(params)) for macs, params, _, _ in found]
    boxes = [(x - 6, y - 6, x + 6, y + 6) for x, y in dots]
    for (x, y), (macs, params, name, anchor) in zip(dots, found, strict=True):
        title = f"{name}\n{params:,} parameters\n{macs:,} MACs"
        dot = svg.tag("circle", svg.tag("title", title), cx=x, cy=y, r=5.0, class_="dot")
        tx, ty, anchored = _room(x, y, name, boxes)
        label = svg.text(tx, ty, name, "value", anchored)
        parts.append(svg.tag("a", dot, label, href=f"#{anchor}"))
    title = "Work and parameters"
    said = "; ".join(
        f"{name}: {params:,} parameters, {macs:,} MACs" for macs, params, name, _ in found
    )
    return svg.picture("compare-scatter", title, said, (WIDTH, HEIGHT), parts)


def _scale(values: list[int], start: float, end: float) -> tuple[Scale, list[float]]:
    low, high = min(values), max(values)
    if high / low < _LOG:
        scale = Scale(0, high * 1.12, start, end)
        return scale, svg.ticks(high * 1.1)
    scale = Scale(low / 1.8, high * 1.8, start, end, log=True)
    return scale, svg.decades(low / 1.8, high * 1.8)


def _tick(value: float) -> str:
    for unit, size in (("T", 1e12), ("G", 1e9), ("M", 1e6), ("K", 1e3)):
        if value >= size:
            return f"{value / size:g} {unit}"
    return f"{value:g}"


def _room(
    x: float, y: float, name: str, boxes: list[tuple[float, float, float, float]]
) -> tuple[float, float, str]:
    """The first place beside a dot where its name covers nothing; it is taken from then on."""
    wide = svg.text_width(name, 11.5)
    places = [(x + 9, y + 4, "start"), (x - 9, y + 4, "end"), (x, y - 10, "middle")]
    places += [(x, y + 19, "middle"), (x + 8, y - 8, "start"), (x + 8, y + 16, "start")]
    places += [(x - 8, y - 8, "end"), (x - 8, y + 16, "end")]
    chosen = places[0]
    for tx, ty, anchor in places:
        left = tx - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
        box = (left, ty - 10, left + wide, ty + 3)
        inside = box[0] > LEFT and box[2] < WIDTH - 4 and box[1] > 0 and box[3] < HEIGHT - BOTTOM
        if inside and not any(_touch(box, other) for other in boxes):
            chosen = (tx, ty, anchor)
            boxes.append(box)
            break
    return chosen


def _touch(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
