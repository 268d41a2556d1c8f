"""The diagram of a network as SVG that can stand in a page, for light ground and for dark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from archc.check import Network
from archc.diagnostics import Diagnostic
from archc.emit.diagram.options import ThemeName

_PROLOGUE = re.compile(r"^\s*<\?xml[^>]*\?>\s*")
_SIZE = re.compile(
    r'(<svg\b[^>]*?) width="([\d.]+)(pt|px)?" height="([\d.]+)(?:pt|px)?"', re.DOTALL
)
_ID = re.compile(r'(\s(?:id|aria-labelledby|aria-describedby)=")([^"]+)(")')
_POINT = 4 / 3  # pixels


class Picture(NamedTuple):
    """Both drawings, "" where there is none; `note` then says why, or what is shown instead."""

    light: Markup
    dark: Markup
    width: int  # pixels
    note: str = ""


def diagram(network: Network, findings: Sequence[Diagnostic], name: str) -> Picture:
    """The folded diagram in both themes, its ids beginning with `name`."""
    from archc.emit.diagram import TooLarge

    try:
        (light, dark), note = drawn(network, findings, ("light", "dark"))
    except TooLarge as error:
        return Picture(Markup(""), Markup(""), 0, f"There is no diagram: {error}.")
    found = _SIZE.search(light)
    unit = _POINT if found is not None and found[3] == "pt" else 1.0
    width = round(float(found[2]) * unit) if found is not None else 800
    return Picture(
        Markup(embedded(light, f"{name}-l")), Markup(embedded(dark, f"{name}-d")), width, note
    )


def drawn(
    network: Network, findings: Sequence[Diagnostic], themes: Sequence[ThemeName]
) -> tuple[list[str], str]:
    """SVG of the diagram in each theme; without Graphviz of the volumes, and why.

    Raises `TooLarge`.
    """
    from archc.emit.diagram import NoRenderer, Options, RenderError, draw, render
    from archc.install import command

    try:
        texts = [draw(network, Options(theme=theme), findings) for theme in themes]
        return [render(text, "svg").decode("utf-8") for text in texts], ""
    except NoRenderer:
        why = f"The diagram needs Graphviz: {command('pygraphviz')}."
    except RenderError as error:
        why = f"Graphviz made no diagram: {error}."
    from archc.emit import volumes

    pictures = [volumes.draw(network, Options(theme=theme), findings) for theme in themes]
    return pictures, f"{why} Its volumes are shown instead."


def embedded(svg: str, name: str) -> str:
    """A drawing of ours without its prologue; its ids begin with `name`, its size is the page's."""
    svg = _PROLOGUE.sub("", svg)
    svg = _SIZE.sub(r"\1", svg, count=1)

    def renamed(match: re.Match[str]) -> str:
        words = " ".join(f"{name}-{word}" for word in match[2].split())
        return f"{match[1]}{words}{match[3]}"

    return _ID.sub(renamed, svg).strip()
