"""Mermaid and draw.io say what the scene says: parsed, and held to it."""

from __future__ import annotations

import re
from collections import Counter
from xml.etree import ElementTree

import pytest

from archc.emit.diagram import NoRenderer, Options, RenderError
from archc.emit.diagram.build import TooLarge
from archc.emit.diagram.dot import Picture
from archc.emit.diagram.drawio import drawio
from archc.emit.diagram.mermaid import EDGES, LETTERS, mermaid
from archc.emit.diagram.scene import bundled
from tests.emit.diagram.dots import checked
from tests.emit.networks import bundled_networks, drawn_networks, each_kind

ALL = (*bundled_networks(), *drawn_networks())
NETWORKS = each_kind(ALL)
SOME = [pytest.param(network, id=name) for name, network in drawn_networks()]
HOSTILE = r"""network Hostile {
    input 3x16x16
    "<b>\"; end": conv 4 3x3
    "subgraph ]) --> n9": conv 4 3x3
    "&lt; # `x` | y": { conv 4 3x3; conv 4 3x3 }
}
"""
_NODE = re.compile(r'(\w+)(?:\["[^"]*"\]|\(\["[^"]*"\]\)|\(\("[^"]*"\)\))')
_ARROW = re.compile(r'(\w+) (?:-->|-\.->) (?:\|"[^"]*"\| )?(\w+)')
_OPEN = re.compile(r'subgraph (\w+)\["[^"]*"\]')


def read(text: str) -> tuple[set[str], list[tuple[str, str]]]:
    """The nodes and arrows of a flowchart; fails on a line that is none."""
    head, *lines = text.splitlines()
    assert re.fullmatch("flowchart (TB|LR)", head)
    nodes: set[str] = set()
    arrows = []
    depth = 0
    for line in map(str.strip, lines):
        arrow, node = _ARROW.fullmatch(line), _NODE.fullmatch(line)
        if line == "end":
            depth -= 1
        elif _OPEN.fullmatch(line):
            depth += 1
        elif arrow is not None:
            arrows.append((arrow[1], arrow[2]))
        else:
            assert node is not None, line
            assert node[1] not in nodes
            nodes.add(node[1])
    assert depth == 0
    assert {end for arrow in arrows for end in arrow} <= nodes
    return nodes, arrows


def joined(arrows: list[tuple[str, str]]) -> Counter[tuple[str, str]]:
    """Arrows from box to box, seen through doors."""
    before = {head: tail for tail, head in arrows if head[0] == "j"}

    def start(name: str) -> str:
        while name[0] == "j":
            name = before[name]
        return name

    return Counter((start(tail), head) for tail, head in arrows if head[0] == "n")


def wanted(picture: Picture) -> Counter[tuple[str, str]]:
    return Counter((f"n{arrow.tail}", f"n{arrow.head}") for arrow in bundled(picture.plan.scene))


@pytest.mark.parametrize("network", NETWORKS)
def test_mermaid(network):
    text = mermaid(network, Options())
    assert len(text) <= LETTERS
    nodes, arrows = read(text)
    assert len(arrows) <= EDGES
    picture = Picture(network, Options())
    assert {name for name in nodes if name[0] == "n"} == {
        f"n{number}" for number in range(len(picture.drawn))
    }
    assert joined(arrows) == wanted(picture)


def test_mermaid_has_limits():
    network = dict(ALL)["densenet:DenseNet201"]
    with pytest.raises(TooLarge):
        mermaid(network, Options(expand=("all",), fuse=False))


def test_hostile_text_stays_text_in_mermaid():
    nodes, arrows = read(mermaid(checked(HOSTILE).networks[0], Options()))
    assert len(arrows) == len(nodes) - 1


@pytest.mark.parametrize("network", [*SOME, pytest.param(None, id="hostile")])
def test_drawio(network):
    network = network or checked(HOSTILE).networks[0]
    try:
        text = drawio(network, Options())
    except (NoRenderer, RenderError):
        pytest.skip("Graphviz is not installed")
    root = ElementTree.fromstring(text)
    cells = {cell.get("id"): cell for cell in root.iter("mxCell")}
    assert len(cells) == len(list(root.iter("mxCell")))
    edges = [cell for cell in cells.values() if cell.get("edge")]
    ends = [(str(cell.get("source")), str(cell.get("target"))) for cell in edges]
    assert all(cells[end].get("vertex") for pair in ends for end in pair)
    assert joined(ends) == wanted(Picture(network, Options()))
    for cell in cells.values():
        if cell.get("vertex"):
            (geometry,) = cell
            assert float(geometry.get("width", 0)) > 0
            assert float(geometry.get("x", -1)) >= -1
