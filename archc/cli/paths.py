"""What the words of a command line name, asked on the way to a message alone."""

from __future__ import annotations

import os

from archc import bundled
from archc.cli.flags import Arguments
from archc.files import Files, Missing, Problem, Target
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


READING = ("PATH…", "PATH", "PATH[:NETWORK]", "OLD NEW", "CODE | LAYERKIND | PATH LAYER")
"""The words of verbs that read specs."""


def check_paths(arguments: Arguments) -> None:
    """Raises `Problem` for a path that means nothing, and a network that its file does not have."""
    from archc.cli.reading import files_for, targets_of

    verb, words = arguments.verb, arguments.words
    if verb is None or verb.words not in READING:
        return
    if verb.name == "explain":
        words = words[:1] if len(words) == 2 else []
    for word in words:
        if word == "-" or word.endswith(".json"):
            continue
        for target in targets_of(word, arguments, files_for(arguments)):
            if target.network is not None and verb.name != "fmt":
                _check_network(word, target)


def _check_network(word: str, target: Target) -> None:
    """Raises `Problem` where a text has no network of the name that is asked of it."""
    program, _ = parse(target.source)
    kinds = (tree.Network, tree.Member)
    names = [one.name.id for one in program.definitions if isinstance(one, kinds)]
    if target.network in names:
        return
    path = word.rpartition(":")[0]
    from archc.suggest import nearest

    guess = nearest(target.network or "", names)
    meant = None if guess is None else f"{path}:{guess}"
    raise Missing(f"`{path}` has no network `{target.network}`", path=word, meant=meant)
