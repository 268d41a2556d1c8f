"""What the colours mean, and the sentence below the picture."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from archc.emit import figures
from archc.emit.axes import NOMINAL, is_open
from archc.emit.diagram.closed import GROUP
from archc.emit.diagram.metrics import text_width
from archc.emit.diagram.shared import SAID
from archc.emit.volumes.heat import STEPS
from archc.emit.volumes.layout import LEGEND
from archc.emit.volumes.model import MARKS, Picture, Unit, cut
from archc.emit.volumes.palette import TITLES
from archc.emit.volumes.route import SKIP, WIRE
from archc.emit.volumes.scales import Scales
from archc.emit.volumes.scene import Group, Label, Line, Point, Polygon, Shape, extent
from archc.emit.volumes.shades import FUSED, shades, spoken
from archc.emit.volumes.solid import circle
from archc.emit.volumes.stages import UP
from archc.emit.volumes.texture import strokes
from archc.emit.volumes.words import CONCAT, SIGNS

if TYPE_CHECKING:
    from archc.check import Network

ROOT = "\u221a"
_SLICE = "a\u2013b"
_NAME = "name "  # in front of a word that has no sign
_WORDS = ("A", "\u00d7 n", _SLICE)
_TEXT = 12.0
_LINE = 20.0  # from one line of marks to the next
_MOST = 0.75  # of the layers of a kind
_KINDS = ("input", "conv", "pool", "up", "block", "sum", "merge", "other", "copied", "dense")
_VARIED = 2  # contents that one entry tells
_NAMED = 4  # blocks that one entry names


def shared_lines(picture: Picture) -> dict[str, tuple[str, ...]]:
    """Kernels and strides that most layers of a kind have: said once, in the legend."""
    result = {}
    for kind in ("conv", "pool", "up"):
        found = Counter(unit.lines for unit in picture.units if unit.kind == kind)
        for lines, number in found.most_common(1):
            if number > 2 and number >= _MOST * sum(found.values()) and lines:
                result[kind] = lines
    blocks = Counter(unit.lines[:1] for unit in picture.units if unit.kind == "block")
    for lines, number in blocks.most_common(1):
        if number > 5 and number >= _MOST * sum(blocks.values()) and not lines[0][0].isdigit():
            result["block"] = lines
    return result


def legend(
    picture: Picture,
    shared: dict[str, tuple[str, ...]],
    groups: list[Group],
    words: str,
    bars: bool,
) -> list[Group]:
    """Marks for every colour and line that occurs, each in the first line that has room for it,
    then the caption, below all."""
    drawn = [shape for group in groups for shape in group.shapes]
    left, _, right, bottom = extent(drawn)
    width = max(right - left, LEGEND)
    shapes: list[Shape] = []
    y = bottom + 26
    entries = [*_entries(picture, shared), *_warmth(picture), *_lines_of(picture, drawn, bars)]
    ends: list[float] = []  # of each line
    for mark, text in entries:
        word = _word(mark)
        wide = max(20.0, text_width(word, _TEXT, True) + 6)
        room = 2 + wide + text_width(text, _TEXT)
        fits = (number for number, end in enumerate(ends) if end + room <= width)
        row = next(fits, len(ends))
        if row == len(ends):
            ends.append(0.0)
        x, at = left + ends[row], y + _LINE * row
        shapes += _swatch(mark, x, at)
        shapes.append(Label(x + wide, at, text, _TEXT, anchor="start"))
        ends[row] += room + 18
    y += _LINE * len(ends) + 6 if ends else 0
    for text, color in ((words, "faint"), (mistake(picture), "error")):
        for line in _wrapped(text, width):
            shapes.append(Label(left, y, line, _TEXT, anchor="start", color=color))
            y += 16
    return [Group("", tuple(shapes))]


def _word(mark: str) -> str:
    """What stands in front of an entry that explains a word; "" for a sign."""
    return mark if mark in _WORDS else mark.removeprefix(_NAME) * mark.startswith(_NAME)


def _swatch(mark: str, x: float, y: float) -> list[Shape]:
    """The sign of an entry: a colour, a line, or what stands in the picture itself."""
    middle = x + 7
    if mark == "window":
        box = ((x + 2, y - 5), (x + 12, y - 5), (x + 12, y + 5), (x + 2, y + 5))
        return [Polygon(box, "window", "", opacity=0.28), Polygon(box, "", "window", 1.1)]
    if mark in ("skip", "training"):
        if mark == "skip":
            return [Line(((x - 1, y), (x + 15, y)), "skip", SKIP, True)]
        return [Line(((x - 1, y), (x + 15, y)), "wire", WIRE, True, True)]
    if mark in SIGNS:
        return [
            Polygon(circle(middle, y, 7.0), "paper", "wire", 0.9),
            Label(middle, y, SIGNS[mark], _TEXT, bold=True),
        ]
    if mark == "bar":
        box = ((x + 6, y - 7), (x + 9, y - 7), (x + 9, y + 7), (x + 6, y + 7))
        return [Polygon(box, "wire", "")]
    if mark == "turn":
        return [
            Polygon(circle(middle, y, 7.0), "paper", "faint", 0.9),
            Label(middle, y, "n", _TEXT),
        ]
    if word := _word(mark):
        middle = max(middle, x + text_width(word, _TEXT, True) / 2)
        if mark == _SLICE:
            right = 2 * middle - x
            box = ((x, y - 8), (right, y - 8), (right, y + 8), (x, y + 8))
            return [Polygon(box, "paper", "wire", 0.9), Label(middle, y, mark, _TEXT)]
        return [Label(middle, y, word, _TEXT, bold=True)]
    box = ((x, y - 6), (x + 14, y - 6), (x + 14, y + 6), (x, y + 6))
    if mark == "fan":
        return [Polygon(box, mark, "")]

    def at(across: float, down: float) -> Point:
        return (x + 14 * across, y - 6 + 12 * down)

    return [Polygon(box, f"{mark}.front"), *strokes(mark, 14.0, 12.0, at)]


def _entries(picture: Picture, shared: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    """The kinds of volumes and of what is fused into them."""
    entries = []
    parts = {part.kind for unit in picture.units for part in unit.parts if unit.kind not in MARKS}
    enlarged = {unit.enlarged for unit in picture.units if unit.enlarged}
    if enlarged and "up" not in parts and len(enlarged) == 1:
        shared = {**shared, "up": tuple(enlarged)}
    parts |= {"up"} if enlarged else set()
    said = spoken(picture.units)
    for kind in _KINDS:
        if kind == "block":
            entries += _blocks(picture, said)
        if kind not in parts or kind == "block":
            continue
        words = {unit.lines[0] for unit in picture.units if unit.kind == kind and unit.lines}
        if kind == "other" and 0 < len(words) < 3:
            entries.append((kind, ", ".join(sorted(words))))
        else:
            entries.append((kind, _title(kind, shared.get(kind, ()))))
    for kind in FUSED:
        for colour in shades(kind):
            several = said.get(colour, [])
            if several:
                entries.append((colour, ", ".join(several) if len(several) < 4 else TITLES[kind]))
    return entries


def _blocks(picture: Picture, said: dict[str, list[str]]) -> list[tuple[str, str]]:
    """An entry for each tone of closed blocks: which they are, and what is in a single one."""
    entries = []
    for colour in shades("block"):
        names = said.get(colour, [])
        held = (one.holds for one in picture.units if one.called in names and one.holds)
        inside = [what for what, _ in Counter(held).most_common()]
        words = [name for name in names if name != GROUP]
        more = f" and {len(words) - _NAMED} more" if len(words) > _NAMED else ""
        several = f"{', '.join(words[:_NAMED])}{more}"
        text = f"block{'s' * (len(words) > 1)} {several}" if words else "closed group"
        if words and len(words) < len(names):
            text += ", closed group"
        elif len(words) == 1 and 0 < len(inside) <= _VARIED:
            text += f": {inside[0]}" + "".join(f" (or {other})" for other in inside[1:])
        entries += [(colour, text)] if names else []
    shown = {name for several in said.values() for name in several}
    inner = dict(pair for unit in picture.units for pair in unit.inner if pair[0] not in shown)
    return [*entries, *((_NAME + name, what) for name, what in inner.items())]


def _warmth(picture: Picture) -> list[tuple[str, str]]:
    """The ends of the scale of heat, where it is used."""
    used = any(part.kind.startswith("heat") for unit in picture.units for part in unit.parts)
    return [("heat0", "nothing"), (f"heat{STEPS - 1}", "the most")] if used else []


def _lines_of(picture: Picture, drawn: list[Shape], bars: bool) -> list[tuple[str, str]]:
    """Kernels, arrows and marks."""
    fills = {shape.fill for shape in drawn if isinstance(shape, Polygon)}
    lines = [shape for shape in drawn if isinstance(shape, Line)]
    signs = {unit.lines[0] for unit in picture.units if unit.kind == "sum"}
    found = [
        ("window", "kernel", "window" in fills),
        ("fan", "full connection", "fan" in fills),
        ("skip", "skip", any(line.stroke == "skip" for line in lines)),
        ("training", "in training only", any(line.dashed and line.arrow for line in lines)),
        ("+", "sum", "+" in signs),
        ("*", "product", "*" in signs),
        ("bar", "concatenation", bars),
        ("\u00d7 n", _repeated(picture), bool(_repeated(picture))),
        ("A", SAID, any(unit.shared for unit in picture.units)),
        (_NAME + UP, TITLES["up"], any(map(_up, picture.units))),
        (_SLICE, "channels a to b", any(cut(unit) for unit in picture.units)),
        ("turn", "goes on at n", any(unit.kind == "turn" for unit in picture.units)),
    ]
    return [(mark, text) for mark, text, occurs in found if occurs]


def _up(unit: Unit) -> bool:
    """Whether a closed group says that it holds an upsampling."""
    return unit.kind == "block" and any(
        line.rstrip(",").split(" ")[1:] == [UP] for line in unit.lines
    )


def _repeated(picture: Picture) -> str:
    """What `\u00d7 n` stands for, over a frame, under a closed block, or beside an arrow; "" where
    it does not occur."""
    closed = any(line.startswith("\u00d7 ") for unit in picture.units for line in unit.lines)
    ones = closed or any(frame.times > 1 for frame in picture.clusters)
    found = ["n equal ones in a row"] if ones else []
    found += ["n arrows as one"] if any(arrow.times > 1 for arrow in picture.arrows) else []
    return "; ".join(found)


def _title(kind: str, lines: tuple[str, ...]) -> str:
    if not lines:
        return TITLES[kind]
    lines = tuple(line for line in lines if line != CONCAT)
    if kind == "up" and lines and lines[0][0].isdigit():
        return ", ".join((f"up-convolution {lines[0]}", *lines[1:]))
    if lines and lines[0].startswith("kernel "):
        return ", ".join((TITLES[kind], *lines))
    if kind == "pool" and lines and not lines[0][-1].isdigit():
        return " ".join((*lines, TITLES[kind]))
    word, _, kernel = lines[0].rpartition(" ")
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


def caption(network: Network, picture: Picture, scale: Scales, kernels: str) -> str:
    """The network in figures, and how lengths are to be read; of `kernels` it is said."""
    from archc.emit.style import Style

    totals = network.facts.totals
    style = Style(color=False, unicode=True, width=80)
    signature = figures.signature(network, style)
    head = picture.title
    outputs = [one for one in network.graph.results if not one.training]
    if len(outputs) > 1:
        signature = f"{signature.partition(style.arrow)[0]}{style.arrow} {len(outputs)} outputs"
    if picture.problem or not network.graph.complete:
        head = f"What is known of {picture.title}"
        signature = f"{signature.partition(style.arrow)[0]}{style.arrow} {figures.UNKNOWN}"
    numbers = [signature.replace("x", "\u00d7")]
    mark = figures.bound(network, style)
    for count, unit in ((totals.params, "parameters"), (figures.macs(totals.work), "MACs")):
        known = figures.UNKNOWN if count is None else mark + figures.compact(count)
        numbers.append(f"{known} {unit}")
    sentences = [f"{head}: {', '.join(numbers)}.", _scaling(picture, scale)]
    if any(unit.leading for unit in picture.units):
        sentences.append("What is fused into a box runs from left to right.")
    sentences += [kernels] if kernels else []
    if any(unit.shape is not None and len(unit.shape) > 3 for unit in picture.units):
        sentences.append("Of three axes the first, time or depth, is only written.")
    if any(is_open(unit.shape) for unit in picture.units if unit.shape is not None):
        sentences.append(f"Open sizes are drawn as if the input had {NOMINAL} pixels.")
    sentences += picture.notes
    return " ".join(sentences)


def mistake(picture: Picture) -> str:
    """Where the spec is broken, in a sentence; "" where it is not."""
    if not picture.problem:
        lost = any(unit.shape is None and unit.kind not in MARKS for unit in picture.units)
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
        parts += [("vectors", scale.vector.linear, "values")]
    text = ", ".join(f"{what} by {'' if linear else ROOT}{unit}" for what, linear, unit in parts)
    if not text:
        return ""
    small = "; the smallest enlarged" if scale.raised else ""
    return f"Drawn to scale: {text}{small}."
