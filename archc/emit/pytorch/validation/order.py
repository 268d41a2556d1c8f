"""The order of a state: what a module holds stands together, at the place where it began."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

ROUNDS = re.compile(r"(for|repeat)?\d+")


def by_module(paths: Iterable[str]) -> list[str]:
    """Paths with those of one module together.

    The rounds of a loop stand behind their neighbours: labels in a loop belong to the scope around
    it, and a module cannot be there in turn with what it holds.
    """
    tree: dict[str, Any] = {}
    for path in paths:
        branch = tree
        for word in path.split("."):
            branch = branch.setdefault(word, {})
        branch[""] = path
    return _walk(tree)


def _walk(branch: dict[str, Any]) -> list[str]:
    found: list[str] = [branch[""]] if "" in branch else []
    for last in (False, True):
        for word, inner in branch.items():
            if word and bool(ROUNDS.fullmatch(word)) is last:
                found += _walk(inner)
    return found
