"""A generator that grows out of one pixel: its first layer makes the map, the others double it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.cures.edits import ahead, mended, site, without
from archc.graph.cures.flow import Flow
from archc.graph.graph import Node
from archc.language import tree
from archc.language.source import Span


def from_one_pixel(nodes: Sequence[Node], index: int) -> Iterator[Proposal]:
    """`conv_transpose 512 4x4 stride=2 pad=1` on 100x1x1, which DCGAN neither moves nor pads."""
    if index < 0:
        return
    flow = Flow(nodes, index, frozenset())
    first = next((one for one in flow.nodes if one.layer and "kernel" in one.layer.arguments), None)
    if first is None or first.layer is None or not first.layer.enlarges:
        return
    shape = nodes[first.inputs[0]].shape if first.inputs else None
    found = site(first.span)
    if shape is None or set(shape[1:]) != {1} or found is None:
        return
    call = found.link.action
    if not isinstance(call, tree.Apply):
        return
    moves = [one for one in call.arguments if one.name in ("stride", "pad")]
    if not moves:
        return
    edits = [without(call, one) for one in moves]
    why = "one pixel becomes a map without stride and padding"
    if len(flow.runs(first)) == 1:
        line = mended(call.span, edits)
        help = f"{why}: write `{line}` in line {call.span.line}"
        yield Proposal(help, Cure(tuple(edits)), exact=True)
    else:
        yield from _before_the_loop(found.chain, edits, why)


LOOP = re.compile(r"for\s+(\w+)\s+in\s+\[\s*([^\[\],]+?)\s*,\s*(?=[^\[\]]*\]\s*\{\s*\Z)", re.ASCII)


def _before_the_loop(chain: tree.Chain, edits: Sequence[Edit], why: str) -> Iterator[Proposal]:
    """The first round of a loop over a list, written out in front of it."""
    source = chain.span.source
    before = source.text[: chain.span.start]
    loop = next((one for one in LOOP.finditer(before)), None)
    if loop is None:
        return
    line = re.sub(rf"\b{loop[1]}\b", loop[2], mended(chain.span, edits))
    begin = source.text.rfind("\n", 0, loop.start()) + 1
    margin = source.text[begin : loop.start()]
    if margin.strip():
        return
    head = Span(source, loop.start(), loop.start())
    item = Span(source, loop.start(2), loop.end())
    cure = (ahead(head, f"{line}\n{margin}"), Edit(item, ""))
    rest = mended(Span(source, loop.start(), before.rindex("]") + 1), [Edit(item, "")])
    help = f"{why}: write `{line}`, and then `{rest}`"
    yield Proposal(help, Cure(cure), exact=True)
