"""What the caller of a diagram may choose."""

from __future__ import annotations

from typing import Literal, get_args

from archc.named import NamedTuple

Direction = Literal["TB", "LR"]
Colors = Literal["kind", "params", "macs", "memory"]
ThemeName = Literal["light", "dark"]
Format = Literal["dot", "svg", "png", "pdf", "drawio"]

DIRECTIONS: tuple[str, ...] = get_args(Direction)
COLORS: tuple[str, ...] = get_args(Colors)
THEMES: tuple[str, ...] = get_args(ThemeName)
FORMATS: tuple[str, ...] = get_args(Format)


class Room(NamedTuple):
    """Where a picture will be printed: its width there, and the height of the page, in points.

    What is seen from afar has larger text: `smallest` are the points that it needs, and `enlarged`
    tells how many times as large as on paper a picture may be.
    """

    width: float
    height: float
    smallest: float = 6.0
    enlarged: float = 1.0

    @property
    def afar(self) -> float:
        """How many times as large as on paper its text has to be."""
        return self.smallest / 6.0


class Options(NamedTuple):
    """How a network is drawn.

    `expand` names what is drawn in detail: nothing (the default) leaves the choice to the drawing,
    which folds what repeats and draws each structure once; `("all",)` draws every layer,
    `("none",)` only the outermost pieces; any other words are blocks (`Bottleneck`) or paths
    (`layer1.0`) to be opened besides. Scopes below `depth` are closed.
    `columns` is how many the picture has; by default as many as a page asks for. `room` is what
    there is for it where it will be printed. Where `shown` is given, the groups of these paths
    alone are open, equal layers in `parallel` stand as one box, `boxes` is how wide boxes may be at
    most, in points, and the legend stands `aside`, above the picture in few rows, or in a U where
    that is empty, else below, where it is `listed` with one entry a line. There is less space
    around boxes where they stand `tight`, and no box for the output where it is `brief`; closed
    ones say less and fold more where they are `terse`, and layers have names only where that takes
    no room, unless they are `named`; where they are `stemmed` arrows begin at their boxes also
    beside shapes that are wider than these; `headings` are the paths of groups with more room for
    their headings than usual: it is how a picture is fitted to its room.
    """

    expand: tuple[str, ...] = ()
    depth: int | None = None
    direction: Direction = "TB"
    color: Colors = "kind"
    theme: ThemeName = "light"
    fuse: bool = True
    legend: bool = True
    columns: int | None = None
    room: Room | None = None
    shown: frozenset[str] | None = None
    boxes: int | None = None
    aside: bool = False
    listed: bool = False
    parallel: bool = False
    flat: bool = False
    tight: bool = False
    brief: bool = False
    terse: bool = False
    named: bool = False
    stemmed: bool = False
    headings: tuple[tuple[str, float], ...] = ()
