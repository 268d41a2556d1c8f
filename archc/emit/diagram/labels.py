"""Boxes as HTML-like labels, every cell of a stated size: the same layout with any fonts."""

from __future__ import annotations

import math

from archc.emit.diagram.borders import Paint, bar_width, framed
from archc.emit.diagram.cells import cell, empty, table
from archc.emit.diagram.metrics import text_width, usual, wrap
from archc.emit.diagram.theme import BAR, DOUBLE, END_BAR, ROUND, Theme, ink_on, legible
from archc.named import NamedTuple

TITLE, DETAIL, NAME, STRIPE, SHAPE, HEAD = 10.0, 8.0, 8.0, 8.0, 8.0, 14.0
_PAD = 6
_BADGE = 9.0
_CLEAR = 5  # points at each side that round corners take
MIDDLE = 5.5  # points from the middle of a box with its shape to that of the box alone
TWINS = 4  # points between arrows that lead from one box to another
_BESIDE = 4  # points from the middle of a box to the shape beside its arrow
_LEAST = 2  # and to one at its left, in the widest font
_OVER = 4  # points that a shape may reach over its box: there is more between boxes


class Line(NamedTuple):
    """A line of a box: bold or plain text, smaller words behind it, a name at its right end."""

    text: str
    said: tuple[str, ...] = ()
    name: str = ""
    bold: bool = False
    size: float = DETAIL
    wrong: bool = False


class Face(NamedTuple):
    """A box: lines, and stripes above and below them, each with its colour; `spare` are points
    that it is higher than these."""

    lines: tuple[Line, ...]
    above: tuple[tuple[str, str], ...] = ()
    below: tuple[tuple[str, str], ...] = ()
    badge: str = ""
    slim: bool = False
    spare: int = 0


def needed(face: Face) -> float:
    """The width at which nothing in a box is cut."""
    widths = [0.0]
    for number, line in enumerate(face.lines):
        width = text_width(line.text, line.size, line.bold) + 2 * _PAD + 2
        if line.said:
            width += text_width(", ".join(line.said), DETAIL) + 6
        if line.name:
            width += text_width(line.name, NAME) + 10
        if face.badge and number == 0:
            width += badge_width(face.badge) + 4
        widths.append(width)
    for stripes in (face.above, face.below):
        round_corners = 2 * _CLEAR if face.slim and stripes else 0
        widths.append(sum(text_width(text, STRIPE) + 8 for text, _ in stripes) + round_corners)
    return max(widths)


def plain(face: Face) -> list[str]:
    """What a box says, line by line, with the stripes above and below it."""
    lines = [", ".join(text for text, _ in face.above)]
    for number, line in enumerate(face.lines):
        badge = face.badge if number == 0 else ""
        words = [f"{badge} {line.text}".strip(), ", ".join(line.said), line.name]
        lines.append(" \u00b7 ".join(filter(None, words)))
    lines.append(", ".join(text for text, _ in face.below))
    return [line for line in lines if line]


def compact(face: Face) -> float:
    """The width at which nothing is cut where small words and names stand below their title."""
    widths = [needed(face._replace(lines=(), badge=""))]
    for number, line in enumerate(face.lines):
        marked = badge_width(face.badge) + 4 if face.badge and number == 0 else 0
        first = text_width(line.text, line.size, line.bold) + 2 if line.text else 0.0
        said = text_width(", ".join(line.said), DETAIL) + 4 if line.said else 0.0
        name = text_width(line.name, NAME) + 6 if line.name else 0.0
        widths.append(max(first + marked, said + name) + 2 * _PAD + 1)
    return max(widths)


def badge_width(text: str) -> int:
    """The width of `x 3`."""
    return round(text_width(text, _BADGE, True)) + 8


def badge(text: str, height: float, fill: str) -> str:
    """A cell with `x 3` in its middle: Graphviz leaves room for descenders, which it has not."""
    wide, low = badge_width(text), _BADGE + 2
    said = cell(text, wide, low, _BADGE, ink_on(fill), "CENTER", True, fill)
    rows = table(empty(wide, height - low, fill), said)
    return f'<TD BGCOLOR="{fill}">{rows}</TD>'


def box(
    face: Face,
    width: int,
    paint: Paint,
    theme: Theme,
    shape: str = "",
    side: str = "right",
    up: bool = False,
    port: str = "",
    twins: int = 1,
) -> str:
    """A box as an HTML-like label; what comes out of it is written below, "right" of the arrow, or
    "left" of it, or "alone" in the middle where no arrow leaves there.

    Where they lead `up`, it stands above the box, with the stripes of what runs later; behind it is
    the `port` where several begin, and so many `twins` lead beside each other to one box.
    """
    if up:
        face = face._replace(above=face.below, below=face.above)
    body = f'<TD PORT="b">{framed(_rows_of(face, width, paint, theme), paint)}</TD>'
    if not shape:
        return f"<{table(body)}>"
    outer = width + 2 * paint.pen + (4 if paint.mark == DOUBLE else 0)
    beside = _BESIDE + TWINS * (twins - 1) // 2
    shaped = _shaped(body, outer, shape, paint, theme, side, port, beside)
    return f"<{table(*(reversed(shaped) if up else shaped))}>"


