"""Which drawn parts run the same weights, and the letters that say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archc.emit.diagram.parts import Box, Unit

SAID = "the same letter, the same weights"


def shared(drawn: Sequence[Unit | Box]) -> dict[int, int]:
    """For each part that runs the weights of another too, the number of their set, from 1."""
    users: dict[str, list[int]] = {}
    for place, part in enumerate(drawn):
        for node in part.nodes:
            if node.layer is not None and node.layer.counted:
                users.setdefault(node.module, []).append(place)
    result: dict[int, int] = {}
    number = 0
    for places in users.values():
        if len(set(places)) > 1 and not any(place in result for place in places):
            number += 1
            result.update(dict.fromkeys(places, number))
    return result


def letters(number: int) -> str:
    """A, B, ... Z, AA, AB: the name of weights that several share; "" for 0."""
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("A") + rest) + text
    return text
