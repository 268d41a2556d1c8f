"""A claim in a block or loop, where each call or round gives another shape."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from archc.diagnostics import Cure, Edit, Frame, Proposal
from archc.language import tree
from archc.language.source import Span
from archc.shapes import Shape

LOOP = re.compile(r"(?:\bfor\b[^{}\n;]*\bin\b[^{}\n;]*|\brepeat\b[^{}\n;]*)\Z", re.ASCII)
ENDS = re.compile(r"(?:\s|#[^\n]*)*(?=\})")


def by_call(
    expr: tree.Expr,
    link: tree.Link,
    shape: Shape,
    wanted: Sequence[Any],
    calls: Sequence[Frame],
) -> Iterator[Proposal]:
    """`=> 216x32x32` in a dense layer: behind the loop, or `_` for the axis that differs."""
    loop = _loop(expr.span)
    if loop is not None and ENDS.match(expr.span.source.text, expr.span.end):
        yield _behind(expr.span, link.action.span, loop)
    again = loop is not None or any(map(_again, calls))
    if again and len(shape) == len(wanted) > 1:
        pairs = zip(shape, wanted, strict=True)
        axes = [str(want) if want is not None and have == want else "_" for have, want in pairs]
        text = f"[{', '.join(axes)}]"
        what = "rounds" if loop is not None else "calls"
        help = f"its {what} differ, and `_` is any axis: write `=> {text}`"
        yield Proposal(help, Cure((Edit(expr.span, text),)), last=True)


def _behind(claim: Span, action: Span, loop: Span) -> Proposal:
    text = claim.source.text
    written = f" => {claim.text}"
    line = claim.source.position(loop.end)[0]
    end = Span(claim.source, loop.end, loop.end)
    gap = Span(claim.source, len(text[: text.rfind("=>", 0, claim.start)].rstrip()), claim.end)
    edits = Edit(gap, ""), Edit(end, written)
    help = f"the last round gives it: write `=> {claim.text}` behind the loop, in line {line}"
    return Proposal(help, Cure(edits))


def _loop(place: Span) -> Span | None:
    """The braces of a loop whose own statements a place is among."""
    text = place.source.text
    depth = 0
    for start in range(place.start - 1, -1, -1):
        depth += (text[start] == "}") - (text[start] == "{")
        if depth < 0:
            break
    else:
        return None
    if LOOP.search(text[text.rfind("\n", 0, start) + 1 : start].rstrip()) is None:
        return None
    depth = 0
    for end in range(start, len(text)):
        depth += (text[end] == "{") - (text[end] == "}")
        if depth == 0:
            return Span(place.source, start, end + 1)
    return None


def _again(call: Frame) -> bool:
    """Whether a block is called elsewhere as well, or round by round."""
    name = re.escape(call.definition.partition("(")[0])
    return (
        _loop(call.span) is not None or len(re.findall(rf"\b{name}\b", call.span.source.text)) > 2
    )
