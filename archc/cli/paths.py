"""What the words of a command line name, asked on the way to a message alone."""

from __future__ import annotations

import os

from archc import bundled
from archc.files import Files, Problem
from archc.language import tree
from archc.language.parser import parse


def names_spec(word: str) -> bool:
    """Whether a word names a file or a bundled spec, with a network behind it or not."""
    before = word.rpartition(":")[0]
    return any(one and (os.path.lexists(one) or bundled.spec(one)) for one in (word, before))


def networks(path: str) -> list[tree.Network]:
    """The networks that a path means; none where it cannot be read."""
    if not names_spec(path) or os.path.isdir(path) or path == "-":
        return []
    try:
        (target,) = Files().targets(path)
    except Problem:
        return []
    program, _ = parse(target.source)
    found = [one for one in program.definitions if isinstance(one, tree.Network)]
    return [one for one in found if target.network in (None, one.name.id)]
