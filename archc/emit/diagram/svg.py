"""Graphviz's SVG made fit for pages: small, the same on every run, with titles."""

from __future__ import annotations

import re

from archc.emit.diagram.metrics import CENTRED, FAMILY, RIGHT

_COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)
_DOCTYPE = re.compile(r"<!DOCTYPE[^>]*>\n?")
_LINK = re.compile(r'<g id="a_[^"]*"><a xlink:title="([^"]*)">\n(.*?)</a>\n</g>\n', re.DOTALL)
_NAMED = re.compile(r"<title>[^<]*</title>\n\x00([^\x00]*)\x00")
_TITLE = re.compile(r"<title>[^<]*</title>\n")
_HELD = re.compile(
    r'(<polygon [^>]*points="([^"]*)"/>\n)<text ([^>]*)text-anchor="start" x="[^"]*"([^>]*) '
    r'font-family="(' + f"{CENTRED}|{RIGHT}" + r')"'
)
_ID = re.compile(r' id="[^"]*"')


def tidy(svg: str) -> str:
    """Leaves out comments, version, ids and document type; makes titles of tooltips."""
    svg = _DOCTYPE.sub("", _COMMENT.sub("", svg)).replace("\x00", "")
    titles: list[str] = []

    def unlink(match: re.Match[str]) -> str:
        titles.append(match[1])
        return f"\x00{match[1]}\x00{match[2]}"

    svg = _LINK.sub(unlink, svg)
    head, mark, body = svg.partition("<title>")
    svg = head + _NAMED.sub(lambda match: f"\x00{match[1]}\x00", mark + body)
    svg = _TITLE.sub("", svg)
    svg = re.sub(r"\x00\s*\x00", "", svg)
    svg = re.sub(r"\x00([^\x00]+)\x00", r"<title>\1</title>\n", svg)
    svg = _HELD.sub(_hold, svg).replace('"transparent"', '"none"')
    for noise in (
        ' xml:space="preserve"',
        f' font-family="{FAMILY}"',
        ' xmlns:xlink="http://www.w3.org/1999/xlink"',
    ):
        svg = svg.replace(noise, "")
    svg = _ID.sub("", svg)
    label = titles[0] if titles else ""
    start = f'<svg role="img" aria-label="{label}" font-family="{FAMILY}" '
    return svg.replace("<svg ", start, 1)


def _hold(match: re.Match[str]) -> str:
    """Text that was centred, or set to the right, in the cell in front of it: held there."""
    ground, points, before, after, face = match.groups()
    across = [float(point.partition(",")[0]) for point in points.split()]
    if face == CENTRED:
        anchor, x = "middle", (min(across) + max(across)) / 2
    else:
        anchor, x = "end", max(across)
    return f'{ground}<text {before}text-anchor="{anchor}" x="{x:g}"{after}'
