"""Warnings that a graph gives rise to: what can be built and trained, but was hardly meant.

`skipped-pixels`, `stride-exceeds-window`, `window-in-padding`, `single-value`, `bias-before-norm`,
`short-memory`, `unread-value`, `stride-mismatch`.
One message a place in the text, at the first call that has it, with the calls that led there.
"""

from __future__ import annotations

import re

from archc.analysis.exchanged import exchanged
from archc.analysis.facts import Facts, Number
from archc.analysis.new_heads import new_heads
from archc.analysis.one_position import on_one_position
from archc.analysis.plausible import doubts
from archc.analysis.rims import rims
from archc.analysis.single_values import single_values as alone
from archc.analysis.unread_pixels import unread_pixels
from archc.diagnostics import Diagnostic, Label, Proposal
from archc.graph import cures
from archc.graph.graph import Graph, Node
from archc.language import tree
from archc.language.source import Span
from archc.layers.remedy import Remedy

ASKED = r"\bbias\s*=|\btrue\b"


def findings(graph: Graph, facts: Facts) -> list[Diagnostic]:
    """All warnings, in the order of execution, each place of the text once a code."""
    found = [
        *(
            _warning(one.node, one.code, one.message, one.help, (), one.remedies)
            for one in unread_pixels(graph)
        ),
        *(
            _warning(one, "window-in-padding", text, None, (), (cure,))
            for one, text, cure in rims(graph)
        ),
        *(_warning(one, "single-value", text, None, (), way) for one, text, way in alone(graph)),
        *_biases(graph),
        *_memories(graph),
        *_unread(graph),
        *_joins(graph, facts),
        *_doubts(graph),
        *_exchanged(graph),
        *filter(None, (on_one_position(graph),)),
        *_empty(graph),
    ]
    found.sort(key=lambda one: one[0])
    seen: set[tuple[str, Span]] = set()
    result = []
    for _, one in found:
        if (one.code, one.span) not in seen:
            seen.add((one.code, one.span))
            result.append(one)
    return result


Found = list[tuple[int, Diagnostic]]


def _warning(
    node: Node,
    code: str,
    message: str,
    help: str | None = None,
    labels: tuple[Label, ...] = (),
    remedies: tuple[Remedy, ...] = (),
) -> tuple[int, Diagnostic]:
    frames = node.scope.frames()
    found = cures.edits.site(node.span) if remedies else None
    proposals: tuple[Proposal, ...] = ()
    if found is not None and isinstance(found.link.action, tree.Apply):
        proposals = cures.remedies.remedied(remedies, found.link.action, node.scope)
    return node.index, Diagnostic(
        code, "warning", message, node.span, labels, frames, help, None, proposals
    )


def _doubts(graph: Graph) -> Found:
    """Values that a habit of another framework explains, and heads on whole networks."""
    told = [
        *new_heads(graph),
        *((one.node, one.message, None, (one.proposal,)) for one in doubts(graph)),
    ]
    return [
        (
            node.index,
            Diagnostic(
                "implausible",
                "warning",
                message,
                node.span,
                calls=node.scope.frames(),
                help=help,
                proposals=proposals,
            ),
        )
        for node, message, help, proposals in told
    ]


def _exchanged(graph: Graph) -> Found:
    """Calls whose numbers have changed places."""
    return [
        (
            node.index,
            Diagnostic(
                "implausible",
                "warning",
                told,
                call.span,
                calls=call.parent.frames() if call.parent is not None else (),
                proposals=(proposal,),
            ),
        )
        for node, call, told, proposal in exchanged(graph)
    ]


def _empty(graph: Graph) -> Found:
    """A network that does nothing."""
    layers = any(node.layer is not None for node in graph.nodes)
    if layers or not graph.complete or graph.claims:
        return []
    message = f"network `{graph.name}` has no layers: its output is its input"
    return [(0, Diagnostic("empty-network", "warning", message, graph.named))]


# --------------------------------------------------------------------------------------- biases


