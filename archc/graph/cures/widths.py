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
    source = merge.source
    start = source.text.rfind("\n", 0, merge.start) + 1
    indent = source.text[start : merge.start]
    if indent.strip():
        return
    name = next(
        (one for one in ("width", "channels", "whole") if not _used(one, source.text)), None
    )
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


def _used(word: str, text: str) -> bool:
    return re.search(rf"\b{word}\b", text) is not None
