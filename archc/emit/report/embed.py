"""A network as a piece of HTML without script, for pages that are not ours.

Its style sheet says one thing: of the two drawings the one for the ground of the page is seen.
Jupyter, VS Code and Colab tell by an attribute or a class which that is, other pages by the
preference of the reader.
"""

from __future__ import annotations

from markupsafe import Markup

from archc.check import Network
from archc.emit import figures
from archc.emit.report import texts
from archc.emit.report.cards import basis
from archc.emit.report.page import environment
from archc.emit.report.pictures import embedded
from archc.emit.report.rows import rows
from archc.emit.style import PLAIN
from archc.emit.text import clean

LONG = 30  # rows, from which on a table is folded


def plain(text: str) -> str:
    """Text as it is, in HTML; "" for none."""
    return str(Markup("<pre>{}</pre>\n").format(text)) if text else ""


def embed(network: Network, svg: str, dark: str, note: str = "") -> str:
    """The name, the diagram, the folded table and the totals."""
    total = network.facts.totals
    mark = figures.bound(network, PLAIN)
    html: str = (
        environment()
        .get_template("report_embed.html.jinja")
        .render(
            name=clean(network.name),
            said=texts.inline(figures.docstring(network)),
            picture=Markup(embedded(svg, f"archc-{network.name}")),
            dark=Markup(embedded(dark, f"archc-{network.name}-dark")),
            long=LONG,
            note=note,
            rows=rows(network, "", {}),
            totals=[
                ("parameters", mark + figures.number(total.params)),
                ("MACs", mark + figures.number(figures.macs(total.work))),
                ("peak memory", figures.size(network.facts.memory.peak)),
            ],
            basis=basis(network),
        )
    )
    return html
