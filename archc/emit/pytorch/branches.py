"""What the branches of a merge have come to so far."""

from __future__ import annotations

import copy

from archc.emit.pytorch.layout import Doc, flat
from archc.emit.pytorch.python import Py, binary, worked_out
from archc.emit.pytorch.values import Axes, Dim, Later
from archc.language import tree

SIGNS = {"add": " + ", "mul": " * "}
FUNCTIONS = {"add": "torch.add", "mul": "torch.mul"}
Contributing = tree.If | tree.For | tree.Repeat


class Row:
    """The results of the branches so far, and for `concat` the sum of their channels."""

    def __init__(self, word: str, local: str, total: str, running: bool) -> None:
        self.word = word
        self.local = local  # the list of results, or what they add up to
        self.total = total
        self.running = running
        self.texts: list[Doc] = []  # not written yet
        self.begun = False
        self.base: str | None = None  # the variable that a running sum is in
        self.channels: Py | None = None  # not written yet
        self.counted = False
        self.axes: list[Axes] = []

    def terms(self) -> list[str]:
        return [*([] if self.base is None else [self.base]), *map(flat, self.texts)]

    def copy(self) -> Row:
        twin = copy.copy(self)
        twin.texts, twin.axes = list(self.texts), list(self.axes)
        return twin

    def count(self, channels: Py) -> None:
        self.channels = (
            channels if self.channels is None else worked_out(binary("+", self.channels, channels))
        )


def contributes(statement: tree.Chain) -> Contributing | None:
    """The loop or condition whose statements are branches of the merge it stands in."""
    only = statement.links[0] if len(statement.links) == 1 else None
    if only is None or only.shape or not isinstance(only.action, Contributing):
        return None
    action = only.action
    if isinstance(action, tree.If) and only.label is None and action.arms[-1].condition is None:
        arms = [arm.body[0] for arm in action.arms if len(arm.body) == 1]
        if len(arms) == len(action.arms) and all(
            isinstance(one, tree.Chain) and contributes(one) is None for one in arms
        ):
            return None  # whatever the condition is, one branch
    return action


def holds(dim: Dim, variable: str) -> bool:
    """Whether a count of channels is to be found in a variable."""
    if isinstance(dim, Later):
        return dim.name == variable
    return dim is not None and variable in dim.names
