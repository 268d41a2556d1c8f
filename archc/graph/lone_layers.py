"""Lines of a sum that are branches of their own, where the next part of one path was meant."""

from __future__ import annotations

from itertools import pairwise

from archc.diagnostics import Label
from archc.graph import cures
from archc.graph.branches import is_idle
from archc.graph.calls import kind_called
from archc.graph.report import Report
from archc.language import tree
from archc.layers.registry import KINDS

BARE = frozenset(("activation", "normalisation", "regularisation"))
"""Groups of layers that seldom are a branch."""


def warn_of_lone_layers(action: tree.Braced, report: Report) -> None:
    """Warns of branches that the statement above them was to hold."""
    lone = lone_layers(action)
    if lone:
        first = lone[0][1]
        whole = _path_line_by_line(action)
        report.add(
            "lone-layer",
            f"`{first.span.text}` is a branch of its own here: each statement of a merge is one",
            first.span,
            severity="warning",
            labels=(Label(lone[0][0].span, "the branch before it"),),
            help="the lines of one path stand in braces"
            if whole
            else "what belongs to one branch stands behind `->`, or in braces",
            proposals=cures.text.in_braces(whole[0].span, whole[1].span)
            if whole
            else cures.text.chained(lone),
        )
        if whole:
            return
    path = one_path(action)
    pairs = sure_reductions(action)
    if path is not None or pairs:
        first, last = path or pairs[0]
        second = next(one for one in action.body if one.span.start > first.span.start)
        report.add(
            "lone-layer",
            f"this is a branch of its own: each line of `{action.word.id}` reads what enters",
            second.span,
            severity="warning",
            labels=(Label(first.span, "not what this line gives"),),
            help="the lines of one path stand in braces",
            proposals=cures.text.in_braces_each(pairs)
            or cures.text.in_braces(first.span, last.span),
        )


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


def _path_line_by_line(action: tree.Braced) -> tuple[tree.Chain, tree.Chain] | None:
    """The first and last line of a residual path of which each layer has a line of its own."""
    if KINDS[action.word.id].operator != "+":
        return None
    chains = [one for one in action.body if isinstance(one, tree.Chain)]
    aside = [is_idle(one) or isinstance(one.links[0].action, tree.If) for one in chains]
    path = [one for one, shortcut in zip(chains, aside, strict=True) if not shortcut]
    if aside.count(True) != 1 or not (aside[0] or aside[-1]) or len(chains) < len(action.body):
        return None
    starts = [place for place, one in enumerate(path) if not _bare(one)]
    if len(starts) < 2 or starts[0] or not all(counted(path[place].links[0]) for place in starts):
        return None
    ends = [_activated(path[place - 1]) for place in (*starts[1:], len(path))]
    return (path[0], path[-1]) if all(ends[:-1]) and not ends[-1] else None


Pairs = list[tuple[tree.Chain, tree.Chain]]


def reductions(action: tree.Braced) -> Pairs:
    """Lines of a concatenation that give fewer channels to the window in the next: 1x1 and 3x3."""
    kind = KINDS.get(action.word.id)
    if kind is None or kind.channels_from != "sum":
        return []
    return [
        (first, second)
        for first, second in pairwise(action.body)
        if isinstance(first, tree.Chain) and isinstance(second, tree.Chain)
        if _window(first) == 1 and _window(second) > 1
    ]


def sure_reductions(action: tree.Braced) -> Pairs:
    """Those that nobody means as branches: two of them, or one behind a branch that is 1x1 too.

    One alone is how SqueezeNet widens a map; beside a shortcut, with normalisations first, it is
    the path of a dense block.
    """
    pairs = reductions(action)
    if len(pairs) == 1:
        place = action.body.index(pairs[0][0])
        before = action.body[place - 1] if place else None
        third = isinstance(before, tree.Chain) and _window(before) == 1
        return pairs if third or (_has_shortcut(action) and all(map(_norm_first, pairs[0]))) else []
    return pairs


def _has_shortcut(action: tree.Braced) -> bool:
    return any(isinstance(one, tree.Chain) and is_idle(one) for one in action.body)


def _norm_first(statement: tree.Chain) -> bool:
    first = statement.links[0].action
    return isinstance(first, tree.Apply) and _is_bare(first)


def _window(statement: tree.Chain) -> int:
    """The longest side of the window of a branch that is one convolution; 0 for other branches."""
    widths = [one for one in statement.links if counted(one)]
    rest = [one.action for one in statement.links if one not in widths]
    if len(widths) != 1 or statement.links[0].label is not None:
        return 0
    if not all(isinstance(one, tree.Apply) and _is_bare(one) for one in rest):
        return 0
    action = widths[0].action
    assert isinstance(action, tree.Apply)
    unnamed = [one for one in action.arguments if one.name is None]
    named = [one for one in action.arguments if one.name == "kernel"]
    given = (*named, *unnamed[1:2])
    value = given[0].value if given else None
    if isinstance(value, tree.Number):
        return value.value if isinstance(value.value, int) else 0
    axes = value.axes if isinstance(value, tree.Size) else ()
    return max((axis for axis in axes if isinstance(axis, int)), default=0)


def _is_bare(action: tree.Apply) -> bool:
    """Whether a layer seldom is a branch."""
    kind = kind_called(action)
    return kind is not None and kind.group in BARE


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
    return action is not None and _is_bare(action)


def _weighted(statement: tree.Chain) -> bool:
    """Whether a branch ends in a layer that an activation may belong to."""
    last = statement.links[-1]
    kind = kind_called(last.action) if isinstance(last.action, tree.Apply) else None
    return counted(last) or (kind is not None and kind.group in BARE)


def counted(link: tree.Link) -> bool:
    """Whether a link is a layer that is told how many channels it gives."""
    kind = kind_called(link.action) if isinstance(link.action, tree.Apply) else None
    return kind is not None and kind.counted
