"""Texts of an earlier revision: `git:REV:path`, and what they import from there."""

from __future__ import annotations

import os
import subprocess

from archc.files import LIMIT, Problem
from archc.install import program

PREFIX = "git:"


def split(name: str) -> tuple[str, str] | None:
    """Revision and path of `git:REV:path`, or None where a name is no such thing."""
    if not name.startswith(PREFIX):
        return None
    revision, colon, path = name.removeprefix(PREFIX).partition(":")
    return (revision, path) if colon and revision and path else None


def load(revision: str, path: str) -> bytes:
    """A file as it was; `path` is meant from the current folder. Raises `Problem`."""
    name = f"{PREFIX}{revision}:{path}"
    git = program("git")
    if git is None:
        raise Problem(f"`{name}` needs git, which is not installed")
    if revision.startswith("-"):
        raise Problem(f"`{revision}` is no revision")
    inside = _run([git, "rev-parse", "--show-toplevel"])
    if inside.returncode:
        raise Problem("this folder is in no repository of git", f"`{name}` is looked for in one")
    top = inside.stdout.decode("utf-8", "surrogateescape").rstrip("\n")
    folder, file = os.path.split(path)
    whole = os.path.join(os.path.realpath(folder or "."), file)
    within = os.path.relpath(whole, os.path.realpath(top)).replace(os.sep, "/")
    if within.startswith("../"):
        raise Problem(f"`{path}` lies outside of the repository `{top}`")
    if _run([git, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"]).returncode:
        raise Problem(f"there is no revision `{revision}` here")
    done = _run([git, "cat-file", "blob", f"{revision}:{within}"])
    if done.returncode:
        raise Problem(f"there was no file `{path}` in revision `{revision}`")
    if len(done.stdout) > LIMIT:
        raise Problem(f"`{name}` is too large for a spec: more than {LIMIT // 2**20} MiB")
    return done.stdout


def _run(command: list[str]) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            command, capture_output=True, check=False, stdin=subprocess.DEVNULL, timeout=60
        )
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise Problem(f"git could not be run: {error}") from None
