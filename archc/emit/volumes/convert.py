"""SVG to PNG and PDF, by what the machine has: librsvg's program, or the library CairoSVG."""

from __future__ import annotations

import shutil
import subprocess
from importlib import import_module
from importlib.util import find_spec

ZOOM = 2
SECONDS = 120
INSTALL = "pip install cairosvg, or the rsvg-convert of your system (librsvg)"


class NoConverter(Exception):
    """Nothing on this machine makes a PNG or PDF of an SVG, or what there is failed."""


def convert(svg: str, format: str) -> bytes:
    """The picture as `png`, twice its size in pixels, or as `pdf`; raises `NoConverter`."""
    program = shutil.which("rsvg-convert")
    if program is not None:
        zoom = ["-z", str(ZOOM)] if format == "png" else []
        try:
            done = subprocess.run(
                [program, "-f", format, *zoom],
                input=svg.encode("utf-8"),
                capture_output=True,
                timeout=SECONDS,
                check=True,
            )
            return done.stdout
        except (OSError, subprocess.SubprocessError) as error:
            raise NoConverter(f"rsvg-convert failed: {error}") from None
    if find_spec("cairosvg") is None:
        raise NoConverter("neither rsvg-convert nor CairoSVG is installed")
    try:
        cairosvg = import_module("cairosvg")
        emit = cairosvg.svg2png if format == "png" else cairosvg.svg2pdf
        scale = ZOOM if format == "png" else 1
        data: bytes = emit(bytestring=svg.encode("utf-8"), scale=scale)
    except OSError:  # the library is there, the system's cairo is not
        raise NoConverter("CairoSVG does not find the system's cairo") from None
    return data
