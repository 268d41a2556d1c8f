"""Every verb answers every hostile text: findings or a message, in time, in bounds, whole."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import archc
from archc.cli import main
from tests.robustness.hostile import LARGE, SMALL
from tests.robustness.mutate import SPECS

ROOT = Path(archc.__file__).parent.parent
SECONDS = 5  # of processor time, for any verb on any file under 2 kB
MEBIBYTES = 512
CHECKS = (
    *(["check", "@", "--format", name] for name in ("table", "concise", "json", "markdown")),
    *(["check", "@", "--format", name] for name in ("csv", "latex", "github", "sarif")),
    *(["check", "@", "--emit", name] for name in ("tree", "graph", "facts")),
    ["check", "@", "--expand", "--layers"],
    ["compare", "@", "@"],
    ["explain", "@:N", "g"],
    ["explain", "@:N", "0"],
)
PICTURES = (
    ["diagram", "@", "-o", "a.dot"],
    ["diagram", "@", "-o", "b.dot", "--expand", "all"],
    ["diagram", "@", "--style", "volumes", "-o", "a.svg"],
    ["diagram", "@", "--style", "volumes", "-o", "a.tex"],
)
QUICK = (*CHECKS[::3], *CHECKS[-2:], *PICTURES[::2])
PAGES = (["report", "@", "-o", "a.html"], ["diagram", "@", "-o", "b.svg"])


class Late(Exception):
    """The guard's time is over."""


@contextmanager
def guard(seconds: int) -> Iterator[None]:
    """Ends what runs for longer, in processor time."""

    def late(*_: Any) -> None:
        raise Late

    before = signal.signal(signal.SIGVTALRM, late)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def test_the_collection() -> None:
    assert len(SMALL) >= 60
    assert not [name for name, text in {**SMALL, **LARGE}.items() if len(text) >= 2_000]


@pytest.mark.skipif(not hasattr(signal, "SIGVTALRM"), reason="no guard here")
@pytest.mark.parametrize("name", SMALL)
def test_every_verb_answers(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ARCHC_DEBUG", raising=False)
    Path("self.arch").write_text(SMALL[name], encoding="utf-8")
    for verb in QUICK:
        with guard(SECONDS):
            status = main([word.replace("@", "self.arch") for word in verb])
        shown = capfd.readouterr()
        said = " ".join(verb) + shown.err
        assert status in (0, 1, 2), said
        assert status == 0 or shown.err or shown.out, said
        assert "Traceback" not in shown.err, said
        assert "mistake of" not in shown.err, said
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".archc-")]


def run(verb: list[str], path: str, folder: Path) -> tuple[int, str, float]:
    """A verb in a process of its own: its status, what it said, and the most memory it took."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (4 * SECONDS, 4 * SECONDS))

    with open(folder / "said", "w+", encoding="utf-8", errors="replace") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "archc", *(word.replace("@", path) for word in verb)],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
            stdout=subprocess.DEVNULL,
            stderr=said,
            preexec_fn=limit,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        assert usage.ru_utime + usage.ru_stime < SECONDS, f"{verb} took {usage.ru_utime:.1f} s"
        return process.returncode, said.read(), usage.ru_maxrss / 1024


@pytest.mark.campaign
@pytest.mark.parametrize("verb", [*CHECKS, *PICTURES, *PAGES], ids=" ".join)
@pytest.mark.parametrize("name", [*LARGE, *(f"specs/{path.name}" for path in SPECS)])
def test_no_small_file_takes_long(name: str, verb: list[str], tmp_path: Path) -> None:
    """The texts near the limits and the bundled specs, held to the stated time and memory."""
    path = str(ROOT / name)
    if name in LARGE:
        path = "large.arch"
        (tmp_path / path).write_text(LARGE[name])
    status, said, mebibytes = run(verb, path, tmp_path)
    assert status in (0, 1, 2), said
    assert "mistake of" not in said
    assert mebibytes < MEBIBYTES
