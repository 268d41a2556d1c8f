"""What is drawn: one volume after another."""

from __future__ import annotations

from typing import NamedTuple

from archc.shapes import Shape


class Part(NamedTuple):
    """A share of a volume's channels: `copied` from a skip, or made by the layer itself."""

    kind: str
    channels: int


class Stripe(NamedTuple):
    """A layer fused into a volume: its class, which has the colour, and its keyword."""

    kind: str
    word: str


class Unit(NamedTuple):
    """A layer with what is fused into it, a block, or several equal ones in a row.

    `stripes` are the fused layers in order. `window` is the kernel with which the layer reads the
    unit before it. `groups` are the groups of several units around it, outermost first.
    """

    kind: str
    nodes: tuple[int, ...]
    shape: Shape | None
    name: str
    lines: tuple[str, ...]  # kernel, stride, and what else is worth a word
    detail: str  # the whole truth, for the tooltip
    parts: tuple[Part, ...] = ()
    stripes: tuple[Stripe, ...] = ()
    window: tuple[int, ...] = ()
    taps: tuple[str, ...] = ()  # extra outputs taken here
    groups: tuple[str, ...] = ()
    slices: int = 1  # how many equal blocks the volume stands for
    towers: int = 1  # how many equal branches it shows beside each other
    call: bool = False  # whether it stands for a block of the spec


class Link(NamedTuple):
    """A skip from one unit to another; `adds` where it is added, not appended."""

    source: int
    target: int
    adds: bool
    text: str


class Picture(NamedTuple):
    """A network as a row of volumes, with the skips between them."""

    title: str
    units: tuple[Unit, ...]
    links: tuple[Link, ...]
    notes: tuple[str, ...]  # what the picture leaves out
    problem: str  # where the spec is broken, else ""
    shapes: str = ""  # the shapes that do not go together there
