"""Boxes of which each sends to several and those read from several: streams that exchange."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archc.emit.diagram.edges import Edge


class Exchange(NamedTuple):
    """Parts beside each other, each of which is read by all of the next ones."""

    tails: tuple[int, ...]
    heads: tuple[int, ...]


def exchanges(arrows: Sequence[Edge]) -> list[Exchange]:
    """Those of a picture, in execution order; none has a way from one tail, or head, to another."""
    main = [edge for edge in arrows if not (edge.skip or edge.size or edge.reader.training)]
    heads: dict[int, set[int]] = {}
    before: dict[int, set[int]] = {}
    for edge in sorted(main, key=lambda one: one.head):
        heads.setdefault(edge.tail, set()).add(edge.head)
        before[edge.head] = (
            before.get(edge.head, set()) | before.get(edge.tail, set()) | {edge.tail}
        )
    together: dict[frozenset[int], list[int]] = {}
    for tail in sorted(heads):
        together.setdefault(frozenset(heads[tail]), []).append(tail)
    found = []
    for read, tails in together.items():
        apart = all(
            not before.get(one, set()) & set(several)
            for several in (tails, read)
            for one in several
        )
        if min(len(read), len(tails)) > 1 and apart:
            found.append(Exchange(tuple(tails), tuple(sorted(read))))
    return found
