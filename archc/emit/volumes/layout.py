"""Where everything stands: columns along the row, chains beside each other, rows below rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from archc.emit.axes import size
from archc.emit.diagram.metrics import fit, text_width
from archc.emit.diagram.shared import letters
from archc.emit.diagram.spans import span_name
from archc.emit.volumes.model import MARKS, Picture, Unit
from archc.emit.volumes.place import Pair
from archc.emit.volumes.scales import Scales
from archc.emit.volumes.scene import Label
from archc.emit.volumes.solid import Solid
from archc.named import NamedTuple
from archc.shapes import show

TEXT = 12.0
SIZE = 12.0  # the room of a size above a volume, in a frame's title line else
LINE = 15.0  # from one line of text to the next
_LAYER = ("projection",)  # in what a block differs from others, and what a layer may be called
_TITLED = 24.0  # from a title to a number in its line
NUMBER = 17.0  # the room of the channels' number below a volume
_BETWEEN = 24.0  # volumes of different size, beyond the side of the first
_NARROW = 13.0  # the same where there is little room
_APART = 14.0  # volumes of one size
_CLOSE = 5.0
_DENSE = 36.0
LEGEND = 420.0  # its width at least
_OUTPUT = 64.0  # an arrow and the name of an output
WORDS = 116.0  # of a line under a volume


class Run(NamedTuple):
    """Volumes with one caption; `first` and `last` are places of units."""

    first: int
    last: int
    lines: tuple[str, ...]
    named: bool  # the first line is a name
    top: float = 0.0  # where it begins


class Layout(NamedTuple):
    """Boxes by unit, captions, and the ways of arrows that pass over other units."""

    solids: tuple[Solid, ...]
    runs: tuple[Run, ...]
    rows: tuple[int, ...]  # of each unit
    ranks: tuple[int, ...]  # its column in the row
    bottoms: tuple[float, ...]  # of each row
    lanes: dict[Pair, float]  # the height of a long arrow
    close: bool  # whether volumes of one size stand close together
    levels: bool = False  # smaller maps stand lower
    floating: bool = False  # there are no columns
    reach: tuple[float, float] = (0.0, 0.0)  # from top to bottom


def channels(unit: Unit) -> str:
    """The number under a volume."""
    if unit.kind in MARKS:
        return ""
    return "?" if unit.shape is None else show(unit.shape[:1])


def stages(picture: Picture) -> list[int]:
    """The same number for neighbours with maps of one size; input and vectors stand alone."""
    result: list[int] = []
    for place, unit in enumerate(picture.units):
        before = picture.units[place - 1] if place else None
        same = before is not None and like(before, unit)
        result.append(result[-1] if same else place)
    return result


def like(before: Unit, unit: Unit) -> bool:
    """Whether two volumes have maps of one size, but for what a kernel cuts off at the rim."""
    return (
        before.kind not in ("input", *MARKS)
        and unit.kind not in MARKS
        and unit.shape is not None
        and before.shape is not None
        and len(unit.shape) > 1
        and all(
            0.9 * size(one) <= size(two) <= size(one)
            for one, two in zip(before.shape[1:], unit.shape[1:], strict=False)
        )
        and len(unit.shape) == len(before.shape)
    )


def captions(
    picture: Picture,
    places: list[int],
    shared: dict[str, tuple[str, ...]],
    merge: bool,
    levels: bool,
) -> list[Run]:
    """What is written below, and below which volumes; `merge` joins those of close neighbours."""
    runs: list[Run] = []
    for place in places:
        unit = picture.units[place]
        if unit.kind in MARKS:
            continue
        if levels and unit.groups:
            unit = unit._replace(name="")  # the name of its group stands above it
        lines = _own(unit, shared)
        if unit.kind == "block" and not lines and not unit.name and unit.groups:
            group = unit.groups[-1].rpartition(".")[2]  # else nothing would tell which block it is
            number = numbered(unit, group)
            unit = unit._replace(name=f"{group}.{number}" if number else "")
        if unit.shape is not None and len(unit.shape) > 3:
            lines = (*lines, show(unit.shape).replace("x", "\u00d7"))
        last = runs[-1] if runs else None
        before = picture.units[last.last] if last is not None else None
        if (
            merge and last is not None and before is not None and last.last == place - 1
            and before.kind == unit.kind and like(before, unit)
            and before.lines == unit.lines and before.groups == unit.groups
            and bool(before.name) == bool(unit.name) and not before.shared and not unit.shared
        ):  # fmt: skip
            head = (span_name(picture.units[last.first].name, unit.name),) if unit.name else ()
            runs[-1] = Run(last.first, place, (*head, *lines), bool(unit.name))
        else:
            own = " ".join(filter(None, (unit.name, letters(unit.shared))))
            head = (own,) if own else ()
            runs.append(Run(place, place, (*head, *lines), bool(own)))
    return [
        run._replace(
            lines=tuple(
                fit(line, WORDS, TEXT, bold=run.named and not number)
                for number, line in enumerate(run.lines)
            )
        )
        for run in runs
    ]


def numbered(unit: Unit, name: str) -> str:
    """The number of a block in the group of a name, or of the first and the last where it stands
    for several; "" where it has none."""
    path = unit.path.split(".")
    group = name.rpartition(".")[2]
    number = path[path.index(group) + 1] if group in path[:-1] else ""
    if not number.isdigit() or unit.slices == 1:
        return number if number.isdigit() else ""
    return f"{number}\u2013{int(number) + unit.slices - 1}"


def _own(unit: Unit, shared: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The lines that the legend does not say, with a block's name where the rest would be taken for
    a layer; a block and how often on one line, if they fit; a list has a line for each thing, as
    arrows pass close by."""
    known = shared.get(unit.kind, ())
    lines = unit.lines
    if unit.kind == "block" and lines[1:] == _LAYER:
        return lines
    if known and lines[: len(known)] == known:
        lines = lines[len(known) :]
    elif (
        unit.kind == "block"
        and not any(line.endswith(",") for line in lines)
        and text_width(" ".join(lines), TEXT) <= WORDS
    ):
        lines = (" ".join(lines),) if lines else ()
    return lines


