"""Lines that read each other, where branches beside each other were meant: a module of Fire."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from archc.diagnostics import Cure, Proposal
from archc.graph.cures.edits import after, ahead, site
from archc.graph.graph import Node
from archc.graph.naming import Body, inner_bodies
from archc.language import tree
from archc.layers.registry import KINDS

MOST = 4
"""Branches that are looked for."""


def side_by_side(nodes: Sequence[Node], index: int, wanted: Sequence[Any]) -> Iterator[Proposal]:
    """`conv 64 1x1` and, below it, `conv 64 3x3 pad=1`, where 128 channels are claimed behind.

    The windows differ: two that are alike are one path, of which the last has the wrong width.
    """
    shape, found = nodes[index].shape, site(nodes[index].span)
    if found is None or shape is None or tuple(wanted[1:]) != shape[1:] or len(shape) < 2:
        return
    body = _body(found.definition.body, found.chain)
    place = body.index(found.chain)
    total, windows = 0, set()
    for statement in reversed(body[max(place + 1 - MOST, 0) : place + 1]):
        made = _made(statement, nodes[: index + 1])
        if made is None:
            return
        total += made[0]
        if made[1] in windows:
            return
        windows.add(made[1])
        if statement is not found.chain and total == wanted[0]:
            word = next(one for one, kind in KINDS.items() if kind.channels_from == "sum")
            lines = f"lines {statement.span.line} to {found.chain.span.line}"
            help = f"beside each other, in `{word} {{ … }}`, {lines} would give {total} channels"
            edits = ahead(statement.span, f"{word} {{ "), after(found.chain.span, " }")
            yield Proposal(help, Cure(edits))
            return


def _body(body: Body, chain: tree.Chain) -> Body:
    """The statements among which a chain stands."""
    if chain in body:
        return body
    for statement in body:
        for link in statement.links if isinstance(statement, tree.Chain) else ():
            for inner in inner_bodies(link.action):
                found = _body(inner, chain)
                if found:
                    return found
    return ()


def _made(statement: tree.Statement, nodes: Sequence[Node]) -> tuple[int, Any] | None:
    """The channels that a line gives, and the window of the one convolution in it."""
    span = statement.span
    inside = [
        one
        for one in nodes
        if one.span.source is span.source
        and span.start <= one.span.start
        and one.span.end <= span.end
    ]
    counted = [one for one in inside if one.layer is not None and one.layer.counted]
    kernels = {one.layer.values.get("kernel") for one in counted if one.layer is not None}
    shape = counted[-1].shape if counted else None
    if len(kernels) != 1 or None in kernels or shape is None or not isinstance(shape[0], int):
        return None
    return shape[0], kernels.pop()
