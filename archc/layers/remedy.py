"""What may make a call right that cannot be."""

from __future__ import annotations

from collections.abc import Mapping

from archc.named import NamedTuple


class Remedy(NamedTuple):
    """A change of a call; whether it mends the network is tried where the network is known.

    `arguments` are written so, None leaves one out; `before` is a layer that runs first, `instead`
    one that takes the call's place. `help` tells it where the changed call does not tell enough.
    `axis` tells of a shape which of its axes changes, from what and to what, so that an axis that
    is worked out can stay so. `width` tells of channels that came in what they should be a multiple
    of: how many they are, and of what.
    """

    arguments: Mapping[str, str | None] = {}
    before: str = ""
    instead: str = ""
    help: str = ""
    sure: bool = False
    axis: tuple[int, int, int] | None = None
    width: tuple[int, int] | None = None
