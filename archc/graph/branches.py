"""What the text alone tells of the branches of a merge; its code and its memory follow that."""

from __future__ import annotations

from typing import Literal

from archc.language import tree
from archc.layers.registry import KINDS


def way(action: tree.Braced) -> Literal["plain", "added", "listed"]:
    """How the code of a merge is put: in one expression, term by term, or gathered in a list.

    Terms behind conditions are added one by one to those that are always there; where that cannot
    be, or the branches are stacked, a list takes any number of them.
    """
    chains = [one for one in action.body if isinstance(one, tree.Chain)]
    if all(map(is_sure, chains)):
        return "plain"
    kind = KINDS.get(action.word.id)  # none where the word is misspelt
    counted = all(is_sure(one) or is_single(one) for one in chains)
    if kind is not None and kind.operator and counted and any(map(is_sure, chains)):
        return "added"
    return "listed"


def is_sure(chain: tree.Chain) -> bool:
    """Whether a statement is one branch, whatever its conditions turn out to be."""
    only = chain.links[0] if len(chain.links) == 1 else None
    if only is None or only.shape is not None:
        return True
    if isinstance(only.action, (tree.For, tree.Repeat)):
        return False
    if not isinstance(only.action, tree.If):
        return True
    arms = only.action.arms
    return arms[-1].condition is None and all(_one(arm.body) for arm in arms)


def _one(body: tuple[tree.Statement, ...]) -> bool:
    chains = [one for one in body if isinstance(one, tree.Chain)]
    return (
        len(chains) == 1
        and len(chains) == len([one for one in body if not isinstance(one, tree.Expect)])
        and is_sure(chains[0])
    )


def is_single(chain: tree.Chain) -> bool:
    """Whether a statement is one branch, or none."""
    only = chain.links[0]
    return (
        isinstance(only.action, tree.If)
        and only.label is None
        and all(_one(arm.body) for arm in only.action.arms)
    )


def is_idle(chain: tree.Chain) -> bool:
    """Whether a branch hands its input on: `identity`, or a `from` alone."""
    return all(
        isinstance(link.action, tree.From)
        or (
            isinstance(link.action, tree.Apply)
            and isinstance(link.action.callee, tree.Name)
            and link.action.callee.id in KINDS
            and KINDS[link.action.callee.id].passes
        )
        for link in chain.links
    )
