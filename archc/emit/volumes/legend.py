"""What the colours mean, and the sentence below the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit import figures
from archc.emit.diagram.metrics import text_width
from archc.emit.volumes.model import Picture
from archc.emit.volumes.palette import TITLES
from archc.emit.volumes.scales import Scales
from archc.emit.volumes.scene import Group, Label, Polygon, Shape, extent
from archc.emit.volumes.spine import NOMINAL, is_open

if TYPE_CHECKING:
    from archc.check import Network

_TEXT = 12.0
_KINDS = ("conv", "pool", "up", "block", "merge", "other", "copied", "dense")
_STRIPES = ("normalisation", "activation", "dropout")


def shared_lines(picture: Picture) -> dict[str, tuple[str, ...]]:
    """Kernels and strides that all layers of a kind have: said once, in the legend."""
    result = {}
    for kind in ("conv", "pool", "up"):
        found = [unit.lines for unit in picture.units if unit.kind == kind]
        if len(found) > 2 and len(set(found)) == 1:
            result[kind] = found[0]
    blocks = [unit.lines[:1] for unit in picture.units if unit.kind == "block"]
    if len(blocks) > 5 and len(set(blocks)) == 1:
        result["block"] = blocks[0]
    return result


def legend(
    picture: Picture, shared: dict[str, tuple[str, ...]], groups: list[Group], words: str
) -> list[Group]:
    """Swatches in rows, then the caption, below all that is drawn."""
    left, _, right, bottom = extent([shape for group in groups for shape in group.shapes])
    width = max(right - left, 420.0)
    shapes: list[Shape] = []
    x, y = left, bottom + 26
    kernels = any(
        isinstance(shape, Polygon) and shape.fill == "window"
        for group in groups
        for shape in group.shapes
    )
    for role, text in _entries(picture, shared, kernels):
        room = 22 + text_width(text, _TEXT)
        if x > left and x + room > left + width:
            x, y = left, y + 20
        shapes += _swatch(role, x, y)
        shapes.append(Label(x + 20, y, text, _TEXT, anchor="start"))
        x += room + 18
    y += 26 if shapes else 0
    for text, color in ((words, "faint"), (mistake(picture), "error")):
        for line in _wrapped(text, width):
            shapes.append(Label(left, y, line, _TEXT, anchor="start", color=color))
            y += 16
    return [Group("", tuple(shapes))]


def _swatch(role: str, x: float, y: float) -> list[Shape]:
    if role == "window":
        box = ((x + 2, y - 5), (x + 12, y - 5), (x + 12, y + 5), (x + 2, y + 5))
        return [Polygon(box, "window", "", opacity=0.28), Polygon(box, "", "window", 1.1)]
    box = ((x, y - 6), (x + 14, y - 6), (x + 14, y + 6), (x, y + 6))
    return [Polygon(box, f"{role}.front")]


def _entries(
    picture: Picture, shared: dict[str, tuple[str, ...]], kernels: bool
) -> list[tuple[str, str]]:
    entries = []
    parts = {part.kind for unit in picture.units for part in unit.parts}
    for kind in _KINDS:
        if kind not in parts:
            continue
        words = {unit.lines[0] for unit in picture.units if unit.kind == kind and unit.lines}
        if kind == "other" and 0 < len(words) < 3:
            entries.append((kind, ", ".join(sorted(words))))
        elif kind == "block" and not any(unit.call for unit in picture.units):
            entries.append((kind, "several layers" if "block" not in shared else shared[kind][0]))
        else:
            entries.append((kind, _title(kind, shared.get(kind, ()))))
    for kind in _STRIPES:
        words = {s.word for unit in picture.units for s in unit.stripes if s.kind == kind}
        if words:
            entries.append((kind, ", ".join(sorted(words)) if len(words) < 3 else TITLES[kind]))
    if kernels:
        entries.append(("window", "kernel"))
    return entries


def _title(kind: str, lines: tuple[str, ...]) -> str:
    if not lines:
        return TITLES[kind]
    if kind == "block":
        return f"{TITLES[kind]} {lines[0]}"
    if kind == "up" and lines[0][0].isdigit():
        return ", ".join((f"up-convolution {lines[0]}", *lines[1:]))
    word, _, kernel = lines[0].removeprefix("kernel ").rpartition(" ")
    word = {"avg": "average"}.get(word, word)
    head = f"{word} {TITLES[kind]} {kernel}" if word else f"{TITLES[kind]} {kernel}"
    return ", ".join((head, *lines[1:]))


def _wrapped(text: str, room: float) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and text_width(f"{lines[-1]} {word}", _TEXT) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def caption(network: Network, picture: Picture, scale: Scales) -> str:
    """The network in figures, and how lengths are to be read."""
    from archc.emit.style import Style

    totals = network.facts.totals
    style = Style(color=False, unicode=True, width=80)
    signature = figures.signature(network, style)
    head = picture.title
    if picture.problem or not network.graph.complete:
        head = f"What is known of {picture.title}"
        signature = f"{signature.partition(style.arrow)[0]}{style.arrow} {figures.UNKNOWN}"
    numbers = [signature.replace("x", "\u00d7")]
    mark = figures.bound(network, style)
    for count, unit in ((totals.params, "parameters"), (figures.macs(totals.work), "MACs")):
        known = figures.UNKNOWN if count is None else mark + figures.compact(count)
        numbers.append(f"{known} {unit}")
    sentences = [f"{head}: {', '.join(numbers)}.", _scaling(picture, scale)]
    if any(is_open(unit.shape) for unit in picture.units if unit.shape is not None):
        sentences.append(f"Open sizes are drawn as if the input had {NOMINAL} pixels.")
    sentences += picture.notes
    return " ".join(sentences)


def mistake(picture: Picture) -> str:
    """Where the spec is broken, in a sentence; "" where it is not."""
    if not picture.problem:
        lost = any(unit.shape is None for unit in picture.units)
        return "The spec could not be worked out; what follows is unknown." if lost else ""
    if picture.problem.startswith("line "):
        return f"The spec has a mistake in {picture.problem}; what follows is unknown."
    return f"The spec has a mistake at {picture.problem}; what follows is unknown."


def _scaling(picture: Picture, scale: Scales) -> str:
    maps = any(unit.shape is not None and len(unit.shape) > 1 for unit in picture.units)
    vectors = any(unit.shape is not None and len(unit.shape) == 1 for unit in picture.units)
    parts = []
    if maps:
        parts += [("height and width", scale.pixels.linear, "pixels")]
        parts += [("thickness", scale.channels.linear, "channels")]
    if vectors:
        parts += [("a vector's length", scale.vector.linear, "number of its values")]
    straight = [f"{what} with the {unit}" for what, linear, unit in parts if linear]
    root = "square root of the"
    bent = [f"{what} with the {root} {unit}" for what, linear, unit in parts if not linear]
    text = ", ".join([*straight, *bent])
    end = "" if not bent else " (not linear)"
    return f"Drawn to scale: {text}{end}." if text else ""
