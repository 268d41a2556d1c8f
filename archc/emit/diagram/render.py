"""From DOT to a picture, through the Graphviz that pygraphviz brings.

It runs as a process of its own, so that whatever happens in it stays there. A `dot` on the path is
left alone: of another version, it would place the same boxes otherwise.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec

from archc.emit.diagram.laid import Laid
from archc.emit.diagram.level import leveled
from archc.emit.diagram.straight import straightened
from archc.emit.diagram.svg import tidy
from archc.emit.png import DPI, printed
from archc.install import command

SECONDS = 300
_LIBRARY = """
import sys
from pygraphviz import AGraph
engine, format, dpi = sys.argv[1:]
graph = AGraph(string=sys.stdin.buffer.read().decode("utf-8"))
if dpi:
    graph.graph_attr["dpi"] = dpi
sys.stdout.buffer.write(graph.draw(format=format, prog=engine))
"""
_PLACED = "nop2"  # the engine that leaves everything at its place


_TIME = re.compile(rb"/(?:Creation|Mod)Date \(D:([^)]{15,})\)")


def _timeless(match: re.Match[bytes]) -> bytes:
    """The same in length, without the hour at which it was made."""
    return match[0].replace(match[1], b"19700101000000Z".ljust(len(match[1])))


class NoRenderer(Exception):
    """Nothing on this machine makes pictures of DOT."""


class RenderError(Exception):
    """Graphviz made no picture; its own words."""


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
    return laid


def width(dot: str) -> float | None:
    """How wide a picture from top to bottom gets, in points, before it is enlarged or shrunk."""
    try:
        return _straight(dot).wide if available() else None
    except (RenderError, ValueError, KeyError):
        return None


def _run(dot: str, engine: str, format: str, dpi: str = "") -> bytes:
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "0", "PYTHONWARNINGS": "ignore"}
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", _LIBRARY, engine, format, dpi],
            input=dot.encode("utf-8"),
            capture_output=True,
            timeout=SECONDS,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise RenderError(f"Graphviz took longer than {SECONDS} seconds") from None
    except OSError as error:
        raise RenderError(f"Graphviz could not be started: {error.strerror}") from None
    if done.returncode or not done.stdout:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise RenderError(lines[-1] if lines else f"Graphviz ended with status {done.returncode}")
    return done.stdout