def _biases(graph: Graph) -> Found:
    """A bias in front of a batch norm, which subtracts it again, where nobody wrote `bias=`."""
    nodes = graph.nodes
    if not any(node.layer is not None and node.layer.cancels_bias for node in nodes):
        return []
    readers = _readers(graph)
    before: dict[int, Node] = {}
    kept: set[object] = set()  # texts and modules with a run whose bias has an effect
    for node in nodes:
        layer = node.layer
        if layer is None or getattr(layer, "bias", None) is not True:
            continue
        own = readers[node.index]
        reader = nodes[own[0]] if len(own) == 1 and own[0] >= 0 else None
        if reader is not None and reader.layer and reader.layer.cancels_bias:
            before[node.index] = reader
        else:
            kept.update((node.span, node.module))
    found: Found = []
    for index, norm in before.items():
        node = nodes[index]
        assert node.layer is not None
        if node.span in kept or node.module in kept:
            continue
        text = node.span.text
        if not text.startswith(node.layer.keyword) or re.search(ASKED, text):
            continue
        spoken = norm.layer.spoken if norm.layer else norm.kind
        found.append(
            _warning(
                node,
                "bias-before-norm",
                f"the bias of `{node.layer.keyword}` has no effect: the {spoken} behind it "
                "subtracts it with the mean",
                "bias=true, written out, keeps the numbers that a published file has",
                (Label(norm.span, "here"),),
                (Remedy({"bias": "false"}),),
            )
        )
    return found


def _memories(graph: Graph) -> Found:
    """`momentum=0.99` as Keras counts it, where it is the weight of the old statistics."""
    found: Found = []
    for node in graph.nodes:
        momentum = getattr(node.layer, "momentum", None)
        if momentum is None or momentum <= 0.5:
            continue
        other = f"{1 - momentum:.6g}"
        message = (
            f"`momentum` is the weight of the new batch: {momentum:g} of it, {other} of the old"
        )
        remedy = Remedy({"momentum": other}, help="Keras and TensorFlow count the old one")
        remedies = (remedy,) if momentum < 1 else ()
        found.append(_warning(node, "short-memory", message, remedies=remedies))
    return found


def _readers(graph: Graph) -> list[list[int]]:
    """The nodes that read each value; -1 stands for a result of the network."""
    readers: list[list[int]] = [[] for _ in graph.nodes]
    for node in graph.nodes:
        for i in node.inputs:
            readers[i].append(node.index)
    for result in graph.results:
        readers[result.node].append(-1)
    return readers


# --------------------------------------------------------------------------------- unread values


def _unread(graph: Graph) -> Found:
    """Values that no layer reads and that are no result; of a dead branch its end."""
    if not graph.complete:
        return []
    read = {i for node in graph.nodes for i in node.inputs}
    read.update(result.node for result in graph.results)
    if len(read) == len(graph.nodes):
        return []
    live = {graph.nodes[i].span for i in read}
    found: Found = []
    for node in graph.nodes:
        if node.index in read or node.span in live:
            continue
        if node.layer is None:
            number, one = _warning(node, "unread-value", f"nothing reads the input `{node.path}`")
            proposals = tuple(cures.inputs.read_first(graph, node))
            found.append((number, one._replace(proposals=proposals)))
            continue
        name = (
            f"`{node.label}`, the output of this `{node.kind}`"
            if node.label
            else (f"the output of this `{node.kind}`")
        )
        help = "a merge, `from` or `output` would read it"
        number, one = _warning(node, "unread-value", f"nothing reads {name}", help)
        proposals = cures.short_labels.line_of(node.span)
        found.append((number, one._replace(proposals=proposals)))
    return found


# ---------------------------------------------------------------------------------------- joins


def _joins(graph: Graph, facts: Facts) -> Found:
    """Branches whose positions step by different numbers of input pixels."""
    found: Found = []
    for mismatch in facts.mismatches:
        node = graph.nodes[mismatch.node]
        shown = [_stride(strides) for strides in mismatch.strides]
        labels: list[Label] = []
        for i, text in zip(mismatch.inputs, shown, strict=True):
            source = graph.nodes[i]
            if source.span != node.span and all(label.span != source.span for label in labels):
                pixels = "1 input pixel" if text == "1" else f"{text} input pixels"
                labels.append(Label(source.span, f"one step here is {pixels}"))
        listing = " and ".join(dict.fromkeys(shown))
        found.append(
            _warning(
                node,
                "stride-mismatch",
                f"the branches of `{node.kind}` step by {listing} input pixels: equal positions "
                "do not see the same place",
                "in both branches the product of the strides should be the same",
                tuple(labels),
            )
        )
    return found


def _stride(strides: tuple[Number, ...]) -> str:
    return str(strides[0]) if len(set(strides)) == 1 else "x".join(map(str, strides))
