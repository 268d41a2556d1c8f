"""How networks and files show themselves in a notebook: diagram, table, messages."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from archc.emit.render import render_all
from archc.emit.summary import summary
from archc.emit.table import table

if TYPE_CHECKING:
    from archc.check import Checked, Network


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
    return _chosen(found, include, exclude)


def file_bundle(
    checked: Checked,
    include: Collection[str] | None = None,
    exclude: Collection[str] | None = None,
) -> dict[str, str]:
    """By type: the messages, then the only network as it shows itself, or a line for each."""
    messages = render_all(checked.diagnostics).rstrip()
    networks = list(checked.networks)
    if len(networks) == 1:
        shown = mimebundle(networks[0])
    else:
        shown = {"text/plain": summary(networks).rstrip() if networks else ""}
    text = "\n\n".join(filter(None, [messages, shown["text/plain"]]))
    found = {"text/plain": text or f"{checked.program.source.name}: no network"}
    if "text/html" in shown:
        from archc.emit.report.embed import plain

        found["text/html"] = plain(messages) + shown["text/html"]
    if not messages and "image/svg+xml" in shown:
        found["image/svg+xml"] = shown["image/svg+xml"]
    return _chosen(found, include, exclude)


def _chosen(
    found: dict[str, str], include: Collection[str] | None, exclude: Collection[str] | None
) -> dict[str, str]:
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
        (light, dark), note = drawn(network, (), ("light", "dark"), Options())
    except TooLarge as error:
        light, dark, note = "", "", f"There is no diagram: {error}."
    return light, embed(network, light, dark, note)
