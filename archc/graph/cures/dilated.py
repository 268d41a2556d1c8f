"""A window with gaps wants as much padding as its gaps are wide: `pad=rate dilation=rate`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.calls import kind_called
from archc.graph.cures.edits import given, mended, site
from archc.graph.cures.reaching import expression
from archc.graph.graph import Node
from archc.language import tree


def padded(action: tree.Apply) -> tuple[Edit, str] | None:
    """The call with the padding with which it keeps the size of its map."""
    kind = kind_called(action)
    if kind is None or not {"pad", "dilation", "kernel"} <= kind.arguments.keys() or kind.enlarges:
        return None
    dilation, kernel = (expression(action, kind, name) for name in ("dilation", "kernel"))
    if dilation is None or kernel is None:
        return None
    three = kernel.span.text in ("3x3", "3", "3x3x3")
    pad = expression(action, kind, "pad")
    text = dilation.span.text if three else "same"
    if pad is not None and pad.span.text == text:
        return None
    edit = given(action, "pad", text, list(kind.arguments).index("pad"))
    return edit, mended(action.span, [edit])


def all_padded(ways: Sequence[Sequence[Node]]) -> Iterator[Proposal]:
    """The windows with gaps of all branches, each line once."""
    edits: list[Edit] = []
    lines: list[str] = []
    for node in (node for way in ways for node in way):
        layer = node.layer
        if layer is None or max(layer.values.get("dilation") or (1,)) < 2:
            continue
        found = site(node.span)
        made = (
            padded(found.link.action)
            if found and isinstance(found.link.action, tree.Apply)
            else None
        )
        if made is not None and made[0] not in edits:
            edits.append(made[0])
            lines.append(f"`{made[1]}` in line {node.span.line}")
    if edits:
        told = " and ".join(lines)
        help = f"a window with gaps is padded as wide as they are: {told} would keep the size"
        yield Proposal(help, Cure(tuple(edits)))


def one_padded(action: tree.Apply) -> Iterator[Proposal]:
    """The same for a window that is too large for its map."""
    made = padded(action)
    if made is not None:
        help = f"a window with gaps is padded as wide as they are: `{made[1]}` would keep the size"
        yield Proposal(help, Cure((made[0],)))
