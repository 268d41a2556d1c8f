"""From DOT to a picture: through `dot` where there is one, else through the library of pygraphviz.

Either runs as a process of its own, so that whatever happens in it stays there.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec

from archc.emit.diagram.laid import Laid
from archc.emit.diagram.level import leveled
from archc.emit.diagram.straight import straightened
from archc.emit.diagram.svg import tidy
from archc.emit.png import DPI, printed
from archc.install import command, program

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


_Way = Callable[[str, str, str], list[str]]  # a command for an engine, a format, a density

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
    ways = _ways()
    if not ways:
        raise NoRenderer(f"pictures need Graphviz: {command('pygraphviz')}")
    complaint = ""
    for way in ways:
        try:
            data = _drawn(way, dot, format, str(dpi) if format == "png" else "")
        except RenderError as error:
            complaint = complaint or str(error)
            continue
        if format == "svg":
            return tidy(data.decode("utf-8")).encode("utf-8")
        if format == "png":
            return printed(data, dpi)
        return _TIME.sub(_timeless, data) if format == "pdf" else data
    raise RenderError(complaint)


def available() -> bool:
    """Whether anything on this machine makes pictures of DOT."""
    return bool(_ways())


def _drawn(way: _Way, dot: str, format: str, dpi: str) -> bytes:
    """Laid out by Graphviz, straightened, and drawn."""
    if format == "plain" or "rankdir=TB" not in dot.partition("]")[0]:
        return _run(way("dot", format, dpi), dot)
    try:
        return _run(way(_PLACED, format, dpi), _straight(way, dot).text())
    except (RenderError, ValueError, KeyError):  # an old Graphviz: as it would have it
        return _run(way("dot", format, dpi), dot)


def _straight(way: _Way, dot: str) -> Laid:
    laid = Laid(_run(way("dot", "json0", ""), dot))
    leveled(laid)
    straightened(laid)
    return laid


def width(dot: str) -> float | None:
    """How wide a picture from top to bottom gets, in points, before it is enlarged or shrunk."""
    for way in _ways():
        try:
            return _straight(way, dot).wide
        except (RenderError, ValueError, KeyError):
            continue
    return None


def _ways() -> list[_Way]:
    """What could make the picture, the preferred one first."""
    ways: list[_Way] = []
    found = program("dot")
    if found is not None:

        def run_program(engine: str, format: str, dpi: str) -> list[str]:
            placed = ["-Kneato", "-n2"] if engine == _PLACED else []
            return [found, *placed, f"-T{format}", *([f"-Gdpi={dpi}"] if dpi else [])]

        ways.append(run_program)
    if find_spec("pygraphviz") is not None and sys.executable:
        call = [sys.executable, "-P", "-c", _LIBRARY]
        ways.append(lambda engine, format, dpi: [*call, engine, format, dpi])
    return ways


def _run(command: list[str], dot: str) -> bytes:
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "0", "PYTHONWARNINGS": "ignore"}
    try:
        done = subprocess.run(
            command,
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
