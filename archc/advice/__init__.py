"""Advice: what can be built and trained, and might be built better; given only when asked for.

Each rule is a function from a network to remarks, with figures; those of alternatives come from the
same analysis as all others. Nothing here is a mistake, so nothing here fails a run.
"""

from __future__ import annotations

from collections import Counter

from archc.advice.activations import doubled_activations, doubled_softmax
from archc.advice.case import Case, Remark
from archc.advice.costs import dense_heads, dropped_pixels, large_kernels, missing_bottlenecks
from archc.advice.field import field_past_input
from archc.advice.groups import groups_apart
from archc.analysis.facts import Facts
from archc.diagnostics import Diagnostic
from archc.graph.graph import Graph
from archc.language.source import Span

RULES = (
    field_past_input,
    large_kernels,
    missing_bottlenecks,
    dense_heads,
    groups_apart,
    dropped_pixels,
    doubled_activations,
    doubled_softmax,
)


def advice(graph: Graph, facts: Facts) -> list[Diagnostic]:
    """All advice on a network without errors, each place of the text once a code.

    Where a line runs several times, the figures are those of the layer where it matters most.
    """
    if not graph.complete:
        return []
    case = Case(graph, facts)
    runs = Counter(node.span for node in graph.nodes)
    found: dict[tuple[str, Span], list[Remark]] = {}
    for rule in RULES:
        for remark in rule(case):
            found.setdefault((remark.code, remark.node.span), []).append(remark)
    return [_told(remarks, runs[span]) for (_, span), remarks in found.items()]


def _told(remarks: list[Remark], runs: int) -> Diagnostic:
    """What there is to say of a line that runs so often."""
    most = max(remarks, key=lambda one: one.weight)
    node = most.node
    help = most.help
    if runs > 1 and len(remarks) > 1:
        alike = "all" if len(remarks) == runs else f"{len(remarks)}"
        help += f"\n{alike} of the {runs} layers of this line are so; these are the figures of "
        help += f"`{node.path}`"
    elif runs > 1:
        help += f"\nof the {runs} layers of this line `{node.path}` alone is so"
    return Diagnostic(
        most.code, "advice", most.message, node.span, most.labels, node.scope.frames(), help
    )
