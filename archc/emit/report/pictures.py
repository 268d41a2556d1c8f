"""The diagram of a network as SVG that can stand in a page, for light ground and for dark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from archc.check import Network
from archc.diagnostics import Diagnostic

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
    """The folded diagram; without Graphviz the volumes, without a picture the reason."""
    from archc.emit.diagram import NoRenderer, Options, RenderError, draw, render
    from archc.emit.diagram.render import INSTALL

    try:
        light, dark = (
            render(draw(network, Options(theme=theme), findings), "svg").decode("utf-8")
            for theme in ("light", "dark")
        )
    except NoRenderer:
        return _volumes(network, findings, name, f"The diagram needs Graphviz: {INSTALL}.")
    except RenderError as error:
        return _volumes(network, findings, name, f"Graphviz made no diagram: {error}.")
    return _picture(light, dark, name, "")


def _volumes(network: Network, findings: Sequence[Diagnostic], name: str, why: str) -> Picture:
    from archc.emit import volumes
    from archc.emit.diagram import Options

    light, dark = (
        volumes.draw(network, Options(theme=theme), findings) for theme in ("light", "dark")
    )
    return _picture(light, dark, name, f"{why} Its volumes are shown instead.")


def _picture(light: str, dark: str, name: str, note: str) -> Picture:
    found = _SIZE.search(light)
    unit = _POINT if found is not None and found[3] == "pt" else 1.0
    width = round(float(found[2]) * unit) if found is not None else 800
    return Picture(
        Markup(embedded(light, f"{name}-l")), Markup(embedded(dark, f"{name}-d")), width, note
    )


def embedded(svg: str, name: str) -> str:
    """A drawing of ours without its prologue; its ids begin with `name`, its size is the page's."""
    svg = _PROLOGUE.sub("", svg)
    svg = _SIZE.sub(r"\1", svg, count=1)

    def renamed(match: re.Match[str]) -> str:
        words = " ".join(f"{name}-{word}" for word in match[2].split())
        return f"{match[1]}{words}{match[3]}"

    return _ID.sub(renamed, svg).strip()
