"""A network as a piece of HTML without style sheet or script, for pages that are not ours."""

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


def embed(network: Network, svg: str, note: str = "") -> str:
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