def _rows_of(face: Face, width: int, paint: Paint, theme: Theme) -> list[str]:
    """What stands in a box, from the top down, beside its bar where it has one."""
    inner = width - bar_width(paint.mark)
    clear = _CLEAR if paint.mark == ROUND else 0

    def stripes(of: tuple[tuple[str, str], ...]) -> list[str]:
        return [_inset(_stripes(of, inner - 2 * clear, theme), clear)] if of else []

    rows = stripes(face.above)
    faint = legible(theme.faint, paint.ground)
    rows.append(table(empty(inner, 3)))
    for number, line in enumerate(face.lines):
        mark = face.badge if number == 0 else ""
        if face.slim:
            rows.append(_inset(_slim(line, inner - 2 * clear, paint), clear))
        else:
            rows += _line(line, width, paint, faint, mark, theme)
    rows.append(table(empty(inner, 2 + face.spare)))
    return rows + stripes(face.below)


def _slim(line: Line, width: int, paint: Paint) -> str:
    """One line in the middle."""
    return table(
        cell(
            line.text, width, line.size + 4, line.size, paint.ink, "CENTER", line.bold, paint.ground
        )
    )  # fmt: skip


def _inset(row: str, clear: int) -> str:
    """A row that keeps clear of round corners."""
    return table(empty(clear, 1) + f"<TD>{row}</TD>" + empty(clear, 1)) if clear else row


def beside(shape: str, width: float) -> bool:
    """Whether a shape has room at one side of the middle of a box, or reaches hardly over it."""
    return _reach(shape) <= width / 2


def _reach(shape: str, bold: bool = False) -> int:
    """How wide half of a box has to be for a shape at the right of its middle."""
    return _BESIDE + math.ceil(usual(text_width(shape, SHAPE, bold))) + 1 - _OVER


def _shaped(
    body: str, outer: int, shape: str, paint: Paint, theme: Theme, side: str, port: str, beside: int
) -> tuple[str, str]:
    """A box that is so wide, and the shape below it at a side of its middle, or `alone` there: as
    two rows of one width; below the middle is the `port`."""
    half = outer // 2
    said_wide = 2 * math.ceil(text_width(shape, SHAPE, paint.wrong) / 2) + 2
    usually = math.ceil(usual(text_width(shape, SHAPE, paint.wrong)))
    most = math.ceil(text_width(shape, SHAPE, paint.wrong))
    starts = {
        "alone": half - said_wide // 2, "left": half - _LEAST - most, "right": half + beside
    }  # fmt: skip
    before = max(0, -starts[side])
    start = max(0, starts[side])
    reach = (
        half + beside - _BESIDE + _reach(shape, paint.wrong)
        if side == "right"
        else start + said_wide
    )
    wide = max(outer + before, reach)
    start += max(0, start + usually - wide)  # Graphviz sets what is too long in the middle
    over = max(0, start + said_wide - wide)
    boxed = body
    if wide > outer:
        ahead = empty(before, 4) if before else ""
        behind = empty(wide - outer - before, 4) if wide > outer + before else ""
        boxed = f"<TD>{table(ahead + body + behind)}</TD>"
    tone = theme.error if paint.wrong else theme.faint
    if not port or side == "alone":
        said = cell(shape, wide - start, 11, SHAPE, tone, "LEFT", paint.wrong, over=over)
        return boxed, f"<TD>{table(empty(start, 11) + said)}</TD>"
    middle = before + half
    stem = empty(2, 11).replace("<TD ", f'<TD PORT="{port}" ')
    if side == "left":
        told = cell(shape, middle - 1 - start, 11, SHAPE, tone, over=said_wide)
        ahead = empty(start, 11) + told
        return boxed, f"<TD>{table(ahead + stem + empty(wide - middle - 1, 11))}</TD>"
    ahead, between = empty(middle - 1, 11), empty(start - middle - 1, 11)
    told = cell(shape, wide - start, 11, SHAPE, tone, "LEFT", paint.wrong, over=over)
    return boxed, f"<TD>{table(ahead + stem + between + told)}</TD>"


