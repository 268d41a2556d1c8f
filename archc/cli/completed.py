"""Lines with too few words, and lines whose product has no place: what is missing is put there.

Imported on the way to a message alone.
"""

from __future__ import annotations

import os
import shlex

from archc.cli.elsewhere import stem_of, unused
from archc.cli.flags import Arguments, Verb
from archc.cli.product import SUFFIXES
from archc.cli.typed import Typed, command, take_apart
from archc.files import Problem


def completed(verb: Verb, words: list[str], typed: Typed) -> tuple[str, str] | None:
    """What the words of a line that has too few are, and the line that they may be meant as."""
    if not words and verb.words.startswith("PATH"):
        return _here(verb, typed)
    if len(words) != 1:
        return None
    (word,) = words
    if verb.name == "import":
        from archc.cli.models import alone

        return alone(word, typed) or _models_here(word, typed)
    if verb.name == "diff":
        return _two_states(word)
    return None


def _models_here(source: str, typed: Typed) -> tuple[str, str] | None:
    """`archc import torch` alone: a model of this folder."""
    from archc.cli.models import SOURCES, of_file
    from archc.foreign_files import beside

    here = sorted(one for one in os.listdir(".") if one.endswith(".onnx"))
    found = here if source == "onnx" else list(beside("")) if source in SOURCES else []
    if not found:
        return None
    return f"here is {found[0]}", of_file(found[0], typed)[1]


MOST = 5
"""Specs that a message names."""


def _here(verb: Verb, typed: Typed) -> tuple[str, str] | None:
    """`archc check` alone: the specs of this folder."""
    here = sorted(one for one in os.listdir(".") if one.endswith(".arch"))
    if not here:
        return None
    words = (".",) if len(here) > 1 and verb.words.endswith("…") else (here[0],)
    what = f"here {'is' if len(here) == 1 else 'are'} {', '.join(here[:MOST])}"
    line = command(verb, typed._replace(words=words), into_file(verb, typed, words[0]))
    return f"{what}{', …' * (len(here) > MOST)}", f"Write {line}"


def into_file(verb: Verb, typed: Typed, path: str) -> str:
    """`-o net.svg`, of a verb whose product is one file and of a line that names none."""
    suffix = SUFFIXES.get(verb.name) if verb.name in ("build", "diagram", "report") else None
    if suffix is None or {"--output", "--out"} & dict(typed.flags).keys() or path == "-":
        return ""
    return f"-o {shlex.quote(f'{stem_of(path)}.{suffix}')}"


def of_folder(arguments: Arguments) -> str:
    """The line for a spec of a folder, where one is taken at a time."""
    from archc.folders import below

    (folder,) = arguments.words
    assert arguments.verb is not None
    found = [os.path.normpath(one) for one in below(folder, ())]
    typed = take_apart(arguments.verb, arguments.typed)._replace(words=(found[0],))
    line = command(arguments.verb, typed, into_file(arguments.verb, typed, found[0]))
    more = f"\nIt holds {', '.join(found[:MOST])}{', …' * (len(found) > MOST)}"
    return f"Write {line}{more if len(found) > 1 else ''}"


def _two_states(word: str) -> tuple[str, str] | None:
    """`archc diff net.arch`: with the last revision, where git has one, else with a state."""
    from archc.revisions import LIKELY, is_revision, load, no_revision

    shown = shlex.quote(word)
    if os.path.isfile(word) and word.endswith(".arch"):
        try:
            load("HEAD", word)
        except Problem as problem:
            before = shlex.quote(unused(f"{word.removesuffix('.arch')}.json"))
            lines = f"archc check {shown} --format json > {before}\narchc diff {before} {shown}"
            return problem.message, f"Keep a state before the change, and compare with it:\n{lines}"
    if os.path.lexists(word):
        return "the last commit is one state", f"Write archc diff git:HEAD:{shown} {shown}"
    if not is_revision(word):
        if LIKELY.fullmatch(word):
            none = no_revision(word)
            return none.message, none.hint
        return None
    here = sorted(one for one in os.listdir(".") if one.endswith(".arch"))
    held = next((one for one in here[:MOST] if _was_there(word, one)), None)
    file = held or "FILE.arch"
    line = f"archc diff {shlex.quote(f'git:{word}:{file}')} {shlex.quote(file)}"
    return "a revision has files", f"{'Write' if held else 'As in'} {line}"


def _was_there(revision: str, path: str) -> bool:
    from archc.revisions import load

    try:
        load(revision, path)
    except Problem:
        return False
    return True


def for_network(arguments: Arguments, names: list[str]) -> str:
    """The line for the first of the networks of a file, and what else it has."""
    (path,) = arguments.words
    assert arguments.verb is not None
    file = path.rpartition(":")[0] if path.endswith(tuple(f":{name}" for name in names)) else path
    place = f"{file}:{names[0]}"
    typed = take_apart(arguments.verb, arguments.typed)._replace(words=(place,))
    line = command(arguments.verb, typed, into_file(arguments.verb, typed, place))
    return f"Write {line}\nIt holds {', '.join(names)}"
