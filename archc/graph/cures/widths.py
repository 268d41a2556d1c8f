"""`in.channels` behind a squeeze is the squeezed width: the width before it wants a name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.cures.edits import ahead, site
from archc.graph.graph import Node
from archc.language.source import Span

ASKED = re.compile(r"\bin\.channels\b")


def named_before(merge: Span, ways: Sequence[Sequence[Node]]) -> Iterator[Proposal]:
    """`let width = in.channels` in front of a merge, and `width` in the last layer of a branch."""
    source, indent = merge.source, own_line(merge)
    name = free_name(source.text)
    if indent is None:
        return
    for way in ways:
        counted = [node for node in way if node.layer is not None and node.layer.counted]
        if len(counted) < 2 or name is None:
            continue
        found = site(counted[0].span)
        asked = ASKED.search(counted[0].span.text) if found is not None else None
        if asked is None or counted[0].span.source is not source:
            continue
        at = counted[0].span.start + asked.start()
        edits = (
            ahead(merge, f"let {name} = in.channels\n{indent}"),
            Edit(Span(source, at, at + len(asked[0])), name),
        )
        line = ASKED.sub(name, counted[0].span.text, count=1)
        help = (
            f"`in.channels` is what comes in here: write `let {name} = in.channels` "
            f"before the merge, and `{line}` in line {counted[0].span.line}"
        )
        yield Proposal(help, Cure(edits))


def own_line(merge: Span) -> str | None:
    """How far a merge is indented that begins a line; None for any other."""
    start = merge.source.text.rfind("\n", 0, merge.start) + 1
    indent = merge.source.text[start : merge.start]
    return None if indent.strip() else indent


def free_name(text: str) -> str | None:
    """What the channels in front of a merge may be called that no value of the text is."""
    names = ("width", "channels", "whole")
    return next((one for one in names if re.search(rf"\b{one}\b", text) is None), None)
