"""What lies beside a spec is data: no program and no module is taken from its folder."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import archc

ROOT = Path(archc.__file__).parent.parent
NETWORK = "network N { input 3x8x8; conv 4 3x3 -> relu }\n"
MODULES = ("jinja2", "pygraphviz", "torch", "markupsafe", "json", "subprocess", "resvg_py", "re")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A spec beside modules and programs that leave a trace when they run."""
    (tmp_path / "spec.arch").write_text(NETWORK)
    for name in MODULES:
        (tmp_path / f"{name}.py").write_text("open('ran', 'w').close()\n")
    for name in ("dot", "rsvg-convert"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\ntouch ran\n")
        program.chmod(0o755)
    return tmp_path


@pytest.mark.skipif(os.name == "nt", reason="programs are no shell scripts here")
@pytest.mark.parametrize(
    "verb",
    [
        ["check", "spec.arch", "--format", "json"],
        ["build", "spec.arch"],
        ["diagram", "spec.arch", "-o", "a.svg"],
        ["diagram", "spec.arch", "--style", "volumes", "-o", "a.png"],
        ["report", "spec.arch", "-o", "a.html"],
    ],
)
def test_nothing_beside_a_spec_runs(folder: Path, verb: list[str]) -> None:
    places = [str(ROOT), *(place for place in sys.path if "packages" in place)]
    done = subprocess.run(
        [sys.executable, "-m", "archc", *verb],
        cwd=folder,
        env={**os.environ, "PATH": f":.:{os.environ['PATH']}", "PYTHONPATH": ":".join(places)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not (folder / "ran").exists()


def nested(braces: int) -> str:
    return f"network N {{ input 3x8x8\n{'{ ' * braces}conv 3 1x1{' }' * braces} }}\n"


def test_threads_leave_the_interpreter_as_it_was() -> None:
    """Checks that overlap, some of deep texts, some of broken ones."""
    limit, collecting = sys.getrecursionlimit(), gc.isenabled()
    texts = [nested(60), NETWORK, "network N {", "let a = " + "(" * 150 + "1" + ")" * 150] * 5
    failed: list[BaseException] = []

    def work(shift: int) -> None:
        try:
            for text in texts[shift:]:
                archc.load(text + "\n")
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert sys.getrecursionlimit() == limit
    assert gc.isenabled() == collecting


def test_a_limit_set_meanwhile_stays() -> None:
    from archc.interpreter import FRAMES, Roomy

    before = sys.getrecursionlimit()
    try:
        for own in (before, FRAMES + 1_000):
            sys.setrecursionlimit(own)
            outer, roomy = gc.isenabled(), Roomy()
            with roomy:
                assert sys.getrecursionlimit() >= FRAMES
                with roomy:
                    assert not gc.isenabled()
                assert not gc.isenabled()
            assert sys.getrecursionlimit() == own
            assert gc.isenabled() == outer
        with Roomy():
            sys.setrecursionlimit(FRAMES + 5)
        assert sys.getrecursionlimit() == FRAMES + 5
    finally:
        sys.setrecursionlimit(before)
