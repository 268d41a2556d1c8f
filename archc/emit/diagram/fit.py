"""A picture with as much detail as its place can show at a size that can be read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archc.emit.diagram.dot import Picture
from archc.emit.diagram.labels import STRIPE
from archc.emit.diagram.parts import Cluster, Part
from archc.emit.diagram.render import render
from archc.emit.sizing import SMALLEST, Sized

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archc.check import Network
    from archc.diagnostics import Diagnostic
    from archc.emit.diagram.options import Options, Room

_DEPTHS = (4, 3, 2, 1)
_COLUMNS = (None, 1, 2, 3)
_SIZE = re.compile(r'<svg [^>]*?width="([\d.]+)pt" height="([\d.]+)pt"', re.DOTALL)


def fitted(
    network: Network, options: Options, findings: Sequence[Diagnostic], room: Room
) -> tuple[str, Sized]:
    """The DOT text, with the size it is printed at, and what became of it.

    Less and less is shown until the smallest text has 6 points, unless the caller says what to
    show. Raises `NoRenderer` and `RenderError`, because Graphviz has to lay it out to know.
    """
    best: tuple[str, Sized] | None = None
    depths = [options.depth]
    if not options.expand and options.depth is None:
        depths += _DEPTHS
    columns = _COLUMNS if options.columns is None else (options.columns,)
    views = [options._replace(depth=d, columns=c) for d in depths for c in columns]
    first: list[str] = []
    seen: set[str] = set()
    for choice in views:
        picture = Picture(network, choice, findings)
        text = picture.text()
        if text in seen:
            continue
        seen.add(text)
        shown = list(_opened(picture.parts))
        first = first or shown
        width, height = _measured(text)
        scale = min(1.0, room.width / width, room.height / height)
        closed = tuple(dict.fromkeys(name for name in first if name not in shown))
        sized = Sized(scale, STRIPE * scale, closed)
        if best is None or sized.text > best[1].text:
            best = (_scaled(text, width * scale, height * scale), sized)
        if sized.text >= SMALLEST:
            break
    assert best is not None
    return best


def _opened(parts: tuple[Part, ...]) -> list[str]:
    """The names of what is drawn open."""
    found = []
    for part in parts:
        if isinstance(part, Cluster):
            found += [part.path or part.name, *_opened(part.parts)]
    return found


def _measured(dot: str) -> tuple[float, float]:
    """How wide and high Graphviz draws it, in points."""
    found = _SIZE.search(render(dot, "svg").decode("utf-8"))
    return (float(found[1]), float(found[2])) if found is not None else (1.0, 1.0)


def _scaled(dot: str, width: float, height: float) -> str:
    """The same with a size in inches, to which Graphviz shrinks it."""
    return dot.replace("graph [", f'graph [size="{width / 72:.4f},{height / 72:.4f}" ', 1)
