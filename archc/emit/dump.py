"""`--emit graph` and `--emit facts`: a line a node, stable, for people and for tests.

The lines hold texts as they are in the spec: who prints them makes them safe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.emit import figures
from archc.emit.labels import scope_value

if TYPE_CHECKING:
    from archc.analysis.facts import Field
    from archc.check import Network
    from archc.graph.graph import Node


def graph(network: Network) -> str:
    """`%3 = conv channels=64 kernel=[3, 3] … (%2) -> 64x224x224  features.0  line 12`."""
    known = network.graph
    arguments = ", ".join(f"{n}={scope_value(v)}" for n, v in known.arguments.items())
    lines = [f"network {network.name}({arguments})"]
    for node in known.nodes:
        reads = ", ".join(f"%{index}" for index in node.inputs)
        head = f"%{node.index} = {_layer(node)}({reads})"
        parts = [f"{head} -> {figures.shape(node.shape)}", node.path, f"line {node.span.line}"]
        if node.module != node.path:
            parts.append(f"shares {node.module}")
        if node.training:
            parts.append("training only")
        if node.frozen:
            parts.append("frozen")
        lines.append("  " + "  ".join(parts))
    for result in known.results:
        only = "  training only" if result.training else ""
        lines.append(f"  {result.name}: %{result.node}{only}")
    if not known.complete:
        lines.append("  incomplete")
    return "\n".join(lines) + "\n"


def _layer(node: Node) -> str:
    if node.layer is None:
        return "input "
    words = [node.kind]
    words += [f"{name}={scope_value(value)}" for name, value in node.layer.values.items()]
    return " ".join(words) + " "


def facts(network: Network) -> str:
    """Every figure of every node, then the totals."""
    found = network.facts
    lines = [f"network {network.name}: {figures.basis(network)}, {found.status}"]
    for node, own in zip(network.graph.nodes, found.layers, strict=True):
        work = own.work
        parts = [
            f"params={_plain(own.params)}",
            f"buffers={_plain(own.buffers)}",
            f"macs={_plain(figures.macs(work))}",
            f"flops={_plain(figures.flops(work))}",
            f"weights={_plain(own.weight_bytes)}",
            f"output={_plain(own.output_bytes)}",
            f"live={_plain(own.live_bytes)}",
            f"saved={_plain(own.saved_bytes)}",
            f"field={_field(own.field)}",
        ]
        lines.append(f"  {node.path}: {' '.join(parts)}")
    for name, totals in (("totals", found.totals), ("training", found.training)):
        work = totals.work
        counted = {
            "params": totals.params,
            "buffers": totals.buffers,
            "macs": figures.macs(work),
            "flops": figures.flops(work),
            "connections": None if work is None else work.connections,
            "activations": totals.activations,
            "conv_linear_activations": totals.conv_linear_activations,
            "depth": totals.depth,
        }
        if totals.trainable != totals.params:
            counted["trainable"] = totals.trainable
        lines.append(f"{name}: " + " ".join(f"{n}={_plain(v)}" for n, v in counted.items()))
    memory = found.memory
    lines.append(
        f"memory: weights={_plain(memory.weights)} activations={_plain(memory.activations)} "
        f"peak={_plain(memory.peak)} at={memory.peak_at or '?'} "
        f"live=[{', '.join(memory.live)}] saved={_plain(memory.saved_for_backward)}"
    )
    lines.append(f"field: at={found.field_at or '?'}")
    if found.uncounted:
        lines.append(f"uncounted: {', '.join(found.uncounted)}")
    for verdict in network.expectations:
        text = " ".join(verdict.text.split())
        holds = {True: "holds", False: "broken", None: "not applicable"}[verdict.holds]
        lines.append(f"expect {text}: {holds}")
    return "\n".join(lines) + "\n"


def _plain(value: int | None) -> str:
    return figures.UNKNOWN if value is None else str(value)


def _field(field: Field | None) -> str:
    if field is None:
        return figures.UNKNOWN
    text = f"{figures.axes(field.size)}/{figures.axes(field.stride)}/{figures.axes(field.padding)}"
    if not field.aligned:
        text += f"~{figures.axes(field.misalignment)}"
    return f"{text}+global" if field.whole else text
