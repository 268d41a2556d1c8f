"""What a layout tells of a picture: how large it is, whether all is where it should be."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from archc.emit.diagram import headings
from archc.emit.diagram.dot import PAD
from archc.emit.diagram.escape import html
from archc.emit.diagram.names import given
from archc.emit.diagram.parts import Box, framed, leaves, open_in
from archc.emit.diagram.render import render

if TYPE_CHECKING:
    from archc.emit.diagram.dot import Picture

_LEVEL = 0.35  # inches: what is further apart does not stand at one height
_TOOLTIP = re.compile(r'tooltip="[^"]*"')
_SIZE = re.compile(r'graph \[(size="[^"]*" )?')


def whole(picture: Picture, dot: str) -> bool:
    """Whether the names of blocks and groups stand undivided in the text of a picture."""
    scopes = [one.scope for one in open_in(picture.parts) if framed(one)]
    scopes += [one.scope for one in picture.drawn if isinstance(one, Box)]
    said = {one.name for one in scopes if one is not None}
    shown = _TOOLTIP.sub("", dot)
    return headings.whole(picture) and all(html(name) in shown for name in said if given(name))


Places = dict[str, tuple[float, float]]


def measured(dot: str) -> tuple[float, float, Places]:
    """How wide and high Graphviz draws it, in points, and where the middles of boxes are."""
    rows = [line.split() for line in render(dot, "plain").decode("utf-8").splitlines()]
    _, _, width, height = rows[0]
    places = {row[1]: (float(row[2]), float(row[3])) for row in rows if row[0] == "node"}
    return 72 * (float(width) + 2 * PAD), 72 * (float(height) + 2 * PAD), places


def ahead(picture: Picture, places: Places) -> bool:
    """Whether a U goes down at the left and up at the right, and streams that exchange stand beside
    each other in their order: Graphviz keeps no order of groups and what stands beside them."""
    pairs = [pair for row in picture.rows for pair in pairwise(row)]
    if picture.options.direction == "TB":
        pairs += [(0, max(picture.up))] if picture.up else []  # where it begins, and ends
        pairs += pairwise(picture.first_of_columns)
        rows = [row for one in picture.exchanges for row in (one.tails, one.heads)]
        beside = [pair for row in rows for pair in pairwise(row)]
        if any(abs(places[f"n{a}"][1] - places[f"n{b}"][1]) > _LEVEL for a, b in beside):
            return False
        pairs += beside
    return all(places[f"n{one}"][0] < places[f"n{two}"][0] for one, two in pairs)


def beside_headings(picture: Picture, places: Places) -> tuple[tuple[str, float], ...]:
    """The groups with an arrow that parts inside them, and the points from their left to it."""
    if picture.options.direction != "TB":
        return ()
    found = {}
    for door in picture.doors:
        scope = door.cluster.scope
        if scope is not None:
            inside = (picture.number[id(leaf)] for leaf in leaves(door.cluster.parts))
            left = min(places[f"n{one}"][0] * 72 - picture.wide(one) / 2 for one in inside)
            found[scope.path] = places[door.name][0] * 72 - left - 4
    return tuple(found.items())


def scaled(dot: str, width: float, height: float) -> str:
    """The same with a size in inches, to which Graphviz shrinks or enlarges it: its height tells
    how much."""
    return _SIZE.sub(f'graph [size="{width / 72:.4f},{height / 72:.4f}!" ', dot, count=1)
