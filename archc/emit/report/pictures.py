"""The diagram of a network as SVG that can stand in a page, for light ground and for dark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from archc.check import Network
from archc.diagnostics import Diagnostic
from archc.emit.diagram.options import ThemeName
from archc.named import NamedTuple

if TYPE_CHECKING:
    from archc.emit.diagram.options import Options

_PROLOGUE = re.compile(r"^\s*<\?xml[^>]*\?>\s*")
_SIZE = re.compile(
    r'(<svg\b[^>]*?) width="([\d.]+)(pt|px)?" height="([\d.]+)(?:pt|px)?"', re.DOTALL
)
_COLOR = re.compile(r"#[0-9a-fA-F]{6}\b")
_ID = re.compile(r'(\s(?:id|aria-labelledby|aria-describedby)=")([^"]+)(")')
_POINT = 4 / 3  # pixels


class Picture(NamedTuple):
    """Both drawings, "" where there is none; `note` then says why, or what is shown instead."""

    light: Markup
    dark: Markup
    width: int  # pixels
    note: str = ""
    title: str = "Diagram"


def diagram(network: Network, findings: Sequence[Diagnostic], name: str) -> Picture:
    """The folded diagram in both themes, its ids beginning with `name`."""
    from archc.emit.diagram import Options, TooLarge

    try:
        texts, note = drawn(network, findings, ("light", "dark"), Options())
    except TooLarge as error:
        return Picture(Markup(""), Markup(""), 0, f"There is no diagram: {error}.")
    return _picture(texts, name, note)


def others(network: Network, findings: Sequence[Diagnostic], name: str) -> list[Picture]:
    """Other views of a network: its groups alone, where they say less, and its volumes."""
    from archc.emit import volumes
    from archc.emit.diagram import Options, TooLarge
    from archc.emit.diagram.render import available

    found = []
    grouped = any(node.scope.parent is not None for node in network.graph.nodes)
    try:
        if grouped and available():
            texts, _ = drawn(network, findings, ("light", "dark"), Options(expand=("none",)))
            found.append(_picture(texts, f"{name}-g", "")._replace(title="The groups alone"))
        if available():  # without it they are what is shown already
            pair = volumes.draw_in(network, Options(), _THEMES, findings)
            title = "Volumes, drawn to scale"
            found.append(_picture(pair, f"{name}-v", "")._replace(title=title))
    except TooLarge:
        pass  # the first picture has said so
    return found


_THEMES: tuple[ThemeName, ...] = ("light", "dark")


def _picture(texts: list[str], name: str, note: str) -> Picture:
    light, dark = texts
    found = _SIZE.search(light)
    unit = _POINT if found is not None and found[3] == "pt" else 1.0
    width = round(float(found[2]) * unit) if found is not None else 800
    return Picture(
        Markup(embedded(light, f"{name}-l")), Markup(embedded(dark, f"{name}-d")), width, note
    )


def drawn(
    network: Network,
    findings: Sequence[Diagnostic],
    themes: Sequence[ThemeName],
    options: Options,
) -> tuple[list[str], str]:
    """SVG of the diagram in each theme; without Graphviz of the volumes, and why.

    Raises `TooLarge`.
    """
    from archc.emit.diagram import NoRenderer, RenderError, draw_in, render
    from archc.install import command

    try:
        texts = draw_in(network, options, themes, findings)
        coded, colors = _coded(texts)
        if not coded:
            return [render(text, "svg").decode("utf-8") for text in texts], ""
        svg = render(coded, "svg").decode("utf-8")
        return [_painted(svg, colors, place) for place in range(len(texts))], ""
    except NoRenderer:
        why = f"The diagram needs Graphviz: {command('pygraphviz')}."
    except RenderError as error:
        why = f"Graphviz made no diagram: {error}."
    from archc.emit import volumes

    pictures = volumes.draw_in(network, options, themes, findings)
    return pictures, f"{why} Its volumes are shown instead."


def _coded(texts: Sequence[str]) -> tuple[str, dict[str, tuple[str, ...]]]:
    """Of DOT texts that are laid out alike, one with a code for each colour, and what the code
    stands for in each of them: Graphviz runs once for all. "" where they are not alike."""
    if len({_COLOR.sub("", text) for text in texts}) != 1:
        return "", {}
    several = list(zip(*(_COLOR.findall(text) for text in texts), strict=True))
    codes = {
        colors: f"#{0x010000 + number:06x}" for number, colors in enumerate(dict.fromkeys(several))
    }
    along = iter(several)
    coded = _COLOR.sub(lambda _: codes[next(along)], texts[0])
    return coded, {code: colors for colors, code in codes.items()}


def _painted(svg: str, colors: dict[str, tuple[str, ...]], place: int) -> str:
    """A drawing with the colours that the codes stand for in one of the texts."""
    return _COLOR.sub(
        lambda match: colors[match[0]][place] if match[0] in colors else match[0], svg
    )


def embedded(svg: str, name: str) -> str:
    """A drawing of ours without its prologue; its ids begin with `name`, its size is the page's."""
    svg = _PROLOGUE.sub("", svg)
    svg = _SIZE.sub(r"\1", svg, count=1)

    def renamed(match: re.Match[str]) -> str:
        words = " ".join(f"{name}-{word}" for word in match[2].split())
        return f"{match[1]}{words}{match[3]}"

    return _ID.sub(renamed, svg).strip()
