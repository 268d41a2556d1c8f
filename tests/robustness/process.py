"""A verb in a process of its own, and what it took: of the processor's time, and of memory."""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import process_time
from typing import Any, NamedTuple

import pytest

from archc import check as core
from archc.check import Options
from archc.files import Files, Problem
from archc.graph.modules import Reader
from archc.guard import check_source
from archc.language.source import Source
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


VERBS = (*CHECKS, *PICTURES, *PAGES)


USED = Path("checked")
"""Stands where a verb made use of a check that was remembered."""


class Answer(NamedTuple):
    """How a verb ended: `seconds` of the processor, Graphviz's too, and the most memory."""

    status: int
    said: str
    seconds: float
    mebibytes: float


def answers(
    verbs: Sequence[list[str]], path: str, folder: Path, seconds: int = 2 * MANY_SECONDS
) -> list[Answer]:
    """Runs `archc verb` for each verb on a path, which stands where they have an `@`, in a folder.

    Each runs in a process of its own, a copy of one that has imported what archc needs and has
    checked the file: that check is counted for each verb that makes use of it, as most do first. A
    process that takes more than so many seconds is ended.
    """
    told = folder / "told.jsonl"
    told.unlink(missing_ok=True)

    def work() -> int:
        with remembered():
            first = checked(path)
            for verb in verbs:
                given = answer(verb, path, Path(), seconds)
                if USED.exists():
                    given = given._replace(seconds=given.seconds + first)
                    USED.unlink()
                with told.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(given) + "\n")
        return 0

    whole = _apart(work, folder, seconds * (len(verbs) + 1))
    rows = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    found = [Answer(*json.loads(row)) for row in rows]
    return found + [whole] * (len(verbs) - len(found))


@contextmanager
def remembered() -> Iterator[None]:
    """Texts that were checked without wishes are not checked again."""
    known: dict[Any, Any] = {}
    before = core.check

    def check(source: Source, options: Options, read: Reader, *watched: Any) -> Any:
        key = source.name, source.text
        if watched or options != Options():
            return before(source, options, read, *watched)
        if key not in known:
            known[key] = before(source, options, read)
        else:
            USED.touch()
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(core, "check", check)
        yield


def checked(path: str) -> float:
    """The seconds of the processor that a check takes, which is remembered."""
    begun = process_time()
    files = Files()
    with suppress(Problem, RecursionError, MemoryError):
        check_source(files.source(path), Options(), files)
    return process_time() - begun


def answer(verb: list[str], path: str, folder: Path, seconds: int = 2 * MANY_SECONDS) -> Answer:
    """The same for one verb, in a copy of this process, which is ended after so many seconds."""

    def work() -> int:
        from archc.cli import main

        return main([word.replace("@", path) for word in verb])

    return _apart(work, folder, seconds)


def _apart(work: Callable[[], int], folder: Path, seconds: int) -> Answer:
    """What becomes of some work in a copy of this process, in a folder."""
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
            err = os.open("said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(out, 1)
            os.dup2(err, 2)
            sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
            sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
            status = work()
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
