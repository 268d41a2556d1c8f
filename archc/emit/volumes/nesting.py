"""Frames in frames: what is around nearly all tells nothing from anything, and has none.

Its name stands before those of the frames in it, where that tells them from others.
"""

from __future__ import annotations

from collections.abc import Callable

from archc.emit.volumes.model import Frame, Picture

_DEEP = 2  # frames within a frame, at most


def shallow(picture: Picture) -> Picture:
    """The picture without outer frames that hold more than one frame in another."""

    def deep(frame: Frame) -> bool:
        inner = (one for one in picture.clusters if frame.holds(one.first))
        return any(one.depth >= _DEEP and one.drawn(False) for one in inner)

    return picture._replace(clusters=without(picture.clusters, deep))


def without(clusters: tuple[Frame, ...], left_out: Callable[[Frame], bool]) -> tuple[Frame, ...]:
    """The frames but for outermost ones that are `left_out` and stand for themselves alone."""
    gone = [one for one in clusters if not one.depth and one.times == 1 and left_out(one)]
    others = sum(not one.depth for one in clusters) > len(gone)
    return tuple(_named(one, gone, others) for one in clusters if one not in gone)


def _named(frame: Frame, gone: list[Frame], others: bool) -> Frame:
    """A frame with the name of the one around it that is gone, if there are `others`."""
    around = next((one for one in gone if one.holds(frame.first) and one.holds(frame.last)), None)
    if around is None:
        return frame
    known = frame.depth > 1 or around.name in frame.name.split(".")
    name = frame.name if known or not others else f"{around.name}.{frame.name}"
    return frame._replace(name=name, depth=frame.depth - 1)
