"""Pictures of networks through Graphviz: `draw` gives DOT text, `render` a picture of it."""

from __future__ import annotations

from archc.emit.diagram.options import Options
from archc.emit.diagram.render import NoRenderer, RenderError, render

__all__ = ["NoRenderer", "Options", "RenderError", "draw", "render"]


def draw(network, options=Options(), findings=()):
    from archc.emit.diagram.dot import Picture

    return Picture(network, options, findings).text()
