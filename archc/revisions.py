"""Texts of an earlier revision: `git:REV:path`, and what they import from there."""

from __future__ import annotations

import os
import re
import subprocess

from archc.files import LIMIT, Problem
from archc.install import program
from archc.suggest import nearest

PREFIX = "git:"

LIKELY = re.compile(
    r"(?:HEAD|@|[0-9a-f]{7,40}|(?:origin|upstream)/[\w./-]+|ma(?:in|ster)|dev(?:elop)?|trunk|v\d[\w.]*)"
    r"(?:[~^]\d*)*"
)
"""What revisions are mostly called."""

MOST = 6
"""Branches and tags that a message names."""


def split(name: str) -> tuple[str, str] | None:
    """Revision and path of `git:REV:path`, or None where a name is no such thing."""
    if not name.startswith(PREFIX):
        return None
    revision, colon, path = name.removeprefix(PREFIX).partition(":")
    return (revision, path) if colon and revision and path else None


def load(revision: str, path: str) -> bytes:
    """A file as it was; `path` is meant from the current folder. Raises `Problem`."""
    name = f"{PREFIX}{revision}:{path}"
    done = _git("cat-file", "blob", f"{revision}:{_within(revision, path)}")
    if done.returncode:
        raise Problem(
            f"there was no file `{path}` in revision `{revision}`", _there_then(revision, path)
        )
    if len(done.stdout) > LIMIT:
        raise Problem(f"`{name}` is too large for a spec: more than {LIMIT // 2**20} MiB")
    return done.stdout


def below(revision: str, path: str) -> list[str] | None:
    """The specs that were below a folder, as paths from here; None where it was none."""
    within = _within(revision, path)
    tree = f"{revision}:{'' if within == '.' else within}"
    done = _git("ls-tree", "-r", "-z", "--name-only", "--full-tree", tree)
    if done.returncode:
        return None
    names = done.stdout.decode("utf-8", "surrogateescape").split("\0")
    return sorted(
        os.path.normpath(os.path.join(path, name))
        for name in names
        if name.endswith(".arch") and not any(part.startswith(".") for part in name.split("/"))
    )


def is_revision(word: str) -> bool:
    """Whether a word names a commit of the repository that this folder lies in."""
    if word.startswith("-"):
        return False
    try:
        return not _git("rev-parse", "--verify", "--quiet", f"{word}^{{commit}}").returncode
    except Problem:
        return False


def _within(revision: str, path: str) -> str:
    """A path from the top of the repository; raises `Problem` where there is no such revision."""
    if revision.startswith("-"):
        raise Problem(f"`{revision}` is no revision")
    inside = _git("rev-parse", "--show-toplevel")
    if inside.returncode:
        name = f"{PREFIX}{revision}:{path}"
        raise Problem("this folder is in no repository of git", f"`{name}` is looked for in one")
    top = inside.stdout.decode("utf-8", "surrogateescape").rstrip("\n")
    folder, file = os.path.split(os.path.normpath(path))
    whole = os.path.normpath(os.path.join(os.path.realpath(folder or "."), file))
    within = os.path.relpath(whole, os.path.realpath(top)).replace(os.sep, "/")
    if within.startswith("../"):
        raise Problem(f"`{path}` lies outside of the repository `{top}`")
    if _git("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").returncode:
        raise no_revision(revision)
    return within


def no_revision(revision: str) -> Problem:
    """What is told of a revision that is none: how far back it goes, or which there are."""
    message = f"there is no revision `{revision}` here"
    before = re.match(r"(.+?)[~^]", revision)
    if before is not None and is_revision(before[1]):
        count = int(_git("rev-list", "--count", "--first-parent", before[1]).stdout or 1) - 1
        known = f"{count or 'no'} commit{'s' * (count != 1)} before it"
        return Problem(f"{message}: `{before[1]}` has {known}", _LISTED)
    done = _git("for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags")
    if done.returncode:
        return Problem(f"{message}: this folder is in no repository of git")
    names = done.stdout.decode("utf-8", "replace").split()
    close = nearest(revision, names)
    if close is not None:
        return Problem(f"{message}; did you mean `{close}`?", _LISTED)
    few = f"{', '.join(names[:MOST])}{', …' * (len(names) > MOST)}"
    return Problem(message, f"Branches and tags are {few}; {_LISTED}" if names else _LISTED)


_LISTED = "`git log --oneline` lists the commits"


def _there_then(revision: str, path: str) -> str:
    """The specs that the folder of a path had in a revision: the likeliest, or all of them."""
    folder, name = os.path.split(path)
    found = [
        one
        for one in below(revision, folder or ".") or ()
        if os.path.dirname(one) == os.path.normpath(folder or ".").removeprefix(".")
    ]
    close = nearest(name, [os.path.basename(one) for one in found])
    if close is not None:
        return f"There was {PREFIX}{revision}:{os.path.join(folder, close)}"
    few = f"{', '.join(found[:MOST])}{', …' * (len(found) > MOST)}"
    return f"There {'was' if len(found) == 1 else 'were'} {few}" if found else ""


def _git(*words: str) -> subprocess.CompletedProcess[bytes]:
    git = program("git")
    if git is None:
        raise Problem("an earlier revision needs git, which is not installed")
    try:
        return subprocess.run(
            [git, *words], capture_output=True, check=False, stdin=subprocess.DEVNULL, timeout=60
        )
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise Problem(f"git could not be run: {error}") from None
