"""SVG to pixels: by librsvg's program where there is one, else by the library resvg."""

from __future__ import annotations

import subprocess
from importlib import import_module
from importlib.util import find_spec

from archc.install import program

ZOOM = 2
SECONDS = 120


class NoConverter(Exception):
    """Nothing on this machine makes a PNG of an SVG, or what there is failed."""


def png(svg: str) -> bytes:
    """The picture as PNG, twice its size in pixels; raises `NoConverter`."""
    found = program("rsvg-convert")
    failed = "neither resvg nor rsvg-convert is installed"
    if found is not None:
        try:
            done = subprocess.run(
                [found, "-f", "png", "-z", str(ZOOM)],
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
        return bytes(import_module("resvg_py").svg_to_bytes(svg_string=svg, zoom=ZOOM))
    except ValueError as error:
        raise NoConverter(f"resvg failed: {error}") from None
