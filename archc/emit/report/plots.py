"""The plots of a network: where its numbers, its work and its memory are."""

from __future__ import annotations

from markupsafe import Markup

from archc.check import Network
from archc.emit.report.funnel import funnel
from archc.emit.report.intensity import intensity
from archc.emit.report.live import live
from archc.emit.report.roofline import roof
from archc.emit.report.seen import seen
from archc.emit.report.share import share
from archc.named import NamedTuple


class Plot(NamedTuple):
    """A drawing with its heading, and one sentence that says what it shows."""

    title: str
    drawing: Markup
    said: str


def plots(network: Network, name: str) -> list[Plot]:
    """Those that can be drawn; `name` begins their ids."""
    found = []
    makers = {"share": share, "funnel": funnel, "live": live, "seen": seen, "work": intensity}
    makers["roof"] = roof
    for word, make in makers.items():
        plot = make(network, f"{name}-{word}")
        if plot is not None:
            found.append(Plot(*plot))
    return found
