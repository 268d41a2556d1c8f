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
        beside = _specs(folder)
    except OSError:
        return _in_no_folder(path, network)
    candidates = [os.path.join(folder, file) for file in beside]
    if not folder:
        candidates += bundled.spec_names()
    if not name.endswith(".arch"):
        candidates += [os.path.join(folder, one) for one in _holding(folder)]
    by_stem = {os.path.basename(one).removesuffix(".arch"): one for one in reversed(candidates)}
    stem = re.sub(r"\.arch\s*\Z", "", name.strip(), flags=re.IGNORECASE)
    own = None
    if not folder and stem not in by_stem:
        own = bundled.alike(stem) or bundled.network(stem)
    near = by_stem.get(nearest(stem, by_stem) or "")
    guess = by_stem.get(stem) or own or near
    if _pattern(path):
        guess = _of_pattern(path)
    return _missing(path, network, guess, _there(folder, beside))


def _in_no_folder(path: str, network: str) -> Missing:
    """What is told of a path whose folder is not there: what there is under a name like it."""
    folder, name = os.path.split(path)
    if folder.split("/")[0] == "~":
        why = "A shell puts a folder for `~` where it is not quoted, and nobody else does"
        return _missing(path, network, None, why)
    if (of_pattern := _of_pattern(path)) is not None:
        return _missing(path, network, of_pattern, "")
    if os.path.isfile(folder) and not network and name.isidentifier():
        return _missing(path, network, f"{folder}:{name}", "")  # `net.arch/Net`
    known, gone, near = _like(folder)
    told = f"there is no folder `{gone}`"
    if near is not None:
        whole = os.path.join(near, name)
        guess = _of_pattern(whole) if _pattern(path) else whole if os.path.lexists(whole) else None
        return _missing(path, network, guess, f"{told}; did you mean `{near}`?")
    stem = name.removesuffix(".arch")
    guess = stem if bundled.spec(stem) and not _pattern(path) else None
    if folder == "specs":
        return _missing(path, network, guess, f"{told}; `archc list` names the bundled specs")
    holding = [os.path.join(known, one) for one in _holding(known)]
    listed = f"{', '.join(holding[:MOST])}{', …' * (len(holding) > MOST)}"
    where = f"\nFolders with specs {'there' if known else 'here'}: {listed}" if holding else ""
    return _missing(path, network, guess, f"{told}{where}")


def _like(folder: str) -> tuple[str, str, str | None]:
    """What is there of a path, where it ends, and the folder of a name like it, if there is one."""
    known, parts = ("/" if folder.startswith("/") else ""), folder.split("/")
    near, gone = known, folder
    for place, part in enumerate(parts):
        if not part:
            continue
        if near == known and os.path.isdir(os.path.join(known, part)):
            known = near = os.path.join(known, part)
            continue
        if near == known:
            gone = "/".join(parts[: place + 1])
        like = part if os.path.isdir(os.path.join(near, part)) else nearest(part, _folders(near))
        if like is None:
            return known, gone, None
        near = os.path.join(near, like)
    return known, gone, near


def _folders(folder: str) -> list[str]:
    """The names of the folders in one."""
    try:
        names = sorted(os.listdir(folder or "."))
    except OSError:
        return []
    return [
        one for one in names if not one.startswith(".") and os.path.isdir(os.path.join(folder, one))
    ]


def _holding(folder: str) -> list[str]:
    """The names of the folders in one that hold specs."""
    found = []
    for one in _folders(folder):
        try:
            if _specs(os.path.join(folder, one)):
                found.append(one)
        except OSError:
            continue
    return found


def _specs(folder: str) -> list[str]:
    """The names of the specs in a folder; raises `OSError` where there is none."""
    return sorted(one for one in os.listdir(folder or ".") if one.endswith(".arch"))


def _of_pattern(path: str) -> str | None:
    """`nets/*.arch`, which a shell did not replace: the folder that holds what it would match."""
    from glob import glob

    if not _pattern(path) or "\0" in path:
        return None
    before = re.split(r"[*?\[]", path, maxsplit=1)[0]
    matched = glob(path, recursive=True)
    found = any(one.endswith(".arch") for one in matched)
    return (os.path.dirname(before) or ".") if found else None


def _missing(path: str, network: str, guess: str | None, hint: str) -> Missing:
    """A path that is not there, and the one that may stand for it, else a hint."""
    said = f"nothing matches `{path}`" if _pattern(path) else f"there is no file `{path}`"
    if _of_pattern(path) is not None:
        said = f"`{path}` is a pattern, which a shell replaces where it is not quoted"
    named = network and guess and ":" not in guess and not os.path.isdir(guess)
    behind = f":{network}" if named else ""
    return Missing(
        f"{said}; did you mean `{guess}{behind}`?" if guess else said,
        "" if guess else hint,
        path=f"{path}:{network}" if network else path,
        meant=f"{guess}{behind}" if guess else None,
    )


def _pattern(path: str) -> bool:
    """Whether a shell would look for names that match."""
    return any(sign in path for sign in "*?[")


def _there(folder: str, specs: list[str]) -> str:
    """The specs that a folder has."""
    if not specs:
        return "`archc list` names the bundled specs" if not folder else "No .arch file is there"
    few = [os.path.join(folder, one) for one in specs[:MOST]]
    return (
        f"There {'is' if len(specs) == 1 else 'are'} {', '.join(few)}{', …' * (len(specs) > MOST)}"
    )
