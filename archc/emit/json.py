"""`--format json`, schema 1: stable names; unknown is null; counts, bytes and pixels are integers.

A fractional stride, size or padding is a string such as "1/2"; an open axis is text, `"H // 2"`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from archc.emit import figures
from archc.emit.labels import node_text
from archc.emit.text import written_json

if TYPE_CHECKING:
    from archc.analysis.facts import Field, LayerFacts, Totals
    from archc.check import Network, Verdict
    from archc.diagnostics import Cure, Diagnostic
    from archc.emit.diff.changes import Change
    from archc.graph.graph import Node
    from archc.language.source import Span
    from archc.shapes import Shape

SCHEMA = 1


def json(
    networks: Sequence[Network],
    diagnostics: Sequence[Diagnostic],
    ascii: bool = False,
    changes: Sequence[Change] | None = None,
) -> str:
    """The whole document, with a newline at its end; with `changes` where there is a baseline."""
    written = document(networks, diagnostics)
    if changes is not None:
        from archc.emit.diff import render

        written["changes"] = render.document(changes)
    return written_json(written, ascii)


def document(networks: Sequence[Network], diagnostics: Sequence[Diagnostic]) -> dict[str, Any]:
    """The document as dictionaries and lists."""
    from archc._version import __version__

    return {
        "schema": SCHEMA,
        "archc": __version__,
        "networks": [network_object(network) for network in networks],
        "diagnostics": [diagnostic_object(diagnostic) for diagnostic in diagnostics],
    }


def network_object(network: Network) -> dict[str, Any]:
    """One network with its layers."""
    graph, facts = network.graph, network.facts
    memory = facts.memory
    taken = {node.path: shape_value(node.shape) for node in figures.inputs(graph)}
    local = figures.local_field(network)
    field = None if local is None else {"at": facts.field_at, **_field(local)}
    return {
        "name": network.name,
        "file": graph.program.source.name,
        "input": next(iter(taken.values())) if len(taken) == 1 else taken or None,
        "output": shape_value(figures.output(graph)),
        "batch": network.batch,
        "dtype": network.dtype,
        "sizes": _sizes(network),
        "status": facts.status,
        "uncounted": list(facts.uncounted),
        "totals": {
            **_totals(facts.totals),
            "memory": {
                "weights": memory.weights,
                "activations": memory.activations,
                "peak": memory.peak,
                "peak_at": memory.peak_at,
                "live": list(memory.live),
                "saved_for_backward": memory.saved_for_backward,
            },
        },
        "training": _totals(facts.training),
        "receptive_field": field,
        "layers": [
            layer_object(network, node, own)
            for node, own in zip(graph.nodes, facts.layers, strict=True)
            if node.layer is not None
        ],
        "outputs": [
            {
                "name": result.name,
                "layer": graph.nodes[result.node].path,
                "shape": shape_value(graph.nodes[result.node].shape),
                "training": result.training,
            }
            for result in graph.results[1:]
        ],
        "expectations": [_expectation(verdict) for verdict in network.expectations],
        **({} if network.answers is None else answers_object(network)),
    }


def answers_object(network: Network) -> dict[str, Any]:
    """What was asked for beside the rest."""
    from archc.emit import answers

    return answers.plain(network)


def _sizes(network: Network) -> dict[str, Any] | None:
    """What the letters of open sizes have to be; null where none is open, or it cannot be told."""
    if network.sizes is None or isinstance(network.sizes, str):
        return None
    from archc.emit.sizes import figures_of, plain_set

    found = network.sizes
    return {
        **{letter: plain_set(found.along[letter].sizes) for letter in found.letters},
        "formulas": figures_of(network, found),
    }


def layer_object(network: Network, node: Node, facts: LayerFacts) -> dict[str, Any]:
    """One layer with its figures."""
    work = facts.work
    layer = node.layer
    field = facts.field
    return {
        "path": node.path,
        "kind": node.kind,
        "label": node.label,
        "text": node_text(node),
        "line": node.span.line,
        "inputs": [network.graph.nodes[index].path for index in node.inputs],
        "args": {} if layer is None else {name: plain(v) for name, v in layer.values.items()},
        "shape": shape_value(node.shape),
        "params": facts.params,
        "buffers": facts.buffers,
        "macs": figures.macs(work),
        "flops": figures.flops(work),
        "training": node.training,
        "frozen": node.frozen,
        "memory": {
            "weights": facts.weight_bytes,
            "output": facts.output_bytes,
            "live": facts.live_bytes,
            "saved": facts.saved_bytes,
        },
        "receptive_field": None if field is None else {**_field(field), "global": field.whole},
    }


def diagnostic_object(diagnostic: Diagnostic) -> dict[str, Any]:
    """One finding."""
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        **place(diagnostic.span),
        "labels": [{"message": text, **place(span)} for span, text in diagnostic.labels],
        "calls": [
            {
                "name": frame.definition,
                "arguments": dict(frame.arguments),
                "path": frame.path,
                **place(frame.span),
            }
            for frame in diagnostic.calls
        ],
        "help": diagnostic.help,
        "cure": None if diagnostic.cure is None else _cure(diagnostic.cure),
    }


def _cure(cure: Cure) -> dict[str, Any]:
    return {
        "sure": cure.sure,
        "edits": [{"text": edit.text, **place(edit.span)} for edit in cure.edits],
    }


def place(span: Span) -> dict[str, Any]:
    """Lines and columns count from 1; the end column is the one behind the last character."""
    line, column = span.source.position(span.start)
    end_line, end_column = span.source.position(max(span.end, span.start))
    return {
        "file": span.source.name,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
    }


def shape_value(shape: Shape | None) -> list[Any] | None:
    """Numbers; open axes as text."""
    return None if shape is None else [plain(axis) for axis in shape]


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else str(value)
    if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
        return [plain(item) for item in value]
    return str(value)


def _totals(totals: Totals) -> dict[str, Any]:
    work = totals.work
    return {
        "params": totals.params,
        "trainable": totals.trainable,
        "buffers": totals.buffers,
        "macs": figures.macs(work),
        "flops": figures.flops(work),
        "connections": None if work is None else work.connections,
        "activations": totals.activations,
        "conv_linear_activations": totals.conv_linear_activations,
        "depth": totals.depth,
    }


def _field(field: Field) -> dict[str, Any]:
    return {
        "size": [plain(axis) for axis in field.size],
        "stride": [plain(axis) for axis in field.stride],
        "padding": [plain(axis) for axis in field.padding],
        "hull": [plain(axis) for axis in field.hull],
        "center": [_center(axis) for axis in field.center],
        "aligned": field.aligned,
    }


def _center(value: int | Fraction) -> Any:
    """A position: a number where it has an exact one, `15.5`."""
    if isinstance(value, Fraction) and value.denominator & (value.denominator - 1) == 0:
        return plain(float(value))
    return plain(value)


def _expectation(verdict: Verdict) -> dict[str, Any]:
    return {
        "text": " ".join(verdict.text.split()),
        "holds": verdict.holds,
        "actual": plain(verdict.actual),
        "why": verdict.why or None,
        "source": verdict.source,
        "file": verdict.span.source.name,
        "line": verdict.span.line,
    }
