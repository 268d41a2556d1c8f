"""From DOT to a picture, through the Graphviz that pygraphviz brings.

A `dot` on the path is left alone: of another version, it would place the same boxes otherwise.
"""

from __future__ import annotations

import re
import sys
from importlib.util import find_spec

from archc.emit.diagram.graphviz import RenderError as RenderError
from archc.emit.diagram.graphviz import run as _run
from archc.emit.diagram.laid import Laid
from archc.emit.diagram.level import leveled
from archc.emit.diagram.straight import straightened
from archc.emit.diagram.svg import tidy
from archc.emit.diagram.tags import tagged
from archc.emit.png import DPI, printed
from archc.install import command

_PLACED = "nop2"  # the engine that leaves everything at its place


_TIME = re.compile(rb"/(?:Creation|Mod)Date \(D:([^)]{15,})\)")


def _timeless(match: re.Match[bytes]) -> bytes:
    """The same in length, without the hour at which it was made."""
    return match[0].replace(match[1], b"19700101000000Z".ljust(len(match[1])))


class NoRenderer(Exception):
    """Nothing on this machine makes pictures of DOT."""


def render(dot: str, format: str, dpi: int = DPI) -> bytes:
    """The picture as `svg`, `png` or `pdf`; `dot` gives the text itself. `dpi` is for `png`.

    Raises `NoRenderer` where Graphviz is not installed, `RenderError` where it fails.
    """
    if format == "dot":
        return dot.encode("utf-8")
    if not available():
        raise NoRenderer(f"pictures need Graphviz: {command('pygraphviz')}")
    data = _drawn(dot, format, str(dpi) if format == "png" else "")
    if format == "svg":
        return tidy(data.decode("utf-8")).encode("utf-8")
    if format == "png":
        return printed(data, dpi)
    return _TIME.sub(_timeless, data) if format == "pdf" else data


def available() -> bool:
    """Whether anything on this machine makes pictures of DOT."""
    return bool(sys.executable) and find_spec("pygraphviz") is not None


def _drawn(dot: str, format: str, dpi: str) -> bytes:
    """Laid out by Graphviz, straightened, and drawn."""
    if format == "plain" or "rankdir=TB" not in dot.partition("]")[0]:
        return _run(dot, "dot", format, dpi)
    try:
        return _run(_straight(dot).text(), _PLACED, format, dpi)
    except (RenderError, ValueError, KeyError):  # an old Graphviz: as it would have it
        return _run(dot, "dot", format, dpi)


def _straight(dot: str) -> Laid:
    laid = Laid(_run(dot, "dot", "json0"))
    leveled(laid)
    straightened(laid)
    tagged(laid)
    return laid


def width(dot: str) -> float | None:
    """How wide a picture from top to bottom gets, in points, before it is enlarged or shrunk."""
    try:
        return _straight(dot).wide if available() else None
    except (RenderError, ValueError, KeyError):
        return None
