"""The borders of boxes: what tells kinds apart where there is no colour."""

from __future__ import annotations

from archc.emit.diagram.cells import empty, table
from archc.emit.diagram.theme import BAR, DOUBLE, END_BAR, FLAT, ROUND
from archc.named import NamedTuple

_BAR = 3  # points of a bar, which take the place of what pads the text


class Paint(NamedTuple):
    """The colours of a box, and how its border is drawn."""

    ground: str
    border: str
    ink: str
    pen: int = 1
    dashed: bool = False
    wrong: bool = False  # what comes out of it does not fit
    mark: str = ""  # what tells it from other kinds where there is no colour


def framed(rows: list[str], paint: Paint) -> str:
    """Rows in their border, with what marks the kind."""
    styles = ["DASHED"] * paint.dashed + ["ROUNDED"] * (paint.mark == ROUND)
    style = f' STYLE="{",".join(styles)}"' if styles else ""
    body = "".join(f"<TR><TD>{row}</TD></TR>" for row in rows)
    if bar_width(paint.mark):
        edge = f'<TD WIDTH="{_BAR}" BGCOLOR="{paint.border}"></TD>'  # as high as the box
        inner = f"<TD>{table(*(f'<TD>{row}</TD>' for row in rows))}</TD>"
        body = f"<TR>{edge + inner if paint.mark == BAR else inner + edge}</TR>"
    pen = 0 if paint.mark == FLAT and paint.pen == 1 and not paint.dashed else paint.pen
    single = (
        f'<TABLE BORDER="{pen}" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0" '
        f'COLOR="{paint.border}" BGCOLOR="{paint.ground}"{style}>{body}</TABLE>'
    )
    if paint.mark != DOUBLE:
        return single
    return (
        f'<TABLE BORDER="1" CELLBORDER="0" CELLSPACING="1" CELLPADDING="0" '
        f'COLOR="{paint.border}"{style}><TR><TD>{single}</TD></TR></TABLE>'
    )


def sign(width: float, height: float, paint: Paint) -> str:
    """A small box without text, its border within so much room."""
    around = {DOUBLE: 6, FLAT: 0}.get(paint.mark, 2)
    inner = empty(width - around - bar_width(paint.mark), height - around)
    return framed([table(inner)], paint)


def bar_width(mark: str) -> int:
    """How much of the width of a box is a bar at one of its ends."""
    return _BAR if mark in (BAR, END_BAR) else 0
