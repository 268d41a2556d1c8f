"""Which layers bound the sizes of a letter: from below, from above, or in between."""

from __future__ import annotations

from archc.analysis.sizes.along import Along
from archc.graph.graph import Node
from archc.named import NamedTuple


class Reason(NamedTuple):
    """The layers that refuse sizes: `bound` is `at least 63`, `at most 255` or `between`."""

    bound: str
    nodes: tuple[Node, ...]
    text: str  # what the first of them says


def reasons(found: Along) -> list[Reason]:
    """One for each bound that there is."""
    sizes, refusals = found.sizes, found.refusals
    least = sizes.least
    if least is None:
        last = max(refusals, default=None)
        return [] if last is None else [Reason("none", *_told([last], found))]
    result = []
    if least > 1:
        result.append(Reason(f"at least {least}", *_told([least - 1], found)))
    most = sizes.early[-1] if sizes.finite else None
    if most is not None:
        beyond = [size for size in refusals if size > most]
        result.append(Reason(f"at most {most}", *_told(beyond[:1], found)))
    between = [n for n in sorted(refusals) if n > least and (most is None or n < most)]
    if between:
        result.append(Reason("between", *_told(between, found)))
    return result


def _told(sizes: list[int], found: Along) -> tuple[tuple[Node, ...], str]:
    met = [found.refusals[size] for size in sizes if size in found.refusals]
    nodes = {one.node.index: one.node for one in met}
    ordered = tuple(nodes[index] for index in sorted(nodes))
    return ordered, next((one.reason for one in met if one.node is ordered[0]), "")
