"""Heads of arrows beside each other: in which order they stand, where arrows cross before them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from archc.emit.diagram.parts import Unit

if TYPE_CHECKING:
    from archc.emit.diagram.edges import Edge, Plan
    from archc.emit.diagram.parts import Box


def slot(edge: Edge, head: Unit | Box, exchanged: bool) -> Iterator[str]:
    """Says which of several heads at a part is that of an arrow, where their order tells what they
    bring: a concat is of its inputs in order, what reads streams says of each in order what becomes
    of it."""
    if exchanged:
        yield f"slot={edge.tail}"
    elif isinstance(head, Unit) and head.main.kind == "concat" and edge.times == 1:
        yield f"slot={edge.position}"


def twins(plan: Plan, number: int) -> int:
    """How many arrows lead from a part to one other, beside each other."""
    heads = Counter(edge.head for edge in plan.arrows if edge.tail == number and not edge.size)
    return max(heads.values(), default=1)


def crossed(plan: Plan) -> frozenset[int]:
    """What puts together parts of tensors from which others are cut as well: arrows to these cross
    in front of it."""
    into: dict[int, set[int]] = {}
    for edge in plan.arrows:
        into.setdefault(edge.head, set()).add(edge.tail)
    found = set()
    for head, tails in into.items():
        before = {one for tail in tails if plan.passive(tail) for one in into.get(tail, ())}
        others = {edge.head for edge in plan.arrows if edge.tail in before} - tails
        if len(tails) > 1 and any(map(plan.passive, others)):
            found.add(head)
    return frozenset(found)
