"""The axis that plots share: layers in the order of execution, in bands by what holds them."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from archc.emit.report import svg
from archc.graph.graph import Node

WIDTH, HEIGHT = 560, 260
LEFT, RIGHT, TOP, BOTTOM = 52, 14, 18, 34


class Depth:
    """Where each of some nodes stands between left and right, and the bands around them."""

    def __init__(self, nodes: Sequence[Node], names: Sequence[str] = ()) -> None:
        self.left, self.right = float(LEFT), float(WIDTH - RIGHT)
        self.top, self.bottom = float(TOP), float(HEIGHT - BOTTOM)
        self.count = max(len(nodes), 1)
        self.step = (self.right - self.left) / self.count
        self.bands: list[tuple[str, int, int]] = []
        for place, node in enumerate(nodes):
            name = names[place] if names else node.path.partition(".")[0].partition("@")[0]
            if self.bands and self.bands[-1][0] == name:
                self.bands[-1] = (name, self.bands[-1][1], place + 1)
            else:
                self.bands.append((name, place, place + 1))

    def x(self, place: float) -> float:
        """The left edge of the node that stands there."""
        return self.left + self.step * place

    def middle(self, place: int) -> float:
        return self.x(place + 0.5)

    def ground(self, top: float | None = None) -> Markup:
        """Every second band shaded, their names below as far as there is room."""
        top = self.top if top is None else top
        boxes = [
            (self.x(first), top, self.step * (last - first), self.bottom - top)
            for _, first, last in self.bands[1::2]
        ]
        labels = []
        taken: list[tuple[float, float]] = []
        for name, first, last in sorted(self.bands, key=lambda band: band[1] - band[2]):
            wide = svg.text_width(name, 10.5)
            middle = self.x((first + last) / 2)
            middle = min(max(middle, self.left + wide / 2 - 20), self.right - wide / 2 + 8)
            low, high = middle - wide / 2 - 3, middle + wide / 2 + 3
            if len(name) > 24 or any(low < end and start < high for start, end in taken):
                continue
            taken.append((low, high))
            labels.append((middle, name))
        labels.sort()
        words = [svg.text(x, self.bottom + 15, name, "band", "middle") for x, name in labels]
        return svg.bars(boxes, "shade") + svg.join(words)

    def hover(self, titles: Sequence[str]) -> Markup:
        """A title for each node, over the whole height."""
        height = self.bottom - self.top
        return svg.tag(
            "g",
            *(
                svg.tag(
                    "rect",
                    svg.tag("title", title),
                    x=self.x(place),
                    y=self.top,
                    width=f"{self.step:.2f}",
                    height=height,
                )
                for place, title in enumerate(titles)
            ),
            class_="hover",
        )


class Scale:
    """From figures to heights, linear from zero or by powers."""

    def __init__(self, low: float, high: float, bottom: float, top: float, log: bool = False):
        import math

        self._of = math.log if log else float
        self._low, self._high = self._of(low), self._of(high)
        self._bottom, self._top = bottom, top

    def __call__(self, value: float) -> float:
        span = (self._high - self._low) or 1.0
        return self._bottom - (self._of(value) - self._low) / span * (self._bottom - self._top)


def rules(
    depth: Depth, scale: Scale, values: Sequence[float], words: Sequence[str], kind: str = "rule"
) -> Markup:
    """Horizontal rules with their figures at the left."""
    drawn = []
    for value, word in zip(values, words, strict=True):
        y = scale(value)
        drawn.append(svg.line(depth.left, y, depth.right, y, kind))
        drawn.append(svg.text(depth.left - 6, y + 3.5, word, "tick", "end"))
    return svg.join(drawn)


def steps(depth: Depth, heights: Sequence[float]) -> list[tuple[float, float]]:
    """The corners of a stepped line, one step a node."""
    points = []
    for place, y in enumerate(heights):
        points += [(depth.x(place), y), (depth.x(place + 1), y)]
    return points
