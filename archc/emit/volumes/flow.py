"""The flow diagram as a standalone LaTeX file: Graphviz's own drawing, stroke by stroke.

Graphviz lays out and says in JSON what it would draw; nothing is placed a second time here.
"""

from __future__ import annotations

import json
from typing import Any

from archc.emit.diagram.metrics import CENTRED, RIGHT
from archc.emit.diagram.theme import KINDS, THEMES, ground
from archc.emit.volumes.latex import comment, latex
from archc.emit.volumes.svg import number
from archc.emit.volumes.tikz import PREFIX, node_name, template

_KEYS = ("_draw_", "_tdraw_", "_hdraw_", "_ldraw_", "_tldraw_", "_hldraw_")
_NAMED = {"black": "#000000", "white": "#ffffff", "none": "", "transparent": ""}


def flow_tikz(drawing: str | bytes, title: str, fragment: bool = False, scale: float = 1.0) -> str:
    """A LaTeX file of what `dot -Tjson` gave; a `fragment` is for \\input."""
    found: dict[str, Any] = json.loads(drawing)
    pen = _Pen(scale)
    paper = pen.color(str(found.get("bgcolor", "white"))) or pen.color("white")
    objects = [one for one in found.get("objects", []) if isinstance(one, dict)]
    groups = [_group(pen, found, title)]
    groups += [_group(pen, one, "") for one in objects if "pos" not in one]
    groups += [_group(pen, one, "") for one in found.get("edges", [])]
    groups += [_group(pen, one, str(one.get("tooltip", ""))) for one in objects if "pos" in one]
    return template("flow.tex.jinja").render(
        title=comment(title),
        fragment=fragment,
        unit=round(scale, 4),
        colors=list(pen.colors.items()),
        paper=paper,
        groups=[group for group in groups if group["lines"]],
    )


def _roles() -> dict[str, str]:
    """The names of known colours, by what they are for."""
    found: dict[str, str] = {}
    for theme in THEMES.values():
        for kind in KINDS:
            found.setdefault(ground(kind, theme), f"{kind}-ground")
        for name in ("paper", "ink", "faint", "edge", "skip", "error", "outline"):
            found.setdefault(getattr(theme, name), name)
        for depth, fill in enumerate(theme.cluster):
            found.setdefault(fill, f"cluster-{depth}")
    for kind, hue in KINDS.items():
        found.setdefault(hue, f"{kind}-border")
    return {code.upper(): name for code, name in found.items()}


def _group(pen: _Pen, thing: dict[str, Any], title: str) -> dict[str, Any]:
    lines: list[str] = []
    for key in _KEYS:
        pen.reset()
        for operation in thing.get(key, ()):
            line = pen.draw(operation)
            if line:
                lines.append(line)
    if title and "pos" in thing and str(thing.get("name", "")).startswith("n"):
        wide, high = (72 * float(thing[side]) * pen.scale for side in ("width", "height"))
        size = f"minimum width={wide:.4g}bp, minimum height={high:.4g}bp"
        name = node_name(title.partition(":")[0])
        lines.append(rf"\node[{size}] ({name}) at ({thing['pos']}) {{}};")
    return {"comment": comment(title.replace("\\n", "; ")).strip(), "lines": lines}


class _Pen:
    """Graphviz's state while it draws: colours, line, font."""

    def __init__(self, scale: float) -> None:
        self.scale = scale
        self.colors: dict[str, str] = {}
        self._known = _roles()
        self.reset()

    def reset(self) -> None:
        self._stroke = self._fill = self.color("black")
        self._style: list[str] = []
        self._size, self._face, self._bold, self._slanted = 10.0, "", False, False
        self._ground: list[list[float]] = []

    def color(self, value: str) -> str:
        """The LaTeX name of a colour, "" for one that cannot be seen."""
        value = _NAMED.get(value, value)
        if not value.startswith("#") or len(value) not in (7, 9) or value[7:] == "00":
            return ""
        code = value[1:7].upper()
        name = f"{PREFIX}-{self._known.get('#' + code, code.lower())}"
        self.colors[name] = code
        return name

    def draw(self, operation: dict[str, Any]) -> str:
        """What one operation draws; those that change the pen draw nothing."""
        op = operation.get("op", "")
        if op == "c":
            self._stroke = self.color(str(operation["color"]))
        elif op == "C":
            self._fill = self.color(str(operation["color"]))
        elif op == "S":
            self._restyle(str(operation["style"]))
        elif op == "F":
            self._size, self._face = float(operation["size"]), str(operation["face"])
        elif op == "t":
            flags = int(operation["fontchar"])
            self._bold, self._slanted = bool(flags & 1), bool(flags & 2)
        elif op == "T":
            return self._text(operation)
        elif op in ("P", "p"):
            self._ground = operation["points"]
            return self._path(_straight(operation["points"]) + " -- cycle", filled=op == "P")
        elif op in ("B", "b"):
            return self._path(_curved(operation["points"]), filled=op == "B")
        elif op == "L":
            return self._path(_straight(operation["points"]), filled=False)
        elif op in ("E", "e"):
            x, y, wide, high = operation["rect"]
            shape = f"{_at((x, y))} ellipse [x radius={number(wide)}, y radius={number(high)}]"
            return self._path(shape, filled=op == "E")
        return ""

    def _restyle(self, style: str) -> None:
        if style == "solid":
            self._style = []
        elif style in ("dashed", "dotted"):
            self._style.append(style)
        elif style.startswith("setlinewidth("):
            wide = float(style[13:].rstrip(")")) * self.scale
            self._style.append(f"line width={wide:.3g}bp")

    def _path(self, path: str, filled: bool) -> str:
        options = [f"fill={self._fill}"] if filled and self._fill else []
        if self._stroke:
            options += [f"draw={self._stroke}", *self._style]
        return rf"\path[{', '.join(options)}] {path};" if options else ""

    def _text(self, operation: dict[str, Any]) -> str:
        x, y = operation["pt"]
        anchor = {"l": "base west", "c": "base", "r": "base east"}[operation["align"]]
        across = [point[0] for point in self._ground]
        if self._face in (CENTRED, RIGHT) and across:
            middle = self._face == CENTRED
            anchor = "base" if middle else "base east"
            x = (min(across) + max(across)) / 2 if middle else max(across)
        size = f"{self._size * self.scale:.3g}"
        font = rf"\sffamily\fontsize{{{size}}}{{{size}}}\selectfont"
        font += (r"\bfseries" if self._bold else "") + (r"\itshape" if self._slanted else "")
        text = latex(str(operation["text"]))
        style = f"anchor={anchor}, text={self._stroke}, font={font}"
        return rf"\node[{style}] at {_at((x, y))} {{{text}}};" if self._stroke else ""


def _at(point: Any) -> str:
    return f"({number(point[0])},{number(point[1])})"


def _straight(points: Any) -> str:
    return " -- ".join(map(_at, points))


def _curved(points: Any) -> str:
    path = _at(points[0])
    for first in range(1, len(points) - 2, 3):
        one, two, end = (_at(point) for point in points[first : first + 3])
        path += f" .. controls {one} and {two} .. {end}"
    return path
