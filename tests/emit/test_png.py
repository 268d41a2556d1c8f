"""A PNG is opaque to its rim, and its colours are those that were drawn."""

from __future__ import annotations

from importlib import import_module
from struct import unpack
from zlib import decompress

import pytest

from archc.emit import sizing
from archc.emit.diagram import Options, draw
from archc.emit.diagram.options import ThemeName
from archc.emit.diagram.render import NoRenderer, RenderError, render
from archc.emit.diagram.theme import THEMES
from archc.emit.png import printed
from archc.emit.volumes.convert import png
from archc.emit.volumes.draw import scene
from archc.emit.volumes.palette import palette
from archc.emit.volumes.svg import svg
from tests.emit.networks import bundled_networks

LENET = dict(bundled_networks())["lenet5:LeNet5"]
Pixels = list[list[tuple[int, ...]]]


def pixels(data: bytes) -> Pixels:
    """The rows of a PNG of 8 bits a channel, after its specification (W3C, 2003, 9.2)."""
    wide, high, depth, kind = unpack(">IIBB", data[16:26])
    assert depth == 8
    step = {2: 3, 6: 4}[kind]
    packed, place = b"", 8
    while place < len(data):
        (length,) = unpack(">I", data[place : place + 4])
        if data[place + 4 : place + 8] == b"IDAT":
            packed += data[place + 8 : place + 8 + length]
        place += length + 12
    rows, above = [], bytes(wide * step)
    raw = decompress(packed)
    for number in range(high):
        start = number * (1 + wide * step)
        row = bytearray(raw[start + 1 : start + 1 + wide * step])
        for n in range(len(row)):
            left = row[n - step] if n >= step else 0
            corner = above[n - step] if n >= step else 0
            row[n] = (row[n] + foretold(raw[start], left, above[n], corner)) % 256
        rows.append([tuple(row[n : n + step]) for n in range(0, len(row), step)])
        above = bytes(row)
    return rows


def foretold(way: int, left: int, up: int, corner: int) -> int:
    if way == 4:
        guess = left + up - corner
        return min((left, up, corner), key=lambda one: abs(guess - one))
    return (0, left, up, (left + up) // 2)[way]


def rim(rows: Pixels) -> set[tuple[int, ...]]:
    return {*rows[0], *rows[-1], *(row[0] for row in rows), *(row[-1] for row in rows)}


def paper(theme: ThemeName) -> tuple[int, ...]:
    return tuple(bytes.fromhex(THEMES[theme].paper[1:]))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("dpi", [40, 43])
def test_volumes_have_paper_to_the_rim(theme: ThemeName, dpi: int) -> None:
    pytest.importorskip("resvg_py")
    colors = palette(theme)
    rows = pixels(png(svg(scene(LENET, Options(theme=theme)), colors), colors["paper"], dpi))
    assert rim(rows) == {paper(theme)}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_boxes_have_paper_to_the_rim(theme: ThemeName) -> None:
    try:
        data = render(draw(LENET, Options(theme=theme)), "png", 50)
    except (NoRenderer, RenderError):
        pytest.skip("Graphviz is not installed")
    wanted = paper(theme)
    assert all(
        abs(a - b) <= 1 for one in rim(pixels(data)) for a, b in zip(one, wanted, strict=True)
    )


def test_colours_stay() -> None:
    pytest.importorskip("resvg_py")
    drawn = svg(scene(LENET, Options(room=sizing.place("column"))), palette("light"))
    made = bytes(import_module("resvg_py").svg_to_bytes(svg_string=drawn, zoom=0.7))
    before, after = pixels(made), pixels(printed(made, 60))
    whole = [(y, x) for y, row in enumerate(before) for x, one in enumerate(row) if one[3] == 255]
    assert len(whole) > 0.9 * len(before) * len(before[0])
    assert all(after[y][x] == before[y][x][:3] for y, x in whole)
