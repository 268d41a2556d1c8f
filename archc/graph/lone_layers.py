"""Lines of a sum that are branches of their own, where the next part of one path was meant."""

from __future__ import annotations

from archc.graph.branches import is_idle
from archc.graph.calls import kind_called
from archc.language import tree
from archc.layers.registry import KINDS

BARE = frozenset(("activation", "normalisation", "regularisation"))
"""Groups of layers that seldom are a branch."""


def _adds(word: str) -> bool:
    """Whether it is a merge that is no product."""
    kind = KINDS.get(word)
    return kind is not None and kind.many_inputs and kind.operator != "*"


def lone_layers(action: tree.Braced) -> list[tuple[tree.Chain, tree.Chain]]:
    """`conv …` and below it `relu` alone: a branch of its own, where the next link is meant.

    A product may have both on purpose, as a gate; so may what begins with the bare layer.
    """
    before: tree.Chain | None = None
    found: list[tuple[tree.Chain, tree.Chain]] = []
    for statement in action.body if _adds(action.word.id) else ():
        if not isinstance(statement, tree.Chain):
            before = None
            continue
        bare = before is not None and _bare(statement)
        if bare and before is not None:
            found.append((before, statement))
        before = statement if bare or _weighted(statement) else None
    return found


def one_path(action: tree.Braced) -> tuple[tree.Chain, tree.Chain] | None:
    """The first and last line of a residual path whose lines stand as branches beside its shortcut.

    The sign is a shortcut, and beside it convolutions that end in an activation, but for the last.
    """
    if not _adds(action.word.id) or KINDS[action.word.id].operator != "+":
        return None
    chains = [one for one in action.body if isinstance(one, tree.Chain)]
    aside = [is_idle(one) or isinstance(one.links[0].action, tree.If) for one in chains]
    path = [one for one, shortcut in zip(chains, aside, strict=True) if not shortcut]
    if aside.count(True) != 1 or len(path) < 2 or not all(counted(one.links[0]) for one in path):
        return None
    together = aside[0] or aside[-1]
    ends = [_activated(one) for one in path]
    return (path[0], path[-1]) if together and all(ends[:-1]) and not ends[-1] else None


def _activated(statement: tree.Chain) -> bool:
    """Whether a chain ends in an activation."""
    action = statement.links[-1].action
    kind = kind_called(action) if isinstance(action, tree.Apply) else None
    return kind is not None and kind.group == "activation"


def _only(statement: tree.Chain) -> tree.Apply | None:
    """The one layer that a statement is, without a label."""
    link = statement.links[0]
    alone = len(statement.links) == 1 and link.label is None and link.shape is None
    return link.action if alone and isinstance(link.action, tree.Apply) else None


def _bare(statement: tree.Chain) -> bool:
    """Whether a statement is a lone activation or normalisation."""
    action = _only(statement)
    kind = None if action is None else kind_called(action)
    return kind is not None and kind.group in BARE


def _weighted(statement: tree.Chain) -> bool:
    """Whether a branch ends in a layer that an activation may belong to."""
    last = statement.links[-1]
    kind = kind_called(last.action) if isinstance(last.action, tree.Apply) else None
    return counted(last) or (kind is not None and kind.group in BARE)


def counted(link: tree.Link) -> bool:
    """Whether a link is a layer that is told how many channels it gives."""
    kind = kind_called(link.action) if isinstance(link.action, tree.Apply) else None
    return kind is not None and kind.counted
