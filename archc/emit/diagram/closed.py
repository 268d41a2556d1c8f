"""Kinds of closed blocks: each has its own ground, so that a gate is not taken for a bottleneck.

The grounds differ in lightness, and for who lacks green cones. The kind of which there are most has
the lightest; where there are more kinds than grounds, the rarest share the last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from archc.emit.diagram.parts import Box, Unit
from archc.emit.diagram.theme import KINDS, Theme, mix

GROUP = "group"  # what has no block's name


def kinds(drawn: Sequence[Unit | Box]) -> dict[str, int]:
    """The names of the blocks that are closed in a picture, with their numbers from 0."""
    counted = Counter(name for part in drawn if (name := kind(part)))
    return {name: number for number, (name, _) in enumerate(counted.most_common())}


def kind(part: Unit | Box) -> str:
    """The name of a closed block, or that it is a group; "" for all else."""
    if not isinstance(part, Box) or part.parallel:
        return ""
    block = part.scope is not None and part.scope.kind == "block"
    return part.scope.name if block and part.scope is not None else GROUP


def colours(number: int, theme: Theme) -> tuple[str, str]:
    """Ground and border of a kind."""
    fill = theme.closed[min(number, len(theme.closed) - 1)]
    return fill, mix(fill, theme.ink, 0.45) if number else KINDS["block"]


def said(found: dict[str, int], theme: Theme) -> list[tuple[int, str]]:
    """The number and the words of each ground that occurs: a single kind is no kind."""
    if len(found) == 1:
        return [(0, "closed block")]
    last = len(theme.closed) - 1
    words: dict[int, list[str]] = {}
    for name, number in found.items():
        words.setdefault(min(number, last), []).append(name)
    return [(number, f"closed {', '.join(names)}") for number, names in words.items()]
