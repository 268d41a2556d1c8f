"""Boxes as HTML-like labels, every cell of a stated size: the same layout with any fonts."""

from __future__ import annotations

from typing import NamedTuple

from archc.emit.diagram.escape import html
from archc.emit.diagram.metrics import FAMILY, fit, text_width
from archc.emit.diagram.theme import Theme

TITLE, DETAIL, NAME, STRIPE, SHAPE, HEAD = 10.0, 8.0, 8.0, 7.5, 8.0, 14.0
_PAD = 6


class Line(NamedTuple):
    """A line of a box: text at its left, and smaller text at its right."""

    left: str
    right: str = ""
    bold: bool = False
    size: float = DETAIL


class Face(NamedTuple):
    """A box: lines, and stripes above and below them, each with its colour."""

    lines: tuple[Line, ...]
    above: tuple[tuple[str, str], ...] = ()
    below: tuple[tuple[str, str], ...] = ()
    badge: str = ""
    centred: bool = False


def needed(face: Face) -> float:
    """The width at which nothing in a box is cut."""
    widths = [0.0]
    for line in face.lines:
        width = text_width(line.left, line.size, line.bold) + 2 * _PAD
        if line.right:
            width += text_width(line.right, NAME) + 10
        widths.append(width)
    if face.badge:
        widths[1] += badge_width(face.badge) + 4
    for stripes in (face.above, face.below):
        widths.append(sum(text_width(text, STRIPE) + 8 for text, _ in stripes))
    return max(widths)


def badge_width(text: str) -> int:
    return round(text_width(text, TITLE, True)) + 8


def box(face: Face, width: int, fill: str, border: str, ink: str, theme: Theme, pen: int = 1) -> str:
    """A box as an HTML-like table."""
    rows = [_stripes(face.above, width, theme)] if face.above else []
    faint = theme.faint if ink == theme.ink else ink
    rows.append(_gap(width, 3))
    for number, line in enumerate(face.lines):
        badge = face.badge if number == 0 else ""
        rows.append(_line(line, width, face.centred, ink, faint, badge, border, fill))
    rows.append(_gap(width, 3))
    if face.below:
        rows.append(_stripes(face.below, width, theme))
    body = "".join(f"<TR><TD>{row}</TD></TR>" if "<TABLE" in row else row for row in rows)
    return (
        f'<<TABLE BORDER="{pen}" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0" '
        f'COLOR="{border}" BGCOLOR="{fill}">{body}</TABLE>>'
    )


def cell(
    text: str, width: float, height: float, size: float, ink: str, align: str = "LEFT",
    bold: bool = False, fill: str = "",
) -> str:
    """A cell of one line of text, of a size that no font changes."""
    shown = html(fit(text, width, size, bold)) or " "
    if bold:
        shown = f"<B>{shown}</B>"
    ground = f' BGCOLOR="{fill}"' if fill else ""
    return (
        f'<TD FIXEDSIZE="TRUE" WIDTH="{round(width)}" HEIGHT="{round(height)}" ALIGN="{align}"'
        f'{ground}><FONT POINT-SIZE="{size:g}" COLOR="{ink}">{shown}</FONT></TD>'
    )


def empty(width: float, height: float, fill: str = "") -> str:
    """A cell without text."""
    ground = f' BGCOLOR="{fill}"' if fill else ""
    return (
        f'<TD FIXEDSIZE="TRUE" WIDTH="{round(width)}" HEIGHT="{round(height)}"{ground}></TD>'
    )


def table(*rows: str) -> str:
    """Rows of cells without borders."""
    body = "".join(f"<TR>{row}</TR>" for row in rows)
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">{body}</TABLE>'


def text_label(text: str, size: float, ink: str, bold: bool = False, pad: int = 3) -> str:
    """A label of one line: a shape on an edge, the name of a result."""
    width = text_width(text, size, bold) + 2 * pad
    return f"<{table(cell(text, width, size + 3, size, ink, 'CENTER', bold))}>"


def _gap(width: int, height: int) -> str:
    return f"<TR>{empty(width, height)}</TR>"


def _line(
    line: Line, width: int, centred: bool, ink: str, faint: str, badge: str, border: str, fill: str
) -> str:
    height = line.size + 4
    colour = ink if line.bold else faint
    if centred:
        return table(cell(line.left, width, height, line.size, colour, "CENTER", line.bold))
    room = width - 2 * _PAD
    marked = badge_width(badge) if badge else 0
    free = room - (marked + 4 if marked else 0)
    left = min(text_width(line.left, line.size, line.bold) + 2, free)
    right = free - left
    cells = empty(_PAD, height) + cell(line.left, left, height, line.size, colour, "LEFT", line.bold)
    if line.right and right > 14:
        cells += cell(line.right, right, height, NAME, faint, "RIGHT")
    else:
        cells += empty(right, height)
    if badge:
        cells += empty(4, height) + cell(badge, marked, height, TITLE, fill, "CENTER", True, border)
    return table(cells + empty(width - _PAD - round(left) - round(right) - (marked + 4 if badge else 0), height))


def _stripes(stripes: tuple[tuple[str, str], ...], width: int, theme: Theme) -> str:
    """Stripes side by side, as wide as their texts ask for."""
    wants = [text_width(text, STRIPE) + 8 for text, _ in stripes]
    total = sum(wants)
    cells = []
    used = 0
    for number, ((text, fill), want) in enumerate(zip(stripes, wants, strict=True)):
        share = round(width * want / total) if number < len(stripes) - 1 else width - used
        used += share
        cells.append(cell(text, share, 11, STRIPE, theme.ink, "CENTER", fill=fill))
    return table("".join(cells))
