"""Rows of one width, as lines of a text are: room between columns where a row is short."""

from __future__ import annotations

from itertools import pairwise

from archc.emit.diagram.metrics import text_width
from archc.emit.volumes.layout import (
    LEGEND,
    TEXT,
    Layout,
    caption_width,
    channels,
    like,
    named_ends,
)
from archc.emit.volumes.model import Picture

_ENDS = 44.0  # words and margins reach beyond both ends of a row
_MOST = 100.0  # between two columns, beyond what they need
_FULL = 0.75  # of the width: a row that stays shorter stands in the middle
_SHORT = 30.0  # between its columns, beyond what they need


def justified(picture: Picture, several: list[Layout], parts: list[list[int]]) -> list[Layout]:
    """The rows with their ends below each other, where they come near that, else in the middle,
    at least as wide as what is said below them.

    Volumes that stand close together stay so, and on the levels of a U branches keep their places.
    """
    pairs = zip(several, parts, strict=True)
    wide = max(LEGEND - _ENDS, *(_right(picture, row, part) for row, part in pairs))
    return [_stretched(picture, row, part, wide) for row, part in zip(several, parts, strict=True)]


def _right(picture: Picture, row: Layout, part: list[int]) -> float:
    """Where a row ends, its words included."""
    ends = [row.solids[place].right + row.solids[place].depth for place in part]
    for place in part:
        solid = row.solids[place]
        number = text_width(channels(picture.units[place]), TEXT)
        ends.append((solid.x + solid.right + number) / 2)
    for run in row.runs:
        middle = (row.solids[run.first].x + row.solids[run.last].right) / 2
        ends.append(middle + caption_width(run) / 2)
    return max([*ends, *named_ends(picture, row, part)])


def _stretched(picture: Picture, row: Layout, part: list[int], wide: float) -> Layout:
    """A row whose columns stand further apart, each after the one before by as much."""
    columns: dict[int, list[int]] = {}
    for place in part:
        columns.setdefault(row.ranks[place], []).append(place)
    order = sorted(columns)
    if row.levels and len(order) < len(part):
        return row
    apart = [not _close(picture, row, columns[a], columns[b]) for a, b in pairwise(order)]
    right = _right(picture, row, part)
    more = max(0.0, min(_MOST, (wide - right) / max(1, sum(apart))))
    short = right + more * sum(apart) < _FULL * wide
    more = min(more, _SHORT) if short else more
    solids = list(row.solids)
    shift = max(0.0, wide - right - more * sum(apart)) / 2 if short else 0.0
    for column, loose in zip(order, [False, *apart], strict=True):
        shift += more * loose
        for place in columns[column]:
            solids[place] = solids[place]._replace(x=solids[place].x + shift)
    return row._replace(solids=tuple(solids))


def _close(picture: Picture, row: Layout, before: list[int], after: list[int]) -> bool:
    """Whether equal maps stand so close that no arrow is between."""
    pairs = [(one, two) for one in before for two in after]
    return all(
        like(picture.units[one], picture.units[two])
        and row.solids[two].x - row.solids[one].right < row.solids[one].depth + 6
        for one, two in pairs
    )
