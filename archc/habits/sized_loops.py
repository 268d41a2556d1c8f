"""Loops that run until a map is small, `while in.height > 4 { … }`: as many rounds as that takes.

How many these are is worked out by running the loop, round by round, on the shapes of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from archc.diagnostics import Cure, Edit, Proposal
from archc.habits.habit import everywhere
from archc.language import tree
from archc.language.source import Source, Span

AXIS = r"height|width|size|h|w|shape\[(?:[23]|-[12])\]|size\((?:[23]|-[12])\)"
HEAD = re.compile(
    rf"\bwhile[ \t]*\(?[ \t]*(?:\w+\.)*(?P<axis>{AXIS})"
    r"[ \t]*(?P<sign>>=?|!=)[ \t]*(?P<least>\d{1,5})[ \t]*\)?(?=[ \t]*\{)",
    re.ASCII,
)
MOST = 16  # rounds that are tried


def until_small(place: Span) -> tuple[Proposal, ...]:
    """The loop of so many rounds, where the text tells the size that enters each."""
    source = place.source
    heads = [one for one in everywhere(HEAD, source) if one.start() <= place.start <= one.end()]
    if not heads:
        return ()
    head = Span(source, *heads[-1].span())
    return tuple(_told(head, heads[-1]))


def _told(head: Span, found: re.Match[str]) -> Iterator[Proposal]:
    least, sign = int(found["least"]), found["sign"]
    last = found["axis"] in ("width", "w") or re.search(r"-1|3", found["axis"])
    rounds, shapes = 0, _entering(head)
    for shape in shapes:
        size = shape[-1 if last else 1] if len(shape) > 1 else None
        if not isinstance(size, int):
            return
        if size < least or (size == least and sign != ">="):
            break
        rounds += 1
    if not 0 < rounds < len(shapes):
        return  # none, or more than were tried
    line = f"repeat {rounds}"
    left = "x".join(map(str, shapes[rounds]))
    told = f"loops have as many rounds as they say, and {left} comes out"
    yield Proposal(f"write `{line} {{`: {told}", Cure((Edit(head, line),)))


@lru_cache(maxsize=4)  # several findings of a head ask
def _entering(head: Span) -> list[tuple[Any, ...]]:
    """The shapes that enter the rounds of a loop, and what would enter the one behind the last."""
    from archc.graph.elaborate import Arms, Elaborator
    from archc.graph.modules import ReadError, link
    from archc.graph.report import Report
    from archc.graph.resolve import resolve

    def read(path: str, importer: Source) -> Source:
        raise ReadError(path)

    text = head.source.text
    tried = Source(f"{text[: head.start]}repeat {MOST}{text[head.end :]}", head.source.name)
    report = Report()
    module = link(tried, read, report)
    resolve(module, report)
    network = next(
        (
            one
            for one in module.program.definitions
            if isinstance(one, tree.Network) and one.span.start < head.start < one.span.end
        ),
        None,
    )
    if network is None:
        return []
    values: dict[str, Any] = {}
    for one in network.parameters:
        if not isinstance(one.default, tree.Number):
            return []
        values[one.name.id] = one.default.value
    graph = Elaborator(report, Arms()).run(network, module, values, (), network.name, {})
    inside = [node for node in graph.nodes if node.span.start >= head.start and node.layer]
    first = inside[0].span if inside else None
    shapes = (graph.nodes[one.inputs[0]].shape for one in inside if one.span == first)
    return [shape for shape in shapes if shape is not None]
