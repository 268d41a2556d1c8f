"""A scene as PDF of one page, as large as the drawing, with its fonts in it.

The library fpdf2 writes the file. Where a machine has no font that may be put in, text is in the
reader's Helvetica, which has the letters of Western Europe alone.
"""

from __future__ import annotations

from datetime import UTC, datetime
from logging import ERROR, getLogger
from typing import TYPE_CHECKING, Any

from archc.emit.volumes.fonts import covering, fonts
from archc.emit.volumes.scene import Label, Line, Polygon, Scene
from archc.emit.volumes.svg import plain

if TYPE_CHECKING:
    from fpdf import FPDF


def pdf(scene: Scene, colors: dict[str, str]) -> bytes:
    """The bytes of the file; the same scene gives the same bytes on the same machine."""
    from fpdf import FPDF

    getLogger("fpdf").setLevel(ERROR)  # a letter that no font has is no matter for a log
    getLogger("fontTools").setLevel(ERROR)
    page = FPDF(unit="pt", format=(scene.width * scene.unit, scene.height * scene.unit))
    page.set_creation_date(datetime(1970, 1, 1, tzinfo=UTC))
    page.set_producer("archc")
    page.set_title(plain(scene.title))
    page.set_auto_page_break(False)
    page.set_margin(0)
    page.add_page()
    pen = _Pen(page, colors, scene)
    page.set_fill_color(*_color(colors["paper"]))
    page.rect(0, 0, scene.width * scene.unit, scene.height * scene.unit, style="F")
    for group in scene.groups:
        for shape in group.shapes:
            pen.draw(shape)
    return bytes(page.output())


_PLAIN = {0x2013: "-", 0x2026: "...", 0x2192: "->", 0x2260: "!=", 0x2265: ">=", 0x2264: "<="}
"""For the reader's own Helvetica, which has the letters of Latin-1."""


class _Pen:
    """Draws shapes on a page."""

    def __init__(self, page: FPDF, colors: dict[str, str], scene: Scene) -> None:
        self.page = page
        self.unit = scene.unit
        self.colors = colors
        self.face = "helvetica"
        found = fonts()
        if found is not None:
            self.face = "sans"
            page.add_font("sans", "", found.regular)
            page.add_font("sans", "B", found.bold)
            others = (*found.others, *covering("".join(scene.letters()), found)[0])
            for number, path in enumerate(others):
                page.add_font(f"other{number}", "", path)
            page.set_fallback_fonts(
                [f"other{number}" for number in range(len(others))], exact_match=False
            )

    def draw(self, shape: Any) -> None:
        """One shape."""
        if isinstance(shape, Label):
            self._text(shape)
        elif isinstance(shape, Line):
            self._line(shape)
        else:
            self._polygon(shape)

    def _line(self, line: Line) -> None:
        color = _color(self.colors[line.stroke])
        self._stroke(color, line.width, line.dashed)
        self.page.polyline(self._points(line.shaft))
        if line.head:
            self.page.set_fill_color(*color)
            self.page.polygon(self._points(line.head), style="F")

    def _polygon(self, shape: Polygon) -> None:
        style = ("F" if shape.fill else "") + ("D" if shape.stroke else "")
        if shape.fill:
            self.page.set_fill_color(*_color(self.colors[shape.fill]))
        if shape.stroke:
            self._stroke(_color(self.colors[shape.stroke]), shape.width, shape.dashed)
        points = self._points(shape.points)
        if shape.opacity == 1:
            self.page.polygon(points, style=style)
            return
        with self.page.local_context(fill_opacity=shape.opacity):
            self.page.polygon(points, style=style)

    def _points(self, points: Any) -> list[tuple[float, float]]:
        return [(x * self.unit, y * self.unit) for x, y in points]

    def _stroke(self, color: tuple[int, int, int], width: float, dashed: bool) -> None:
        self.page.set_draw_color(*color)
        self.page.set_line_width(width * self.unit)
        self.page.set_dash_pattern(4 * self.unit if dashed else 0, 3 * self.unit if dashed else 0)

    def _text(self, label: Label) -> None:
        page = self.page
        page.set_font(self.face, "B" if label.bold else "", label.size * self.unit)
        page.set_text_color(*_color(self.colors[label.color]))
        text = plain(label.text)
        if self.face == "helvetica":
            text = text.translate(_PLAIN).encode("latin-1", "replace").decode("latin-1")
        wide = page.get_string_width(text)
        start = {"start": 0.0, "middle": -wide / 2, "end": -wide}[label.anchor]
        x, y = label.x * self.unit, label.y * self.unit
        if not label.angle:
            page.text(x + start, y + label.size * 0.35 * self.unit, text)
            return
        with page.rotation(-label.angle, x, y):
            page.text(x + start, y + label.size * 0.35 * self.unit, text)


def _color(value: str) -> tuple[int, int, int]:
    return int(value[1:3], 16), int(value[3:5], 16), int(value[5:7], 16)
