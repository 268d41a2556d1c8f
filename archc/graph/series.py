"""Blocks in a row that differ in the shapes they meet alone: the first stands for the others.

    denselayer1      DenseLayer growth=32            denselayer1
    denselayer2      DenseLayer growth=32              norm1, conv1, ...
    ...                                   becomes    denselayer2-12   11 in a row
    denselayer12     DenseLayer growth=32

Equal blocks are folded before (`fold.py`); these hold the same layers with the same arguments,
joined in the same way, on maps of other sizes or with other numbers of channels.
"""

from __future__ import annotations

from collections.abc import Hashable

from archc.graph.fold import Row
from archc.graph.graph import Graph


class Series(Row):
    """Several blocks as one row, without what is in them."""

    __slots__ = ()


def series(row: Row, graph: Graph) -> tuple[Row, ...]:
    """What stands below a row, with the series in it as rows of their own."""
    result: list[Row] = []
    run: list[Row] = []
    looked: Hashable = None
    for child in (*row.rows, None):
        look = None if child is None else _look(child, graph)
        if child is not None and look is not None and look == looked:
            run.append(child)
            continue
        result += _told(run)
        run, looked = ([] if child is None else [child]), look
    return tuple(result)


def _told(run: list[Row]) -> list[Row]:
    """The first, and the others as one."""
    if len(run) < 2:
        return run
    first, *rest = run
    paths = tuple(path for one in rest for path in one.paths)
    members = tuple(member for one in rest for member in one.members)
    return [first, Series(paths, members, None, first.scope, ())]


def _look(row: Row, graph: Graph) -> Hashable:
    """Equal for blocks of the same layers on other shapes; None for what is no block."""
    scope = row.scope
    if row.node is not None or scope is None or scope.kind != "block" or row.run > 1:
        return None
    first = row.members[0]
    prefix = len(row.path) + 1
    outer: dict[int, int] = {}
    parts = tuple(
        (
            node.path[prefix:],
            node.layer,
            node.training,
            tuple(
                i - first.start if i in first else -1 - outer.setdefault(i, len(outer))
                for i in node.inputs
            ),
        )
        for node in (graph.nodes[index] for index in first)
    )
    return scope.name, repr(scope.arguments), parts
