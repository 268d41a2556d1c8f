"""Changes as a table for a terminal, as Markdown for a pull request, as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from archc.emit import figures
from archc.emit.diff.changes import Change, Figure, LayerChange, Object
from archc.emit.style import PLAIN, Style
from archc.emit.text import clean, left, plural, right, width, written_json

_GAP = "  "
_RUN = 3  # so many layers that were not changed themselves become one row
_SIGNS = {"added": "+", "removed": "-", "changed": "~"}
_TONES = {"added": "green", "removed": "red", "changed": "yellow"}


def table(changes: Sequence[Change], style: Style = PLAIN, expand: bool = False) -> str:
    """A part for each network that changed, a blank line between them; a line for all others."""
    parts = [_network(change, expand, style) for change in changes if change.sort != "same"]
    same = [clean(change.name) for change in changes if change.sort == "same"]
    if same:
        parts.append(style.paint(f"= as before: {', '.join(same)}", "dim") + "\n")
    return "\n".join(parts)


def _network(change: Change, expand: bool, style: Style) -> str:
    head = f"{_SIGNS[change.sort]} {_title(change, style.arrow)}"
    lines = [style.paint(head, _TONES[change.sort])]
    if change.layers:
        lines += ["", *_grid(_layer_rows(change.layers, expand, style.arrow), "lll", style)]
    rows = _figure_rows(change, style.arrow)
    if rows:
        lines += ["", *_grid(rows, "lrrrr", style)]
    return "\n".join(lines) + "\n"


def _title(change: Change, arrow: str) -> str:
    """The name, and the files where they tell something."""
    if change.old is None or change.new is None:
        one = change.new or change.old or {}
        return f"{clean(change.name)}  {clean(one['file'])}"
    names = _both(clean(change.old["name"]), clean(change.new["name"]), arrow)
    return f"{names}  {_both(clean(change.old['file']), clean(change.new['file']), arrow)}"


def _both(old: str, new: str, arrow: str) -> str:
    return new if old == new else f"{old} {arrow} {new}"


# ---------------------------------------------------------------------------------------- rows


def _layer_rows(layers: Sequence[LayerChange], expand: bool, arrow: str) -> list[list[str]]:
    """A row for each; a run of layers that only what reaches them has changed is one row."""
    rows: list[list[str]] = []
    for itself, group in groupby(layers, key=lambda one: one.itself):
        run = list(group)
        if itself or expand or len(run) < _RUN:
            rows += [_layer_row(one, arrow) for one in run]
        else:
            first, last = _paths(run[0], arrow), _paths(run[-1], arrow)
            rows.append([f"~ {first} to {last}", f"{len(run):,} layers, by what reaches them", ""])
    return rows


def _layer_row(one: LayerChange, arrow: str) -> list[str]:
    known = one.new or one.old or {}
    return [
        f"{_SIGNS[one.sort]} {_paths(one, arrow)}",
        _what(one, known, arrow),
        _sizes(one, arrow),
    ]


def _paths(one: LayerChange, arrow: str) -> str:
    paths = [clean(side["path"]) for side in (one.old, one.new) if side is not None]
    return _both(paths[0], paths[-1], arrow)


def _what(one: LayerChange, known: Object, arrow: str) -> str:
    """The layer as the table has it; both where it was changed itself."""
    if one.old is None or one.new is None or not one.itself:
        return clean(_text(known))
    return _both(clean(_text(one.old)), clean(_text(one.new)), arrow)


def _text(layer: Object) -> str:
    return str(layer.get("text") or layer["kind"])


def _sizes(one: LayerChange, arrow: str) -> str:
    """The shape and the parameters, both where they changed."""
    sides = [side for side in (one.old, one.new) if side is not None]
    shapes = [clean(shape(side["shape"])) for side in sides]
    parts = [_both(shapes[0], shapes[-1], arrow)]
    counts = [figures.number(side["params"]) for side in sides]
    if counts[0] != "0" or counts[-1] != "0":
        parts.append(f"{_both(counts[0], counts[-1], arrow)} parameters")
    return ", ".join(parts)


def shape(value: Any) -> str:
    """A shape of the JSON contract: `64x56x56`; of several inputs each with its name."""
    if value is None:
        return figures.UNKNOWN
    if isinstance(value, dict):
        return ", ".join(f"{name} {shape(one)}" for name, one in value.items())
    return "x".join(f"({axis})" if " " in str(axis) else str(axis) for axis in value)


def _figure_rows(change: Change, arrow: str) -> list[list[str]]:
    """The totals that changed; of a network that is new or gone all of them."""
    rows = []
    if change.old is not None and change.new is not None:
        for name in ("input", "output"):
            old, new = clean(shape(change.old[name])), clean(shape(change.new[name]))
            if old != new:
                rows.append([name, old, new, "", ""])
    for one in change.figures:
        if one.changed:
            rows.append([one.name, _value(one, one.old), _value(one, one.new), *_differences(one)])
    return rows


def _value(figure: Figure, value: int | None) -> str:
    if value is None:
        return figures.UNKNOWN
    return figures.size(value) if figure.unit == "bytes" else figures.number(value)


def _differences(figure: Figure) -> list[str]:
    """How much more or less, and in percent."""
    if figure.old is None or figure.new is None:
        return ["", ""]
    more = figure.new - figure.old
    sign = "+" if more > 0 else "-"
    shown = figures.size(abs(more)) if figure.unit == "bytes" else figures.number(abs(more))
    percent = f"{sign}{abs(more) / figure.old:.1%}" if figure.old else ""
    return [f"{sign}{shown}", percent]


def _grid(rows: list[list[str]], sides: str, style: Style) -> list[str]:
    wide = [max(width(row[column]) for row in rows) for column in range(len(sides))]
    lines = []
    for row in rows:
        cells = [
            left(cell, room) if side == "l" else right(cell, room)
            for cell, room, side in zip(row, wide, sides, strict=True)
        ]
        line = "  " + _GAP.join(cells).rstrip()
        tone = {"+": "green", "-": "red"}.get(row[0][:1])
        lines.append(style.paint(line, tone) if tone else line)
    return lines


# -------------------------------------------------------------------------------- other forms


def markdown(changes: Sequence[Change], expand: bool = False) -> str:
    """A section for each network: its totals, and its layers in a part that unfolds."""
    from archc.emit.markdown import escape

    lines: list[str] = []
    same = [escape(change.name) for change in changes if change.sort == "same"]
    if same:
        lines += [f"As before: {', '.join(same)}.", ""]
    for change in changes:
        if change.sort == "same":
            continue
        lines += [f"### {escape(_title(change, PLAIN.arrow))}", ""]
        if change.sort != "changed":
            lines += [f"The network is {'new' if change.sort == 'added' else 'gone'}.", ""]
        rows = _figure_rows(change, PLAIN.arrow)
        if rows:
            lines += ["| | was | is | | |", "|---|---:|---:|---:|---:|"]
            lines += [f"| {' | '.join(map(escape, row))} |" for row in rows] + [""]
        if change.layers:
            count = plural(len(change.layers), "layer")
            lines += [f"<details><summary>{count}</summary>", ""]
            lines += ["| | layer | |", "|---|---|---|"]
            for row in _layer_rows(change.layers, expand, PLAIN.arrow):
                lines.append(f"| {' | '.join(map(escape, row))} |")
            lines += ["", "</details>", ""]
    return "\n".join(lines).rstrip() + "\n"


def document(changes: Sequence[Change]) -> list[dict[str, Any]]:
    """The changes as dictionaries and lists."""
    return [
        {
            "name": change.name,
            "change": change.sort,
            "old": None if change.old is None else _side(change.old),
            "new": None if change.new is None else _side(change.new),
            "totals": {
                one.key: {"old": one.old, "new": one.new} for one in change.figures if one.changed
            },
            "layers": [
                {"change": one.sort, "itself": one.itself, "old": one.old, "new": one.new}
                for one in change.layers
            ],
        }
        for change in changes
    ]


def _side(network: Object) -> dict[str, Any]:
    return {key: network[key] for key in ("name", "file", "input", "output")}


def json(changes: Sequence[Change], ascii: bool = False) -> str:
    """A document of the schema of `check`."""
    from archc._version import __version__
    from archc.emit.json import SCHEMA

    return written_json(
        {"schema": SCHEMA, "archc": __version__, "changes": document(changes)}, ascii
    )
