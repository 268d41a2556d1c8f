"""The cells of HTML-like labels, each of a stated size, and tables of them without borders."""

from __future__ import annotations

from archc.emit.diagram.escape import html
from archc.emit.diagram.metrics import CENTRED, RIGHT, fit


def cell(
    text: str,
    width: float,
    height: float,
    size: float,
    ink: str,
    align: str = "LEFT",
    bold: bool = False,
    fill: str = "",
    over: float = 0,
) -> str:
    """A cell of one line of text, of a size that no font changes; its text may reach `over` its
    right end by so many points.

    Text that is not at the left needs a `fill`: the ground tells the SVG where the cell is.
    """
    shown = html(fit(text, width + over, size, bold)) or " "
    if bold:
        shown = f"<B>{shown}</B>"
    ground = f' BGCOLOR="{fill}"' if fill else ""
    face = {"LEFT": "", "CENTER": f'FACE="{CENTRED}" ', "RIGHT": f'FACE="{RIGHT}" '}[align]
    return (
        f'<TD FIXEDSIZE="TRUE" WIDTH="{round(width)}" HEIGHT="{round(height)}" ALIGN="{align}"'
        f'{ground}><FONT {face}POINT-SIZE="{size:g}" COLOR="{ink}">{shown}</FONT></TD>'
    )


def empty(width: float, height: float, fill: str = "") -> str:
    """A cell without text."""
    ground = f' BGCOLOR="{fill}"' if fill else ""
    return f'<TD FIXEDSIZE="TRUE" WIDTH="{round(width)}" HEIGHT="{round(height)}"{ground}></TD>'


def table(*rows: str) -> str:
    """Rows of cells without borders."""
    body = "".join(f"<TR>{row}</TR>" for row in rows)
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">{body}</TABLE>'
