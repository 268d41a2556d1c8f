"""SVG to pixels: by librsvg's program where there is one, else by the library resvg."""

from __future__ import annotations

import subprocess
from importlib import import_module
from importlib.util import find_spec

from archc.emit.png import DPI, printed
from archc.emit.volumes.fonts import fonts
from archc.install import program

SECONDS = 120


class NoConverter(Exception):
    """Nothing on this machine makes a PNG of an SVG, or what there is failed."""


def png(svg: str, paper: str, dpi: int = DPI) -> bytes:
    """The picture as PNG with so many pixels an inch, as it says, on `paper`, which is also what a
    pixel has that the page covers in part; raises `NoConverter`."""
    return printed(_png(svg, dpi / 96, paper), dpi)


def _png(svg: str, zoom: float, paper: str) -> bytes:
    found = program("rsvg-convert")
    failed = "neither resvg nor rsvg-convert is installed"
    if found is not None:
        try:
            done = subprocess.run(
                [found, "-f", "png", "-z", f"{zoom:g}", "-b", paper],
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
    face = fonts()  # resvg takes Arial for any sans serif, and writes nothing where it is missing
    try:
        made = import_module("resvg_py").svg_to_bytes(
            svg_string=svg,
            zoom=zoom,
            background=paper,
            sans_serif_family=None if face is None else face.family,
            font_files=None if face is None else [str(face.regular), str(face.bold)],
            style_sheet="text{font-stretch:condensed}" if face and face.condensed else None,
        )
        return bytes(made)
    except ValueError as error:
        raise NoConverter(f"resvg failed: {error}") from None
