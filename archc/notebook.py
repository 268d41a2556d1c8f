"""How a network shows itself in a notebook: its diagram and its table."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from archc.emit.table import table

if TYPE_CHECKING:
    from archc.check import Network


def mimebundle(
    network: Network,
    include: Collection[str] | None = None,
    exclude: Collection[str] | None = None,
) -> dict[str, str]:
    """By type: text always; HTML and SVG where Jinja2 and a renderer are installed."""
    found = {"text/plain": table(network).rstrip()}
    try:
        svg, html = _pictures(network)
    except ModuleNotFoundError as error:
        if error.name is not None and error.name.partition(".")[0] == "archc":
            raise
    else:
        found["text/html"] = html
        if svg:
            found["image/svg+xml"] = svg
    return {
        kind: text
        for kind, text in found.items()
        if (include is None or kind in include) and (exclude is None or kind not in exclude)
    }


def _pictures(network: Network) -> tuple[str, str]:
    """The diagram, and the page's part that holds it and the table."""
    from archc.emit.diagram import Options, TooLarge
    from archc.emit.report.embed import embed
    from archc.emit.report.pictures import drawn

    try:
        (svg,), note = drawn(network, (), ("light",), Options())
    except TooLarge as error:
        svg, note = "", f"There is no diagram: {error}."
    return svg, embed(network, svg, note)
