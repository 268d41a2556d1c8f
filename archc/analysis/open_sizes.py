"""The condition under which the shapes of a network with open sizes hold."""

from __future__ import annotations

from archc.analysis.sizes import Accepted, Untold, accepted
from archc.diagnostics import Diagnostic, Label
from archc.graph.graph import Graph

Sizes = Accepted | str | None
"""The sizes that are taken; why they cannot be told; None where no size is open."""


def open_sizes(graph: Graph) -> Sizes:
    """The sizes that a graph takes whose inputs leave some open; None where it is not complete."""
    if not graph.complete:
        return None
    try:
        return accepted(graph)
    except Untold as reason:
        return str(reason)


def impossible(found: Sizes) -> list[Diagnostic]:
    """An error where no size at all is taken: at the last layer that refuses one."""
    if not isinstance(found, Accepted) or not found.empty:
        return []
    letter = next((one for one in found.letters if found.along[one].sizes.empty), found.letters[0])
    refusals = found.along[letter].refusals.values()
    nodes = {one.node.index: one.node for one in refusals}
    if not nodes:
        return []
    *others, last = [nodes[index] for index in sorted(nodes)]
    labels = tuple(Label(node.span, "refuses some") for node in others if node.span != last.span)
    message = (
        f"no {letter} is taken by every layer: this `{last.kind}` refuses what the others take"
    )
    if not others:
        message = f"this `{last.kind}` can be made at no {letter}"
    said = found.along[letter].refusals
    size = max(n for n, one in said.items() if one.node is last)
    help = f"at {letter} = {size}: {said[size].reason}"
    frames = last.scope.frames()
    return [Diagnostic("no-size", "error", message, last.span, labels, frames, help)]
