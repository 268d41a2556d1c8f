"""Draws small specs, and reads what was drawn without Graphviz."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from typing import NamedTuple

from archc.check import Checked, check
from archc.check import Options as Settings
from archc.emit.diagram import Options, draw
from archc.files import Files
from archc.language.source import Source

BLOCK = """\
block Unit(width, stride = 1) {
    add {
        { conv width 3x3 stride=stride pad=1 bias=false -> batchnorm -> relu }
        if stride != 1 or in.channels != width { conv width 1x1 stride=stride } else { identity }
    }
}
"""


class Drawn(NamedTuple):
    """What DOT text says: the texts of each box, the arrows with their attributes."""

    dot: str
    boxes: dict[str, list[str]]
    clusters: list[list[str]]
    arrows: dict[tuple[str, str], str]

    def find(self, *words: str) -> list[str]:
        """The names of the boxes in which all the words stand."""
        shown = {name: " ".join(texts) for name, texts in self.boxes.items() if name != "legend"}
        return [name for name, text in shown.items() if all(word in text for word in words)]

    @property
    def text(self) -> str:
        """Everything written in boxes and headings."""
        return "\n".join(" ".join(texts) for texts in [*self.boxes.values(), *self.clusters])


def checked(text: str) -> Checked:
    return check(Source(text, "test.arch"), Settings(), Files().imported)


def drawn(text: str, options: Options | None = None, number: int = 0) -> Drawn:
    """The picture of a network of a text."""
    result = checked(text)
    return read(draw(result.networks[number], options, result.diagnostics))


def labels(dot: str) -> list[str]:
    """All HTML-like labels; raises where one is not well formed."""
    found = []
    position = 0
    while (start := dot.find("label=<", position)) >= 0:
        depth, end = 0, start + 6
        while True:
            depth += {"<": 1, ">": -1}.get(dot[end], 0)
            end += 1
            if depth == 0:
                break
        found.append(dot[start + 7 : end - 1])
        position = end
    for label in found:
        ElementTree.fromstring(label)
    return found


def texts(label: str) -> list[str]:
    """The words in an HTML-like label, cell by cell."""
    tree = ElementTree.fromstring(label)
    return [
        text for text in ("".join(cell.itertext()).strip() for cell in tree.iter("FONT")) if text
    ]


def read(dot: str) -> Drawn:
    labels(dot)
    boxes: dict[str, list[str]] = {}
    clusters: list[list[str]] = []
    arrows: dict[tuple[str, str], str] = {}
    for line in dot.splitlines():
        line = line.strip()
        arrow = re.match(r"(\w+)(?::\w)* -> (\w+)(?::\w)* \[(.*)\]$", line)
        box = re.match(r"(\w+) \[label=<", line)
        if arrow is not None:
            arrows[arrow[1], arrow[2]] = arrow[3]
        elif box is not None:
            boxes[box[1]] = texts(labels(line)[0])
        elif line.startswith("label=<"):
            clusters.append(texts(labels(line)[0]))
    return Drawn(dot, boxes, clusters, arrows)


def backward(picture: Drawn) -> list[tuple[str, str]]:
    """The arrows between layers that lead to themselves or up: layers are numbered as they run."""
    return [
        (tail, head)
        for tail, head in picture.arrows
        if tail[0] == head[0] == "n" and int(tail[1:]) >= int(head[1:])
    ]
