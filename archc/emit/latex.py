"""`--format latex`: a table for a paper, with the rules of the `booktabs` package."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from archc.emit import figures
from archc.emit.lines import lines
from archc.emit.style import Style
from archc.emit.text import clean

if TYPE_CHECKING:
    from archc.check import Network

_SIGNS = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "'": r"\textquotesingle{}",
    "`": r"\textasciigrave{}",
    "-": r"{-}",
    "\u00d7": r"$\times$",
    "\u2192": r"$\to$",
    "\u2265": r"$\geq$",
    "\u2212": r"$-$",
    "\u2013": r"--",
    "\u2014": r"---",
    "\u2026": r"\dots{}",
    "\u00b7": r"\textperiodcentered{}",
}
_ACTIVE = {"[": "{[}", "]": "{]}", "*": "{*}"}  # behind `\\` they would be read as its arguments
_HEAD = ("layer", "", "output", "parameters", "MACs", "field")


def latex(networks: Sequence[Network], expand: bool = False) -> str:
    """A `table` for each network, its layers in rows, its totals in the last."""
    note = "% \\usepackage{booktabs}, and \\usepackage[T1]{fontenc} for quotation marks\n"
    return note + "\n".join(_network(network, expand) for network in networks)


def _network(network: Network, expand: bool) -> str:
    rows = []
    for line in lines(network, expand):
        if line.row.node is not None and line.row.node.layer is None:
            continue
        text = " ".join(_word(word) for word in line.text.split(" "))
        if line.row.count > 1:
            text = f"{text} $\\times\\,{line.row.count}$".strip()
        indent = f"\\hspace{{{line.depth - 1}em}}" if line.depth > 1 else ""
        rows.append(
            [
                indent + escape(line.name),
                text,
                shape(figures.shape(line.shape)),
                figures.number(line.params),
                figures.number(line.macs),
                shape(figures.field(line.field, line.shape)),
            ]
        )
    style = Style(color=False, unicode=True, width=80)
    mark = "$\\geq$ " if figures.bound(network, style) else ""
    total = network.facts.totals
    foot = [
        "total",
        "",
        "",
        _total(total.params, mark),
        _total(figures.macs(total.work), mark),
        "",
    ]
    taken = ", ".join(figures.shape(node.shape) for node in figures.inputs(network.graph))
    gives = figures.UNKNOWN if mark else shape(figures.shape(figures.output(network.graph)))
    caption = f"{escape(network.name)}: {shape(taken)} $\\to$ {gives}, {figures.basis(network)}."
    return table(caption, "lllrrr", _HEAD, rows, foot)


def _total(value: int | None, mark: str) -> str:
    """What is unknown is no bound."""
    return figures.UNKNOWN if value is None else mark + figures.number(value)


def _word(text: str) -> str:
    """A size of a kernel as it is written elsewhere, any other word as it is."""
    head, sign, size = text.rpartition("=")
    sized = "x" in size and all(part.isdecimal() for part in size.split("x"))
    return escape(head + sign) + shape(size) if sized else escape(text)


def table(
    caption: str,
    columns: str,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    foot: Sequence[str] = (),
) -> str:
    """A floating table of cells that are LaTeX already."""
    result = [
        "\\begin{table}",
        "  \\centering",
        f"  \\caption{{{caption}}}",
        f"  \\begin{{tabular}}{{{columns}}}",
        "    \\toprule",
        f"    {_row(head)}",
        "    \\midrule",
        *(f"    {_row(row)}" for row in rows),
    ]
    if foot:
        result += ["    \\midrule", f"    {_row(foot)}"]
    return "\n".join([*result, "    \\bottomrule", "  \\end{tabular}", "\\end{table}", ""])


def _row(cells: Sequence[str]) -> str:
    return " & ".join(cells).rstrip() + " \\\\"


def escape(text: str) -> str:
    """Text that LaTeX sets as it is; what its fonts lack is written by its number."""
    result = []
    for sign in clean(text):
        if sign in _SIGNS or sign in _ACTIVE:
            result.append(_SIGNS.get(sign) or _ACTIVE[sign])
        elif sign.isascii() or "\u00c0" <= sign <= "\u00ff":
            result.append(sign)
        else:
            result.append(f"[U+{ord(sign):04X}]".replace("[", "{[}").replace("]", "{]}"))
    return "".join(result)


def shape(text: str) -> str:
    """`64x56x56` with true times signs, as long as its parts are numbers or open axes."""
    parts = text.split("x")
    return "$\\times$".join(map(escape, parts))
