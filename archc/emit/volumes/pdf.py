"""A scene as PDF, by nothing but this file: faces, lines, and text in the reader's Helvetica."""

from __future__ import annotations

from math import cos, radians, sin
from typing import Any

from archc.emit.volumes.scene import Label, Line, Point, Polygon, Scene
from archc.emit.volumes.svg import plain
from archc.emit.volumes.tikz import UNIT

_SYMBOLS = {"\u2265": "\263", "\u2260": "\271", "\u2192": "\256", "\u2264": "\243"}
_WIDTHS = {**dict.fromkeys("\263\271\243", 549), "\256": 987}
_HELVETICA = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, *[556] * 10,
    278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556,
    833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333,
    500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
)  # fmt: skip
_BOLD = (
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, *[556] * 10,
    333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611,
    833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556,
    333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389,
    556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
)  # fmt: skip


def pdf(scene: Scene, colors: dict[str, str]) -> bytes:
    """The bytes of a file of one page; the same scene gives the same bytes."""
    from zlib import compress

    wide, high = scene.width * UNIT, scene.height * UNIT
    opacities = sorted(
        {shape.opacity for group in scene.groups for shape in group.shapes
         if isinstance(shape, Polygon)} | {1.0}
    )  # fmt: skip
    states = {value: f"/G{place}" for place, value in enumerate(opacities)}
    lines = [f"{UNIT} 0 0 {-UNIT} 0 {_number(high)} cm 1 j 1 J"]
    lines.append(f"{_color(colors['paper'])} rg 0 0 {_pair((scene.width, scene.height))} re f")
    for group in scene.groups:
        for shape in group.shapes:
            lines += _drawn(shape, colors, states)
    content = compress("\n".join(lines).encode("latin-1"), 9)
    fonts = " ".join(
        f"/{name} << /Type /Font /Subtype /Type1 /BaseFont /{face}{coding} >>"
        for name, face, coding in (
            ("F", "Helvetica", " /Encoding /WinAnsiEncoding"),
            ("B", "Helvetica-Bold", " /Encoding /WinAnsiEncoding"),
            ("S", "Symbol", ""),
        )
    )
    grey = " ".join(f"{name} << /ca {value:g} >>" for value, name in states.items())
    title = b"\xfe\xff" + plain(scene.title).encode("utf-16-be")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_number(wide)} {_number(high)}] "
        f"/Contents 4 0 R /Resources << /Font << {fonts} >> /ExtGState << {grey} >> >> >>".encode(),
        f"<< /Length {len(content)} /Filter /FlateDecode >>\nstream\n".encode()
        + content
        + b"\nendstream",
        f"<< /Title <{title.hex()}> /Producer (archc) >>".encode(),
    ]
    data = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
    table = "0000000000 65535 f \n"
    for place, body in enumerate(objects, start=1):
        table += f"{len(data):010d} 00000 n \n"
        data += f"{place} 0 obj\n".encode() + body + b"\nendobj\n"
    count = len(objects) + 1
    end = f"trailer\n<< /Size {count} /Root 1 0 R /Info 5 0 R >>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + f"xref\n0 {count}\n{table}{end}".encode()


def _drawn(shape: Any, colors: dict[str, str], states: dict[float, str]) -> list[str]:
    if isinstance(shape, Label):
        return _text(shape, colors[shape.color])
    dash = "[4 3] 0 d" if shape.dashed else "[] 0 d"
    if isinstance(shape, Line):
        color = _color(colors[shape.stroke])
        lines = [f"{color} RG {shape.width:g} w {dash} {_path(shape.shaft)} S"]
        return [*lines, f"{color} rg {_path(shape.head)} f"] if shape.head else lines
    path = _path(shape.points) + " h"
    lines = []
    if shape.fill:
        state = states[shape.opacity]
        lines.append(f"{state} gs {_color(colors[shape.fill])} rg {path} f {states[1.0]} gs")
    if shape.stroke:
        lines.append(f"{_color(colors[shape.stroke])} RG {shape.width:g} w {dash} {path} S")
    return lines


def _text(label: Label, color: str) -> list[str]:
    pieces = _pieces(label.text)
    widths = _BOLD if label.bold else _HELVETICA
    total = 0.0
    for font, text in pieces:
        for sign in text:
            known = " " <= sign <= "~" and font != "S"
            total += widths[ord(sign) - 32] if known else _WIDTHS.get(sign, 584)
    start = {"start": 0.0, "middle": -total / 2, "end": -total}[label.anchor] * label.size / 1000
    turn = radians(label.angle)
    c, s = cos(turn), sin(turn)
    drop = label.size * 0.35
    x, y = label.x + start * c - drop * s, label.y + start * s + drop * c
    place = f"{c:.4f} {s:.4f} {s:.4f} {-c:.4f} {_pair((x, y))} Tm"
    face = "B" if label.bold else "F"
    shown = " ".join(
        f"/{font if font == 'S' else face} {_number(label.size)} Tf ({_quoted(text)}) Tj"
        for font, text in pieces
    )
    return [f"BT {_color(color)} rg {place} {shown} ET"]


def _pieces(text: str) -> list[tuple[str, str]]:
    """Runs of one font, in the codes of that font; a sign that neither has becomes a dot."""
    pieces: list[tuple[str, str]] = []
    for sign in plain(text):
        if sign in _SYMBOLS:
            font, code = "S", _SYMBOLS[sign]
        else:
            font = "F"
            code = sign.encode("cp1252", "ignore").decode("latin-1") or "\267"
        if pieces and pieces[-1][0] == font:
            pieces[-1] = (font, pieces[-1][1] + code)
        else:
            pieces.append((font, code))
    return pieces


def _quoted(text: str) -> str:
    """A PDF string's inside: nothing in it ends the string."""
    return "".join(
        sign if sign.isalnum() and sign.isascii() else f"\\{ord(sign):03o}" for sign in text
    )


def _color(value: str) -> str:
    return " ".join(f"{int(value[at : at + 2], 16) / 255:.3g}" for at in (1, 3, 5))


def _path(points: tuple[Point, ...]) -> str:
    return " ".join(f"{_pair(point)} {'l' if place else 'm'}" for place, point in enumerate(points))


def _pair(point: Point) -> str:
    return f"{_number(point[0])} {_number(point[1])}"


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
