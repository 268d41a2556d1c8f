"""Pictures of networks through Graphviz: `draw` gives DOT text, `render` a picture of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit.diagram.build import TooLarge, UnknownName
from archc.emit.diagram.options import Options
from archc.emit.diagram.render import NoRenderer, RenderError, render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archc.check import Network
    from archc.diagnostics import Diagnostic
    from archc.emit.diagram.options import ThemeName

__all__ = [
    "NoRenderer",
    "Options",
    "RenderError",
    "TooLarge",
    "UnknownName",
    "draw",
    "draw_in",
    "render",
]


def draw(
    network: Network, options: Options | None = None, findings: Sequence[Diagnostic] = ()
) -> str:
    """The picture as DOT text, the same for the same network and options.

    `findings` are those of the check; what they say of a layer that does not fit is written on it.
    Raises `UnknownName` where `options.expand` names nothing, and `TooLarge`.
    """
    options = options or Options()
    return draw_in(network, options, (options.theme,), findings)[0]


def draw_in(
    network: Network, options: Options, themes: Sequence[ThemeName], findings: Sequence[Diagnostic]
) -> list[str]:
    """The same picture in several themes; what is seen is made out once."""
    from archc.emit.diagram.build import view
    from archc.emit.diagram.dot import Picture
    from archc.emit.diagram.edges import Plan

    plan = Plan(network.graph, view(network.graph, options))
    pictures = (Picture(network, options._replace(theme=one), findings, plan) for one in themes)
    return [picture.text() for picture in pictures]
