"""The picture papers draw: a network as boxes in perspective, with kernels between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit.volumes.draw import drawing, scene
from archc.emit.volumes.flow import flow_tikz
from archc.emit.volumes.palette import palette
from archc.emit.volumes.pdf import pdf as pdf_of
from archc.emit.volumes.svg import svg
from archc.emit.volumes.tikz import tikz as tikz_of

__all__ = [
    "draw",
    "draw_in",
    "drawing",
    "flow_tikz",
    "palette",
    "pdf",
    "pdf_of",
    "svg",
    "tikz",
    "tikz_of",
]

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archc.check import Network
    from archc.diagnostics import Diagnostic
    from archc.emit.diagram.options import Options, ThemeName


def draw(network: Network, options: Options, findings: Sequence[Diagnostic] = ()) -> str:
    """The picture as SVG; `findings` tell what is wrong with a broken spec."""
    return draw_in(network, options, (options.theme,), findings)[0]


def draw_in(
    network: Network, options: Options, themes: Sequence[ThemeName], findings: Sequence[Diagnostic]
) -> list[str]:
    """The same picture in several themes; where all stands is worked out once."""
    made = scene(network, options, findings)
    return [svg(made, palette(one)) for one in themes]


def tikz(
    network: Network,
    options: Options,
    findings: Sequence[Diagnostic] = (),
    fragment: bool = False,
) -> str:
    """The picture as a standalone LaTeX file, or as a `fragment` for an article."""
    return tikz_of(scene(network, options, findings), palette(options.theme), fragment)


def pdf(network: Network, options: Options, findings: Sequence[Diagnostic] = ()) -> bytes:
    """The picture as PDF; the same network gives the same bytes."""
    return pdf_of(scene(network, options, findings), palette(options.theme))