def ahead(shape: str, width: int) -> int:
    """How far a shape at the left of the middle of a box reaches over that."""
    return max(0, _LEAST + math.ceil(text_width(shape, SHAPE)) - width // 2 - 1)


def behind(label: str, room: float, below: bool) -> str:
    """A box with room in front of it, which belongs to it: above, or at its left."""
    inner = f"<TD>{label[1:-1]}</TD>"
    if below:
        return f"<{table(empty(1, room), inner)}>"
    return f"<{table(empty(room, 1) + inner)}>"


def height(face: Face, width: int) -> float:
    """How high a box is, about."""
    total = 4.0 + 11 * (len(_rows(face.above, width)) + len(_rows(face.below, width)))
    for number, line in enumerate(face.lines):
        total += line.size + 4
        if not face.slim:
            below = _laid(line, width, face.badge if number == 0 else "").below
            total += (DETAIL + 3) * len(below)
    return total


def text_label(text: str, size: float, ink: str, bold: bool = False) -> str:
    """A label of one line: a shape on an arrow."""
    width = text_width(text, size, bold) + 4
    return f"<{table(empty(3, size) + cell(text, width, size + 3, size, ink, 'LEFT', bold))}>"


class _Laid(NamedTuple):
    """How a line is laid out: what stands beside its text, and the rows below it, small words at
    the left and a name at the right."""

    said: bool
    name: bool
    below: list[tuple[str, str]]


def _laid(line: Line, width: int, badge: str) -> _Laid:
    """All beside each other where there is room, else small words and names below their text."""
    room = width - 2 * _PAD
    first = room - (badge_width(badge) + 4 if badge else 0)
    text = text_width(line.text, line.size, line.bold) + 2 if line.text else 0.0
    said = text_width(", ".join(line.said), DETAIL) + 7 if line.said else 0.0
    name = text_width(line.name, NAME) if line.name else 0.0
    if not line.text or text + said + name <= first or not (said or name):
        return _Laid(True, True, [])
    words = [f"{word}," for word in line.said[:-1]] + list(line.said[-1:])
    if any(text_width(word, DETAIL) > room for word in words):
        words = [piece for word in words for piece in word.split(" ")]
    below = [(row, "") for row in wrap(words, room, DETAIL, 4)]
    if not name or (said and text + name <= first):
        return _Laid(False, True, below)
    last = below[-1][0] if below else ""
    if text_width(last, DETAIL) + 6 + name <= room:
        return _Laid(False, False, [*below[:-1], (last, line.name)])
    names = [("", row) for row in wrap([line.name], room, NAME, 2)]
    return _Laid(False, False, [*below, *names])


def _line(line: Line, width: int, paint: Paint, faint: str, mark: str, theme: Theme) -> list[str]:
    """A line as rows of cells: one, or more where its parts do not fit beside each other."""
    height = line.size + 4
    laid = _laid(line, width, mark)
    marked = badge_width(mark) + 4 if mark else 0
    room = width - 2 * _PAD
    bar = bar_width(paint.mark)
    left, right = _PAD - (bar if paint.mark == BAR else 0), _PAD
    right -= bar if paint.mark == END_BAR else 0
    colour = paint.ink if line.bold else faint
    if line.wrong:
        colour = legible(theme.error, paint.ground)

    def ended(name: str, rest: float, height: float) -> str:
        if not name or rest < 4:
            return empty(max(rest, 0), height)
        return cell(name, rest, height, NAME, faint, "RIGHT", False, paint.ground)

    cells, used = empty(left, height), 0
    if line.text:
        used = round(min(text_width(line.text, line.size, line.bold) + 2, room - marked))
        cells += cell(line.text, used, height, line.size, colour, "LEFT", line.bold)
    if line.said and laid.said:
        said = ", ".join(line.said)
        lead = 5 if line.text else 0
        wide = round(min(text_width(said, DETAIL) + 2, room - marked - used - lead))
        cells += (empty(lead, height) if lead else "") + cell(said, wide, height, DETAIL, faint)
        used += lead + wide
    cells += ended(line.name if laid.name else "", room - marked - used, height)
    if mark:
        cells += empty(4, height) + badge(mark, height, paint.border)
    rows = [table(cells + empty(right, height))]
    height = DETAIL + 3
    for words, name in laid.below:
        named = text_width(name, NAME) + 4 if name else 0.0
        wide = round(min(text_width(words, DETAIL) + 2, room - named)) if words else 0
        below = cell(words, wide, height, DETAIL, faint) if words else empty(0, height)
        below += ended(name, room - wide, height)
        rows.append(table(empty(left, height) + below + empty(right, height)))
    return rows


def _rows(stripes: tuple[tuple[str, str], ...], width: int) -> list[list[tuple[str, str]]]:
    """Stripes side by side, in as many rows as their texts need."""
    rows: list[list[tuple[str, str]]] = []
    left = 0.0
    for stripe in stripes:
        wide = text_width(stripe[0], STRIPE) + 3
        if not rows or wide > left:
            rows.append([])
            left = width
        rows[-1].append(stripe)
        left -= wide
    return rows


def _stripes(stripes: tuple[tuple[str, str], ...], width: int, theme: Theme) -> str:
    """Stripes side by side, as wide as their texts ask for."""
    rows = []
    for row in _rows(stripes, width):
        wants = [text_width(text, STRIPE) + 3 for text, _ in row]
        cells = []
        used = 0
        for number, ((text, fill), want) in enumerate(zip(row, wants, strict=True)):
            share = round(width * want / sum(wants)) if number < len(row) - 1 else width - used
            used += share
            ink = legible(theme.ink, fill)
            cells.append(cell(text, share, 11, STRIPE, ink, "CENTER", fill=fill))
        rows.append(table("".join(cells)))
    return rows[0] if len(rows) == 1 else table(*(f"<TD>{row}</TD>" for row in rows))
