"""A window of unequal sides is padded along each by half of it: `conv n 1x7 pad=0x3`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.calls import kind_called, written
from archc.graph.cures.edits import mended, site
from archc.graph.graph import Node
from archc.language import tree


def padded_along(ways: Sequence[Sequence[Node]]) -> Iterator[Proposal]:
    """`conv n 1x7 pad=3 -> conv n 7x1 pad=3`, where one number pads both sides."""
    edits: list[Edit] = []
    lines: list[str] = []
    for node in (node for way in ways for node in reversed(way)):
        kernel = node.layer.values.get("kernel") if node.layer is not None else None
        found = site(node.span)
        action = found.link.action if found is not None else None
        if not isinstance(kernel, tuple) or not isinstance(action, tree.Apply):
            continue
        pad = written(action, "pad") if kind_called(action) is not None else None
        odd = all(isinstance(side, int) and side % 2 for side in kernel)
        if len(set(kernel)) < 2 or not odd or pad is None or pad.value.span.text == "same":
            continue
        if not isinstance(pad.value, tree.Number):
            continue
        edit = Edit(pad.value.span, "x".join(str(side // 2) for side in kernel))
        if edit not in edits:
            edits.append(edit)
            lines.append(f"`{mended(action.span, [edit])}` in line {action.span.line}")
    if edits:
        help = f"each side is padded by half of the window: {' and '.join(lines)}"
        yield Proposal(help, Cure(tuple(edits)))
