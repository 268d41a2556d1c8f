"""The roofline: the rate that each layer can reach at most, by the operations it has for a byte."""

from __future__ import annotations

from markupsafe import Markup

from archc.analysis.roofline import Bound, Roofline
from archc.check import Network
from archc.emit import roofline as words
from archc.emit.report import svg
from archc.emit.report.depth import WIDTH, Scale
from archc.emit.report.share import Drawn
from archc.emit.text import clean
from archc.graph.graph import Node

HEIGHT = 300
LEFT, RIGHT, TOP, BOTTOM = 62.0, 14.0, 30.0, 40.0
_LEAST, _MOST = 2.2, 9.0  # radii
_NAMED = 5
_APART = 12  # pixels between dots that are both named

Point = tuple[Node, Bound]


def roof(network: Network, name: str) -> Drawn | None:
    """A dot a layer on the device's roof, its area the layer's share of the least time."""
    found = None if network.answers is None else network.answers.roofline
    if found is None or found.seconds is None:
        return None
    pairs = zip(network.graph.nodes, found.layers, strict=True)
    points = [
        (node, bound) for node, bound in pairs if bound is not None and bound.traffic.intensity
    ]
    if not points:
        return None
    points.sort(key=lambda one: -one[1].seconds)
    across, up = _scales(found, points)
    parts = [_ground(found, across), _marks(across, up), _line(found, across, up)]
    parts += [_dots(found, points, across, up), _names(points, found, across, up)]
    title = f"Roofline: {clean(found.device.title)}, {found.dtype}"
    said = _said(found, points)
    return title, svg.picture(name, title, said, (WIDTH, HEIGHT), parts), said


class _Axis(Scale):
    """A logarithmic scale that knows its ends."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        super().__init__(low, high, start, end, log=True)
        self.low, self.high = low, high


def _scales(found: Roofline, points: list[Point]) -> tuple[_Axis, _Axis]:
    ratios = [bound.traffic.intensity or 1.0 for _, bound in points]
    low, high = min(*ratios, found.ridge) / 2, max(3 * max(ratios), 8 * found.ridge)
    bottom = found.device.bandwidth * low / 1.5
    across = _Axis(low, high, LEFT, WIDTH - RIGHT)
    return across, _Axis(bottom, found.rate.flops * 2, HEIGHT - BOTTOM, TOP)


def _ground(found: Roofline, across: _Axis) -> Markup:
    """What lies right of the ridge is shaded: there the operations take longest."""
    x = across(found.ridge)
    box = (x, TOP, WIDTH - RIGHT - x, HEIGHT - BOTTOM - TOP)
    left = svg.text(x - 8, TOP - 8, "\u2190 waits for memory", "tick", "end")
    right = svg.text(x + 8, TOP - 8, "for arithmetic \u2192", "tick", "start")
    return svg.bars([box], "shade") + left + right


def _marks(across: _Axis, up: _Axis) -> Markup:
    drawn = []
    for mark in svg.decades(across.low, across.high):
        x = across(mark)
        drawn.append(svg.line(x, TOP, x, HEIGHT - BOTTOM, "rule"))
        drawn.append(svg.text(x, HEIGHT - BOTTOM + 15, f"{mark:g}", "tick", "middle"))
    for mark in svg.decades(up.low, up.high):
        y = up(mark)
        drawn.append(svg.line(LEFT, y, WIDTH - RIGHT, y, "rule"))
        word = words.rate(mark).removesuffix("FLOP/s").strip()
        drawn.append(svg.text(LEFT - 6, y + 3.5, word, "tick", "end"))
    drawn.append(svg.text(WIDTH - RIGHT, HEIGHT - 8, "FLOPs a byte \u2192", "note", "end"))
    drawn.append(svg.text(8, TOP - 8, "\u2191 FLOP/s", "note", "start"))
    return svg.join(drawn)


def _line(found: Roofline, across: _Axis, up: _Axis) -> Markup:
    """The roof: the bandwidth up to the ridge, then the peak rate."""
    bandwidth, peak = found.device.bandwidth, found.rate.flops
    corners = [(across.low, bandwidth * across.low), (found.ridge, peak), (across.high, peak)]
    return svg.path([(across(x), up(y)) for x, y in corners], "axis")


def _place(found: Roofline, bound: Bound, across: _Axis, up: _Axis) -> tuple[float, float]:
    intensity = bound.traffic.intensity or 1.0
    reached = min(found.rate.flops, intensity * found.device.bandwidth)
    return across(intensity), up(reached)


def _radius(found: Roofline, bound: Bound) -> float:
    share = bound.seconds / found.seconds if found.seconds else 0.0
    return float(max(_LEAST, min(_MOST, 22 * share**0.5)))


def _dots(found: Roofline, points: list[Point], across: _Axis, up: _Axis) -> Markup:
    """The large ones below the small ones."""
    groups: dict[str, list[Markup]] = {"other": [], "macs": []}
    for node, bound in points:
        x, y = _place(found, bound, across, up)
        share = 100 * bound.seconds / found.seconds if found.seconds else 0.0
        title = (
            f"{node.path}\n{words.ratio(bound.traffic.intensity)} FLOPs a byte\n"
            f"at least {words.time(bound.seconds)}, {share:.1f} % of all"
        )
        dot = svg.tag("circle", svg.tag("title", title), cx=x, cy=y, r=_radius(found, bound))
        counted = node.layer is not None and node.layer.counted
        groups["macs" if counted else "other"].append(dot)
    return svg.join(svg.tag("g", *dots, class_=f"{kind} dots") for kind, dots in groups.items())


def _names(points: list[Point], found: Roofline, across: _Axis, up: _Axis) -> Markup:
    """The longest by their names, below the roof, where nothing else stands."""
    drawn = []
    named: list[float] = []
    taken: list[tuple[float, float, float]] = []
    for node, bound in points:
        x, y = _place(found, bound, across, up)
        if len(named) == _NAMED or any(abs(x - other) < _APART for other in named):
            continue  # beside one that has a name, and takes longer
        radius = _radius(found, bound)
        wide = svg.text_width(node.path, 11)
        left = x + radius + 4 if bound.waits else x - wide / 2
        left = min(left, WIDTH - RIGHT - wide)
        line = lowest = y + radius + 13
        while any(abs(line - other) < 13 and left < e and b < left + wide for b, e, other in taken):
            line += 13
        if line > HEIGHT - BOTTOM - 4:
            continue
        named.append(x)
        taken.append((left, left + wide + 6, line))
        if line > lowest:
            drawn.append(svg.line(x, y + radius, x, line - 10, "axis"))
        drawn.append(svg.text(left, line, node.path, "value", "start"))
    return svg.join(drawn)


def _said(found: Roofline, points: list[Point]) -> str:
    node, bound = points[0]
    moving = sum(1 for one in found.layers if one is not None and one.seconds) - len(points)
    also = f" {moving} that only move values have no place here." if moving else ""
    total, first = words.time(found.seconds or 0), words.time(bound.seconds)
    return (
        f"The roof is what {clean(found.device.title)} can do: {words.basis(found)}; from "
        f"{words.ratio(found.ridge)} FLOPs a byte on, memory keeps up. A dot is a layer, its area "
        f"its share of the time, at least {total} in all; {words.counts(found)}. Longest is "
        f"{node.path}, at least {first}.{also}"
    )
