"""A scene as a standalone LaTeX file."""

from __future__ import annotations

from math import cos, radians, sin
from typing import TYPE_CHECKING, Any

from archc.emit.volumes.latex import comment, latex
from archc.emit.volumes.scene import Label, Line, Point, Scene
from archc.emit.volumes.svg import number

if TYPE_CHECKING:
    from jinja2 import Template

UNIT = 0.75  # big points a pixel


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


def tikz(scene: Scene, colors: dict[str, str]) -> str:
    """The text of a file that pdflatex compiles by itself."""
    used = {role for group in scene.groups for shape in group.shapes for role in _roles(shape)}
    return template("volumes.tex.jinja").render(
        title=comment(scene.title),
        unit=UNIT,
        width=number(scene.width),
        height=number(scene.height),
        colors=[(_name(role), colors[role][1:]) for role in ("paper", *sorted(used))],
        groups=[
            {"comment": comment(group.title), "lines": [_drawn(shape) for shape in group.shapes]}
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
    return role.replace(".", "")


def _drawn(shape: Any) -> str:
    if isinstance(shape, Label):
        return _text(shape)
    if isinstance(shape, Line):
        dashed = ", dashed" if shape.dashed else ""
        pen = f"draw={_name(shape.stroke)}, line width={_width(shape.width)}{dashed}"
        line = rf"\path[{pen}] {_path(shape.shaft)};"
        if shape.head:
            line += f"\n  \\fill[{_name(shape.stroke)}] {_path(shape.head)} -- cycle;"
        return line
    style = [f"fill={_name(shape.fill)}"] if shape.fill else []
    if shape.opacity != 1:
        style.append(f"fill opacity={shape.opacity:g}")
    if shape.stroke:
        style += [f"draw={_name(shape.stroke)}", f"line width={_width(shape.width)}"]
    if shape.dashed:
        style.append("dashed")
    return rf"\path[{', '.join(style)}] {_path(shape.points)} -- cycle;"


def _width(pixels: float) -> str:
    return f"{pixels * UNIT:.3g}bp"


def _path(points: tuple[Point, ...]) -> str:
    return " -- ".join(f"({number(x)},{number(y)})" for x, y in points)


def _text(label: Label) -> str:
    turn = radians(label.angle)
    drop = label.size * 0.35
    x, y = label.x - drop * sin(turn), label.y + drop * cos(turn)
    anchor = {"start": "base west", "middle": "base", "end": "base east"}[label.anchor]
    size = f"{label.size * UNIT:g}"
    font = rf"\fontsize{{{size}}}{{{size}}}\selectfont" + (r"\bfseries" if label.bold else "")
    turned = f", rotate={number(-label.angle)}" if label.angle else ""
    style = f"anchor={anchor}, text={_name(label.color)}, font={font}{turned}"
    return rf"\node[{style}] at ({number(x)},{number(y)}) {{{latex(label.text)}}};"
