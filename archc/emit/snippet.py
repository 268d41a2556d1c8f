"""Lines of a file with marks below them.

    9 |     add {
      |     ^^^
   12 |             conv3: conv 4*width 1x1 bias=false -> bn3: batchnorm
      |                                                        --------- 512x56x56 from here

Several marks of one line are stacked from the right; a mark over several lines is a bracket in the
margin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit.style import Style
from archc.emit.text import character_width, clean, escaped

if TYPE_CHECKING:
    from archc.language.source import Source, Span

_DISTANT = 6  # this many lines left out in between are worth a `...`
_SHOWN = 6  # a bracket of up to this many lines is shown whole
_DOTS = "..."
_FAR = 2_000  # characters of a long line to either side of a mark


class Mark:
    """A span by lines and columns (from 1, the end included), with the text beside it."""

    __slots__ = ("column", "last", "last_column", "line", "primary", "source", "text")

    def __init__(self, span: Span, text: str, primary: bool) -> None:
        self.source = span.source
        self.text = clean(text)
        self.primary = primary
        size = len(span.source.text)
        start = min(max(span.start, 0), size)
        end = min(max(span.end, start + 1), size + 1)
        self.line, self.column = span.source.position(start)
        self.last, self.last_column = span.source.position(end - 1)

    @property
    def several(self) -> bool:
        return self.last > self.line


class _Line:
    """One line as it is shown: cells instead of characters, cut where it is too long."""

    __slots__ = ("_left", "_start", "_whole", "cells", "shift", "text")

    def __init__(self, text: str, around: int) -> None:
        self.shift = 0
        self._start: list[int] | None = None
        self._left = max(around - _FAR, 0) if len(text) > 2 * _FAR else 0
        if len(text) > 2 * _FAR:  # nobody is shown more of it, and each mark would read it all
            text = text[self._left : self._left + 2 * _FAR]
        if text.isascii() and text.isprintable():
            self.text = text
            self.cells = self._whole = len(text)
            return
        shown, starts, cell = [], [], 0
        for character in text:
            piece = escaped(character)
            starts.append(cell)
            shown.append(piece)
            cell += len(piece) if len(piece) != 1 else character_width(piece)
        self.text = "".join(shown)
        self.cells = self._whole = cell
        self._start = starts

    def cell(self, column: int) -> int:
        """The first cell of a column (from 1); one past the end has a cell too."""
        index = max(column - 1 - self._left, 0)
        if self._start is None:
            cell = min(index, self._whole)
        else:
            cell = self._start[index] if index < len(self._start) else self._whole
        return cell - self.shift

    def range(self, first: int, last: int) -> tuple[int, int]:
        """The cells of the columns from `first` to `last`, at least one."""
        start = self.cell(first)
        return start, max(self.cell(last + 1), start + 1)

    def cut(self, room: int, first: int, last: int) -> None:
        """Keeps at most `room` cells, around those from `first` to `last`."""
        if self.cells <= room:
            return
        begin = 0
        if last > room - len(_DOTS):
            begin = max(0, min(first - room // 3, self.cells - room))
            if last - begin > room - len(_DOTS):
                begin = max(0, first - len(_DOTS) - 1)
        end = begin + room
        self.text = _window(self.text, begin, end, end < self.cells)
        self.shift = begin
        self.cells = room


def _window(text: str, begin: int, end: int, more: bool) -> str:
    """The cells from `begin` to `end` of a text, dots where it goes on."""
    first = begin + (len(_DOTS) if begin else 0)
    last = end - (len(_DOTS) if more else 0)
    cell, shown = 0, []
    for character in text:
        size = character_width(character)
        if cell >= first and cell + size <= last:
            shown.append(character)
        elif cell < first < cell + size or cell < last < cell + size:
            shown.append(" ")
        cell += size
    return (_DOTS if begin else "") + "".join(shown).rstrip() + (_DOTS if more else "")


def snippet(source: Source, marks: list[Mark], gutter: int, color: str, style: Style) -> list[str]:
    """The marked lines of one file in order, without the header above them."""
    brackets = sorted((m for m in marks if m.several), key=lambda m: (m.line, -m.last))
    singles = [m for m in marks if not m.several]
    margin = len(brackets) + 1 if brackets else 0
    room = max(style.width - gutter - 3 - margin, 40)

    wanted = {mark.line for mark in marks} | {mark.last for mark in marks}
    for bracket in brackets:
        if bracket.last - bracket.line < _SHOWN:
            wanted.update(range(bracket.line, bracket.last))
    result: list[str] = []
    previous = 0
    opened: dict[int, Mark] = {}  # margin column -> bracket that is open

    def emit(number: str, border: list[tuple[str, str]], body: str) -> None:
        edge = "".join(style.paint(sign, tone) if sign != " " else " " for sign, tone in border)
        head = style.paint(f"{number:>{gutter}} |", "blue")
        result.append(f"{head} {edge}{body}".rstrip())

    def border(over: dict[int, str] | None = None, fill: int = -1) -> list[tuple[str, str]]:
        """The margin: open brackets, with some columns replaced; from `fill` on it is a line."""
        if not margin:
            return []
        cells = []
        for column in range(margin):
            if over and column in over:
                cells.append((over[column], tone(brackets[column])))
            elif column in opened:
                cells.append(("|", tone(opened[column])))
            elif 0 <= fill < column:
                cells.append(("_", tone(brackets[fill])))
            else:
                cells.append((" ", ""))
        return cells

    def tone(mark: Mark) -> str:
        return color if mark.primary else "blue"

    for number in sorted(wanted):
        if previous and (number - previous > _DISTANT or (opened and number - previous > 1)):
            result.append(style.paint(_DOTS, "blue") if not opened else "")
            if opened:
                result.pop()
                emit("." * min(gutter, 3), border(), "")
        previous = number
        here = [mark for mark in singles if mark.line == number]
        main = next((mark for mark in here if mark.primary), here[0] if here else None)
        line = _Line(source.line(number), main.column if main is not None else 1)
        starts = [i for i, bracket in enumerate(brackets) if bracket.line == number]
        ends = [i for i, bracket in enumerate(brackets) if bracket.last == number]
        _cut(line, here, [brackets[i].column for i in starts], room)

        quick: dict[int, str] = {}
        for i in starts:
            if not source.line(number)[: brackets[i].column - 1].strip():
                quick[i] = "/"
        emit(str(number), border(quick), line.text)
        for i in quick:
            opened[i] = brackets[i]
        for i in starts:
            if i not in quick:
                bracket = brackets[i]
                start, _ = line.range(bracket.column, bracket.column)
                sign = "^" if bracket.primary else "-"
                row = style.paint("_" * max(start, 0) + sign, tone(bracket))
                emit("", border({i: " "}, i), row)
                opened[i] = bracket
        for row in _rows(line, here, color, style):
            emit("", border(), row)
        for i in sorted(ends, reverse=True):
            bracket = brackets[i]
            start, end = line.range(bracket.last_column, bracket.last_column)
            sign = "^" if bracket.primary else "-"
            text = f" {bracket.text}" if bracket.text else ""
            row = style.paint("_" * max(end - 1, 0) + sign + text, tone(bracket))
            emit("", border({i: "|"}, i), row)
            opened.pop(i, None)
    return result


def _cut(line: _Line, marks: list[Mark], columns: list[int], room: int) -> None:
    """Cuts a line that is too long around the mark that matters most."""
    if line.cells <= room:
        return
    if not marks:
        first = min((line.cell(column) for column in columns), default=0)
        line.cut(room, first, first + 1)
        return
    spans = [line.range(mark.column, mark.last_column) for mark in marks]
    first, last = min(a for a, _ in spans), max(b for _, b in spans)
    if last - first > room - 2 * len(_DOTS):
        main = next((i for i, mark in enumerate(marks) if mark.primary), 0)
        first, last = spans[main]
    line.cut(room, first, last)


def _rows(line: _Line, marks: list[Mark], color: str, style: Style) -> list[str]:
    """The rows below a line: underlines, and the texts that belong to them."""
    if not marks:
        return []
    placed = []
    for mark in marks:
        start, end = line.range(mark.column, mark.last_column)
        start, end = max(start, 0), min(end, line.cells + 1)
        if end > start:
            placed.append((start, end, mark))
        elif mark.text:  # cut away: its text alone
            placed.append((min(start, line.cells), min(start, line.cells) + 1, mark))
    placed.sort(key=lambda item: (item[0], item[1]))

    cells: dict[int, tuple[str, str]] = {}
    for primary in (False, True):
        for start, end, mark in placed:
            if mark.primary == primary:
                sign = ("^", color) if primary else ("-", "blue")
                cells.update(dict.fromkeys(range(start, end), sign))
    texts = [(start, end, mark) for start, end, mark in placed if mark.text]
    beside = ""
    if texts:
        start, end, mark = texts[-1]
        if end == max(b for _, b, _ in placed):
            tone = color if mark.primary else "blue"
            beside = " " + style.paint(mark.text, tone)
            texts.pop()
    rows = [_paint(cells, style) + beside]
    if texts:
        rows.append(_paint(_hooks(texts, color), style))
    while texts:
        start, _, mark = texts.pop()
        tone = color if mark.primary else "blue"
        hooks = {cell: sign for cell, sign in _hooks(texts, color).items() if cell < start}
        lead = _paint(hooks, style)
        lead_cells = max(hooks) + 1 if hooks else 0
        rows.append(lead + " " * (start - lead_cells) + style.paint(mark.text, tone))
    return rows


def _hooks(texts: list[tuple[int, int, Mark]], color: str) -> dict[int, tuple[str, str]]:
    return {start: ("|", color if mark.primary else "blue") for start, _, mark in texts}


def _paint(cells: dict[int, tuple[str, str]], style: Style) -> str:
    """A row of signs, neighbours of one colour painted together."""
    result, run, tone = [], "", ""
    for cell in range(max(cells, default=-1) + 1):
        sign, now = cells.get(cell, (" ", ""))
        if now != tone:
            result.append(style.paint(run, tone) if tone else run)
            run, tone = "", now
        run += sign
    result.append(style.paint(run, tone) if tone else run)
    return "".join(result)
