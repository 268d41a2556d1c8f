"""Where the parameters and the multiply-accumulates are: layer by layer, and added up."""

from __future__ import annotations

from markupsafe import Markup

from archc.check import Network
from archc.emit import figures
from archc.emit.report import svg
from archc.emit.report.depth import HEIGHT, WIDTH, Depth, Scale, rules
from archc.emit.rows import layers

Drawn = tuple[str, Markup, str]
_PANEL = 74.0  # height of the panel of single layers, params above and MACs below its middle


def share(network: Network, name: str) -> Drawn | None:
    """Bars for each layer's share above, the shares added up below."""
    found = [(node, facts) for node, facts in layers(network) if not node.training]
    if any(facts.params is None or facts.work is None for _, facts in found):
        return None
    kept = [(node, facts) for node, facts in found if facts.params or figures.macs(facts.work)]
    params = [facts.params or 0 for _, facts in kept]
    macs = [figures.macs(facts.work) or 0 for _, facts in kept]
    if not sum(params) and not sum(macs):
        return None
    nodes = [node for node, _ in kept]
    depth = Depth(nodes)
    title = "Parameters and work, layer by layer"
    said = _said([node.path for node in nodes], params, macs)
    titles = [
        f"{node.path}\n{p:,} parameters ({_percent(p, params)})\n{m:,} MACs ({_percent(m, macs)})"
        for node, p, m in zip(nodes, params, macs, strict=True)
    ]
    drawing = svg.picture(
        name,
        title,
        said,
        (WIDTH, HEIGHT),
        [
            depth.ground(),
            _single(depth, params, macs),
            _cumulative(depth, params, macs),
            depth.hover(titles),
        ],
    )
    return title, drawing, said


def _single(depth: Depth, params: list[int], macs: list[int]) -> Markup:
    """Bars up for parameters, down for MACs, in one scale of percent."""
    middle = depth.top + _PANEL / 2
    most = max(_most(params), _most(macs)) or 1.0
    unit = (_PANEL / 2 - 2) / most
    gap = 0.15 * depth.step if depth.step > 3 else 0.0
    drawn = []
    for values, kind, up in ((params, "params", True), (macs, "macs", False)):
        total = sum(values) or 1
        boxes = []
        for place, value in enumerate(values):
            height = unit * 100 * value / total
            y = middle - height if up else middle
            boxes.append((depth.x(place) + gap, y, depth.step - 2 * gap, height))
        drawn.append(svg.bars(boxes, kind))
    drawn.append(svg.line(depth.left, middle, depth.right, middle, "axis"))
    word = f"{most:.0f}%" if most >= 1 else f"{most:.1f}%"
    for y in (middle - unit * most, middle + unit * most):
        drawn.append(svg.text(depth.left - 6, y + 3.5, word, "tick", "end"))
    return svg.join(drawn)


def _cumulative(depth: Depth, params: list[int], macs: list[int]) -> Markup:
    """Two lines from 0 to 100 %."""
    scale = Scale(0, 100, depth.bottom, depth.top + _PANEL + 20)
    drawn = [rules(depth, scale, [0, 50, 100], ["0", "50%", "100%"])]
    ends: list[tuple[float, float, str, str]] = []
    for values, kind, word in ((params, "params", "parameters"), (macs, "macs", "MACs")):
        total = sum(values)
        if not total:
            continue
        points = [(depth.left, scale(0))]
        so_far = 0
        half = None
        for place, value in enumerate(values):
            so_far += value
            points.append((depth.x(place + 1), scale(100 * so_far / total)))
            if half is None and 2 * so_far >= total:
                half = points[-1]
        drawn.append(svg.path(points, f"{kind} curve"))
        if half is not None:
            ends.append((*half, word, kind))
    ends.sort()
    for place, (x, y, word, kind) in enumerate(ends):
        first = place == 0 and len(ends) == 2
        anchor = "end" if first or x > depth.right - 90 else "start"
        if first and x - depth.left < 75:
            anchor, x, y = "start", x + 14, y - 26
        x += -8 if anchor == "end" else 8
        drawn.append(svg.text(x, y + (-6 if first else 14), word, f"{kind} name", anchor))
    return svg.join(drawn)


def _most(values: list[int]) -> float:
    total = sum(values)
    return 100 * max(values, default=0) / total if total else 0.0


def _percent(value: int, values: list[int]) -> str:
    return f"{figures.share(value, sum(values)) or 0} %"


def _said(paths: list[str], params: list[int], macs: list[int]) -> str:
    parts = []
    for values, word in ((params, "parameters"), (macs, "MACs")):
        if sum(values):
            at = max(range(len(values)), key=values.__getitem__)
            parts.append(f"{paths[at]} has {_percent(values[at], values)} of the {word}")
    text = ", ".join(parts)
    return f"The most in one layer: {text}."
