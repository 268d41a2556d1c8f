"""Networks at every place, in both styles: `python -m tests.campaigns.pictures STYLE FIRST COUNT`.

Each number is a picture: first every network of the library and of `tests/emit/specs` without a
place and at each, then each with the options that say what is to be seen, at one place. It is held
to what a reader sees of the file (`tests/emit/seen.py`): it is no larger than its place, no text is
smaller than it should be or stands on another, in a line or over the rim. A fault is told with its
number as it is found, and stops nothing. A run is one process, so several run side by side:

    for i in 0 1; do nice python -m tests.campaigns.pictures flow $((i * 500)) 500 > $i.txt & done
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from functools import cache
from time import monotonic
from typing import Any, NamedTuple

from archc.check import Network
from archc.emit import sizing
from archc.emit.diagram import Options, TooLarge, draw, render
from archc.emit.diagram.fit import fitted
from archc.emit.diagram.options import Direction
from archc.emit.sizing import Sized
from archc.emit.volumes import palette, pdf_of, svg
from archc.emit.volumes.draw import drawing
from tests.campaigns.numbers import numbers
from tests.emit.networks import bundled_networks, drawn_networks
from tests.emit.seen import Seen, seen

SECONDS = 10.0  # of the processor, for one picture in both formats; on a quiet machine half of it
PLACES = (None, *sizing.PLACES)
CHOSEN: dict[str, dict[str, Any]] = {
    "--expand all": {"expand": ("all",)},
    "--depth 1": {"depth": 1},
    "--depth 2": {"depth": 2},
    "--depth 3": {"depth": 3},
    "--columns 2": {"columns": 2},
}  # who says what is to be seen gets it, and a note where it is small
LOOKS: dict[str, dict[str, Any]] = {
    "--no-legend": {"legend": False},
    "--color macs": {"color": "macs"},
}
TURNED: dict[str, dict[str, Any]] = {"--direction": {}}
"""The other direction than is usual at the place; volumes have one alone."""


class Case(NamedTuple):
    """A network, its place, and the flags besides."""

    name: str
    place: str | None
    flags: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.name, self.place, self.flags)))

    def options(self) -> Options:
        """What the command makes of them."""
        directions: tuple[Direction, Direction] = ("TB", "LR")
        across = (self.place == "slide") != (self.flags in TURNED)
        chosen = {**CHOSEN, **LOOKS, **TURNED}[self.flags] if self.flags else {}
        return Options(
            direction=directions[across],
            room=sizing.place(self.place) if self.place else None,
            **chosen,
        )


class Made(NamedTuple):
    """A picture in both formats, and what became of it at its place."""

    svg: bytes
    pdf: bytes
    sized: Sized | None


@cache
def networks() -> dict[str, Network]:
    return dict((*bundled_networks(), *drawn_networks()))


def cases(style: str) -> list[Case]:
    """All pictures of a style, in the order of their numbers."""
    flags = [*CHOSEN, *LOOKS, *(TURNED if style == "flow" else ())]
    plain = [Case(name, place) for place in PLACES for name in networks()]
    places = list(sizing.PLACES)
    return plain + [
        Case(name, places[(turn + number) % len(places)], one)
        for number, one in enumerate(flags)
        for turn, name in enumerate(networks())
    ]


def volumes(case: Case) -> Made:
    found = drawing(networks()[case.name], case.options())
    colors = palette("light")
    text = svg(found.scene, colors).encode("utf-8")
    return Made(text, pdf_of(found.scene, colors), found.sized if case.place else None)


def flow(case: Case) -> Made:
    network, options, sized = networks()[case.name], case.options(), None
    if options.room is None:
        dot = draw(network, options)
    else:
        turns = case.flags not in TURNED
        dot, sized = fitted(network, options, (), options.room, turns)
    return Made(render(dot, "svg"), render(dot, "pdf"), sized)


STYLES: dict[str, Callable[[Case], Made]] = {"flow": flow, "volumes": volumes}


def faults(case: Case, made: Made) -> list[str]:
    """What a reader would find fault with."""
    found = seen(made.svg)
    return [*found.faults(), *_sizes(case, made.sized, found), *_as_pdf(made.pdf, found)]


def _sizes(case: Case, sized: Sized | None, found: Seen) -> list[str]:
    """What is larger than its place, or smaller than can be read there, and than was said."""
    room = case.options().room
    if room is None or sized is None:
        return []
    told = []
    if found.width > room.width + 1 or found.height > sizing.captioned(room).height + 1:
        told.append(f"{found.width:.0f} x {found.height:.0f} pt are more than there is room for")
    if found.smallest < min(room.smallest, sized.text) - 0.05:
        told.append(f"text of {found.smallest:.2f} pt, where {sized.text:.2f} are told")
    if sized.text < room.smallest and case.flags not in CHOSEN and case.flags not in TURNED:
        told.append(f"text of {sized.text:.2f} pt, where {room.smallest:g} are needed")
    return told


def _as_pdf(pdf: bytes, found: Seen) -> list[str]:
    """Whether the PDF is as large as the SVG."""
    box = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", pdf)
    if not pdf.startswith(b"%PDF-") or box is None:
        return ["no PDF"]
    wide, high = float(box[1]), float(box[2])
    same = abs(wide - found.width) <= 1.5 and abs(high - found.height) <= 1.5
    return [] if same else [f"a PDF of {wide:.0f} x {high:.0f} pt"]


def spent() -> float:
    """Seconds of the processor so far, with those of Graphviz."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


class Campaign:
    """One run: what it has drawn so far."""

    def __init__(self, style: str) -> None:
        self.style = style
        self.drawn = 0
        self.refused = 0  # more boxes than anybody could read
        self.failed = 0
        self.longest = (0.0, "")

    def run(self, first: int, count: int, seconds: float) -> None:
        """So many pictures, or what is begun of them within so many seconds of the clock."""
        end = monotonic() + seconds
        for number, case in list(enumerate(cases(self.style)))[first : first + count]:
            if monotonic() > end:
                break
            self.one(number, case)

    def one(self, number: int, case: Case) -> None:
        begun = spent()
        try:
            made = STYLES[self.style](case)
            taken = spent() - begun
            told = faults(case, made)
        except TooLarge:
            self.refused += 1
            return
        except Exception as error:
            told, taken = [f"{type(error).__name__}: {error}"], spent() - begun
        self.drawn += 1
        self.longest = max(self.longest, (taken, str(case)))
        told += [f"{taken:.1f} s of the processor"] if taken > SECONDS else []
        self.failed += bool(told)
        for line in told:
            print(f"{self.style} {number} ({case}): {' '.join(line.split())[:300]}", flush=True)


def main(words: list[str]) -> int:
    asked = numbers("pictures", STYLES, words)
    campaign = Campaign(asked.kind)
    campaign.run(asked.first, asked.count, asked.seconds)
    print(
        f"-- {asked.kind}: {campaign.drawn:,} of {len(cases(asked.kind)):,} pictures from "
        f"{asked.first}, {campaign.refused:,} refused as too large, {campaign.failed} with faults, "
        f"the longest {campaign.longest[0]:.1f} s ({campaign.longest[1]})",
        flush=True,
    )
    return 1 if campaign.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