def below_titles(
    picture: Picture, solids: Mapping[int, Solid], sized: Collection[int], levels: bool
) -> set[int]:
    """The volumes whose sizes, above them, would be read as the end of a frame's title."""
    found = set()
    for frame in picture.clusters:
        inside = [n for n in range(frame.first, frame.last + 1) if n in solids]
        if frame.drawn(levels) and inside:
            end = min(solids[n].x for n in inside) + text_width(frame.name, TEXT) + _TITLED
            found |= {n for n in inside if n in sized and solids[n].right + solids[n].depth < end}
    return found


def caption_width(run: Run) -> float:
    """The room a caption needs."""
    widths = [
        text_width(line, TEXT, bold=run.named and not number)
        for number, line in enumerate(run.lines)
    ]
    return max(widths, default=0.0)


def caption_labels(run: Run, x: float) -> list[Label]:
    """The lines of a caption below each other."""
    return [
        Label(
            x, run.top + number * LINE, line, TEXT,
            bold=run.named and not number, color="ink" if run.named and not number else "faint",
        )
        for number, line in enumerate(run.lines)
    ]  # fmt: skip


def named_ends(picture: Picture, layout: Layout, places: Iterable[int]) -> list[float]:
    """Where the names of outputs end that stand at the right of volumes."""
    return [
        layout.solids[place].right + layout.solids[place].depth + _OUTPUT
        for place in places
        if picture.units[place].outputs and not any(a.tail == place for a in picture.arrows)
    ]


def gap(one: Unit, two: Unit, solid: Solid, close: bool, tight: bool = False) -> float:
    """The room between a volume and the one that reads it."""
    if one.kind in MARKS or two.kind in MARKS:
        return solid.depth + (10 if tight else 16)
    flat = two.shape is not None and len(two.shape) == 1
    if one.shape is not None and len(one.shape) == 1:
        return _DENSE / 2 if tight else _DENSE
    if flat:
        return solid.depth + (_DENSE / 2 if tight else _DENSE + 6)
    if like(one, two):
        return _CLOSE if close else solid.depth + _APART
    return solid.depth + (_NARROW if tight else _BETWEEN)


def scales_of(picture: Picture, tallest: float, thickest: float) -> Scales:
    """The scales of a picture."""
    from archc.emit.volumes.scales import scales

    return scales(picture, tallest, thickest)


def borders(picture: Picture, one: int, two: int, levels: bool) -> int:
    """How many frames end or begin between two units."""
    return sum(
        (frame.first <= one <= frame.last) != (frame.first <= two <= frame.last)
        for frame in picture.clusters
        if frame.drawn(levels)
    )
