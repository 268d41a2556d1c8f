"""`--format csv`: a layer a row, as RFC 4180 has it. A spreadsheet never sees a formula in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from archc.emit.rows import arguments, layer_figures, layers
from archc.emit.text import clean

if TYPE_CHECKING:
    from archc.check import Network

_FIRST = ("file", "network", "layer", "kind", "arguments", "line")
_FIGURES = (
    *("output", "params", "buffers", "macs", "flops", "connections", "weight_bytes"),
    *("output_bytes", "live_bytes", "saved_bytes", "field", "field_stride", "field_padding"),
    "field_global",
)


_BOUNDS = ("bytes_moved", "flops_per_byte", "seconds_at_least", "waits_for")


def csv(networks: Sequence[Network]) -> str:
    """A header and one row a layer; lines end in CR LF."""
    bounded = any(one.answers is not None and one.answers.roofline for one in networks)
    rows = [",".join((*_FIRST, *_FIGURES, *(_BOUNDS if bounded else ())))]
    for network in networks:
        file = network.graph.program.source.name
        bounds = _bounds(network) if bounded else {}
        for node, facts in layers(network):
            texts = (file, network.name, node.path, node.kind, arguments(node))
            values = layer_figures(node, facts)
            cells = [*map(word, texts), str(node.span.line)]
            cells += [quoted(values[name]) for name in _FIGURES]
            cells += bounds.get(node.path, ("",) * len(_BOUNDS)) if bounded else ()
            rows.append(",".join(cells))
    return "".join(row + "\r\n" for row in rows)


def _bounds(network: Network) -> dict[str, tuple[str, ...]]:
    """What a device takes for each layer at least, by path."""
    from archc.emit.roofline import word as waits_for

    found = None if network.answers is None else network.answers.roofline
    if found is None:
        return {}
    nodes = zip(network.graph.nodes, found.layers, strict=True)
    known = [(node.path, bound) for node, bound in nodes if bound is not None]
    return {
        path: (
            str(bound.traffic.bytes),
            "" if bound.traffic.intensity is None else repr(bound.traffic.intensity),
            repr(bound.seconds),
            waits_for(bound) if bound.seconds else "",
        )
        for path, bound in known
    }


def word(text: str) -> str:
    """A text; what a spreadsheet would take for a formula gets an apostrophe in front."""
    text = clean(text)
    return quoted(f"'{text}" if text.startswith(("=", "+", "-", "@")) else text)


def quoted(text: str) -> str:
    """A cell, in quotation marks where it needs them."""
    if any(character in text for character in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text
