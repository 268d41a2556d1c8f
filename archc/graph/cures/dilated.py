"""A window with gaps wants as much padding as its gaps are wide: `pad=rate dilation=rate`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.calls import kind_called
from archc.graph.cures.edits import Site, given, mended, site, sites
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
    if kernel.span.text == "2":  # all of it in front: nothing is heard of what comes
        text = f"[[{dilation.span.text}, 0]]"
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
        if layer is None or "dilation" not in layer.arguments:
            continue
        found = site(node.span)
        gaps = max(layer.values.get("dilation") or (1,)) > 1
        if found is None or not (gaps or re.search(r"\bdilation=[a-z]", found.link.span.text)):
            continue
        for one in _alike(found):
            made = padded(one) if isinstance(one, tree.Apply) else None
            if made is not None and made[0] not in edits:
                edits.append(made[0])
                lines.append(f"`{made[1]}` in line {one.span.line}")
    if edits:
        told = " and ".join(lines)
        help = f"a window with gaps is padded as wide as they are: {told} would keep the size"
        yield Proposal(help, Cure(tuple(edits)))


def _alike(found: Site) -> list[tree.Action]:
    """A call, and those of the same text in its block: a gate has two."""
    text = found.link.action.span.text
    every = sites(found.link.action.span.source).values()
    return [
        one.link.action
        for one in every
        if one.definition is found.definition and one.link.action.span.text == text
    ]


def one_padded(action: tree.Apply) -> Iterator[Proposal]:
    """The same for a window that is too large for its map."""
    made = padded(action)
    if made is not None:
        help = f"a window with gaps is padded as wide as they are: `{made[1]}` would keep the size"
        yield Proposal(help, Cure((made[0],)))
