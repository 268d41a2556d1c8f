"""A number that nobody has defined: a parameter of the network or block that reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archc.diagnostics import Cure, Proposal
from archc.graph.cures.parameters import Definition, head, mended_head
from archc.language import tree
from archc.language.source import Span
from archc.layers.registry import KINDS

COUNTED = "|".join(word for word, kind in KINDS.items() if kind.counted)
WINDOWED = "|".join(word for word, kind in KINDS.items() if "kernel" in kind.arguments)
POOLED = "|".join(word for word, kind in KINDS.items() if kind.group == "pooling")
FIRST = r"(?:\d+\s*\*\s*)?\Z"
"""A number may stand in front of the name, as a factor."""

TYPICAL: tuple[tuple[str, str], ...] = (
    (rf"\b(?:{COUNTED})[ (]{FIRST}|\b(?:channels|features)=\(?{FIRST}", "64"),
    (rf"\b(?:{WINDOWED})[ (]\S+,? {FIRST}|\bkernel={FIRST}", "3"),
    (rf"\b(?:{POOLED})[ (]\Z|\bstride=\Z", "2"),
    (r"\b(?:pad|dilation|groups)=\Z", "1"),
    (r"\brepeat |\brange\((?:\d+, )?\Z", "3"),
    (r"\bdropout\w*[ (](?:p=)?\Z|\bp=\Z", "0.5"),
    (r"\binput \[(?:[\w ]+, ?)*\Z|\binput \Z", "64"),
)
"""What stands in front of a number, and what such a number is like."""


BEHIND_A_WORD = re.compile(r"[\w.]", re.ASCII)
AS_VALUE = re.compile(r"(?!\w)(?!\s*[(:.])", re.ASCII)

PROSE = frozenset(("with", "of", "and", "the", "to", "by", "as", "on", "filters", "kernels"))
"""Words between numbers, as in `conv with 64 filters`, which nobody means as names."""


def parameter(definition: Definition, name: tree.Name) -> Iterator[Proposal]:
    """`conv width 3x3` in `network N`: `network N(width = 64)`."""
    if re.fullmatch(r"[a-z_]\w*", name.id, re.ASCII) is None or name.id in PROSE:
        return
    value = typical(definition.span, name.id)
    if value is not None:
        written = f"{name.id} = {value}"
        line, edit = mended_head(definition, written), head(definition, written)
        told = f"write `{line}`, with a number of your own"
        yield Proposal(told, Cure((edit,)), last=True)


def typical(body: Span, name: str) -> str | None:
    """What a number is like that is used as the text uses it; None where it may be none."""
    if re.search(r"(?:classes|labels|categories)\Z", name):
        return "10"
    text = body.source.text
    for start in _uses(body, name):
        before = text[text.rfind("\n", 0, start) + 1 : start]
        for pattern, value in TYPICAL:
            if re.search(pattern, before):
                return value
    return None


def _uses(body: Span, name: str) -> Iterator[int]:
    """Where a name stands as a value; it is looked for by its letters, for texts may be long."""
    text = body.source.text
    start = text.find(name, body.start, body.end)
    while start >= 0:
        if not BEHIND_A_WORD.search(text, start - 1, start) and AS_VALUE.match(
            text, start + len(name)
        ):
            yield start
        start = text.find(name, start + 1, body.end)
