"""SVG to pixels: by librsvg's program where there is one, else by the library resvg."""

from __future__ import annotations

import subprocess
from importlib import import_module
from importlib.util import find_spec

from archc.emit.png import DPI, with_density
from archc.install import program

SECONDS = 120


class NoConverter(Exception):
    """Nothing on this machine makes a PNG of an SVG, or what there is failed."""


def png(svg: str, dpi: int = DPI) -> bytes:
    """The picture as PNG with so many pixels an inch, as it says; raises `NoConverter`."""
    return with_density(_png(svg, dpi / 96), dpi)


def _png(svg: str, zoom: float) -> bytes:
    found = program("rsvg-convert")
    failed = "neither resvg nor rsvg-convert is installed"
    if found is not None:
        try:
            done = subprocess.run(
                [found, "-f", "png", "-z", f"{zoom:g}"],
                input=svg.encode("utf-8"),
                capture_output=True,
                timeout=SECONDS,
                check=True,
            )
            return done.stdout
        except (OSError, subprocess.SubprocessError) as error:
            failed = f"rsvg-convert failed: {error}"
    if find_spec("resvg_py") is None:
        raise NoConverter(failed)
    try:
        return bytes(import_module("resvg_py").svg_to_bytes(svg_string=svg, zoom=zoom))
    except ValueError as error:
        raise NoConverter(f"resvg failed: {error}") from None
