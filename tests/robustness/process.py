"""A verb in a process of its own, and what it took: of the processor's time, and of memory."""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path
from typing import NamedTuple

from tests.robustness.guard import MANY_SECONDS

CHECKS = (
    *(["check", "@", "--format", name] for name in ("table", "concise", "json", "markdown")),
    *(["check", "@", "--format", name] for name in ("csv", "latex", "github", "sarif")),
    *(["check", "@", "--format", name] for name in ("gitlab", "junit")),
    *(["check", "@", "--emit", name] for name in ("tree", "graph", "facts")),
    ["check", "@", "--expand", "--layers"],
    ["check", "@", "--depth", "1"],
    ["check", "@", "--diff"],
    ["check", "@", "--optimizer", "adam", "--fits", "24GB", "--count-as", "torch"],
    ["check", "@", "--advise", "--device", "v100"],
    ["fmt", "@", "--diff"],
    ["fmt", "@", "--diff", "--shapes"],
    ["sizes", "@"],
    ["sizes", "@", "--format", "json"],
    ["compare", "@", "@"],
    ["diff", "@", "@"],
    ["diff", "lenet5", "@", "--expand"],
    ["explain", "@:N", "g"],
    ["explain", "@:N", "0"],
    ["build", "@"],
)
PICTURES = (
    ["diagram", "@", "-o", "a.dot"],
    ["diagram", "@", "-o", "b.dot", "--expand", "all", "--color", "memory"],
    ["diagram", "@", "-o", "a.mmd"],
    ["diagram", "@", "--style", "volumes", "-o", "a.svg"],
    ["diagram", "@", "--style", "volumes", "-o", "a.tex", "--for", "column"],
)
PAGES = (
    ["report", "@", "-o", "a.html"],
    ["diagram", "@", "-o", "b.svg"],
    ["diagram", "@", "-o", "a.drawio"],
    ["diagram", "@", "-o", "b.tex", "--for", "page"],
    ["diagram", "@", "--style", "volumes", "-o", "a.pdf"],
)
"""What starts Graphviz, or bundles fonts."""


class Answer(NamedTuple):
    """How a verb ended: `seconds` of the processor, Graphviz's too, and the most memory."""

    status: int
    said: str
    seconds: float
    mebibytes: float


def answer(verb: list[str], path: str, folder: Path, seconds: int = 2 * MANY_SECONDS) -> Answer:
    """Runs `archc verb` on a path, which stands where the verb has an `@`, in a folder.

    The process is a copy of this one, which has imported what archc needs: what is measured is the
    work. One that takes more than so many seconds is ended.
    """
    from archc.cli import main

    sys.stdout.flush()
    sys.stderr.flush()
    said = folder / "said"
    child = os.fork()
    if not child:
        status = 70
        try:
            os.chdir(folder)
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            out = os.open(os.devnull, os.O_WRONLY)
            err = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(out, 1)
            os.dup2(err, 2)
            sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
            sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
            status = main([word.replace("@", path) for word in verb])
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(status)
    _, ended, usage = os.wait4(child, 0)
    text = said.read_text(encoding="utf-8", errors="replace") if said.exists() else ""
    return Answer(
        os.waitstatus_to_exitcode(ended),
        text,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss / 1024,
    )
