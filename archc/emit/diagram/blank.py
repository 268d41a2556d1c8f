"""Columns that are shorter than others, and what could fill them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit.diagram.labels import height
from archc.emit.diagram.parts import Box

if TYPE_CHECKING:
    from archc.emit.diagram.dot import Picture

_BLANK = 0.25  # of the highest column: what is seen as a hole


def blank(picture: Picture, places: dict[str, tuple[float, float]]) -> tuple[str, ...]:
    """The paths of closed blocks and groups in columns of which much is blank; "" for a column
    without any. `places` are the middles of boxes in inches, by their names."""
    if picture.options.direction != "TB" or len(picture.columns) < 2:
        return ()
    ends: dict[int, list[float]] = {}
    shut: dict[int, list[str]] = {}
    for number, part in enumerate(picture.drawn):
        column = picture.column_of[number]
        middle = places[f"n{number}"][1] * 72
        half = height(picture.faces[number], picture.wide(number)) / 2
        ends.setdefault(column, []).extend((middle - half, middle + half))
        if isinstance(part, Box) and part.scope is not None and not part.parallel:
            shut.setdefault(column, []).append(part.scope.path)
    highs = {column: max(several) - min(several) for column, several in ends.items()}
    most = (1 - _BLANK) * max(highs.values())
    short = [column for column, high in highs.items() if high < most]
    return tuple(path for column in short for path in shut.get(column, [""]))
