"""A scene as SVG."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from archc.emit.diagram.metrics import FAMILY
from archc.emit.volumes.scene import UNIT, Group, Label, Line, Point, Scene

if TYPE_CHECKING:
    from jinja2 import Template

_FORBIDDEN = dict.fromkeys((0xFFFE, 0xFFFF, *range(0xD800, 0xE000)), "\ufffd")


def svg(scene: Scene, colors: dict[str, str]) -> str:
    """The text of an SVG file; everything from a spec is escaped by the template."""
    return _template().render(
        title=plain(scene.title),
        description=plain(scene.description),
        width=number(scene.width),
        height=number(scene.height),
        size=_size(scene),
        paper=colors["paper"],
        family=FAMILY,
        groups=[_group(group, colors) for group in scene.groups],
    )


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader

    from archc.bundled import templates_folder

    environment = Environment(
        loader=FileSystemLoader(templates_folder()),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("volumes.svg.jinja")


def _size(scene: Scene) -> tuple[str, str]:
    """Width and height as they are printed, in pixels of 1/96 inch."""
    scale = scene.unit / UNIT
    if scale == 1:
        return number(scene.width), number(scene.height)
    return f"{scene.width * scale:.2f}", f"{scene.height * scale:.2f}"


def plain(text: str) -> str:
    """Text without what no XML file may hold, not even escaped."""
    return text if text.isascii() else text.translate(_FORBIDDEN)


def number(value: float) -> str:
    """One decimal, none where it is whole."""
    text = f"{value:.1f}"
    text = text.removesuffix(".0")
    return "0" if text == "-0" else text


def _group(group: Group, colors: dict[str, str]) -> dict[str, Any]:
    return {
        "title": plain(group.title),
        "shapes": [_shape(shape, colors) for shape in group.shapes],
    }


def _shape(shape: Any, colors: dict[str, str]) -> dict[str, Any]:
    if isinstance(shape, Label):
        return {
            "tag": "text",
            "x": number(shape.x),
            "y": number(shape.y),
            "drop": number(shape.size * 0.35),
            "angle": number(shape.angle) if shape.angle else "",
            "size": number(shape.size),
            "anchor": shape.anchor,
            "bold": shape.bold,
            "fill": colors[shape.color],
            "text": plain(shape.text),
        }
    if isinstance(shape, Line):
        return {
            "tag": "line",
            "points": _points(shape.shaft),
            "head": _points(shape.head),
            "stroke": colors[shape.stroke],
            "width": f"{shape.width:g}",
            "dashed": shape.dashed,
        }
    return {
        "tag": "polygon",
        "points": _points(shape.points),
        "fill": colors[shape.fill] if shape.fill else "none",
        "stroke": colors[shape.stroke] if shape.stroke else "",
        "width": f"{shape.width:g}",
        "opacity": f"{shape.opacity:g}" if shape.opacity != 1 else "",
        "dashed": shape.dashed,
    }


def _points(points: tuple[Point, ...]) -> str:
    return " ".join(f"{number(x)},{number(y)}" for x, y in points)
