"""The networks of a file that `file.arch:Network` does not ask about: nothing is said of them."""

from __future__ import annotations

from archc.language import tree
from archc.language.source import Span


def unasked(program: tree.Program, network: str) -> list[Span]:
    """Where the networks stand that the one asked for neither is nor reaches by name."""
    definitions = {
        one.name.id: one for one in program.definitions if not isinstance(one, tree.Import)
    }
    reached = {network}
    waiting = [network]
    while waiting:
        definition = definitions.get(waiting.pop())
        for one in tree.within(definition):
            if isinstance(one, tree.Name) and one.id in definitions and one.id not in reached:
                reached.add(one.id)
                waiting.append(one.id)
    return [
        one.span
        for name, one in definitions.items()
        if isinstance(one, (tree.Network, tree.Member)) and name not in reached
    ]


def inside(span: Span, spans: list[Span]) -> bool:
    """Whether a place lies in one of several."""
    return any(
        one.source is span.source and one.start <= span.start and span.end <= one.end
        for one in spans
    )
