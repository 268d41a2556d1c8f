"""Where the volumes of a linear network stand: one row, or several where one is too long."""

from __future__ import annotations

from typing import NamedTuple

from archc.emit.diagram.metrics import fit, text_width
from archc.emit.volumes.model import Picture, Unit
from archc.emit.volumes.scales import Scales, scales
from archc.emit.volumes.scene import Label
from archc.emit.volumes.solid import Solid, measure
from archc.shapes import show

WIDEST = 960.0  # of a whole picture: on 170 mm of paper its text is still of 6 points
ROOMY = 900.0  # wider than this, equal maps stand close together
LONGEST = 900.0  # wider than this, a row is broken
_BETWEEN = 24.0  # volumes of different size, beyond the side of the first
_APART = 14.0  # volumes of one size
_CLOSE = 5.0
_DENSE = 36.0
_TEXT = 12.0
_LINE = 15.0  # from one line of text to the next
_WORDS = 116.0  # of a line under a volume


class Run(NamedTuple):
    """Volumes with one caption; `first` and `last` are places of units."""

    first: int
    last: int
    lines: tuple[str, ...]
    named: bool  # the first line is a name


class Layout(NamedTuple):
    """Boxes by unit, captions, and whether equal maps stand close together."""

    solids: tuple[Solid, ...]
    runs: tuple[Run, ...]
    rows: tuple[int, ...]  # of each unit
    bottoms: tuple[float, ...]  # of each row, captions begin there
    close: bool
    levels: bool = False  # rows are the levels of a U


def channels(unit: Unit) -> str:
    """The number under a volume."""
    if unit.shape is None:
        return "?"
    if unit.towers > 1:
        return f"{unit.towers} \u00d7 {unit.parts[0].channels}"
    return show(unit.shape[:1])


def stages(picture: Picture) -> list[int]:
    """The same number for neighbours with maps of one size; input and vectors stand alone."""
    result: list[int] = []
    for place, unit in enumerate(picture.units):
        before = picture.units[place - 1] if place else None
        same = (
            before is not None
            and before.kind != "input"
            and unit.shape is not None
            and before.shape is not None
            and len(unit.shape) > 1
            and unit.shape[1:] == before.shape[1:]
        )
        result.append(result[-1] if same else place)
    return result


def arrange(picture: Picture, scale: Scales, shared: dict[str, tuple[str, ...]]) -> Layout:
    """Every unit's place. `shared` are the lines that the legend says for a kind."""
    if picture.links:
        from archc.emit.volumes.ushape import arrange as in_levels

        return in_levels(picture)
    roomy = _row(picture, scale, shared, close=False)
    if _width(roomy) <= ROOMY:
        return roomy
    close = _row(picture, scales(picture, 150.0, 36.0), shared, close=True)
    best = close if _width(close) < 0.9 * _width(roomy) else roomy
    if _width(best) <= LONGEST:
        return best
    from archc.emit.volumes.rows import broken

    return broken(picture, best)


def _width(layout: Layout) -> float:
    last = layout.solids[-1]
    return last.right + last.depth - layout.solids[0].x


def captions(picture: Picture, shared: dict[str, tuple[str, ...]], close: bool) -> list[Run]:
    """What is written below, and below which volumes."""
    stage = stages(picture)
    runs: list[Run] = []
    for place, unit in enumerate(picture.units):
        lines = _own(unit, shared)
        if unit.shape is not None and len(unit.shape) > 3:
            lines = (*lines, show(unit.shape).replace("x", "\u00d7"))
        last = runs[-1] if runs else None
        before = picture.units[last.last] if last is not None else None
        if (
            close and last is not None and before is not None
            and before.kind == unit.kind and stage[last.last] == stage[place]
            and before.lines == unit.lines and before.groups == unit.groups
            and bool(before.name) == bool(unit.name)
        ):  # fmt: skip
            head = (_span(picture.units[last.first].name, unit.name),) if unit.name else ()
            runs[-1] = Run(last.first, place, (*head, *lines), bool(unit.name))
        else:
            head = (unit.name,) if unit.name else ()
            runs.append(Run(place, place, (*head, *lines), bool(unit.name)))
    return [
        run._replace(
            lines=tuple(
                fit(line, _WORDS, _TEXT, bold=run.named and not number)
                for number, line in enumerate(run.lines)
            )
        )
        for run in runs
    ]


def _own(unit: Unit, shared: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The lines that the legend does not say; a block and how often on one line, if they fit."""
    known = shared.get(unit.kind, ())
    if known and unit.lines[: len(known)] == known:
        return unit.lines[len(known) :]
    if unit.kind == "block" and text_width(" ".join(unit.lines), _TEXT) <= _WORDS:
        return (" ".join(unit.lines),) if unit.lines else ()
    return unit.lines


def _span(first: str, last: str) -> str:
    """`inception4a\u2013e`: the names from one to another."""
    same = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), 0)
    while same and first[same - 1].isdigit() and last[same:].isdigit():
        same -= 1
    return f"{first}\u2013{last[same:]}" if same > 2 else f"{first} \u2013 {last}"


def caption_width(run: Run) -> float:
    """The room a caption needs."""
    widths = [
        text_width(line, _TEXT, bold=run.named and not number)
        for number, line in enumerate(run.lines)
    ]
    return max(widths, default=0.0)


def caption_labels(run: Run, x: float, top: float) -> list[Label]:
    """The lines of a caption below each other."""
    return [
        Label(
            x, top + number * _LINE, line, _TEXT,
            bold=run.named and not number, color="ink" if run.named and not number else "faint",
        )
        for number, line in enumerate(run.lines)
    ]  # fmt: skip


def gap(picture: Picture, stage: list[int], left: int, solid: Solid, close: bool) -> float:
    """The room between a volume and the next."""
    one, two = picture.units[left], picture.units[left + 1]
    flat = two.shape is not None and len(two.shape) == 1
    if one.shape is not None and len(one.shape) == 1:
        return _DENSE
    if flat:
        return solid.depth + _DENSE + 6
    if stage[left] == stage[left + 1]:
        return _CLOSE if close else solid.depth + _APART
    return solid.depth + _BETWEEN


def _row(
    picture: Picture, scale: Scales, shared: dict[str, tuple[str, ...]], close: bool
) -> Layout:
    runs = captions(picture, shared, close)
    stage = stages(picture)
    solids: list[Solid] = []
    said = counted = -1e9  # how far captions and numbers reach
    for run in runs:
        start = len(solids)
        for place in range(run.first, run.last + 1):
            solid = measure(picture.units[place], scale)
            x = 0.0
            if solids:
                x = solids[-1].right + gap(picture, stage, place - 1, solids[-1], close)
            half = text_width(channels(picture.units[place]), _TEXT) / 2
            x = max(x, counted + 5 + half - solid.thick / 2)
            solids.append(solid._replace(x=x))
            counted = x + solid.thick / 2 + half
        half = caption_width(run) / 2
        middle = (solids[start].x + solids[-1].right) / 2
        push = max(0.0, said + 9 + half - middle) if run.lines else 0.0
        if push:
            solids[start:] = [solid._replace(x=solid.x + push) for solid in solids[start:]]
            counted += push
        if run.lines:
            said = middle + push + half
    bottom = max(solid.bottom for solid in solids)
    return Layout(tuple(solids), tuple(runs), (0,) * len(solids), (bottom,), close)
