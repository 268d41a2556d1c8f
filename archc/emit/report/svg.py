"""Small SVG drawings: elements, numbers, scales. Colours are classes of the page's style."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

from archc.emit.text import printed


def tag(name: str, *children: object, **attributes: object) -> Markup:
    """An element, the texts in it made safe; `stroke_width` stands for `stroke-width`."""
    parts = [name]
    for key, value in attributes.items():
        if value is None:
            continue
        shown = number(value) if isinstance(value, float) else value
        parts.append(f'{key.rstrip("_").replace("_", "-")}="{escape(str(shown))}"')
    inner = "".join(
        child if isinstance(child, Markup) else escape(printed(str(child))) for child in children
    )
    head = " ".join(parts)
    return Markup(f"<{head}>{inner}</{name}>" if inner else f"<{head}/>")


def join(children: Iterable[Markup]) -> Markup:
    return Markup("").join(children)


def number(value: float) -> str:
    """One decimal, none where it is whole."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def text(x: float, y: float, words: str, kind: str = "", anchor: str | None = None) -> Markup:
    """A line of text."""
    return tag("text", words, x=x, y=y, class_=kind or None, text_anchor=anchor)


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    """A straight line."""
    return tag("path", d=f"M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}", class_=kind)


def path(points: Sequence[tuple[float, float]], kind: str, close: bool = False) -> Markup:
    """A line through points."""
    return tag("path", d=route(points) + ("Z" if close else ""), class_=kind)


def route(points: Sequence[tuple[float, float]]) -> str:
    """The `d` of a line through points: straight pieces along the axes are written short."""
    parts: list[str] = []
    before = ("", "")
    for x, y in points:
        now = (number(x), number(y))
        if not parts:
            parts.append(f"M{now[0]} {now[1]}")
        elif now == before:
            continue
        elif now[1] == before[1]:
            parts.append(f"H{now[0]}")
        elif now[0] == before[0]:
            parts.append(f"V{now[1]}")
        else:
            parts.append(f"L{now[0]} {now[1]}")
        before = now
    return "".join(parts)


def bars(boxes: Iterable[tuple[float, float, float, float]], kind: str) -> Markup:
    """Rectangles (x, y, width, height) as one path."""
    parts = [
        f"M{number(x)} {number(y)}h{w:.2f}v{number(h)}h{-w:.2f}Z" for x, y, w, h in boxes if h > 0
    ]
    return tag("path", d="".join(parts), class_=kind) if parts else Markup("")


def picture(
    name: str, title: str, said: str, size: tuple[int, int], children: Iterable[Markup]
) -> Markup:
    """A whole drawing with its title and description for those who do not see it."""
    width, height = size
    return tag(
        "svg",
        tag("title", title, id=f"{name}-t"),
        tag("desc", said, id=f"{name}-d"),
        *children,
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        role="img",
        class_="plot",
        aria_labelledby=f"{name}-t",
        aria_describedby=f"{name}-d",
    )


def text_width(words: str, size: float = 11) -> float:
    """About how wide a text is."""
    return 0.54 * size * len(words)


def ticks(top: float, count: int = 4) -> list[float]:
    """Round numbers from 0 to `top`, about so many."""
    if top <= 0:
        return [0]
    step = nice(top / count)
    return [step * i for i in range(int(top / step + 1e-9) + 1)]


def nice(value: float) -> float:
    """The next of 1, 2, 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(value))
    for factor in (1, 2, 5, 10):
        if value <= factor * power * (1 + 1e-9):
            return factor * power
    return 10 * power


def decades(low: float, high: float) -> list[float]:
    """Powers of ten within a span; thinned where they are many, with 2 and 5 where few."""
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    found = [10.0**power for power in range(first, last + 1)]
    if len(found) < 3:
        every = [f * 10.0**power for power in range(first - 1, last + 1) for f in (1, 2, 5)]
        return [value for value in every if low <= value <= high]
    step = max(1, math.ceil(len(found) / 6))
    return found[::step]
