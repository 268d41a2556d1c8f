"""What the text alone tells of the arms of an `if`."""

from __future__ import annotations

from collections.abc import Sequence

from archc.graph.branches import is_idle
from archc.language import tree


def acts(arm: tree.Arm) -> bool:
    """Whether an arm reads what enters it and gives the flow another value."""
    return any(isinstance(one, tree.Chain) and not is_idle(one) for one in arm.body)


def is_choice(arms: Sequence[tree.Arm], sure: bool) -> bool:
    """Whether the code has one line for them, `x = a(x) if c else b(x)`: the name is but set."""
    links = [[one.links for one in arm.body if isinstance(one, tree.Chain)] for arm in arms]
    calls = [one[0][0].action for one in links if len(one) == 1 and len(one[0]) == 1]
    return sure and len(calls) == 2 and all(isinstance(one, tree.Apply) for one in calls)


def enters(arm: tree.Arm) -> bool:
    """Whether an arm reads what enters it."""
    first = next((one for one in arm.body if isinstance(one, tree.Chain)), None)
    return first is not None and not isinstance(first.links[0].action, tree.From)


def runs_nothing(arm: tree.Arm) -> bool:
    """Whether an arm has no layer: it hands on a value, or does nothing."""
    links = [link for one in arm.body if isinstance(one, tree.Chain) for link in one.links]
    return all(isinstance(link.action, tree.From) for link in links)
