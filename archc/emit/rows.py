"""A layer a row, plainly: what `csv` and `markdown` share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit import figures
from archc.emit.labels import layer_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archc.analysis.facts import LayerFacts
    from archc.check import Network
    from archc.graph.graph import Node


def layers(network: Network) -> Iterator[tuple[Node, LayerFacts]]:
    """Every layer with its figures, inputs left out."""
    for node, facts in zip(network.graph.nodes, network.facts.layers, strict=True):
        if node.layer is not None:
            yield node, facts


def arguments(node: Node) -> str:
    """What differs from the defaults, without the keyword."""
    return "" if node.layer is None else layer_text(node.layer).partition(" ")[2]


def blank(value: int | None) -> str:
    """A number for machines: no separators; nothing where it is unknown."""
    return "" if value is None else str(value)


def layer_figures(node: Node, facts: LayerFacts) -> dict[str, str]:
    """Every figure of a layer by the name of its column."""
    field, work = facts.field, facts.work
    return {
        "output": "" if node.shape is None else figures.shape(node.shape),
        "params": blank(facts.params),
        "buffers": blank(facts.buffers),
        "macs": blank(figures.macs(work)),
        "flops": blank(figures.flops(work)),
        "connections": blank(None if work is None else work.connections),
        "weight_bytes": blank(facts.weight_bytes),
        "output_bytes": blank(facts.output_bytes),
        "live_bytes": blank(facts.live_bytes),
        "saved_bytes": blank(facts.saved_bytes),
        "field": "" if field is None else figures.axes(field.size),
        "field_hull": "" if field is None else figures.axes(field.hull),
        "field_stride": "" if field is None else figures.axes(field.stride),
        "field_padding": "" if field is None else figures.axes(field.padding),
        "field_global": "" if field is None else str(field.whole).lower(),
    }
