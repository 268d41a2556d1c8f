"""What lies in folders: the specs below one, and what was meant by a path that is not there."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Sequence

from archc import bundled
from archc.files import Missing, Problem
from archc.suggest import nearest


def below(folder: str, exclude: Sequence[str]) -> list[str]:
    """The specs below a folder, sorted, without what is left out; raises `Problem` for none."""
    found = []
    for where, folders, files in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and not _excluded(where, name, exclude)
        )
        paths = [
            os.path.join(where, name)
            for name in sorted(files)
            if name.endswith(".arch") and not _excluded(where, name, exclude)
        ]
        found += [path for path in paths if os.path.isfile(path) or not os.path.exists(path)]
    if not found:
        hint = f"Left out are {', '.join(exclude)}" if exclude else _other_kinds(folder)
        raise Problem(f"no .arch file in `{folder}` or below it", hint)
    return found


def left_out(file: str, folder: str, patterns: Sequence[str]) -> bool:
    """Whether a pattern is for a file, or for a folder on the way to it from another."""
    where = os.path.normpath(folder)
    for name in os.path.relpath(file, where).split(os.sep):
        if _excluded(where, name, patterns):
            return True
        where = os.path.join(where, name)
    return False


def _excluded(where: str, name: str, patterns: Sequence[str]) -> bool:
    """Whether a pattern is for this: by its name alone, or with a slash by its path."""
    if not patterns:
        return False
    from fnmatch import fnmatchcase

    path = os.path.abspath(os.path.join(where, name))
    return any(
        fnmatchcase(path, os.path.abspath(pattern))
        if "/" in pattern
        else fnmatchcase(name, pattern)
        for pattern in patterns
    )


def _other_kinds(folder: str) -> str:
    """What a folder without specs holds that may be meant, or how one gets there."""
    from archc.foreign_files import KINDS, hint

    try:
        models = [
            one for one in sorted(os.listdir(folder)) if one.endswith((".py", ".onnx", ".pt2"))
        ]
    except OSError:
        models = []
    for one in models:
        path = os.path.normpath(os.path.join(folder, one))
        if "archc import" in (line := hint(path)):
            return f"`{path}` is {KINDS[os.path.splitext(one)[1]]}\n{line}"
    name = shlex.quote(os.path.normpath(os.path.join(folder, "mynet")))
    return f"Write archc new {name}\nwhich makes one to begin with"


MOST = 6
"""Specs that a message names."""


def missing(path: str, network: str = "") -> Missing:
    """What is told of a path that is not there; `network` is the name behind it."""
    folder, name = os.path.split(path)
    try:
        beside = sorted(file for file in os.listdir(folder or ".") if file.endswith(".arch"))
        lost = ""
    except OSError:
        named = "; `archc list` names the bundled specs" if folder == "specs" else ""
        beside, lost = [], f"there is no folder `{folder}`{named}"
    candidates = [os.path.join(folder, file) for file in beside]
    if not folder or lost:
        candidates += bundled.spec_names()
    by_stem = {os.path.basename(one).removesuffix(".arch"): one for one in reversed(candidates)}
    stem = re.sub(r"\.arch\s*\Z", "", name.strip(), flags=re.IGNORECASE)
    own = None
    if not folder and stem not in by_stem:
        own = bundled.alike(stem) or bundled.network(stem)
    near = None if lost else by_stem.get(nearest(stem, by_stem) or "")
    guess = by_stem.get(stem) or own or near
    pattern = any(sign in path for sign in "*?[")
    said = f"nothing matches `{path}`" if pattern else f"there is no file `{path}`"
    behind = f":{network}" if network and guess and ":" not in guess else ""
    meant = f"; did you mean `{guess}{behind}`?" if guess and not pattern else ""
    if folder.split("/")[0] == "~":
        lost = "A shell puts a folder for `~` where it is not quoted, and nobody else does"
    return Missing(
        f"{said}{meant}",
        lost or ("" if meant else _there(folder, beside)),
        path=f"{path}:{network}" if network else path,
        meant=f"{guess}{behind}" if meant else None,
    )


def _there(folder: str, specs: list[str]) -> str:
    """The specs that a folder has."""
    if not specs:
        return "`archc list` names the bundled specs" if not folder else "No .arch file is there"
    few = [os.path.join(folder, one) for one in specs[:MOST]]
    return (
        f"There {'is' if len(specs) == 1 else 'are'} {', '.join(few)}{', …' * (len(specs) > MOST)}"
    )
