"""A picture as Mermaid, the text that GitHub and many wikis draw themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit.diagram import labels, words
from archc.emit.diagram.build import TooLarge
from archc.emit.diagram.dot import Picture
from archc.emit.diagram.parts import Cluster, Part
from archc.emit.text import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archc.check import Network
    from archc.diagnostics import Diagnostic
    from archc.emit.diagram.options import Options
    from archc.shapes import Shape

# GitHub shows nothing of what is larger: Mermaid's `maxTextSize` and `maxEdges`.
LETTERS, EDGES = 50_000, 500
_DEPTHS = (4, 3, 2, 1)
_LIVE = {ord(one): f"#{ord(one)};" for one in '"<>&#`{}[]()|;:\\*_~'}


def mermaid(network: Network, options: Options, findings: Sequence[Diagnostic] = ()) -> str:
    """A flowchart within the limits of GitHub; raises `TooLarge`.

    Where there is too much, groups are closed, unless the caller says what is to be seen.
    """
    views = [options]
    if not options.expand and options.depth is None:
        views += [options._replace(depth=depth) for depth in _DEPTHS]
    for choice in views:
        text = _Writer(Picture(network, choice, findings)).text()
        if len(text) <= LETTERS and text.count(" --> ") + text.count(" -.-> ") <= EDGES:
            return text
    raise TooLarge(f"more than {LETTERS:,} letters or {EDGES} arrows")


class _Writer:
    """Writes one picture."""

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self.lines: list[str] = []
        self.clusters = 0
        self.number = {id(part): number for number, part in enumerate(picture.drawn)}

    def text(self) -> str:
        """The whole of it."""
        picture = self.picture
        self.lines = [f"flowchart {picture.options.direction}"]
        self._parts(picture.parts, 1)
        for number, result in enumerate(picture.graph.results):
            name = "output" if result.name == "out" else result.name
            self._say(1, f'r{number}(["{_escaped(name)}"])')
        doors = {id(edge): door for door in picture.doors for edge in door.edges}
        for door in picture.doors:
            self._arrow(f"n{door.tail}", door.name, door.edges[0].source.shape, False)
        for edge in picture.plan.arrows:
            entered = doors.get(id(edge))
            start = f"n{edge.tail}" if entered is None else entered.name
            shape = edge.source.shape if entered is None else None
            dashed = edge.size or edge.reader.training
            self._arrow(start, f"n{edge.head}", shape, dashed)
        for number, result in enumerate(picture.graph.results):
            source = picture.plan.source(result.node)
            home = picture.plan.home(source.index)
            if home is not None:
                self._arrow(f"n{home}", f"r{number}", source.shape, result.training)
        return "\n".join(self.lines) + "\n"

    def _said(self, number: int) -> str:
        return "<br/>".join(map(_escaped, labels.plain(self.picture.faces[number])))

    def _say(self, depth: int, text: str) -> None:
        self.lines.append("  " * depth + text)

    def _arrow(self, tail: str, head: str, shape: Shape | None, dashed: bool) -> None:
        line = "-.->" if dashed else "-->"
        said = f'|"{_escaped(words.shape(shape))}"| ' if shape is not None else ""
        self._say(1, f"{tail} {line} {said}{head}")

    def _parts(self, parts: tuple[Part, ...], depth: int) -> None:
        for part in parts:
            if not isinstance(part, Cluster):
                number = self.number[id(part)]
                self._say(depth, f'n{number}["{self._said(number)}"]')
                continue
            name, arguments = words.call(part.scope)
            times = f"{words.TIMES} {part.count} " if part.count > 1 else ""
            said = " ".join(filter(None, [times.strip(), part.path or part.name, name, *arguments]))
            self._say(depth, f'subgraph c{self.clusters}["{_escaped(said)}"]')
            self.clusters += 1
            for door in self.picture.doors:
                if door.cluster is part:
                    self._say(depth + 1, f'{door.name}(("{chr(0xA0)}"))')
            self._parts(part.parts, depth + 1)
            self._say(depth, "end")


def _escaped(text: str) -> str:
    """Text in quotes: what could end them, or be taken for markup, as a number."""
    return clean(text).translate(_LIVE)
