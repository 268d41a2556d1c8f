"""A scene as a standalone LaTeX file."""

from __future__ import annotations

from functools import cache
from math import cos, radians, sin
from typing import TYPE_CHECKING, Any

from archc.emit.volumes.latex import comment, latex
from archc.emit.volumes.scene import Group, Label, Line, Point, Scene, extent
from archc.emit.volumes.svg import number

if TYPE_CHECKING:
    from jinja2 import Template


@cache
def template(name: str) -> Template:
    """A LaTeX template, whose marks are no LaTeX; what reaches it is escaped already."""
    from jinja2 import Environment, FileSystemLoader

    from archc.bundled import templates_folder

    environment = Environment(
        loader=FileSystemLoader(templates_folder()),
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<#",
        comment_end_string="#>",
    )
    return environment.get_template(name)


PREFIX = "archc"  # of the names of colours and nodes, which an article may have as well


def tikz(scene: Scene, colors: dict[str, str], fragment: bool = False) -> str:
    """The text of a file that pdflatex compiles by itself; a `fragment` is for \\input."""
    used = {role for group in scene.groups for shape in group.shapes for role in _roles(shape)}
    return template("volumes.tex.jinja").render(
        title=comment(scene.title),
        fragment=fragment,
        unit=round(scene.unit, 4),
        width=number(scene.width),
        height=number(scene.height),
        colors=[(_name(role), colors[role][1:]) for role in sorted({"paper", *used})],
        groups=[
            {
                "comment": comment(group.title),
                "lines": [_drawn(shape, scene.unit) for shape in group.shapes]
                + _node(group, scene.unit),
            }
            for group in scene.groups
        ],
    )


def _roles(shape: Any) -> list[str]:
    if isinstance(shape, Label):
        return [shape.color]
    if isinstance(shape, Line):
        return [shape.stroke]
    return [role for role in (shape.fill, shape.stroke) if role]


def _name(role: str) -> str:
    """`conv.front` as a colour's name."""
    return f"{PREFIX}-{role.replace('.', '-')}"


def node_name(path: str) -> str:
    """A path as a node's name: what TikZ takes, letters, digits and hyphens."""
    kept = "".join(one if one.isascii() and one.isalnum() else "-" for one in path)
    return f"{PREFIX}-{kept}"


def _node(group: Group, unit: float) -> list[str]:
    """A node around a unit, to draw arrows to."""
    if not group.name:
        return []
    left, top, right, bottom = extent(list(group.shapes))
    middle = f"({number((left + right) / 2)},{number((top + bottom) / 2)})"
    wide, high = (f"{value * unit:.4g}bp" for value in (right - left, bottom - top))
    size = f"minimum width={wide}, minimum height={high}"
    return [rf"\node[{size}] ({node_name(group.name)}) at {middle} {{}};"]


def _drawn(shape: Any, unit: float) -> str:
    if isinstance(shape, Label):
        return _text(shape, unit)
    if isinstance(shape, Line):
        dashed = ", dashed" if shape.dashed else ""
        pen = f"draw={_name(shape.stroke)}, line width={_width(shape.width, unit)}{dashed}"
        line = rf"\path[{pen}] {_path(shape.shaft)};"
        if shape.head:
            line += f"\n  \\fill[{_name(shape.stroke)}] {_path(shape.head)} -- cycle;"
        return line
    style = [f"fill={_name(shape.fill)}"] if shape.fill else []
    if shape.opacity != 1:
        style.append(f"fill opacity={shape.opacity:g}")
    if shape.stroke:
        style += [f"draw={_name(shape.stroke)}", f"line width={_width(shape.width, unit)}"]
    if shape.dashed:
        style.append("dashed")
    return rf"\path[{', '.join(style)}] {_path(shape.points)} -- cycle;"


def _width(pixels: float, unit: float) -> str:
    return f"{pixels * unit:.3g}bp"


def _path(points: tuple[Point, ...]) -> str:
    return " -- ".join(f"({number(x)},{number(y)})" for x, y in points)


def _text(label: Label, unit: float) -> str:
    turn = radians(label.angle)
    drop = label.size * 0.35
    x, y = label.x - drop * sin(turn), label.y + drop * cos(turn)
    anchor = {"start": "base west", "middle": "base", "end": "base east"}[label.anchor]
    size = f"{label.size * unit:.3g}"
    font = rf"\sffamily\fontsize{{{size}}}{{{size}}}\selectfont" + (
        r"\bfseries" if label.bold else ""
    )
    turned = f", rotate={number(-label.angle)}" if label.angle else ""
    style = f"anchor={anchor}, text={_name(label.color)}, font={font}{turned}"
    return rf"\node[{style}] at ({number(x)},{number(y)}) {{{latex(label.text)}}};"
