"""Arithmetic intensity: operations for each byte that has to be moved."""

from __future__ import annotations

from archc.analysis.roofline import traffic
from archc.check import Network
from archc.emit.report import svg
from archc.emit.report.depth import HEIGHT, WIDTH, Depth, Scale, rules
from archc.emit.report.share import Drawn
from archc.options import BYTES

_FEWEST, _MOST = 1.6, 5.0  # radii


def intensity(network: Network, name: str) -> Drawn | None:
    """A dot a layer, the larger the more it computes."""
    moved = traffic(network.graph, network.facts, BYTES[network.dtype])
    run = [node for node in network.graph.nodes if node.layer is not None and not node.training]
    found = []
    for node in run:
        one = moved[node.index]
        if one is None:
            return None
        if one.intensity:
            found.append((node, one.flops, one.intensity))
    if not found:
        return None
    depth = Depth([node for node, _, _ in found])
    ratios = [ratio for _, _, ratio in found]
    low, high = min(*ratios, 0.1), max(*ratios, 1.0)
    scale = Scale(low / 1.3, high * 1.6, depth.bottom, depth.top, log=True)
    marks = svg.decades(low, high * 1.3)
    parts = [depth.ground(), rules(depth, scale, marks, [f"{mark:g}" for mark in marks])]
    most = max(operations for _, operations, _ in found)
    for kind in ("macs", "other"):
        dots = []
        for place, (node, operations, ratio) in enumerate(found):
            counted = node.layer is not None and node.layer.counted
            if counted == (kind == "macs"):
                radius = _FEWEST + (_MOST - _FEWEST) * (operations / most) ** 0.5
                dots.append(svg.tag("circle", cx=depth.middle(place), cy=scale(ratio), r=radius))
        parts.append(svg.tag("g", *dots, class_=f"{kind} dots"))
    parts.append(svg.text(depth.left - 44, depth.top - 7, "\u2191 FLOPs a byte", "note"))
    parts.append(
        depth.hover(
            [f"{n.path}\n{ratio:,.3g} FLOPs a byte\n{ops:,} FLOPs" for n, ops, ratio in found]
        )
    )
    best = max(found, key=lambda one: one[2])
    title = "Arithmetic intensity"
    said = (
        f"FLOPs for each byte of input, output and weights, moved once; the larger the dot, "
        f"the more work. Highest at {best[0].path}: {best[2]:,.3g}. Dots that are low and large "
        "wait for memory."
    )
    return title, svg.picture(name, title, said, (WIDTH, HEIGHT), parts), said
