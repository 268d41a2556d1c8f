"""Bounds of time as text and as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archc.analysis.roofline import together
from archc.emit import figures
from archc.emit.style import PLAIN
from archc.emit.text import clean

if TYPE_CHECKING:
    from archc.analysis.roofline import Bound, Roofline
    from archc.check import Network
    from archc.emit.style import Style
    from archc.graph.graph import Node


def titles(style: Style) -> list[str]:
    """The heads of the columns that `cells` fills."""
    return ["FLOP/B", style.sign("time \u2265", "time >="), "waits for"]


def cells(roofline: Roofline, nodes: list[Node], style: Style) -> tuple[str, str, str]:
    """Of a layer, or of all in a row: operations a byte, the least time, what most of it is for."""
    run = [node for node in nodes if node.layer is not None and not node.training]
    bound = together([roofline.layers[node.index] for node in run])
    if bound is None:
        return figures.UNKNOWN, figures.UNKNOWN, ""
    if not bound.seconds:
        return "", "0", ""
    return ratio(bound.traffic.intensity), time(bound.seconds, style), word(bound)


def all_in_all(network: Network, style: Style) -> str:
    """The bound of a whole network in a cell; nothing where it is not asked for."""
    if network.answers is None or network.answers.roofline is None:
        return ""
    seconds = network.answers.roofline.seconds
    return figures.UNKNOWN if seconds is None else time(seconds, style)


def word(bound: Bound) -> str:
    """What a layer waits for: `memory`, or the device's `arithmetic`."""
    return "memory" if bound.waits else "arithmetic"


def ratio(intensity: float | None) -> str:
    """Operations a byte, three digits: `0.125`, `1,230`."""
    if intensity is None:
        return ""
    return f"{intensity:.3g}" if intensity < 999.5 else f"{intensity:,.0f}"


def time(seconds: float, style: Style = PLAIN) -> str:
    """Three digits: `12.3 \u00b5s`."""
    micro = style.sign("\u00b5s", "us")
    unit, scaled = _unit(seconds, {"s": 1.0, "ms": 1e-3, micro: 1e-6, "ns": 1e-9})
    digits = 2 if scaled < 9.995 else 1 if scaled < 99.95 else 0
    return f"{scaled:,.{digits}f} {unit}"


def rate(per_second: float) -> str:
    """`19.5 TFLOP/s`."""
    unit, scaled = _unit(per_second, {"T": 1e12, "G": 1e9, "M": 1e6})
    return f"{_short(scaled)} {unit}FLOP/s"


def width(per_second: float) -> str:
    """A bandwidth, `2,039 GB/s`."""
    unit, scaled = _unit(per_second, {"G": 1e9, "M": 1e6})
    return f"{_short(scaled)} {unit}B/s"


def _unit(value: float, units: dict[str, float]) -> tuple[str, float]:
    """The largest unit of which there is one, else the last; and how many there are."""
    for unit, scale in units.items():
        if value >= 0.9995 * scale:
            return unit, value / scale
    return unit, value / scale


def _short(value: float) -> str:
    return f"{value:.4g}" if value < 1000 else f"{value:,.0f}"


def basis(roofline: Roofline) -> str:
    """`156 TFLOP/s (TF32) or 2,039 GB/s`."""
    note = f" ({clean(roofline.rate.note)})" if roofline.rate.note else ""
    return f"{rate(roofline.rate.flops)}{note} or {width(roofline.device.bandwidth)}"


def rows(roofline: Roofline, style: Style) -> list[tuple[str, str, str]]:
    """Name, value, note: below a network's table."""
    name = clean(roofline.device.title)
    if roofline.seconds is None or roofline.fused is None:
        return [("time", figures.UNKNOWN, f"on {name}: a size is open")]
    least = style.sign("\u2265 ", ">= ")
    return [
        (
            "time",
            least + time(roofline.seconds, style),
            f"a lower bound, on {name}, layer by layer: each at {basis(roofline)}, what takes "
            f"longer; {counts(roofline)}",
        ),
        (
            "",
            least + time(roofline.fused, style),
            "a lower bound however layers are fused: multiply-adds alone, or input, weights and "
            "results once",
        ),
    ]


def counts(roofline: Roofline) -> str:
    """`9 of 31 layers wait for memory, 12 % of the time`."""
    busy = [one for one in roofline.layers if one is not None and one.seconds]
    waiting = [one for one in busy if one.waits]
    if not waiting:
        return "no layer waits for memory"
    share = 100 * sum(one.seconds for one in waiting) / sum(one.seconds for one in busy)
    verb = "waits" if len(waiting) == 1 else "wait"
    return f"{len(waiting)} of {len(busy)} layers {verb} for memory, {share:.0f} % of the time"


def plain(network: Network, roofline: Roofline) -> dict[str, Any]:
    """For JSON: `roofline`."""
    device = roofline.device
    nodes = zip(network.graph.nodes, roofline.layers, strict=True)
    return {
        "device": device.name,
        "title": device.title,
        "source": device.source,
        "dtype": roofline.dtype,
        "flops_per_second": roofline.rate.flops,
        "bytes_per_second": device.bandwidth,
        "ridge": roofline.ridge,
        "seconds_at_least": roofline.seconds,
        "seconds_at_least_fused": roofline.fused,
        "layers": {node.path: _plain_bound(bound) for node, bound in nodes if node.layer},
    }


def _plain_bound(bound: Bound | None) -> dict[str, Any] | None:
    if bound is None:
        return None
    return {
        "flops": bound.traffic.flops,
        "bytes": bound.traffic.bytes,
        "intensity": bound.traffic.intensity,
        "seconds_at_least": bound.seconds,
        "waits_for": word(bound) if bound.seconds else None,
    }
